//! Money: a fixed-point amount with four decimal places. Floats never touch it.
//! It must not hold currencies, exchange rates or tax rules.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// An amount of money in ten-thousandths of the currency's unit (unit prices of .001 exist).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(pub i64);

/// Why a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is no decimal number.
    #[error("'{0}' is no amount: write digits with an optional sign and a point, as in -12.50")]
    NotANumber(String),
    /// More than four decimals that are not zero.
    #[error("'{0}' has more than four decimals: round it in the source, amounts are exact here")]
    TooFine(String),
    /// Outside ± 922 trillion.
    #[error("'{0}' is too large for an amount")]
    TooLarge(String),
}

impl Money {
    /// Ten-thousandths in one unit.
    pub const SCALE: i64 = 10_000;

    /// The decimal places of an amount.
    pub const PLACES: usize = 4;

    /// Nearest float, for charts and models; never to be summed up into money again.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let bad = || MoneyError::NotANumber(text.to_string());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.as_bytes().first() {
            Some(b'-') => (true, &trimmed[1..]),
            Some(b'+') => (false, &trimmed[1..]),
            _ => (false, trimmed),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && part.is_empty())
            || !whole
                .bytes()
                .chain(part.bytes())
                .all(|b| b.is_ascii_digit())
        {
            return Err(bad());
        }
        let part = part.trim_end_matches('0');
        if part.len() > Self::PLACES {
            return Err(MoneyError::TooFine(text.to_string()));
        }
        let large = || MoneyError::TooLarge(text.to_string());
        let whole: i64 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| large())?
        };
        let fraction = if part.is_empty() {
            0
        } else {
            part.parse::<i64>().map_err(|_| bad())?
        };
        let fraction = fraction * 10_i64.pow((Self::PLACES - part.len()) as u32);
        let value = whole
            .checked_mul(Self::SCALE)
            .and_then(|v| v.checked_add(fraction))
            .ok_or_else(large)?;
        Ok(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        let scale = Self::SCALE.unsigned_abs();
        write!(f, "{sign}{}.{:04}", value / scale, value % scale)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_shops_write() {
        let check =
            |text: &str, value: i64| assert_eq!(text.parse::<Money>(), Ok(Money(value)), "{text}");
        check("2.55", 25_500);
        check("-11062.06", -110_620_600);
        check("0.001", 10);
        check(".5", 5_000);
        check("7", 70_000);
        check("7.", 70_000);
        check("1.50000000", 15_000);
    }

    #[test]
    fn refuses_what_is_no_amount() {
        let check = |text: &str| assert!(text.parse::<Money>().is_err(), "{text}");
        [
            "",
            "-",
            ".",
            "1,5",
            "1e3",
            "NaN",
            "0.00001",
            "99999999999999999999",
        ]
        .into_iter()
        .for_each(check);
    }

    #[test]
    fn text_and_value_round_trip() {
        for value in [
            0,
            1,
            -1,
            10_000,
            -25_500,
            i64::from(i32::MAX),
            97_477_479_300,
        ] {
            assert_eq!(Money(value).to_string().parse::<Money>(), Ok(Money(value)));
        }
    }
}
