//! Spherical k-means: rows into clusters by direction alone, whatever their length.
//!
//! Holds the way to unit rows and the objective; rounds and bounds are k-means's own, because between unit rows
//! the squared distance is `2 - 2 cos`.

use numeric::{Matrix, MatrixView, Progress, Real, chunks};

use crate::{
    Error,
    error::require_size,
    kmeans::{self, Centering, Seeding, lloyd},
};

/// What spherical k-means is asked to do: the fields of [`kmeans::Params`], of which `tolerance` is a share of the
/// mean variance of the unit rows' columns. Becomes a [`Spherical`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params(pub kmeans::Params);

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// As [`kmeans::Params::check`].
    pub fn check(self, rows: usize) -> Result<Spherical, Error> {
        Ok(Spherical(self.0.check(rows)?))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spherical(kmeans::KMeans);

/// A clustering by direction. Every label is the center of greatest cosine, and every cluster has a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each row, its cluster.
    pub labels: Vec<u32>,
    /// One row of length 1 per cluster.
    pub directions: Matrix,
    /// Sum over all rows of the cosine to their cluster's direction; higher is tighter.
    pub cohesion: f64,
    /// Rounds of moving the directions in the start that was kept.
    pub iterations: usize,
    /// Whether that start ended by itself.
    pub converged: bool,
    /// Rows of each cluster.
    pub sizes: Vec<usize>,
}

impl Spherical {
    /// Clusters the rows: for each start, directions by k-means++ over unit rows, then rounds of each cluster's sum
    /// scaled to length 1 (I. S. Dhillon, D. S. Modha, "Concept Decompositions for Large Sparse Text Data Using
    /// Clustering", Mach. Learn. 42, 2001, section 3); the start of greatest cohesion is kept. Holds a copy of the
    /// data. Ticks after each round.
    ///
    /// # Errors
    /// [`Error::NoDirection`] where a row is all zeros; else as [`kmeans::KMeans::fit`].
    pub fn fit<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        let unit = unit_rows(data)?;
        let (seeding, centering) = (Seeding::PlusPlus, Centering::Direction);
        let fit = self
            .0
            .best_start(unit.view(), None, seeding, centering, progress)?;
        Ok(told(unit.view(), fit))
    }

    /// Clusters the rows from given directions, one row each, of any length above 0.
    ///
    /// # Errors
    /// As [`Spherical::fit`] and [`kmeans::KMeans::fit_from`].
    pub fn fit_from<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        directions: MatrixView<'_>,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        let params = self.0.params();
        params.check(data.rows())?;
        require_size("directions", "rows", directions.rows(), params.clusters)?;
        require_size("directions", "columns", directions.cols(), data.cols())?;
        let unit = unit_rows(data)?;
        let directions = unit_rows(directions)?.into_data();
        let rounds = self.0.rounds(unit.view(), Centering::Direction);
        let fit = lloyd::run(unit.view(), None, directions, rounds, progress)?;
        Ok(told(unit.view(), fit))
    }
}

/// The rows scaled to length 1.
fn unit_rows<T: Real>(data: MatrixView<'_, T>) -> Result<Matrix<T>, Error> {
    let mut unit = Vec::with_capacity(data.data().len());
    for (at, row) in data.data().chunks_exact(data.cols()).enumerate() {
        // By the largest value first, so that no square leaves the range.
        let largest = row
            .iter()
            .fold(0.0, |most, value| f64::max(most, value.to_f64().abs()));
        if largest == 0.0 {
            return Err(Error::NoDirection { row: at });
        }
        let square: f64 = row
            .iter()
            .map(|value| (value.to_f64() / largest).powi(2))
            .sum();
        let length = square.sqrt();
        unit.extend(
            row.iter()
                .map(|value| T::from_f64(value.to_f64() / largest / length)),
        );
    }
    Ok(Matrix::new(unit, data.rows(), data.cols())?)
}

/// The fit in words of directions. A center that was moved to a row has length 1 up to the row's rounding.
fn told<T: Real>(unit: MatrixView<'_, T>, fit: kmeans::Fit) -> Fit {
    let directions = fit.centers;
    let cohesion = chunks::sum(unit.rows(), |range| {
        let cosine = |row: usize| -> f64 {
            let direction = directions.view().row(fit.labels[row] as usize);
            let pairs = unit.row(row).iter().zip(direction);
            pairs.map(|(value, of)| value.to_f64() * of).sum()
        };
        range.map(cosine).sum()
    });
    Fit {
        labels: fit.labels,
        directions,
        cohesion,
        iterations: fit.iterations,
        converged: fit.converged,
        sizes: fit.sizes,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Silent, random::Random};

    use super::*;
    use crate::test_data::on_threads;

    fn ready(clusters: usize, rows: usize) -> Spherical {
        let params = kmeans::Params {
            clusters,
            starts: 3,
            max_iterations: 100,
            tolerance: 0.0,
            seed: 1,
        };
        Params(params).check(rows).unwrap()
    }

    /// Rows around three directions, of lengths from a thousandth to a thousand.
    fn rays() -> (Matrix, Vec<u32>) {
        let mut random = Random::new(4);
        let mut values = Vec::new();
        for row in 0..600 {
            let length = 10f64.powf(random.unit_f64() * 6.0 - 3.0);
            for col in 0..3 {
                let along = if col == row % 3 { 1.0 } else { 0.0 };
                values.push(length * (along + 0.1 * random.normal()));
            }
        }
        let truth = (0..600).map(|row| row % 3).collect();
        (Matrix::new(values, 600, 3).unwrap(), truth)
    }

    #[test]
    fn lengths_do_not_matter() {
        let (data, truth) = rays();
        let fit = ready(3, 600).fit(data.view(), &Silent).unwrap();
        assert_eq!(
            crate::score::adjusted_rand(&fit.labels, &truth).unwrap(),
            1.0
        );
        for row in 0..3 {
            let square: f64 = fit.directions.view().row(row).iter().map(|x| x * x).sum();
            assert!((square - 1.0).abs() < 1e-12);
        }
        assert!(fit.cohesion > 580.0 && fit.cohesion <= 600.0);
        // No other direction is nearer by cosine.
        for row in 0..600 {
            let cosine = |center: usize| -> f64 {
                let pairs = data
                    .view()
                    .row(row)
                    .iter()
                    .zip(fit.directions.view().row(center));
                pairs.map(|(a, b)| a * b).sum()
            };
            let own = cosine(fit.labels[row] as usize);
            assert!((0..3).all(|center| cosine(center) <= own));
        }
    }

    #[test]
    fn given_directions_threads_and_zeros() {
        let data = rays().0;
        let given = Matrix::new(vec![5.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 1.0], 3, 3).unwrap();
        let on = |threads| {
            let fit = || {
                ready(3, 600)
                    .fit_from(data.view(), given.view(), &Silent)
                    .unwrap()
            };
            on_threads(threads, fit)
        };
        assert_eq!(on(1), on(4));
        assert_eq!(on(1).labels[..4], [0, 1, 2, 0]);
        let zeros = Matrix::new(vec![1.0, 0.0, 0.0, 0.0], 2, 2).unwrap();
        let refused = ready(1, 2).fit(zeros.view(), &Silent);
        assert_eq!(refused, Err(Error::NoDirection { row: 1 }));
    }
}
