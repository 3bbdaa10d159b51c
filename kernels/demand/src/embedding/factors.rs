//! The leading eigenvectors of the ties, by absolute value.
//!
//! Subspace iteration from random directions with more of them than asked for (N. Halko, P. G. Martinsson,
//! J. A. Tropp, "Finding structure with randomness", SIAM Review 53, 2011, algorithms 4.4 and 5.3). Values
//! below 0 count like others: with them, products are near by their company and not by being bought together.

use numeric::{Progress, chunks, eigen::symmetric_eigen, random::Random};
use rayon::prelude::*;

use super::ties::Ties;
use crate::Error;

/// Directions beyond those asked for, so that the last of these are found well.
const SPARE: usize = 16;
/// Rounds of multiplying: after so many, hardly a neighbour hangs on the directions drawn (docs/strand.md).
const ROUNDS: u64 = 30;
/// Share of the greatest below which an eigenvalue is rounding.
const ROUNDING: f64 = 1e-12;
/// The power of eigenvalues in coordinates (Levy, Goldberg, Dagan 2015, section 3.3).
const POWER: f64 = 0.5;

/// Eigenvalues, greatest absolute value first, and the eigenvectors.
pub(super) struct Factors {
    pub values: Vec<f64>,
    vectors: Tall,
}

/// Rows × columns, row by row, with many more rows.
struct Tall {
    data: Vec<f64>,
    cols: usize,
}

impl Factors {
    pub fn new(
        ties: &Ties,
        wanted: usize,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let rows = ties.products();
        let cols = match ties.is_empty() {
            true => 0,
            false => (wanted + SPARE).min(rows),
        };
        let draw = |row: usize| {
            let mut random = Random::stream(seed, row as u64);
            (0..cols).map(move |_| random.normal())
        };
        let data = (0..rows).into_par_iter().flat_map_iter(draw).collect();
        let mut basis = Tall { data, cols }.orthonormal();
        for round in 0..ROUNDS {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            basis = basis.by_ties(ties).orthonormal();
            progress.tick(round + 1, ROUNDS);
        }
        let inner = basis.products(&basis.by_ties(ties));
        let mut pairs = symmetric_eigen(evened(inner, basis.cols), basis.cols);
        // Stable: of a value and its opposite, the one above 0 comes first.
        pairs.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let least = pairs.first().map_or(0.0, |pair| pair.0.abs()) * ROUNDING.sqrt();
        pairs.retain(|pair| pair.0.abs() > least);
        pairs.truncate(wanted);
        let turn: Vec<&[f64]> = pairs.iter().map(|pair| &pair.1[..]).collect();
        let mut vectors = basis.times(&turn);
        vectors.fix_signs();
        Ok(Self {
            values: pairs.iter().map(|pair| pair.0).collect(),
            vectors,
        })
    }

    /// Where a product stands along each factor.
    pub fn coordinates(&self, product: usize) -> Vec<f64> {
        let along = self.vectors.row(product).iter().zip(&self.values);
        along
            .map(|(along, value)| along * value.abs().powf(POWER))
            .collect()
    }

    /// The squares of a product's weights that the factors hold.
    pub fn squares(&self, product: usize) -> f64 {
        let along = self.vectors.row(product).iter().zip(&self.values);
        along.map(|(along, value)| (along * value).powi(2)).sum()
    }
}

impl Tall {
    fn row(&self, row: usize) -> &[f64] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }

    fn rows(&self) -> usize {
        self.data.len() / self.cols.max(1)
    }

    /// The matrix of ties times this one.
    fn by_ties(&self, ties: &Ties) -> Self {
        let mut data = vec![0.0; self.data.len()];
        let rows = data.par_chunks_mut(self.cols.max(1)).enumerate();
        rows.for_each(|(product, row)| {
            for tie in ties.of(product) {
                let weight = f64::from(tie.weight);
                for (sum, value) in row.iter_mut().zip(self.row(tie.product as usize)) {
                    *sum += weight * value;
                }
            }
        });
        let cols = self.cols;
        Self { data, cols }
    }

    /// Products of this one's columns with those of another of the same size.
    fn products(&self, other: &Self) -> Vec<f64> {
        let cols = self.cols;
        let parts = chunks::map(self.rows(), |range| {
            let mut part = vec![0.0; cols * cols];
            for row in range {
                let (own, other) = (self.row(row), other.row(row));
                for (value, part) in own.iter().zip(part.chunks_exact_mut(cols)) {
                    for (sum, other) in part.iter_mut().zip(other) {
                        *sum += value * other;
                    }
                }
            }
            part
        });
        let mut total = vec![0.0; cols * cols];
        for part in parts {
            for (total, part) in total.iter_mut().zip(part) {
                *total += part;
            }
        }
        total
    }

    /// This one times a small matrix, given by its columns.
    fn times(&self, columns: &[&[f64]]) -> Self {
        let row = |row: &[f64]| -> Vec<f64> {
            let dot = |column: &&[f64]| row.iter().zip(*column).map(|(a, b)| a * b).sum();
            columns.iter().map(dot).collect()
        };
        let data = self
            .data
            .par_chunks(self.cols.max(1))
            .flat_map_iter(row)
            .collect();
        let cols = columns.len();
        Self { data, cols }
    }

    /// Orthonormal columns that span the same, fewer where some depend on others: by the eigenvectors of the
    /// columns' products, twice (A. Stathopoulos, K. Wu, "A block orthogonalization procedure with constant
    /// synchronization requirements", SIAM J. Sci. Comput. 23, 2002).
    fn orthonormal(mut self) -> Self {
        for _ in 0..2 {
            let cols = self.cols;
            let mut inner = self.products(&self);
            let shrink = |place: usize| match inner[place * cols + place] {
                square if square > 0.0 => 1.0 / square.sqrt(),
                _ => 0.0,
            };
            let shrink: Vec<f64> = (0..cols).map(shrink).collect();
            for (place, value) in inner.iter_mut().enumerate() {
                *value *= shrink[place / cols] * shrink[place % cols];
            }
            let pairs = symmetric_eigen(evened(inner, cols), cols);
            let least = pairs.first().map_or(0.0, |pair| pair.0) * ROUNDING;
            let column = |(value, vector): &(f64, Vec<f64>)| -> Vec<f64> {
                let each = vector.iter().zip(&shrink);
                each.map(|(along, shrink)| along * shrink / value.sqrt())
                    .collect()
            };
            let kept = pairs.iter().filter(|pair| pair.0 > least);
            let columns: Vec<Vec<f64>> = kept.map(column).collect();
            let columns: Vec<&[f64]> = columns.iter().map(|column| &column[..]).collect();
            self = self.times(&columns);
        }
        self
    }

    /// An eigenvector and its opposite are equally right: the greatest value of a column, the first of
    /// equals, is above 0.
    fn fix_signs(&mut self) {
        let mut greatest = vec![0.0f64; self.cols];
        for row in self.data.chunks_exact(self.cols.max(1)) {
            for (greatest, value) in greatest.iter_mut().zip(row) {
                // Equal but for rounding counts as equal.
                if value.abs() > greatest.abs() * (1.0 + 1e-9) {
                    *greatest = *value;
                }
            }
        }
        for row in self.data.chunks_exact_mut(self.cols.max(1)) {
            for (value, greatest) in row.iter_mut().zip(&greatest) {
                *value *= greatest.signum();
            }
        }
    }
}

/// The mean of a square matrix and its mirror: rounding must not make it uneven.
fn evened(matrix: Vec<f64>, size: usize) -> Vec<f64> {
    let mirror = |place: usize| matrix[place % size * size + place / size];
    let even = |(place, value): (usize, &f64)| (value + mirror(place)) / 2.0;
    matrix.iter().enumerate().map(even).collect()
}
