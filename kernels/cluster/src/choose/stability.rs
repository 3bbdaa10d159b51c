//! Would other rows from the same source give the same clusters? Resample, cluster, compare.
//!
//! Holds the bootstrap; what is made of its numbers is the parent's.

use std::sync::atomic::{AtomicU64, Ordering};

use numeric::{MatrixView, Progress, random::Random, random::derive};
use rayon::prelude::*;

use super::Params;
use crate::{
    Error,
    kmeans::{self, nearest},
    score::adjusted_rand,
};

/// Starts of each fit of a resample.
const STARTS: usize = 2;

/// Hands on the question whether to stop, but no ticks: the steps inside a step are not counted.
pub(crate) struct Quiet<'a>(pub &'a dyn Progress);

impl Progress for Quiet<'_> {
    fn tick(&self, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

/// The stability of each count: the mean over pairs of resamples of the adjusted Rand index between the
/// two clusterings, each extended to all rows by the nearest center (Y. Fang, J. Wang, "Selection of the
/// number of clusters via the bootstrap method", Comput. Stat. Data Anal. 56, 2012; C. Hennig,
/// "Cluster-wise assessment of cluster stability", same journal 52, 2007). A pair that cannot be
/// clustered, because a resample has fewer distinct rows than clusters, counts as 0.
///
/// Where the data is large, "all rows" are a fixed random half of `sample`: fewer rows are less steady, so
/// this errs on the side of caution. All counts see the same resamples, so that they differ by the count
/// alone. `steps` are those done and all, for ticks.
pub(super) fn of_counts(
    data: MatrixView<'_>,
    params: &Params,
    counts: &[usize],
    steps: (u64, u64),
    progress: &dyn Progress,
) -> Result<Vec<f64>, Error> {
    let rows = Random::stream(params.seed, u64::MAX).sample(data.rows(), params.sample / 2);
    let drawn = data.take(&rows)?;
    let done = AtomicU64::new(steps.0);
    let pairs = params.bootstraps;
    let agreements = (0..counts.len() * pairs)
        .into_par_iter()
        .map(|job| {
            let agreement = of_pair(
                drawn.view(),
                params,
                counts[job / pairs],
                job % pairs,
                progress,
            )?;
            progress.tick(done.fetch_add(1, Ordering::Relaxed) + 1, steps.1);
            Ok(agreement)
        })
        .collect::<Result<Vec<f64>, Error>>()?;
    Ok(agreements
        .chunks_exact(pairs)
        .map(|of_count| of_count.iter().sum::<f64>() / pairs as f64)
        .collect())
}

fn of_pair(
    drawn: MatrixView<'_>,
    params: &Params,
    clusters: usize,
    pair: usize,
    progress: &dyn Progress,
) -> Result<f64, Error> {
    let labels = |side: usize| -> Result<Vec<u32>, Error> {
        let seed = derive(derive(params.seed, 1 << 32), (2 * pair + side) as u64);
        let mut random = Random::new(seed);
        let rows: Vec<usize> = (0..drawn.rows())
            .map(|_| random.below(drawn.rows()))
            .collect();
        let fitting = kmeans::Params {
            clusters,
            starts: STARTS,
            seed,
            ..params.fitting(clusters)
        };
        let resample = drawn.take(&rows)?;
        let fit = fitting
            .check(rows.len())?
            .fit(resample.view(), &Quiet(progress))?;
        Ok(nearest(drawn, fit.centers.view())?.labels)
    };
    match labels(0).and_then(|first| adjusted_rand(&first, &labels(1)?)) {
        Err(Error::TooFewDistinctRows { .. }) => Ok(0.0),
        agreement => agreement,
    }
}
