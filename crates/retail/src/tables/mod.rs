//! The tables of the lake, one constant each, grouped by what they hold.
//! No field here may name a person (`person::NAMING_FIELDS`), and every table keeps the two clocks.

mod catalogue;
mod demand;
mod genome;
mod identity;
mod kept;
mod people;
mod sales;
mod segments;
mod supply;
mod voice;

pub use catalogue::{PRODUCTS, STORES};
pub use demand::{DEMAND_COMPANY, DEMAND_NODES, DEMAND_PARTNERS, DEMAND_PRODUCTS, DEMAND_SHARES};
pub use genome::{GENES, GENOMES, LIFE_FINDINGS, PRODUCT_DNA};
pub use identity::CUSTOMER_MERGES;
pub use kept::WITHDRAWALS;
pub use people::CUSTOMERS;
pub use sales::{ORDER_LINES, RETURN_MATCHES};
pub use segments::{
    CUSTOMER_FEATURES, MEMBERSHIPS, SCHEME_FEATURES, SCHEME_MEMBERS, SEGMENT_FACTS, SEGMENTS,
};
pub use supply::{INVENTORY, PRICES, PROMOTIONS};
pub use voice::{ADS, EVENTS, REVIEWS, SURVEY_ANSWERS};

use crate::table::{Column, ColumnType};

const fn must(name: &'static str, kind: ColumnType, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        required: true,
        doc,
    }
}

const fn may(name: &'static str, kind: ColumnType, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        required: false,
        doc,
    }
}

// The columns that every table filled by a feed ends with.
const KNOWN_AT: Column = must("known_at", ColumnType::Time, "when the lake learnt of it");
const SOURCE: Column = must(
    "source",
    ColumnType::Text,
    "the feed's name, as given at import",
);
const IMPORT_ID: Column = must(
    "import_id",
    ColumnType::Text,
    "the import that brought the row",
);
const ENTITY_KEY: Column = must(
    "entity_key",
    ColumnType::Int,
    "hash of what the row is about; with row_key its identity",
);
const ROW_KEY: Column = must(
    "row_key",
    ColumnType::Int,
    "hash of the row's own id, else of its content and occurrence number",
);
