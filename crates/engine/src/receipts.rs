//! The receipts of one customer, newest first, each with its lines and the sale that a return gives back.

use crate::ask::{PageAsk, money};
use crate::views::{LineType, Receipt, ReceiptItem, ReceiptPage, ReceiptType};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::RecordBatch;
use govern::Action;
use retail::{CustomerKey, Money, Purpose};
use serde_json::Value;

impl Project {
    /// The receipts of one customer.
    pub async fn receipts(
        &self,
        actor: &Actor,
        purpose: Purpose,
        customer_key: i64,
        ask: &PageAsk,
    ) -> Result<ReceiptPage, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let sql = format!(
            "with own as (select * from order_lines where customer_key = {customer_key}), \
             matched as (select m.return_receipt_key, m.return_line_key, min(s.receipt_id) as receipt_id \
             from return_matches m join own s on s.receipt_key = m.sale_receipt_key \
             where m.run_id = (select max(run_id) from return_matches) \
             group by m.return_receipt_key, m.return_line_key) \
             select l.receipt_id, cast(l.happened_at as bigint) as at, l.store_id, l.channel, l.country, l.product_id, \
             l.description, l.quantity, l.unit_price, l.amount, l.line_type, l.service_kind, m.receipt_id as matched, \
             l.receipt_key, max(l.happened_at) over (partition by l.receipt_key) as newest \
             from own l left join matched m on m.return_receipt_key = l.receipt_key and m.return_line_key = l.line_key \
             order by newest desc, l.receipt_key, l.line_no, l.product_id, l.line_key"
        );
        let rows = self.lake().look_up(&sql, None, vec![]).await?;
        let mut receipts = gather(&rows);
        if receipts.is_empty() {
            return Err(EngineError::Missing {
                what: "customer with receipts",
                name: customer_key.to_string(),
            });
        }
        self.registry()
            .record_read(
                self.now(),
                &actor.id,
                purpose,
                CustomerKey(customer_key),
                "receipts",
            )
            .await?;
        receipts.retain(|receipt| {
            ask.finds(&receipt.receipt_id)
                || receipt.items.iter().any(|item| {
                    ask.finds(&item.product_id)
                        || item
                            .description
                            .as_deref()
                            .is_some_and(|text| ask.finds(text))
                })
        });
        ask.sort(
            &mut receipts,
            &[
                ("receipt_id", |a, b| a.receipt_id.cmp(&b.receipt_id)),
                ("happened_at", |a, b| a.happened_at.cmp(&b.happened_at)),
                ("store", |a, b| a.store.cmp(&b.store)),
                ("channel", |a, b| a.channel.cmp(&b.channel)),
                ("country", |a, b| a.country.cmp(&b.country)),
                ("lines", |a, b| a.lines.cmp(&b.lines)),
                ("units", |a, b| a.units.total_cmp(&b.units)),
                ("amount", |a, b| money(&a.amount).cmp(&money(&b.amount))),
                ("type", |a, b| {
                    a.receipt_type.word().cmp(b.receipt_type.word())
                }),
            ],
        )?;
        let total = receipts.len() as u64;
        Ok(ReceiptPage {
            rows: ask.cut(receipts),
            total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// What a receipt is by its goods; services say nothing.
fn type_of(items: &[ReceiptItem]) -> ReceiptType {
    let any = |wanted: LineType| items.iter().any(|item| item.line_type == wanted);
    match (any(LineType::Sale), any(LineType::Return)) {
        (true, true) => ReceiptType::Mixed,
        (false, true) => ReceiptType::Return,
        _ => ReceiptType::Sale,
    }
}

/// Lines in order to receipts in the same order.
fn gather(batches: &[RecordBatch]) -> Vec<Receipt> {
    let mut receipts: Vec<Receipt> = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cell = |column: usize| text(lake::cell(batch.column(column), row));
            let receipt_id = cell(0).unwrap_or_default();
            let happened_at = cell(1)
                .and_then(|at| at.parse().ok())
                .map_or_else(String::new, clock::text);
            let receipt_key = cell(13).unwrap_or_default();
            if receipts
                .last()
                .is_none_or(|last| last.receipt_key != receipt_key)
            {
                receipts.push(Receipt {
                    receipt_key,
                    receipt_id,
                    happened_at,
                    store: cell(2),
                    channel: cell(3),
                    country: cell(4),
                    lines: 0,
                    units: 0.0,
                    amount: Money(0).to_string(),
                    receipt_type: ReceiptType::Sale,
                    items: Vec::new(),
                });
            }
            let line_type = cell(10)
                .and_then(|word| LineType::from_word(&word))
                .unwrap_or(LineType::Sale);
            let item = ReceiptItem {
                product_id: cell(5).unwrap_or_default(),
                description: cell(6),
                quantity: cell(7)
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_default(),
                unit_price: cell(8).unwrap_or_default(),
                amount: cell(9).unwrap_or_default(),
                line_type,
                service_kind: cell(11),
                matched_receipt: cell(12),
            };
            if let Some(receipt) = receipts.last_mut() {
                receipt.lines += 1;
                receipt.units += item.quantity;
                receipt.amount =
                    Money(money(&receipt.amount).0 + money(&item.amount).0).to_string();
                receipt.items.push(item);
                receipt.receipt_type = type_of(&receipt.items);
            }
        }
    }
    receipts
}
