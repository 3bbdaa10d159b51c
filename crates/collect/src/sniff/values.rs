//! What the values of a column are: their type and their decimal mark. Pure functions on samples; date formats
//! are `dates`'s.

use super::dates::is_date;
use crate::parse::number::{NumberStyle, decimal};

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

/// The type that all samples have, in the words of `FieldType::word`.
pub(crate) fn type_of(samples: &[String]) -> &'static str {
    let all = |test: &dyn Fn(&str) -> bool| samples.iter().all(|s| test(s));
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
    if all(&is_date) {
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
