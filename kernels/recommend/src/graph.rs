//! Filters on the graph of customers and items: what is smooth over it is kept.
//!
//! Holds the ideal low-pass filter of GF-CF (Y. Shen and others, "How powerful is graph convolution for
//! recommendation?", CIKM 2021, section 4.2). With `R̃ = D_U^-½ R D_I^-½` and its `k` leading right singular vectors
//! `V`, scores are `r (R̃ᵀR̃ + α D_I^-½ V Vᵀ D_I^½)`. The first, linear filter is
//! [`Params::graph`](crate::neighbours::Params::graph) of the neighbours; the second is made here.

use numeric::Progress;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::require,
    linear::Linear,
    neighbours::{self, Neighbours},
    recommender::Recommender,
    sparse::{Row, Sparse},
    svd::right_vectors,
};

/// How the low-pass filter is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Singular vectors kept: 1 to 2,048; 256 in the paper.
    pub factors: usize,
    /// Rounds of subspace iteration: 1 to 100.
    pub rounds: usize,
    /// Seed of the directions at the start.
    pub seed: u64,
}

/// Fits the low-pass filter to customers × items. Time grows with rounds × (entries × factors + items × factors²).
///
/// # Errors
/// [`Error::Parameter`], [`Error::Empty`] without entries, [`Error::Cancelled`].
pub fn low_pass(train: &Sparse, params: Params, progress: &dyn Progress) -> Result<Linear, Error> {
    let holds = (1..=2_048).contains(&params.factors);
    require(holds, "factors", params.factors, "1 to 2,048")?;
    let holds = (1..=100).contains(&params.rounds);
    require(holds, "rounds", params.rounds, "1 to 100")?;
    if train.is_empty() {
        return Err(Error::Empty { field: "train" });
    }
    let degrees = |of: &Sparse| -> Vec<f32> {
        let degree = |row: usize| of.row(row).weights.iter().sum::<f32>().max(1e-12);
        (0..of.rows()).map(degree).collect()
    };
    let (customers, items) = (degrees(train), degrees(&train.transpose()));
    let even = train.reweighted(|row, col, x| x / (customers[row] * items[col]).sqrt());
    let (vectors, depth, _) =
        right_vectors(&even, params.factors, params.rounds, params.seed, progress)?;
    let scaled = |power: f32| -> Vec<f32> {
        let rows = vectors.chunks_exact(depth).zip(&items);
        rows.flat_map(|(row, degree)| row.iter().map(move |v| v * degree.powf(power)))
            .collect()
    };
    // An item that nobody has is nowhere: its vector is 0, up to rounding.
    Linear::new(depth, scaled(-0.5), &scaled(0.5))
}

/// The linear and the low-pass filter together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GraphFilter {
    linear: Neighbours,
    low_pass: Linear,
    share: f32,
}

impl GraphFilter {
    /// Fits both; `share` is α, the weight of the low-pass filter: 0 to 100, 0.3 in the paper. `keep` as in
    /// [`neighbours::Params`].
    ///
    /// # Errors
    /// As [`low_pass`].
    pub fn fit(
        train: &Sparse,
        params: Params,
        share: f32,
        keep: usize,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        require(
            (0.0..=100.0).contains(&share),
            "share",
            share,
            "a number from 0 to 100",
        )?;
        Ok(Self {
            linear: Neighbours::fit(train, neighbours::Params::graph(keep))?,
            low_pass: low_pass(train, params, progress)?,
            share,
        })
    }
}

impl Recommender for GraphFilter {
    fn items(&self) -> usize {
        self.linear.items()
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        let mut smooth = vec![0.0; scores.len()];
        self.low_pass.score_many(histories, &mut smooth);
        self.linear.score_many(histories, scores);
        for (score, smooth) in scores.iter_mut().zip(smooth) {
            *score += self.share * smooth;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::{blocks, on_threads};
    use numeric::Silent;

    const PARAMS: Params = Params {
        factors: 4,
        rounds: 8,
        seed: 1,
    };

    #[test]
    fn the_leading_vector_is_the_root_of_the_degrees() {
        let train = blocks(3);
        let model = low_pass(
            &train,
            Params {
                factors: 1,
                ..PARAMS
            },
            &Silent,
        )
        .expect("legal");
        // The first singular vector of R̃ is D^½ 1 / |…|: the outward vector is then the degree, all inward ones alike.
        let scores = model.score(train.row(0));
        let counts = train.column_counts();
        let ratio = scores[0] / counts[0] as f32;
        for (score, count) in scores.iter().zip(counts) {
            assert!(
                (score / count as f32 / ratio - 1.0).abs() < 0.05,
                "{score} {count}"
            );
        }
    }

    #[test]
    fn filters_find_the_blocks_and_add_up() {
        let train = blocks(7);
        let both = GraphFilter::fit(&train, PARAMS, 0.3, 60, &Silent).expect("legal");
        for customer in 0..8 {
            let best = both.top(train.row(customer), &[], 3);
            assert!(
                best.iter()
                    .all(|best| best.item as usize % 4 == customer % 4),
                "{best:?}"
            );
        }
        let smooth = low_pass(&train, PARAMS, &Silent)
            .expect("legal")
            .score(train.row(1));
        let linear = Neighbours::fit(&train, neighbours::Params::graph(60)).expect("legal");
        let linear = linear.score(train.row(1));
        let sum = linear[7] + 0.3 * smooth[7];
        assert!((both.score(train.row(1))[7] - sum).abs() < 1e-6);
    }

    #[test]
    fn the_same_on_any_number_of_threads() {
        let train = blocks(9);
        on_threads(|| GraphFilter::fit(&train, PARAMS, 0.3, 20, &Silent).expect("legal"));
    }
}
