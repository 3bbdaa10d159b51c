//! The questions to the lake: what was bought in which basket, what the catalogue says, what stood on the shelf,
//! when shops were open. It must not ask them.

use crate::blocks::PRODUCT_ATTRIBUTES;

/// Day of an instant or a date, counted from 1970, as SQL writes it.
fn day(of: &str) -> String {
    format!("cast(floor(date_part('epoch', {of}) / 86400.0) as bigint)")
}

fn window(from: Option<&str>, to: &str) -> String {
    let from = from.map_or_else(String::new, |from| {
        format!(" and happened_at > timestamp '{from}'")
    });
    format!("happened_at <= timestamp '{to}'{from}")
}

/// Goods sold: receipt, product, customer (empty where unknown), shop (the channel where none is named), day.
pub fn sales_sql(from: Option<&str>, to: &str) -> String {
    format!(
        "select receipt_key, product_id, customer_key, coalesce(store_id, channel, '') as store, {} as day from \
         order_lines where line_type = 'sale' and not cancelled and quantity > 0 and {}",
        day("happened_at"),
        window(from, to)
    )
}

/// The attributes that `catalogue_sql` gives after its first columns.
pub fn catalogue_attributes() -> Vec<&'static str> {
    let above = |name: &&&str| !name.starts_with("category_");
    PRODUCT_ATTRIBUTES.iter().filter(above).copied().collect()
}

/// The catalogue: product, name, the three categories, first and last day on sale, further attributes as `k=v;k=v`,
/// then one column for each of [`catalogue_attributes`].
pub fn catalogue_sql() -> String {
    format!(
        "select product_id, name, category_1, category_2, category_3, {} as launched, {} as withdrawn, attributes, {} \
         from current_products order by product_id",
        day("launched_on"),
        day("withdrawn_on"),
        catalogue_attributes().join(", ")
    )
}

/// Stock counts: shop, product, day, whether the last count of the day found any.
pub fn counts_sql(from: Option<&str>, to: &str) -> String {
    format!(
        "select store_id, product_id, day, on_hand > 0 as any from (select store_id, product_id, on_hand, {} as day, \
         row_number() over (partition by store_id, product_id, {} order by happened_at desc, known_at desc, row_key) \
         as newest from inventory where {}) where newest = 1",
        day("happened_at"),
        day("happened_at"),
        window(from, to)
    )
}

/// Promotions: product (empty where it is of a category), shop (empty for all), zone (empty for all), first and last day
/// (empty where it has no end).
pub fn promotions_sql(from: Option<&str>, to: &str) -> String {
    let from = from.map_or_else(String::new, |from| {
        format!(" and (ends_at is null or ends_at > timestamp '{from}')")
    });
    format!(
        "select product_id, store_id, zone, {} as starts, {} as ends from promotions where happened_at <= timestamp \
         '{to}'{from}",
        day("happened_at"),
        // A promotion that ends at midnight has no part of that day.
        day("(ends_at - interval '1 second')"),
    )
}

/// Shops: code, first and last day.
pub fn places_sql() -> String {
    format!(
        "select store_id, {} as opened, {} as closed from current_stores order by store_id",
        day("opened_on"),
        day("closed_on")
    )
}
