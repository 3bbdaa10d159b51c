//! How many clusters: every count in a range is fitted, scored and tested for stability, and one is
//! recommended with its reason.
//!
//! Holds the range, the table and the rule; the jumps, the resampling and the wording have their own files, and so
//! has the choice by another method than k-means.

mod by;
mod fits;
pub mod gap;
mod jump;
mod reason;
mod stability;

pub use by::{Chosen, Labeller};
pub(crate) use stability::Quiet;

use numeric::{MatrixView, Progress};

use crate::{
    Error,
    error::require,
    kmeans::{self, Centering},
    score::ClusterSilhouette,
};

/// Which counts to try, and how hard. Becomes a [`Choosing`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Least count: 2 to `clusters_max`.
    pub clusters_min: usize,
    /// Greatest count: `clusters_min` to one less than the rows.
    pub clusters_max: usize,
    /// As [`kmeans::Params::starts`], for the fits over all rows.
    pub starts: usize,
    /// As [`kmeans::Params::max_iterations`].
    pub max_iterations: usize,
    /// As [`kmeans::Params::tolerance`].
    pub tolerance: f64,
    /// Pairs of resamples whose clusterings are compared for each count: 1 to 1,000.
    pub bootstraps: usize,
    /// Most rows used for silhouettes; stability, which takes many fits, uses half as many at most. At
    /// least 200, and at least `2 · clusters_max`.
    pub sample: usize,
    /// 0 to 1. By k-means: where not even the steadiest count reaches this stability, the rows have no number of
    /// clusters to find. By another method: stability from which a count is trusted.
    pub stability_min: f64,
    /// Seed of everything.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Choosing, Error> {
        let (least, most) = (self.clusters_min, self.clusters_max);
        require(
            (2..=most).contains(&least),
            "clusters_min",
            least,
            format!("2 to clusters_max, {most}"),
        )?;
        require(
            most < rows,
            "clusters_max",
            most,
            format!("less than {rows}, the number of rows"),
        )?;
        require(
            (1..=1_000).contains(&self.bootstraps),
            "bootstraps",
            self.bootstraps,
            "1 to 1,000",
        )?;
        let legal = format!("at least 200, and at least twice clusters_max, {most}");
        require(
            self.sample >= 200 && self.sample / 2 >= most,
            "sample",
            self.sample,
            legal,
        )?;
        let legal = "0 to 1";
        require(
            (0.0..=1.0).contains(&self.stability_min),
            "stability_min",
            self.stability_min,
            legal,
        )?;
        self.fitting(most).check(rows)?;
        Ok(Choosing(self))
    }

    /// The fit of one count over all rows.
    fn fitting(&self, clusters: usize) -> kmeans::Params {
        kmeans::Params {
            clusters,
            starts: self.starts,
            max_iterations: self.max_iterations,
            tolerance: self.tolerance,
            seed: self.seed,
        }
    }
}

/// Checked parameters, ready to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choosing(Params);

/// One count and its scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The count.
    pub clusters: usize,
    /// Rows of each cluster.
    pub sizes: Vec<usize>,
    /// Sum of squared distances to the centers.
    pub inertia: f64,
    /// Mean silhouette, from -1 to 1; over a sample where there are more rows than `sample`.
    pub silhouette: f64,
    /// Mean silhouette of each cluster.
    pub cluster_silhouettes: Vec<ClusterSilhouette>,
    /// As [`crate::score::Dispersion::calinski_harabasz`].
    pub calinski_harabasz: f64,
    /// As [`crate::score::Dispersion::davies_bouldin`].
    pub davies_bouldin: f64,
    /// Mean adjusted Rand index of clusterings of resampled rows: 1 the same every time, 0 as by chance.
    pub stability: f64,
    /// How much this count gains over the one before, beside what it gains in one cloud without clusters: the
    /// natural logarithm of how many times as much. None by another method than k-means, and for a count tried alone.
    pub jump: Option<f64>,
    /// Whether the fit over all rows ended by itself.
    pub converged: bool,
}

/// The recommended count, why, and all counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The recommended count.
    pub clusters: usize,
    /// One sentence that names the count and what speaks for and against it.
    pub reason: String,
    /// Every count that the data allows, ascending.
    pub candidates: Vec<Candidate>,
}

/// The choice by k-means, and the fit of the count recommended.
#[derive(Debug, Clone, PartialEq)]
pub struct ByKmeans {
    /// The choice.
    pub choice: Choice,
    /// The fit that made the table's row.
    pub fit: kmeans::Fit,
}

impl Choosing {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Fits and scores every count and recommends the one that gains most over the count before it, beside what it
    /// gains in one cloud without clusters (the lower of equals); where no count is stable, the steadiest.
    /// Silhouettes do not decide: where clusters lie in groups, they prefer the groups. Counts that exceed the
    /// number of distinct rows are left out. Ticks per fit and per pair of resamples, told count by count.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has too few rows for the counts;
    /// [`Error::TooFewDistinctRows`] where even the least count exceeds them; [`Error::Cancelled`].
    pub fn run(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<ByKmeans, Error> {
        self.0.check(data.rows())?;
        let params = &self.0;
        let (least, most) = (params.clusters_min, params.clusters_max);
        let counts = most - least + 1;
        let total = (counts * (1 + params.bootstraps)) as u64;
        // What one count less leaves is needed for the jump of the first; a count tried alone has none.
        let before = usize::from(counts > 1);
        let quiet = stability::Quiet(progress);
        let too_few = |distinct| Error::TooFewDistinctRows {
            clusters: least,
            distinct,
        };
        let rounds = params.fitting(most).check(data.rows())?;
        let (mut fits, left_out) = fits::of_range(
            data,
            least - before..=most,
            (params.starts, params.seed),
            rounds.rounds(data, Centering::Mean),
            &quiet,
            |done| progress.tick(done.saturating_sub(before) as u64, total),
        )
        .map_err(|error| match error {
            Error::TooFewDistinctRows { distinct, .. } => too_few(distinct),
            error => error,
        })?;
        if fits.len() <= before {
            return Err(too_few(left_out.unwrap_or(fits.len())));
        }
        let inertias: Vec<f64> = fits.iter().map(|fit| fit.inertia).collect();
        let each = fits[before..]
            .iter()
            .map(|fit| self.candidate(data, fit, &quiet));
        let mut candidates = each.collect::<Result<Vec<Candidate>, Error>>()?;
        let tried: Vec<usize> = (least..).take(candidates.len()).collect();
        let steps = (candidates.len() as u64, total);
        let stabilities = stability::of_counts(data, params, &tried, steps, progress)?;
        for (candidate, stability) in candidates.iter_mut().zip(stabilities) {
            candidate.stability = stability;
        }
        if candidates.len() > 1 {
            let jumps = jump::of_counts(data, params, &inertias, progress)?;
            for (candidate, jump) in candidates.iter_mut().zip(jumps) {
                candidate.jump = Some(jump);
            }
        }
        let chosen = recommend(&candidates, params.stability_min);
        let fit = fits.swap_remove(before + chosen);
        Ok(ByKmeans {
            fit: kmeans::Fit {
                iterations: fit.iterations,
                converged: fit.converged,
                ..kmeans::settle(data, fit.centers.view())?
            },
            choice: Choice {
                clusters: candidates[chosen].clusters,
                reason: reason::sentence(&candidates, chosen, params.stability_min, left_out),
                candidates,
            },
        })
    }

    /// A fit over all rows and its scores; stability and jump come later.
    fn candidate(
        &self,
        data: MatrixView<'_>,
        fit: &fits::Kept,
        progress: &dyn Progress,
    ) -> Result<Candidate, Error> {
        let labels = kmeans::labels_of(data, fit.centers.view());
        Ok(Candidate {
            inertia: fit.inertia,
            converged: fit.converged,
            ..self.scored(data, &labels, fit.sizes.clone(), progress)?
        })
    }
}

/// The place of the count to recommend. By k-means the greatest jump, where any count is stable; by another method
/// the best silhouette among the stable counts. Where none is stable, the steadiest.
fn recommend(candidates: &[Candidate], stability_min: f64) -> usize {
    let stable = |candidate: &Candidate| candidate.stability >= stability_min;
    let any_stable = candidates.iter().any(stable);
    let worth = |candidate: &Candidate| match (any_stable, candidate.jump) {
        (false, _) => candidate.stability,
        (true, Some(jump)) => jump,
        (true, None) if !stable(candidate) => f64::NEG_INFINITY,
        (true, None) => candidate.silhouette,
    };
    let mut chosen = 0;
    for place in 1..candidates.len() {
        if worth(&candidates[place]) > worth(&candidates[chosen]) {
            chosen = place;
        }
    }
    chosen
}

#[cfg(test)]
mod tests;
