//! Item to item: what goes with what somebody has, by the customers who took both.
//!
//! Holds one family of similarities and the scoring by a sparse matrix of items × items, which sparse linear models
//! use as well. With `d` the sum of squares of an item's or a customer's weights,
//!
//! `W[i, j] = d_i^-history · d_j^-popularity · Σ_u x_ui x_uj d_u^-customer`, and the score of j is `Σ_i x_i W[i, j]`.
//!
//! - cosine (B. Sarwar and others, "Item-based collaborative filtering", WWW 2001, section 3.1): ½, 0, ½
//! - RP3β, a random walk of three steps (F. Christoffel, B. Paudel, C. Newell, A. Bernstein, "Blockbusters and
//!   wallflowers", RecSys 2015, section 3; C. Cooper and others, "Random walks in recommender systems", WWW 2014,
//!   for α): α, α, β
//! - the linear filter of GF-CF (Y. Shen and others, "How powerful is graph convolution for recommendation?",
//!   CIKM 2021, section 4.2): ½, 1, ½

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::require,
    recommender::Recommender,
    sparse::{Row, Sparse},
    top::Best,
};

/// Items whose similarities are made by one piece of work.
const ITEMS_PER_CHUNK: usize = 128;

/// Which similarity, and how much of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Power by which a popular item of the history counts less: 0 to 2.
    pub history: f32,
    /// Power by which customers of many items count less: 0 to 2.
    pub customer: f32,
    /// Power by which a popular candidate counts less: 0 to 2.
    pub popularity: f32,
    /// Added to the sum of customers' counts below the line, as `s / (s + shrink)`, so that few who took both say
    /// little (R. Bell, Y. Koren, "Scalable collaborative filtering", ICDM 2007, section 3.2): 0 to 1e6.
    pub shrink: f32,
    /// Neighbours kept of each item of a history, those of the greatest weight: 1 to 100,000.
    pub keep: usize,
}

impl Params {
    /// Cosine of the columns.
    pub fn cosine(keep: usize) -> Self {
        Self::of([0.5, 0.0, 0.5], keep)
    }

    /// RP3β with `α` and `β`.
    pub fn rp3beta(alpha: f32, beta: f32, keep: usize) -> Self {
        Self::of([alpha, alpha, beta], keep)
    }

    /// The linear filter of GF-CF.
    pub fn graph(keep: usize) -> Self {
        Self::of([0.5, 1.0, 0.5], keep)
    }

    fn of([history, customer, popularity]: [f32; 3], keep: usize) -> Self {
        Self {
            history,
            customer,
            popularity,
            shrink: 0.0,
            keep,
        }
    }

    fn check(self) -> Result<(), Error> {
        let powers = [
            ("history", self.history),
            ("customer", self.customer),
            ("popularity", self.popularity),
        ];
        for (field, power) in powers {
            require(
                (0.0..=2.0).contains(&power),
                field,
                power,
                "a number from 0 to 2",
            )?;
        }
        let holds = (0.0..=1e6).contains(&self.shrink);
        require(holds, "shrink", self.shrink, "a number from 0 to 1e6")?;
        let holds = (1..=100_000).contains(&self.keep);
        require(holds, "keep", self.keep, "1 to 100,000")
    }
}

/// Scores by a sparse matrix: the row of each item of the history is added, times its weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neighbours {
    weights: Sparse,
}

impl Neighbours {
    /// Fits the similarities to customers × items. Time grows with the squares of customers' numbers of items,
    /// memory with items × `keep`.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first parameter outside its range.
    pub fn fit(train: &Sparse, params: Params) -> Result<Self, Error> {
        params.check()?;
        let by_item = train.transpose();
        let power = |of: &Sparse, power: f32| -> Vec<f32> {
            let square = |row: usize| of.row(row).weights.iter().map(|w| w * w).sum::<f32>();
            let factor = |square: f32| {
                if square > 0.0 {
                    square.powf(-power)
                } else {
                    0.0
                }
            };
            (0..of.rows()).map(square).map(factor).collect()
        };
        let of_customer = power(train, params.customer);
        let of_history = power(&by_item, params.history);
        let of_candidate = power(&by_item, params.popularity);
        let items = train.cols();
        let chunk = |chunk: usize| {
            let mut sums = Sums::new(items);
            let places = chunk * ITEMS_PER_CHUNK..items.min((chunk + 1) * ITEMS_PER_CHUNK);
            let row = |item: usize| {
                sums.clear();
                for (customer, own) in by_item.row(item).pairs() {
                    sums.add(train.row(customer), own * of_customer[customer]);
                }
                let mut best = Best::new(params.keep);
                for &other in &sums.touched {
                    let sum = sums.values[other as usize];
                    let held = sum * of_history[item] * of_candidate[other as usize];
                    if other as usize != item {
                        best.offer(other, held * sum / (sum + params.shrink));
                    }
                }
                let best = best
                    .finish()
                    .into_iter()
                    .map(|best| (best.item, best.score));
                let mut best: Vec<(u32, f32)> = best.collect();
                best.sort_unstable_by_key(|pair| pair.0);
                best
            };
            places.map(row).collect::<Vec<_>>()
        };
        let chunks: Vec<_> = (0..items.div_ceil(ITEMS_PER_CHUNK))
            .into_par_iter()
            .map(chunk)
            .collect();
        let rows = chunks.into_iter().flatten().collect();
        Ok(Self {
            weights: Sparse::from_sorted_rows(items, rows),
        })
    }

    /// From weights of one's own: items × items, row = item of the history.
    ///
    /// # Errors
    /// [`Error::Mismatch`] unless the matrix is square.
    pub fn from_weights(weights: Sparse) -> Result<Self, Error> {
        crate::error::require_size("weights", weights.rows(), weights.cols())?;
        Ok(Self { weights })
    }

    /// The weights, row = item of the history.
    pub fn weights(&self) -> &Sparse {
        &self.weights
    }
}

impl Recommender for Neighbours {
    fn items(&self) -> usize {
        self.weights.cols()
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        scores.fill(0.0);
        for (history, scores) in histories.iter().zip(scores.chunks_mut(self.items().max(1))) {
            for (item, own) in history.pairs() {
                for (other, weight) in self.weights.row(item).pairs() {
                    scores[other] += own * weight;
                }
            }
        }
    }
}

/// Sums over a sparse set of places, cleared in the time of what was touched.
struct Sums {
    values: Vec<f32>,
    held: Vec<bool>,
    touched: Vec<u32>,
}

impl Sums {
    fn new(size: usize) -> Self {
        Self {
            values: vec![0.0; size],
            held: vec![false; size],
            touched: Vec::new(),
        }
    }

    fn clear(&mut self) {
        for &place in &self.touched {
            self.values[place as usize] = 0.0;
            self.held[place as usize] = false;
        }
        self.touched.clear();
    }

    #[inline]
    fn add(&mut self, row: Row<'_>, factor: f32) {
        for (place, weight) in row.pairs() {
            if !self.held[place] {
                self.held[place] = true;
                self.touched.push(place as u32);
            }
            self.values[place] += factor * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn train() -> Sparse {
        Sparse::from_lists(3, &[vec![0, 1], vec![0, 1, 2], vec![0]]).expect("legal")
    }

    #[test]
    fn cosine_by_hand() {
        let model = Neighbours::fit(&train(), Params::cosine(10)).expect("legal");
        let row = model.weights().row(0);
        assert_eq!(row.items, [1, 2]);
        // Two took 0 and 1; three took 0, two took 1, one took 2.
        assert!((row.weights[0] - 2.0 / 6f32.sqrt()).abs() < 1e-6);
        assert!((row.weights[1] - 1.0 / 3f32.sqrt()).abs() < 1e-6);
        let scores = model.score(train().row(2));
        assert_eq!(scores[0], 0.0);
        assert_eq!(scores[1], row.weights[0]);
        let one = Neighbours::fit(&train(), Params::cosine(1)).expect("legal");
        assert_eq!(one.weights().row(0).items, [1]);
    }

    #[test]
    fn rp3beta_is_the_walk_of_three_steps() {
        let model = Neighbours::fit(&train(), Params::rp3beta(1.0, 0.5, 10)).expect("legal");
        // From 0 to a customer of 0, a third each, on to 1: a half at the first, a third at the second; over √2.
        let want = (1.0 / 3.0) * (1.0 / 2.0 + 1.0 / 3.0) / 2f32.sqrt();
        assert!((model.weights().row(0).weights[0] - want).abs() < 1e-6);
    }

    #[test]
    fn shrinking_holds_back_what_few_took() {
        let params = Params {
            shrink: 2.0,
            ..Params::cosine(10)
        };
        let model = Neighbours::fit(&train(), params).expect("legal");
        let row = model.weights().row(0);
        assert!((row.weights[0] - 2.0 / 6f32.sqrt() * 2.0 / 4.0).abs() < 1e-6);
        assert!((row.weights[1] - 1.0 / 3f32.sqrt() * 1.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn wrong_parameters_are_named() {
        let cause = Neighbours::fit(&train(), Params::cosine(0)).expect_err("no neighbour");
        assert!(cause.to_string().contains("keep is 0"), "{cause}");
        let params = Params {
            popularity: f32::NAN,
            ..Params::cosine(1)
        };
        assert!(Neighbours::fit(&train(), params).is_err());
        let wide = Sparse::from_lists(2, &[vec![1]]).expect("legal");
        assert!(Neighbours::from_weights(wide).is_err());
    }
}
