//! The roles people have and the scopes API keys have. Which role may do what is `govern`'s to say.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in a fixed order.
            pub const ALL: &'static [$type] = &[$(Self::$variant),+];

            /// The word used in requests and tables.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value named by a word; `None` for a word that is none.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

/// What a person does at the retailer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Category managers and store planners.
    Planner,
    /// CRM marketers.
    Marketer,
    /// Data scientists and analysts.
    Analyst,
    /// Web and app developers.
    Developer,
    /// Shop assistants and service agents.
    Staff,
    /// The privacy officer.
    Privacy,
    /// Who runs the installation.
    Admin,
    /// Who approves what planners put up: heads of category, of stores, of marketing.
    Approver,
}

words!(Role {
    Planner => "planner", Marketer => "marketer", Analyst => "analyst", Developer => "developer",
    Staff => "staff", Privacy => "privacy", Admin => "admin", Approver => "approver",
});

/// What an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read results.
    Read,
    /// Change plans and start runs.
    Write,
    /// Hand in files and events.
    Ingest,
    /// Manage people and keys.
    Admin,
}

words!(Scope { Read => "read", Write => "write", Ingest => "ingest", Admin => "admin" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(*role));
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.word()), Some(*scope));
        }
        assert_eq!(Role::from_word("king"), None);
    }
}
