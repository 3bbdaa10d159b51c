//! One JSON object per line. Nested keys become columns by their dotted path; lists stay JSON text. A line
//! that is no object is one faulty record.

use std::path::Path;

use serde_json::{Map, Value};

use super::lines::{Line, Lines, encoding_fault, trimmed, utf8_or_latin};
use super::{Fault, Record, Records};
use crate::error::CollectError;
use crate::limits::Limits;
use crate::problem::BadCode;

/// Objects within objects up to this depth become columns; deeper ones stay JSON text.
const DEPTH_MAX: usize = 8;

/// The dotted paths found in the first lines, in the order of their first coming.
pub(crate) fn columns_of(
    file: &Path,
    head: &str,
    limits: Limits,
) -> Result<Vec<String>, CollectError> {
    let mut columns: Vec<String> = Vec::new();
    for line in head.lines().take(1_000) {
        if let Ok(Value::Object(object)) = serde_json::from_str(line) {
            add_paths(&object, "", 1, &mut columns);
        }
    }
    let damaged = |why: String| CollectError::Damaged {
        file: file.to_path_buf(),
        format: "jsonl",
        why,
    };
    if columns.is_empty() {
        return Err(damaged(
            "none of its first lines is a JSON object".to_string(),
        ));
    }
    if columns.len() > limits.columns_max {
        return Err(damaged(format!(
            "more than {} different keys",
            limits.columns_max
        )));
    }
    Ok(columns)
}

fn add_paths(object: &Map<String, Value>, prefix: &str, depth: usize, columns: &mut Vec<String>) {
    for (key, value) in object {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        let inner = value
            .as_object()
            .filter(|inner| !inner.is_empty() && depth < DEPTH_MAX);
        // The whole object can be mapped as well as its parts, as in an event's properties.
        if !columns.contains(&path) {
            columns.push(path.clone());
        }
        if let Some(inner) = inner {
            add_paths(inner, &path, depth + 1, columns);
        }
    }
}

pub(crate) struct JsonlReader {
    lines: Lines,
    columns: Vec<String>,
    paths: Vec<Vec<String>>,
}

impl JsonlReader {
    pub fn new(lines: Lines, columns: Vec<String>) -> Self {
        let paths = columns
            .iter()
            .map(|c| c.split('.').map(String::from).collect());
        Self {
            paths: paths.collect(),
            lines,
            columns,
        }
    }

    fn take(&self, line: &[u8], into: &mut Record) -> Result<(), Fault> {
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
                Some(other) => into.push(&other.to_string()),
            }
        }
        Ok(())
    }
}

fn at_path<'v>(object: &'v Map<String, Value>, path: &[String]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(object.get(first)?, |value, key| value.get(key))
}

impl Records for JsonlReader {
    fn columns(&self) -> &[String] {
        &self.columns
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
                    if let Err(fault) = self.take(line, into) {
                        into.text = utf8_or_latin(line);
                        into.fail(fault);
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
