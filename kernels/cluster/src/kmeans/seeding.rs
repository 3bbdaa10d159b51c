//! Starting centers by k-means++.
//!
//! Holds only the drawing of rows to start from; the passes over all rows have their own file, and nothing iterates
//! here. Distances to draw by are `f32`: they are odds, and decide no label.

mod passes;

use numeric::{
    MatrixView, Real, chunks,
    distance::squared_euclidean,
    lanes::{LANES, widest},
    random::Random,
};
use rayon::prelude::*;

use super::frame::Frame;
use crate::Error;
use passes::{Add, Best, Draws, Rows};

/// Rows that say where the columns' middle is.
const MIDDLE_ROWS: usize = 64;
/// What a quarter of the distance between two centers is cut by, more than `f32` can err.
const NARROWER: f64 = 1.0 - 1e-3;

/// Draws `clusters` rows as centers: the first at random, each further one in proportion to its squared
/// distance from the nearest center so far (D. Arthur, S. Vassilvitskii, "k-means++: The Advantages of
/// Careful Seeding", SODA 2007), taking of `2 + ln(clusters)` draws, eight at most, the one that leaves the least
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
    let centers = first_centers(data, weights, clusters, seed);
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
) -> Vec<f64> {
    let mut random = Random::new(seed);
    let draws = (2 + (most as f64).ln() as usize).min(LANES);
    let first = match weights {
        None => random.below(data.rows()),
        Some(weights) => random.weighted(weights).unwrap_or(0),
    };
    // Odds know no scale, and of this one sums stay within `f32`.
    let heaviest = weights.map_or(1.0, |weights| weights.iter().copied().fold(0.0, f64::max));
    let weights: Option<Vec<f64>> =
        weights.map(|weights| weights.iter().map(|weight| weight / heaviest).collect());
    let mut seeds = Seeds::new(data, weights.as_deref(), first);
    for _ in 1..most {
        let mut rows = Vec::with_capacity(draws);
        while rows.len() < draws {
            match seeds.draw(&mut random) {
                Some(row) => rows.push(row),
                None if seeds.look_closer() => {}
                None => return seeds.centers,
            }
        }
        let row = rows[seeds.best(&rows)];
        seeds.add(row);
    }
    seeds.centers
}

/// The centers so far and each row's nearest of them.
struct Seeds<'a, T> {
    data: MatrixView<'a, T>,
    weights: Option<&'a [f64]>,
    frame: Frame<T>,
    /// Row by row, and as the passes see them.
    centers: Vec<f64>,
    images: Vec<f32>,
    /// For each row, its nearest center so far, and the squared distance to it in the units of the search.
    nearest: Vec<u32>,
    squared: Vec<f32>,
    /// Weighted sum of `squared` in each chunk.
    sums: Vec<f64>,
    /// Where `f32` told no row from the centers: for each row the squared distance in `f64`.
    exact: Option<Vec<f64>>,
}

impl<'a, T: Real> Seeds<'a, T> {
    fn new(data: MatrixView<'a, T>, weights: Option<&'a [f64]>, first: usize) -> Self {
        let step = data.rows().div_ceil(MIDDLE_ROWS);
        let some = (0..data.rows()).step_by(step).flat_map(|row| data.row(row));
        let some: Vec<f64> = some.map(|value| value.to_f64()).collect();
        let mut seeds = Self {
            data,
            weights,
            frame: Frame::new(data, &some),
            centers: Vec::new(),
            images: Vec::new(),
            nearest: vec![0; data.rows()],
            squared: vec![f32::INFINITY; data.rows()],
            sums: Vec::new(),
            exact: None,
        };
        seeds.add(first);
        seeds
    }

    /// Draws a row in proportion to its squared distance, first its chunk, then the row in it.
    fn draw(&self, random: &mut Random) -> Option<usize> {
        let chunk = random.weighted(&self.sums)?;
        let step = chunks::rows_per_chunk(self.squared.len());
        let inside = self.squared.chunks(step).nth(chunk)?;
        let weight = |place: usize| self.weights.map_or(1.0, |all| all[chunk * step + place]);
        let each = inside.iter().enumerate();
        let odds: Vec<f64> = each
            .map(|(place, &squared)| f64::from(squared) * weight(place))
            .collect();
        Some(chunk * step + random.weighted(&odds)?)
    }

    /// For each center, the squared distance up to which a row of it is no nearer to any of the new centers: a
    /// quarter of the least between the centers (C. Elkan, "Using the Triangle Inequality to Accelerate k-Means",
    /// ICML 2003, lemma 1), less what arithmetic can err. Taken between what the passes see, so that a row that becomes
    /// a center is always looked at.
    fn reach(&self, new: &[usize]) -> Vec<f32> {
        let new: Vec<Vec<f32>> = new.iter().map(|&row| self.image(row)).collect();
        let centers = self.images.chunks_exact(self.data.cols());
        let least = |center| {
            let squared = new.iter().map(|new| squared_euclidean(new, center));
            (squared.fold(f64::INFINITY, f64::min) * 0.25 * NARROWER) as f32
        };
        centers.map(least).collect()
    }

    /// A row as the passes see it.
    fn image(&self, row: usize) -> Vec<f32> {
        let values = self.data.row(row).iter().map(|value| value.to_f64());
        self.frame.center(&values.collect::<Vec<f64>>()).collect()
    }

    /// The rows of a chunk for a pass.
    fn rows<'s>(&'s self, first: usize, reach: &'s [f32]) -> Rows<'s, T> {
        Rows {
            frame: &self.frame,
            data: self.data.data(),
            first,
            reach,
        }
    }

    /// Makes a row a center.
    fn add(&mut self, row: usize) {
        let center = self.data.row(row).iter().map(|value| value.to_f64());
        self.centers.extend(center);
        if self.exact.is_some() {
            return self.lower_exactly(self.centers.len() / self.data.cols() - 1);
        }
        let reach = self.reach(&[row]);
        let id = reach.len() as u32;
        let step = chunks::rows_per_chunk(self.data.rows());
        // Lent out, so that the rest of `self` can be read meanwhile.
        let mut squared = std::mem::take(&mut self.squared);
        let mut nearest = std::mem::take(&mut self.nearest);
        let parts = squared
            .par_chunks_mut(step)
            .zip(nearest.par_chunks_mut(step));
        let sums = parts.enumerate().map(|(chunk, (squared, nearest))| {
            let first = chunk * step;
            widest(Add {
                rows: self.rows(first, &reach),
                center: row,
                id,
                squared,
                nearest,
            });
            let odds = squared.iter().map(|&squared| f64::from(squared));
            match self.weights {
                None => odds.sum(),
                Some(weights) => odds.zip(&weights[first..]).map(|(x, w)| x * w).sum(),
            }
        });
        let sums = sums.collect();
        (self.squared, self.nearest, self.sums) = (squared, nearest, sums);
        self.images.extend(self.image(row));
    }

    /// Which of the rows drawn, eight at most, would leave the least squared distance as a center; the first of equals.
    fn best(&self, drawn: &[usize]) -> usize {
        // To `f32` all leave the same.
        if self.exact.is_some() {
            return 0;
        }
        let reach = self.reach(drawn);
        let draws = Draws::new(&self.frame, self.data, drawn);
        let parts = chunks::map(self.data.rows(), |range| {
            widest(Best {
                rows: self.rows(range.start, &reach),
                draws: &draws,
                squared: &self.squared[range.clone()],
                nearest: &self.nearest[range.clone()],
                weights: self.weights.map(|weights| &weights[range]),
            })
        });
        let mut sums = [0.0; LANES];
        for part in parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += part;
            }
        }
        let mut best = 0;
        for (place, sum) in sums[..drawn.len()].iter().enumerate() {
            if *sum < sums[best] {
                best = place;
            }
        }
        best
    }

    /// Where `f32` tells no row from the centers, goes on in `f64`; whether any row differs.
    fn look_closer(&mut self) -> bool {
        if self.exact.is_none() {
            self.exact = Some(vec![f64::INFINITY; self.data.rows()]);
            self.lower_exactly(0);
        }
        self.sums.iter().any(|sum| *sum > 0.0)
    }

    /// Lowers exact distances by the centers from `first` on, and takes the odds from them.
    fn lower_exactly(&mut self, first: usize) {
        let (data, weights, cols) = (self.data, self.weights, self.data.cols());
        let centers = &self.centers[first * cols..];
        let step = chunks::rows_per_chunk(data.rows());
        let exact = self.exact.get_or_insert_with(Vec::new).par_chunks_mut(step);
        let scale = self.frame.scale * self.frame.scale;
        let parts = self.squared.par_chunks_mut(step).zip(exact).enumerate();
        self.sums = parts
            .map(|(chunk, (squared, exact))| {
                let mut sum = 0.0;
                for (row, (squared, exact)) in (chunk * step..).zip(squared.iter_mut().zip(exact)) {
                    for center in centers.chunks_exact(cols) {
                        *exact = exact.min(squared_euclidean(data.row(row), center));
                    }
                    *squared = match *exact > 0.0 {
                        true => ((*exact * scale) as f32).max(f32::MIN_POSITIVE),
                        false => 0.0,
                    };
                    sum += f64::from(*squared) * weights.map_or(1.0, |weights| weights[row]);
                }
                sum
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use numeric::Matrix;

    use super::*;
    use crate::test_data::on_threads;

    fn draw(values: Vec<f64>, cols: usize, weights: Option<&[f64]>, most: usize) -> Vec<f64> {
        let rows = values.len() / cols;
        let data = Matrix::new(values, rows, cols).expect("finite");
        first_centers(data.view(), weights, most, 7)
    }

    #[test]
    fn no_row_is_drawn_twice_and_no_distinct_one_is_missed() {
        let values: Vec<f64> = (0..40).map(|row| f64::from(row % 7)).collect();
        let mut drawn = draw(values, 1, None, 12);
        drawn.sort_by(f64::total_cmp);
        assert_eq!(drawn, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn rows_that_single_precision_cannot_tell_apart_are_distinct_all_the_same() {
        let all = [0.0, 1.0, 1.0 + 1e-12, 1.0 + 2e-12, 1e12];
        let mut drawn = draw(all.repeat(3), 1, None, 9);
        drawn.sort_by(f64::total_cmp);
        assert_eq!(drawn, all);
        // One column of the last row rounds away, the other not quite.
        let mut rows = [0.0, 0.0].repeat(100);
        rows.extend([1.0, 0.0, 1.0 + 5e-8, 1e-8]);
        for most in [3, 5] {
            let drawn = draw(rows.clone(), 2, None, most);
            let mut pairs: Vec<[u64; 2]> = drawn
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| pair.map(f64::to_bits))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            assert_eq!(pairs.len(), 3);
            assert_eq!(drawn.len(), 6);
        }
    }

    #[test]
    fn the_scale_of_weights_does_not_matter() {
        let mut random = Random::new(5);
        let values: Vec<f64> = (0..900 * 3).map(|_| 1e12 * random.normal()).collect();
        let weights: Vec<f64> = (0..900).map(|_| random.unit_f64() + 0.1).collect();
        let by = |scale: f64| {
            let weights: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
            draw(values.clone(), 3, Some(&weights), 12)
        };
        assert_eq!(by(1.0), by(2f64.powi(-160)));
        assert_eq!(by(1.0), by(2f64.powi(48)));
    }

    #[test]
    fn a_heavy_row_is_drawn_and_threads_do_not_matter() {
        let mut random = Random::new(5);
        let values: Vec<f64> = (0..3_000 * 5).map(|_| random.normal()).collect();
        let mut weights = vec![1.0; 3_000];
        weights[1_234] = 1e9;
        let one = on_threads(1, || draw(values.clone(), 5, Some(&weights), 9));
        assert_eq!(
            one,
            on_threads(3, || draw(values.clone(), 5, Some(&weights), 9))
        );
        assert_eq!(one[..5], values[1_234 * 5..1_235 * 5]);
        assert_ne!(one, draw(values, 5, None, 9));
    }

    #[test]
    fn the_draw_that_leaves_least_is_taken() {
        let mut random = Random::new(9);
        let values: Vec<f64> = (0..700 * 11).map(|_| 1e6 + random.normal()).collect();
        let data = Matrix::new(values, 700, 11).expect("finite");
        let data = data.view();
        let mut seeds = Seeds::new(data, None, 3);
        for (turn, drawn) in [[5, 90, 411, 600], [7, 8, 9, 10], [655, 1, 2, 44]]
            .iter()
            .enumerate()
        {
            let left = |drawn: usize| -> f64 {
                let centers = seeds.centers.chunks_exact(11);
                let centers: Vec<&[f64]> = centers.chain([data.row(drawn)]).collect();
                let of_row = |row: usize| {
                    let squared = centers.iter().map(|c| squared_euclidean(data.row(row), c));
                    squared.fold(f64::INFINITY, f64::min)
                };
                (0..700).map(of_row).sum()
            };
            let best = seeds.best(drawn);
            let exact = left(drawn[best]);
            assert!(drawn.iter().all(|&other| exact <= left(other)), "{turn}");
            seeds.add(drawn[best]);
            let scale = seeds.frame.scale * seeds.frame.scale;
            let sum = seeds.sums.iter().sum::<f64>() / scale;
            assert!((sum / exact - 1.0).abs() < 1e-4, "{sum} {exact}");
        }
    }
}
