//! k-means: rows into a given number of clusters so that the sum of squared distances to the cluster
//! means is small.
//!
//! Data may be `f64` or `f32`; centers and sums are `f64` for both, and so is whatever decides a label.
//!
//! Holds the parameters, the result and the choice among several starts; seeding, iteration and bounds
//! have their own files. Does not choose the number of clusters and does not scale columns.

mod bounds;
mod frame;
pub(crate) mod lloyd;
mod nearest;
mod parallel;
mod refine;
mod seeding;
mod sweep;
#[cfg(test)]
mod tests;
mod tiles;
mod weights;

use numeric::{Matrix, MatrixView, Progress, Real, chunks, random::derive};

pub(crate) use lloyd::Centering;
pub(crate) use nearest::labels_of;
pub use nearest::{Nearest, nearest};
pub(crate) use seeding::{first_centers, plus_plus};

use crate::{
    Error,
    error::{require, require_size},
    grouping::means,
};

/// What k-means is asked to do. Becomes a [`KMeans`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Number of clusters: 1 to the number of rows.
    pub clusters: usize,
    /// Independent starts, of which the best is kept: 1 to 1,000.
    pub starts: usize,
    /// Most rounds of moving the centers in one start: 1 to 100,000.
    pub max_iterations: usize,
    /// A start ends when the squared moves of all centers sum to no more than this share of the mean
    /// variance of the columns: 0 (only when no label changes) to 1.
    pub tolerance: f64,
    /// Seed of the starting centers.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<KMeans, Error> {
        let legal = format!("1 to {rows}, the number of rows");
        require(
            (1..=rows).contains(&self.clusters),
            "clusters",
            self.clusters,
            legal,
        )?;
        require(
            (1..=1_000).contains(&self.starts),
            "starts",
            self.starts,
            "1 to 1,000",
        )?;
        let legal = "1 to 100,000";
        require(
            (1..=100_000).contains(&self.max_iterations),
            "max_iterations",
            self.max_iterations,
            legal,
        )?;
        require(
            (0.0..=1.0).contains(&self.tolerance),
            "tolerance",
            self.tolerance,
            "0 to 1",
        )?;
        Ok(KMeans(self))
    }
}

/// How the rows to start from are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seeding {
    /// k-means++, one center after another, each the best of several draws; where there are far more rows than
    /// that takes, on a sample of them, and refined there.
    PlusPlus,
    /// k-means||: several rounds that draw many rows at once, then k-means++ among these. Fewer passes over the data
    /// where there are many clusters.
    Parallel {
        /// Rounds of drawing: 1 to 100; 5 do mostly.
        rounds: usize,
        /// Rows drawn in a round on average, in times the clusters: above 0 to 100; 2 does mostly.
        oversampling: f64,
    },
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KMeans(Params);

/// A clustering by k-means. Every label is the nearest center (the lowest of equally near ones), and
/// every cluster has at least one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each row, its cluster.
    pub labels: Vec<u32>,
    /// One row per cluster, in the columns of the data.
    pub centers: Matrix,
    /// Sum of the squared distances of all rows to their centers.
    pub inertia: f64,
    /// Rounds of moving the centers in the start that was kept.
    pub iterations: usize,
    /// Whether that start ended by itself, before `max_iterations`.
    pub converged: bool,
    /// Rows of each cluster.
    pub sizes: Vec<usize>,
}

impl Fit {
    /// The fit of less inertia; this one of equals.
    pub(crate) fn or_better(self, other: Self) -> Self {
        match other.inertia < self.inertia {
            true => other,
            false => self,
        }
    }
}

impl KMeans {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters the rows: for each start, centers by k-means++ (with many rows refined on a sample), then Lloyd's
    /// rounds; the start of lowest inertia is kept (the first of equals). Ticks after each round.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has fewer rows than clusters, [`Error::TooFewDistinctRows`],
    /// [`Error::Cancelled`].
    pub fn fit<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.fit_seeded(data, Seeding::PlusPlus, progress)
    }

    /// As [`KMeans::fit`], with the way to draw starting centers named.
    ///
    /// # Errors
    /// As [`KMeans::fit`]; [`Error::Parameter`] where a value of the seeding is outside its range.
    pub fn fit_seeded<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        seeding: Seeding,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.best_start(data, None, seeding, Centering::Mean, progress)
    }

    /// The best of all starts, the first of equals.
    pub(crate) fn best_start<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        weights: Option<&[f64]>,
        seeding: Seeding,
        centering: Centering,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        seeding.check()?;
        let mut rounds = self.rounds(data, centering);
        rounds.total *= self.0.starts;
        let mut best: Option<Fit> = None;
        loop {
            let start = rounds.before / self.0.max_iterations;
            let seed = derive(self.0.seed, start as u64);
            let centers = match seeding {
                Seeding::PlusPlus => {
                    refine::centers(data, weights, self.0.clusters, seed, rounds, progress)?
                }
                Seeding::Parallel {
                    rounds,
                    oversampling,
                } => {
                    parallel::centers(data, weights, self.0.clusters, (rounds, oversampling), seed)?
                }
            };
            let fit = lloyd::run(data, weights, centers, rounds, progress)?;
            let kept = match best.take() {
                Some(kept) => kept.or_better(fit),
                None => fit,
            };
            if start + 1 == self.0.starts {
                return Ok(kept);
            }
            rounds.before += self.0.max_iterations;
            best = Some(kept);
        }
    }

    /// Clusters the rows from given centers, one row each; `starts` and `seed` play no part. Cluster
    /// ids follow the order of the centers. A center that no row is nearest to is moved to the row
    /// furthest from its own center.
    ///
    /// # Errors
    /// As [`KMeans::fit`]; [`Error::Mismatch`] where `centers` has not one row per cluster in the
    /// columns of the data.
    pub fn fit_from<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        centers: MatrixView<'_>,
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        require_size("centers", "rows", centers.rows(), self.0.clusters)?;
        require_size("centers", "columns", centers.cols(), data.cols())?;
        let rounds = self.rounds(data, Centering::Mean);
        lloyd::run(data, None, centers.data().to_vec(), rounds, progress)
    }

    /// The rounds of one start.
    pub(crate) fn rounds<T: Real>(
        &self,
        data: MatrixView<'_, T>,
        centering: Centering,
    ) -> lloyd::Rounds {
        lloyd::Rounds {
            max: self.0.max_iterations,
            shift_max: self.shift_max(data),
            before: 0,
            total: self.0.max_iterations,
            centering,
        }
    }

    /// The tolerance in squared units of the data.
    pub(crate) fn shift_max<T: Real>(&self, data: MatrixView<'_, T>) -> f64 {
        if self.0.tolerance == 0.0 {
            return 0.0;
        }
        let (mean, _) = means(data, 1, |_| 0);
        let squares = chunks::sum(data.rows(), |range| {
            range
                .map(|row| numeric::distance::squared_euclidean(data.row(row), &mean))
                .sum()
        });
        self.0.tolerance * squares / (data.rows() * data.cols()) as f64
    }
}

impl Seeding {
    fn check(self) -> Result<(), Error> {
        let Self::Parallel {
            rounds,
            oversampling,
        } = self
        else {
            return Ok(());
        };
        require((1..=100).contains(&rounds), "rounds", rounds, "1 to 100")?;
        let legal = oversampling > 0.0 && oversampling <= 100.0;
        require(legal, "oversampling", oversampling, "above 0 to 100")
    }
}

/// Gives every row the nearest of the centers, and a center without rows the row furthest from its own; no center
/// moves otherwise.
pub(crate) fn settle<T: Real>(
    data: MatrixView<'_, T>,
    centers: MatrixView<'_>,
) -> Result<Fit, Error> {
    let rounds = lloyd::Rounds {
        max: 0,
        shift_max: 0.0,
        before: 0,
        total: 0,
        centering: Centering::Mean,
    };
    lloyd::run(
        data,
        None,
        centers.data().to_vec(),
        rounds,
        &numeric::Silent,
    )
}
