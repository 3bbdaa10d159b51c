//! Starting centers by k-means++.
//!
//! Holds only the drawing of rows to start from; nothing iterates here.

use numeric::{
    MatrixView, chunks, distance::PackedRows, distance::squared_euclidean, random::Random,
};
use rayon::prelude::*;

use crate::Error;

/// Draws `clusters` rows as centers: the first at random, each further one in proportion to its squared
/// distance from the nearest center so far (D. Arthur, S. Vassilvitskii, "k-means++: The Advantages of
/// Careful Seeding", SODA 2007), taking of `2 + ln(clusters)` draws the one that leaves the least
/// squared distance (the greedy variant of their section 5).
///
/// # Errors
/// [`Error::TooFewDistinctRows`]: when every row sits on a center, the centers are all distinct rows.
pub(super) fn plus_plus(
    data: MatrixView<'_>,
    clusters: usize,
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let mut random = Random::new(seed);
    let draws = 2 + (clusters as f64).ln() as usize;
    let mut centers = data.row(random.below(data.rows())).to_vec();
    let mut squared = vec![f64::INFINITY; data.rows()];
    let mut sums = lower(data, &centers, &mut squared);
    for chosen in 1..clusters {
        let mut rows = Vec::with_capacity(draws);
        for _ in 0..draws {
            let row = draw(&mut random, &sums, &squared).ok_or(Error::TooFewDistinctRows {
                clusters,
                distinct: chosen,
            })?;
            rows.push(row);
        }
        let row = rows[best(data, &rows, &squared)?];
        centers.extend_from_slice(data.row(row));
        sums = lower(data, data.row(row), &mut squared);
    }
    Ok(centers)
}

/// Draws a row in proportion to its squared distance, first its chunk, then the row in it.
fn draw(random: &mut Random, sums: &[f64], squared: &[f64]) -> Option<usize> {
    let chunk = random.weighted(sums)?;
    let step = chunks::rows_per_chunk(squared.len());
    let inside = squared.chunks(step).nth(chunk)?;
    Some(chunk * step + random.weighted(inside)?)
}

/// Lowers each row's squared distance to that of the new center where that is nearer; gives the sum of
/// each chunk.
fn lower(data: MatrixView<'_>, center: &[f64], squared: &mut [f64]) -> Vec<f64> {
    let step = chunks::rows_per_chunk(data.rows());
    squared
        .par_chunks_mut(step)
        .zip(data.data().par_chunks(step * data.cols()))
        .map(|(squared, rows)| {
            let mut sum = 0.0;
            for (squared, row) in squared.iter_mut().zip(rows.chunks_exact(data.cols())) {
                *squared = squared.min(squared_euclidean(row, center));
                sum += *squared;
            }
            sum
        })
        .collect()
}

/// Which of the rows drawn would leave the least squared distance as a center; the first of equals.
fn best(data: MatrixView<'_>, rows: &[usize], squared: &[f64]) -> Result<usize, Error> {
    let drawn = PackedRows::new(data.take(rows)?.view());
    let parts = chunks::map(data.rows(), |range| {
        let mut sums = vec![0.0; rows.len()];
        let mut distances = vec![0.0; rows.len()];
        for row in range {
            drawn.squared_distances(data.row(row), &mut distances);
            for (sum, distance) in sums.iter_mut().zip(&distances) {
                *sum += distance.min(squared[row]);
            }
        }
        sums
    });
    let mut sums = vec![0.0; rows.len()];
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
    Ok(best)
}
