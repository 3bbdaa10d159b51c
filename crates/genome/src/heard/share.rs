//! Shares of customers with an interval. It must not know what is counted.

use serde::{Deserialize, Serialize};

/// The normal distribution's quantile for 95% in the middle.
const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95% interval, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many.
    pub part: u32,
    /// Of how many.
    pub whole: u32,
    /// Their share.
    pub share: u32,
    /// Lower end of the interval, rounded down.
    pub low: u32,
    /// Upper end, rounded up.
    pub high: u32,
}

impl Share {
    /// The score interval of Wilson (1927, <https://doi.org/10.1080/01621459.1927.10502953>), which Brown, Cai and
    /// DasGupta (2001, <https://doi.org/10.1214/ss/1009213286>) recommend for small numbers; from 0 to 1 of nobody.
    #[must_use]
    pub fn of(part: u32, whole: u32) -> Self {
        let part = part.min(whole);
        if whole == 0 {
            return Self {
                part,
                whole,
                share: 0,
                low: 0,
                high: 1000,
            };
        }
        let (n, p) = (f64::from(whole), f64::from(part) / f64::from(whole));
        let shrink = 1.0 + Z * Z / n;
        let middle = (p + Z * Z / (2.0 * n)) / shrink;
        let half = Z / shrink * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let thousandths = |value: f64| (value.clamp(0.0, 1.0) * 1000.0) as u32;
        Self {
            part,
            whole,
            share: (p * 1000.0).round() as u32,
            low: if part == 0 {
                0
            } else {
                thousandths(middle - half)
            },
            high: if part == whole {
                1000
            } else {
                thousandths(middle + half + 0.000_999)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_paper() {
        // Newcombe (1998, Statistics in Medicine 17, 857-872, table I), method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        let ends = |part, whole| {
            let one = Share::of(part, whole);
            (one.low, one.high)
        };
        assert_eq!(ends(81, 263), (255, 367), ".2553 to .3662");
        assert_eq!(ends(15, 148), (62, 161), ".0624 to .1605");
        assert_eq!(ends(0, 20), (0, 162), "0 to .1611");
        assert_eq!(ends(1, 29), (6, 172), ".0061 to .1718");
        assert_eq!(ends(0, 0), (0, 1000));
    }
}
