//! Weighted sums over the rows, and the clouds they make: the maximisation step.
//!
//! Holds no density. Sums run over deviations from the means of the round before, so one pass over the
//! rows gives both means and covariances without cancellation.

use std::ops::Range;

use numeric::{Matrix, MatrixView, chunks};

use super::{Covariance, gaussians::Gaussians};
use crate::Error;

/// Chunks summed side by side: bounds the memory for partial sums, whatever the number of rows.
const WAVE: usize = 16;

/// Sums of one range of rows.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Sum of memberships of each component.
    pub weights: Vec<f64>,
    /// Weighted sums of deviations, one row per component.
    first: Vec<f64>,
    /// Weighted sums of products of deviations: a lower triangle in `cols²` values for each component
    /// (full) or for all (tied); of squares, `cols` values for each (diagonal, spherical).
    second: Vec<f64>,
    /// Sum of the log densities of the rows.
    pub log_likelihood: f64,
    /// Entropy of the memberships.
    pub entropy: f64,
}

/// What the sums are over: the data, where deviations are taken from, and the shape of the clouds.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub data: MatrixView<'a>,
    pub means: MatrixView<'a>,
    pub shape: Covariance,
    /// Added to every variance.
    pub floor: f64,
}

impl Moments {
    fn new(frame: Frame<'_>) -> Self {
        let (components, cols) = (frame.means.rows(), frame.means.cols());
        let second = match frame.shape {
            Covariance::Full => components * cols * cols,
            Covariance::Tied => cols * cols,
            Covariance::Diagonal | Covariance::Spherical => components * cols,
        };
        Self {
            weights: vec![0.0; components],
            first: vec![0.0; components * cols],
            second: vec![0.0; second],
            log_likelihood: 0.0,
            entropy: 0.0,
        }
    }

    /// Sums over all rows. `memberships(row, out)` fills the memberships of a row and gives its log
    /// density; `deviation` is room for it. Fixed chunks joined in order.
    pub fn over(
        frame: Frame<'_>,
        memberships: impl Fn(usize, &mut [f64], &mut [f64]) -> f64 + Sync,
    ) -> Self {
        let (components, cols) = (frame.means.rows(), frame.means.cols());
        let work = |range: Range<usize>| {
            let mut moments = Self::new(frame);
            let mut of_row = vec![0.0; components];
            let mut deviation = vec![0.0; cols];
            for row in range {
                moments.log_likelihood += memberships(row, &mut deviation, &mut of_row);
                moments.add(frame, row, &of_row, &mut deviation);
            }
            moments
        };
        let mut total = Self::new(frame);
        let rows = frame.data.rows();
        let step = WAVE * chunks::rows_per_chunk(WAVE);
        for start in (0..rows).step_by(step) {
            let wave = step.min(rows - start);
            for part in chunks::map(wave, |range| work(start + range.start..start + range.end)) {
                total.merge(&part);
            }
        }
        total
    }

    fn add(&mut self, frame: Frame<'_>, row: usize, of_row: &[f64], deviation: &mut [f64]) {
        let cols = deviation.len();
        for (component, &weight) in of_row.iter().enumerate() {
            if weight == 0.0 {
                continue;
            }
            self.weights[component] += weight;
            self.entropy -= weight * weight.ln();
            let mean = frame.means.row(component);
            let first = &mut self.first[component * cols..(component + 1) * cols];
            for col in 0..cols {
                deviation[col] = frame.data.row(row)[col] - mean[col];
                first[col] += weight * deviation[col];
            }
            match frame.shape {
                Covariance::Full | Covariance::Tied => {
                    let of = if frame.shape == Covariance::Full {
                        component
                    } else {
                        0
                    };
                    let second = &mut self.second[of * cols * cols..(of + 1) * cols * cols];
                    for (col, products) in second.chunks_exact_mut(cols).enumerate() {
                        let weighted = weight * deviation[col];
                        for (product, value) in products[..=col].iter_mut().zip(&*deviation) {
                            *product += weighted * value;
                        }
                    }
                }
                Covariance::Diagonal | Covariance::Spherical => {
                    let second = &mut self.second[component * cols..(component + 1) * cols];
                    for (square, value) in second.iter_mut().zip(&*deviation) {
                        *square += weight * value * value;
                    }
                }
            }
        }
    }

    fn merge(&mut self, part: &Self) {
        let sums = [
            (&mut self.weights, &part.weights),
            (&mut self.first, &part.first),
            (&mut self.second, &part.second),
        ];
        for (total, part) in sums {
            for (total, part) in total.iter_mut().zip(part) {
                *total += part;
            }
        }
        self.log_likelihood += part.log_likelihood;
        self.entropy += part.entropy;
    }

    /// The likeliest clouds for these sums.
    ///
    /// # Errors
    /// [`Error::Singular`] where one has no volume.
    pub fn gaussians(mut self, frame: Frame<'_>) -> Result<Gaussians, Error> {
        let (components, cols) = (frame.means.rows(), frame.means.cols());
        // As scikit-learn: a component that nobody belongs to keeps its mean instead of dividing by 0.
        let weights: Vec<f64> = self
            .weights
            .iter()
            .map(|weight| weight + 10.0 * f64::EPSILON)
            .collect();
        let mut means = frame.means.data().to_vec();
        let each = self.first.chunks_exact_mut(cols);
        for ((moves, means), weight) in each.zip(means.chunks_exact_mut(cols)).zip(&weights) {
            for (moved, mean) in moves.iter_mut().zip(means) {
                *moved /= weight;
                *mean += *moved;
            }
        }
        let covariances = self.covariances(frame, &weights);
        let total: f64 = weights.iter().sum();
        let shares = weights.iter().map(|weight| weight / total).collect();
        let means = Matrix::new(means, components, cols)?;
        Gaussians::new(shares, means, frame.shape, covariances)
    }

    /// Second moments about the new means: those about the old ones, less the squares of the moves.
    /// `first` holds the moves by now.
    fn covariances(self, frame: Frame<'_>, weights: &[f64]) -> Vec<f64> {
        let cols = frame.means.cols();
        let mut second = self.second;
        let moves = self.first.chunks_exact(cols);
        match frame.shape {
            Covariance::Full => {
                let each = second.chunks_exact_mut(cols * cols);
                for ((second, moved), &weight) in each.zip(moves).zip(weights) {
                    take_moves(second, moved, weight);
                    finish(second, cols, weight, frame.floor);
                }
            }
            Covariance::Tied => {
                for (moved, &weight) in moves.zip(weights) {
                    take_moves(&mut second, moved, weight);
                }
                finish(&mut second, cols, weights.iter().sum(), frame.floor);
            }
            Covariance::Diagonal | Covariance::Spherical => {
                let each = second.chunks_exact_mut(cols);
                for ((second, moved), &weight) in each.zip(moves).zip(weights) {
                    for (value, moved) in second.iter_mut().zip(moved) {
                        *value = (*value / weight - moved * moved).max(0.0) + frame.floor;
                    }
                }
                if frame.shape == Covariance::Spherical {
                    return second
                        .chunks_exact(cols)
                        .map(|variances| variances.iter().sum::<f64>() / cols as f64)
                        .collect();
                }
            }
        }
        second
    }
}

/// Takes `weight` times the square of a move from a lower triangle of sums of products.
fn take_moves(second: &mut [f64], moved: &[f64], weight: f64) {
    for (col, products) in second.chunks_exact_mut(moved.len()).enumerate() {
        for (product, other) in products[..=col].iter_mut().zip(moved) {
            *product -= weight * moved[col] * other;
        }
    }
}

/// A lower triangle of sums becomes a full matrix of means with `floor` added along its diagonal.
fn finish(second: &mut [f64], cols: usize, weight: f64, floor: f64) {
    for a in 0..cols {
        for b in 0..=a {
            let value = second[a * cols + b] / weight;
            second[a * cols + b] = value;
            second[b * cols + a] = value;
        }
        second[a * cols + a] += floor;
    }
}
