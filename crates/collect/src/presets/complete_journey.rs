//! The Complete Journey: a grocery panel of 2017. Receipts give the money received for a line, net of the
//! shop's own discounts, so the shelf price is worked back; weeks begin on Mondays, week 2 on 2017-01-02.

use std::collections::BTreeMap;

use retail::Kind;

use super::{Layout, Preset, constant, first, mapping};
use crate::spec::{Options, Source, SourceRule, Tax};

pub(super) const PRESET: Preset = Preset {
    name: "complete-journey",
    label: "Complete Journey (grocery panel)",
    kinds: &[
        Kind::Orders,
        Kind::Products,
        Kind::Customers,
        Kind::Promotions,
    ],
    description: "transactions (orders), products, demographics (customers), promotions and campaign descriptions (promotions); dollars without tax, New York time",
};

/// The Monday before 2017-01-01, on which week 1 would begin.
const WEEK_1: &str = "2016-12-26";

pub(super) fn layout(kind: Kind, columns: &[String]) -> Option<Layout> {
    let mapping = match kind {
        Kind::Orders => orders(),
        Kind::Products => products(),
        Kind::Customers => customers(),
        Kind::Promotions if columns.iter().any(|c| c == "campaign_type") => campaigns(),
        Kind::Promotions => promotions(),
        _ => return None,
    };
    Some(Layout {
        mapping,
        options: Options {
            currency: Some("USD".to_string()),
            tax: Some(Tax::Excluded),
            timezone: Some("America/New_York".to_string()),
            decimal: Some('.'),
            date_format: Some("iso".to_string()),
            channel: (kind == Kind::Orders).then(|| "shop".to_string()),
            ..Options::default()
        },
        guess: false,
        ..Layout::default()
    })
}

fn rule(column: &str, change: impl FnOnce(&mut SourceRule)) -> Source {
    let mut rule = SourceRule {
        column: Some(column.to_string()),
        ..SourceRule::default()
    };
    change(&mut rule);
    rule.into()
}

fn orders() -> BTreeMap<String, Source> {
    let discounts = SourceRule {
        sum: ["retail_disc", "coupon_match_disc"]
            .map(String::from)
            .to_vec(),
        ..SourceRule::default()
    };
    mapping([
        ("customer_id", "household_id".into()),
        ("store_id", "store_id".into()),
        ("receipt_id", "basket_id".into()),
        ("product_id", "product_id".into()),
        ("quantity", "quantity".into()),
        ("amount", "sales_value".into()),
        ("discount", discounts.into()),
        ("happened_at", "transaction_timestamp".into()),
    ])
}

fn products() -> BTreeMap<String, Source> {
    mapping([
        ("product_id", "product_id".into()),
        (
            "name",
            first(&[
                "product_type",
                "product_category",
                "department",
                "product_id",
            ]),
        ),
        ("brand", "manufacturer_id".into()),
        ("price_tier", "brand".into()),
        ("category_1", "department".into()),
        ("category_2", "product_category".into()),
        ("category_3", "product_type".into()),
        ("size", "package_size".into()),
    ])
}

fn customers() -> BTreeMap<String, Source> {
    let size = rule("household_size", |rule| {
        rule.replace = [("5+".to_string(), "5".to_string())].into();
    });
    mapping([
        ("customer_id", "household_id".into()),
        ("household_size", size),
        ("household_type", "household_comp".into()),
        ("income_band", "income".into()),
    ])
}

fn promotions() -> BTreeMap<String, Source> {
    let week = |end| {
        rule("week", |rule| {
            rule.weeks_from = Some(WEEK_1.to_string());
            rule.week_end = end;
        })
    };
    let mechanic = rule("display_location", |rule| {
        rule.replace = [("0".to_string(), "mailer".to_string())].into();
        rule.replace.extend(
            "123456789ABCDEFGHIJ"
                .chars()
                .map(|c| (c.to_string(), "display".to_string())),
        );
    });
    mapping([
        (
            "promotion_id",
            rule("week", |rule| rule.default = Some("0".to_string())),
        ),
        ("product_id", "product_id".into()),
        ("store_id", "store_id".into()),
        ("starts_at", week(false)),
        ("ends_at", week(true)),
        ("mechanic", mechanic),
    ])
}

fn campaigns() -> BTreeMap<String, Source> {
    mapping([
        ("promotion_id", "campaign_id".into()),
        ("name", "campaign_type".into()),
        ("starts_at", "start_date".into()),
        ("ends_at", "end_date".into()),
        ("mechanic", constant("coupon")),
    ])
}
