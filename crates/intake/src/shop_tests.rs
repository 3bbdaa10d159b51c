//! Tests of columns, rows and orders from properties.
#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::json;

fn money(text: &str) -> Option<Money> {
    Some(text.parse().unwrap())
}

fn read(event: &str, properties: Value) -> (Columns, Map<String, Value>, Vec<String>) {
    let mut properties = properties.as_object().unwrap().clone();
    let mut remarks = Vec::new();
    let columns = columns(Some(event), &mut properties, &mut remarks);
    (
        columns,
        properties,
        remarks.into_iter().map(|remark| remark.field).collect(),
    )
}

#[test]
fn an_order_has_a_key_amounts_and_lines() {
    let (columns, rest, remarks) = read(
        "Order Completed",
        json!({
            "order_id": "o1", "total": "30.00", "revenue": 25.2, "tax": 0.1 + 0.2, "currency": "eur",
            "affiliation": "S1", "coupon": "C",
            "products": [{"product_id": "p1", "quantity": "2", "price": "9.5", "position": 3}, {"sku": 17, "coupon": "L"}]
        }),
    );
    let order = columns.order.unwrap();
    assert_eq!((order.order_id.as_str(), order.act), ("o1", Act::Completed));
    assert_eq!(
        (order.total, order.revenue, order.tax),
        (money("30"), money("25.2"), money("0.3"))
    );
    assert_eq!((order.subtotal, order.coupon.as_deref()), (None, Some("C")));
    assert_eq!(
        (columns.value, columns.store.as_deref()),
        (money("25.2"), Some("S1"))
    );
    let lines = &columns.products;
    assert_eq!(
        (
            lines[0].line,
            lines[0].product_id.as_deref(),
            lines[0].position
        ),
        (1, Some("p1"), Some(3))
    );
    assert_eq!(
        (lines[0].quantity, lines[0].price),
        (money("2"), money("9.5"))
    );
    assert_eq!(
        (
            lines[1].line,
            lines[1].product_id.as_deref(),
            lines[1].quantity
        ),
        (2, Some("17"), None)
    );
    assert!(remarks.is_empty());
    // The order's number left for its column; the currency did not, for the column spells it otherwise.
    assert!(
        !rest.contains_key("order_id") && rest["currency"] == "eur" && rest["total"] == "30.00"
    );
    assert_eq!(
        (columns.currency.unwrap().code(), columns.moved),
        ("EUR", vec!["order_id"])
    );
}

#[test]
fn each_order_event_acts_otherwise() {
    let act =
        |event: &str, properties: Value| read(event, properties).0.order.map(|order| order.act);
    assert_eq!(
        act("Order Updated", json!({"order_id": "o"})),
        Some(Act::Replaced)
    );
    assert_eq!(
        act("Order Cancelled", json!({"order_id": 7})),
        Some(Act::Cancelled)
    );
    assert_eq!(
        act("Order Refunded", json!({"order_id": "o"})),
        Some(Act::Refunded)
    );
    assert_eq!(
        act("Order Refunded", json!({"order_id": "o", "total": 3})),
        Some(Act::PartlyRefunded)
    );
    assert_eq!(act("Checkout Started", json!({"order_id": "o"})), None);
    let (columns, _, remarks) = read("Order Completed", json!({"total": 3}));
    assert_eq!(
        (columns.order, remarks),
        (None, vec!["properties.order_id".to_string()])
    );
}

#[test]
fn what_is_unusable_is_told_and_stays_in_the_properties() {
    let given = json!({
        "product_id": {"id": 1}, "sku": "s", "value": "cheap", "total": 4, "currency": "EURO", "store_id": "\0",
        "products": [3, {"price": "1,5"}]
    });
    let (columns, rest, remarks) = read("Product Viewed", given.clone());
    assert_eq!(Value::Object(rest), given);
    assert_eq!(
        (columns.product_id.as_deref(), columns.value),
        (Some("s"), money("4"))
    );
    assert_eq!(
        (columns.currency, columns.store, columns.products.len()),
        (None, None, 2)
    );
    let expected = [
        "properties.product_id",
        "properties.value",
        "properties.currency",
        "properties.store_id",
        "properties.products.0",
        "properties.products.1.price",
    ];
    assert_eq!(remarks, expected);
}

#[test]
fn stars_are_text_or_number() {
    let stars = |rating: Value| {
        read("Product Reviewed", json!({ "rating": rating }))
            .0
            .rating
    };
    assert_eq!(
        (stars(json!("4.5")), stars(json!(4)), stars(json!("many"))),
        (Some(4.5), Some(4.0), None)
    );
    assert_eq!(stars(json!("inf")), None);
    assert_eq!(
        read("Product Viewed", json!({"rating": "4"})).0.rating,
        None
    );
}

#[test]
fn amounts_are_rounded_and_bounded() {
    for (value, means) in [
        (json!(30), money("30")),
        (json!(-2.5), money("-2.5")),
        (json!("0.123456"), money("0.1235")),
        (json!(" 12.50 "), money("12.5")),
        (json!(1e30), None),
        (json!(i64::MAX), None),
        (json!("1e3"), None),
        (json!(true), None),
    ] {
        assert_eq!(amount(&value), means, "{value}");
    }
}
