//! What was on the receipts of a page of a timeline. It must not read the timeline, nor name products that are held back.

use super::held::is_closed;
use super::some;
use crate::cells::{ints, texts};
use crate::views::{TimelineProduct, TimelineRow};
use crate::{EngineError, Project};
use retail::CustomerKey;
use std::collections::BTreeMap;

/// How many products of a receipt are named.
const NAMED: usize = 4;

/// Products of some receipts of a customer, of each receipt what cost most first.
const SQL: &str = "select l.receipt_key, l.product_id, coalesce(max(p.name), max(l.description), l.product_id) as name, \
     max(p.category_1), max(p.category_2), max(p.category_3) from order_lines l left join current_products p on p.product_id = \
     l.product_id where l.customer_key = {who} and l.product_id is not null and l.receipt_key in ({receipts}) group by \
     l.receipt_key, l.product_id order by l.receipt_key, sum(abs(l.amount)) desc, l.product_id";

impl Project {
    /// Names the products of the receipts among some rows: the dearest few, and how many more there are. Those of topics
    /// without consent are among the others, unless all are told.
    pub(super) async fn name_lines(
        &self,
        customer: CustomerKey,
        rows: &mut [TimelineRow],
        all_told: bool,
    ) -> Result<(), EngineError> {
        let receipts: Vec<String> = rows
            .iter()
            .filter_map(|row| Some(row.receipt_key?.to_string()))
            .collect();
        if receipts.is_empty() {
            return Ok(());
        }
        let open = self.open_topics(customer).await?;
        let sql = SQL
            .replace("{who}", &customer.0.to_string())
            .replace("{receipts}", &receipts.join(", "));
        let mut lines: BTreeMap<i64, (Vec<TimelineProduct>, u64)> = BTreeMap::new();
        for batch in self.lake().look_up(&sql, None, vec![]).await? {
            let (receipt, code, name) = (ints(&batch, 0)?, texts(&batch, 1)?, texts(&batch, 2)?);
            let levels = [texts(&batch, 3)?, texts(&batch, 4)?, texts(&batch, 5)?];
            for row in 0..batch.num_rows() {
                let named: Vec<String> = levels.iter().filter_map(|one| some(one, row)).collect();
                let (products, further) = lines.entry(receipt.must(row)).or_default();
                let is_told = all_told || !is_closed(&open, &named, name.value(row));
                match is_told && products.len() < NAMED {
                    true => products.push(TimelineProduct {
                        product_id: code.value(row).to_string(),
                        name: name.value(row).to_string(),
                    }),
                    false => *further += 1,
                }
            }
        }
        for row in rows {
            let found = row.receipt_key.and_then(|receipt| lines.remove(&receipt));
            (row.products, row.further_products) = found.unwrap_or_default();
        }
        Ok(())
    }
}
