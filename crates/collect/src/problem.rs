//! A row that cannot be loaded: where, what and why. How rows are kept and replayed is the engine's and
//! `replay`'s.

use serde::{Deserialize, Serialize};

/// Why a row is bad, as a word that does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadCode {
    /// A required value is blank.
    MissingValue,
    /// The text is no number.
    BadNumber,
    /// More than four decimals.
    TooFine,
    /// A number outside what the column holds.
    TooLarge,
    /// The text is no date or time of the declared format.
    BadDate,
    /// The text is neither yes nor no.
    BadFlag,
    /// The word is none of those allowed.
    BadChoice,
    /// No currency of ISO 4217.
    BadCurrency,
    /// No GTIN: wrong length or check digit.
    BadGtin,
    /// Not the JSON that is expected.
    BadJson,
    /// More or fewer columns than the header.
    WrongColumnCount,
    /// A quote that is never closed, or text after a closing quote.
    BadQuotes,
    /// Bytes that are no text in the file's encoding.
    BadEncoding,
    /// A line longer than the limit.
    LineTooLong,
    /// A cell that holds a spreadsheet error.
    CellError,
    /// The file ended inside the row.
    Truncated,
}

impl BadCode {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::MissingValue => "missing_value",
            Self::BadNumber => "bad_number",
            Self::TooFine => "too_fine",
            Self::TooLarge => "too_large",
            Self::BadDate => "bad_date",
            Self::BadFlag => "bad_flag",
            Self::BadChoice => "bad_choice",
            Self::BadCurrency => "bad_currency",
            Self::BadGtin => "bad_gtin",
            Self::BadJson => "bad_json",
            Self::WrongColumnCount => "wrong_column_count",
            Self::BadQuotes => "bad_quotes",
            Self::BadEncoding => "bad_encoding",
            Self::LineTooLong => "line_too_long",
            Self::CellError => "cell_error",
            Self::Truncated => "truncated",
        }
    }
}

/// One quarantined row. `raw` and `value` may name a person, so they belong in the registry, not in the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The line of a text file, the row of a sheet or table; the first line is 1 where there is a header.
    pub row: u64,
    /// The file's column, where one is at fault.
    pub column: Option<String>,
    /// The value found there, cut at 200 characters.
    pub value: Option<String>,
    /// What is wrong and how to mend it, in a sentence.
    pub reason: String,
    /// The same as a word.
    pub code: BadCode,
    /// The row as JSON: an object of column and text where it could be split, else its text as a string.
    pub raw: String,
    /// Whether `raw` is whole, so that the row can be replayed. It is not where the line or the text of `raw` was
    /// cut for its length, where the file broke off inside the row, or where bytes were no text of the encoding.
    pub replayable: bool,
}

impl BadRow {
    /// Bytes of its texts: what is raw repeats every column's name, so it can be far more than the row's text.
    pub(crate) fn bytes(&self) -> u64 {
        let others = [&self.column, &self.value].into_iter().flatten();
        let others: usize = others.map(String::len).sum();
        (self.raw.len() + self.reason.len() + others) as u64
    }
}

/// What is wrong with a value, before the row's place is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub column: Option<String>,
    pub value: Option<String>,
    pub reason: String,
    pub code: BadCode,
}

impl Problem {
    pub fn of_row(code: BadCode, reason: impl Into<String>) -> Self {
        Self {
            column: None,
            value: None,
            reason: reason.into(),
            code,
        }
    }

    pub fn of_value(code: BadCode, column: &str, value: &str, reason: impl Into<String>) -> Self {
        Self {
            column: Some(column.to_string()),
            value: Some(cut(value, 200).to_string()),
            reason: reason.into(),
            code,
        }
    }
}

/// The first characters of a text, at most so many bytes.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        return text;
    }
    let mut end = bytes_max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
