//! Squared Euclidean distances, one pair at a time or one row against many.
//!
//! One arithmetic for both: the squared differences are added in column order. So both forms agree bit
//! for bit, and the contributions of the columns add up to the distance. Vector units are used across
//! the many rows, not within one pair. Differences are taken directly (no `a² - 2ab + b²`), which keeps
//! the relative error below `(columns + 2) · 2⁻⁵³` even for near twins.

mod wide;

use crate::{MatrixView, Real};

/// Rows handled side by side in [`PackedRows`].
const LANES: usize = 8;

/// Sum over columns of `(a - b)²`, in `f64`. Slices of one length; the shorter one rules otherwise.
#[inline]
pub fn squared_euclidean<A: Real, B: Real>(a: &[A], b: &[B]) -> f64 {
    let mut total = 0.0;
    for (x, y) in a.iter().zip(b) {
        let difference = x.to_f64() - y.to_f64();
        total += difference * difference;
    }
    total
}

/// The squared distance between two boxes, 0 where they meet, never above that between a row of each. A box is its
/// least value in each column, then its greatest ones; both have the same columns.
#[inline]
pub fn squared_gap_of_boxes(a: &[f64], b: &[f64]) -> f64 {
    let mut gap = 0.0;
    wide::squared_gap(a, b, &mut gap);
    gap
}

/// Rows laid out for distances from one row to all of them: groups of eight rows, inside a group column
/// by column, the last group padded with zeros.
#[derive(Debug, Clone)]
pub struct PackedRows {
    groups: Vec<[f64; LANES]>,
    rows: usize,
}

impl PackedRows {
    /// Copies the rows into the packed layout.
    pub fn new<T: Real>(rows: MatrixView<'_, T>) -> Self {
        let cols = rows.cols();
        let mut groups = vec![[0.0; LANES]; rows.rows().div_ceil(LANES) * cols];
        for row in 0..rows.rows() {
            let (group, lane) = (row / LANES, row % LANES);
            for (col, &value) in rows.row(row).iter().enumerate() {
                groups[group * cols + col][lane] = value.to_f64();
            }
        }
        Self {
            groups,
            rows: rows.rows(),
        }
    }

    /// Number of rows packed.
    #[expect(clippy::len_without_is_empty, reason = "a matrix has at least one row")]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Writes the squared distance from `row` to each packed row into `out`, in row order. `row` has as
    /// many values as there are columns, `out` as many places as there are packed rows.
    #[inline]
    pub fn squared_distances(&self, row: &[f64], out: &mut [f64]) {
        wide::squared_distances(&self.groups, row, out);
    }

    /// As [`PackedRows::squared_distances`], to the packed rows from `first` on, as many as `out` has
    /// places. Like a slice, it panics where `first`, a multiple of 8, or its end lies outside.
    #[inline]
    pub fn squared_distances_from(&self, first: usize, row: &[f64], out: &mut [f64]) {
        let groups = first / LANES * row.len()..(first + out.len()).div_ceil(LANES) * row.len();
        wide::squared_distances(&self.groups[groups], row, out);
    }

    /// Writes the squared distance from each packed row, from `first` on, to a box into `out`: 0 inside it, never above
    /// that to a point of the box, bit for bit. The box is given by its least and greatest value in each column.
    /// Panics as [`PackedRows::squared_distances_from`].
    #[inline]
    pub fn squared_gaps_from(&self, first: usize, (low, high): (&[f64], &[f64]), out: &mut [f64]) {
        let groups = first / LANES * low.len()..(first + out.len()).div_ceil(LANES) * low.len();
        wide::squared_gaps(&self.groups[groups], low, high, out);
    }

    /// Puts other values in the place of one packed row. Like a slice, it panics where there is no such row.
    pub fn replace(&mut self, place: usize, row: &[f64]) {
        let (group, lane) = (place / LANES, place % LANES);
        let group = &mut self.groups[group * row.len()..(group + 1) * row.len()];
        for (values, &value) in group.iter_mut().zip(row) {
            values[lane] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::random::Random;

    #[test]
    fn packed_and_single_agree_bit_for_bit() {
        let mut random = Random::new(5);
        for (rows, cols) in [(1, 1), (7, 3), (8, 12), (19, 5), (64, 33)] {
            let data: Vec<f64> = (0..rows * cols).map(|_| random.normal()).collect();
            let view = MatrixView::new(&data, rows, cols).unwrap();
            let packed = PackedRows::new(view);
            let from: Vec<f64> = (0..cols).map(|_| random.normal()).collect();
            let mut out = vec![0.0; rows];
            packed.squared_distances(&from, &mut out);
            for (row, &distance) in out.iter().enumerate() {
                assert_eq!(distance, squared_euclidean(&from, view.row(row)));
            }
            let first = rows / 16 * 8;
            let mut part = vec![0.0; rows - first];
            packed.squared_distances_from(first, &from, &mut part);
            assert_eq!(part, out[first..]);
        }
    }

    #[test]
    fn a_gap_is_never_above_a_distance_into_the_box() {
        let mut random = Random::new(8);
        for cols in [1, 3, 8, 21] {
            let data: Vec<f64> = (0..40 * cols).map(|_| random.normal()).collect();
            let view = MatrixView::new(&data, 40, cols).unwrap();
            let packed = PackedRows::new(view);
            let inside = 24..35;
            let column = |col: usize| inside.clone().map(move |row| view.row(row)[col]);
            let low: Vec<f64> = (0..cols)
                .map(|col| column(col).fold(f64::INFINITY, f64::min))
                .collect();
            let high: Vec<f64> = (0..cols)
                .map(|col| column(col).fold(f64::NEG_INFINITY, f64::max))
                .collect();
            let mut gaps = vec![0.0; 40 - 8];
            packed.squared_gaps_from(8, (&low, &high), &mut gaps);
            for (row, &gap) in (8..).zip(&gaps) {
                let alone = [view.row(row), view.row(row)].concat();
                let of_boxes = squared_gap_of_boxes(&alone, &[&low[..], &high].concat());
                assert!(of_boxes <= gap && of_boxes > gap * (1.0 - 1e-12) - 1e-300);
                for other in inside.clone() {
                    assert!(gap <= squared_euclidean(view.row(row), view.row(other)));
                }
            }
            assert!(gaps.iter().any(|gap| *gap > 0.0));
            assert!(inside.clone().all(|row| gaps[row - 8] == 0.0));
        }
    }

    #[test]
    fn a_replaced_row_is_the_one_that_counts() {
        let data: Vec<f64> = (0..30).map(f64::from).collect();
        let mut packed = PackedRows::new(MatrixView::new(&data, 10, 3).unwrap());
        packed.replace(9, &[1.0, 1.0, 3.0]);
        let mut out = [0.0; 10];
        packed.squared_distances(&[1.0, 1.0, 1.0], &mut out);
        assert_eq!(
            (out[0], out[8], out[9]),
            (2.0, 23.0 * 23.0 + 24.0 * 24.0 + 25.0 * 25.0, 4.0)
        );
    }

    #[test]
    fn three_four_five() {
        assert_eq!(squared_euclidean(&[0.0, 0.0], &[3.0f32, 4.0]), 25.0);
    }
}
