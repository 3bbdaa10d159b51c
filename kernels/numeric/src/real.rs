//! The two kinds of numbers that a matrix may hold.
//!
//! Data may come as `f32`, which halves what moves through memory; sums, centers and distances that decide
//! anything are `f64` all the same. Holds no arithmetic beyond the way into eight lanes of `f32`.

use crate::lanes::Lanes;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`.
pub trait Real:
    sealed::Sealed + Copy + Default + PartialEq + PartialOrd + std::fmt::Debug + Send + Sync + 'static
{
    /// Largest absolute value that a matrix of these may hold. Squares of it, summed over any number of rows
    /// and columns that fit a memory, stay finite, so a kernel that starts from a checked matrix never
    /// overflows: 1e100 for `f64`, 1e15 for `f32`.
    const MAGNITUDE_MAX: f64;

    /// The same value; exact.
    fn to_f64(self) -> f64;

    /// The nearest value of this kind.
    fn from_f64(value: f64) -> Self;

    /// `value · factor + offset` in `f32`, eight at once. The result is off by one rounding to `f32` where this
    /// is `f32`, by one to `f64` and one to `f32` where this is `f64`.
    fn affine<L: Lanes>(
        lanes: L,
        values: &[Self; 8],
        factor: &[Self; 8],
        offset: &[Self; 8],
    ) -> L::Floats;
}

impl Real for f64 {
    const MAGNITUDE_MAX: f64 = 1e100;

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn affine<L: Lanes>(
        lanes: L,
        values: &[f64; 8],
        factor: &[f64; 8],
        offset: &[f64; 8],
    ) -> L::Floats {
        lanes.affine_f64(values, factor, offset)
    }
}

impl Real for f32 {
    const MAGNITUDE_MAX: f64 = 1e15;

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }

    #[inline(always)]
    fn affine<L: Lanes>(
        lanes: L,
        values: &[f32; 8],
        factor: &[f32; 8],
        offset: &[f32; 8],
    ) -> L::Floats {
        lanes.mul_add(lanes.load(values), lanes.load(factor), lanes.load(offset))
    }
}
