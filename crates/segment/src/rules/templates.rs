//! Segments that retailers know, as data: what each is in words, the scores that it stands on with their
//! SQL, and the functions that give its cells in the language of rules.
//!
//! It must not say that a template fits a retailer: thresholds are parameters, and cells are rules that
//! people change.

pub mod frequency;
pub mod rfm;
mod scores;
pub mod taste;

pub use scores::{Score, scores};
use serde::Serialize;

/// One template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Its key on the wire.
    pub key: &'static str,
    /// Its name on a screen.
    pub title: &'static str,
    /// Whom it shows.
    pub description: &'static str,
    /// How members come into its cells, in words that match the rules.
    pub how_computed: &'static str,
    /// The features and scores that its cells or their thresholds look at.
    pub names: &'static [&'static str],
}

/// Every template.
pub fn templates() -> &'static [Template] {
    &[
        rfm::TEMPLATE,
        frequency::TEMPLATE,
        taste::BUDGET_CONSCIOUS,
        taste::BARGAIN_HUNTERS,
        taste::TRENDSETTERS,
        taste::PREMIUM,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::{Entity, Vocabulary};
    use super::*;

    #[test]
    fn templates_are_told_apart_and_stand_on_known_names() {
        let vocabulary = Vocabulary::of(Entity::Customers);
        for (place, template) in templates().iter().enumerate() {
            let earlier = &templates()[..place];
            assert!(earlier.iter().all(|other| other.key != template.key));
            assert!(!template.names.is_empty());
            for name in template.names {
                assert!(vocabulary.kind(name).is_some(), "{name}");
            }
        }
    }
}
