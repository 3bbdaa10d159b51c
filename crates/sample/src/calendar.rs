//! Civil dates and the rhythm of the year: weekdays, holidays, paydays, seasons. Holds no clock and no
//! time zone: all times of the made-up retailer are local.

use std::fmt;
use std::str::FromStr;

use crate::SampleError;

/// A civil date: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(i32);

impl Date {
    /// The date of a year, month (1-12) and day (1-31), if there is one between 1990 and 2100.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1990..=2100).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > 31 {
            return None;
        }
        let date = Self(days_from_civil(year, month, day));
        (date.civil() == (year, month, day)).then_some(date)
    }

    /// The date some days after 1970-01-01.
    pub(crate) const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub fn days_since_epoch(self) -> i32 {
        self.0
    }

    /// The date some days later (earlier if negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Year, month, day.
    pub fn civil(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// 0 is Monday, 6 is Sunday. (1970-01-01 was a Thursday.)
    pub fn weekday(self) -> usize {
        (self.0 + 3).rem_euclid(7) as usize
    }

    /// Day of the year, from 0.
    pub(crate) fn of_year(self) -> i32 {
        let (year, _, _) = self.civil();
        self.0 - days_from_civil(year, 1, 1)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = SampleError;

    fn from_str(text: &str) -> Result<Self, SampleError> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok());
        match (next(), next(), next()) {
            (Some(year), Some(month), Some(day)) => Self::new(year as i32, month, day),
            _ => None,
        }
        .ok_or_else(|| SampleError::Date {
            text: text.to_owned(),
        })
    }
}

/// Howard Hinnant, *chrono-compatible low-level date algorithms*, `days_from_civil`.
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = (month as i32 + 9) % 12;
    let of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The same source's `civil_from_days`.
fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    } as u32;
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month, day)
}

/// Easter Sunday (anonymous Gregorian algorithm, Meeus/Jones/Butcher).
pub(crate) fn easter(year: i32) -> Date {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date(days_from_civil(year, month as u32, day as u32))
}

/// How much the whole chain sells on a day, relative to a plain one: weekday, pre-holiday rush, payday
/// and summer lull. Zero on the days when every shop is shut.
pub(crate) fn traffic(date: Date) -> f64 {
    const WEEKDAY: [f64; 7] = [0.95, 0.9, 0.92, 1.0, 1.25, 1.45, 0.45];
    let (year, month, day) = date.civil();
    let easter_gap = easter(year).0 - date.0;
    if (month, day) == (12, 25) || (month, day) == (1, 1) || easter_gap == 0 {
        return 0.0;
    }
    let rush = match (month, day) {
        (12, 1..=14) => 1.12,
        (12, 15..=24) => 1.4,
        (12, 29..=31) => 1.15,
        (1, 2..=31) => 0.9,
        (8, _) => 0.92,
        (11, 22..=30) => 1.12,
        _ if (1..=4).contains(&easter_gap) => 1.3,
        _ => 1.0,
    };
    WEEKDAY[date.weekday()] * rush * (1.0 + 0.15 * f64::from(payday(date)))
}

/// 1 in the days after wages are paid (28th to 3rd), else 0.
pub(crate) fn payday(date: Date) -> f32 {
    let (_, _, day) = date.civil();
    if day >= 28 || day <= 3 { 1.0 } else { 0.0 }
}

/// The text of the second of a day, as `HH:MM:SS`.
pub(crate) fn clock(second: u32) -> [u8; 8] {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let digit = |value: u32| b'0' + value as u8;
    [
        digit(hour / 10),
        digit(hour % 10),
        b':',
        digit(minute / 10),
        digit(minute % 10),
        b':',
        digit(second / 10),
        digit(second % 10),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        for days in 7305..47_000 {
            let (year, month, day) = Date(days).civil();
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(Date::new(2024, 2, 30), None);
        let leap: Date = "2024-02-29".parse().unwrap();
        assert_eq!(leap.to_string(), "2024-02-29");
        assert_eq!(leap.weekday(), 3);
        assert!("2023-02-29".parse::<Date>().is_err());
        assert!("tomorrow".parse::<Date>().is_err());
    }

    #[test]
    fn easter_is_where_the_tables_say() {
        assert_eq!(easter(2024).to_string(), "2024-03-31");
        assert_eq!(easter(2025).to_string(), "2025-04-20");
        assert_eq!(easter(2026).to_string(), "2026-04-05");
    }
}
