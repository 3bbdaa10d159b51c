//! Random numbers that depend on what they are for, not on when or on which thread they are drawn, and
//! the few functions of them that the world needs. Holds no retail word and no state.
//!
//! A number is a hash of (seed, purpose, two counters), after the counter-based idea of Salmon et al.,
//! *Parallel random numbers: as easy as 1, 2, 3* (SC 2011), with the mixer of Steele, Lea and Flood,
//! *Fast splittable pseudorandom number generators* (OOPSLA 2014; constants: Stafford's mix 13).
//! What is drawn while shopping uses only +, ×, / and bit operations, which every machine rounds alike.

/// SplitMix64's increment, 2^64 / golden ratio.
pub(crate) const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Stafford's mix 13: a bijection of 64 bits without visible structure.
#[inline]
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A number for `(seed, purpose, a, b)`; equal arguments give equal numbers for ever.
#[inline]
pub(crate) fn hash(seed: u64, purpose: Purpose, a: u64, b: u64) -> u64 {
    let key = mix(seed.wrapping_add((purpose as u64 + 1).wrapping_mul(GOLDEN)));
    mix(mix(key ^ a.wrapping_mul(GOLDEN)).wrapping_add(b.wrapping_mul(0xD6E8_FEB8_6659_FD93)))
}

/// What a number is drawn for: streams of different purposes are independent.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Purpose {
    Product,
    ProductOrder,
    Store,
    Range,
    Person,
    Record,
    Liking,
    GroupLiking,
    NeedLiking,
    Price,
    Promotion,
    Competitor,
    TripKey,
    Trip,
    Basket,
    Supply,
    LifeEvent,
    Project,
    Browse,
    Survey,
    Advert,
    Cluster,
    Payment,
}

/// A stream of numbers for one subject.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream for `(seed, purpose, a, b)`.
    #[inline]
    pub(crate) fn new(seed: u64, purpose: Purpose, a: u64, b: u64) -> Self {
        Self(hash(seed, purpose, a, b))
    }

    /// The next 64 bits (SplitMix64).
    #[inline]
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Uniform in [0, 1).
    #[inline]
    pub(crate) fn unit(&mut self) -> f32 {
        unit(self.bits())
    }

    /// Uniform whole number in 0..n (Lemire's multiply-shift; the bias below 2^-32 does not matter here).
    #[inline]
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (((self.bits() >> 32) * n as u64) >> 32) as usize
    }

    /// Uniform in low..=high.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// True with probability `p`.
    #[inline]
    pub(crate) fn chance(&mut self, p: f32) -> bool {
        self.unit() < p
    }

    /// Standard normal, nearly (see [`normal`]).
    #[inline]
    pub(crate) fn normal(&mut self) -> f32 {
        normal(self.bits(), self.bits())
    }

    /// Log-normal with median 1 and the given standard deviation of its logarithm.
    pub(crate) fn lognormal(&mut self, sigma: f32) -> f32 {
        exp(sigma * self.normal())
    }

    /// Poisson with the given mean up to 30 (Knuth's product of uniforms).
    pub(crate) fn poisson(&mut self, mean: f32) -> u32 {
        let floor = exp(-mean.min(30.0));
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// One of the items; `items` must not be empty.
    #[inline]
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// An index drawn in proportion to its weight; the last one if all weights are zero.
    pub(crate) fn weighted(&mut self, weights: &[f32]) -> usize {
        let total: f32 = weights.iter().sum();
        let mut left = self.unit() * total;
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }

    /// An index of a running total of weights, drawn in proportion to the steps.
    #[inline]
    pub(crate) fn cumulative(&mut self, running: &[f32]) -> usize {
        let total = running.last().copied().unwrap_or(0.0);
        let target = self.unit() * total;
        running
            .partition_point(|&sum| sum <= target)
            .min(running.len() - 1)
    }
}

/// Bits to a uniform number in [0, 1).
#[inline]
pub(crate) fn unit(bits: u64) -> f32 {
    (bits >> 40) as f32 * (1.0 / (1u64 << 24) as f32)
}

/// Bits to a nearly standard normal number: the count of ones among 64 fair bits (de Moivre-Laplace),
/// smoothed by a uniform number as wide as its step. No logarithm, no rejection.
#[inline]
pub(crate) fn normal(bits: u64, more: u64) -> f32 {
    (bits.count_ones() as f32 - 32.0 + unit(more) - 0.5) * 0.25
}

/// e^x in single precision, relative error under 2e-6 for |x| ≤ 80: x = (n + f) ln 2, |f| ≤ 1/2, and the
/// Taylor series of 2^f. Own arithmetic, so that every machine gets the same bits.
#[inline]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 × 2^23 rounds to a whole number and leaves it in the low bits: no conversion, so that a
    // loop over this function fits vector registers.
    const ROUNDER: f32 = 12_582_912.0;
    let scaled = x.clamp(-80.0, 80.0) * std::f32::consts::LOG2_E;
    let shifted = scaled + ROUNDER;
    let f = (scaled - (shifted - ROUNDER)) * std::f32::consts::LN_2;
    let series = 1.0
        + f * (1.0
            + f * (0.5 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0 + f / 720.0)))));
    series * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// ln x in single precision for x > 0, absolute error under 1e-5: mantissa in [2/3, 4/3), atanh series.
#[inline]
pub(crate) fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    let shift = bits.wrapping_sub(0x3F2A_AAAB) as i32 >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub((shift << 23) as u32));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let series =
        2.0 * s * (1.0 + s2 * (1.0 / 3.0 + s2 * (1.0 / 5.0 + s2 * (1.0 / 7.0 + s2 / 9.0))));
    shift as f32 * std::f32::consts::LN_2 + series
}

/// Nearly cos(2π t), error under 0.002: Bhaskara I's quotient on each half turn. Own arithmetic, as above.
pub(crate) fn wave(t: f32) -> f32 {
    let turn = t - t.floor();
    let (quarter, sign) = if (0.25..0.75).contains(&turn) {
        (turn - 0.5, -1.0)
    } else {
        (turn - turn.round(), 1.0)
    };
    let square = 4.0 * quarter * quarter;
    sign * (1.0 - 4.0 * square) / (1.0 + square)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_ln_match_the_library() {
        for step in -700..=700 {
            let x = step as f32 * 0.1;
            let wanted = f64::from(x).exp();
            assert!((f64::from(exp(x)) / wanted - 1.0).abs() < 1e-5, "exp({x})");
        }
        for step in 1..2000 {
            let x = step as f32 * 0.37;
            assert!(
                (f64::from(ln(x)) - f64::from(x).ln()).abs() < 1e-5,
                "ln({x})"
            );
        }
    }

    #[test]
    fn wave_is_a_cosine() {
        for step in -300..300 {
            let t = step as f32 * 0.013;
            assert!(
                (wave(t) - (std::f32::consts::TAU * t).cos()).abs() < 0.002,
                "wave({t})"
            );
        }
    }

    #[test]
    fn moments_are_right() {
        let mut random = Random::new(1, Purpose::Survey, 0, 0);
        let n = 200_000;
        let (mut sum, mut squares, mut units, mut events) = (0.0, 0.0, 0.0, 0);
        for _ in 0..n {
            let z = f64::from(random.normal());
            sum += z;
            squares += z * z;
            units += f64::from(random.unit());
            events += random.poisson(2.5);
        }
        let n = f64::from(n);
        assert!((sum / n).abs() < 0.01);
        assert!((squares / n - 1.0).abs() < 0.02);
        assert!((units / n - 0.5).abs() < 0.005);
        assert!((f64::from(events) / n - 2.5).abs() < 0.02);
    }

    #[test]
    fn streams_differ_by_purpose_and_counter() {
        let first = hash(7, Purpose::Trip, 1, 2);
        assert_eq!(first, hash(7, Purpose::Trip, 1, 2));
        assert_ne!(first, hash(7, Purpose::Basket, 1, 2));
        assert_ne!(first, hash(7, Purpose::Trip, 2, 1));
        assert_ne!(first, hash(8, Purpose::Trip, 1, 2));
    }
}
