//! What is sold and where: products and stores, with their history (one row per version that came in).

use super::{ENTITY_KEY, IMPORT_ID, KNOWN_AT, ROW_KEY, SOURCE, may, must};
use crate::Kind;
use crate::table::{ColumnType::*, Table};

/// The catalogue, one row per product and version.
pub const PRODUCTS: Table = Table {
    name: "products",
    doc: "one version of a product of the catalogue; the newest known_at holds",
    feed: Some(Kind::Products),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("product_id", Text, "the product's code (SKU)"),
        may(
            "group_id",
            Text,
            "the product that this one is a variant of",
        ),
        may("gtin", Text, "GTIN with 14 digits, as text"),
        must("name", Text, "its name"),
        may("description", Text, "longer text"),
        may("brand", Text, "brand or vendor"),
        may("category_1", Text, "top category"),
        may("category_2", Text, "category below it"),
        may("category_3", Text, "category below that"),
        may("need_group", Text, "the shopper's need that it serves"),
        may("color", Text, "colour"),
        may("material", Text, "material"),
        may("pattern", Text, "pattern"),
        may("flavour", Text, "flavour"),
        may("size", Text, "size or pack"),
        may("price_tier", Text, "price tier, as the source names it"),
        may("attributes", Text, "further attributes, k=v;k=v"),
        may("unit_cost", Decimal, "cost of one unit"),
        may("list_price", Decimal, "regular price of one unit"),
        may("currency", Text, "three letters (ISO 4217)"),
        may("width_cm", Float, "width of one facing, cm"),
        may("height_cm", Float, "height, cm"),
        may("depth_cm", Float, "depth, cm"),
        may("option_sets", Text, "options to choose from, k=a|b|c;k=…"),
        may("image", Text, "address or path of a picture"),
        may("link", Text, "address of its page"),
        may(
            "availability",
            Text,
            "in_stock, out_of_stock, preorder, backorder",
        ),
        may("launched_on", Date, "first day on sale"),
        may("withdrawn_on", Date, "last day on sale"),
        may("must_carry", Flag, "whether every shop must carry it"),
        must("happened_at", Time, "when this version began to hold"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};

/// Shops and the online shop, one row per shop and version.
pub const STORES: Table = Table {
    name: "stores",
    doc: "one version of a shop; the newest known_at holds; the online shop is one, too",
    feed: Some(Kind::Stores),
    identity: Some(("entity_key", "row_key")),
    columns: &[
        ENTITY_KEY,
        ROW_KEY,
        must("store_id", Text, "the shop's code"),
        may("name", Text, "its name"),
        may(
            "format",
            Text,
            "format, as the retailer calls it; online for a web shop",
        ),
        may("banner", Text, "brand over the door"),
        may("region", Text, "region"),
        may("city", Text, "city"),
        may("country", Text, "country"),
        may("lat", Float, "latitude, degrees north"),
        may("lon", Float, "longitude, degrees east"),
        may("area_m2", Float, "selling area, m²"),
        may("opened_on", Date, "first day"),
        may("closed_on", Date, "last day"),
        may("refit_on", Date, "last refit"),
        may("catchment_households", Float, "households in its catchment"),
        may(
            "median_income_index",
            Float,
            "median income of the catchment, 100 = country",
        ),
        may(
            "households_with_children_share",
            Float,
            "share of catchment households with children, 0 to 1",
        ),
        may(
            "urban_share",
            Float,
            "share of the catchment that is urban, 0 to 1",
        ),
        may("parking", Float, "parking places"),
        may(
            "competitor_distance_km",
            Float,
            "distance to the nearest competitor, km",
        ),
        must("happened_at", Time, "when this version began to hold"),
        KNOWN_AT,
        SOURCE,
        IMPORT_ID,
    ],
};
