//! Lloyd's rounds: centers to the means of their rows, rows to their nearest centers, until nothing
//! changes (S. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28, 1982).
//!
//! Holds the rounds of one start and what happens to a cluster that loses all its rows.

use numeric::{Matrix, MatrixView, Progress, Real, chunks, distance::squared_euclidean};

use super::{Fit, bounds::Bounds};
use crate::Error;

/// Where a center goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Centering {
    /// To the mean of its rows.
    Mean,
    /// To their mean scaled to length 1; where the mean is 0, nowhere.
    Direction,
}

/// When to stop, and where this start stands among all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    pub max: usize,
    /// Squared moves of all centers at which a start ends.
    pub shift_max: f64,
    pub before: usize,
    pub total: usize,
    pub centering: Centering,
}

/// One start from the given centers. Weights are one for each row, above 0; without them each counts 1.
pub(crate) fn run<T: Real>(
    data: MatrixView<'_, T>,
    weights: Option<&[f64]>,
    centers: Vec<f64>,
    rounds: Rounds,
    progress: &dyn Progress,
) -> Result<Fit, Error> {
    let (clusters, cols) = (centers.len() / data.cols(), data.cols());
    let mut centers = Matrix::new(centers, clusters, cols)?;
    let mut bounds = Bounds::new(data, weights, centers.view());
    assign_without_gaps(data, &mut centers, &mut bounds)?;
    let (mut iterations, mut converged) = (0, false);
    while iterations < rounds.max && !converged {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let mut moved = bounds.means();
        if rounds.centering == Centering::Direction {
            to_directions(&mut moved, centers.view());
        }
        let shift = bounds.note_moves(centers.view().data(), &moved);
        centers = Matrix::new(moved, clusters, cols)?;
        let changed = assign_without_gaps(data, &mut centers, &mut bounds)?;
        iterations += 1;
        converged = changed == 0 || shift <= rounds.shift_max;
        progress.tick((rounds.before + iterations) as u64, rounds.total as u64);
    }
    let inertia = chunks::sum(data.rows(), |range| {
        range
            .map(|row| {
                let weight = weights.map_or(1.0, |weights| weights[row]);
                weight * own_squared(data, &centers, &bounds, row)
            })
            .sum()
    });
    Ok(Fit {
        sizes: bounds.sizes().collect(),
        labels: bounds.into_labels(),
        centers,
        inertia,
        iterations,
        converged,
    })
}

/// Scales each row to length 1; a row of zeros becomes the one it was before.
fn to_directions(centers: &mut [f64], before: MatrixView<'_>) {
    let rows = centers.chunks_exact_mut(before.cols());
    for (at, center) in rows.enumerate() {
        let length = center.iter().map(|value| value * value).sum::<f64>().sqrt();
        if length > 0.0 {
            center.iter_mut().for_each(|value| *value /= length);
        } else {
            center.copy_from_slice(before.row(at));
        }
    }
}

/// Assigns every row; while a cluster is empty, its center is moved to the row furthest from its own
/// center (lowest cluster, lowest row first) and all rows are assigned again. No row ends further from
/// its center than before and one ends on it, so this comes to an end. Returns how many labels changed,
/// counting once more for each center moved.
fn assign_without_gaps<T: Real>(
    data: MatrixView<'_, T>,
    centers: &mut Matrix,
    bounds: &mut Bounds<'_, T>,
) -> Result<usize, Error> {
    let (clusters, cols) = (centers.view().rows(), data.cols());
    let mut changed = bounds.assign(centers.view());
    loop {
        let Some(empty) = bounds.sizes().position(|size| size == 0) else {
            return Ok(changed);
        };
        let (row, squared) = furthest_row(data, centers, bounds);
        if squared == 0.0 {
            let distinct = bounds.sizes().filter(|&size| size > 0).count();
            return Err(Error::TooFewDistinctRows { clusters, distinct });
        }
        let mut values = centers.view().data().to_vec();
        let place = &mut values[empty * cols..(empty + 1) * cols];
        for (place, value) in place.iter_mut().zip(data.row(row)) {
            *place = value.to_f64();
        }
        bounds.note_moves(centers.view().data(), &values);
        *centers = Matrix::new(values, clusters, cols)?;
        changed += 1 + bounds.assign(centers.view());
    }
}

/// The row furthest from its own center, the lowest of equals, and its squared distance.
fn furthest_row<T: Real>(
    data: MatrixView<'_, T>,
    centers: &Matrix,
    bounds: &Bounds<'_, T>,
) -> (usize, f64) {
    let further = |a: (usize, f64), b: (usize, f64)| if b.1 > a.1 { b } else { a };
    chunks::map(data.rows(), |range| {
        range
            .map(|row| (row, own_squared(data, centers, bounds, row)))
            .fold((0, f64::NEG_INFINITY), further)
    })
    .into_iter()
    .fold((0, f64::NEG_INFINITY), further)
}

fn own_squared<T: Real>(
    data: MatrixView<'_, T>,
    centers: &Matrix,
    bounds: &Bounds<'_, T>,
    row: usize,
) -> f64 {
    squared_euclidean(data.row(row), centers.view().row(bounds.label(row)))
}
