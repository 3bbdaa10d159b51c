//! Read-only SQL over the lake: the statement and its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A statement that reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlRequest {
    /// The statement.
    pub query: String,
    /// Rows of the answer at most.
    pub limit: Option<usize>,
    /// RFC 3339 time or date.
    pub as_of: Option<String>,
}

/// The answer of a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SqlResult {
    /// The columns.
    pub columns: Vec<SqlColumn>,
    /// The rows, cell by cell.
    pub rows: Vec<Vec<Value>>,
    /// Whether rows were cut off.
    pub truncated: bool,
    /// How long it took.
    pub seconds: f64,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub column_type: String,
}
