//! Which date format a file is written in: by its samples, and where they leave open which number is the day
//! and which the month, by the values further down the file. Opening the file is not done here.

use std::collections::HashSet;

use crate::parse::time::{day_of_civil, looks_like_epoch};
use crate::parse::time_format::{Format, Written, read_iso};

/// Date formats tried, day first before month first. With points the day comes first wherever they are in use,
/// so month first is not tried with them.
const FORMATS: [&str; 15] = [
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M:%S",
    "%d/%m/%y %H:%M:%S",
    "%m/%d/%y %H:%M:%S",
    "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%Y %I:%M %p",
    "%m/%d/%Y %I:%M %p",
    "%d %b %Y %H:%M:%S",
    "%b %d, %Y %H:%M:%S",
    "%Y%m%d",
    "%d.%m.%y %H:%M:%S",
];

/// A format by samples.
pub(crate) struct DateGuess {
    pub format: String,
    /// Why this one.
    pub why: String,
    /// The format with day and month changed over, where as many samples fit it.
    pub rival: Option<&'static str>,
}

/// The date format that most samples fit; `iso` where none does.
pub(crate) fn date_format(samples: &[&str]) -> DateGuess {
    let sure = |format: &str, why: String| DateGuess {
        format: format.to_string(),
        why,
        rival: None,
    };
    let has_digit = |s: &&str| s.bytes().any(|b| b.is_ascii_digit());
    let samples: Vec<&str> = samples.iter().copied().filter(has_digit).collect();
    let iso = samples.iter().filter(|s| read_iso(s).is_some()).count();
    if iso == samples.len() {
        return sure("iso", "every sampled date is ISO 8601".to_string());
    }
    if samples.iter().all(|s| looks_like_epoch(s)) {
        return sure("%s", "every sampled date is a time since 1970".to_string());
    }
    let counts = FORMATS.map(|format| count_read(format, &samples));
    let best = counts.iter().copied().max().unwrap_or(0);
    if best <= iso {
        return sure(
            "iso",
            format!(
                "{iso} of {} sampled dates are ISO 8601, no other known format fits more; give date_format",
                samples.len()
            ),
        );
    }
    let fits = |format: &&str| {
        let place = FORMATS.iter().position(|f| f == format);
        place.is_some_and(|i| counts[i] == best)
    };
    let format = FORMATS.into_iter().find(|f| fits(f)).unwrap_or(FORMATS[0]);
    let turned = turned(format);
    DateGuess {
        format: format.to_string(),
        why: format!("{best} of {} sampled dates fit it", samples.len()),
        rival: FORMATS.into_iter().find(|f| *f == turned && fits(f)),
    }
}

/// A format with day and month changed over.
fn turned(format: &str) -> String {
    let turn = |c| match c {
        'd' => 'm',
        'm' => 'd',
        other => other,
    };
    format.chars().map(turn).collect()
}

fn count_read(format: &str, samples: &[&str]) -> usize {
    Format::new(format).map_or(0, |format| {
        samples
            .iter()
            .filter(|s| read(&format, s).is_some())
            .count()
    })
}

fn read(format: &Format, text: &str) -> Option<Written> {
    let written = format.read(text).ok()?;
    day_of_civil(written.year, written.month, written.day)?;
    Some(written)
}

/// Whether a text is a date in one of the formats tried.
pub(super) fn is_date(text: &str) -> bool {
    let known = || {
        FORMATS
            .iter()
            .any(|format| count_read(format, &[text]) == 1)
    };
    text.bytes().any(|b| b.is_ascii_digit()) && (read_iso(text).is_some() || known())
}

/// The part of a text or a format before its time of day.
fn date_of(text: &str) -> &str {
    text.split([' ', 'T']).next().unwrap_or(text)
}

/// Looks at values one after the other until one tells two formats apart.
pub(crate) struct Watch {
    first: Format,
    second: Format,
    days: HashSet<(i32, u32, u32)>,
    /// The first value that both read, each as another day.
    unclear: Option<String>,
    told: Option<Told>,
}

/// What the values of a file tell about two formats.
pub(crate) enum Told {
    /// A value that only one of them reads; whether it is the second, and the value.
    By { second: bool, value: String },
    /// Both read every value as the same day.
    Same,
    /// Both read this value, as different days, and it is the only date.
    OneDate,
    /// Both read every value, of more than one date, this one as different days.
    Unclear(String),
}

impl Watch {
    /// `None` where a format is none. Times of day tell nothing, so only the dates before them are looked at.
    pub fn new(first: &str, second: &str) -> Option<Self> {
        Some(Self {
            first: Format::new(date_of(first)).ok()?,
            second: Format::new(date_of(second)).ok()?,
            days: HashSet::new(),
            unclear: None,
            told: None,
        })
    }

    /// Looks at a value; `true` once it is told.
    pub fn see(&mut self, text: &str) -> bool {
        let text = crate::problem::cut(text.trim(), 200);
        let date = date_of(text);
        match (read(&self.first, date), read(&self.second, date)) {
            (None, None) => {}
            (Some(a), Some(b)) => {
                // Two dates are as good as many.
                if self.days.len() < 2 {
                    self.days.insert((a.year, a.month, a.day));
                }
                if self.unclear.is_none() && a != b {
                    self.unclear = Some(text.to_string());
                }
            }
            (first, _) => {
                self.told = Some(Told::By {
                    second: first.is_none(),
                    value: text.to_string(),
                });
            }
        }
        self.told.is_some()
    }

    pub fn told(self) -> Told {
        match (self.told, self.unclear) {
            (Some(told), _) => told,
            (None, None) => Told::Same,
            (None, Some(_)) if self.days.len() < 2 => Told::OneDate,
            (None, Some(value)) => Told::Unclear(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_formats() {
        let check = |samples: &[&str], expect: &str, rival: Option<&str>| {
            let guess = date_format(samples);
            assert_eq!(
                (guess.format.as_str(), guess.rival),
                (expect, rival),
                "{samples:?}"
            )
        };
        check(&["2010-12-01 08:26:00"], "iso", None);
        check(&["13/12/2010 8:26"], "%d/%m/%Y %H:%M:%S", None);
        check(
            &["12/13/2010 8:26", "1/2/2010 8:00"],
            "%m/%d/%Y %H:%M:%S",
            None,
        );
        check(&["1.12.2010"], "%d.%m.%Y %H:%M:%S", None);
        check(&["1291191960"], "%s", None);
        check(&["soon"], "iso", None);
        check(
            &["1/2/2010"],
            "%d/%m/%Y %H:%M:%S",
            Some("%m/%d/%Y %H:%M:%S"),
        );
        check(
            &["1-2-2010"],
            "%d-%m-%Y %H:%M:%S",
            Some("%m-%d-%Y %H:%M:%S"),
        );
        check(
            &["1/2/2010 5:30 PM"],
            "%d/%m/%Y %I:%M %p",
            Some("%m/%d/%Y %I:%M %p"),
        );
        check(&["1/2/10"], "%d/%m/%y %H:%M:%S", Some("%m/%d/%y %H:%M:%S"));
    }

    #[test]
    fn values_tell_formats_apart() {
        let check = |values: &[&str], expect: &str| {
            let Some(mut watch) = Watch::new("%d/%m/%Y", "%m/%d/%Y") else {
                panic!("both are formats");
            };
            let _ = values.iter().any(|value| watch.see(value));
            let told = match watch.told() {
                Told::By { second, value } => format!("{second} {value}"),
                Told::Same => "same".to_string(),
                Told::OneDate => "one date".to_string(),
                Told::Unclear(value) => format!("unclear {value}"),
            };
            assert_eq!(told, expect, "{values:?}");
        };
        check(&["1/2/2010", "13/2/2010"], "false 13/2/2010");
        check(&["1/2/2010", "soon", "2/13/2010"], "true 2/13/2010");
        check(&["1/1/2010", "2/2/2010"], "same");
        check(&["1/2/2010", "1/2/2010"], "one date");
        check(&["1/1/2010", "1/2/2010"], "unclear 1/2/2010");
    }
}
