//! Quarantined rows read again: the JSON that `BadRow::raw` holds, as records under the file's columns.

use super::csv::{Dialect, split_line};
use super::jsonl::Keys;
use super::{Fault, Record, Records};
use crate::error::CollectError;
use crate::problem::BadCode;

/// A quarantined row as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Its row in the file.
    pub row: u64,
    /// `BadRow::raw`.
    pub raw: String,
}

pub(crate) struct StoredReader {
    rows: Vec<StoredRow>,
    keys: Keys,
    dialect: Dialect,
    at: usize,
    done: u64,
}

impl StoredReader {
    pub fn new(rows: Vec<StoredRow>, columns: &[String], dialect: Dialect) -> Self {
        Self {
            rows,
            keys: Keys::new(columns.to_vec()),
            dialect,
            at: 0,
            done: 0,
        }
    }
}

impl Records for StoredReader {
    fn columns(&self) -> &[String] {
        &self.keys.columns
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        let Some(stored) = self.rows.get(self.at) else {
            return Ok(false);
        };
        self.at += 1;
        self.done += stored.raw.len() as u64;
        into.start(stored.row);
        match serde_json::from_str(&stored.raw) {
            Ok(serde_json::Value::Object(fields)) => {
                for column in &self.keys.columns {
                    match fields.get(column) {
                        Some(serde_json::Value::Number(number)) => {
                            into.push_number(&number.to_string());
                        }
                        value => into.push(value.and_then(|v| v.as_str()).unwrap_or("")),
                    }
                }
            }
            Ok(serde_json::Value::String(line)) if is_json(&line) => {
                if let Err(fault) = self.keys.read(line.as_bytes(), into) {
                    into.text = line;
                    into.fail(fault);
                }
            }
            Ok(serde_json::Value::String(line)) => {
                split_line(&line, self.dialect, Some(self.keys.columns.len()), into)
            }
            _ => {
                into.text = stored.raw.clone();
                into.fail(Fault {
                    code: BadCode::BadJson,
                    reason: "the stored row is damaged".to_string(),
                    column: None,
                    whole: false,
                });
            }
        }
        Ok(true)
    }

    fn bytes_done(&self) -> u64 {
        self.done
    }
}

/// Whether a raw line is one of JSON lines: no CSV begins a field so.
fn is_json(line: &str) -> bool {
    let inner = line.trim_start().strip_prefix('{');
    inner.is_some_and(|inner| inner.trim_start().starts_with('"'))
}
