//! How far two rows agree, field by field: a small number per field, held in one word of 64 bits, and the count of
//! each combination. Holds no meaning of fields.

use rayon::prelude::*;

/// Fields that one pair can have.
pub const FIELDS_MAX: usize = 16;
/// The level of a field that one of the two rows does not have.
pub const MISSING: u8 = 15;

/// Level of agreement of every field of a pair: 0 is the best, 14 the worst, [`MISSING`] where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Levels(u64);

impl Levels {
    /// Nothing known of any field.
    pub const UNKNOWN: Self = Self(u64::MAX);

    /// Of one level for each of up to [`FIELDS_MAX`] fields; what is above 14 is [`MISSING`], fields beyond are not held.
    pub fn new(levels: &[u8]) -> Self {
        let mut all = Self::UNKNOWN;
        for (field, &level) in levels.iter().take(FIELDS_MAX).enumerate() {
            all.0 &= !(15 << (4 * field));
            all.0 |= u64::from(level.min(MISSING)) << (4 * field);
        }
        all
    }

    /// The level of a field; `None` where nothing is known. Panics for a field of [`FIELDS_MAX`] or beyond.
    pub fn of(self, field: usize) -> Option<u8> {
        let level = (self.0 >> (4 * field)) as u8 & 15;
        (level != MISSING).then_some(level)
    }
}

/// How often each combination of levels came, in order of the combinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns {
    /// Combinations and their counts.
    pub counts: Vec<(Levels, u64)>,
}

impl Patterns {
    /// Counts the combinations of many pairs.
    pub fn count(pairs: &[Levels]) -> Self {
        let mut sorted = pairs.to_vec();
        sorted.par_sort_unstable();
        let runs = sorted.chunk_by(|a, b| a == b);
        let counts = runs.map(|run| (run[0], run.len() as u64)).collect();
        Self { counts }
    }

    /// Share of each level of a field among pairs in which it is known, and how many those are.
    pub(crate) fn shares(&self, field: usize, levels: usize) -> (Vec<f64>, u64) {
        let mut counts = vec![0; levels];
        for (pattern, count) in &self.counts {
            if let Some(level) = pattern.of(field) {
                counts[usize::from(level)] += count;
            }
        }
        let known: u64 = counts.iter().sum();
        let share = |count: u64| count as f64 / known.max(1) as f64;
        (counts.into_iter().map(share).collect(), known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_held_and_counted() {
        let a = Levels::new(&[0, 3, MISSING, 14]);
        let got: Vec<_> = (0..5).map(|field| a.of(field)).collect();
        assert_eq!(got, [Some(0), Some(3), None, Some(14), None]);
        let b = Levels::new(&[1]);
        let patterns = Patterns::count(&[a, b, a]);
        let found: Vec<_> = patterns.counts.iter().map(|(_, count)| *count).collect();
        assert_eq!(found.iter().sum::<u64>(), 3);
        assert_eq!(patterns.counts.len(), 2);
        let (shares, known) = patterns.shares(0, 2);
        assert_eq!((shares, known), (vec![2.0 / 3.0, 1.0 / 3.0], 3));
    }
}
