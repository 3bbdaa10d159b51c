//! What the e-commerce specification (v2) puts into properties, as columns and rows: product, order, worth, currency,
//! shop, stars. It must not know catalogues, nor say what an event is worth to a model.
//!
//! Decisions, for whoever reads the rows:
//! * `products` becomes one [`Product`] per element, in order, with its place from 1 as the number of the line.
//! * Order events have an [`Order`] whose key is `order_id`, not the message: a thank-you page loaded twice sends two
//!   messages of one order. `Order Updated` replaces what was known under the key and never adds. Without an
//!   `order_id` there is no [`Order`], only the event, for it would count on each load.
//! * Numbers may come as text (`"30.00"`), and are rounded to four decimals (0.1 + 0.2 of JavaScript); the properties
//!   keep the form that was sent. What is no number is remarked upon and left out; the event stays.
//! * `revenue` is net of tax and shipping and `total` is not, `subtotal` is after discounts; each is kept apart.

use retail::{Currency, Money};
use serde_json::{Map, Value};

use crate::record::Remark;

/// One element of `properties.products`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Product {
    /// Its place, from 1.
    pub line: usize,
    /// `product_id`, else `productId`, else `sku`.
    pub product_id: Option<String>,
    /// `sku`.
    pub sku: Option<String>,
    /// `variant`.
    pub variant: Option<String>,
    /// Price of one.
    pub price: Option<Money>,
    /// How many, in ten-thousandths as [`Money`] is; `None` where nothing was said, which of a sale means one.
    pub quantity: Option<Money>,
    /// `coupon` of the line.
    pub coupon: Option<String>,
    /// `position` in a list.
    pub position: Option<i64>,
}

/// What an event does to the order under its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// The order is there (`Order Completed`). Under a known key it says nothing new.
    Completed,
    /// The order is now as told (`Order Updated`): it replaces, it does not add.
    Replaced,
    /// The order is no more (`Order Cancelled`).
    Cancelled,
    /// All of it was paid back (`Order Refunded` without products or total).
    Refunded,
    /// The products and the total told were paid back (`Order Refunded`).
    PartlyRefunded,
}

/// What an event says of an order. Its lines are the record's `products`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The key that tells orders apart: `order_id`.
    pub order_id: String,
    /// What it does.
    pub act: Act,
    /// After discounts, before tax and shipping.
    pub subtotal: Option<Money>,
    /// With tax and shipping.
    pub total: Option<Money>,
    /// After discounts, without tax and shipping.
    pub revenue: Option<Money>,
    /// Shipping.
    pub shipping: Option<Money>,
    /// Tax.
    pub tax: Option<Money>,
    /// Discount.
    pub discount: Option<Money>,
    /// `coupon` of the order.
    pub coupon: Option<String>,
}

/// The columns read from properties.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub product_id: Option<String>,
    pub query: Option<String>,
    pub order_id: Option<String>,
    pub value: Option<Money>,
    pub currency: Option<Currency>,
    pub store: Option<String>,
    pub rating: Option<f64>,
    pub products: Vec<Product>,
    pub order: Option<Order>,
    /// Names of the properties that left for a column.
    pub moved: Vec<&'static str>,
}

/// Reads the columns of an event from its properties and takes out those that a column holds exactly as sent.
pub(crate) fn columns(
    event: Option<&str>,
    properties: &mut Map<String, Value>,
    remarks: &mut Vec<Remark>,
) -> Columns {
    if properties.is_empty() {
        return Columns::default();
    }
    let mut reader = Reader {
        map: properties,
        path: "properties",
        remarks,
    };
    let mut columns = Columns {
        product_id: reader.product(),
        query: reader.text(&["query"]),
        order_id: reader.text(&["order_id", "orderId"]),
        value: reader
            .money("value")
            .or_else(|| reader.money("revenue"))
            .or_else(|| reader.money("total")),
        currency: reader.currency(),
        store: reader.text(&["store_id", "affiliation"]),
        rating: (event == Some("Product Reviewed"))
            .then(|| reader.rating())
            .flatten(),
        ..Columns::default()
    };
    columns.order = order(event, columns.order_id.as_deref(), &mut reader);
    if let Some(Value::Array(items)) = properties.get("products") {
        columns.products = items
            .iter()
            .enumerate()
            .map(|(at, item)| product(at, item, remarks))
            .collect();
    }
    let code = columns.currency.map(|currency| currency.code().to_string());
    for (name, held) in [
        ("product_id", &columns.product_id),
        ("query", &columns.query),
        ("order_id", &columns.order_id),
        ("currency", &code),
    ] {
        if held.is_some() && properties.get(name).and_then(Value::as_str) == held.as_deref() {
            properties.shift_remove(name);
            columns.moved.push(name);
        }
    }
    columns
}

fn order(event: Option<&str>, order_id: Option<&str>, reader: &mut Reader<'_>) -> Option<Order> {
    let act = match event? {
        "Order Completed" => Act::Completed,
        "Order Updated" => Act::Replaced,
        "Order Cancelled" => Act::Cancelled,
        "Order Refunded" if reader.says("products") || reader.says("total") => Act::PartlyRefunded,
        "Order Refunded" => Act::Refunded,
        _ => return None,
    };
    let Some(order_id) = order_id else {
        reader.remark("order_id", "missing: kept as an event, not as an order, which would count on each load of its page");
        return None;
    };
    Some(Order {
        order_id: order_id.to_string(),
        act,
        subtotal: reader.money("subtotal"),
        total: reader.money("total"),
        revenue: reader.money("revenue"),
        shipping: reader.money("shipping"),
        tax: reader.money("tax"),
        discount: reader.money("discount"),
        coupon: reader.text(&["coupon"]),
    })
}

fn product(at: usize, item: &Value, remarks: &mut Vec<Remark>) -> Product {
    let line = at + 1;
    let path = format!("properties.products.{at}");
    let Value::Object(map) = item else {
        remarks.push(Remark::new(
            &path,
            "not an object: the line is kept empty; send {\"product_id\": …}",
        ));
        return Product {
            line,
            ..Product::default()
        };
    };
    let mut reader = Reader {
        map,
        path: &path,
        remarks,
    };
    Product {
        line,
        product_id: reader.product(),
        sku: reader.text(&["sku"]),
        variant: reader.text(&["variant"]),
        price: reader.money("price"),
        quantity: reader.money("quantity"),
        coupon: reader.text(&["coupon"]),
        position: reader
            .money("position")
            .map(|position| position.0 / Money::SCALE),
    }
}

/// Reads properties leniently, with a remark on each that is unusable.
struct Reader<'a> {
    map: &'a Map<String, Value>,
    path: &'a str,
    remarks: &'a mut Vec<Remark>,
}

impl<'a> Reader<'a> {
    fn remark(&mut self, name: &str, message: &str) {
        let field = format!("{}.{name}", self.path);
        if self.remarks.iter().all(|remark| remark.field != field) {
            self.remarks.push(Remark::new(&field, message));
        }
    }

    fn said(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn says(&self, name: &str) -> bool {
        self.said(name).is_some()
    }

    fn product(&mut self) -> Option<String> {
        self.text(&["product_id", "productId", "sku"])
    }

    /// The first of some properties that is a text or a number.
    fn text(&mut self, names: &[&str]) -> Option<String> {
        for name in names {
            match self.said(name) {
                Some(Value::String(text)) if text.contains('\0') => {
                    self.remark(
                        name,
                        "has a character of code zero, which no table holds: left out",
                    );
                }
                Some(Value::String(text)) if !text.trim().is_empty() => return Some(text.clone()),
                Some(Value::Number(number)) => return Some(number.to_string()),
                Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                    self.remark(name, "neither text nor number: left out of its column");
                }
                _ => {}
            }
        }
        None
    }

    fn money(&mut self, name: &str) -> Option<Money> {
        let value = self.said(name)?;
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return None;
        }
        let amount = amount(value);
        if amount.is_none() {
            self.remark(
                name,
                "no number that fits: left out of its column; send digits and a point, as in 12.50",
            );
        }
        amount
    }

    fn currency(&mut self) -> Option<Currency> {
        let code = self.text(&["currency"])?;
        let currency = Currency::new(&code);
        if currency.is_none() {
            self.remark(
                "currency",
                "no currency of ISO 4217: left out of its column; send three letters, as in EUR",
            );
        }
        currency
    }

    fn rating(&mut self) -> Option<f64> {
        let number = match self.said("rating")? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let stars = number.filter(|stars: &f64| stars.is_finite());
        if stars.is_none() {
            self.remark("rating", "no number: left out; send stars, as in \"4\"");
        }
        stars
    }
}

/// A number, or a text that is one, to four decimals.
fn amount(value: &Value) -> Option<Money> {
    let number = match value {
        Value::Number(number) => match number.as_i64() {
            Some(whole) => return whole.checked_mul(Money::SCALE).map(Money),
            None => number.as_f64()?,
        },
        Value::String(text) => match text.parse() {
            Ok(money) => return Some(money),
            Err(retail::MoneyError::TooFine(_)) => text.trim().parse().ok()?,
            Err(_) => return None,
        },
        _ => return None,
    };
    format!("{number:.4}").parse().ok()
}

#[cfg(test)]
#[path = "shop_tests.rs"]
mod tests;
