//! How much each count gains over the one before it, beside what it gains in one cloud without clusters.
//!
//! Holds the transformed inertias and the clouds; fits are k-means's, what is made of the numbers is the parent's.

use numeric::{Matrix, MatrixView, Progress, random::Random, random::derive};
use rayon::prelude::*;

use super::{Params, fits, stability::Quiet};
use crate::{Error, grouping::means, kmeans::Centering};

/// Clouds, over which their jumps are averaged.
const CLOUDS: usize = 8;
/// Starts of each fit of a cloud.
const STARTS: usize = 2;
/// A share of the variance below which what is left of a column is rounding.
const VARIANCE_MIN: f64 = 1e-10;

/// The jump of each count of the range over the one before it, as a multiple of what it is without clusters.
///
/// The jump is `w_k^(-Y) - w_(k-1)^(-Y)`, where `w_k` is the inertia of `k` clusters and `Y` half the number of
/// dimensions (C. A. Sugar, G. M. James, "Finding the number of clusters in a dataset: an information-theoretic
/// approach", J. Am. Stat. Assoc. 98, 2003). Dimensions are counted by their participation, `(tr Σ)² / tr Σ²`: columns
/// that go together are one. It is divided by its mean over normal clouds of the same covariance, as the gap statistic
/// compares with rows that have no clusters: 1 is what a count gains by cutting one cloud in pieces.
///
/// Given are natural logarithms, since clear clusters gain powers of ten. `inertias` are those of the counts from
/// `clusters_min - 1` on, over all rows. The covariance, and the rows of a cloud, are those of a fixed random half of
/// `sample` where there are more. A count that leaves no inertia gains infinitely; those above it gain nothing.
///
/// # Errors
/// Those of the fits.
pub(super) fn of_counts(
    data: MatrixView<'_>,
    params: &Params,
    inertias: &[f64],
    progress: &dyn Progress,
) -> Result<Vec<f64>, Error> {
    let rows = Random::stream(params.seed, u64::MAX).sample(data.rows(), params.sample / 2);
    let cloud = Cloud::like(data.take(&rows)?.view());
    let power = cloud.dimensions / 2.0;
    let own = jumps(inertias, power);
    // Rows that are all alike where they were drawn have no cloud to compare with.
    if cloud.root.iter().all(|value| *value == 0.0) {
        return Ok(own);
    }
    let clouds = (0..CLOUDS)
        .into_par_iter()
        .map(|number| {
            let seed = derive(derive(params.seed, 1 << 34), number as u64);
            let drawn = cloud.draw(rows.len(), seed)?;
            let most = params.clusters_min + inertias.len() - 2;
            let rounds = params.fitting(most).check(rows.len())?;
            let (fits, _) = fits::of_range(
                drawn.view(),
                params.clusters_min - 1..=most,
                (STARTS, seed),
                rounds.rounds(drawn.view(), Centering::Mean),
                &Quiet(progress),
                |_| {},
            )?;
            let fits: Vec<f64> = fits.iter().map(|fit| fit.inertia).collect();
            Ok(jumps(&fits, power))
        })
        .collect::<Result<Vec<Vec<f64>>, Error>>()?;
    let each = own.into_iter().enumerate().map(|(place, own)| {
        // A cloud of fewer rows than the count has nothing to gain.
        let gains = clouds.iter().filter_map(|jumps| jumps.get(place));
        let sum: f64 = gains.map(|jump| jump.exp()).sum();
        match sum > 0.0 {
            true => own - (sum / CLOUDS as f64).ln(),
            false => own,
        }
    });
    Ok(each.collect())
}

/// The logarithms of the jumps of all counts but the first, in units of the first count's `w^(-Y)`.
fn jumps(inertias: &[f64], power: f64) -> Vec<f64> {
    let each = inertias.windows(2).map(|pair| {
        let (before, own) = (pair[0], pair[1]);
        if before <= own {
            f64::NEG_INFINITY
        } else if own <= 0.0 {
            f64::INFINITY
        } else {
            // ln (w_k^(-Y) - w_(k-1)^(-Y)), where the powers themselves would leave the range of numbers.
            power * (inertias[0] / own).ln() + (-(power * (own / before).ln()).exp()).ln_1p()
        }
    });
    each.collect()
}

/// A normal cloud, from which rows can be drawn.
struct Cloud {
    /// Lower triangle of a root of the covariance, row by row.
    root: Vec<f64>,
    cols: usize,
    /// How many dimensions it has, counted by their participation: 1 to `cols`.
    dimensions: f64,
}

impl Cloud {
    /// The cloud with the covariance of these rows, around 0.
    fn like(data: MatrixView<'_>) -> Self {
        let cols = data.cols();
        let (mean, _) = means(data, 1, |_| 0);
        let mut covariance = vec![0.0; cols * cols];
        for row in 0..data.rows() {
            let values = data.row(row);
            for (col, products) in covariance.chunks_exact_mut(cols).enumerate() {
                let own = values[col] - mean[col];
                for (other, product) in products[..=col].iter_mut().enumerate() {
                    *product += own * (values[other] - mean[other]);
                }
            }
        }
        let (mut trace, mut squares) = (0.0, 0.0);
        for (col, products) in covariance.chunks_exact_mut(cols).enumerate() {
            for product in &mut products[..=col] {
                *product /= data.rows() as f64;
            }
            let diagonal = products[col];
            trace += diagonal;
            let below: f64 = products[..col].iter().map(|value| value * value).sum();
            squares += diagonal * diagonal + 2.0 * below;
        }
        // Where all rows are equal there is nothing to count.
        let dimensions = match squares > 0.0 {
            true => trace * trace / squares,
            false => 1.0,
        };
        root(&mut covariance, cols, trace * VARIANCE_MIN);
        Self {
            root: covariance,
            cols,
            dimensions,
        }
    }

    fn draw(&self, rows: usize, seed: u64) -> Result<Matrix, Error> {
        let mut random = Random::new(seed);
        let mut values = Vec::with_capacity(rows * self.cols);
        let mut normal = vec![0.0; self.cols];
        for _ in 0..rows {
            normal.fill_with(|| random.normal());
            let each = self.root.chunks_exact(self.cols).enumerate();
            values.extend(each.map(|(col, root)| {
                let terms = root[..=col].iter().zip(&normal);
                terms.map(|(root, normal)| root * normal).sum::<f64>()
            }));
        }
        Ok(Matrix::new(values, rows, self.cols)?)
    }
}

/// Cholesky's root of a covariance in its lower triangle, in place. A column of which the columns before it leave no
/// more than `least` is their combination, and adds no direction.
fn root(covariance: &mut [f64], cols: usize, least: f64) {
    for col in 0..cols {
        let (done, rest) = covariance.split_at_mut((col + 1) * cols);
        let own = &mut done[col * cols..];
        let known: f64 = own[..col].iter().map(|value| value * value).sum();
        let left = own[col] - known;
        let pivot = if left > least { left.sqrt() } else { 0.0 };
        own[col] = pivot;
        for row in rest.chunks_exact_mut(cols) {
            let shared: f64 = row[..col].iter().zip(&own[..col]).map(|(a, b)| a * b).sum();
            row[col] = match pivot > 0.0 {
                true => (row[col] - shared) / pivot,
                false => 0.0,
            };
        }
    }
}

#[cfg(test)]
mod tests;
