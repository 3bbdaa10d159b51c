//! Instants and days: a text by its format, then by the shop's time zone into UTC, with weekday and hour of
//! the shop's own clock. A local time that a clock change skips is moved forward by the change; one that it
//! repeats is the first of the two (RFC 5545's rule).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::time_format::{Format, Written, from_epoch, read_iso};
use crate::problem::BadCode;

/// An instant with the shop's weekday and hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant {
    /// Microseconds since 1970, UTC.
    pub micros: i64,
    /// 1 = Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

const DAY_MICROS: i64 = 86_400_000_000;
const YEAR_MIN: i32 = 1900;
const YEAR_MAX: i32 = 2199;
/// Days from 1900-01-01 to 1970-01-01.
const DAYS_BEFORE: i32 = 25_567;
/// Days from 1900-01-01 to 2200-01-01.
const DAYS_ALL: usize = 109_573;
const UNKNOWN: i32 = i32::MAX;
const MIXED: i32 = i32::MAX - 1;

/// Reads instants of one file.
pub(crate) struct TimeReader {
    format: Option<Format>,
    zone: TimeZone,
    /// Offset in seconds of each local day on which it does not change.
    offsets: Vec<i32>,
}

impl TimeReader {
    /// `format` is `None` for ISO 8601.
    pub fn new(format: Option<Format>, zone: TimeZone) -> Self {
        Self {
            format,
            zone,
            offsets: vec![UNKNOWN; DAYS_ALL],
        }
    }

    /// An instant; a date alone is its midnight.
    pub fn instant(&mut self, text: &str) -> Result<Instant, BadCode> {
        let written = self.written(text)?;
        let day = day_of_civil(written.year, written.month, written.day).ok_or(BadCode::BadDate)?;
        let local = i64::from(day) * DAY_MICROS + written.micros;
        match written.offset {
            None => self.at_local(day, local),
            Some(offset) => Ok(self.at_utc(local - i64::from(offset) * 1_000_000)),
        }
    }

    /// A calendar day as days since 1970; a time of day is dropped.
    pub fn day(&self, text: &str) -> Result<i32, BadCode> {
        let written = self.written(text)?;
        day_of_civil(written.year, written.month, written.day).ok_or(BadCode::BadDate)
    }

    fn written(&self, text: &str) -> Result<Written, BadCode> {
        let Some(format) = &self.format else {
            return read_iso(text).ok_or(BadCode::BadDate);
        };
        // Machines write ISO whatever the people's format is: a spreadsheet's date cells, JSON, Parquet.
        format.read(text).or_else(|bad| read_iso(text).ok_or(bad))
    }

    fn at_local(&mut self, day: i32, local: i64) -> Result<Instant, BadCode> {
        let offset = self.offset_of_day(day);
        if offset != MIXED {
            return Ok(instant(local - i64::from(offset) * 1_000_000, local));
        }
        let zoned = civil(local)
            .and_then(|civil| self.zone.to_zoned(civil).ok())
            .ok_or(BadCode::BadDate)?;
        Ok(self.at_utc(zoned.timestamp().as_microsecond()))
    }

    fn at_utc(&self, micros: i64) -> Instant {
        let offset = jiff::Timestamp::from_microsecond(micros)
            .map_or(0, |timestamp| self.zone.to_offset(timestamp).seconds());
        instant(micros, micros + i64::from(offset) * 1_000_000)
    }

    fn offset_of_day(&mut self, day: i32) -> i32 {
        let Some(known) = self.offsets.get_mut((day + DAYS_BEFORE) as usize) else {
            return MIXED;
        };
        if *known == UNKNOWN {
            let at = |micros| {
                let zoned = civil(micros).and_then(|civil| self.zone.to_zoned(civil).ok());
                zoned.map(|zoned| zoned.offset().seconds())
            };
            let start = i64::from(day) * DAY_MICROS;
            // A change within the day shows as another offset at its end or half a day on either side.
            let offsets = [
                at(start),
                at(start + DAY_MICROS / 2),
                at(start + DAY_MICROS),
            ];
            *known = match offsets {
                [Some(a), Some(b), Some(c)] if a == b && b == c => a,
                _ => MIXED,
            };
        }
        *known
    }
}

fn civil(micros: i64) -> Option<DateTime> {
    let timestamp = jiff::Timestamp::from_microsecond(micros).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(timestamp))
}

fn instant(micros: i64, local: i64) -> Instant {
    let day = local.div_euclid(DAY_MICROS);
    Instant {
        micros,
        // 1970-01-01 was a Thursday.
        weekday: ((day + 3).rem_euclid(7) + 1) as u8,
        hour: (local.rem_euclid(DAY_MICROS) / 3_600_000_000) as u8,
    }
}

/// Days since 1970 of a date; `None` for no date or a year outside 1900 to 2199.
pub(crate) fn day_of_civil(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(YEAR_MIN..=YEAR_MAX).contains(&year) || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > days_in_month {
        return None;
    }
    // Howard Hinnant's days_from_civil: http://howardhinnant.github.io/date_algorithms.html
    let (year, month, day) = (year, month as i32, day as i32);
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Year, month and day of a day since 1970: the inverse, from the same source.
pub(crate) fn civil_of_day(day: i32) -> (i32, u32, u32) {
    let z = day.saturating_add(719_468);
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i32::from(month <= 2);
    (year, month as u32, (doy - (153 * mp + 2) / 5 + 1) as u32)
}

/// An instant as ISO 8601, with a `Z` where it is one of UTC and not a local time.
pub(crate) fn iso(micros: i64, is_utc: bool) -> String {
    let day = micros.div_euclid(DAY_MICROS);
    let Ok(day) = i32::try_from(day) else {
        return micros.to_string();
    };
    let (year, month, day) = civil_of_day(day);
    let micros = micros.rem_euclid(DAY_MICROS);
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let fraction = if rest == 0 {
        String::new()
    } else {
        format!(".{rest:06}")
    };
    let mark = if is_utc { "Z" } else { "" };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{mark}")
}

/// Whether a text of digits is seconds, milliseconds or microseconds since 1970 in a sensible year.
pub(crate) fn looks_like_epoch(text: &str) -> bool {
    (10..=16).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && text
            .parse()
            .ok()
            .and_then(from_epoch)
            .is_some_and(|w| (1990..=2100).contains(&w.year))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn reader(zone: &str) -> TimeReader {
        TimeReader::new(None, TimeZone::get(zone).unwrap())
    }

    fn check(zone: &str, text: &str, expect: &str, weekday: u8, hour: u8) {
        let instant = reader(zone).instant(text).unwrap();
        let utc = jiff::Timestamp::from_microsecond(instant.micros)
            .unwrap()
            .to_string();
        assert_eq!(
            (utc.as_str(), instant.weekday, instant.hour),
            (expect, weekday, hour),
            "{text}"
        );
    }

    #[test]
    fn local_times_become_utc() {
        check(
            "Europe/London",
            "2010-12-01 08:26:00",
            "2010-12-01T08:26:00Z",
            3,
            8,
        );
        check(
            "Europe/London",
            "2011-07-01 08:26:00",
            "2011-07-01T07:26:00Z",
            5,
            8,
        );
        check(
            "America/New_York",
            "2017-01-28 19:06:53",
            "2017-01-29T00:06:53Z",
            6,
            19,
        );
        check(
            "Europe/London",
            "2011-07-01T08:26:00Z",
            "2011-07-01T08:26:00Z",
            5,
            9,
        );
    }

    #[test]
    fn clock_changes_are_defined() {
        // 01:30 is skipped in London on 27 March 2011 and repeated on 30 October 2011.
        check(
            "Europe/London",
            "2011-03-27 01:30:00",
            "2011-03-27T01:30:00Z",
            7,
            2,
        );
        check(
            "Europe/London",
            "2011-10-30 01:30:00",
            "2011-10-30T00:30:00Z",
            7,
            1,
        );
        check(
            "Europe/London",
            "2011-10-30 02:30:00",
            "2011-10-30T02:30:00Z",
            7,
            2,
        );
    }

    #[test]
    fn instants_as_text() {
        assert_eq!(iso(1_291_191_960_000_000, true), "2010-12-01T08:26:00Z");
        assert_eq!(iso(-1, false), "1969-12-31T23:59:59.999999");
    }

    #[test]
    fn days_and_dates_agree_and_nonsense_is_refused() {
        for day in (-25_000..84_000).step_by(7) {
            let (y, m, d) = civil_of_day(day);
            assert_eq!(day_of_civil(y, m, d), Some(day));
        }
        assert_eq!(day_of_civil(2023, 2, 29), None);
        assert_eq!(day_of_civil(2024, 2, 29), Some(19_782));
        for text in ["2023-02-29", "0000-00-00", "2024-13-01", "hello", ""] {
            assert_eq!(reader("UTC").instant(text), Err(BadCode::BadDate), "{text}");
        }
    }
}
