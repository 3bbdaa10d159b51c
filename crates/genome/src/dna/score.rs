//! Extracted values held against labels: precision, recall and F1, per attribute and over all. It must not read labels.

use super::{Attribute, Found};
use std::collections::BTreeMap;

/// A product's labels: every attribute that was labelled, with its values.
pub type Labelled = BTreeMap<Attribute, Vec<String>>;

/// Counts of one attribute, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Values extracted that are labelled.
    pub right: usize,
    /// Values extracted that are not.
    pub wrong: usize,
    /// Labels that were not extracted.
    pub missed: usize,
}

impl Score {
    /// Labels in all.
    #[must_use]
    pub const fn labels(self) -> usize {
        self.right + self.missed
    }

    /// Share of what was extracted that is right; none where nothing was.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        share(self.right, self.right + self.wrong)
    }

    /// Share of the labels that was extracted; none where there is none.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        share(self.right, self.labels())
    }

    /// Harmonic mean of both, 2 right / (2 right + wrong + missed).
    #[must_use]
    pub fn f1(self) -> Option<f64> {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Scores of all attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scores {
    /// Over all labels: each counts the same.
    pub micro: Score,
    /// By attribute, those with a label or an extracted value.
    pub attributes: BTreeMap<Attribute, Score>,
}

/// Holds what was extracted, from a strength of `least` on, against labels of the same products in the same order.
///
/// A price tier is never told by a text and not counted.
#[must_use]
pub fn score(found: &[Vec<Found>], labels: &[Labelled], least: u32) -> Scores {
    let mut scores = Scores::default();
    for (found, labels) in found.iter().zip(labels) {
        for attribute in Attribute::ALL {
            if attribute == Attribute::PriceTier {
                continue;
            }
            let told: Vec<&str> = found
                .iter()
                .filter(|one| one.attribute == attribute && one.strength >= least)
                .map(|one| one.value.as_str())
                .collect();
            let labelled = labels.get(&attribute).map_or(&[][..], Vec::as_slice);
            let right = labelled
                .iter()
                .filter(|label| told.contains(&label.as_str()))
                .count();
            if told.is_empty() && labelled.is_empty() {
                continue;
            }
            let into = scores.attributes.entry(attribute).or_default();
            into.right += right;
            into.wrong += told.len() - right;
            into.missed += labelled.len() - right;
        }
    }
    for score in scores.attributes.values() {
        scores.micro.right += score.right;
        scores.micro.wrong += score.wrong;
        scores.micro.missed += score.missed;
    }
    scores
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::dna::Source;

    #[test]
    fn counts_are_those_by_hand() {
        let one = |attribute, value: &str, strength| Found {
            attribute,
            value: value.into(),
            strength,
            source: Source::Text,
            evidence: Vec::new(),
        };
        let found = vec![vec![
            one(Attribute::Colour, "red", 9_000),
            one(Attribute::Colour, "blue", 9_000),
            one(Attribute::Kind, "mug", 9_000),
            one(Attribute::Style, "retro", 100),
        ]];
        let labels = vec![Labelled::from([
            (Attribute::Colour, vec!["red".into(), "green".into()]),
            (Attribute::Kind, vec!["mug".into()]),
        ])];
        let scores = score(&found, &labels, 5_000);
        let colour = scores.attributes[&Attribute::Colour];
        assert_eq!((colour.right, colour.wrong, colour.missed), (1, 1, 1));
        assert_eq!(
            (scores.micro.right, scores.micro.wrong, scores.micro.missed),
            (2, 1, 1)
        );
        assert_eq!(scores.micro.f1(), Some(2.0 / 3.0));
        assert_eq!(Score::default().f1(), None);
    }
}
