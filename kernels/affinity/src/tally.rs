//! The sums of the evidence for one value: added, taken back and joined in any order with the same result.
//!
//! Holds the tally of one value and the tallies of many groups at once; what a value or a group is, is the
//! caller's.

use numeric::chunks;

use crate::{
    Error,
    decay::{Decay, require_weight},
};

/// The most pieces of evidence of one tally.
pub const PIECES_MAX: u32 = 1 << 28;

/// What is kept of the evidence for one value. Sums of [`crate::decay::Grown`] numbers, all of one [`Decay`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Evidence with sign.
    pub evidence: i128,
    /// Information of the pieces that support.
    pub supports: i128,
    /// Information of the pieces that oppose.
    pub opposes: i128,
    /// Pieces with a weight above 0.
    pub supporting: u32,
    /// Pieces with a weight below 0.
    pub opposing: u32,
}

impl Tally {
    /// Adds a piece of evidence. A weight of 0 is none.
    ///
    /// # Errors
    /// Those of [`Decay::grow`]; [`Error::TooMany`] beyond [`PIECES_MAX`].
    pub fn add(&mut self, decay: &Decay, at: i64, weight: i64) -> Result<(), Error> {
        if self.supporting + self.opposing >= PIECES_MAX {
            return Err(Error::TooMany(PIECES_MAX));
        }
        require_weight(weight)?;
        decay.require_instant(at)?;
        self.add_checked(decay, at, weight);
        Ok(())
    }

    #[inline]
    fn add_checked(&mut self, decay: &Decay, at: i64, weight: i64) {
        let grown = decay.grow_checked(at, weight);
        self.evidence += grown.evidence;
        if weight > 0 {
            self.supports += grown.information;
            self.supporting += 1;
        } else if weight < 0 {
            self.opposes += grown.information;
            self.opposing += 1;
        }
    }

    /// Takes a piece back that was added: the tally is as if it had never been.
    ///
    /// # Errors
    /// Those of [`Decay::grow`]; [`Error::NotThere`] where it holds no piece of that sign.
    pub fn retract(&mut self, decay: &Decay, at: i64, weight: i64) -> Result<(), Error> {
        let grown = decay.grow(at, weight)?;
        let (count, information) = match weight {
            0 => return Ok(()),
            1.. => (&mut self.supporting, &mut self.supports),
            _ => (&mut self.opposing, &mut self.opposes),
        };
        *count = count.checked_sub(1).ok_or(Error::NotThere)?;
        *information -= grown.information;
        self.evidence -= grown.evidence;
        Ok(())
    }

    /// Adds what another tally holds.
    ///
    /// # Errors
    /// [`Error::TooMany`] beyond [`PIECES_MAX`].
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let pieces = |tally: &Self| u64::from(tally.supporting) + u64::from(tally.opposing);
        if pieces(self) + pieces(other) > u64::from(PIECES_MAX) {
            return Err(Error::TooMany(PIECES_MAX));
        }
        self.evidence += other.evidence;
        self.supports += other.supports;
        self.opposes += other.opposes;
        self.supporting += other.supporting;
        self.opposing += other.opposing;
        Ok(())
    }

    /// Whether it holds no piece.
    pub fn is_empty(&self) -> bool {
        self.supporting == 0 && self.opposing == 0
    }

    /// Information that speaks for the value after what speaks against it is taken off; never below 0.
    pub fn kept(&self) -> i128 {
        (self.supports - self.opposes).max(0)
    }
}

/// One tally for each group of evidence. `starts` has one entry per group and a last one: group `g` is
/// `at[starts[g]..starts[g + 1]]` with its `weights`. The groups are worked on in parallel; the result is the same
/// on any number of threads.
///
/// # Errors
/// [`Error::Mismatch`] and [`Error::Parameter`] for arrays that do not fit; those of [`Tally::add`].
pub fn tallies(
    decay: &Decay,
    starts: &[usize],
    at: &[i64],
    weights: &[i64],
) -> Result<Vec<Tally>, Error> {
    let expected = starts.last().copied().unwrap_or(0);
    for (field, found) in [("at", at.len()), ("weights", weights.len())] {
        if found != expected {
            return Err(Error::Mismatch {
                field,
                found,
                expected,
            });
        }
    }
    if !starts.is_sorted() || starts.first().is_some_and(|&first| first != 0) {
        return Err(Error::Parameter {
            field: "starts",
            value: "not in order".into(),
            legal: "places that begin with 0 and never fall",
        });
    }
    let groups = starts.len().saturating_sub(1);
    let parts = chunks::map(groups, |range| {
        range
            .map(|group| one(decay, at, weights, starts[group]..starts[group + 1]))
            .collect::<Result<Vec<_>, _>>()
    });
    let mut all = Vec::with_capacity(groups);
    for part in parts {
        all.extend(part?);
    }
    Ok(all)
}

fn one(
    decay: &Decay,
    at: &[i64],
    weights: &[i64],
    range: std::ops::Range<usize>,
) -> Result<Tally, Error> {
    if range.len() > PIECES_MAX as usize {
        return Err(Error::TooMany(PIECES_MAX));
    }
    let mut tally = Tally::default();
    for (&at, &weight) in at[range.clone()].iter().zip(&weights[range]) {
        decay.require_instant(at)?;
        require_weight(weight)?;
        tally.add_checked(decay, at, weight);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests;
