//! k-medoids: rows into a given number of clusters, each standing for one of its own rows, so that the sum
//! of dissimilarities from these rows is small.
//!
//! Holds the parameters, the result and the choice among several starts; dissimilarities, starting medoids,
//! swaps and sampling have their own files. Any dissimilarity will do, squares and triangle inequality are
//! not asked for. Does not choose the number of clusters. Takes no limits on sizes and no links between
//! rows: a swap is judged by the nearest medoid of every row, and with limits a row may not go there.

mod dissimilarities;
mod sampled;
mod starting;
mod swaps;
#[cfg(test)]
mod tests;

use numeric::{Progress, random::derive};

pub use dissimilarities::{Condensed, Dissimilarities, Euclidean};

use crate::{
    Error,
    error::{require, require_size},
};

/// Where the medoids of a start come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// One after another the row that lowers the loss most (BUILD of L. Kaufman, P. J. Rousseeuw, "Finding
    /// Groups in Data", 1990, section 2.4). No chance in it: all starts are the same. Takes rows² ×
    /// clusters dissimilarities.
    Build,
    /// As `Build`, but for each medoid among `10 + √rows` rows drawn anew (LAB of E. Schubert, P. J.
    /// Rousseeuw, "Fast and eager k-medoids clustering", Inf. Systems 101, 2021, section 4.4).
    Lab,
    /// The first row at random, each further one in proportion to its dissimilarity from the nearest medoid
    /// so far (k-medoids++, after D. Arthur, S. Vassilvitskii, SODA 2007).
    PlusPlus,
}

/// Which rows the medoids are looked for among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// All of them. Each iteration takes rows² dissimilarities.
    All,
    /// Samples of the rows, each together with the best medoids so far; all rows are then assigned, and the
    /// sample of least loss is kept (CLARA, Kaufman and Rousseeuw 1990, chapter 3). For many rows.
    Sampled {
        /// Samples: 1 to 1,000.
        samples: usize,
        /// Rows of each: the number of clusters to all.
        rows: usize,
    },
}

/// What k-medoids is asked to do. Becomes a [`KMedoids`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Number of clusters: 1 to the number of rows.
    pub clusters: usize,
    /// Which rows the medoids are looked for among.
    pub search: Search,
    /// Where the medoids of a start come from.
    pub start: Start,
    /// Independent starts, of which the best is kept: 1 to 1,000. Of each sample, where there are samples.
    pub starts: usize,
    /// Most passes over the rows in one start: 1 to 100,000.
    pub max_iterations: usize,
    /// Seed of starts and samples.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<KMedoids, Error> {
        let legal = format!("1 to {rows}, the number of rows");
        let good = (1..=rows).contains(&self.clusters);
        require(good, "clusters", self.clusters, legal)?;
        if let Search::Sampled {
            samples,
            rows: sample,
        } = self.search
        {
            let good = (1..=1_000).contains(&samples);
            require(good, "samples", samples, "1 to 1,000")?;
            let legal = format!(
                "{} to {rows}, clusters to the number of rows",
                self.clusters
            );
            require(
                (self.clusters..=rows).contains(&sample),
                "rows",
                sample,
                legal,
            )?;
        }
        let good = (1..=1_000).contains(&self.starts);
        require(good, "starts", self.starts, "1 to 1,000")?;
        let good = (1..=100_000).contains(&self.max_iterations);
        require(good, "max_iterations", self.max_iterations, "1 to 100,000")?;
        Ok(KMedoids(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KMedoids(Params);

/// A clustering by k-medoids. Every label is the nearest medoid (the lowest row of equally near ones), but
/// that a medoid is always of its own cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each row, its cluster.
    pub labels: Vec<u32>,
    /// The row that each cluster stands for, ascending.
    pub medoids: Vec<usize>,
    /// Sum of the dissimilarities of all rows from their medoids.
    pub loss: f64,
    /// Passes over the rows in the start that was kept.
    pub iterations: usize,
    /// Medoids that were swapped in it.
    pub swaps: usize,
    /// Whether it ended by itself: no swap of a medoid with another row (of the sample) lowers the loss.
    pub converged: bool,
    /// Rows of each cluster.
    pub sizes: Vec<usize>,
}

impl KMedoids {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters the rows: for each start its medoids, then swaps while one lowers the loss; the start of
    /// least loss is kept (the first of equals). Ticks after each pass, or after each sample.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has fewer rows than clusters or than the samples;
    /// [`Error::Cancelled`].
    pub fn fit(&self, data: &impl Dissimilarities, progress: &dyn Progress) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        let found = match self.0.search {
            Search::All => self.best_start(data, self.0.seed, progress)?,
            Search::Sampled { samples, rows } => {
                sampled::best(self, data, samples, rows, progress)?
            }
        };
        Ok(told(data, found))
    }

    /// Swaps from given medoids, one row for each cluster, looking among all rows; `search`, `start`,
    /// `starts` and `seed` play no part.
    ///
    /// # Errors
    /// As [`KMedoids::fit`]; [`Error::Mismatch`] where there is not one medoid for each cluster;
    /// [`Error::Parameter`] where one is no row or named twice.
    pub fn fit_from(
        &self,
        data: &impl Dissimilarities,
        medoids: &[usize],
        progress: &dyn Progress,
    ) -> Result<Fit, Error> {
        self.0.check(data.rows())?;
        require_size("medoids", "rows", medoids.len(), self.0.clusters)?;
        let mut sorted = medoids.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let good = sorted.len() == medoids.len() && sorted.iter().all(|&row| row < data.rows());
        let legal = format!("different rows below {}", data.rows());
        require(good, "medoids", format!("{medoids:?}"), legal)?;
        let rounds = swaps::Rounds {
            max: self.0.max_iterations,
            before: 0,
            total: self.0.max_iterations,
        };
        let found = swaps::run(data, medoids.to_vec(), &rounds, progress)?;
        Ok(told(data, found))
    }

    /// The best of the starts over all rows of `data`.
    fn best_start(
        &self,
        data: &impl Dissimilarities,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<swaps::Found, Error> {
        // No chance, no second start.
        let starts = match self.0.start {
            Start::Build => 1,
            _ => self.0.starts,
        };
        let mut best: Option<swaps::Found> = None;
        let mut start = 0;
        loop {
            let seed = derive(seed, start as u64);
            let medoids = starting::medoids(data, self.0.start, self.0.clusters, seed, progress)?;
            let rounds = swaps::Rounds {
                max: self.0.max_iterations,
                before: start * self.0.max_iterations,
                total: starts * self.0.max_iterations,
            };
            let found = swaps::run(data, medoids, &rounds, progress)?;
            let kept = match best.take() {
                Some(kept) if kept.loss <= found.loss => kept,
                _ => found,
            };
            start += 1;
            if start == starts {
                return Ok(kept);
            }
            best = Some(kept);
        }
    }
}

/// The result, with clusters in order of their medoids.
fn told(data: &impl Dissimilarities, found: swaps::Found) -> Fit {
    let mut medoids = found.medoids;
    medoids.sort_unstable();
    let (mut labels, loss) = dissimilarities::assign(data, &medoids);
    let mut sizes = vec![0; medoids.len()];
    for (cluster, &medoid) in medoids.iter().enumerate() {
        labels[medoid] = cluster as u32;
    }
    for &label in &labels {
        sizes[label as usize] += 1;
    }
    Fit {
        labels,
        medoids,
        loss,
        iterations: found.iterations,
        swaps: found.swaps,
        converged: found.converged,
        sizes,
    }
}
