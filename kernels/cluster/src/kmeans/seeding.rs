//! Starting centers by k-means++.
//!
//! Holds only the drawing of rows to start from; nothing iterates here.

use numeric::{
    MatrixView, Real, chunks, distance::PackedRows, distance::squared_euclidean, random::Random,
};
use rayon::prelude::*;

use crate::Error;

/// Draws `clusters` rows as centers: the first at random, each further one in proportion to its squared
/// distance from the nearest center so far (D. Arthur, S. Vassilvitskii, "k-means++: The Advantages of
/// Careful Seeding", SODA 2007), taking of `2 + ln(clusters)` draws the one that leaves the least
/// squared distance (the greedy variant of their section 5).
///
/// With weights (one for each row, above 0) a row is drawn, and its distance counts, as often as its weight says.
///
/// # Errors
/// [`Error::TooFewDistinctRows`]: when every row sits on a center, the centers are all distinct rows.
pub(crate) fn plus_plus<T: Real>(
    data: MatrixView<'_, T>,
    weights: Option<&[f64]>,
    clusters: usize,
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let centers = first_centers(data, weights, clusters, seed)?;
    let distinct = centers.len() / data.cols();
    match distinct == clusters {
        true => Ok(centers),
        false => Err(Error::TooFewDistinctRows { clusters, distinct }),
    }
}

/// As [`plus_plus`], row by row in the order in which they are drawn; no more than there are distinct rows.
pub(crate) fn first_centers<T: Real>(
    data: MatrixView<'_, T>,
    weights: Option<&[f64]>,
    most: usize,
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let mut random = Random::new(seed);
    let draws = 2 + (most as f64).ln() as usize;
    let first = match weights {
        None => random.below(data.rows()),
        Some(weights) => random.weighted(weights).unwrap_or(0),
    };
    let mut seeds = Seeds::new(data, weights, first);
    for _ in 1..most {
        let rows: Option<Vec<usize>> = (0..draws).map(|_| seeds.draw(&mut random)).collect();
        let Some(rows) = rows else {
            break;
        };
        let row = rows[seeds.best(&rows)?];
        seeds.add(row);
    }
    Ok(seeds.centers)
}

/// The centers so far and each row's nearest of them.
struct Seeds<'a, T> {
    data: MatrixView<'a, T>,
    weights: Option<&'a [f64]>,
    /// Row by row.
    centers: Vec<f64>,
    /// For each row, its nearest center so far, and the squared distance to it.
    nearest: Vec<u32>,
    squared: Vec<f64>,
    /// Weighted sum of `squared` in each chunk.
    sums: Vec<f64>,
}

impl<'a, T: Real> Seeds<'a, T> {
    fn new(data: MatrixView<'a, T>, weights: Option<&'a [f64]>, first: usize) -> Self {
        let mut seeds = Self {
            data,
            weights,
            centers: Vec::new(),
            nearest: vec![0; data.rows()],
            squared: vec![f64::INFINITY; data.rows()],
            sums: Vec::new(),
        };
        seeds.add(first);
        seeds
    }

    /// Draws a row in proportion to its squared distance, first its chunk, then the row in it.
    fn draw(&self, random: &mut Random) -> Option<usize> {
        let chunk = random.weighted(&self.sums)?;
        let step = chunks::rows_per_chunk(self.squared.len());
        let inside = self.squared.chunks(step).nth(chunk)?;
        let place = match self.weights {
            None => random.weighted(inside)?,
            Some(weights) => {
                let weights = inside.iter().zip(&weights[chunk * step..]);
                let weighted: Vec<f64> =
                    weights.map(|(squared, weight)| squared * weight).collect();
                random.weighted(&weighted)?
            }
        };
        Some(chunk * step + place)
    }

    /// For each center, the squared distance up to which a row of it is no nearer to any of the new centers: a
    /// quarter of the least between the centers (C. Elkan, "Using the Triangle Inequality to Accelerate k-Means",
    /// ICML 2003, lemma 1), less what arithmetic can err.
    fn reach(&self, new: &[&[T]]) -> Vec<f64> {
        let cols = self.data.cols();
        let centers = self.centers.chunks_exact(cols);
        let least = |center| {
            let squared = new.iter().map(|new| squared_euclidean(new, center));
            squared.fold(f64::INFINITY, f64::min) * 0.25 * (1.0 - 1e-9)
        };
        centers.map(least).collect()
    }

    /// Makes a row a center.
    fn add(&mut self, row: usize) {
        let (data, weights, center) = (self.data, self.weights, self.data.row(row));
        let reach = self.reach(&[center]);
        let id = reach.len() as u32;
        let step = chunks::rows_per_chunk(data.rows());
        self.sums = self
            .squared
            .par_chunks_mut(step)
            .zip(self.nearest.par_chunks_mut(step))
            .zip(data.data().par_chunks(step * data.cols()))
            .enumerate()
            .map(|(chunk, ((squared, nearest), rows))| {
                let mut sum = 0.0;
                let known = squared.iter_mut().zip(nearest);
                let rows = rows.chunks_exact(data.cols());
                for (at, ((squared, nearest), row)) in known.zip(rows).enumerate() {
                    let near = reach.get(*nearest as usize);
                    if near.is_none_or(|near| *squared > *near) {
                        let new = squared_euclidean(row, center);
                        if new < *squared {
                            (*squared, *nearest) = (new, id);
                        }
                    }
                    sum += *squared * weights.map_or(1.0, |weights| weights[chunk * step + at]);
                }
                sum
            })
            .collect();
        self.centers
            .extend(center.iter().map(|value| value.to_f64()));
    }

    /// Which of the rows drawn would leave the least squared distance as a center; the first of equals.
    fn best(&self, rows: &[usize]) -> Result<usize, Error> {
        let (data, weights) = (self.data, self.weights);
        let drawn: Vec<&[T]> = rows.iter().map(|&row| data.row(row)).collect();
        let reach = self.reach(&drawn);
        let drawn = PackedRows::new(data.take(rows)?.view());
        let parts = chunks::map(data.rows(), |range| {
            let mut sums = vec![0.0; rows.len()];
            let mut distances = vec![0.0; rows.len()];
            let mut values = vec![0.0; data.cols()];
            for row in range {
                let squared = self.squared[row];
                let weight = weights.map_or(1.0, |weights| weights[row]);
                if squared <= reach[self.nearest[row] as usize] {
                    for sum in &mut sums {
                        *sum += weight * squared;
                    }
                    continue;
                }
                for (value, from) in values.iter_mut().zip(data.row(row)) {
                    *value = from.to_f64();
                }
                drawn.squared_distances(&values, &mut distances);
                for (sum, distance) in sums.iter_mut().zip(&distances) {
                    *sum += weight * distance.min(squared);
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
}
