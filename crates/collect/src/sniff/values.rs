//! What the values of a column are: their type, their decimal mark, their date format. Pure functions on
//! samples.

use crate::parse::number::{NumberStyle, decimal};
use crate::parse::time::looks_like_epoch;
use crate::parse::time_format::{Format, read_iso};

/// Date formats tried, day first before month first.
const FORMATS: [&str; 12] = [
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%y %H:%M:%S",
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d %b %Y %H:%M:%S",
    "%b %d, %Y %H:%M:%S",
    "%Y%m%d",
    "%d.%m.%y %H:%M:%S",
];

fn fits(style: NumberStyle, samples: &[&str]) -> usize {
    samples.iter().filter(|s| decimal(s, style).is_ok()).count()
}

fn style(mark: u8) -> NumberStyle {
    NumberStyle { mark, round: true }
}

/// The decimal mark that most numbers fit, and why.
pub(crate) fn decimal_mark(samples: &[&str]) -> (char, String) {
    let (point, comma) = (fits(style(b'.'), samples), fits(style(b','), samples));
    if comma > point {
        return (
            ',',
            format!(
                "{comma} of {} sampled numbers fit a comma, {point} a point",
                samples.len()
            ),
        );
    }
    // "1,234" fits both marks and means different numbers.
    let unclear = samples.iter().filter(|s| {
        let read = |mark| decimal(s, style(mark)).ok();
        matches!((read(b'.'), read(b',')), (Some(a), Some(b)) if a != b)
    });
    let (unclear, clear) = (unclear.count(), samples.len() - comma.min(samples.len()));
    if comma == point && unclear > 0 && clear == 0 {
        return (
            '.',
            "every sampled number fits both marks; give decimal = \",\" if 1.234 means a thousand"
                .to_string(),
        );
    }
    (
        '.',
        format!("{point} of {} sampled numbers fit a point", samples.len()),
    )
}

/// The date format that all samples fit, and why; `iso` where none does.
pub(crate) fn date_format(samples: &[&str]) -> (String, String) {
    let samples: Vec<&str> = samples
        .iter()
        .copied()
        .filter(|s| s.bytes().any(|b| b.is_ascii_digit()))
        .collect();
    let iso = samples.iter().filter(|s| read_iso(s).is_some()).count();
    if iso == samples.len() {
        return (
            "iso".to_string(),
            "every sampled date is ISO 8601".to_string(),
        );
    }
    if samples.iter().all(|s| looks_like_epoch(s)) {
        return (
            "%s".to_string(),
            "every sampled date is a time since 1970".to_string(),
        );
    }
    let counts = FORMATS.map(|format| count_read(format, &samples));
    let best = counts.iter().copied().max().unwrap_or(0);
    if best <= iso {
        return (
            "iso".to_string(),
            format!(
                "{iso} of {} sampled dates are ISO 8601, no other known format fits more; give date_format",
                samples.len()
            ),
        );
    }
    let equals: Vec<&str> = FORMATS
        .into_iter()
        .zip(counts)
        .filter(|(_, n)| *n == best)
        .map(|(f, _)| f)
        .collect();
    let chosen = equals[0];
    let why = match equals.get(1) {
        Some(other) => format!(
            "{best} of {} sampled dates fit it, and as many fit {other}: give date_format to be sure",
            samples.len()
        ),
        None => format!("{best} of {} sampled dates fit it", samples.len()),
    };
    (chosen.to_string(), why)
}

fn count_read(format: &str, samples: &[&str]) -> usize {
    let Ok(format) = Format::new(format) else {
        return 0;
    };
    let good = |s: &&&str| {
        format
            .read(s)
            .is_ok_and(|w| crate::parse::time::day_of_civil(w.year, w.month, w.day).is_some())
    };
    samples.iter().filter(good).count()
}

/// The type that all samples have, in the words of `FieldType::word`.
pub(crate) fn type_of(samples: &[String]) -> &'static str {
    let all = |test: &dyn Fn(&str) -> bool| samples.iter().all(|s| test(s));
    let digits = |s: &str| s.bytes().any(|b| b.is_ascii_digit());
    if samples.is_empty() {
        return "blank";
    }
    if all(&|s| {
        s.strip_prefix('-')
            .unwrap_or(s)
            .bytes()
            .all(|b| b.is_ascii_digit())
    }) {
        return "whole number";
    }
    if all(&|s| decimal(s, style(b'.')).is_ok()) || all(&|s| decimal(s, style(b',')).is_ok()) {
        return "decimal number";
    }
    if all(&|s| {
        digits(s) && (read_iso(s).is_some() || FORMATS.iter().any(|f| count_read(f, &[s]) == 1))
    }) {
        return "date and time";
    }
    if all(&|s| crate::parse::words::flag(s).is_some()) {
        return "yes or no";
    }
    "text"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_marks() {
        assert_eq!(decimal_mark(&["2.55", "3"]).0, '.');
        assert_eq!(decimal_mark(&["2,55", "3", "1.234,5"]).0, ',');
        assert_eq!(decimal_mark(&[]).0, '.');
    }

    #[test]
    fn date_formats() {
        let check = |samples: &[&str], expect: &str| {
            assert_eq!(date_format(samples).0, expect, "{samples:?}")
        };
        check(&["2010-12-01 08:26:00"], "iso");
        check(&["13/12/2010 8:26"], "%d/%m/%Y %H:%M:%S");
        check(&["12/13/2010 8:26", "1/2/2010 8:00"], "%m/%d/%Y %H:%M:%S");
        check(&["1.12.2010"], "%d.%m.%Y %H:%M:%S");
        check(&["1291191960"], "%s");
        check(&["soon"], "iso");
        assert!(date_format(&["1/2/2010"]).1.contains("to be sure"));
    }

    #[test]
    fn types() {
        let check = |samples: &[&str], expect: &str| {
            let samples: Vec<String> = samples.iter().map(|s| s.to_string()).collect();
            assert_eq!(type_of(&samples), expect, "{samples:?}");
        };
        check(&[], "blank");
        check(&["12", "-3"], "whole number");
        check(&["12.5", "3"], "decimal number");
        check(&["2010-12-01", "2011-01-31 10:00"], "date and time");
        check(&["yes", "no"], "yes or no");
        check(&["85123A", "71053"], "text");
    }
}
