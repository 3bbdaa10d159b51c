//! The one spelling of the event names that the e-commerce specification (v2) and the consent tools have. Names that
//! are none of these stay as they were sent; what an event means is not decided here.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The names, as the specification writes them.
pub const KNOWN: &[&str] = &[
    "Products Searched",
    "Product List Viewed",
    "Product List Filtered",
    "Promotion Viewed",
    "Promotion Clicked",
    "Product Clicked",
    "Product Viewed",
    "Product Added",
    "Product Removed",
    "Cart Viewed",
    "Checkout Started",
    "Checkout Step Viewed",
    "Checkout Step Completed",
    "Payment Info Entered",
    "Order Completed",
    "Order Updated",
    "Order Cancelled",
    "Order Refunded",
    "Coupon Entered",
    "Coupon Applied",
    "Coupon Denied",
    "Coupon Removed",
    "Product Added to Wishlist",
    "Product Removed from Wishlist",
    "Wishlist Product Added to Cart",
    "Product Shared",
    "Cart Shared",
    "Product Reviewed",
    "Segment Consent Preference Updated",
    "Experiment Viewed",
];

static BY_LETTERS: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| KNOWN.iter().map(|name| (letters(name), *name)).collect());

/// A name without case, blanks, underscores, hyphens and points.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The specification's spelling of a name (`product_viewed`, `productViewed` and `PRODUCT VIEWED` are
/// `Product Viewed`), else the name as it is, trimmed.
pub fn canonical(name: &str) -> &str {
    BY_LETTERS
        .get(&letters(name))
        .copied()
        .unwrap_or(name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_become_one_and_others_stay() {
        for name in [
            "product_viewed",
            "productViewed",
            "Product Viewed",
            "PRODUCT-VIEWED",
            " product.viewed ",
        ] {
            assert_eq!(canonical(name), "Product Viewed");
        }
        assert_eq!(canonical("orderCompleted"), "Order Completed");
        for other in ["Historic", "product viewed twice", "Ünknown_event"] {
            assert_eq!(canonical(other), other);
        }
        assert!(KNOWN.iter().all(|name| canonical(name) == *name));
        assert_eq!(BY_LETTERS.len(), KNOWN.len());
    }
}
