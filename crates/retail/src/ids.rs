//! Identifiers: the meaningless integer key of a customer, and the outside identifiers it stands for.
//! It must not mint keys (only `unify` does) nor store identifiers (only `registry` does).

use serde::{Deserialize, Serialize};
use std::fmt;

/// The meaningless integer that stands for a customer in the lake. It says nothing about the person; the
/// map from real identifiers to it lives in the registry alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerKey(pub i64);

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What sort of identifier a feed gave for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    /// A number of the retailer's own books (customer number, loyalty number).
    Loyalty,
    /// An e-mail address.
    Email,
    /// A payment-card token.
    Card,
    /// A telephone number.
    Phone,
    /// A login of the web shop or the app.
    Login,
    /// A browser's or a device's anonymous id.
    Device,
}

impl IdKind {
    /// Every kind, in a fixed order.
    pub const ALL: [IdKind; 6] = [
        Self::Loyalty,
        Self::Email,
        Self::Card,
        Self::Phone,
        Self::Login,
        Self::Device,
    ];

    /// The word used in files and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loyalty => "loyalty",
            Self::Email => "email",
            Self::Card => "card",
            Self::Phone => "phone",
            Self::Login => "login",
            Self::Device => "device",
        }
    }

    /// The kind named by a word of a file; `None` for a word that is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// An identifier as a feed gave it: a person's name in some system. It never enters the lake.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId {
    /// What sort of identifier it is.
    pub kind: IdKind,
    /// Its value, normalised: trimmed, and lower-cased where case carries no meaning.
    pub value: String,
}

impl SourceId {
    /// A normalised identifier; `None` where the value is blank (an anonymous basket).
    pub fn new(kind: IdKind, value: &str) -> Option<Self> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let value = match kind {
            IdKind::Email => value.to_lowercase(),
            _ => value.to_string(),
        };
        Some(Self { kind, value })
    }
}

// The value names a person, so it must not reach a log by accident.
impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceId({}, …)", self.kind.word())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_anonymous_and_email_ignores_case() {
        assert_eq!(SourceId::new(IdKind::Loyalty, "  "), None);
        let id = SourceId::new(IdKind::Email, " Ann@Example.org ").unwrap();
        assert_eq!(id.value, "ann@example.org");
    }

    #[test]
    fn debug_output_never_shows_the_value() {
        let id = SourceId::new(IdKind::Email, "ann@example.org").unwrap();
        assert!(!format!("{id:?}").contains("ann"));
    }

    #[test]
    fn words_round_trip() {
        for kind in IdKind::ALL {
            assert_eq!(IdKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(IdKind::from_word("passport"), None);
    }
}
