//! Guessing from headings: which native field a column is, which kind a file is, which preset wrote it.

use retail::Kind;

use crate::fields::fields_of;
use crate::spec::Source;

/// A heading without case, blanks and marks.
pub(crate) fn plain(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The fields of a kind with the index of the column that each seems to be; a column is taken once.
pub(crate) fn fields(kind: Kind, columns: &[String]) -> Vec<(&'static str, usize)> {
    let plain_columns: Vec<String> = columns.iter().map(|c| plain(c)).collect();
    let mut taken = vec![false; columns.len()];
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    // Own names go before other spellings, and earlier spellings before later ones.
    let longest = fields_of(kind)
        .iter()
        .map(|f| f.aliases.len())
        .max()
        .unwrap_or(0);
    for rank in 0..=longest {
        for field in fields_of(kind) {
            let own = plain(field.name);
            let wanted = match rank {
                0 => Some(own.as_str()),
                rank => field.aliases.get(rank - 1).copied(),
            };
            let has = found.iter().any(|(name, _)| *name == field.name);
            let column = plain_columns
                .iter()
                .position(|c| Some(c.as_str()) == wanted);
            if let Some(column) = column.filter(|&c| !has && !taken[c]) {
                taken[column] = true;
                found.push((field.name, column));
            }
        }
    }
    found
}

/// Sources for the fields that have none yet: index of the field, name of the column.
pub(crate) fn fill(
    kind: Kind,
    columns: &[String],
    sources: &[Option<Source>],
) -> Vec<(usize, String)> {
    let used = |column: &String| {
        sources.iter().flatten().any(|source| match source {
            Source::Column(name) => name == column,
            Source::Rule(rule) => {
                rule.column.as_ref() == Some(column)
                    || rule.first.contains(column)
                    || rule.sum.contains(column)
            }
        })
    };
    let guessed = fields(kind, columns)
        .into_iter()
        .filter_map(|(name, column)| {
            let field = fields_of(kind).iter().position(|f| f.name == name)?;
            let column = &columns[column];
            (sources[field].is_none() && !used(column)).then(|| (field, column.clone()))
        });
    guessed.collect()
}

/// The kind whose required fields are all found and most columns with them. A kind that leaves more than half of
/// the columns unsaid is no guess: a list of receipts names shops, too.
pub(crate) fn kind(columns: &[String]) -> Option<Kind> {
    let scored = Kind::ALL.into_iter().filter_map(|kind| {
        let found = fields(kind, columns);
        let has = |name: &str| found.iter().any(|(field, _)| *field == name);
        // A currency may be declared, so its column may be missing.
        let complete = fields_of(kind)
            .iter()
            .filter(|f| f.required && f.name != "currency")
            .all(|f| has(f.name));
        let priced = kind != Kind::Orders || has("unit_price") || has("amount");
        let says = found.len() * 2 >= columns.len();
        (complete && priced && says).then_some((found.len(), kind))
    });
    let mut best: Option<(usize, Kind)> = None;
    for (score, kind) in scored {
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// Headings by which a preset is known, with the kind they mean.
const SIGNS: &[(&str, Kind, &[&str])] = &[
    (
        "online-retail",
        Kind::Orders,
        &[
            "InvoiceNo",
            "StockCode",
            "InvoiceDate",
            "UnitPrice",
            "CustomerID",
        ],
    ),
    (
        "complete-journey",
        Kind::Orders,
        &["household_id", "basket_id", "sales_value", "retail_disc"],
    ),
    (
        "complete-journey",
        Kind::Products,
        &[
            "product_id",
            "manufacturer_id",
            "department",
            "package_size",
        ],
    ),
    (
        "complete-journey",
        Kind::Customers,
        &["household_id", "home_ownership", "kids_count"],
    ),
    (
        "complete-journey",
        Kind::Promotions,
        &["product_id", "display_location", "mailer_location", "week"],
    ),
    (
        "complete-journey",
        Kind::Promotions,
        &["campaign_id", "campaign_type", "start_date"],
    ),
    (
        "shopify",
        Kind::Orders,
        &["Name", "Lineitem quantity", "Lineitem price"],
    ),
    (
        "shopify",
        Kind::Products,
        &["Handle", "Title", "Vendor", "Variant Price"],
    ),
    (
        "shopify",
        Kind::Products,
        &["URL handle", "Title", "Vendor"],
    ),
    (
        "shopify",
        Kind::Customers,
        &["First Name", "Accepts Email Marketing", "Total Spent"],
    ),
    (
        "woocommerce",
        Kind::Products,
        &["ID", "Type", "SKU", "Name", "Regular price"],
    ),
    (
        "google-feed",
        Kind::Products,
        &["id", "title", "link", "image_link", "availability"],
    ),
    (
        "google-feed",
        Kind::Products,
        &["id", "title", "link", "image link", "availability"],
    ),
    (
        "pos",
        Kind::Orders,
        &["receipt_id", "ts", "sku", "qty", "unit_price"],
    ),
];

/// The preset whose headings a file has.
pub(crate) fn preset(columns: &[String]) -> Option<(&'static str, Kind)> {
    let has = |heading: &&str| columns.iter().any(|c| c == heading);
    let sign = SIGNS
        .iter()
        .find(|(_, _, headings)| headings.iter().all(has))?;
    Some((sign.0, sign.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(columns: &str) -> Vec<String> {
        columns.split(',').map(String::from).collect()
    }

    #[test]
    fn kinds_by_their_headings() {
        let check = |columns: &str, expect: Option<Kind>| {
            assert_eq!(kind(&names(columns)), expect, "{columns}")
        };
        check(
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            Some(Kind::Orders),
        );
        check(
            "store_id,product_id,happened_at,on_hand",
            Some(Kind::Inventory),
        );
        check(
            "response_id,happened_at,customer_id,question_id,answer",
            Some(Kind::Surveys),
        );
        check("foo,bar", None);
        // Receipts that lack what order lines need are no list of shops.
        check("Bon,Filiale,Datum,Artikel,Menge,store_id,Preis", None);
    }

    #[test]
    fn each_kind_is_known_by_its_own_fields() {
        for expect in Kind::ALL {
            let columns: Vec<String> = fields_of(expect)
                .iter()
                .map(|f| f.name.to_string())
                .collect();
            assert_eq!(kind(&columns), Some(expect));
        }
    }

    #[test]
    fn presets_by_their_headings() {
        assert_eq!(
            preset(&names(
                "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
            )),
            Some(("online-retail", Kind::Orders))
        );
        assert_eq!(preset(&names("a,b")), None);
    }
}
