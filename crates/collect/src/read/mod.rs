//! Reading files as records of text, one format per file beside this one. A record has its row number and
//! either its fields or a fault; what the fields mean is not known here.

pub(crate) mod ahead;
pub(crate) mod bytes;
pub(crate) mod csv;
pub(crate) mod jsonl;
pub(crate) mod lines;
pub(crate) mod parquet;
pub(crate) mod stored;
pub(crate) mod xlsx;
mod zip;

use crate::error::CollectError;
use crate::limits::Limits;
use crate::problem::{BadCode, cut};

/// Something wrong with a record as such, before its fields have a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: BadCode,
    pub reason: String,
    /// The column at fault, where the record has fields; other columns are good.
    pub column: Option<usize>,
    /// Whether `Record::text` holds the whole of what was read.
    pub whole: bool,
}

/// One record: text and where its fields lie in it. Readers fill the same one again and again.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Line of a text file, row of a sheet or table.
    pub row: u64,
    pub text: String,
    spans: Vec<(u32, u32)>,
    /// Fields that are numbers in the file itself, not text that reads as one: written with a point whatever
    /// decimal mark the file's texts have.
    numbers: Vec<u32>,
    pub fault: Option<Fault>,
    /// Columns that nothing looks at, at the first row that has them; only JSON has such.
    pub late: Vec<String>,
}

impl Record {
    #[inline]
    pub fn start(&mut self, row: u64) {
        self.row = row;
        self.text.clear();
        self.spans.clear();
        self.numbers.clear();
        self.fault = None;
        self.late.clear();
    }

    /// Adds a field with its text.
    #[inline]
    pub fn push(&mut self, field: &str) {
        let from = self.text.len() as u32;
        self.text.push_str(field);
        self.spans.push((from, self.text.len() as u32));
    }

    /// Adds a field that is a number in the file itself.
    pub fn push_number(&mut self, field: &str) {
        self.numbers.push(self.spans.len() as u32);
        self.push(field);
    }

    /// Whether a field is a number in the file itself.
    #[inline]
    pub fn is_number(&self, index: usize) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&(index as u32))
    }

    /// Adds a field that lies in `text` already.
    #[inline]
    pub fn push_span(&mut self, from: usize, to: usize) {
        self.spans.push((from as u32, to as u32));
    }

    #[inline]
    pub fn get(&self, index: usize) -> &str {
        let Some(&(from, to)) = self.spans.get(index) else {
            return "";
        };
        self.text.get(from as usize..to as usize).unwrap_or("")
    }

    /// Gives a field another text.
    pub fn replace(&mut self, index: usize, field: &str) {
        let from = self.text.len() as u32;
        self.text.push_str(field);
        self.numbers.retain(|number| *number != index as u32);
        if let Some(span) = self.spans.get_mut(index) {
            *span = (from, self.text.len() as u32);
        }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Fails a row of a table that has more text than a line of text may have, keeping its beginning.
    pub fn fail_too_long(&mut self, limits: Limits) {
        self.text = cut(&self.text, 1_000).to_string();
        self.fail(Fault {
            code: BadCode::LineTooLong,
            reason: format!("the row is longer than {} bytes", limits.line_bytes_max),
            column: None,
            whole: false,
        });
    }

    /// Drops all fields, keeping the text as what was read.
    pub fn fail(&mut self, fault: Fault) {
        if fault.column.is_none() {
            self.spans.clear();
        }
        self.fault = Some(fault);
    }
}

/// A file as records. An `Err` ends it; the records before it stand.
pub(crate) trait Records: Send {
    /// Names of the columns, unique.
    fn columns(&self) -> &[String];

    /// The sheet of a workbook that is read, and the names of all.
    fn sheet(&self) -> Option<(&str, &[String])> {
        None
    }

    /// Reads the next record; `false` at the end.
    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError>;

    /// Bytes of the file that were read so far.
    fn bytes_done(&self) -> u64;
}

/// Column names as a header gives them, made unique and never blank.
pub(crate) fn unique_names(raw: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (i, name) in raw.enumerate() {
        let base = match name.trim() {
            "" => format!("column_{}", i + 1),
            name => name.to_string(),
        };
        let mut name = base.clone();
        let mut n = 2;
        while names.contains(&name) {
            name = format!("{base}_{n}");
            n += 1;
        }
        names.push(name);
    }
    names
}

/// Runs a foreign reader so that its panic on a hostile file becomes an error text.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err("its content breaks the format's rules".to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_unique_and_never_blank() {
        let names = ["a", "", "a", " b "].map(String::from).into_iter();
        assert_eq!(unique_names(names), ["a", "column_2", "a_2", "b"]);
    }

    #[test]
    fn a_panic_becomes_an_error() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let result: Result<(), String> = guarded(|| panic!("no"));
        std::panic::set_hook(hook);
        assert!(result.is_err());
    }
}
