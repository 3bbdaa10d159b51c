//! The kinds of feed a retailer can hand in. It must not hold how a kind is read; `collect` does.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of feed: what `tessera import --as KIND` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Receipt and invoice lines.
    Orders,
    /// The catalogue.
    Products,
    /// Base customer data.
    Customers,
    /// Shops, and the online shop.
    Stores,
    /// Stock on hand and on order.
    Inventory,
    /// Own and competitors' prices.
    Prices,
    /// Promotions.
    Promotions,
    /// Web, app, e-mail and service events.
    Events,
    /// Survey answers.
    Surveys,
    /// Ad impressions, clicks and costs.
    Ads,
    /// Reviews and posts.
    Reviews,
}

impl Kind {
    /// Every kind, in the order in which they are best loaded.
    pub const ALL: [Kind; 11] = [
        Self::Stores,
        Self::Products,
        Self::Customers,
        Self::Orders,
        Self::Inventory,
        Self::Prices,
        Self::Promotions,
        Self::Events,
        Self::Surveys,
        Self::Ads,
        Self::Reviews,
    ];

    /// The word used on the command line and in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Products => "products",
            Self::Customers => "customers",
            Self::Stores => "stores",
            Self::Inventory => "inventory",
            Self::Prices => "prices",
            Self::Promotions => "promotions",
            Self::Events => "events",
            Self::Surveys => "surveys",
            Self::Ads => "ads",
            Self::Reviews => "reviews",
        }
    }

    /// The kind named by a word; `None` for a word that is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(Kind::from_word("robots"), None);
    }
}
