//! Date formats in the way of `strftime`: `%Y %y %m %d %e %H %I %M %S %f %p %b %B %z %s %%`, and how a
//! text is read by one. Time zones are `time`'s.

use crate::problem::BadCode;

/// A date and time as written, with its offset where the text gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub year: i32,
    pub month: u32,
    pub day: u32,
    /// Microseconds since midnight.
    pub micros: i64,
    /// Seconds east of Greenwich, where written.
    pub offset: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(u8),
    Space,
    Year4,
    Year2,
    Month,
    MonthName,
    Day,
    Hour,
    Hour12,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Offset,
    Epoch,
}

/// A compiled format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Format {
    parts: Vec<Part>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Format {
    /// Compiles a format; the error says what it takes.
    pub fn new(format: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut bytes = format.bytes();
        while let Some(byte) = bytes.next() {
            parts.push(match byte {
                b'%' => match bytes.next() {
                    Some(b'Y') => Part::Year4,
                    Some(b'y') => Part::Year2,
                    Some(b'm') => Part::Month,
                    Some(b'd' | b'e') => Part::Day,
                    Some(b'H') => Part::Hour,
                    Some(b'I') => Part::Hour12,
                    Some(b'M') => Part::Minute,
                    Some(b'S') => Part::Second,
                    Some(b'f') => Part::Fraction,
                    Some(b'p') => Part::HalfDay,
                    Some(b'b' | b'B') => Part::MonthName,
                    Some(b'z') => Part::Offset,
                    Some(b's') => Part::Epoch,
                    Some(b'%') => Part::Literal(b'%'),
                    other => {
                        let other = other.map(char::from).unwrap_or(' ');
                        return Err(format!("'%{other}' is unknown; take %Y %y %m %d %H %I %M %S %f %p %b %z %s, as in %d/%m/%Y %H:%M"));
                    }
                },
                b' ' => Part::Space,
                other => Part::Literal(other),
            });
        }
        let has = |part: Part| parts.contains(&part);
        let has_day = (has(Part::Year4) || has(Part::Year2))
            && (has(Part::Month) || has(Part::MonthName))
            && has(Part::Day);
        if has_day || has(Part::Epoch) {
            Ok(Self { parts })
        } else {
            Err(
                "it needs year, month and day, as in %d/%m/%Y, or %s for seconds since 1970"
                    .to_string(),
            )
        }
    }

    /// Reads a text by this format; trailing time parts may be missing.
    pub fn read(&self, text: &str) -> Result<Written, BadCode> {
        let mut cursor = Cursor {
            bytes: text.as_bytes(),
            at: 0,
        };
        let mut found = Found::default();
        for part in &self.parts {
            if cursor.is_done() && found.day.is_some() {
                break;
            }
            found.take(part, &mut cursor).ok_or(BadCode::BadDate)?;
        }
        if !cursor.is_done() {
            return Err(BadCode::BadDate);
        }
        found.written().ok_or(BadCode::BadDate)
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn number(&mut self, digits_min: usize, digits_max: usize) -> Option<i64> {
        let start = self.at;
        let mut value: i64 = 0;
        while self.at - start < digits_max
            && let Some(b @ b'0'..=b'9') = self.bytes.get(self.at)
        {
            value = value * 10 + i64::from(b - b'0');
            self.at += 1;
        }
        (self.at - start >= digits_min).then_some(value)
    }

    fn literal(&mut self, byte: u8) -> Option<()> {
        (self.bytes.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    fn word(&mut self) -> Option<String> {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let word = std::str::from_utf8(&rest[..len]).ok()?.to_ascii_lowercase();
        self.at += len;
        (len > 0).then_some(word)
    }

    fn offset(&mut self) -> Option<i32> {
        if self.literal(b'Z').is_some() || self.literal(b'z').is_some() {
            return Some(0);
        }
        if self.bytes[self.at..].starts_with(b"UTC") {
            self.at += 3;
            return Some(0);
        }
        let sign = match self.bytes.get(self.at)? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let hours = self.number(2, 2)? as i32;
        let _ = self.literal(b':');
        let minutes = self.number(2, 2).unwrap_or(0) as i32;
        (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

#[derive(Default)]
struct Found {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    afternoon: Option<bool>,
    offset: Option<i32>,
    epoch: Option<i64>,
}

impl Found {
    fn take(&mut self, part: &Part, cursor: &mut Cursor<'_>) -> Option<()> {
        match part {
            Part::Literal(byte) => cursor.literal(*byte)?,
            Part::Space => while cursor.literal(b' ').is_some() {},
            Part::Year4 => self.year = Some(cursor.number(4, 4)? as i32),
            Part::Year2 => {
                let year = cursor.number(2, 2)? as i32;
                self.year = Some(if year < 70 { 2000 + year } else { 1900 + year });
            }
            Part::Month => self.month = Some(cursor.number(1, 2)? as u32),
            Part::MonthName => {
                let word = cursor.word()?;
                let i = MONTHS
                    .iter()
                    .position(|m| word.len() >= 3 && m.starts_with(&word))?;
                self.month = Some(i as u32 + 1);
            }
            Part::Day => self.day = Some(cursor.number(1, 2)? as u32),
            Part::Hour | Part::Hour12 => self.hour = cursor.number(1, 2)?,
            Part::Minute => self.minute = cursor.number(1, 2)?,
            Part::Second => {
                self.second = cursor.number(1, 2)?;
                if cursor.bytes.get(cursor.at) == Some(&b'.') {
                    cursor.at += 1;
                    self.micros = fraction(cursor)?;
                }
            }
            Part::Fraction => self.micros = fraction(cursor)?,
            Part::HalfDay => match cursor.word()?.as_str() {
                "am" => self.afternoon = Some(false),
                "pm" => self.afternoon = Some(true),
                _ => return None,
            },
            Part::Offset => self.offset = Some(cursor.offset()?),
            Part::Epoch => self.epoch = Some(cursor.number(1, 16)?),
        }
        Some(())
    }

    fn written(&self) -> Option<Written> {
        if let Some(epoch) = self.epoch {
            return from_epoch(epoch);
        }
        let hour = match self.afternoon {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        Some(Written {
            year: self.year?,
            month: self.month?,
            day: self.day?,
            micros: ((hour * 60 + self.minute) * 60 + self.second) * 1_000_000 + self.micros,
            offset: self.offset,
        })
    }
}

/// Seconds since 1970, or milliseconds or microseconds where there are too many digits for seconds.
pub(crate) fn from_epoch(value: i64) -> Option<Written> {
    let micros = match value {
        0..=99_999_999_999 => value * 1_000_000,
        100_000_000_000..=99_999_999_999_999 => value * 1_000,
        _ => value,
    };
    let day = micros.div_euclid(86_400_000_000);
    let (year, month, day) = super::time::civil_of_day(i32::try_from(day).ok()?);
    Some(Written {
        year,
        month,
        day,
        micros: micros.rem_euclid(86_400_000_000),
        offset: Some(0),
    })
}

/// Digits after a point, as microseconds; digits beyond the sixth are dropped.
fn fraction(cursor: &mut Cursor<'_>) -> Option<i64> {
    let start = cursor.at;
    let mut micros = 0;
    while let Some(b @ b'0'..=b'9') = cursor.bytes.get(cursor.at) {
        if cursor.at - start < 6 {
            micros = micros * 10 + i64::from(b - b'0');
        }
        cursor.at += 1;
    }
    let digits = cursor.at - start;
    (digits > 0).then(|| micros * 10_i64.pow(6 - digits.min(6) as u32))
}

/// ISO 8601 and RFC 3339 in their usual shapes: `2010-12-01`, `2010-12-01 08:26`, `…T08:26:00.123+01:00`.
pub(crate) fn read_iso(text: &str) -> Option<Written> {
    let mut cursor = Cursor {
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut found = Found {
        year: Some(cursor.number(4, 4)? as i32),
        ..Found::default()
    };
    let mark = *cursor.bytes.get(cursor.at)?;
    if mark != b'-' && mark != b'/' && mark != b'.' {
        return None;
    }
    cursor.at += 1;
    found.month = Some(cursor.number(1, 2)? as u32);
    cursor.literal(mark)?;
    found.day = Some(cursor.number(1, 2)? as u32);
    if !cursor.is_done() {
        if cursor.literal(b'T').is_none() && cursor.literal(b't').is_none() {
            cursor.literal(b' ')?;
        }
        found.hour = cursor.number(1, 2)?;
        cursor.literal(b':')?;
        found.minute = cursor.number(2, 2)?;
        if cursor.literal(b':').is_some() {
            found.take(&Part::Second, &mut cursor)?;
        }
        let _ = cursor.literal(b' ');
        if !cursor.is_done() {
            found.offset = Some(cursor.offset()?);
        }
    }
    if cursor.is_done() {
        found.written()
    } else {
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn check(format: &str, text: &str, expect: Option<(i32, u32, u32, i64)>) {
        let read = match format {
            "iso" => read_iso(text),
            _ => Format::new(format).unwrap().read(text).ok(),
        };
        let seconds = read.map(|w| (w.year, w.month, w.day, w.micros / 1_000_000));
        assert_eq!(seconds, expect, "{format} {text}");
    }

    #[test]
    fn iso_shapes() {
        check("iso", "2010-12-01 08:26:00", Some((2010, 12, 1, 30_360)));
        check("iso", "2010-12-01", Some((2010, 12, 1, 0)));
        check("iso", "2015-2-02T00:00", Some((2015, 2, 2, 0)));
        check(
            "iso",
            "2024-03-01T10:00:00.123456Z",
            Some((2024, 3, 1, 36_000)),
        );
        check(
            "iso",
            "2024-03-01 10:00:00 -0500",
            Some((2024, 3, 1, 36_000)),
        );
        check("iso", "01/12/2010", None);
        check("iso", "2010-12-01 25:00:00", None);
        check("iso", "2010-12-01x", None);
    }

    #[test]
    fn declared_formats() {
        check(
            "%d/%m/%Y %H:%M",
            "1/12/2010 8:26",
            Some((2010, 12, 1, 30_360)),
        );
        check("%d/%m/%Y %H:%M", "1/12/2010", Some((2010, 12, 1, 0)));
        check("%m/%d/%y", "12/1/10", Some((2010, 12, 1, 0)));
        check(
            "%d %b %Y %I:%M %p",
            "1 Dec 2010 8:26 PM",
            Some((2010, 12, 1, 73_560)),
        );
        check("%d.%m.%Y", "1.12.2010x", None);
        check("%s", "1291191960", Some((2010, 12, 1, 30_360)));
        check("%s", "1291191960000", Some((2010, 12, 1, 30_360)));
        assert!(Format::new("%H:%M").is_err());
        assert!(Format::new("%Q").is_err());
    }
}
