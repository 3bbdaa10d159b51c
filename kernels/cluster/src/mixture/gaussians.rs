//! The clouds of a mixture: their densities, and what they make of rows.
//!
//! Holds factors of covariances and the expectation step. Nothing is estimated here.

use numeric::{Matrix, MatrixView, chunks, random::Random};

use super::{Assignment, Covariance};
use crate::Error;

/// Weighted clouds, ready for densities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gaussians {
    /// Share of each component.
    pub weights: Vec<f64>,
    /// One row per component.
    pub means: Matrix,
    shape: Covariance,
    /// Covariances as estimated: `cols²` values for each component (full), for all (tied), `cols` for
    /// each (diagonal) or one for each (spherical).
    covariances: Vec<f64>,
    /// What turns a deviation into standard units, laid out as `covariances`: the inverse of the lower
    /// Cholesky factor, or of the deviations.
    whitening: Vec<f64>,
    /// For each component, `ln weight` plus the logarithm of the density at its mean.
    peaks: Vec<f64>,
}

impl Gaussians {
    /// Factors the covariances.
    ///
    /// # Errors
    /// [`Error::Singular`] naming the component that has no volume.
    pub fn new(
        weights: Vec<f64>,
        means: Matrix,
        shape: Covariance,
        covariances: Vec<f64>,
    ) -> Result<Self, Error> {
        let (components, cols) = (means.view().rows(), means.view().cols());
        let mut whitening = covariances.clone();
        let mut log_roots = Vec::new();
        let each = covariances.len()
            / if shape == Covariance::Tied {
                1
            } else {
                components
            };
        for (component, values) in whitening.chunks_exact_mut(each).enumerate() {
            let root = match shape {
                Covariance::Full | Covariance::Tied => invert_cholesky(values, cols),
                Covariance::Diagonal | Covariance::Spherical => invert_roots(values, cols),
            };
            log_roots.push(root.ok_or(Error::Singular { component })?);
        }
        let log_two_pi = (2.0 * std::f64::consts::PI).ln();
        let peaks = (0..components)
            .map(|component| {
                let log_root = log_roots[component.min(log_roots.len() - 1)];
                weights[component].ln() - log_root - 0.5 * cols as f64 * log_two_pi
            })
            .collect();
        Ok(Self {
            weights,
            means,
            shape,
            covariances,
            whitening,
            peaks,
        })
    }

    /// `cols²` values, whatever the shape.
    pub fn covariance(&self, component: usize) -> Vec<f64> {
        let cols = self.means.view().cols();
        let diagonal = |value: &dyn Fn(usize) -> f64| {
            let mut full = vec![0.0; cols * cols];
            for col in 0..cols {
                full[col * cols + col] = value(col);
            }
            full
        };
        match self.shape {
            Covariance::Full => {
                self.covariances[component * cols * cols..(component + 1) * cols * cols].to_vec()
            }
            Covariance::Tied => self.covariances.clone(),
            Covariance::Diagonal => diagonal(&|col| self.covariances[component * cols + col]),
            Covariance::Spherical => diagonal(&|_| self.covariances[component]),
        }
    }

    /// Numbers that the model is free to choose (as scikit-learn counts them).
    pub fn parameters(&self) -> usize {
        let (components, cols) = (self.means.view().rows(), self.means.view().cols());
        let shapes = match self.shape {
            Covariance::Full => components * cols * (cols + 1) / 2,
            Covariance::Tied => cols * (cols + 1) / 2,
            Covariance::Diagonal => components * cols,
            Covariance::Spherical => components,
        };
        shapes + components * cols + components - 1
    }

    /// Turns `out`, one place per component, into the memberships of the row; gives its log density.
    /// `deviation` is room for one row.
    pub fn memberships(&self, row: &[f64], deviation: &mut [f64], out: &mut [f64]) -> f64 {
        for (component, out) in out.iter_mut().enumerate() {
            let mean = self.means.view().row(component);
            for ((place, value), mean) in deviation.iter_mut().zip(row).zip(mean) {
                *place = value - mean;
            }
            // Kept finite, so that a row beyond all reason has memberships, too.
            let square = self.standard_square(component, deviation).min(1e300);
            *out = self.peaks[component] - 0.5 * square;
        }
        // Log-sum-exp about the greatest term: nothing overflows, and one term is exactly 1.
        let greatest = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for out in out.iter_mut() {
            *out = (*out - greatest).exp();
            total += *out;
        }
        for out in out.iter_mut() {
            *out /= total;
        }
        greatest + total.ln()
    }

    /// Squared Mahalanobis distance of a deviation from the mean.
    fn standard_square(&self, component: usize, deviation: &[f64]) -> f64 {
        let cols = deviation.len();
        match self.shape {
            Covariance::Full | Covariance::Tied => {
                let from = match self.shape {
                    Covariance::Full => component * cols * cols,
                    _ => 0,
                };
                let factor = &self.whitening[from..from + cols * cols];
                let mut square = 0.0;
                for (col, row) in factor.chunks_exact(cols).enumerate() {
                    let mut total = 0.0;
                    for (a, b) in row[..=col].iter().zip(deviation) {
                        total += a * b;
                    }
                    square += total * total;
                }
                square
            }
            Covariance::Diagonal => self.whitening[component * cols..(component + 1) * cols]
                .iter()
                .zip(deviation)
                .map(|(factor, value)| (factor * value).powi(2))
                .sum(),
            Covariance::Spherical => {
                let factor = self.whitening[component];
                deviation.iter().map(|value| (factor * value).powi(2)).sum()
            }
        }
    }

    /// Rows drawn from the mixture.
    pub fn draw(&self, rows: usize, seed: u64) -> Result<Matrix, Error> {
        let (components, cols) = (self.weights.len(), self.means.view().cols());
        let mut factors = Vec::with_capacity(components);
        for component in 0..components {
            let mut factor = self.covariance(component);
            cholesky(&mut factor, cols).ok_or(Error::Singular { component })?;
            factors.push(factor);
        }
        let mut random = Random::new(seed);
        let mut values = Vec::with_capacity(rows * cols);
        for _ in 0..rows {
            let component = random.weighted(&self.weights).unwrap_or(0);
            let standard: Vec<f64> = (0..cols).map(|_| random.normal()).collect();
            let factor = factors[component].chunks_exact(cols);
            let mean = self.means.view().row(component);
            for (col, (factor, mean)) in factor.zip(mean).enumerate() {
                let turned = factor[..=col].iter().zip(&standard);
                values.push(mean + turned.map(|(a, b)| a * b).sum::<f64>());
            }
        }
        Ok(Matrix::new(values, rows, cols)?)
    }

    /// Memberships, labels and densities of rows.
    pub fn assign(&self, data: MatrixView<'_>) -> Result<Assignment, Error> {
        let components = self.peaks.len();
        let parts = chunks::map(data.rows(), |range| {
            let mut deviation = vec![0.0; data.cols()];
            let mut memberships = vec![0.0; range.len() * components];
            let mut found = Vec::with_capacity(range.len());
            for (row, out) in range.zip(memberships.chunks_exact_mut(components)) {
                let density = self.memberships(data.row(row), &mut deviation, out);
                found.push((likeliest(out), density));
            }
            (memberships, found)
        });
        let mut memberships = Vec::with_capacity(data.rows() * components);
        let mut labels = Vec::with_capacity(data.rows());
        let mut log_densities = Vec::with_capacity(data.rows());
        for (part, found) in parts {
            memberships.extend(part);
            for (label, density) in found {
                labels.push(label);
                log_densities.push(density);
            }
        }
        Ok(Assignment {
            labels,
            memberships: Matrix::new(memberships, data.rows(), components)?,
            log_densities,
        })
    }
}

/// The place of the greatest, the first of equals.
fn likeliest(memberships: &[f64]) -> u32 {
    let mut best = 0;
    for (place, &value) in memberships.iter().enumerate() {
        if value > memberships[best] {
            best = place;
        }
    }
    best as u32
}

/// Turns a symmetric matrix into the inverse of its lower Cholesky factor; gives half the logarithm of
/// its determinant, or nothing where it is not positive definite.
fn invert_cholesky(matrix: &mut [f64], size: usize) -> Option<f64> {
    let log_root = cholesky(matrix, size)?;
    // In place: a value needs its own row of the factor only from its own column on, and the inverse
    // only of the rows above.
    for row in 0..size {
        let pivot = 1.0 / matrix[row * size + row];
        for col in 0..row {
            let mut value = 0.0;
            for k in col..row {
                value -= matrix[row * size + k] * matrix[k * size + col];
            }
            matrix[row * size + col] = value * pivot;
        }
        matrix[row * size + row] = pivot;
    }
    Some(log_root)
}

/// Turns the lower triangle of a symmetric matrix into its Cholesky factor (G. H. Golub, C. F. Van Loan,
/// "Matrix Computations", 4th edition, section 4.2); gives half the logarithm of the determinant, or
/// nothing where it is not positive definite.
fn cholesky(matrix: &mut [f64], size: usize) -> Option<f64> {
    let mut log_root = 0.0;
    for col in 0..size {
        for row in col..size {
            let mut value = matrix[row * size + col];
            for k in 0..col {
                value -= matrix[row * size + k] * matrix[col * size + k];
            }
            if row == col {
                // Written so that a NaN is refused, too.
                if !(value > 0.0 && value.is_finite()) {
                    return None;
                }
                value = value.sqrt();
                log_root += value.ln();
            } else {
                value /= matrix[col * size + col];
            }
            matrix[row * size + col] = value;
        }
    }
    Some(log_root)
}

/// Turns variances into inverse deviations; gives the sum of the logarithms of `cols` deviations.
fn invert_roots(variances: &mut [f64], cols: usize) -> Option<f64> {
    let repeats = (cols / variances.len()) as f64;
    let mut log_root = 0.0;
    for value in variances {
        if !(*value > 0.0 && value.is_finite()) {
            return None;
        }
        log_root += 0.5 * value.ln() * repeats;
        *value = 1.0 / value.sqrt();
    }
    Some(log_root)
}
