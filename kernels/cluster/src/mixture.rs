//! Gaussian mixtures: rows as draws from a weighted sum of normal clouds, so that every row belongs to
//! every cluster to some degree.
//!
//! Holds the parameters, the result and the choice among several starts; the clouds, their moments, the
//! rounds and the starting labels have their own files. Does not choose the number of components.
//!
//! It takes no weights of columns: full and diagonal covariances learn the scale of each column, so a
//! weight above 0 would change nothing but the regularisation; leave a column out to weigh it 0. It
//! takes no size limits and no links, because its memberships are probabilities, which none of them bind.

mod em;
mod gaussians;
mod moments;
mod start;
#[cfg(test)]
mod tests;

use numeric::{Matrix, MatrixView, Progress, random::derive};

use crate::{
    Error,
    error::{require, require_size},
};
use gaussians::Gaussians;

/// What shape the clouds may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covariance {
    /// Each cloud an ellipsoid of its own.
    Full,
    /// All clouds the same ellipsoid.
    Tied,
    /// Each cloud an ellipsoid along the axes.
    Diagonal,
    /// Each cloud a ball of its own size.
    Spherical,
}

/// Where a start comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The clusters of one run of k-means.
    KMeans,
    /// The nearest of distinct rows drawn at random.
    Random,
}

/// What a mixture is asked to do. Becomes a [`Mixture`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Number of components: 1 to the number of rows.
    pub components: usize,
    /// Shape of the clouds.
    pub covariance: Covariance,
    /// Where starts come from.
    pub start: Start,
    /// Independent starts, of which the likeliest is kept: 1 to 1,000.
    pub starts: usize,
    /// Most rounds in one start: 1 to 100,000.
    pub max_iterations: usize,
    /// A start ends when a round changes the mean log-likelihood of a row by less than this: 0 to 1.
    pub tolerance: f64,
    /// Added to the variances of every cloud, as a share of the mean variance of the columns, so that none
    /// collapses onto a row: 0 to 1.
    pub regularisation: f64,
    /// Seed of the starts.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Mixture, Error> {
        let legal = format!("1 to {rows}, the number of rows");
        let components = self.components;
        require(
            (1..=rows).contains(&components),
            "components",
            components,
            legal,
        )?;
        let legal = "1 to 1,000";
        require(
            (1..=1_000).contains(&self.starts),
            "starts",
            self.starts,
            legal,
        )?;
        let legal = "1 to 100,000";
        let rounds = self.max_iterations;
        require(
            (1..=100_000).contains(&rounds),
            "max_iterations",
            rounds,
            legal,
        )?;
        let legal = "0 to 1";
        for (field, value) in [
            ("tolerance", self.tolerance),
            ("regularisation", self.regularisation),
        ] {
            require((0.0..=1.0).contains(&value), field, value, legal)?;
        }
        Ok(Mixture(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixture(Params);

/// A fitted mixture and what it makes of the rows it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each row, its likeliest component (the lowest of equals).
    pub labels: Vec<u32>,
    /// One row per row, one column per component: the probability of the component given the row.
    pub memberships: Matrix,
    /// Natural logarithm of the density of all rows.
    pub log_likelihood: f64,
    /// Bayesian information criterion, the lower the better: parameters · ln rows - 2 log-likelihood
    /// (G. Schwarz, "Estimating the Dimension of a Model", Ann. Stat. 6, 1978).
    pub bic: f64,
    /// Integrated completed likelihood on the scale of `bic`: `bic` plus twice the entropy of the
    /// memberships, so that overlap counts against a mixture (C. Biernacki, G. Celeux, G. Govaert,
    /// "Assessing a Mixture Model for Clustering with the Integrated Completed Likelihood", IEEE PAMI 22,
    /// 2000).
    pub icl: f64,
    /// Rounds in the start that was kept.
    pub iterations: usize,
    /// Whether that start ended by itself, before `max_iterations`.
    pub converged: bool,
    /// Rows of each component by `labels`; 0 where a component is nobody's likeliest.
    pub sizes: Vec<usize>,
    gaussians: Gaussians,
}

/// What a mixture makes of some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// For each row, its likeliest component (the lowest of equals).
    pub labels: Vec<u32>,
    /// As [`Fit::memberships`].
    pub memberships: Matrix,
    /// For each row, the natural logarithm of its density.
    pub log_densities: Vec<f64>,
}

impl Mixture {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Fits the mixture by expectation maximisation (A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum
    /// Likelihood from Incomplete Data via the EM Algorithm", J. R. Stat. Soc. B 39, 1977) from each
    /// start and keeps the likeliest (the first of equals). Ticks after each round. Time of a round
    /// grows with rows × components × columns² (columns alone for `Diagonal` and `Spherical`).
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has fewer rows than components, [`Error::TooFewDistinctRows`],
    /// [`Error::Singular`] where a cloud collapses in every start, [`Error::Cancelled`].
    pub fn fit(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        let mut best: Option<Fit> = None;
        let mut collapsed = None;
        for start in 0..self.0.starts {
            let labels = start::labels(data, &self.0, derive(self.0.seed, start as u64), progress)?;
            match em::run(data, &self.0, &labels, start, progress) {
                Ok(fit) => {
                    let kept = match best.take() {
                        Some(kept) if kept.log_likelihood >= fit.log_likelihood => kept,
                        _ => fit,
                    };
                    best = Some(kept);
                }
                Err(error @ Error::Singular { .. }) => collapsed = Some(error),
                Err(error) => return Err(error),
            }
        }
        best.ok_or_else(|| collapsed.unwrap_or(Error::Cancelled))
    }

    /// Fits the mixture from given labels, one per row; `start`, `starts` and `seed` play no part.
    ///
    /// # Errors
    /// As [`Mixture::fit`]; [`Error::Mismatch`] where `labels` has not one label per row, and
    /// [`Error::Label`] where one is not below the number of components.
    pub fn fit_from(
        &self,
        data: MatrixView<'_>,
        labels: &[u32],
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        require_size("labels", "rows", labels.len(), data.rows())?;
        let clusters = self.0.components;
        if let Some(row) = labels.iter().position(|&label| label as usize >= clusters) {
            return Err(Error::Label {
                label: labels[row],
                row,
                clusters,
            });
        }
        em::run(data, &self.0, labels, 0, progress)
    }
}

impl Fit {
    /// Share of each component; they sum to 1.
    pub fn weights(&self) -> &[f64] {
        &self.gaussians.weights
    }

    /// One row per component, in the columns of the data.
    pub fn means(&self) -> &Matrix {
        &self.gaussians.means
    }

    /// The covariance of a component, columns × columns, regularisation included. Like a slice, it panics
    /// where there is no such component.
    pub fn covariance(&self, component: usize) -> Vec<f64> {
        self.gaussians.covariance(component)
    }

    /// Numbers that the model was free to choose: weights, means and covariances.
    pub fn parameters(&self) -> usize {
        self.gaussians.parameters()
    }

    /// Rows drawn from the mixture, in the columns of the data.
    ///
    /// # Errors
    /// [`Error::Matrix`] where no row is asked for.
    pub fn draw(&self, rows: usize, seed: u64) -> Result<Matrix, Error> {
        self.gaussians.draw(rows, seed)
    }

    /// What the mixture makes of other rows.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where the rows have other columns than the fit.
    pub fn assign(&self, data: MatrixView<'_>) -> Result<Assignment, Error> {
        let cols = self.gaussians.means.view().cols();
        require_size("data", "columns", data.cols(), cols)?;
        self.gaussians.assign(data)
    }
}
