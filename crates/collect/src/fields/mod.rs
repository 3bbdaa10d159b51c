//! The native import fields of every feed kind: what a file can say, in one list per kind. How a value is
//! parsed is `parse`'s, where it lands is `build`'s; this file holds only the descriptions.

mod catalogue;
mod orders;
mod people;
mod stores;
mod supply;
mod voice;

use retail::Kind;

/// A word that a field takes, with other spellings of it.
pub type Choice = (&'static str, &'static [&'static str]);

/// What sort of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldType {
    /// Any text, trimmed.
    Text,
    /// An identifier of a person: it goes beside the rows, never into them.
    Person,
    /// An anonymous identifier of a browser or device: beside the rows, too.
    Device,
    /// A payment card's token: beside the rows, too. Where the row names nobody else, the card is who bought.
    Card,
    /// A fact that names a person (name, e-mail, street): beside the rows, for the registry.
    PersonFact,
    /// The kind of the person's identifier: loyalty, email, card, phone, login, device.
    IdKind,
    /// A whole number.
    Int,
    /// A decimal with four places.
    Decimal,
    /// A measure.
    Float,
    /// An instant.
    Time,
    /// A calendar day.
    Date,
    /// Yes or no.
    Flag,
    /// Three letters, also found in "15.00 USD" and "£2.55".
    Currency,
    /// A GTIN of 8, 12, 13 or 14 digits, kept as 14.
    Gtin,
    /// One of a few words.
    Choice(&'static [Choice]),
    /// Yes, no or not stated.
    Consent,
}

impl FieldType {
    /// The word used in the API and in help.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Person | Self::Device | Self::Card => "identifier",
            Self::PersonFact => "personal text",
            Self::IdKind | Self::Choice(_) => "one of a few words",
            Self::Int => "whole number",
            Self::Decimal => "decimal number",
            Self::Float => "number",
            Self::Time => "date and time",
            Self::Date => "date",
            Self::Flag | Self::Consent => "yes or no",
            Self::Currency => "currency",
            Self::Gtin => "GTIN",
        }
    }
}

/// One thing that a file of a kind can say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Its native name, as in a mapping.
    pub name: &'static str,
    /// Its label on screens.
    pub label: &'static str,
    /// What it takes.
    pub kind: FieldType,
    /// Whether every row needs it.
    pub required: bool,
    /// What it means.
    pub description: &'static str,
    /// A value as files hold it.
    pub example: &'static str,
    /// Headings under which files carry it, in lower case without blanks and marks.
    pub aliases: &'static [&'static str],
    /// The column of the lake's table, where its name differs.
    pub column: &'static str,
}

impl Field {
    const fn new(
        name: &'static str,
        label: &'static str,
        kind: FieldType,
        description: &'static str,
        example: &'static str,
        aliases: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            label,
            kind,
            required: false,
            description,
            example,
            aliases,
            column: name,
        }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn into_column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    /// Whether it names a person, so that it never enters the lake.
    pub fn names_a_person(&self) -> bool {
        matches!(
            self.kind,
            FieldType::Person | FieldType::Device | FieldType::Card | FieldType::PersonFact
        )
    }
}

/// What makes a row the same row as one seen before, for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdentityRule {
    /// Fields whose values say what the row is about: the first key.
    pub about: &'static [&'static str],
    /// Fields that number the row within it; blank ones fall back to content.
    pub own: &'static [&'static str],
    /// Fields that say how the row stands by now: no part of its content, for an order is the same one before
    /// and after it is cancelled.
    pub state: &'static [&'static str],
    /// Whether equal rows without an own number may be true repeats, as on a receipt.
    pub may_repeat: bool,
}

/// The fields of a kind, in the order of its sample file.
pub fn fields_of(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Orders => orders::ORDERS,
        Kind::Products => catalogue::PRODUCTS,
        Kind::Stores => stores::STORES,
        Kind::Customers => people::CUSTOMERS,
        Kind::Inventory => supply::INVENTORY,
        Kind::Prices => supply::PRICES,
        Kind::Promotions => supply::PROMOTIONS,
        Kind::Events => voice::EVENTS,
        Kind::Surveys => voice::SURVEYS,
        Kind::Ads => voice::ADS,
        Kind::Reviews => voice::REVIEWS,
    }
}

/// The field of a name; `None` where the kind has none.
pub fn field(kind: Kind, name: &str) -> Option<&'static Field> {
    fields_of(kind).iter().find(|field| field.name == name)
}

/// A sample file of a kind in Tessera's own layout: its columns and one row, as CSV.
pub fn sample_csv(kind: Kind) -> String {
    let line = |texts: Vec<&str>| {
        let quoted = texts.iter().map(|text| match text.contains([',', '"']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_string(),
        });
        quoted.collect::<Vec<_>>().join(",")
    };
    let fields = fields_of(kind);
    let names = fields.iter().map(|f| f.name).collect();
    let examples = fields.iter().map(|f| f.example).collect();
    format!("{}\n{}\n", line(names), line(examples))
}

/// A kind's label and what its feed holds.
pub fn kind_text(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Orders => (
            "Purchase history",
            "receipt and invoice lines, sales and returns, goods and services",
        ),
        Kind::Products => (
            "Catalogue",
            "products with their attributes, cost and list price",
        ),
        Kind::Customers => (
            "Customers",
            "base data of customers; what names a person stays in the registry",
        ),
        Kind::Stores => (
            "Stores",
            "shops and the online shop, with place, size and catchment",
        ),
        Kind::Inventory => ("Stock", "units on hand and on order per shop and product"),
        Kind::Prices => (
            "Prices",
            "own and competitors' prices with the time they held",
        ),
        Kind::Promotions => (
            "Promotions",
            "which product was promoted where, when and how",
        ),
        Kind::Events => ("Events", "web, app, e-mail and service events"),
        Kind::Surveys => ("Surveys", "answers to survey questions"),
        Kind::Ads => ("Ads", "ad impressions, clicks and costs"),
        Kind::Reviews => ("Reviews", "reviews and posts about products"),
    }
}

/// The kind of a service line named by a word.
pub(crate) fn service_kind(word: &str) -> Option<&'static str> {
    crate::parse::words::choice(word, orders::SERVICE_KINDS)
}

/// The fields that a row of a kind is known by, where it has them.
pub fn identity_fields(kind: Kind) -> Vec<&'static str> {
    let rule = identity_of(kind);
    let mut fields = rule.about.to_vec();
    fields.extend(rule.own.iter().filter(|own| !rule.about.contains(own)));
    fields
}

pub(crate) fn identity_of(kind: Kind) -> IdentityRule {
    let rule = |about, own, may_repeat| IdentityRule {
        about,
        own,
        state: &[],
        may_repeat,
    };
    match kind {
        Kind::Orders => IdentityRule {
            state: &["cancelled"],
            ..rule(&["receipt_id"], &["line_no"], true)
        },
        Kind::Products => rule(&["product_id"], &[], false),
        Kind::Stores => rule(&["store_id"], &[], false),
        Kind::Customers => rule(&["customer_id", "id_kind"], &[], false),
        Kind::Inventory => rule(&["store_id", "product_id"], &[], false),
        Kind::Prices => rule(
            &["product_id", "store_id", "zone", "kind", "competitor"],
            &[],
            false,
        ),
        Kind::Promotions => rule(&["promotion_id"], &[], false),
        Kind::Events => rule(&["message_id"], &["message_id"], true),
        Kind::Surveys => rule(&["response_id"], &["question_id"], true),
        Kind::Ads => rule(&["ad_id"], &["ad_id"], true),
        Kind::Reviews => rule(&["review_id"], &["review_id"], true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use retail::Table;

    #[test]
    fn every_field_lands_in_a_column_or_stays_out_on_purpose() {
        for kind in Kind::ALL {
            let table = Table::of_feed(kind);
            for field in fields_of(kind) {
                let stays_out = field.names_a_person() || field.kind == FieldType::IdKind;
                assert_eq!(
                    table.column(field.column).is_none(),
                    stays_out,
                    "{kind}.{}",
                    field.name
                );
                if field.names_a_person() {
                    assert!(
                        retail::person::names_a_person(field.name),
                        "{kind}.{}",
                        field.name
                    );
                }
            }
        }
    }

    #[test]
    fn identities_name_fields() {
        for kind in Kind::ALL {
            let rule = identity_of(kind);
            for name in rule.about.iter().chain(rule.own).chain(rule.state) {
                assert!(field(kind, name).is_some(), "{kind}.{name}");
            }
        }
    }

    #[test]
    fn names_and_aliases_are_plain_and_unique() {
        for kind in Kind::ALL {
            let mut seen = Vec::new();
            for field in fields_of(kind) {
                for alias in field.aliases {
                    assert!(
                        alias
                            .bytes()
                            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
                        "{alias}"
                    );
                    assert!(!seen.contains(alias), "{kind}: {alias} twice");
                    seen.push(alias);
                }
            }
        }
    }
}
