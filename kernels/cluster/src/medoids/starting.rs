//! Medoids to start from.
//!
//! Holds only their choice; nothing swaps here.

use numeric::{Progress, chunks, random::Random};
use rayon::prelude::*;

use super::{
    Start,
    dissimilarities::{Dissimilarities, Subset},
};
use crate::Error;

/// Different rows, one for each cluster.
pub(super) fn medoids(
    data: &impl Dissimilarities,
    start: Start,
    clusters: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<usize>, Error> {
    match start {
        Start::Build => build(data, clusters, progress),
        Start::Lab => Ok(lab(data, clusters, seed)),
        Start::PlusPlus => Ok(plus_plus(data, clusters, seed)),
    }
}

/// One after another the row that lowers the loss most, the lowest of equals.
pub(super) fn build(
    data: &impl Dissimilarities,
    clusters: usize,
    progress: &dyn Progress,
) -> Result<Vec<usize>, Error> {
    let mut medoids = Vec::with_capacity(clusters);
    let mut nearest = vec![f64::INFINITY; data.rows()];
    while medoids.len() < clusters {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let losses: Vec<f64> = (0..data.rows())
            .into_par_iter()
            .map_init(
                || vec![0.0; data.rows()],
                |apart, row| {
                    data.fill(row, apart);
                    let pairs = apart.iter().zip(&nearest);
                    pairs.map(|(apart, nearest)| apart.min(*nearest)).sum()
                },
            )
            .collect();
        medoids.push(lowest(&losses, &medoids));
        lower(data, medoids[medoids.len() - 1], &mut nearest);
    }
    Ok(medoids)
}

/// As `build`, each medoid among rows drawn for it.
fn lab(data: &impl Dissimilarities, clusters: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let size = 10 + (data.rows() as f64).sqrt().ceil() as usize;
    let mut medoids = Vec::with_capacity(clusters);
    let mut nearest = vec![f64::INFINITY; data.rows()];
    while medoids.len() < clusters {
        // As many more as there are medoids, so that a row to take is always among them.
        let mut rows = random.sample(data.rows(), size + medoids.len());
        rows.retain(|row| !medoids.contains(row));
        let drawn = Subset { data, rows };
        let loss = |candidate: usize| -> f64 {
            let row =
                |(other, row): (usize, &usize)| drawn.between(candidate, other).min(nearest[*row]);
            drawn.rows.iter().enumerate().map(row).sum()
        };
        let losses: Vec<f64> = (0..drawn.rows.len()).into_par_iter().map(loss).collect();
        medoids.push(drawn.rows[lowest(&losses, &[])]);
        lower(data, medoids[medoids.len() - 1], &mut nearest);
    }
    medoids
}

/// Rows drawn in proportion to their dissimilarity from the nearest medoid so far; where all are 0, the
/// lowest rows left.
fn plus_plus(data: &impl Dissimilarities, clusters: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut medoids = vec![random.below(data.rows())];
    let mut nearest = vec![f64::INFINITY; data.rows()];
    while medoids.len() < clusters {
        lower(data, medoids[medoids.len() - 1], &mut nearest);
        let drawn = random.weighted(&nearest);
        medoids.push(drawn.unwrap_or_else(|| lowest(&nearest, &medoids)));
    }
    medoids
}

/// The place of the least value that is not taken, the lowest of equals.
fn lowest(values: &[f64], taken: &[usize]) -> usize {
    let mut is_taken = vec![false; values.len()];
    taken.iter().for_each(|&place| is_taken[place] = true);
    let mut best = None;
    for (place, &value) in values.iter().enumerate() {
        let better = best.is_none_or(|best: usize| value < values[best]);
        if better && !is_taken[place] {
            best = Some(place);
        }
    }
    best.unwrap_or(0)
}

/// Lowers each row's dissimilarity to that of the new medoid where that is nearer.
fn lower(data: &impl Dissimilarities, medoid: usize, nearest: &mut [f64]) {
    let step = chunks::rows_per_chunk(nearest.len());
    let each = nearest.par_chunks_mut(step).enumerate();
    each.for_each(|(chunk, nearest)| {
        for (index, nearest) in nearest.iter_mut().enumerate() {
            *nearest = nearest.min(data.between(medoid, chunk * step + index));
        }
    });
}
