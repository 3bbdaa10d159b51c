//! The delimiter of a text, and whether its first line is a header.

use super::{Choice, values};
use crate::error::CollectError;
use crate::read::Record;
use crate::read::csv::{Dialect, split_line};
use crate::spec::Options;

const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn choose(
    text: &str,
    quotes: bool,
    options: &Options,
    choices: &mut Vec<Choice>,
) -> Result<u8, CollectError> {
    if let Some(given) = &options.delimiter {
        return match given.as_bytes() {
            b"tab" | b"\\t" => Ok(b'\t'),
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => Err(CollectError::BadOption {
                option: "delimiter",
                value: given.clone(),
                why: "give one character, or tab".to_string(),
            }),
        };
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.is_empty())
        .take(50)
        .collect();
    let scored = CANDIDATES.map(|delimiter| (score(&lines, delimiter, quotes), delimiter));
    // The first of equals wins, so that the choice does not hang on chance.
    let (best, delimiter) = scored
        .into_iter()
        .rev()
        .max_by_key(|(score, _)| *score)
        .unwrap_or((0, b','));
    let shown = if delimiter == b'\t' {
        "tab".to_string()
    } else {
        char::from(delimiter).to_string()
    };
    let why = if best == 0 {
        "no delimiter found: one column"
    } else {
        "it cuts the first lines into equally many columns"
    };
    choices.push(Choice::new("delimiter", &shown, why));
    Ok(delimiter)
}

/// How many lines are cut into as many columns as the first one, weighted by their number.
fn score(lines: &[&str], delimiter: u8, quotes: bool) -> usize {
    let dialect = Dialect {
        delimiter,
        quotes,
        header: true,
    };
    let width = |line: &str| {
        let mut record = Record::default();
        split_line(line, dialect, None, &mut record);
        record.len()
    };
    let Some(columns) = lines
        .first()
        .map(|line| width(line))
        .filter(|columns| *columns > 1)
    else {
        return 0;
    };
    let equal = lines.iter().filter(|line| width(line) == columns).count();
    equal * 1_000 + columns.min(999)
}

/// Whether the first line holds names: it does unless one of its fields is a number or a date.
pub(super) fn has_header(
    text: &str,
    dialect: Dialect,
    options: &Options,
    choices: &mut Vec<Choice>,
) -> bool {
    if let Some(header) = options.header {
        return header;
    }
    let mut first = Record::default();
    split_line(
        text.lines().find(|l| !l.is_empty()).unwrap_or(""),
        dialect,
        None,
        &mut first,
    );
    let is_value = |text: &str| {
        let text = text.trim();
        !text.is_empty() && values::type_of(&[text.to_string()]) != "text"
    };
    let value = (0..first.len())
        .map(|i| first.get(i))
        .find(|text| is_value(text));
    match value {
        None => true,
        Some(value) => {
            let why = format!(
                "its first line holds the value '{value}', no heading; columns are named column_1 and so on; give header = true if it is one"
            );
            choices.push(Choice::new("header", "no", why));
            false
        }
    }
}
