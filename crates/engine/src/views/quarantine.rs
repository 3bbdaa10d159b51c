//! Rows that were set aside with a reason, their second chance, and their end.

use super::ImportOptions;
use super::page::page;
use super::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Which rows to list; absent values match everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuarantineAsk {
    /// Rows of one import.
    pub import_id: Option<String>,
    /// Rows set aside for one reason.
    pub reason_code: Option<String>,
    /// Rows in this state.
    pub state: Option<QuarantineState>,
}

words!(
    /// What became of a row.
    QuarantineState {
        /// Still set aside.
        Waiting => "waiting",
        /// Loaded on a second try.
        Replayed => "replayed",
        /// Given up.
        Dropped => "dropped",
        /// Read again with the whole file, by a later import.
        Superseded => "superseded",
    }
);

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuarantineRow {
    /// The entry.
    pub quarantine_id: String,
    /// The import that read it.
    pub import_id: String,
    /// The file's name.
    pub file: String,
    /// The row of the file, counted from 1; a line of headings is row 1.
    pub row: u64,
    /// The column that is wrong.
    pub column: Option<String>,
    /// Its value, as written.
    pub value: Option<String>,
    /// What is wrong, in words.
    pub reason: String,
    /// What is wrong, as a word for programs.
    pub reason_code: String,
    /// What became of it.
    pub state: QuarantineState,
}

page!(
    /// Rows that were set aside.
    QuarantinePage of QuarantineRow
);

/// How to read rows differently on a second try.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayFix {
    /// The preset that tells how to read them.
    pub preset: Option<String>,
    /// Field of the kind to column of the file; wins over the preset.
    pub mapping: Option<BTreeMap<String, String>>,
    /// How to read what the file leaves open.
    pub options: Option<ImportOptions>,
}

/// Gives rows a second chance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// Rows of one import; absent for all.
    pub import_id: Option<String>,
    /// What to read differently.
    pub fix: ReplayFix,
    /// Why; kept in the audit.
    pub reason: String,
}

/// Gives up rows that wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DropRequest {
    /// Rows of one import; absent for all.
    pub import_id: Option<String>,
    /// Rows set aside for one reason; absent for any.
    pub reason_code: Option<String>,
    /// Why; kept in the audit.
    pub reason: String,
}

/// How many rows were given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dropped {
    /// Rows.
    pub rows: u64,
}
