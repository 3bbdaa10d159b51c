//! Eight `f32` side by side, on the widest unit that the processor has, chosen when the program runs.
//!
//! [`widest`] runs a [`Work`] with the lanes of this processor. The work is written once, over [`Lanes`], and
//! compiled for each unit; what it calls must be `#[inline(always)]`, or it is compiled for none. Every operation
//! gives the same bits on every unit: `mul_add` rounds once on all of them. It must not know what is computed.
//!
//! # Why the unsafe code is sound
//! The intrinsics of `Avx2` need a processor with AVX2 and FMA. A value of `Avx2` has a private field and is made
//! in one place, [`widest`], after both were detected; so whoever holds one runs on such a processor. Loads and
//! stores go through references to arrays of the very size that is loaded or stored, unaligned forms only.
#![allow(unsafe_code)]

/// Lanes in one [`Lanes::Floats`].
pub const LANES: usize = 8;

/// Eight floats in one cache-friendly place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(C, align(32))]
pub struct Eight(pub [f32; LANES]);

mod sealed {
    pub trait Sealed {}
}

/// What can be done with eight lanes. A value of this type is the right to use the unit.
pub trait Lanes: sealed::Sealed + Copy {
    /// Eight floats; also eight masks.
    type Floats: Copy;

    /// The value in every lane.
    fn splat(self, value: f32) -> Self::Floats;
    /// From memory.
    fn load(self, values: &[f32; LANES]) -> Self::Floats;
    /// To memory.
    fn store(self, a: Self::Floats) -> [f32; LANES];
    /// `a + b`.
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a - b`.
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a · b`.
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a · b + c`, rounded once.
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats;
    /// The square root.
    fn sqrt(self, a: Self::Floats) -> Self::Floats;
    /// The lesser; `b` where one is not a number.
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// The greater; `b` where one is not a number.
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// A mask of the lanes where `a < b`.
    fn less(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `yes` where the mask holds, else `no`.
    fn pick(self, mask: Self::Floats, yes: Self::Floats, no: Self::Floats) -> Self::Floats;
    /// The bits of the lanes where a mask holds.
    fn bits(self, mask: Self::Floats) -> u32;
    /// Eight times eight, rows and columns exchanged.
    fn transpose(self, rows: [Self::Floats; LANES]) -> [Self::Floats; LANES];
    /// `value · factor + offset` in `f64`, then rounded to `f32`.
    fn affine_f64(self, values: &[f64; 8], factor: &[f64; 8], offset: &[f64; 8]) -> Self::Floats;
    /// For each of eight, the sum of its lanes.
    #[inline(always)]
    fn sums(self, of: [Self::Floats; LANES]) -> Self::Floats {
        let [a, b, c, d, e, f, g, h] = self.transpose(of);
        let left = self.add(self.add(a, b), self.add(c, d));
        let right = self.add(self.add(e, f), self.add(g, h));
        self.add(left, right)
    }
}

/// A computation over lanes.
pub trait Work {
    /// What it gives.
    type Output;

    /// Does it. Implementations are `#[inline(always)]`.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// Runs the work on the widest unit of this processor.
#[inline]
pub fn widest<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has AVX2 and FMA, all that the call requires.
        return unsafe { x86::with_avx2(work) };
    }
    work.run(Plain)
}

/// Lanes as arrays: for processors without a unit known here.
#[derive(Debug, Clone, Copy)]
struct Plain;

impl sealed::Sealed for Plain {}

#[inline(always)]
fn each<T>(of: impl Fn(usize) -> T) -> [T; LANES] {
    std::array::from_fn(of)
}

impl Lanes for Plain {
    type Floats = [f32; LANES];

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Floats {
        [value; LANES]
    }
    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Self::Floats {
        *values
    }
    #[inline(always)]
    fn store(self, a: Self::Floats) -> [f32; LANES] {
        a
    }
    #[inline(always)]
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        each(|i| a[i] + b[i])
    }
    #[inline(always)]
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        each(|i| a[i] - b[i])
    }
    #[inline(always)]
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        each(|i| a[i] * b[i])
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats {
        each(|i| a[i].mul_add(b[i], c[i]))
    }
    #[inline(always)]
    fn sqrt(self, a: Self::Floats) -> Self::Floats {
        each(|i| a[i].sqrt())
    }
    #[inline(always)]
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        each(|i| if a[i] < b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        each(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn less(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        each(|i| f32::from_bits(if a[i] < b[i] { u32::MAX } else { 0 }))
    }
    #[inline(always)]
    fn pick(self, mask: Self::Floats, yes: Self::Floats, no: Self::Floats) -> Self::Floats {
        each(|i| {
            if mask[i].to_bits() != 0 {
                yes[i]
            } else {
                no[i]
            }
        })
    }
    #[inline(always)]
    fn bits(self, mask: Self::Floats) -> u32 {
        let lanes = mask.iter().enumerate();
        lanes.fold(0, |bits, (i, lane)| bits | lane.to_bits() >> 31 << i)
    }
    #[inline(always)]
    fn transpose(self, rows: [Self::Floats; LANES]) -> [Self::Floats; LANES] {
        each(|i| each(|j| rows[j][i]))
    }
    #[inline(always)]
    fn affine_f64(self, values: &[f64; 8], factor: &[f64; 8], offset: &[f64; 8]) -> Self::Floats {
        each(|i| values[i].mul_add(factor[i], offset[i]) as f32)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{LANES, Lanes, Work, sealed::Sealed};

    /// The right to use AVX2 and FMA.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Avx2(());

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn with_avx2<W: Work>(work: W) -> W::Output {
        work.run(Avx2(()))
    }

    impl Sealed for Avx2 {}

    /// Each body is one or a few intrinsics of AVX2, FMA or below.
    /// SAFETY of all: `self` exists, so the processor has them (see the file's text).
    impl Lanes for Avx2 {
        type Floats = __m256;

        #[inline(always)]
        fn splat(self, value: f32) -> __m256 {
            unsafe { _mm256_set1_ps(value) }
        }
        #[inline(always)]
        fn load(self, values: &[f32; LANES]) -> __m256 {
            // SAFETY: eight floats are read from an array of eight.
            unsafe { _mm256_loadu_ps(values.as_ptr()) }
        }
        #[inline(always)]
        fn store(self, a: __m256) -> [f32; LANES] {
            let mut values = [0.0; LANES];
            // SAFETY: eight floats are written to an array of eight.
            unsafe { _mm256_storeu_ps(values.as_mut_ptr(), a) };
            values
        }
        #[inline(always)]
        fn add(self, a: __m256, b: __m256) -> __m256 {
            unsafe { _mm256_add_ps(a, b) }
        }
        #[inline(always)]
        fn sub(self, a: __m256, b: __m256) -> __m256 {
            unsafe { _mm256_sub_ps(a, b) }
        }
        #[inline(always)]
        fn mul(self, a: __m256, b: __m256) -> __m256 {
            unsafe { _mm256_mul_ps(a, b) }
        }
        #[inline(always)]
        fn mul_add(self, a: __m256, b: __m256, c: __m256) -> __m256 {
            unsafe { _mm256_fmadd_ps(a, b, c) }
        }
        #[inline(always)]
        fn sqrt(self, a: __m256) -> __m256 {
            unsafe { _mm256_sqrt_ps(a) }
        }
        #[inline(always)]
        fn min(self, a: __m256, b: __m256) -> __m256 {
            unsafe { _mm256_min_ps(a, b) }
        }
        #[inline(always)]
        fn max(self, a: __m256, b: __m256) -> __m256 {
            unsafe { _mm256_max_ps(a, b) }
        }
        #[inline(always)]
        fn less(self, a: __m256, b: __m256) -> __m256 {
            unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(a, b) }
        }
        #[inline(always)]
        fn pick(self, mask: __m256, yes: __m256, no: __m256) -> __m256 {
            unsafe { _mm256_blendv_ps(no, yes, mask) }
        }
        #[inline(always)]
        fn bits(self, mask: __m256) -> u32 {
            unsafe { _mm256_movemask_ps(mask) as u32 }
        }
        #[inline(always)]
        fn transpose(self, rows: [__m256; LANES]) -> [__m256; LANES] {
            let [a, b, c, d, e, f, g, h] = rows;
            unsafe {
                let (ab, ab_) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                let (cd, cd_) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
                let (ef, ef_) = (_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f));
                let (gh, gh_) = (_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h));
                let upper = [
                    _mm256_shuffle_ps::<0x44>(ab, cd),
                    _mm256_shuffle_ps::<0xEE>(ab, cd),
                    _mm256_shuffle_ps::<0x44>(ab_, cd_),
                    _mm256_shuffle_ps::<0xEE>(ab_, cd_),
                ];
                let lower = [
                    _mm256_shuffle_ps::<0x44>(ef, gh),
                    _mm256_shuffle_ps::<0xEE>(ef, gh),
                    _mm256_shuffle_ps::<0x44>(ef_, gh_),
                    _mm256_shuffle_ps::<0xEE>(ef_, gh_),
                ];
                [
                    _mm256_permute2f128_ps::<0x20>(upper[0], lower[0]),
                    _mm256_permute2f128_ps::<0x20>(upper[1], lower[1]),
                    _mm256_permute2f128_ps::<0x20>(upper[2], lower[2]),
                    _mm256_permute2f128_ps::<0x20>(upper[3], lower[3]),
                    _mm256_permute2f128_ps::<0x31>(upper[0], lower[0]),
                    _mm256_permute2f128_ps::<0x31>(upper[1], lower[1]),
                    _mm256_permute2f128_ps::<0x31>(upper[2], lower[2]),
                    _mm256_permute2f128_ps::<0x31>(upper[3], lower[3]),
                ]
            }
        }
        #[inline(always)]
        fn affine_f64(self, values: &[f64; 8], factor: &[f64; 8], offset: &[f64; 8]) -> __m256 {
            // SAFETY: each load reads four of an array's eight doubles, from its start or its middle.
            unsafe {
                let half = |at: usize| {
                    let value = _mm256_loadu_pd(values.as_ptr().add(at));
                    let factor = _mm256_loadu_pd(factor.as_ptr().add(at));
                    let offset = _mm256_loadu_pd(offset.as_ptr().add(at));
                    _mm256_cvtpd_ps(_mm256_fmadd_pd(value, factor, offset))
                };
                _mm256_set_m128(half(4), half(0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Every operation on one draw, as bits.
    struct All([[f32; 8]; 8], [f64; 8]);

    impl Work for All {
        type Output = Vec<u32>;

        #[inline(always)]
        fn run<L: Lanes>(self, lanes: L) -> Vec<u32> {
            let rows = self.0.map(|row| lanes.load(&row));
            let (a, b, c) = (rows[0], rows[1], rows[2]);
            let mut found = vec![
                lanes.add(a, b),
                lanes.sub(a, b),
                lanes.mul(a, b),
                lanes.mul_add(a, b, c),
                lanes.sqrt(lanes.mul(a, a)),
                lanes.min(a, b),
                lanes.max(a, b),
                lanes.pick(lanes.less(a, b), c, lanes.splat(0.25)),
                lanes.sums(rows),
                lanes.affine_f64(&self.1, &[3.0; 8], &[0.1; 8]),
            ];
            found.extend(lanes.transpose(rows));
            let mut bits: Vec<u32> = found
                .into_iter()
                .flat_map(|floats| lanes.store(floats))
                .map(f32::to_bits)
                .collect();
            bits.push(lanes.bits(lanes.less(a, b)));
            bits
        }
    }

    #[test]
    fn every_unit_gives_the_same_bits() {
        let mut random = Random::new(3);
        for _ in 0..200 {
            let rows = [(); 8].map(|()| [(); 8].map(|()| random.normal() as f32));
            let doubles = [(); 8].map(|()| random.normal());
            let plain = All(rows, doubles).run(Plain);
            assert_eq!(plain, widest(All(rows, doubles)));
            assert_eq!(f32::from_bits(plain[80 + 3]), rows[3][0]);
        }
    }
}
