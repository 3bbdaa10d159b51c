//! Days and months of instants (UTC), and both in words. No clock and no time zone: instants are given.

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// Seconds of a mean month of the Gregorian calendar.
pub(crate) const MONTH: i64 = 2_629_746;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Year, month (1 to 12) and day of an instant in seconds since 1970: H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`.
pub(crate) fn civil(at: i64) -> (i64, i64, i64) {
    // Whole eras of 400 years, so that everything below is positive; days count from 1 March of the year 0.
    let days = at.div_euclid(DAY) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let of_month = day - (153 * month + 2) / 5 + 1;
    let (year, month) = (
        year + era * 400,
        if month < 10 { month + 3 } else { month - 9 },
    );
    (year + i64::from(month <= 2), month, of_month)
}

/// The number of an instant's month, counted on without a gap.
pub(crate) fn month(at: i64) -> i32 {
    let (year, month, _) = civil(at);
    (year * 12 + month - 1) as i32
}

/// An instant's day in words: 2 March 2026.
pub(crate) fn day_words(at: i64) -> String {
    let (year, month, day) = civil(at);
    format!("{day} {} {year}", MONTHS[(month - 1) as usize])
}

/// A span in words, in the largest unit of which it holds two or more; months and years are mean ones.
pub(crate) fn span_words(seconds: i64) -> String {
    let units = [
        (12 * MONTH, "years"),
        (MONTH, "months"),
        (7 * DAY, "weeks"),
        (DAY, "days"),
    ];
    for (unit, name) in units {
        if seconds >= 2 * unit {
            return format!("{} {name}", seconds / unit);
        }
    }
    if seconds >= DAY {
        "1 day".into()
    } else {
        "less than a day".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(951_782_400), (2000, 2, 29));
        assert_eq!(civil(1_772_409_600), (2026, 3, 2));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(day_words(1_772_409_600), "2 March 2026");
        assert_eq!(month(951_782_400) + 1, month(951_868_800));
        for day in -800_000..800_000 {
            let (now, next) = (civil(day * DAY), civil((day + 1) * DAY));
            assert!(next > now && (next.2 == now.2 + 1 || next.2 == 1));
        }
    }

    #[test]
    fn spans_are_told_in_their_unit() {
        assert_eq!(span_words(9 * MONTH + 5), "9 months");
        assert_eq!(span_words(30 * DAY), "4 weeks");
        assert_eq!(span_words(25 * MONTH), "2 years");
        assert_eq!(span_words(DAY), "1 day");
        assert_eq!(span_words(10 * DAY), "10 days");
        assert_eq!(span_words(0), "less than a day");
    }
}
