//! A file handed in but not yet imported: what it seems to be, and its first rows under a mapping.

use super::ImportOptions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What an uploaded file seems to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// The upload, to preview and import.
    pub upload_id: String,
    /// The file's name.
    pub file: String,
    /// The file's size.
    pub bytes: u64,
    /// csv, csv.gz, xlsx, parquet or jsonl
    pub format: String,
    /// The text encoding, for text files.
    pub encoding: Option<String>,
    /// The sign between columns, for csv.
    pub delimiter: Option<String>,
    /// The decimal sign, for text files.
    pub decimal: Option<String>,
    /// Whether the first row names the columns.
    pub header: bool,
    /// The columns, in the file's order.
    pub columns: Vec<UploadColumn>,
    /// The kind of feed it seems to be.
    pub guessed_kind: Option<String>,
    /// The preset that fits.
    pub guessed_preset: Option<String>,
    /// What was chosen for the reader, and why.
    pub choices: Vec<UploadChoice>,
}

/// A column of an uploaded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UploadColumn {
    /// Its name.
    pub name: String,
    /// Some of its values, as written.
    pub samples: Vec<String>,
    /// What its values seem to be.
    pub guessed_type: String,
    /// The field of the guessed kind that it seems to be.
    pub guessed_field: Option<String>,
}

/// A choice made for the reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UploadChoice {
    /// What was to choose.
    pub what: String,
    /// What was chosen.
    pub chosen: String,
    /// Why.
    pub why: String,
}

/// Asks for the first rows under a mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The kind of feed.
    pub kind: String,
    /// The preset that tells how to read it.
    pub preset: Option<String>,
    /// Field of the kind to column of the file; wins over the preset.
    pub mapping: Option<BTreeMap<String, String>>,
    /// How to read what the file leaves open.
    pub options: Option<ImportOptions>,
}

/// The first rows under a mapping, with problems.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Field to value, row by row; at most 20 rows.
    #[schema(value_type = Vec<BTreeMap<String, Value>>)]
    pub rows: Vec<Map<String, Value>>,
    /// What would be set aside, and why.
    pub problems: Vec<PreviewProblem>,
    /// Rows looked at that can be loaded.
    pub good: u64,
    /// Rows looked at that would be set aside.
    pub bad: u64,
}

/// Why a row would be set aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PreviewProblem {
    /// The row of the file, counted from 1 without the header.
    pub row: u64,
    /// The column.
    pub column: Option<String>,
    /// The value, as written.
    pub value: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}
