//! Rows on a map of two dimensions: the two principal axes of the data.
//!
//! Holds the axes, what they explain and the coordinates; the drawing is the caller's.

use numeric::{Matrix, MatrixView, chunks, eigen};
use rayon::prelude::*;

use crate::{Error, error::require_size, grouping::means};

/// One principal axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Weight of each column: the squares sum to 1, and the greatest in absolute value (the first of
    /// equals) is positive. All 0 for a second axis of data with one column.
    pub loadings: Vec<f64>,
    /// Share of the data's variance along this axis, 0 to 1; 0 where there is no variance.
    pub explained: f64,
}

/// The two principal axes of some data, and where rows stand on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    means: Vec<f64>,
    axes: [Axis; 2],
}

impl Projection {
    /// Finds the two directions of greatest variance (K. Pearson, Phil. Mag. 2, 1901): the first two
    /// eigenvectors of the covariance matrix. Time grows with rows × columns² and columns³: meant for up
    /// to some hundred columns.
    pub fn fit(data: MatrixView<'_>) -> Self {
        let cols = data.cols();
        let (means, _) = means(data, 1, |_| 0);
        let eigen = eigen::symmetric_eigen(covariance(data, &means), cols);
        let total: f64 = eigen.iter().map(|(value, _)| value.max(0.0)).sum();
        let axis = |place: usize| match eigen.get(place) {
            Some((value, vector)) => Axis {
                loadings: with_fixed_sign(vector),
                explained: if total > 0.0 {
                    value.max(0.0) / total
                } else {
                    0.0
                },
            },
            None => Axis {
                loadings: vec![0.0; cols],
                explained: 0.0,
            },
        };
        Self {
            means,
            axes: [axis(0), axis(1)],
        }
    }

    /// The first and second axis.
    pub fn axes(&self) -> &[Axis; 2] {
        &self.axes
    }

    /// Coordinates of rows (of the fit, new ones, or centers): one row of two columns for each, in units
    /// of the data, the mean of the fitted rows at 0.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where the rows have other columns than the fit.
    pub fn apply(&self, data: MatrixView<'_>) -> Result<Matrix, Error> {
        require_size("data", "columns", data.cols(), self.means.len())?;
        let coordinate = |row: &[f64], axis: &Axis| -> f64 {
            let centered = row
                .iter()
                .zip(&self.means)
                .map(|(value, mean)| value - mean);
            centered
                .zip(&axis.loadings)
                .map(|(value, loading)| value * loading)
                .sum()
        };
        let coordinates = data
            .data()
            .par_chunks_exact(data.cols())
            .flat_map_iter(|row| self.axes.iter().map(move |axis| coordinate(row, axis)))
            .collect();
        Ok(Matrix::new(coordinates, data.rows(), 2)?)
    }
}

/// Products of deviations, a full symmetric matrix whose greatest value is 1 (0 without variance): the
/// covariance but for a factor, which moves neither directions nor shares and keeps squares in range.
fn covariance(data: MatrixView<'_>, means: &[f64]) -> Vec<f64> {
    let cols = data.cols();
    let parts = chunks::map(data.rows(), |range| {
        let mut products = vec![0.0; cols * cols];
        let mut centered = vec![0.0; cols];
        for row in range {
            for (place, (value, mean)) in centered.iter_mut().zip(data.row(row).iter().zip(means)) {
                *place = value - mean;
            }
            for (a, products) in products.chunks_exact_mut(cols).enumerate() {
                for (product, value) in products[..=a].iter_mut().zip(&centered) {
                    *product += centered[a] * value;
                }
            }
        }
        products
    });
    let mut total = vec![0.0; cols * cols];
    for part in parts {
        for (total, part) in total.iter_mut().zip(part) {
            *total += part;
        }
    }
    let greatest = (0..cols).map(|a| total[a * cols + a]).fold(0.0, f64::max);
    for a in 0..cols {
        for b in 0..=a {
            if greatest > 0.0 {
                total[a * cols + b] /= greatest;
            }
            total[b * cols + a] = total[a * cols + b];
        }
    }
    total
}

/// A direction and its opposite are equally right; the same data must give the same map.
fn with_fixed_sign(vector: &[f64]) -> Vec<f64> {
    let mut greatest = 0.0f64;
    for &value in vector {
        // Loadings that are equal but for rounding count as equal.
        if value.abs() > greatest.abs() * (1.0 + 1e-9) {
            greatest = value;
        }
    }
    // Adding 0 turns -0 into 0.
    vector
        .iter()
        .map(|value| value * greatest.signum() + 0.0)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::test_data::{blobs, on_threads};

    #[test]
    fn a_slanted_line() {
        let data: Vec<f64> = (0..10)
            .flat_map(|x| [f64::from(x), -2.0 * f64::from(x)])
            .collect();
        let data = Matrix::new(data, 10, 2).unwrap();
        let map = Projection::fit(data.view());
        let [first, second] = map.axes();
        assert!((first.explained - 1.0).abs() < 1e-12 && second.explained < 1e-12);
        assert!((first.loadings[1] - 2.0 / 5f64.sqrt()).abs() < 1e-12);
        assert!((first.loadings[0] + 1.0 / 5f64.sqrt()).abs() < 1e-12);
        let at = map.apply(data.view()).unwrap();
        assert!((at.view().row(0)[0] - 4.5 * 5f64.sqrt()).abs() < 1e-12);
        assert!(at.view().row(0)[1].abs() < 1e-12);
    }

    #[test]
    fn little_data() {
        for (rows, cols) in [(1, 1), (5, 1), (1, 3)] {
            let data = Matrix::new(vec![2.0; rows * cols], rows, cols).unwrap();
            let map = Projection::fit(data.view());
            assert!(map.axes().iter().all(|axis| axis.explained == 0.0));
            assert_eq!(
                map.apply(data.view()).unwrap().into_data(),
                vec![0.0; rows * 2]
            );
        }
        let wide = Matrix::new(vec![0.0; 2], 1, 2).unwrap();
        let narrow = Matrix::new(vec![0.0; 2], 2, 1).unwrap();
        assert!(Projection::fit(wide.view()).apply(narrow.view()).is_err());
    }

    #[test]
    fn threads_do_not_matter() {
        let data = blobs(3_000, 7, 4, 2.0, 3).0;
        let on = |threads| on_threads(threads, || Projection::fit(data.view()));
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn axes_are_unit_upright_and_in_order(
            rows in 3usize..50, cols in 2usize..8, seed in 0u64..1_000,
        ) {
            let data = blobs(rows, cols, 3, 2.0, seed).0;
            let map = Projection::fit(data.view());
            let [first, second] = map.axes();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            prop_assert!((dot(&first.loadings, &first.loadings) - 1.0).abs() < 1e-9);
            prop_assert!(dot(&first.loadings, &second.loadings).abs() < 1e-9);
            prop_assert!(first.explained >= second.explained);
            // The coordinates carry just the variance that the axes claim.
            let at = map.apply(data.view()).unwrap();
            let mean = means(data.view(), 1, |_| 0).0;
            let total: f64 = (0..rows)
                .map(|row| numeric::distance::squared_euclidean(data.view().row(row), &mean))
                .sum();
            let along: f64 = (0..rows).map(|row| at.view().row(row)[0].powi(2)).sum();
            prop_assert!((along / total - first.explained).abs() < 1e-9);
        }
    }
}
