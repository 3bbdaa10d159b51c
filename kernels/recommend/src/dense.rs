//! Products of dense `f32` matrices on eight lanes, for factors of customers and items.
//!
//! One small kernel does all: six rows times sixteen columns of `Aᵀ · B`, added up over the depth in its order.
//! So a value depends on its own row and column alone, never on how rows were dealt to threads.

use numeric::lanes::{LANES, Lanes, Work, widest};
use serde::{Deserialize, Serialize};

/// Columns that the kernel computes side by side.
pub(crate) const WIDE: usize = 2 * LANES;
/// Rows that it computes side by side.
pub(crate) const HIGH: usize = 6;

/// A matrix of `depth × cols`, stored so that [`WIDE`] columns lie together; the last group is filled with 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Panels {
    cols: usize,
    depth: usize,
    data: Vec<f32>,
}

impl Panels {
    /// Each row of `depth` values becomes a column.
    pub fn from_rows(rows: &[f32], depth: usize) -> Self {
        let cols = rows.len() / depth.max(1);
        let mut data = vec![0.0; cols.div_ceil(WIDE) * depth * WIDE];
        for (col, row) in rows.chunks_exact(depth.max(1)).enumerate() {
            let panel = &mut data[col / WIDE * depth * WIDE..];
            for (place, &value) in row.iter().enumerate() {
                panel[place * WIDE + col % WIDE] = value;
            }
        }
        Self { cols, depth, data }
    }

    /// From `depth` rows of `cols` values.
    pub fn from_matrix(matrix: &[f32], cols: usize) -> Self {
        let depth = matrix.len() / cols.max(1);
        let mut data = vec![0.0; cols.div_ceil(WIDE) * depth * WIDE];
        for (place, row) in matrix.chunks_exact(cols.max(1)).enumerate() {
            for (panel, values) in row.chunks(WIDE).enumerate() {
                let at = (panel * depth + place) * WIDE;
                data[at..at + values.len()].copy_from_slice(values);
            }
        }
        Self { cols, depth, data }
    }

    /// Columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Numbers of a column.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// `rows` of `depth` values each, times this matrix: `out` of rows × [`Self::cols`].
    pub fn product(&self, rows: &[f32], out: &mut [f32]) {
        let depth = self.depth.max(1);
        let mut packed = vec![0.0; HIGH * depth];
        // So many rows at a time that they stay near while the panels go by.
        let groups = rows
            .chunks(HIGH * depth)
            .zip(out.chunks_mut((HIGH * self.cols).max(1)));
        for (rows, out) in groups {
            let count = rows.len() / depth;
            packed.fill(0.0);
            for (place, row) in rows.chunks_exact(depth).enumerate() {
                for (at, &value) in row.iter().enumerate() {
                    packed[at * HIGH + place] = value;
                }
            }
            widest(ByPanels {
                packed: &packed,
                panels: self,
                count,
                out,
            });
        }
    }

    /// Products of one row with the columns of the panel `panel`, of which the last may hold fillings.
    #[inline(always)]
    fn panel(&self, panel: usize) -> &[f32] {
        let size = self.depth * WIDE;
        &self.data[panel * size..(panel + 1) * size]
    }

    /// Panels.
    fn count(&self) -> usize {
        self.cols.div_ceil(WIDE)
    }

    /// One row times this matrix, told panel by panel: the first column and the products, fillings left out.
    pub fn each_panel(&self, row: &[f32], told: impl FnMut(usize, &[f32])) {
        widest(OneRow {
            row,
            panels: self,
            told,
        });
    }
}

struct OneRow<'a, F> {
    row: &'a [f32],
    panels: &'a Panels,
    told: F,
}

impl<F: FnMut(usize, &[f32])> Work for OneRow<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) {
        for panel in 0..self.panels.count() {
            let (mut low, mut high) = (lanes.splat(0.0), lanes.splat(0.0));
            let (columns, _) = self.panels.panel(panel).as_chunks::<LANES>();
            for (pair, &value) in columns.as_chunks::<2>().0.iter().zip(self.row) {
                let value = lanes.splat(value);
                low = lanes.mul_add(value, lanes.load(&pair[0]), low);
                high = lanes.mul_add(value, lanes.load(&pair[1]), high);
            }
            let mut found = [0.0; WIDE];
            found[..LANES].copy_from_slice(&lanes.store(low));
            found[LANES..].copy_from_slice(&lanes.store(high));
            let first = panel * WIDE;
            let count = WIDE.min(self.panels.cols - first);
            (self.told)(first, &found[..count]);
        }
    }
}

struct ByPanels<'a> {
    packed: &'a [f32],
    panels: &'a Panels,
    count: usize,
    out: &'a mut [f32],
}

impl Work for ByPanels<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let cols = self.panels.cols;
        for panel in 0..self.panels.count() {
            let tile = tile(lanes, self.packed, HIGH, self.panels.panel(panel), WIDE);
            let first = panel * WIDE;
            let wide = WIDE.min(cols - first);
            for (row, values) in tile.iter().enumerate().take(self.count) {
                let at = row * cols + first;
                self.out[at..at + wide].copy_from_slice(&values[..wide]);
            }
        }
    }
}

/// `Σ a[p · a_step + r] · b[p · b_step + c]` over p, for six r and sixteen c.
#[inline(always)]
fn tile<L: Lanes>(
    lanes: L,
    a: &[f32],
    a_step: usize,
    b: &[f32],
    b_step: usize,
) -> [[f32; WIDE]; HIGH] {
    let mut sums = [[lanes.splat(0.0); 2]; HIGH];
    for (a, b) in a.chunks(a_step).zip(b.chunks(b_step)) {
        let (Some(a), Some(b)) = (a.first_chunk::<HIGH>(), b.first_chunk::<WIDE>()) else {
            break;
        };
        let (halves, _) = b.as_chunks::<LANES>();
        let (low, high) = (lanes.load(&halves[0]), lanes.load(&halves[1]));
        for (sum, &value) in sums.iter_mut().zip(a) {
            let value = lanes.splat(value);
            sum[0] = lanes.mul_add(value, low, sum[0]);
            sum[1] = lanes.mul_add(value, high, sum[1]);
        }
    }
    let mut found = [[0.0; WIDE]; HIGH];
    for (found, sum) in found.iter_mut().zip(sums) {
        found[..LANES].copy_from_slice(&lanes.store(sum[0]));
        found[LANES..].copy_from_slice(&lanes.store(sum[1]));
    }
    found
}

/// `Aᵀ · B` for A of n × p and B of n × q, row by row: p × q.
pub(crate) fn transposed_product(a: &[f32], p: usize, b: &[f32], q: usize) -> Vec<f32> {
    let mut out = vec![0.0; p * q];
    widest(Transposed {
        a: &Panelled::<HIGH>::new(a, p).0,
        b: &Panelled::<WIDE>::new(b, q).0,
        p,
        q,
        upper: false,
        out: &mut out,
    });
    out
}

/// Columns in groups of `N`, rows of a group one after the other, filled with 0.
struct Panelled<const N: usize>(Vec<Vec<f32>>);

impl<const N: usize> Panelled<N> {
    fn new(matrix: &[f32], cols: usize) -> Self {
        let rows = matrix.len() / cols.max(1);
        let group = |first: usize| {
            let mut data = vec![0.0; rows * N];
            let wide = N.min(cols - first);
            for (to, from) in data.chunks_exact_mut(N).zip(matrix.chunks_exact(cols)) {
                to[..wide].copy_from_slice(&from[first..first + wide]);
            }
            data
        };
        Self((0..cols).step_by(N).map(group).collect())
    }
}

struct Transposed<'a> {
    a: &'a [Vec<f32>],
    b: &'a [Vec<f32>],
    p: usize,
    q: usize,
    /// Tiles below the diagonal are left out.
    upper: bool,
    out: &'a mut [f32],
}

impl Work for Transposed<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (i, a) in self.a.iter().enumerate() {
            for (j, b) in self.b.iter().enumerate() {
                if self.upper && (j + 1) * WIDE <= i * HIGH {
                    continue;
                }
                let tile = tile(lanes, a, HIGH, b, WIDE);
                let (first, wide) = (j * WIDE, WIDE.min(self.q - j * WIDE));
                for (row, values) in tile.iter().enumerate().take(self.p - i * HIGH) {
                    let at = (i * HIGH + row) * self.q + first;
                    self.out[at..at + wide].copy_from_slice(&values[..wide]);
                }
            }
        }
    }
}

/// The products of a tall matrix's columns with each other, `AᵀA`, of n × `cols`: sums of fixed chunks of rows,
/// added in their order in `f64`.
pub(crate) fn gram(tall: &[f32], cols: usize) -> Vec<f64> {
    let rows = tall.len() / cols.max(1);
    let parts = numeric::chunks::map(rows, |range| {
        upper_products(&tall[range.start * cols..range.end * cols], cols)
    });
    let mut total = vec![0.0f64; cols * cols];
    for part in parts {
        for (total, part) in total.iter_mut().zip(part) {
            *total += f64::from(part);
        }
    }
    for row in 0..cols {
        for col in 0..row {
            total[row * cols + col] = total[col * cols + row];
        }
    }
    total
}

/// `AᵀA` on and above the diagonal; what is below is left as it comes.
fn upper_products(tall: &[f32], cols: usize) -> Vec<f32> {
    let mut out = vec![0.0; cols * cols];
    widest(Transposed {
        a: &Panelled::<HIGH>::new(tall, cols).0,
        b: &Panelled::<WIDE>::new(tall, cols).0,
        p: cols,
        q: cols,
        upper: true,
        out: &mut out,
    });
    out
}

/// The inner product of two rows, within a work.
#[inline(always)]
pub(crate) fn dot_in<L: Lanes>(lanes: L, a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = lanes.splat(0.0);
    for (a, b) in a.iter().zip(b) {
        sums = lanes.mul_add(lanes.load(a), lanes.load(b), sums);
    }
    let s = lanes.store(sums);
    let mut total = ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
    for (a, b) in a_rest.iter().zip(b_rest) {
        total += a * b;
    }
    total
}

/// Adds `factor · from` to a row, within a work.
#[inline(always)]
pub(crate) fn add_in<L: Lanes>(lanes: L, to: &mut [f32], factor: f32, from: &[f32]) {
    let ((to, to_rest), (from, from_rest)) =
        (to.as_chunks_mut::<LANES>(), from.as_chunks::<LANES>());
    let wide = lanes.splat(factor);
    for (to, from) in to.iter_mut().zip(from) {
        *to = lanes.store(lanes.mul_add(wide, lanes.load(from), lanes.load(to)));
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = factor.mul_add(*from, *to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use numeric::random::Random;

    fn draws(seed: u64, count: usize) -> Vec<f32> {
        let mut random = Random::new(seed);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    #[test]
    fn products_are_those_by_hand() {
        for (m, n, depth) in [(1, 1, 1), (7, 17, 5), (13, 40, 64)] {
            let (a, b) = (draws(1, m * depth), draws(2, n * depth));
            let panels = Panels::from_rows(&b, depth);
            let mut out = vec![9.0; m * n];
            panels.product(&a, &mut out);
            let mut single = vec![0.0; n];
            panels.each_panel(&a[..depth], |first, found| {
                single[first..first + found.len()].copy_from_slice(found);
            });
            assert_eq!(single, out[..n]);
            for i in 0..m {
                for j in 0..n {
                    let (a, b) = (
                        &a[i * depth..(i + 1) * depth],
                        &b[j * depth..(j + 1) * depth],
                    );
                    let want: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                    assert!((out[i * n + j] - want).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn a_matrix_by_rows_and_by_columns_is_the_same() {
        let matrix = draws(4, 5 * 19);
        let turned: Vec<f32> = (0..5 * 19).map(|at| matrix[at % 5 * 19 + at / 5]).collect();
        assert_eq!(
            Panels::from_matrix(&matrix, 19),
            Panels::from_rows(&turned, 5)
        );
    }

    #[test]
    fn grams_are_those_by_hand_and_even() {
        let (rows, cols) = (1_203, 18);
        let tall = draws(3, rows * cols);
        let gram = gram(&tall, cols);
        for i in 0..cols {
            for j in 0..cols {
                let each = (0..rows).map(|r| f64::from(tall[r * cols + i] * tall[r * cols + j]));
                assert!((gram[i * cols + j] - each.sum::<f64>()).abs() < 1e-2);
                assert_eq!(gram[i * cols + j], gram[j * cols + i]);
            }
        }
    }
}
