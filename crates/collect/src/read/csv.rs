//! CSV and its relatives, line by line in bounded memory. A line that is too long, no text, or breaks the
//! rules of quoting becomes one faulty record, and reading goes on at the next line, so that no good row is
//! lost to a bad one before it. What the columns mean is not known here.

use super::lines::{Line, Lines, encoding_fault, trimmed};
use super::{Fault, Record, Records, unique_names};
use crate::error::CollectError;
use crate::problem::BadCode;

/// How the text is cut into fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub delimiter: u8,
    /// Whether `"` encloses fields; else it is a character as any other.
    pub quotes: bool,
    pub header: bool,
}

pub(crate) struct CsvReader {
    lines: Lines,
    dialect: Dialect,
    columns: Vec<String>,
    /// The first record of a file without a header, read to learn the width.
    first: Option<Record>,
    /// Whether a quote was still open where the stream broke off: what is bad from there on may be a piece.
    torn: bool,
}

/// What the fields of a text came to.
enum Split {
    Good,
    /// The last field's quote is open; where that field begins in the record's text.
    Open(usize),
    AfterQuote,
}

impl CsvReader {
    pub fn open(lines: Lines, dialect: Dialect) -> Result<Self, CollectError> {
        let mut reader = Self {
            lines,
            dialect,
            columns: Vec::new(),
            first: None,
            torn: false,
        };
        reader.read_header()?;
        Ok(reader)
    }

    fn read_header(&mut self) -> Result<(), CollectError> {
        let mut first = Record::default();
        if !self.record(&mut first, None) {
            let file = self.lines.path().to_path_buf();
            return Err(self
                .lines
                .take_error()
                .unwrap_or(CollectError::Empty { file }));
        }
        let limits = self.lines.limits;
        let damaged = |why: String| CollectError::Damaged {
            file: self.lines.path().to_path_buf(),
            format: "csv",
            why,
        };
        if let Some(fault) = &first.fault {
            return Err(damaged(format!(
                "the first line is no header: {}",
                fault.reason
            )));
        }
        if first.len() > limits.columns_max {
            return Err(damaged(format!("more than {} columns", limits.columns_max)));
        }
        let names = (0..first.len()).map(|i| first.get(i).to_string());
        if self.dialect.header {
            self.columns = unique_names(names);
        } else {
            self.columns = unique_names(names.map(|_| String::new()));
            self.first = Some(first);
        }
        Ok(())
    }

    /// Reads one record; `width` is how many fields it must have.
    fn record(&mut self, into: &mut Record, width: Option<usize>) -> bool {
        loop {
            into.start(self.lines.number);
            match self.lines.find_line(0) {
                Line::None => return false,
                Line::TooLong => self.lines.take_too_long(into),
                Line::Broken => self.lines.take_broken(into),
                Line::Whole(end, next) => {
                    // A line of blanks alone holds no row.
                    if self.lines.buf[self.lines.pos..end].trim_ascii().is_empty()
                        && self.dialect.delimiter != b'\t'
                        || trimmed(&self.lines.buf[self.lines.pos..end]).is_empty()
                    {
                        self.lines.advance(next);
                        continue;
                    }
                    self.take_line(into, end, next, width);
                }
            }
            return true;
        }
    }

    fn take_line(&mut self, into: &mut Record, end: usize, next: usize, width: Option<usize>) {
        let start = self.lines.pos;
        let line = trimmed(&self.lines.buf[start..end]);
        let cut = line.len();
        let outcome = match split(line, self.dialect, into) {
            Err(fault) => Err(fault),
            Ok(Split::Good) => width_fault(into, width),
            Ok(Split::AfterQuote) => Err(quote_fault()),
            Ok(Split::Open(field)) => {
                let from = Resume { field, cut };
                if self.take_quoted_lines(into, from, next - start, width) {
                    return;
                }
                Err(if self.torn {
                    torn_fault()
                } else {
                    quote_fault()
                })
            }
        };
        // Looking ahead may have moved the buffer: `pos` still marks the line's start.
        let (end, next) = (
            self.lines.pos + (end - start),
            self.lines.pos + (next - start),
        );
        if let Err(mut fault) = outcome {
            into.start(into.row);
            fault.whole &= !self.torn;
            self.lines.fail(into, end, fault);
        }
        self.lines.advance(next);
    }

    /// Extends a record whose quote is open over further lines; `false` where it never closes well, with
    /// nothing used up. `used` is the length of the first line. Each line is cut where the one before ended.
    fn take_quoted_lines(
        &mut self,
        into: &mut Record,
        mut from: Resume,
        mut used: usize,
        width: Option<usize>,
    ) -> bool {
        let limits = self.lines.limits;
        for lines in 2..=limits.quoted_lines_max as u64 {
            // With as many fields closed as there are columns, the open one is too many.
            if used > limits.line_bytes_max || width.is_some_and(|width| into.len() >= width) {
                return false;
            }
            let Line::Whole(end, next) = self.lines.find_line(used) else {
                self.torn |= self.lines.broke_off();
                return false;
            };
            let pos = self.lines.pos;
            let line = &trimmed(&self.lines.buf[pos..end])[from.cut..];
            used = next - pos;
            from.cut += line.len();
            let Ok(text) = std::str::from_utf8(line) else {
                return false;
            };
            match split_quoted(text, self.dialect.delimiter, Some(from.field), into) {
                Split::Good if width_fault(into, width).is_ok() => {
                    self.lines.pos = next;
                    self.lines.number += lines;
                    return true;
                }
                Split::Open(field) => from.field = field,
                _ => return false,
            }
            if next == end {
                return false;
            }
        }
        false
    }
}

/// Where cutting stopped within an open quote.
struct Resume {
    /// Where the field begins in the record's text.
    field: usize,
    /// How much of the text behind `pos` is cut.
    cut: usize,
}

impl Records for CsvReader {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        if let Some(first) = self.first.take() {
            *into = first;
            return Ok(true);
        }
        let found = self.record(into, Some(self.columns.len()));
        match self.lines.take_error_at_end(found) {
            Some(error) => Err(error),
            None => Ok(found),
        }
    }

    fn bytes_done(&self) -> u64 {
        self.lines.bytes_done()
    }
}

/// A stored line of a file, cut again, for replay.
pub(crate) fn split_line(line: &str, dialect: Dialect, width: Option<usize>, into: &mut Record) {
    let outcome = match split(line.as_bytes(), dialect, into) {
        Ok(Split::Good) => width_fault(into, width),
        Ok(Split::Open(_) | Split::AfterQuote) => Err(quote_fault()),
        Err(fault) => Err(fault),
    };
    if let Err(fault) = outcome {
        into.text = line.to_string();
        into.fail(fault);
    }
}

fn quote_fault() -> Fault {
    Fault {
        code: BadCode::BadQuotes,
        reason: "a quote is never closed, or text follows a closing quote: double quotes inside a quoted field, or replay with quotes = false".to_string(),
        column: None,
        whole: true,
    }
}

fn torn_fault() -> Fault {
    Fault {
        code: BadCode::Truncated,
        reason: "the file broke off inside this row: a quote is open at its end".to_string(),
        column: None,
        whole: false,
    }
}

fn width_fault(record: &Record, width: Option<usize>) -> Result<(), Fault> {
    match width {
        Some(width) if record.len() != width => Err(Fault {
            code: BadCode::WrongColumnCount,
            reason: format!(
                "{} columns where the header has {width}: quote fields that hold the delimiter",
                record.len()
            ),
            column: None,
            whole: true,
        }),
        _ => Ok(()),
    }
}

/// Cuts a line (or several joined ones) into fields of `into`.
fn split(line: &[u8], dialect: Dialect, into: &mut Record) -> Result<Split, Fault> {
    let text = std::str::from_utf8(line).map_err(encoding_fault)?;
    if !dialect.quotes || !line.contains(&b'"') {
        into.text.push_str(text);
        let mut from = 0;
        for (i, &byte) in line.iter().enumerate() {
            if byte == dialect.delimiter {
                into.push_span(from, i);
                from = i + 1;
            }
        }
        into.push_span(from, line.len());
        return Ok(Split::Good);
    }
    Ok(split_quoted(text, dialect.delimiter, None, into))
}

/// Cuts a text that holds quotes; it begins inside the quotes of the field that `open` gives the start of.
fn split_quoted(text: &str, delimiter: u8, mut open: Option<usize>, into: &mut Record) -> Split {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let goes_on = open.is_some();
        let from = open.take().unwrap_or(into.text.len());
        if goes_on || bytes.get(at) == Some(&b'"') {
            at += usize::from(!goes_on);
            // Copy up to each quote; a doubled one stands for itself.
            loop {
                let Some(i) = bytes[at..].iter().position(|&b| b == b'"') else {
                    into.text.push_str(&text[at..]);
                    return Split::Open(from);
                };
                into.text.push_str(&text[at..at + i]);
                at += i + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                into.text.push('"');
                at += 1;
            }
            if at < bytes.len() && bytes[at] != delimiter {
                return Split::AfterQuote;
            }
        } else {
            let len = bytes[at..]
                .iter()
                .position(|&b| b == delimiter)
                .unwrap_or(bytes.len() - at);
            into.text.push_str(&text[at..at + len]);
            at += len;
        }
        into.push_span(from, into.text.len());
        if at >= bytes.len() {
            return Split::Good;
        }
        at += 1;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "csv_tests.rs"]
mod tests;
