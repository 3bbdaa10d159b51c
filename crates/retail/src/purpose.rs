//! Why somebody looks at a person: the argument of every read of personal data.
//! It must not decide whether the purpose is allowed; `govern` does.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The purpose of reading one person's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Understanding groups of customers.
    Analytics,
    /// Choosing what one customer is shown.
    Personalisation,
    /// Choosing what one customer is sent.
    MarketingMessages,
    /// Helping a customer who asks.
    Service,
    /// Answering a request under privacy law.
    PrivacyRequest,
    /// Checking that the data is right.
    Quality,
}

impl Purpose {
    /// Every purpose, in a fixed order.
    pub const ALL: [Purpose; 6] = [
        Self::Analytics,
        Self::Personalisation,
        Self::MarketingMessages,
        Self::Service,
        Self::PrivacyRequest,
        Self::Quality,
    ];

    /// The word used in requests and in the audit.
    pub fn word(self) -> &'static str {
        match self {
            Self::Analytics => "analytics",
            Self::Personalisation => "personalisation",
            Self::MarketingMessages => "marketing_messages",
            Self::Service => "service",
            Self::PrivacyRequest => "privacy_request",
            Self::Quality => "quality",
        }
    }

    /// The purpose in words for a screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Analytics => "Understand groups",
            Self::Personalisation => "Choose what is shown",
            Self::MarketingMessages => "Choose what is sent",
            Self::Service => "Help a customer",
            Self::PrivacyRequest => "Answer a privacy request",
            Self::Quality => "Check the data",
        }
    }

    /// The purpose named by a word; `None` for a word that is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_word(purpose.word()), Some(purpose));
        }
    }
}
