//! What runs keep of customers' genomes: one row per customer with the genome's own bytes, and one per gene for
//! questions in SQL. Rows carry the run that wrote them and are never rewritten.

use super::{may, must};
use crate::table::{Column, ColumnType::*, Table};

const RUN_ID: Column = must("run_id", Text, "the run that wrote the row");
const CUSTOMER: Column = must(
    "customer_key",
    Int,
    "the customer, as a meaningless integer",
);
const AS_OF: Column = must("happened_at", Time, "the instant that the row describes");
const WRITTEN: Column = must("known_at", Time, "when the run wrote it");

/// Genomes as they were computed.
pub const GENOMES: Table = Table {
    name: "genomes",
    doc: "one customer's genome as of an instant; late data about that instant make a new revision",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        CUSTOMER,
        must(
            "revision",
            Int,
            "1 for the first of the instant, one more with each revision",
        ),
        must(
            "late",
            Int,
            "acts until the instant that came to be known since the revision before",
        ),
        must("hash", Text, "BLAKE3 of the body, in hexadecimal"),
        must(
            "body",
            Text,
            "the genome as JSON; equal genomes have equal bytes",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// Single genes.
pub const GENES: Table = Table {
    name: "genes",
    doc: "one gene of one customer in one run; numbers are millionths",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        CUSTOMER,
        must(
            "gene_type",
            Text,
            "preference, motivation, passion, behaviour or predicted",
        ),
        must(
            "attribute",
            Text,
            "attribute of products, or the habit's name",
        ),
        must("value", Text, "value of the attribute; empty for a habit"),
        must(
            "standing",
            Text,
            "liked, disliked or faint; empty for a habit",
        ),
        may(
            "score",
            Int,
            "evidence less what is expected, millionths of a purchase",
        ),
        must(
            "strength",
            Int,
            "share of the attribute above the usual one, or the habit's value, in millionths",
        ),
        must("low", Int, "lower end of its interval"),
        must("high", Int, "upper end of it"),
        may(
            "chance",
            Int,
            "how sure it is, in millionths; empty for what is predicted",
        ),
        must(
            "sure",
            Text,
            "the same in a word; empty for what is predicted",
        ),
        may("supporting", Int, "acts that speak for it"),
        may("opposing", Int, "acts that speak against it"),
        AS_OF,
        WRITTEN,
    ],
};
