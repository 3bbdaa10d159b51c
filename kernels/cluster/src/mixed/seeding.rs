//! Starting prototypes drawn from the rows, as in k-means++.
//!
//! Holds only the drawing; nothing iterates here.

use numeric::random::Random;
use rayon::prelude::*;

use super::{lanes::Lanes, prototypes::Prototypes, sums::rows_per_part, table::Table};
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
    let mut rows = vec![random.below(table.rows())];
    let mut least = vec![f32::INFINITY; table.rows()];
    while rows.len() < clusters {
        let newest = Lanes::new(
            table,
            &Prototypes::of_rows(table, &rows[rows.len() - 1..], all),
        );
        let step = rows_per_part(table, 1);
        let sums = lower(table, &newest, step, &mut least);
        let mut drawn = Vec::with_capacity(draws);
        for _ in 0..draws {
            drawn.push(draw(&mut random, &sums, step, &least).ok_or(
                Error::TooFewDistinctRows {
                    clusters,
                    distinct: rows.len(),
                },
            )?);
        }
        let candidates = Lanes::new(table, &Prototypes::of_rows(table, &drawn, all));
        rows.push(drawn[best(table, &candidates, &least)]);
    }
    Ok(rows)
}

/// Draws a row in proportion to its dissimilarity, first its part, then the row in it.
fn draw(random: &mut Random, sums: &[f64], step: usize, least: &[f32]) -> Option<usize> {
    let part = random.weighted(sums)?;
    let inside: Vec<f64> = least
        .chunks(step)
        .nth(part)?
        .iter()
        .map(|&distance| f64::from(distance))
        .collect();
    Some(part * step + random.weighted(&inside)?)
}

/// Lowers each row's dissimilarity to that of the new row where that is nearer; gives the sum of each
/// part.
fn lower(table: &Table, newest: &Lanes, step: usize, least: &mut [f32]) -> Vec<f64> {
    least
        .par_chunks_mut(step)
        .enumerate()
        .map(|(part, least)| {
            let (mut distance, mut sum) = ([0.0], 0.0);
            for (index, least) in least.iter_mut().enumerate() {
                newest.distances(table, part * step + index, &mut distance);
                *least = least.min(distance[0]);
                sum += f64::from(*least);
            }
            sum
        })
        .collect()
}

/// Which candidate would leave the least dissimilarity; the first of equals.
fn best(table: &Table, candidates: &Lanes, least: &[f32]) -> usize {
    let step = rows_per_part(table, candidates.clusters());
    let parts: Vec<Vec<f64>> = least
        .par_chunks(step)
        .enumerate()
        .map(|(part, least)| {
            let mut sums = vec![0.0; candidates.clusters()];
            let mut distances = vec![0.0; candidates.clusters()];
            for (index, &least) in least.iter().enumerate() {
                candidates.distances(table, part * step + index, &mut distances);
                for (sum, distance) in sums.iter_mut().zip(&distances) {
                    *sum += f64::from(distance.min(least));
                }
            }
            sums
        })
        .collect();
    let mut sums = vec![0.0; candidates.clusters()];
    for part in parts {
        for (sum, part) in sums.iter_mut().zip(part) {
            *sum += part;
        }
    }
    let least = |best: usize, place: usize| {
        if sums[place] < sums[best] {
            place
        } else {
            best
        }
    };
    (0..sums.len()).fold(0, least)
}
