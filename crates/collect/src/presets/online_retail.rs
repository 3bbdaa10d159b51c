//! UCI Online Retail: invoice lines of a British gift wholesaler, 2010 and 2011. Cancellations have invoice
//! numbers that start with C; some codes are services; stock that was written off has price 0.

use retail::Kind;

use super::{Layout, Preset, mapping};
use crate::spec::{Options, OrderRules, ServiceRule, SourceRule, Tax};

pub(super) const PRESET: Preset = Preset {
    name: "online-retail",
    label: "Online Retail (UCI)",
    kinds: &[Kind::Orders],
    description: "invoice lines with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country; pounds without tax, London time",
};

const SERVICES: &[(&str, &str)] = &[
    ("POST", "postage"),
    ("DOT", "postage"),
    ("C2", "postage"),
    ("M", "adjustment"),
    ("m", "adjustment"),
    ("B", "adjustment"),
    ("PADS", "adjustment"),
    ("D", "discount"),
    ("S", "sample"),
    ("BANK CHARGES", "fee"),
    ("AMAZONFEE", "fee"),
    ("CRUK", "fee"),
    ("gift_0001_*", "voucher"),
];

pub(super) fn layout(kind: Kind) -> Option<Layout> {
    if kind != Kind::Orders {
        return None;
    }
    let services = SERVICES.iter().map(|(code, kind)| ServiceRule {
        code: code.to_string(),
        kind: kind.to_string(),
    });
    let customer = SourceRule {
        column: Some("CustomerID".to_string()),
        whole: true,
        ..SourceRule::default()
    };
    Some(Layout {
        mapping: mapping([
            ("receipt_id", "InvoiceNo".into()),
            ("product_id", "StockCode".into()),
            ("description", "Description".into()),
            ("quantity", "Quantity".into()),
            ("happened_at", "InvoiceDate".into()),
            ("unit_price", "UnitPrice".into()),
            ("customer_id", customer.into()),
            ("country", "Country".into()),
        ]),
        options: Options {
            currency: Some("GBP".to_string()),
            tax: Some(Tax::Excluded),
            timezone: Some("Europe/London".to_string()),
            decimal: Some('.'),
            ..Options::default()
        },
        rules: OrderRules {
            cancel_prefix: Some("C".to_string()),
            services: services.collect(),
            write_offs: true,
        },
        guess: false,
    })
}
