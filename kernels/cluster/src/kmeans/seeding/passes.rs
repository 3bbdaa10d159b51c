//! The two passes of k-means++ over rows, eight lanes of `f32` wide: to one new center, and to several that were drawn.
//!
//! Holds the innermost loops. Rows that are surely nearer to their own center are not looked at; nothing is drawn here.

use numeric::{
    MatrixView, Real,
    lanes::{Eight, LANES, Lanes, Work},
};

use crate::kmeans::frame::Frame;

/// Rows handled side by side, so that one sum does not wait for its last addition.
const SIDE: usize = 4;
/// Rows whose distances are summed in `f32`.
const SUMMED: usize = 32;

/// Rows of a chunk and what is known of all centers.
pub(super) struct Rows<'a, T> {
    pub frame: &'a Frame<T>,
    /// All rows, one after the other.
    pub data: &'a [T],
    /// The first row of the chunk.
    pub first: usize,
    /// For each center, the squared distance up to which a row of it need not be looked at.
    pub reach: &'a [f32],
}

impl<T: Real> Rows<'_, T> {
    /// Those of the chunk's rows that have to be looked at. Rows without a center do.
    #[inline(always)]
    fn open(&self, squared: &[f32], nearest: &[u32]) -> Vec<u32> {
        let mut open = vec![0; squared.len()];
        let mut count = 0;
        for ((at, &squared), &nearest) in (0..).zip(squared).zip(nearest) {
            open[count] = at;
            // The first center has none before it.
            let reach = self.reach.get(nearest as usize).copied().unwrap_or(-1.0);
            count += usize::from(squared > reach);
        }
        open.truncate(count);
        open
    }
}

/// Lowers what is known of a chunk's rows by a new center.
pub(super) struct Add<'a, T> {
    pub rows: Rows<'a, T>,
    /// The row that it is.
    pub center: usize,
    pub id: u32,
    pub squared: &'a mut [f32],
    pub nearest: &'a mut [u32],
}

impl<T: Real> Work for Add<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let (frame, data) = (self.rows.frame, self.rows.data);
        let open = self.rows.open(self.squared, self.nearest);
        let mut center = vec![Eight::default(); frame.blocks];
        for (block, values) in center.iter_mut().enumerate() {
            values.0 = lanes.store(frame.load(lanes, data, self.center, block));
        }
        for eight in open.chunks(LANES) {
            let mut squares = [lanes.splat(0.0); LANES];
            for (square, &at) in squares.iter_mut().zip(eight) {
                let row = self.rows.first + at as usize;
                for (block, center) in center.iter().enumerate() {
                    let value = frame.load(lanes, data, row, block);
                    let difference = lanes.sub(value, lanes.load(&center.0));
                    *square = lanes.mul_add(difference, difference, *square);
                }
            }
            let found = lanes.store(lanes.sums(squares));
            for (&at, found) in eight.iter().zip(found) {
                if found < self.squared[at as usize] {
                    self.squared[at as usize] = found;
                    self.nearest[at as usize] = self.id;
                }
            }
        }
    }
}

/// Rows drawn, eight at most: for each column their values, then zeros.
pub(super) struct Draws {
    columns: Vec<Eight>,
}

impl Draws {
    pub fn new<T: Real>(frame: &Frame<T>, data: MatrixView<'_, T>, drawn: &[usize]) -> Self {
        let mut columns = vec![Eight::default(); frame.cols];
        for (lane, &row) in drawn.iter().enumerate().take(LANES) {
            let values: Vec<f64> = data.row(row).iter().map(|value| value.to_f64()).collect();
            for (column, value) in columns.iter_mut().zip(frame.center(&values)) {
                column.0[lane] = value;
            }
        }
        Self { columns }
    }
}

/// What each of the rows drawn would leave of a chunk's weighted squared distances.
pub(super) struct Best<'a, T> {
    pub rows: Rows<'a, T>,
    pub draws: &'a Draws,
    pub squared: &'a [f32],
    pub nearest: &'a [u32],
    pub weights: Option<&'a [f64]>,
}

impl<T: Real> Work for Best<'_, T> {
    type Output = [f64; LANES];

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> [f64; LANES] {
        let open = self.rows.open(self.squared, self.nearest);
        let (frame, columns) = (self.rows.frame, &self.draws.columns);
        // Values of the rows at work, in the units of the search.
        let width = frame.blocks * LANES;
        let mut values = vec![0.0f32; SIDE * width];
        let mut totals = [0.0; LANES];
        let mut looked = 0.0;
        for some in open.chunks(SUMMED) {
            let mut sums = lanes.splat(0.0);
            for side in some.chunks(SIDE) {
                // Past the last row weights are 0.
                let (mut weights, mut known) = ([0.0f32; SIDE], [0.0f32; SIDE]);
                for (place, &at) in side.iter().enumerate() {
                    let at = at as usize;
                    let weight = self.weights.map_or(1.0, |weights| weights[at]);
                    (weights[place], known[place]) = (weight as f32, self.squared[at]);
                    looked += weight * f64::from(self.squared[at]);
                    let to = &mut values[place * width..(place + 1) * width];
                    for (block, to) in to.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                        let row = self.rows.first + at;
                        *to = lanes.store(frame.load(lanes, self.rows.data, row, block));
                    }
                }
                let mut squares = [lanes.splat(0.0); SIDE];
                for (col, drawn) in columns.iter().enumerate() {
                    let drawn = lanes.load(&drawn.0);
                    for (place, square) in squares.iter_mut().enumerate() {
                        let value = lanes.splat(values[place * width + col]);
                        let difference = lanes.sub(value, drawn);
                        *square = lanes.mul_add(difference, difference, *square);
                    }
                }
                for ((square, &known), &weight) in squares.iter().zip(&known).zip(&weights) {
                    let least = lanes.min(*square, lanes.splat(known));
                    sums = lanes.mul_add(least, lanes.splat(weight), sums);
                }
            }
            for (total, sum) in totals.iter_mut().zip(lanes.store(sums)) {
                *total += f64::from(sum);
            }
        }
        // The rows not looked at keep what they have.
        let mut all = 0.0;
        for (at, &squared) in self.squared.iter().enumerate() {
            all += f64::from(squared) * self.weights.map_or(1.0, |weights| weights[at]);
        }
        for total in &mut totals {
            *total += all - looked;
        }
        totals
    }
}
