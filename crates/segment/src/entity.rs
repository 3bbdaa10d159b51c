//! What can be clustered: customers, stores, products, with the words that people use for them.

use serde::{Deserialize, Serialize};

/// What a scheme clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    /// Customers, known by a meaningless integer.
    Customers,
    /// Shops, the online shop among them.
    Stores,
    /// Products of the catalogue.
    Products,
}

impl Entity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Customers, Self::Stores, Self::Products];

    /// The word in recipes, addresses and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Stores => "stores",
            Self::Products => "products",
        }
    }

    /// The entity of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.word() == word)
    }

    /// The word after a number.
    pub fn counted(self, number: usize) -> &'static str {
        match (self, number) {
            (Self::Customers, 1) => "customer",
            (Self::Stores, 1) => "store",
            (Self::Products, 1) => "product",
            _ => self.word(),
        }
    }

    /// What its clusters are called.
    pub fn clusters(self) -> &'static str {
        match self {
            Self::Customers => "segments",
            Self::Stores | Self::Products => "clusters",
        }
    }

    /// Fewest members that can be clustered.
    pub fn members_min(self) -> usize {
        match self {
            Self::Customers => 50,
            Self::Stores => 6,
            Self::Products => 12,
        }
    }
}
