//! Which records are one customer: a row per record and decision, integers only. Why they are one is in the registry,
//! since it is about persons; what a session makes of the rows is `lake`'s.

use super::{KNOWN_AT, must};
use crate::table::{ColumnType::*, Table};

/// Records that are one customer. The newest row of a record holds; a record without one stands alone.
pub const CUSTOMER_MERGES: Table = Table {
    name: "customer_merges",
    doc: "one record and the customer whose it is from known_at on; its own key where it stands alone again",
    feed: None,
    identity: None,
    columns: &[
        must(
            "record_key",
            Int,
            "the record's own key, as feeds' rows were written with",
        ),
        must(
            "merged_key",
            Int,
            "the customer: the lowest key of its records",
        ),
        must(
            "run_id",
            Text,
            "the run that found it, or the decision that said so",
        ),
        must("happened_at", Time, "when it was found"),
        KNOWN_AT,
    ],
};
