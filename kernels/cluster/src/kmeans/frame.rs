//! Where the search computes: columns shifted to a middle and scaled by a power of two, in `f32`.
//!
//! Distances taken as `|x|² - 2xc + |c|²` lose digits where rows lie far from the origin, so a middle of the
//! starting centers becomes the origin. The scale is 1 unless squares could leave the range of `f32`. Holds the way
//! in; no row of data is kept.

use numeric::{MatrixView, Real, chunks, lanes::LANES, lanes::Lanes};

/// Largest absolute value whose squares `f32` sums without overflow.
const F32_MAX: f64 = 1e16;

/// The way from the data's units into the search's.
#[derive(Debug, Clone)]
pub(super) struct Frame<T> {
    pub cols: usize,
    /// Eights of columns, the last padded with zeros.
    pub blocks: usize,
    /// Units of the search in one of the data.
    pub scale: f64,
    shift: Vec<f64>,
    factors: Vec<[T; LANES]>,
    offsets: Vec<[T; LANES]>,
}

impl<T: Real> Frame<T> {
    /// The frame for rows of `data` and centers near `centers`, row by row.
    pub fn new(data: MatrixView<'_, T>, centers: &[f64]) -> Self {
        let (cols, blocks) = (data.cols(), data.cols().div_ceil(LANES));
        let shift: Vec<f64> = (0..cols)
            .map(|col| {
                let mut values: Vec<f64> =
                    centers.iter().skip(col).step_by(cols).copied().collect();
                let middle = values.len() / 2;
                let (_, &mut median, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
                // In the data's precision, so that `value - shift` is rounded once.
                let limit = T::MAGNITUDE_MAX;
                T::from_f64(median.clamp(-limit, limit)).to_f64()
            })
            .collect();
        let scale = scale(data, centers);
        let mut factors = vec![[T::default(); LANES]; blocks];
        let mut offsets = factors.clone();
        for (col, shift) in shift.iter().enumerate() {
            factors[col / LANES][col % LANES] = T::from_f64(scale);
            offsets[col / LANES][col % LANES] = T::from_f64(-shift * scale);
        }
        Self {
            cols,
            blocks,
            scale,
            shift,
            factors,
            offsets,
        }
    }

    /// Eight columns of a row; `data` is all rows, one after the other.
    #[inline(always)]
    pub fn load<L: Lanes>(&self, lanes: L, data: &[T], row: usize, block: usize) -> L::Floats {
        let from = &data[row * self.cols + block * LANES..];
        let (factor, offset) = (&self.factors[block], &self.offsets[block]);
        // Past the row's end come values of the next row, which the factor 0 takes out.
        match from.first_chunk::<LANES>() {
            Some(values) => T::affine(lanes, values, factor, offset),
            None => {
                let mut values = [T::default(); LANES];
                for (value, &from) in values.iter_mut().zip(from) {
                    *value = from;
                }
                T::affine(lanes, &values, factor, offset)
            }
        }
    }

    /// A center in the units of the search, as `f32`.
    pub fn center<'c>(&'c self, center: &'c [f64]) -> impl Iterator<Item = f32> + 'c {
        let pairs = center.iter().zip(&self.shift);
        pairs.map(|(value, shift)| ((value - shift) * self.scale) as f32)
    }
}

/// 1, or the power of two that brings the largest value near 1.
fn scale<T: Real>(data: MatrixView<'_, T>, centers: &[f64]) -> f64 {
    let largest = |values: &[f64]| {
        values
            .iter()
            .fold(0.0, |most, value| f64::max(most, value.abs()))
    };
    let of_centers = largest(centers);
    if T::MAGNITUDE_MAX.max(of_centers) <= F32_MAX {
        return 1.0;
    }
    let cols = data.cols();
    let of_data = chunks::map(data.rows(), |range| {
        let values = &data.data()[range.start * cols..range.end * cols];
        let mut most = 0.0;
        for value in values {
            most = f64::max(most, value.to_f64().abs());
        }
        most
    });
    let most = largest(&of_data).max(of_centers);
    if most == 0.0 {
        return 1.0;
    }
    2f64.powi((-most.log2().floor() as i32).clamp(-1_000, 500))
}
