//! Would other rows from the same source give the same clusters? Resample, cluster, compare.
//!
//! Holds the bootstrap; what is made of its numbers is the parent's.

use std::sync::atomic::{AtomicU64, Ordering};

use numeric::{MatrixView, Progress, random::Random, random::derive};
use rayon::prelude::*;

use super::{Params, fits::Starts};
use crate::{
    Error,
    kmeans::{Centering, labels_of, lloyd},
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
/// this errs on the side of caution. All counts, ascending, see the same resamples and begin with the same centers, so
/// that they differ by the count alone. `steps` are those done and all, for ticks.
pub(super) fn of_counts(
    data: MatrixView<'_>,
    params: &Params,
    counts: &[usize],
    steps: (u64, u64),
    progress: &dyn Progress,
) -> Result<Vec<f64>, Error> {
    let rows = Random::stream(params.seed, u64::MAX).sample(data.rows(), params.sample / 2);
    let drawn = data.take(&rows)?;
    let rounds = params.fitting(1).check(rows.len())?;
    let bootstrap = Bootstrap {
        drawn: drawn.view(),
        counts,
        seed: derive(params.seed, 1 << 32),
        rounds: rounds.rounds(drawn.view(), Centering::Mean),
        progress,
    };
    let done = AtomicU64::new(steps.0);
    let pairs = (0..params.bootstraps as u64).into_par_iter().map(|pair| {
        let agreements = bootstrap.pair(pair)?;
        let own = counts.len() as u64;
        progress.tick(done.fetch_add(own, Ordering::Relaxed) + own, steps.1);
        Ok(agreements)
    });
    let pairs = pairs.collect::<Result<Vec<_>, Error>>()?;
    let mean = |count| {
        let each = pairs.iter().map(|pair: &Vec<f64>| pair[count]);
        each.sum::<f64>() / pairs.len() as f64
    };
    Ok((0..counts.len()).map(mean).collect())
}

struct Bootstrap<'a> {
    drawn: MatrixView<'a>,
    counts: &'a [usize],
    seed: u64,
    rounds: lloyd::Rounds,
    progress: &'a dyn Progress,
}

impl Bootstrap<'_> {
    /// How far two resamples agree, for each count.
    fn pair(&self, pair: u64) -> Result<Vec<f64>, Error> {
        let first = self.labels(derive(self.seed, 2 * pair))?;
        let second = self.labels(derive(self.seed, 2 * pair + 1))?;
        let both = first.iter().zip(&second);
        both.map(|(first, second)| match (first, second) {
            (Some(first), Some(second)) => adjusted_rand(first, second),
            _ => Ok(0.0),
        })
        .collect()
    }

    /// The labels that one resample gives to all rows, for each count; none where its rows allow no such count.
    ///
    /// A row drawn several times is one row of such weight: there are a third fewer rows to look at.
    fn labels(&self, seed: u64) -> Result<Vec<Option<Vec<u32>>>, Error> {
        let all = self.drawn.rows();
        let mut random = Random::new(seed);
        let mut times = vec![0.0; all];
        (0..all).for_each(|_| times[random.below(all)] += 1.0);
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..all).partition(|&row| times[row] > 0.0);
        let weights: Vec<f64> = inside.iter().map(|&row| times[row]).collect();
        let resample = self.drawn.take(&inside)?;
        let others = match outside.is_empty() {
            true => None,
            false => Some(self.drawn.take(&outside)?),
        };
        let most = self.counts.last().copied().unwrap_or(1);
        let from = (STARTS, seed);
        let starts = Starts::new(resample.view(), Some(&weights), most, from, self.rounds);
        let each = self.counts.iter().map(|&clusters| {
            let fit = match starts.best(clusters, &Quiet(self.progress)) {
                Err(Error::TooFewDistinctRows { .. }) => return Ok(None),
                fit => fit?,
            };
            let mut labels = vec![0; all];
            for (&row, label) in inside.iter().zip(fit.labels) {
                labels[row] = label;
            }
            if let Some(others) = &others {
                let found = labels_of(others.view(), fit.centers.view());
                for (&row, label) in outside.iter().zip(found) {
                    labels[row] = label;
                }
            }
            Ok(Some(labels))
        });
        each.collect()
    }
}
