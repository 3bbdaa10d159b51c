//! What runs keep of genomes: of customers one row with the genome's own bytes and one per gene for questions in SQL; of
//! products one row per value. Rows carry the run that wrote them and are never rewritten.

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

/// Attributes of products.
pub const PRODUCT_DNA: Table = Table {
    name: "product_dna",
    doc: "one value of one attribute of one product, as a run read it; current_product_dna has those of the newest run",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        must("product_id", Text, "the product"),
        must(
            "attribute",
            Text,
            "kind, brand, colour, material, pattern, size, pack, flavour, occasion, dietary, price_tier, style",
        ),
        must("value", Text, "the value"),
        must(
            "state",
            Text,
            "has, or not where a person said that it has it not",
        ),
        must("strength", Int, "how sure, per 10,000"),
        must("source", Text, "person, field, text or price"),
        may("correction", Int, "the correction that says so"),
        must(
            "evidence",
            Text,
            "where it stands and what read it, as JSON",
        ),
        AS_OF,
        WRITTEN,
    ],
};

/// Life events and projects.
pub const LIFE_FINDINGS: Table = Table {
    name: "life_findings",
    doc: "one life event or project of one customer, as a run read it from purchases",
    feed: None,
    identity: None,
    columns: &[
        RUN_ID,
        CUSTOMER,
        must("kind", Text, "its code, as move or garden_makeover"),
        must("sort", Text, "event or project"),
        must("likelihood", Int, "how likely, per 10,000"),
        must("score", Int, "logarithm of the odds, in thousandths"),
        must("began", Text, "the day about which it began"),
        must(
            "until",
            Text,
            "the day from which purchases no longer tell of it",
        ),
        must("body", Text, "all of it with the evidence, as JSON"),
        AS_OF,
        WRITTEN,
    ],
};
