//! One JSON object per line. Nested keys become columns by their dotted path; lists stay JSON text. A line
//! that is no object is one faulty record.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::lines::{Line, Lines, encoding_fault, trimmed};
use super::{Fault, Record, Records};
use crate::error::CollectError;
use crate::limits::Limits;
use crate::problem::{BadCode, cut};

/// Objects within objects up to this depth become columns; deeper ones stay JSON text.
const DEPTH_MAX: usize = 8;

/// Lines in which columns are looked for.
pub(crate) const HEAD_LINES: usize = 1_000;

/// The dotted paths found in the first lines, in the order of their first coming.
pub(crate) fn columns_of(
    file: &Path,
    head: &str,
    limits: Limits,
) -> Result<Vec<String>, CollectError> {
    let mut known = HashSet::new();
    let mut columns: Vec<String> = Vec::new();
    let damaged = |why: String| CollectError::Damaged {
        file: file.to_path_buf(),
        format: "jsonl",
        why,
    };
    for line in head.lines().take(HEAD_LINES) {
        let Ok(Value::Object(object)) = serde_json::from_str(line) else {
            continue;
        };
        let mut new = |path: &str| {
            if known.insert(path.to_string()) {
                columns.push(path.to_string());
            }
            known.len() <= limits.columns_max
        };
        if !each_path(&object, &mut String::new(), 1, &mut new) {
            let limit = limits.columns_max;
            return Err(damaged(format!("more than {limit} different keys")));
        }
    }
    if columns.is_empty() {
        return Err(damaged(
            "none of its first lines is a JSON object".to_string(),
        ));
    }
    Ok(columns)
}

/// Calls for the path of each key, until it is told `false`; the whole object can be mapped as well as its
/// parts, as in an event's properties.
fn each_path(
    object: &Map<String, Value>,
    path: &mut String,
    depth: usize,
    call: &mut dyn FnMut(&str) -> bool,
) -> bool {
    for (key, value) in object {
        let before = path.len();
        if before > 0 {
            path.push('.');
        }
        path.push_str(key);
        let inner = value.as_object().filter(|_| depth < DEPTH_MAX);
        let goes_on = call(path) && inner.is_none_or(|i| each_path(i, path, depth + 1, call));
        path.truncate(before);
        if !goes_on {
            return false;
        }
    }
    true
}

/// The columns to look for in each object.
pub(crate) struct Keys {
    pub columns: Vec<String>,
    paths: Vec<Vec<String>>,
}

impl Keys {
    pub fn new(columns: Vec<String>) -> Self {
        let path = |column: &String| column.split('.').map(String::from).collect();
        Self {
            paths: columns.iter().map(path).collect(),
            columns,
        }
    }

    /// Takes a line's object apart.
    pub fn read(&self, line: &[u8], into: &mut Record) -> Result<Map<String, Value>, Fault> {
        let text = std::str::from_utf8(line).map_err(encoding_fault)?;
        let fault = |reason: String| Fault {
            code: BadCode::BadJson,
            reason,
            column: None,
            whole: true,
        };
        let value: Value =
            serde_json::from_str(text).map_err(|e| fault(format!("no JSON: {e}")))?;
        let Value::Object(object) = value else {
            return Err(fault("a JSON value that is no object".to_string()));
        };
        for (column, path) in self.columns.iter().zip(&self.paths) {
            let value = object.get(column).or_else(|| at_path(&object, path));
            match value {
                None | Some(Value::Null) => into.push(""),
                Some(Value::String(text)) => into.push(text),
                Some(Value::Number(number)) => into.push_number(&number.to_string()),
                Some(other) => into.push(&other.to_string()),
            }
        }
        Ok(object)
    }
}

fn at_path<'v>(object: &'v Map<String, Value>, path: &[String]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(object.get(first)?, |value, key| value.get(key))
}

pub(crate) struct JsonlReader {
    lines: Lines,
    keys: Keys,
    /// Keys that are columns or were told of.
    known: HashSet<String>,
}

impl JsonlReader {
    pub fn new(lines: Lines, columns: Vec<String>) -> Self {
        Self {
            known: columns.iter().cloned().collect(),
            keys: Keys::new(columns),
            lines,
        }
    }

    /// Tells of the keys of an object that are no columns, each once and no more than a file has columns.
    fn tell_late(&mut self, object: &Map<String, Value>, into: &mut Record) {
        let known = &mut self.known;
        let known_max = self.keys.columns.len() + self.lines.limits.columns_max;
        each_path(object, &mut String::new(), 1, &mut |path| {
            if !known.contains(path) && known.len() < known_max {
                known.insert(path.to_string());
                into.late.push(cut(path, 200).to_string());
            }
            true
        });
    }
}

impl Records for JsonlReader {
    fn columns(&self) -> &[String] {
        &self.keys.columns
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        loop {
            into.start(self.lines.number);
            match self.lines.find_line(0) {
                Line::None => {
                    return self.lines.take_error().map_or(Ok(false), Err);
                }
                Line::TooLong => self.lines.take_too_long(into),
                Line::Broken => self.lines.take_broken(into),
                Line::Whole(end, next) => {
                    let line = trimmed(&self.lines.buf[self.lines.pos..end]);
                    if line.iter().all(u8::is_ascii_whitespace) {
                        self.lines.advance(next);
                        continue;
                    }
                    match self.keys.read(line, into) {
                        Ok(object) => self.tell_late(&object, into),
                        Err(fault) => self.lines.fail(into, end, fault),
                    }
                    self.lines.advance(next);
                }
            }
            return Ok(true);
        }
    }

    fn bytes_done(&self) -> u64 {
        self.lines.bytes_done()
    }
}
