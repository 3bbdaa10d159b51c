//! The tables the retailer hands over, column by column. The names are a contract with the importer's native
//! preset: change both or neither. Truth tables stand in `truth`. Holds no row.

use crate::rows::{Kind, Table};
use Kind::{Date, Int, Key, Money, Number, Text, Time};

pub(crate) static ORDERS: Table = Table {
    name: "orders",
    columns: &[
        ("receipt_id", Key),
        ("line_no", Int),
        ("happened_at", Time),
        ("store_id", Text),
        ("till", Int),
        ("channel", Text),
        ("customer_id", Text),
        ("id_kind", Text),
        ("card_token", Text),
        ("product_id", Text),
        ("description", Text),
        ("quantity", Int),
        ("unit_price", Money),
        ("discount", Money),
        ("currency", Text),
        ("promotion_id", Text),
        ("options", Text),
        ("return_of", Text),
    ],
};

pub(crate) static PRODUCTS: Table = Table {
    name: "products",
    columns: &[
        ("product_id", Text),
        ("gtin", Text),
        ("name", Text),
        ("description", Text),
        ("brand", Text),
        ("category_1", Text),
        ("category_2", Text),
        ("category_3", Text),
        ("need_group", Text),
        ("color", Text),
        ("material", Text),
        ("pattern", Text),
        ("flavour", Text),
        ("size", Text),
        ("price_tier", Text),
        ("attributes", Text),
        ("unit_cost", Money),
        ("list_price", Money),
        ("width_cm", Number),
        ("height_cm", Number),
        ("depth_cm", Number),
        ("option_sets", Text),
        ("image", Text),
        ("launched_on", Date),
        ("withdrawn_on", Date),
        ("must_carry", Text),
    ],
};

pub(crate) static STORES: Table = Table {
    name: "stores",
    columns: &[
        ("store_id", Text),
        ("name", Text),
        ("format", Text),
        ("region", Text),
        ("city", Text),
        ("lat", Number),
        ("lon", Number),
        ("area_m2", Number),
        ("opened_on", Date),
        ("closed_on", Date),
        ("refit_on", Date),
        ("banner", Text),
        ("catchment_households", Int),
        ("median_income_index", Number),
        ("households_with_children_share", Number),
        ("urban_share", Number),
        ("parking", Int),
        ("competitor_distance_km", Number),
        ("price_zone", Text),
    ],
};

pub(crate) static CUSTOMERS: Table = Table {
    name: "customers",
    columns: &[
        ("customer_id", Text),
        ("id_kind", Text),
        ("first_name", Text),
        ("last_name", Text),
        ("email", Text),
        ("phone", Text),
        ("street", Text),
        ("postal_code", Text),
        ("city", Text),
        ("region", Text),
        ("birth_year", Int),
        ("gender", Text),
        ("joined_on", Date),
        ("home_store_id", Text),
        ("marketing_consent", Text),
        ("profiling_consent", Text),
    ],
};

pub(crate) static INVENTORY: Table = Table {
    name: "inventory",
    columns: &[
        ("store_id", Text),
        ("product_id", Text),
        ("happened_at", Time),
        ("on_hand", Int),
        ("on_order", Int),
    ],
};

pub(crate) static PRICES: Table = Table {
    name: "prices",
    columns: &[
        ("product_id", Text),
        ("zone", Text),
        ("valid_from", Time),
        ("valid_to", Time),
        ("price", Money),
        ("kind", Text),
        ("competitor", Text),
    ],
};

pub(crate) static PROMOTIONS: Table = Table {
    name: "promotions",
    columns: &[
        ("promotion_id", Text),
        ("name", Text),
        ("product_id", Text),
        ("zone", Text),
        ("starts_at", Time),
        ("ends_at", Time),
        ("mechanic", Text),
        ("depth", Number),
    ],
};

pub(crate) static EVENTS: Table = Table {
    name: "events",
    columns: &[
        ("message_id", Key),
        ("happened_at", Time),
        ("type", Text),
        ("event", Text),
        ("anonymous_id", Text),
        ("customer_id", Text),
        ("channel", Text),
        ("product_id", Text),
        ("query", Text),
        ("order_id", Text),
        ("value", Money),
        ("currency", Text),
        ("properties", Text),
    ],
};

pub(crate) static SURVEYS: Table = Table {
    name: "surveys",
    columns: &[
        ("response_id", Key),
        ("happened_at", Time),
        ("customer_id", Text),
        ("survey_id", Text),
        ("question_id", Text),
        ("question", Text),
        ("answer", Text),
    ],
};

pub(crate) static ADS: Table = Table {
    name: "ads",
    columns: &[
        ("ad_id", Key),
        ("happened_at", Time),
        ("campaign", Text),
        ("platform", Text),
        ("kind", Text),
        ("customer_id", Text),
        ("anonymous_id", Text),
        ("cost", Money),
        ("currency", Text),
    ],
};

pub(crate) static REVIEWS: Table = Table {
    name: "reviews",
    columns: &[
        ("review_id", Key),
        ("happened_at", Time),
        ("customer_id", Text),
        ("product_id", Text),
        ("rating", Int),
        ("title", Text),
        ("text", Text),
        ("source", Text),
    ],
};
