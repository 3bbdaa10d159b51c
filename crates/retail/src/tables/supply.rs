//! Stock, prices and promotions, each with its history.

use super::{ENTITY_KEY, IMPORT_ID, KNOWN_AT, ROW_KEY, SOURCE, may, must};
use crate::Kind;
use crate::table::{ColumnType::*, Table};

/// Stock counts.
pub const INVENTORY: Table = Table {
    name: "inventory",
    doc: "stock of one product in one shop at one instant",
    feed: Some(Kind::Inventory),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("store_id", Text, "the shop"),
        must("product_id", Text, "the product"),
        must("on_hand", Decimal, "units on hand"),
        may("on_order", Decimal, "units on order"),
        must("happened_at", Time, "when it was counted"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};

/// Own and competitors' prices.
pub const PRICES: Table = Table {
    name: "prices",
    doc: "a price of one product, own or a competitor's, from the instant it held",
    feed: Some(Kind::Prices),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("product_id", Text, "the product"),
        may("store_id", Text, "the shop; empty for all"),
        may("zone", Text, "the price zone; empty for all"),
        must("price", Decimal, "price of one unit"),
        may("currency", Text, "three letters (ISO 4217)"),
        must("kind", Text, "regular, promotion or competitor"),
        may("competitor", Text, "whose price it is, where not our own"),
        must("happened_at", Time, "from when it held"),
        may("valid_to", Time, "until when, where known"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};

/// Promotions.
pub const PROMOTIONS: Table = Table {
    name: "promotions",
    doc: "one product's part in one promotion",
    feed: Some(Kind::Promotions),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("promotion_id", Text, "the promotion"),
        may("name", Text, "its name"),
        may("product_id", Text, "the product; empty for all"),
        may("store_id", Text, "the shop; empty for all"),
        may("zone", Text, "the price zone; empty for all"),
        must("happened_at", Time, "its start"),
        may("ends_at", Time, "its end"),
        may(
            "mechanic",
            Text,
            "how it works: price_off, multibuy, display, mailer, coupon",
        ),
        may("depth", Float, "share off the price, 0 to 1"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};
