//! What a project's receipts hold, each count with the SQL that gives it. The same statements run here and
//! by `tessera sql`, so anybody can check a number. It must not interpret the counts.

use crate::{EngineError, Project};
use serde::Serialize;
use serde_json::Value;

/// One count.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Its key for programs.
    pub key: &'static str,
    /// What it counts, in words.
    pub label: &'static str,
    /// The count.
    pub value: Value,
    /// The statement that gives it.
    pub sql: &'static str,
}

/// Key, words, statement.
const FACTS: &[(&str, &str, &str)] = &[
    ("lines", "Receipt lines", "select count(*) from order_lines"),
    (
        "invoices",
        "Receipts",
        "select count(distinct receipt_key) from order_lines",
    ),
    (
        "customer_ids",
        "Known customers",
        "select count(distinct customer_key) from order_lines",
    ),
    (
        "cancellation_lines",
        "Cancelled lines",
        "select count(*) from order_lines where cancelled",
    ),
    (
        "lines_without_customer",
        "Lines without customer",
        "select count(*) from order_lines where customer_key is null",
    ),
    (
        "known_sale_lines",
        "lines with customer, quantity > 0, price > 0, not cancelled",
        "select count(*) from order_lines where customer_key is not null and quantity > 0 and unit_price > 0 \
         and not cancelled",
    ),
    (
        "known_sale_customers",
        "customers on those lines",
        "select count(distinct customer_key) from order_lines where customer_key is not null and quantity > 0 \
         and unit_price > 0 and not cancelled",
    ),
    (
        "known_sale_invoices",
        "invoices of those lines",
        "select count(distinct receipt_key) from order_lines where customer_key is not null and quantity > 0 \
         and unit_price > 0 and not cancelled",
    ),
    (
        "service_lines",
        "Service lines",
        "select count(*) from order_lines where line_type = 'service'",
    ),
    (
        "products",
        "Product codes",
        "select count(distinct product_id) from order_lines",
    ),
    ("quantity", "Units", "select sum(quantity) from order_lines"),
    (
        "amount",
        "Sales less returns",
        "select sum(amount) from order_lines where happened_at <= now() and currency = (select currency from \
         order_lines group by currency order by count(*) desc, currency limit 1)",
    ),
    (
        "first_at",
        "First line",
        "select cast(min(happened_at) as varchar) from order_lines",
    ),
    (
        "last_at",
        "Last line",
        "select cast(max(happened_at) as varchar) from order_lines where happened_at <= now()",
    ),
];

impl Project {
    /// Counts what the receipts hold.
    pub async fn facts(&self) -> Result<Vec<Fact>, EngineError> {
        let mut found = Vec::with_capacity(FACTS.len());
        for &(key, label, sql) in FACTS {
            let value = self.counted_one(sql).await?;
            found.push(Fact {
                key,
                label,
                value,
                sql,
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN_SALES: &str =
        "customer_key is not null and quantity > 0 and unit_price > 0 and not cancelled";

    #[test]
    fn known_sales_mean_the_same_everywhere() {
        for (key, _, sql) in FACTS
            .iter()
            .filter(|(key, ..)| key.starts_with("known_sale"))
        {
            assert!(sql.ends_with(KNOWN_SALES), "{key}");
        }
    }
}
