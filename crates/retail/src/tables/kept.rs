//! What is kept about the lake's own rows: which imports were taken back. Rows of feeds are in the other rooms.

use super::{KNOWN_AT, must};
use crate::table::{ColumnType::*, Table};

/// Imports that were taken back. Their rows stay where they are, for every reading as of a time before.
pub const WITHDRAWALS: Table = Table {
    name: "withdrawals",
    doc: "one import that was taken back: rows with its import_id count no more from known_at on",
    feed: None,
    identity: None,
    columns: &[
        must("import_id", Text, "the import"),
        must("happened_at", Time, "when it was taken back"),
        KNOWN_AT,
    ],
};
