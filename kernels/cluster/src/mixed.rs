//! Clusters of rows that mix numbers, categories, sets of labels and shares of a whole, with a weight for
//! each feature and values that are not known.
//!
//! Holds the parameters, the result and the choice among several starts; columns, their footing, distances,
//! seeding and iteration have their own files. Does not choose the number of clusters. Takes no limits on
//! sizes and no links between rows; a method on numbers that takes them may be given [`Table::coordinates`].
//!
//! The method is that of k-prototypes (Z. Huang, "Extensions to the k-Means Algorithm for Clustering Large
//! Data Sets with Categorical Values", 1998) with two changes. Its weight between numbers and categories,
//! which nobody can set by hand, is gone: each feature is brought to the average contribution that its
//! weight asks for ([`Table`]). And a cluster stands for its categories by the share of each instead of by
//! the most frequent one (M. Kim, K. Lee, J. Lee, "Fuzzy clustering of categorical data using fuzzy
//! centroids", 2004), so that prototypes are means and the sum of dissimilarities splits exactly into the
//! part within clusters and the part between them.

mod column;
mod coordinates;
mod feature;
mod lanes;
mod lloyd;
mod pairs;
mod prototypes;
mod seeding;
mod sums;
mod table;
#[cfg(test)]
mod tests;

use numeric::{Progress, chunks, random::derive, sum::Compensated};

pub use column::{Column, MISSING};
pub use pairs::Dissimilarity;
pub use prototypes::{Prototypes, Typical};
pub use table::Table;

use crate::{
    Error,
    error::{require, require_size},
};

/// What the method is asked to do. Becomes a [`Mixed`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Number of clusters: 1 to the number of rows.
    pub clusters: usize,
    /// Independent starts, of which the best is kept: 1 to 1,000.
    pub starts: usize,
    /// Most rounds of moving the prototypes in one start: 1 to 100,000.
    pub max_iterations: usize,
    /// A start ends when a round lowers the inertia by no more than this share of it: 0 (only when nothing
    /// gets better) to 1.
    pub tolerance: f64,
    /// Seed of the starting prototypes.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Mixed, Error> {
        let legal = format!("1 to {rows}, the number of rows");
        let good = (1..=rows).contains(&self.clusters);
        require(good, "clusters", self.clusters, legal)?;
        let good = (1..=1_000).contains(&self.starts);
        require(good, "starts", self.starts, "1 to 1,000")?;
        let (good, legal) = ((1..=100_000).contains(&self.max_iterations), "1 to 100,000");
        require(good, "max_iterations", self.max_iterations, legal)?;
        let good = (0.0..=1.0).contains(&self.tolerance);
        require(good, "tolerance", self.tolerance, "0 to 1")?;
        Ok(Mixed(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixed(Params);

/// A clustering of mixed rows. Every label is the nearest prototype (the lowest of equally near ones, as
/// far as `f32` tells them apart), and every cluster has at least one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each row, its cluster.
    pub labels: Vec<u32>,
    /// What stands for each cluster.
    pub prototypes: Prototypes,
    /// What each feature has to do with the clusters.
    pub features: Vec<FeatureFit>,
    /// Sum of the dissimilarities of all rows from their prototypes, over the features that they know.
    pub inertia: f64,
    /// Rounds of moving the prototypes in the start that was kept.
    pub iterations: usize,
    /// Whether that start ended by itself, before `max_iterations`.
    pub converged: bool,
    /// Rows of each cluster.
    pub sizes: Vec<usize>,
}

/// What one feature has to do with the clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureFit {
    /// Sum of its contributions were there one cluster: `weight · (rows - 1) / 2` where all rows know it.
    pub total: f64,
    /// Sum of its contributions within the clusters; over all features this is the inertia.
    pub within: f64,
    /// The share of its own differences that the clusters explain: `1 - within / total`; 0 for a feature
    /// without spread.
    pub explained: f64,
    /// Its share of all that the clusters explain; over all features these sum to 1, unless they explain
    /// nothing.
    pub share: f64,
}

/// The nearest prototype of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// For each row, the nearest prototype, the lowest of equally near ones.
    pub labels: Vec<u32>,
    /// For each row, the dissimilarity from it, over the features that the row knows.
    pub distances: Vec<f64>,
}

impl Mixed {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters the rows: for each start, rows drawn as in k-means++, then Lloyd's rounds; the start of
    /// lowest inertia is kept (the first of equals). What a row does not know plays no part for it. Ticks
    /// after each round. A round takes time in proportion to rows × clusters × (numbers + categories +
    /// labels held).
    ///
    /// # Errors
    /// [`Error::Parameter`] where the table has fewer rows than clusters, [`Error::TooFewDistinctRows`],
    /// [`Error::Cancelled`].
    pub fn fit(&self, table: &Table, progress: &dyn Progress) -> Result<Fit, Error> {
        self.0.check(table.rows())?;
        let all = Prototypes::of_all(table);
        let mut best: Option<lloyd::Start> = None;
        let mut start = 0;
        loop {
            let seed = derive(self.0.seed, start as u64);
            let rows = seeding::plus_plus(table, &all, self.0.clusters, seed)?;
            let rounds = self.rounds(start, self.0.starts);
            let found = lloyd::run(table, &all, &rows, &rounds, progress)?;
            let kept = match best.take() {
                Some(kept) if kept.inertia <= found.inertia => kept,
                _ => found,
            };
            start += 1;
            if start == self.0.starts {
                return Ok(told(table, &all, kept));
            }
            best = Some(kept);
        }
    }

    /// Clusters the rows from given ones as prototypes, one for each cluster; `starts` and `seed` play no
    /// part. Cluster ids follow the order of these rows. A prototype that no row is nearest to becomes the
    /// row furthest from its own prototype.
    ///
    /// # Errors
    /// As [`Mixed::fit`]; [`Error::Mismatch`] where there is not one row for each cluster;
    /// [`Error::Parameter`] where one is no row.
    pub fn fit_from(
        &self,
        table: &Table,
        rows: &[usize],
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.0.check(table.rows())?;
        require_size("rows", "places", rows.len(), self.0.clusters)?;
        let good = rows.iter().all(|&row| row < table.rows());
        let legal = format!("rows below {}", table.rows());
        require(good, "rows", format!("{rows:?}"), legal)?;
        let all = Prototypes::of_all(table);
        let found = lloyd::run(table, &all, rows, &self.rounds(0, 1), progress)?;
        Ok(told(table, &all, found))
    }

    fn rounds(&self, start: usize, starts: usize) -> lloyd::Rounds {
        lloyd::Rounds {
            max: self.0.max_iterations,
            tolerance: self.0.tolerance,
            before: start * self.0.max_iterations,
            total: starts * self.0.max_iterations,
        }
    }
}

/// The result of the start that was kept.
fn told(table: &Table, all: &Prototypes, kept: lloyd::Start) -> Fit {
    let totals = sum_contributions(table, all, |_| 0);
    let withins = sum_contributions(table, &kept.prototypes, |row| kept.labels[row] as usize);
    let between = |(total, within): (&f64, &f64)| total - within;
    let explained: f64 = totals.iter().zip(&withins).map(between).sum();
    let share_of = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let feature = |(&total, &within): (&f64, &f64)| FeatureFit {
        total,
        within,
        explained: share_of(total - within, total),
        share: share_of(total - within, explained),
    };
    Fit {
        features: totals.iter().zip(&withins).map(feature).collect(),
        inertia: withins.iter().sum(),
        labels: kept.labels,
        prototypes: kept.prototypes,
        iterations: kept.iterations,
        converged: kept.converged,
        sizes: kept.sizes,
    }
}

/// For each feature the sum of what it adds to the dissimilarity of the rows from their prototypes.
fn sum_contributions(
    table: &Table,
    prototypes: &Prototypes,
    cluster: impl Fn(usize) -> usize + Sync,
) -> Vec<f64> {
    let parts = chunks::map(table.rows(), |range| {
        let mut sums = vec![0.0; table.features()];
        for row in range {
            prototypes.add_contributions(table, row, cluster(row), &mut sums);
        }
        sums
    });
    let sum_of = |feature: usize| {
        let mut sum = Compensated::default();
        parts.iter().for_each(|part| sum.add(part[feature]));
        sum.total()
    };
    (0..table.features()).map(sum_of).collect()
}

impl Prototypes {
    /// Labels each row by its nearest prototype, without moving any.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the table was encoded on another footing.
    pub fn nearest(&self, table: &Table) -> Result<Nearest, Error> {
        self.check(table)?;
        let lanes = lanes::Lanes::new(table, self);
        let parts = chunks::map(table.rows(), |range| {
            let mut distances = vec![0.0; self.clusters()];
            let of_row = |row| {
                lanes.distances(table, row, &mut distances);
                let (cluster, distance) = lloyd::nearest(&distances);
                (cluster as u32, f64::from(distance))
            };
            range.map(of_row).collect::<Vec<_>>()
        });
        let (labels, distances) = parts.into_iter().flatten().unzip();
        Ok(Nearest { labels, distances })
    }
}
