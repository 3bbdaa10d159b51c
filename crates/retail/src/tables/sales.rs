//! What was sold: receipt lines, and which return belongs to which sale.

use super::{IMPORT_ID, KNOWN_AT, SOURCE, may, must};
use crate::Kind;
use crate::table::{ColumnType::*, Table};

/// Receipt and invoice lines, sales and returns, goods and services.
pub const ORDER_LINES: Table = Table {
    name: "order_lines",
    doc: "one line of a receipt or an invoice",
    feed: Some(Kind::Orders),
    identity: Some(("receipt_key", "line_key")),
    columns: &[
        must(
            "receipt_key",
            Int,
            "hash of source and receipt number: the receipt, as an integer",
        ),
        must(
            "line_key",
            Int,
            "hash of the line's number, else of its content and occurrence number",
        ),
        must(
            "receipt_id",
            Text,
            "the receipt's or invoice's number, as the source writes it",
        ),
        may(
            "line_no",
            SmallInt,
            "the line's number on the receipt, where the source gives one",
        ),
        must("happened_at", Time, "when it was sold (UTC)"),
        KNOWN_AT,
        must(
            "weekday",
            SmallInt,
            "day of the week in the shop's own time, 1 = Monday",
        ),
        must(
            "hour",
            SmallInt,
            "hour of the day in the shop's own time, 0 to 23",
        ),
        may(
            "store_id",
            Text,
            "the shop; empty where the source names none",
        ),
        may("till", Text, "the till or counter"),
        may("channel", Text, "shop, web, app, phone, marketplace"),
        may(
            "customer_key",
            Int,
            "who bought, as a meaningless integer; empty for an anonymous basket",
        ),
        must(
            "product_id",
            Text,
            "the product's code, as the source writes it",
        ),
        may("description", Text, "the text on the line"),
        must("line_type", Text, "sale, return or service"),
        may(
            "service_kind",
            Text,
            "of a service line: postage, fee, discount, write_off, sample, adjustment, voucher",
        ),
        must("cancelled", Flag, "whether the receipt is a cancellation"),
        must("quantity", Decimal, "units, negative when given back"),
        must(
            "unit_price",
            Decimal,
            "price of one unit, in the currency, as the source states it",
        ),
        must(
            "discount",
            Decimal,
            "money off the line, of the sign of the quantity",
        ),
        must(
            "amount",
            Decimal,
            "quantity × unit_price − discount, in the currency",
        ),
        must("currency", Text, "three letters (ISO 4217)"),
        must(
            "tax_included",
            Flag,
            "whether unit_price and amount include tax",
        ),
        may(
            "country",
            Text,
            "country of the buyer or of the delivery, as the source writes it",
        ),
        may("promotion_id", Text, "the promotion that applied"),
        may(
            "options",
            Text,
            "chosen options of a made-to-order product, k=v;k=v",
        ),
        may(
            "return_of",
            Text,
            "of a return: the receipt it gives back, where the source names it",
        ),
        SOURCE,
        IMPORT_ID,
        // Last, where a table that a version before made gets it when it is next written.
        may(
            "card_key",
            Int,
            "the payment card on the receipt, as a meaningless integer; tells whose the card is",
        ),
    ],
};

/// Returns and cancellations with the sale they belong to.
pub const RETURN_MATCHES: Table = Table {
    name: "return_matches",
    doc: "one returned line and the sale line it gives back, as found by a run",
    feed: None,
    identity: None,
    columns: &[
        must("run_id", Text, "the run that matched them"),
        must("return_receipt_key", Int, "receipt of the return"),
        must("return_line_key", Int, "line of the return"),
        must("sale_receipt_key", Int, "receipt of the sale"),
        must("sale_line_key", Int, "line of the sale"),
        must("quantity", Decimal, "units given back, positive"),
        must(
            "rule",
            Text,
            "how they were matched: named_receipt or same_customer_product_price",
        ),
        must("happened_at", Time, "when the return happened"),
        must("known_at", Time, "when the match was made"),
    ],
};
