//! What comes in: records with identifiers and personal fields, pairs of identifiers seen together, and what people
//! decided. Plain values; no rule of who is whom.

use retail::{CustomerKey, IdKind};
use serde::{Deserialize, Serialize};

/// What sort of identifier a value is, from the most trusted to the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// A number of the retailer's own books.
    Loyalty,
    /// A login of the web shop or the app.
    Login,
    /// An e-mail address.
    Email,
    /// SHA-256 of an e-mail address (trimmed, lower case), 64 hexadecimal digits.
    EmailHash,
    /// A payment-card token.
    Card,
    /// A telephone number.
    Phone,
    /// A device's advertising or push id.
    Device,
    /// A browser's anonymous id.
    Cookie,
}

impl IdentifierKind {
    /// Every kind, most trusted first.
    pub const ALL: [Self; 8] = [
        Self::Loyalty,
        Self::Login,
        Self::Email,
        Self::EmailHash,
        Self::Card,
        Self::Phone,
        Self::Device,
        Self::Cookie,
    ];

    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loyalty => "loyalty",
            Self::Login => "login",
            Self::Email => "email",
            Self::EmailHash => "email_hash",
            Self::Card => "card",
            Self::Phone => "phone",
            Self::Device => "device",
            Self::Cookie => "cookie",
        }
    }

    /// The kind named by a word of a file; `None` for a word that is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The higher, the more a shared value says: 8 to 1.
    pub(crate) fn trust(self) -> i64 {
        8 - self as i64
    }
}

impl From<IdKind> for IdentifierKind {
    fn from(kind: IdKind) -> Self {
        match kind {
            IdKind::Loyalty => Self::Loyalty,
            IdKind::Email => Self::Email,
            IdKind::Card => Self::Card,
            IdKind::Phone => Self::Phone,
            IdKind::Login => Self::Login,
            IdKind::Device => Self::Device,
        }
    }
}

/// A typed value that stands for a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// What sort.
    pub kind: IdentifierKind,
    /// The value as a feed gave it.
    pub value: String,
}

impl Identifier {
    /// An identifier of a kind.
    pub fn new(kind: IdentifierKind, value: impl Into<String>) -> Self {
        Self {
            kind,
            value: value.into(),
        }
    }
}

/// What a record says of the person; empty texts are as good as none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Given names.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// Family name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// E-mail address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Telephone number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Street and house number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// Region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Year of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<u16>,
    /// Gender as the record says it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub gender: String,
}

/// One record of one system: what one key stands for before anything is merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The key that facts of this record carry, for good.
    pub key: CustomerKey,
    /// The identifier that the key was minted for; no two records share one.
    pub id: Identifier,
    /// Further identifiers that the record holds. The e-mail address of `person` need not be among them.
    #[serde(default)]
    pub others: Vec<Identifier>,
    /// What the record says of the person.
    #[serde(default)]
    pub person: Person,
    /// The system it came from.
    #[serde(default)]
    pub source: String,
    /// Whether the person said it of themselves (a form, a survey) and nobody else wrote it down.
    #[serde(default)]
    pub declared: bool,
    /// When it was true last: any count that grows with time, the same for all records.
    #[serde(default)]
    pub at: i64,
}

/// Two identifiers that one event or receipt carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// One of them.
    pub a: Identifier,
    /// The other.
    pub b: Identifier,
    /// How often the two were seen together.
    pub times: u32,
    /// How often the less trusted of the two was seen at all, alone or with whomever; 0 where nobody counted.
    #[serde(default)]
    pub of: u32,
}

/// What a person said of two records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Decision {
    /// Key of one record.
    pub a: CustomerKey,
    /// Key of the other.
    pub b: CustomerKey,
    /// Whether the two are one customer.
    pub same: bool,
    /// The higher, the later it was said; of two that cannot both be obeyed the later counts.
    pub turn: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_words_and_an_order_of_trust() {
        for kind in IdentifierKind::ALL {
            assert_eq!(IdentifierKind::from_word(kind.word()), Some(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.word().into()));
        }
        let trust: Vec<_> = IdentifierKind::ALL.map(IdentifierKind::trust).to_vec();
        assert_eq!(trust, [8, 7, 6, 5, 4, 3, 2, 1]);
        for kind in IdKind::ALL {
            assert_eq!(IdentifierKind::from(kind).word(), kind.word());
        }
    }
}
