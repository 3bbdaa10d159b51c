//! What the lake may know of a customer: facts that describe, none that names. Names, addresses and
//! identifiers are in the registry.

use super::{ENTITY_KEY, IMPORT_ID, KNOWN_AT, ROW_KEY, SOURCE, may, must};
use crate::Kind;
use crate::table::{ColumnType::*, Table};

/// Base customer data, one row per record and version.
pub const CUSTOMERS: Table = Table {
    name: "customers",
    doc: "one version of a customer's base data, without anything that names the person",
    feed: Some(Kind::Customers),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must(
            "customer_key",
            Int,
            "the customer, as a meaningless integer",
        ),
        may("city", Text, "city"),
        may("region", Text, "region"),
        may("country", Text, "country"),
        may("birth_year", SmallInt, "year of birth"),
        may("gender", Text, "gender, where the person gave it"),
        may("household_size", SmallInt, "persons in the household"),
        may(
            "household_type",
            Text,
            "household type, as the source names it",
        ),
        may("income_band", Text, "income band, as the source names it"),
        may("joined_on", Date, "first day as a customer"),
        may(
            "home_store_id",
            Text,
            "the shop the customer calls their own",
        ),
        may("marketing_consent", Text, "yes, no or empty for not stated"),
        may("profiling_consent", Text, "yes, no or empty for not stated"),
        must("happened_at", Time, "when this version began to hold"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};
