//! Rows that count more or less than once.
//!
//! Holds the check of weights and what becomes of rows that weigh nothing; rounds are Lloyd's.

use numeric::{MatrixView, Progress, Real};

use super::{Centering, Fit, KMeans, Seeding, lloyd, nearest};
use crate::{
    Error,
    error::{require, require_size},
};

impl KMeans {
    /// As [`KMeans::fit`], each row counting as often as its weight says: in the drawing of centers, in their means
    /// and in the inertia. A row of weight 0 changes nothing and gets the nearest center's label; scaling all weights
    /// changes the inertia alone, beyond rounding.
    ///
    /// # Errors
    /// As [`KMeans::fit`], over the rows of weight above 0; [`Error::Mismatch`] where there is not one weight per
    /// row; [`Error::Parameter`] where a weight is negative, not finite or above 1e15, or fewer rows than clusters
    /// have weight.
    pub fn fit_weighted<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        weights: &[f64],
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        over_weighty(data, weights, |data, weights| {
            self.0.check(data.rows())?;
            let seeding = Seeding::PlusPlus;
            self.best_start(data, Some(weights), seeding, Centering::Mean, progress)
        })
    }

    /// As [`KMeans::fit_from`], with weights as in [`KMeans::fit_weighted`].
    ///
    /// # Errors
    /// As both.
    pub fn fit_weighted_from<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        weights: &[f64],
        centers: MatrixView<'_>,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        require_size("centers", "rows", centers.rows(), self.0.clusters)?;
        require_size("centers", "columns", centers.cols(), data.cols())?;
        over_weighty(data, weights, |data, weights| {
            self.0.check(data.rows())?;
            let rounds = self.rounds(data, Centering::Mean);
            let centers = centers.data().to_vec();
            lloyd::run(data, Some(weights), centers, rounds, progress)
        })
    }
}

/// Fits over the rows of weight above 0, then labels the others.
fn over_weighty<T: Real>(
    data: MatrixView<'_, T>,
    weights: &[f64],
    fit: impl Fn(MatrixView<'_, T>, &[f64]) -> Result<Fit, Error>,
) -> Result<Fit, Error> {
    require_size("weights", "rows", weights.len(), data.rows())?;
    for &weight in weights {
        let legal = (0.0..=1e15).contains(&weight);
        require(legal, "weights", weight, "numbers from 0 to 1e15")?;
    }
    let weighty: Vec<usize> = (0..weights.len())
        .filter(|&row| weights[row] > 0.0)
        .collect();
    let legal = "a weight above 0 to at least one row";
    require(!weighty.is_empty(), "weights", "0 everywhere", legal)?;
    if weighty.len() == weights.len() {
        return fit(data, weights);
    }
    let kept: Vec<f64> = weighty.iter().map(|&row| weights[row]).collect();
    let fit = fit(data.take(&weighty)?.view(), &kept)?;
    let labels = nearest(data, fit.centers.view())?.labels;
    let mut sizes = vec![0; fit.sizes.len()];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    Ok(Fit {
        labels,
        sizes,
        ..fit
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Matrix, Silent, random::Random};

    use super::super::Params;
    use super::*;
    use crate::test_data::{blobs, on_threads};

    fn ready(rows: usize) -> KMeans {
        let params = Params {
            clusters: 4,
            starts: 2,
            max_iterations: 100,
            tolerance: 0.0,
            seed: 5,
        };
        params.check(rows).unwrap()
    }

    #[test]
    fn a_weight_is_a_number_of_copies() {
        let data = blobs(300, 3, 4, 3.0, 6).0;
        let mut random = Random::new(8);
        let weights: Vec<f64> = (0..300).map(|_| random.below(4) as f64).collect();
        let copies: Vec<usize> = (0..300)
            .flat_map(|row| std::iter::repeat_n(row, weights[row] as usize))
            .collect();
        let copied = data.view().take(&copies).unwrap();
        let centers = data.view().take(&[1, 30, 77, 200]).unwrap();
        let plain = ready(300)
            .fit_from(copied.view(), centers.view(), &Silent)
            .unwrap();
        let weighted = ready(300)
            .fit_weighted_from(data.view(), &weights, centers.view(), &Silent)
            .unwrap();
        assert!((weighted.inertia - plain.inertia).abs() < 1e-9 * plain.inertia);
        for (&row, label) in copies.iter().zip(&plain.labels) {
            assert_eq!(weighted.labels[row], *label);
        }
    }

    #[test]
    fn equal_weights_are_none_and_threads_do_not_matter() {
        let data = blobs(2_000, 3, 4, 3.0, 6).0;
        let ones = vec![1.0; 2_000];
        let plain = ready(2_000).fit(data.view(), &Silent).unwrap();
        let on = |threads| {
            on_threads(threads, || {
                ready(2_000)
                    .fit_weighted(data.view(), &ones, &Silent)
                    .unwrap()
            })
        };
        assert!((on(1).inertia / plain.inertia - 1.0).abs() < 0.5);
        assert_eq!(on(1), on(4));
    }

    #[test]
    fn illegal_weights_are_named() {
        let data = Matrix::new(vec![1.0, 2.0, 3.0, 4.0, 5.0], 5, 1).unwrap();
        for weights in [
            vec![1.0; 4],
            vec![1.0, 1.0, -1.0, 1.0, 1.0],
            vec![1.0, 1.0, f64::NAN, 1.0, 1.0],
            vec![0.0; 5],
            vec![1.0, 1.0, 1.0, 0.0, 0.0],
        ] {
            assert!(
                ready(5)
                    .fit_weighted(data.view(), &weights, &Silent)
                    .is_err()
            );
        }
    }
}
