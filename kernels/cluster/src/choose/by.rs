//! The choice of a count for any method that labels rows, with the scores that k-means gets.
//!
//! Holds the seam and the general path; what is recommended and how it is told are the parent's. A method that
//! has centers and nothing else to say is served better by the parent's own path.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};

use numeric::{MatrixView, Part, Progress, random::Random, random::derive};
use rayon::prelude::*;

use super::{Candidate, Choice, Choosing, reason, recommend, stability::Quiet};
use crate::{
    Error,
    grouping::Grouping,
    kmeans::nearest,
    score::{adjusted_rand, dispersion, silhouette_sampled},
};

/// A method whose number of clusters is to be chosen.
pub trait Labeller: Sync {
    /// The labels of the rows for each count, in order; a list with fewer clusters than its count where the rows
    /// allow no more. All counts are asked at once, since one tree answers them all.
    ///
    /// # Errors
    /// Those of the method.
    fn labels(
        &self,
        data: MatrixView<'_>,
        counts: RangeInclusive<usize>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<Vec<u32>>, Error>;

    /// As [`Labeller::labels`] for all rows, which a method may have seen before: a tree that is there need not be
    /// made again.
    ///
    /// # Errors
    /// Those of the method.
    fn whole(
        &self,
        data: MatrixView<'_>,
        counts: RangeInclusive<usize>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<Vec<u32>>, Error> {
        self.labels(data, counts, seed, progress)
    }
}

/// The recommended count, why, all counts, and the labels of the one recommended.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// The choice.
    pub choice: Choice,
    /// For each row its cluster, numbered from 0 without gaps.
    pub labels: Vec<u32>,
}

impl Choosing {
    /// The count of best silhouette among those stable enough (the lower of equals), by another method than k-means;
    /// where none is, the steadiest. Scores are those of the method's own labels, inertia
    /// that around their means. Stability is the adjusted Rand index of the labels that two resamples give to the
    /// same rows, each row labelled as the nearest row of the resample (and not as the nearest center, which
    /// would judge clusters of other shapes by round ones).
    ///
    /// # Errors
    /// As [`Choosing::run`], and those of the method; [`Error::TooFewDistinctRows`] where it finds less than two
    /// clusters for every count.
    pub fn run_with(
        &self,
        data: MatrixView<'_>,
        method: &dyn Labeller,
        progress: &dyn Progress,
    ) -> Result<Chosen, Error> {
        self.0.check(data.rows())?;
        let params = &self.0;
        let counts = params.clusters_min..=params.clusters_max;
        let total = (1 + params.bootstraps) as u64;
        // Over all rows the method may take as long as over all resamples.
        let first = Part {
            of: progress,
            place: 0,
            parts: total,
        };
        let all = method.whole(data, counts.clone(), params.seed, &first)?;
        let (mut candidates, mut found): (Vec<Candidate>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
        // The place in the range of the count that gave each candidate: it may have fewer clusters than that.
        let mut asked = Vec::new();
        let mut fewest = 0;
        for (place, labels) in all.into_iter().enumerate() {
            let grouping = Grouping::of(data, &labels)?;
            let clusters = grouping.ids.len();
            // A method may find no more clusters for a greater count.
            let again = candidates
                .last()
                .is_some_and(|last| last.clusters >= clusters);
            if clusters < 2 || again {
                fewest = clusters;
                continue;
            }
            asked.push(place);
            let labels: Vec<u32> = grouping.group.iter().map(|&group| group as u32).collect();
            candidates.push(self.scored(data, &labels, grouping.sizes, progress)?);
            found.push(labels);
        }
        first.tick(1, 1);
        if candidates.is_empty() {
            return Err(Error::TooFewDistinctRows {
                clusters: params.clusters_min,
                distinct: fewest,
            });
        }
        let stabilities = self.stabilities(data, method, &counts, progress)?;
        for (candidate, place) in candidates.iter_mut().zip(&asked) {
            candidate.stability = stabilities[*place];
        }
        let chosen = recommend(&candidates, params.stability_min);
        Ok(Chosen {
            choice: Choice {
                clusters: candidates[chosen].clusters,
                reason: reason::sentence(&candidates, chosen, params.stability_min, None),
                candidates,
            },
            labels: found.swap_remove(chosen),
        })
    }

    pub(super) fn scored(
        &self,
        data: MatrixView<'_>,
        labels: &[u32],
        sizes: Vec<usize>,
        progress: &dyn Progress,
    ) -> Result<Candidate, Error> {
        let clusters = sizes.len();
        let seed = derive(self.0.seed, clusters as u64);
        let sample = self.0.sample;
        let silhouette = silhouette_sampled(data, labels, sample, seed, &Quiet(progress))?;
        let dispersion = dispersion(data, labels)?;
        Ok(Candidate {
            clusters,
            sizes,
            inertia: dispersion.inertia,
            silhouette: silhouette.mean,
            cluster_silhouettes: silhouette.clusters,
            calinski_harabasz: dispersion.calinski_harabasz,
            davies_bouldin: dispersion.davies_bouldin,
            stability: 0.0,
            jump: None,
            converged: true,
        })
    }

    /// Stability of each count of the range, over at most half of `sample` rows.
    fn stabilities(
        &self,
        data: MatrixView<'_>,
        method: &dyn Labeller,
        counts: &RangeInclusive<usize>,
        progress: &dyn Progress,
    ) -> Result<Vec<f64>, Error> {
        let params = &self.0;
        let rows = Random::stream(params.seed, u64::MAX).sample(data.rows(), params.sample / 2);
        let drawn = data.take(&rows)?;
        let done = AtomicU64::new(1);
        let pairs = (0..params.bootstraps)
            .into_par_iter()
            .map(|pair| {
                let side = |side: usize| {
                    let seed = derive(derive(params.seed, 1 << 32), (2 * pair + side) as u64);
                    resampled(drawn.view(), method, counts, seed, progress)
                };
                let (first, second) = (side(0)?, side(1)?);
                let each = first.iter().zip(&second);
                let agreements = each.map(|(first, second)| adjusted_rand(first, second));
                let agreements = agreements.collect::<Result<Vec<f64>, Error>>()?;
                let ticked = done.fetch_add(1, Ordering::Relaxed) + 1;
                let pair = Part {
                    of: progress,
                    place: ticked - 1,
                    parts: (1 + params.bootstraps) as u64,
                };
                pair.tick(1, 1);
                Ok(agreements)
            })
            .collect::<Result<Vec<Vec<f64>>, Error>>()?;
        let counts = counts.end() - counts.start() + 1;
        let of_count = |count: usize| -> f64 {
            // A resample that the method cannot put into so many clusters counts as 0.
            let each = pairs.iter().map(|pair| pair.get(count).copied());
            each.map(Option::unwrap_or_default).sum::<f64>() / pairs.len() as f64
        };
        Ok((0..counts).map(of_count).collect())
    }
}

/// The labels that a resample gives to the drawn rows, for each count that it allows.
fn resampled(
    drawn: MatrixView<'_>,
    method: &dyn Labeller,
    counts: &RangeInclusive<usize>,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<Vec<u32>>, Error> {
    let mut random = Random::new(seed);
    let rows: Vec<usize> = (0..drawn.rows())
        .map(|_| random.below(drawn.rows()))
        .collect();
    let resample = drawn.take(&rows)?;
    let all = match method.labels(resample.view(), counts.clone(), seed, &Quiet(progress)) {
        Err(Error::TooFewDistinctRows { .. }) => return Ok(Vec::new()),
        all => all?,
    };
    let like = nearest(drawn, resample.view())?.labels;
    let each = all.into_iter().map(|labels| {
        let as_nearest = like.iter().map(|&row| labels[row as usize]);
        as_nearest.collect()
    });
    Ok(each.collect())
}
