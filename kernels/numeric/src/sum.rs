//! Sums of floats that can be trusted: compensated, and exact whatever the order.
//!
//! [`sum`] is for arrays whose order is fixed: same bytes on any number of threads. [`ExactSum`] is for
//! values that arrive in any order or in parts: same bytes for every order and every split.

use crate::chunks;

/// Sum of the values: fixed chunks in parallel, compensated inside and between them. Does not depend on
/// the number of threads; may change in the last bit when the values change places.
pub fn sum(values: &[f64]) -> f64 {
    chunks::sum(values.len(), |range| {
        let mut part = Compensated::default();
        for &value in &values[range] {
            part.add(value);
        }
        part.total()
    })
}

/// A running sum with Neumaier's compensation (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren
/// zur Summation endlicher Summen", ZAMM 54, 1974): error independent of the number of values unless
/// they cancel.
#[derive(Debug, Clone, Copy, Default)]
pub struct Compensated {
    total: f64,
    lost: f64,
}

impl Compensated {
    /// Adds one value.
    pub fn add(&mut self, value: f64) {
        let next = self.total + value;
        self.lost += if self.total.abs() >= value.abs() {
            (self.total - next) + value
        } else {
            (value - next) + self.total
        };
        self.total = next;
    }

    /// The sum so far.
    pub fn total(&self) -> f64 {
        self.total + self.lost
    }
}

/// A running sum that is exact: the parts that one float cannot hold are kept, and the total is the
/// correctly rounded sum of all values. So neither order nor split matters (J. R. Shewchuk, "Adaptive
/// Precision Floating-Point Arithmetic", 1997, section 2.4; rounding as in Python's `math.fsum`).
///
/// Values must be finite and the sum's absolute value below 1e308.
#[derive(Debug, Clone, Default)]
pub struct ExactSum {
    /// Parts that do not overlap, from small to large.
    parts: Vec<f64>,
}

impl ExactSum {
    /// Adds one value.
    pub fn add(&mut self, value: f64) {
        let mut carry = value;
        let mut kept = 0;
        for at in 0..self.parts.len() {
            let mut part = self.parts[at];
            if carry.abs() < part.abs() {
                std::mem::swap(&mut carry, &mut part);
            }
            let high = carry + part;
            let low = part - (high - carry);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            carry = high;
        }
        self.parts.truncate(kept);
        self.parts.push(carry);
    }

    /// Adds all that the other sum holds.
    pub fn merge(&mut self, other: &Self) {
        for &part in &other.parts {
            self.add(part);
        }
    }

    /// The sum so far, correctly rounded.
    pub fn total(&self) -> f64 {
        let mut parts = self.parts.iter().rev().copied();
        let mut high = parts.next().unwrap_or(0.0);
        while let Some(part) = parts.next() {
            let before = high;
            high = before + part;
            let low = part - (high - before);
            if low == 0.0 {
                continue;
            }
            // `high` is rounded to nearest-even as if `low` ended here. Where that was a tie, the parts
            // below decide it: they pull the same way as `low`, so twice `low` closes the gap exactly.
            if let Some(below) = parts.next()
                && (low < 0.0) == (below < 0.0)
            {
                let twice = low * 2.0;
                let rounded = high + twice;
                if twice == rounded - high {
                    return rounded;
                }
            }
            break;
        }
        // Without this, a sum of negative zeros would differ from an empty one.
        high + 0.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::random::Random;

    fn exact(values: &[f64]) -> f64 {
        let mut total = ExactSum::default();
        for &value in values {
            total.add(value);
        }
        total.total()
    }

    #[test]
    fn keeps_what_plain_sums_lose() {
        assert_eq!(exact(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(exact(&[0.1; 10]), 1.0);
        assert_eq!(exact(&[]), 0.0);
        // Ties are decided by the smallest part (from Python's test_math.py).
        assert_eq!(
            exact(&[9007199254740992.0, -0.5, -(2f64.powi(-54))]),
            9007199254740991.0
        );
        assert_eq!(
            exact(&[9007199254740992.0, 1.0, 2f64.powi(-100)]),
            9007199254740994.0
        );
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn threads_do_not_matter() {
        let mut random = Random::new(1);
        let values: Vec<f64> = (0..300_000).map(|_| random.normal() * 1e6).collect();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| sum(&values))
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
    }

    proptest! {
        #[test]
        fn exact_sum_is_free_of_order_and_split(
            values in prop::collection::vec(-1e12f64..1e12, 0..60), seed in 0u64..1_000, cut in 0usize..60,
        ) {
            let mut mixed = values.clone();
            Random::new(seed).shuffle(&mut mixed);
            let (head, tail) = mixed.split_at(cut.min(mixed.len()));
            let mut parts = ExactSum::default();
            tail.iter().for_each(|&value| parts.add(value));
            let mut whole = ExactSum::default();
            head.iter().for_each(|&value| whole.add(value));
            whole.merge(&parts);
            prop_assert_eq!(whole.total().to_bits(), exact(&values).to_bits());
        }
    }
}
