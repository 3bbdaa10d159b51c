//! The features of a customer: what each is, in words, and the SQL that computes them all at an instant.
//! It must not scale, weigh or cluster them (`prepare`, `fit`).

use crate::words::Mix;
use serde::{Deserialize, Serialize};

/// How a feature is brought to a common scale before clustering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// As it is: shares.
    Plain,
    /// Its logarithm, since a few members have very large values: counts, money, days.
    Skewed,
    /// As it is, with its spread relative to the other columns of the composition of this number.
    Part(u16),
}

/// One feature of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// Its key in tables and on the wire.
    pub key: String,
    /// Its name on a screen.
    pub label: String,
    /// Its unit, empty for shares.
    pub unit: String,
    /// What it says about a customer.
    pub description: String,
    /// How it is computed, in words that match the SQL.
    pub how_computed: String,
    /// How it is scaled.
    pub shape: Shape,
    /// What it counts for in a distance, before all weights are brought to a sum of 1.
    pub weight: f64,
}

/// Attributes whose values are names of their own, which keep their capitals in a sentence.
const PROPER: &[&str] = &["brand", "supplier", "city", "region", "country"];

impl Feature {
    /// Its name within a sentence: lower-case, but for values that are names, as of brands and places.
    pub fn within(&self) -> String {
        let prefix = self.key.split_once('=').map(|(prefix, _)| prefix);
        match prefix.is_some_and(|prefix| PROPER.contains(&prefix)) {
            true => self.label.clone(),
            false => self.label.to_lowercase(),
        }
    }
}

/// Key, label, unit, description, how computed, shape, weight, SQL over `sales` sums.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Shape,
    f64,
    &'static str,
);

/// The features that every customer has, whatever the catalogue knows.
const BASE: &[Row] = &[
    (
        "recency_days",
        "Days since last purchase",
        "days",
        "How long ago the customer last bought",
        "days from the customer's last sale to the run's date",
        Shape::Skewed,
        1.0,
        "date_part('epoch', {as_of} - last_sale) / 86400.0",
    ),
    (
        "receipts",
        "Purchases",
        "receipts",
        "How often the customer bought",
        "number of receipts with at least one sale",
        Shape::Skewed,
        1.0,
        "cast(receipts as double)",
    ),
    (
        "spend",
        "Spend",
        "money",
        "What the customer spent",
        "sum of the amounts of sale lines, returns not taken off",
        Shape::Skewed,
        1.0,
        "cast(sold as double)",
    ),
    (
        "basket",
        "Spend per purchase",
        "money",
        "How large a purchase is",
        "spend divided by purchases",
        Shape::Skewed,
        0.75,
        "cast(sold as double) / receipts",
    ),
    (
        "breadth",
        "Different products",
        "products",
        "How wide the customer buys",
        "number of different products among sale lines",
        Shape::Skewed,
        0.75,
        "cast(products as double)",
    ),
    (
        "unit_price",
        "Price per unit",
        "money",
        "How dear the products are that the customer buys",
        "spend divided by units bought",
        Shape::Skewed,
        0.75,
        "cast(sold as double) / nullif(cast(units as double), 0)",
    ),
    (
        "return_share",
        "Share returned",
        "",
        "How much of what was bought comes back",
        "amount of return lines divided by spend, at most 1",
        Shape::Plain,
        0.5,
        "least(1.0, cast(returned as double) / nullif(cast(sold as double), 0))",
    ),
    (
        "weekend_share",
        "Weekend share",
        "",
        "How much is bought on Saturdays and Sundays",
        "spend on Saturday and Sunday, shop's own time, divided by spend",
        Shape::Plain,
        0.5,
        "cast(weekend as double) / nullif(cast(sold as double), 0)",
    ),
    (
        "afternoon_share",
        "Afternoon and evening share",
        "",
        "How much is bought late in the day",
        "spend from 15:00 on, shop's own time, divided by spend",
        Shape::Plain,
        0.5,
        "cast(afternoon as double) / nullif(cast(sold as double), 0)",
    ),
];

/// What all categories of the mix count for together.
const MIX_WEIGHT: f64 = 1.5;

/// The features for a mix of product groups: the base features, then one share per group.
pub fn features(mix: &Mix) -> Vec<Feature> {
    let base = BASE.iter().map(
        |&(key, label, unit, description, how, shape, weight, _)| Feature {
            key: key.into(),
            label: label.into(),
            unit: unit.into(),
            description: description.into(),
            how_computed: how.into(),
            shape,
            weight,
        },
    );
    let each = MIX_WEIGHT / mix.groups.len().max(1) as f64;
    let shares = mix
        .groups
        .iter()
        .enumerate()
        .map(|(number, group)| Feature {
            key: mix_key(number),
            label: group.label.clone(),
            unit: String::new(),
            description: format!("How much of the spend goes to {}", group.label),
            how_computed: format!("spend on {} divided by spend", group.rule),
            shape: Shape::Plain,
            weight: each,
        });
    base.chain(shares).collect()
}

/// The key of the share of the `number`-th group.
pub fn mix_key(number: usize) -> String {
    format!("mix_{}", number + 1)
}

/// The SQL that gives one row per customer with at least one sale by `as_of`: `customer_key`, then every
/// feature in the order of [`features`]. Sums are exact decimals, so the row does not depend on the order
/// in which lines are read.
pub fn sql(mix: &Mix, as_of: &str) -> String {
    let as_of = format!("timestamp '{as_of}'");
    let mut columns: Vec<String> = BASE
        .iter()
        .map(|&(key, .., sql)| format!("{} as {key}", sql.replace("{as_of}", &as_of)))
        .collect();
    let mut sums = Vec::new();
    for (number, _) in mix.groups.iter().enumerate() {
        let key = mix_key(number);
        sums.push(format!(
            ", sum(case when line_type = 'sale' and g.grp = {number} then amount else 0 end) as {key}_sum"
        ));
        columns.push(format!(
            "cast({key}_sum as double) / nullif(cast(sold as double), 0) as {key}"
        ));
    }
    format!(
        "select customer_key, {columns} from (select l.customer_key, \
         max(case when line_type = 'sale' then happened_at end) as last_sale, \
         count(distinct case when line_type = 'sale' then receipt_key end) as receipts, \
         sum(case when line_type = 'sale' then amount else 0 end) as sold, \
         sum(case when line_type = 'sale' then quantity else 0 end) as units, \
         sum(case when line_type = 'return' then -amount else 0 end) as returned, \
         count(distinct case when line_type = 'sale' then l.product_id end) as products, \
         sum(case when line_type = 'sale' and weekday >= 6 then amount else 0 end) as weekend, \
         sum(case when line_type = 'sale' and hour >= 15 then amount else 0 end) as afternoon {sums} \
         from order_lines l left join product_groups g on l.product_id = g.product_id \
         where l.customer_key is not null and line_type in ('sale', 'return') and happened_at <= {as_of} \
         group by l.customer_key) where receipts > 0 and sold > 0 order by customer_key",
        columns = columns.join(", "),
        sums = sums.concat(),
    )
}
