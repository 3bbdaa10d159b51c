//! The best linear item-to-item model in closed form, for some thousand items.
//!
//! EASE (H. Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019, equations 4 to 8): with
//! `P = (XᵀX + λ)⁻¹`, weights are `B_ij = -P_ij / P_jj` and 0 on the diagonal. Memory is items², time items³; beyond
//! [`ITEMS_MAX`] use [`crate::slim`].

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    dense::Panels,
    error::{require, require_size},
    recommender::Recommender,
    sparse::{Row, Sparse},
};

/// Items above which the table of all pairs is refused.
pub const ITEMS_MAX: usize = 20_000;
/// Below so many rows a block is inverted directly.
const DIRECT: usize = 48;
/// Rows of a product that are one piece of work.
const ROWS_PER_CHUNK: usize = 96;

/// A weight for each pair of items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ease {
    items: usize,
    /// Row = item of the history.
    weights: Vec<f32>,
}

impl Ease {
    /// Fits the weights to customers × items. `ridge` is λ, above 0, at most 1e9: some hundred for data of weight 1.
    ///
    /// # Errors
    /// [`Error::Parameter`] for the ridge or more than [`ITEMS_MAX`] items.
    pub fn fit(train: &Sparse, ridge: f32) -> Result<Self, Error> {
        let holds = ridge > 0.0 && ridge <= 1e9;
        require(holds, "ridge", ridge, "a number above 0 and at most 1e9")?;
        let items = train.cols();
        require(
            items <= ITEMS_MAX,
            "items",
            items,
            "at most 20,000; use slim for more",
        )?;
        let mut gram = vec![0.0f32; items * items];
        let by_item = train.transpose();
        let rows = gram.par_chunks_mut(items.max(1)).enumerate();
        rows.for_each(|(item, sums)| {
            for (customer, own) in by_item.row(item).pairs() {
                for (other, weight) in train.row(customer).pairs() {
                    sums[other] += own * weight;
                }
            }
            sums[item] += ridge;
        });
        let mut weights = inverse(&gram, items);
        let diagonal: Vec<f32> = (0..items)
            .map(|item| weights[item * items + item])
            .collect();
        weights
            .par_chunks_mut(items.max(1))
            .enumerate()
            .for_each(|(item, row)| {
                for (weight, own) in row.iter_mut().zip(&diagonal) {
                    *weight /= -own;
                }
                row[item] = 0.0;
            });
        Ok(Self { items, weights })
    }

    /// From weights of one's own, items × items, row = item of the history.
    ///
    /// # Errors
    /// [`Error::Mismatch`] unless they are so many.
    pub fn from_weights(items: usize, weights: Vec<f32>) -> Result<Self, Error> {
        require_size("weights", weights.len(), items * items)?;
        Ok(Self { items, weights })
    }
}

impl Recommender for Ease {
    fn items(&self) -> usize {
        self.items
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        scores.fill(0.0);
        for (history, scores) in histories.iter().zip(scores.chunks_mut(self.items.max(1))) {
            for (item, own) in history.pairs() {
                let row = &self.weights[item * self.items..(item + 1) * self.items];
                for (score, weight) in scores.iter_mut().zip(row) {
                    *score += own * weight;
                }
            }
        }
    }
}

/// The inverse of a symmetric positive definite matrix by halves: with `W = A⁻¹B` and `S = D - BᵀW`,
/// `[A B; Bᵀ D]⁻¹ = [A⁻¹ + W S⁻¹ Wᵀ, -W S⁻¹; …, S⁻¹]`.
fn inverse(matrix: &[f32], size: usize) -> Vec<f32> {
    if size <= DIRECT {
        return directly(matrix, size);
    }
    let first = size / 2;
    let rest = size - first;
    let block = |rows: std::ops::Range<usize>, cols: std::ops::Range<usize>| -> Vec<f32> {
        rows.flat_map(|row| &matrix[row * size + cols.start..row * size + cols.end])
            .copied()
            .collect()
    };
    let upper = inverse(&block(0..first, 0..first), first);
    let beside = block(0..first, first..size);
    let solved = product(&upper, &Panels::from_matrix(&beside, rest));
    let beside_turned = block(first..size, 0..first);
    let mut schur = product(&beside_turned, &Panels::from_matrix(&solved, rest));
    for (schur, own) in schur.iter_mut().zip(block(first..size, first..size)) {
        *schur = own - *schur;
    }
    let lower = inverse(&schur, rest);
    let cross = product(&solved, &Panels::from_matrix(&lower, rest));
    let added = product(&cross, &Panels::from_rows(&solved, rest));
    let mut out = vec![0.0; size * size];
    for (row, out) in out.chunks_exact_mut(size).enumerate() {
        let (left, right) = out.split_at_mut(first);
        if row < first {
            let sums = upper[row * first..].iter().zip(&added[row * first..]);
            left.iter_mut()
                .zip(sums)
                .for_each(|(to, (a, b))| *to = a + b);
            right
                .iter_mut()
                .zip(&cross[row * rest..])
                .for_each(|(to, c)| *to = -c);
        } else {
            let place = row - first;
            let turned = cross[place..].iter().step_by(rest);
            left.iter_mut().zip(turned).for_each(|(to, c)| *to = -c);
            right.copy_from_slice(&lower[place * rest..(place + 1) * rest]);
        }
    }
    out
}

fn product(rows: &[f32], by: &Panels) -> Vec<f32> {
    let mut out = vec![0.0; rows.len() / by.depth() * by.cols()];
    let chunks = out.par_chunks_mut(ROWS_PER_CHUNK * by.cols());
    let rows = rows.par_chunks(ROWS_PER_CHUNK * by.depth());
    chunks
        .zip(rows)
        .for_each(|(out, rows)| by.product(rows, out));
    out
}

/// Gauss and Jordan in `f64`; the pivots of a positive definite matrix need no exchange.
fn directly(matrix: &[f32], size: usize) -> Vec<f32> {
    let mut left: Vec<f64> = matrix.iter().map(|&value| f64::from(value)).collect();
    for pivot in 0..size {
        let scale = 1.0 / left[pivot * size + pivot];
        left[pivot * size + pivot] = 1.0;
        left[pivot * size..(pivot + 1) * size]
            .iter_mut()
            .for_each(|value| *value *= scale);
        let pivots = left[pivot * size..(pivot + 1) * size].to_vec();
        for (row, values) in left.chunks_exact_mut(size).enumerate() {
            if row != pivot {
                let factor = std::mem::replace(&mut values[pivot], 0.0);
                values
                    .iter_mut()
                    .zip(&pivots)
                    .for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
    }
    left.into_iter().map(|value| value as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::{blocks, on_threads};

    #[test]
    fn each_column_is_the_ridge_regression_on_the_others() {
        let train = blocks(3);
        let ridge = 5.0;
        let model = Ease::fit(&train, ridge).expect("legal");
        // At the least loss the slope is equal to a multiplier on the diagonal alone: (G + λ) B = G, off the diagonal.
        let items = train.cols();
        let table: Vec<Vec<f32>> = (0..train.rows())
            .map(|row| {
                let mut values = vec![0.0; items];
                train
                    .row(row)
                    .pairs()
                    .for_each(|(item, weight)| values[item] = weight);
                values
            })
            .collect();
        let gram = |a: usize, b: usize| table.iter().map(|row| row[a] * row[b]).sum::<f32>();
        for column in [0, 7, 59] {
            for row in (0..items).filter(|&row| row != column) {
                let weight = |item: usize| model.weights[item * items + column];
                let image: f32 = (0..items).map(|item| gram(row, item) * weight(item)).sum();
                let left = image + ridge * weight(row) - gram(row, column);
                assert!(left.abs() < 1e-3, "{left}");
            }
            assert_eq!(model.weights[column * items + column], 0.0);
        }
    }

    #[test]
    fn an_inverse_beyond_one_block_is_one() {
        let size = 131;
        let mut random = numeric::random::Random::new(2);
        let draws: Vec<f32> = (0..size * size).map(|_| random.normal() as f32).collect();
        let mut matrix: Vec<f32> = product(&draws, &Panels::from_rows(&draws, size));
        (0..size).for_each(|k| matrix[k * size + k] += 50.0);
        let unit = product(&inverse(&matrix, size), &Panels::from_matrix(&matrix, size));
        for (at, value) in unit.iter().enumerate() {
            let want = if at / size == at % size { 1.0 } else { 0.0 };
            assert!((value - want).abs() < 1e-4, "{value} at {at}");
        }
    }

    #[test]
    fn the_same_on_any_number_of_threads() {
        let train = blocks(9);
        on_threads(|| Ease::fit(&train, 3.0).expect("legal"));
    }
}
