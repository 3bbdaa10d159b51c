//! What is expected of a value because it is common, and what evidence says beyond that.
//!
//! Holds the frozen share of a value, the score against it, and how alike one source's pieces are. All but the
//! last is whole numbers, so that the lines of the evidence and one line for what is expected add up to the score
//! exactly.

/// Parts of a whole share.
pub const WHOLE: u32 = 1_000_000_000;

/// The share of one value among all evidence for its attribute, in billionths; frozen for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

/// The score of one value, in the units of its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// The evidence for the value.
    pub evidence: i64,
    /// What would be expected, had the source's evidence the shares of all: at least 0.
    pub expected: i64,
}

impl Score {
    /// Evidence less what is expected of it.
    pub fn score(&self) -> i64 {
        self.evidence - self.expected
    }

    /// Evidence against what is expected of it, in thousandths; 0 where there is none for it, `None` where
    /// nothing is expected.
    pub fn lift(&self) -> Option<i64> {
        let expected = i128::from(self.expected);
        let thousandths =
            (i128::from(self.evidence.max(0)) * 1_000 + expected / 2).checked_div(expected)?;
        Some(i64::try_from(thousandths).unwrap_or(i64::MAX))
    }
}

impl Share {
    /// A share from its billionths; above one it is one.
    pub fn new(billionths: u32) -> Self {
        Self(billionths.min(WHOLE))
    }

    /// The share of a part in a whole, to the nearest billionth; parts or wholes below 0 count as 0.
    pub fn of(part: i128, whole: i128) -> Self {
        if part <= 0 || whole <= 0 {
            return Self(0);
        }
        // Sums may be wide: what is below 2^-90 of them does not change a billionth.
        let shift = (128 - whole.leading_zeros()).saturating_sub(90);
        let (part, whole) = (part.min(whole) >> shift, whole >> shift);
        Self(((part * i128::from(WHOLE) + whole / 2) / whole) as u32)
    }

    /// The billionths.
    pub fn billionths(self) -> u32 {
        self.0
    }

    /// As a number from 0 to 1.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }

    /// The score of the value, from the evidence for it and the evidence for all values of its attribute. Nothing
    /// is expected of a source whose evidence as a whole is below 0.
    pub fn score(self, evidence: i64, total: i64) -> Score {
        let part = i128::from(total.max(0)) * i128::from(self.0);
        let expected = (part + i128::from(WHOLE / 2)) / i128::from(WHOLE);
        Score {
            evidence,
            expected: expected as i64,
        }
    }
}

/// How alike the pieces of one source are, as the concentration of a Dirichlet distribution from which each
/// source draws its own shares: small where sources differ much, large where all are like the average.
///
/// `agree` is the number of ordered pairs of pieces of one source that are for the same value, `pairs` of all
/// pairs of one source, summed over sources; `chance` the sum of the squared shares of all sources together. A
/// pair agrees with probability `G = (m · chance + 1) / (m + 1)` (J. E. Mosimann, "On the compound multinomial
/// distribution", Biometrika 49, 1962, its second moments), so `m = (1 − G) / (G − chance)`: an estimate by
/// moments. Held within 0.1 and 10,000; `None` where no source has two pieces.
pub fn concentration(agree: u128, pairs: u128, chance: f64) -> Option<f64> {
    if pairs == 0 {
        return None;
    }
    let together = agree as f64 / pairs as f64;
    let beyond = together - chance;
    if beyond <= 0.0 {
        return Some(10_000.0);
    }
    Some(((1.0 - together) / beyond).clamp(0.1, 10_000.0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::random::Random;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_are_rounded_and_bounded() {
        assert_eq!(Share::of(1, 3).billionths(), 333_333_333);
        assert_eq!(Share::of(2, 3).billionths(), 666_666_667);
        assert_eq!(Share::of(5, 3).billionths(), WHOLE);
        assert_eq!(Share::of(-1, 3), Share::of(1, 0));
        assert_eq!(Share::of(i128::MAX / 4, i128::MAX).billionths(), WHOLE / 4);
        assert_eq!(Share::new(u32::MAX).billionths(), WHOLE);
    }

    #[test]
    fn a_common_value_needs_more_evidence() {
        let common = Share::new(400_000_000).score(2_000_000, 4_000_000);
        assert_eq!((common.expected, common.score()), (1_600_000, 400_000));
        assert_eq!(common.lift(), Some(1_250));
        let rare = Share::new(10_000_000).score(2_000_000, 4_000_000);
        assert_eq!((rare.score(), rare.lift()), (1_960_000, Some(50_000)));
        let none = Share::new(WHOLE).score(-5, -9);
        assert_eq!((none.score(), none.lift()), (-5, None));
    }

    proptest! {
        #[test]
        fn who_does_as_all_do_has_no_score(
            all in prop::collection::vec(1i64..1_000_000_000, 1..50),
            divisor in 1i64..1_000,
        ) {
            let whole: i128 = all.iter().map(|&part| i128::from(part)).sum();
            let own: Vec<i64> = all.iter().map(|part| part / divisor).collect();
            let total = own.iter().sum();
            for (&all, &own) in all.iter().zip(&own) {
                let score = Share::of(i128::from(all), whole).score(own, total).score();
                // Each own part is cut by less than one, and a share is right to half a billionth.
                let slack = all_slack(total) + 51;
                prop_assert!(score.abs() <= slack, "{score} of {own}, {total}");
            }
        }
    }

    fn all_slack(total: i64) -> i64 {
        total / i64::from(WHOLE) + 1
    }

    #[test]
    fn concentration_is_recovered() {
        // A Dirichlet of ones is exponentials over their sum: concentration 4 with four values.
        let mut random = Random::new(5);
        let (mut agree, mut pairs) = (0u128, 0u128);
        let mut totals = [0.0; 4];
        for _ in 0..20_000 {
            let shares: Vec<f64> = (0..4).map(|_| -(1.0 - random.unit_f64()).ln()).collect();
            let mut counts = [0u128; 4];
            for _ in 0..5 {
                counts[random.weighted(&shares).unwrap()] += 1;
            }
            agree += counts
                .iter()
                .map(|&n| n * n.saturating_sub(1))
                .sum::<u128>();
            pairs += 20;
            counts
                .iter()
                .zip(&mut totals)
                .for_each(|(&n, total)| *total += n as f64);
        }
        let chance = totals
            .iter()
            .map(|n| (n / 100_000.0) * (n / 100_000.0))
            .sum();
        let found = concentration(agree, pairs, chance).unwrap();
        assert!((found - 4.0).abs() < 0.15, "{found}");
        assert_eq!(concentration(0, 0, 0.5), None);
        assert_eq!(concentration(1, 4, 0.5), Some(10_000.0));
        assert_eq!(concentration(4, 4, 0.5), Some(0.1));
    }
}
