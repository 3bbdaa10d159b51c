//! Starting prototypes drawn from the rows, as in k-means++.
//!
//! Holds only the drawing; nothing iterates here.

use numeric::{chunks, random::Random};
use rayon::prelude::*;

use super::{lanes::Lanes, prototypes::Prototypes, table::Table};
use crate::Error;

/// Draws `clusters` rows: the first at random, each further one in proportion to its dissimilarity from
/// the nearest row so far, which is a squared distance (D. Arthur, S. Vassilvitskii, "k-means++: The
/// Advantages of Careful Seeding", SODA 2007), taking of `2 + ln(clusters)` draws the one that leaves the
/// least dissimilarity.
///
/// # Errors
/// [`Error::TooFewDistinctRows`]: when every row sits on a drawn one, these are all distinct rows.
pub(super) fn plus_plus(
    table: &Table,
    all: &Prototypes,
    clusters: usize,
    seed: u64,
) -> Result<Vec<usize>, Error> {
    let mut random = Random::new(seed);
    let draws = 2 + (clusters as f64).ln() as usize;
    let mut rows = Vec::with_capacity(clusters);
    let mut least = vec![f32::INFINITY; table.rows()];
    let mut candidates = vec![random.below(table.rows())];
    loop {
        let apart = Apart::new(table, &Prototypes::of_rows(table, &candidates, all));
        let chosen = apart.best(&least);
        rows.push(candidates[chosen]);
        if rows.len() == clusters {
            return Ok(rows);
        }
        let sums = apart.lower(chosen, &mut least);
        candidates.clear();
        for _ in 0..draws {
            let row = draw(&mut random, &sums, &least).ok_or(Error::TooFewDistinctRows {
                clusters,
                distinct: rows.len(),
            })?;
            candidates.push(row);
        }
    }
}

/// Draws a row in proportion to its dissimilarity, first its chunk, then the row in it.
fn draw(random: &mut Random, sums: &[f64], least: &[f32]) -> Option<usize> {
    let chunk = random.weighted(sums)?;
    let step = chunks::rows_per_chunk(least.len());
    let inside: Vec<f64> = least
        .chunks(step)
        .nth(chunk)?
        .iter()
        .map(|&distance| f64::from(distance))
        .collect();
    Some(chunk * step + random.weighted(&inside)?)
}

/// Dissimilarities of all rows from the candidates, row by row: what judges a candidate serves again where it
/// is chosen.
struct Apart {
    values: Vec<f32>,
    candidates: usize,
}

impl Apart {
    fn new(table: &Table, candidates: &Prototypes) -> Self {
        let (lanes, width) = (Lanes::new(table, candidates), candidates.clusters());
        let mut values = vec![0.0; table.rows() * width];
        let step = chunks::rows_per_chunk(table.rows());
        let each = values.par_chunks_mut(step * width).enumerate();
        each.for_each(|(chunk, values)| {
            for (index, out) in values.chunks_exact_mut(width).enumerate() {
                lanes.distances(table, chunk * step + index, out);
            }
        });
        Self {
            values,
            candidates: width,
        }
    }

    /// Those of one row.
    fn of(&self, row: usize) -> &[f32] {
        &self.values[row * self.candidates..(row + 1) * self.candidates]
    }

    /// Which candidate would leave the least dissimilarity; the first of equals.
    fn best(&self, least: &[f32]) -> usize {
        let parts = chunks::map(least.len(), |range| {
            let mut sums = vec![0.0; self.candidates];
            for row in range {
                for (sum, distance) in sums.iter_mut().zip(self.of(row)) {
                    *sum += f64::from(distance.min(least[row]));
                }
            }
            sums
        });
        let mut sums = vec![0.0; self.candidates];
        for part in parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += part;
            }
        }
        let mut best = 0;
        for (place, sum) in sums.iter().enumerate() {
            if *sum < sums[best] {
                best = place;
            }
        }
        best
    }

    /// Lowers each row's dissimilarity to that from the chosen candidate where that is nearer; gives the
    /// sum of each chunk.
    fn lower(&self, chosen: usize, least: &mut [f32]) -> Vec<f64> {
        let step = chunks::rows_per_chunk(least.len());
        least
            .par_chunks_mut(step)
            .enumerate()
            .map(|(chunk, least)| {
                let mut sum = 0.0;
                for (index, least) in least.iter_mut().enumerate() {
                    *least = least.min(self.of(chunk * step + index)[chosen]);
                    sum += f64::from(*least);
                }
                sum
            })
            .collect()
    }
}
