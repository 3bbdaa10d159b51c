//! The engine's clock: the one place where operations learn what time it is.

use jiff::Timestamp;

/// Now, microseconds since 1970 UTC.
pub fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// An instant as text, RFC 3339 in UTC; empty where it is out of the calendar.
pub fn text(at: i64) -> String {
    Timestamp::from_microsecond(at).map_or_else(|_| String::new(), |at| at.to_string())
}

/// The day of an instant as text, in UTC.
pub fn day(at: i64) -> String {
    text(at).split('T').next().unwrap_or_default().to_owned()
}

/// A day counted from 1970 as text; none where it is out of the calendar.
pub fn day_of(day: i64) -> Option<String> {
    let day = day.checked_mul(86_400_000_000).map(self::day);
    day.filter(|day| !day.is_empty())
}

/// The instant so many calendar months before another, in UTC.
pub fn months_before(at: i64, months: u32) -> i64 {
    let back = jiff::Span::new().months(i64::from(months.min(12_000)));
    let then = Timestamp::from_microsecond(at)
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC))
        .and_then(|at| at.checked_sub(back));
    then.map_or(at, |then| then.timestamp().as_microsecond())
}

/// A date or an instant as a person writes it, as microseconds since 1970 UTC. A date means its end, so that
/// "as of 2011-12-09" includes that day.
pub fn parse(written: &str) -> Option<i64> {
    if let Ok(at) = written.parse::<Timestamp>() {
        return Some(at.as_microsecond());
    }
    let day: jiff::civil::Date = written.parse().ok()?;
    let next = day
        .tomorrow()
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()?;
    Some(next.timestamp().as_microsecond() - 1)
}

/// A new id that sorts by time.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_its_end() {
        assert_eq!(parse("1970-01-01"), Some(86_400_000_000 - 1));
        assert_eq!(parse("1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(text(1_000_000), "1970-01-01T00:00:01Z");
        assert_eq!(day(1_000_000), "1970-01-01");
        assert_eq!(day_of(31).as_deref(), Some("1970-02-01"));
        assert_eq!(day_of(i64::MAX), None);
    }
}
