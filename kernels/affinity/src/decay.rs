//! Evidence that loses half its weight in each half-life, summed exactly.
//!
//! Forward decay (G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward Decay: A Practical Time Decay Model
//! for Streaming Systems", ICDE 2009, definition 3 and section IV): a piece of evidence of weight `w` at instant
//! `t` is kept as `w · 2^((t − L) / H)`, with a landmark `L` and a half-life `H`, which never changes again. Its
//! worth at a later instant `a` is that times `2^((L − a) / H)`, one factor for all. Here the kept numbers are
//! whole (32 places beyond those of the weight), so sums are exact, whatever the order, and what was added can
//! be taken back. Holds the numbers of one piece and the reading of a sum; counting is `tally`'s.

use crate::{Error, error::require, power, power::PLACES};

/// Units of a weight of 1: weights and scores are in millionths.
pub const UNIT: i64 = 1_000_000;
/// The largest absolute weight of one piece of evidence: 1,073 times [`UNIT`].
pub const WEIGHT_MAX: i64 = 1 << 30;
/// The most half-lives that evidence may lie after the landmark.
pub const AHEAD_MAX: i64 = 30;
/// Places that kept numbers have beyond those of a weight.
pub(crate) const FINE: u32 = 32;

/// How evidence fades. Becomes a [`Decay`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// The instant at which a kept number is the weight itself, in seconds; fixed for a run. Evidence may be
    /// before or after it.
    pub landmark: i64,
    /// Seconds in which evidence loses half its weight: 3,600 to 4,294,967,295 (136 years).
    pub half_life: i64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Decay, Error> {
        let legal = "seconds from 3,600 to 4,294,967,295";
        let half_life = u32::try_from(self.half_life).unwrap_or(0);
        require(half_life >= 3_600, "half_life", self.half_life, legal)?;
        let legal = "seconds since 1970 within ten thousand years";
        require(
            self.landmark.abs() < 315_576_000_000,
            "landmark",
            self.landmark,
            legal,
        )?;
        Ok(Decay {
            landmark: self.landmark,
            half_life,
        })
    }
}

/// A checked decay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decay {
    landmark: i64,
    half_life: u32,
}

/// One piece of evidence as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grown {
    /// Its weight, with sign.
    pub evidence: i128,
    /// What it tells, without sign: its weight, but never more than [`UNIT`]. However heavy, one act is one
    /// observation.
    pub information: i128,
}

impl Decay {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        Params {
            landmark: self.landmark,
            half_life: i64::from(self.half_life),
        }
    }

    /// What a piece of evidence of `weight` (in [`UNIT`]s, with sign) at instant `at` (seconds) is kept as. Very
    /// old evidence is kept as 0.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the weight is above [`WEIGHT_MAX`]; [`Error::Ahead`] where the instant is more
    /// than [`AHEAD_MAX`] half-lives after the landmark.
    pub fn grow(&self, at: i64, weight: i64) -> Result<Grown, Error> {
        require_weight(weight)?;
        self.require_instant(at)?;
        Ok(self.grow_checked(at, weight))
    }

    /// [`Decay::grow`] of what was checked.
    #[inline]
    pub(crate) fn grow_checked(&self, at: i64, weight: i64) -> Grown {
        let (whole, mantissa) = power::two_to(at.saturating_sub(self.landmark), self.half_life);
        // At most 30 half-lives ahead, so at least 0.
        let shift = (i64::from(PLACES - FINE) - whole) as u64;
        let magnitude = weight.unsigned_abs();
        let evidence = rounded(u128::from(magnitude) * u128::from(mantissa), shift);
        let information = if magnitude <= UNIT as u64 {
            evidence
        } else {
            rounded(UNIT as u128 * u128::from(mantissa), shift)
        };
        Grown {
            evidence: if weight < 0 { -evidence } else { evidence },
            information,
        }
    }

    /// Refuses an instant too far after the landmark.
    pub(crate) fn require_instant(&self, at: i64) -> Result<(), Error> {
        let ahead = i64::from(self.half_life) * AHEAD_MAX;
        if at.saturating_sub(self.landmark) <= ahead {
            return Ok(());
        }
        Err(Error::Ahead {
            at,
            landmark: self.landmark,
            half_lives: AHEAD_MAX,
        })
    }

    /// How sums are read as of an instant, which is not before the landmark.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `as_of` is before the landmark.
    pub fn reading(&self, as_of: i64) -> Result<Reading, Error> {
        let legal = "an instant not before the landmark of the run";
        require(as_of >= self.landmark, "as_of", as_of, legal)?;
        let (whole, mantissa) = power::two_to(self.landmark.saturating_sub(as_of), self.half_life);
        Ok(Reading {
            mantissa,
            shift: (i64::from(PLACES + FINE) - whole) as u64,
        })
    }
}

/// Refuses a weight that sums have no room for.
pub(crate) fn require_weight(weight: i64) -> Result<(), Error> {
    let legal = "millionths from -1,073,741,824 to 1,073,741,824";
    require(
        (-WEIGHT_MAX..=WEIGHT_MAX).contains(&weight),
        "weight",
        weight,
        legal,
    )
}

/// The nearest whole number to `value / 2^shift`, halves upwards.
#[inline]
fn rounded(value: u128, shift: u64) -> i128 {
    match shift {
        0 => value as i128,
        1..=127 => ((value >> (shift - 1)) as i128 + 1) >> 1,
        _ => 0,
    }
}

/// How sums of kept numbers are read as of one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    mantissa: u64,
    /// At least 94.
    shift: u64,
}

impl Reading {
    /// A sum of kept numbers in [`UNIT`]s, rounded once to the nearest, halves away from 0. Sums of evidence that
    /// is not after the instant always fit; beyond that the value stops at the ends of `i64`.
    pub fn value(&self, sum: i128) -> i64 {
        let magnitude = sum.unsigned_abs();
        let mantissa = u128::from(self.mantissa);
        let low = (magnitude & u128::from(u64::MAX)) * mantissa;
        let high = (magnitude >> 64) * mantissa + (low >> 64);
        // The bits below 2^64 are cut: the shift is larger, and rounding looks at one bit alone.
        let value = rounded(high, self.shift - 64);
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        if sum < 0 { -value } else { value }
    }

    /// Each kept number in [`UNIT`]s, such that together they are exactly [`Reading::value`] of the sum: what the
    /// sum so far reads less what it read before. Each lies within one unit of its own exact worth. The order is
    /// the caller's and should be a fixed one.
    pub fn lines(&self, kept: impl IntoIterator<Item = i128>) -> Vec<i64> {
        let (mut sum, mut before) = (0, 0);
        kept.into_iter()
            .map(|number| {
                sum += number;
                let now = self.value(sum);
                let line = now - before;
                before = now;
                line
            })
            .collect()
    }

    /// What a weight of 1 at the landmark is worth as of the instant, in [`UNIT`]s.
    pub fn factor(&self) -> i64 {
        self.value(i128::from(UNIT) << FINE)
    }
}

#[cfg(test)]
mod tests;
