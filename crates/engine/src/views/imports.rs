//! Imports: files that were read into the lake, and the request for one.

use super::page::page;
use super::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

words!(
    /// Where an import stands.
    ImportState {
        /// At work.
        Running => "running",
        /// Done.
        Done => "done",
        /// Stopped on request; it can go on.
        Stopped => "stopped",
        /// Broke off.
        Failed => "failed",
        /// Taken back: nothing reads its rows any more.
        Withdrawn => "withdrawn",
    }
);

/// An import of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportRow {
    /// The import.
    pub import_id: String,
    /// The file's name.
    pub file: String,
    /// The kind of feed.
    pub kind: String,
    /// The preset that told how to read it.
    pub preset: Option<String>,
    /// Where it stands.
    pub state: ImportState,
    /// Rows read: loaded + duplicate + quarantined.
    pub read: u64,
    /// Rows loaded.
    pub loaded: u64,
    /// Rows that were there before.
    pub duplicate: u64,
    /// Rows set aside with a reason.
    pub quarantined: u64,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// Who asked for it.
    pub author: String,
    /// Why.
    pub reason: Option<String>,
    /// The import whose held back rows it read again.
    pub replay_of: Option<String>,
    /// Why it failed, was stopped or was read in part, or what to look at.
    pub message: Option<String>,
}

page!(
    /// Imports, newest first.
    ImportPage of ImportRow
);

words!(
    /// Whether prices of the file include tax.
    Tax {
        /// They do.
        Included => "included",
        /// They do not.
        Excluded => "excluded",
    }
);

/// An import that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Withdrawn {
    /// The import.
    pub import_id: String,
    /// The file's name.
    pub file: String,
    /// Rows that count no more, those of replays among them.
    pub rows: u64,
    /// Rows that later imports of the feed counted as there before. Some may have been there by this import only:
    /// import those files again.
    pub later_duplicates: u64,
}

/// How to read what a file leaves open.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportOptions {
    /// How dates are written, as in %d/%m/%Y %H:%M.
    pub date_format: Option<String>,
    /// The decimal sign.
    pub decimal: Option<String>,
    /// The time zone of dates without one, as in Europe/London.
    pub timezone: Option<String>,
    /// The currency of amounts without one, ISO 4217.
    pub currency: Option<String>,
    /// Whether prices include tax.
    pub tax: Option<Tax>,
}

/// Starts an import of an uploaded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The uploaded file.
    pub upload_id: String,
    /// The kind of feed.
    pub kind: String,
    /// The preset that tells how to read it.
    pub preset: Option<String>,
    /// Field of the kind to column of the file; wins over the preset.
    pub mapping: Option<BTreeMap<String, String>>,
    /// How to read what the file leaves open.
    pub options: Option<ImportOptions>,
    /// Why; kept in the audit.
    pub reason: String,
}
