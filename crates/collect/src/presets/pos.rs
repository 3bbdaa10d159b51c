//! Plain receipt files of tills (the GS1/UCC "T-log" in its common flat form), as CSV or Parquet: one line
//! per item, with or without a loyalty id.

use retail::Kind;

use super::{Layout, Preset, first, mapping};
use crate::spec::{Options, OrderRules, ServiceRule, Tax};

pub(super) const PRESET: Preset = Preset {
    name: "pos",
    label: "Till receipts (T-log)",
    kinds: &[Kind::Orders],
    description: "receipt lines with receipt_id, store_id, ts, customer_id, sku, qty, unit_price, discount, promo_id; prices with tax; give the currency and the time zone",
};

pub(super) fn layout(kind: Kind) -> Option<Layout> {
    if kind != Kind::Orders {
        return None;
    }
    let service = |code: &str, kind: &str| ServiceRule {
        code: code.to_string(),
        kind: kind.to_string(),
    };
    Some(Layout {
        mapping: mapping([
            (
                "receipt_id",
                first(&[
                    "receipt_id",
                    "transaction_id",
                    "ticket_id",
                    "bon_id",
                    "receipt_no",
                ]),
            ),
            ("line_no", first(&["line_no", "line", "line_number", "seq"])),
            (
                "happened_at",
                first(&["ts", "timestamp", "datetime", "happened_at", "date_time"]),
            ),
            ("store_id", first(&["store_id", "store", "shop_id"])),
            (
                "till",
                first(&["till", "register", "pos_id", "terminal", "lane"]),
            ),
            (
                "customer_id",
                first(&["customer_id", "loyalty_id", "card_no", "member_id"]),
            ),
            (
                "product_id",
                first(&["sku", "product_id", "item_id", "plu", "ean", "upc"]),
            ),
            (
                "description",
                first(&["description", "item_name", "product_name"]),
            ),
            ("quantity", first(&["qty", "quantity", "units"])),
            ("unit_price", first(&["unit_price", "price"])),
            ("amount", first(&["amount", "line_total", "sales_value"])),
            ("discount", first(&["discount", "discount_amount"])),
            ("promotion_id", first(&["promo_id", "promotion_id"])),
            ("return_of", first(&["return_of", "original_receipt_id"])),
            ("cancelled", first(&["void", "voided", "cancelled"])),
            ("currency", first(&["currency"])),
        ]),
        options: Options {
            tax: Some(Tax::Included),
            channel: Some("shop".to_string()),
            ..Options::default()
        },
        rules: OrderRules {
            services: vec![
                service("BAG", "fee"),
                service("DEPOSIT", "fee"),
                service("GIFTCARD*", "voucher"),
            ],
            ..OrderRules::default()
        },
        guess: false,
    })
}
