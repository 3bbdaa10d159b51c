//! CLARA: medoids found in samples, judged by all rows.
//!
//! Holds the sampling. The search within a sample is that of all rows.

use numeric::{
    Progress,
    random::{Random, derive},
};

use super::{
    KMedoids,
    dissimilarities::{Dissimilarities, Subset, assign},
    swaps::Found,
};
use crate::{Error, choose::Quiet};

/// The medoids of the best sample, by the loss over all rows. Each sample after the first holds the best
/// medoids so far, so that it may better them.
pub(super) fn best(
    method: &KMedoids,
    data: &impl Dissimilarities,
    samples: usize,
    rows: usize,
    progress: &dyn Progress,
) -> Result<Found, Error> {
    let seed = method.params().seed;
    let mut best: Option<Found> = None;
    let mut sample = 0;
    loop {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        // Drawn from a stream that no start of a sample draws from.
        let mut random = Random::stream(derive(seed, u64::MAX), sample as u64);
        let mut drawn = random.sample(data.rows(), rows);
        if let Some(best) = &best {
            drawn.extend_from_slice(&best.medoids);
            drawn.sort_unstable();
            drawn.dedup();
        }
        let subset = Subset { data, rows: drawn };
        let mut found =
            method.best_start(&subset, derive(seed, sample as u64), &Quiet(progress))?;
        found
            .medoids
            .iter_mut()
            .for_each(|medoid| *medoid = subset.rows[*medoid]);
        found.loss = assign(data, &found.medoids).1;
        sample += 1;
        progress.tick(sample as u64, samples as u64);
        let kept = match best.take() {
            Some(kept) if kept.loss <= found.loss => kept,
            _ => found,
        };
        if sample == samples {
            return Ok(kept);
        }
        best = Some(kept);
    }
}
