//! The spec of genomes as people write it: what acts weigh, how long they count, when a value is a gene, what is
//! never inferred. It reads and checks text; the arithmetic is elsewhere.

use crate::{ActKind, GenomeError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The spec that holds where none is given.
pub const DEFAULT: &str = include_str!("spec/default.toml");

/// A spec. Its text is TOML; [`DEFAULT`] explains each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The version of the form: 1.
    pub version: u32,
    /// The spec's name for people.
    pub title: String,
    /// What acts weigh.
    pub weights: Weights,
    /// How long evidence counts.
    pub half_life_days: HalfLives,
    /// When a value is a gene.
    pub genes: Genes,
    /// When a gene is a passion.
    pub passion: Passion,
    /// How habits are measured.
    pub habits: Habits,
    /// What changes are told.
    pub drift: Drift,
    /// What is never inferred without consent.
    #[serde(default)]
    pub sensitive: Vec<Sensitive>,
    /// What speaks for which motivation.
    #[serde(default)]
    pub motivations: Vec<Motivation>,
}

/// What one act says, in purchases; negative speaks against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Weights {
    pub view: f64,
    pub search: f64,
    pub ad_click: f64,
    pub favourite: f64,
    pub cart: f64,
    pub buy: f64,
    #[serde(rename = "return")]
    pub give_back: f64,
    pub complaint: f64,
    #[serde(rename = "try")]
    pub try_out: f64,
    pub keep: f64,
    pub discard: f64,
    pub answer: f64,
    pub answer_against: f64,
    /// By stars, one to five.
    pub review: [f64; 5],
}

/// Days after which evidence counts half.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HalfLives {
    /// Of attributes without their own.
    pub usual: f64,
    /// By attribute.
    #[serde(default)]
    pub attributes: BTreeMap<String, f64>,
}

/// When a value is a gene, and which word is used for how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Genes {
    pub least_evidence: f64,
    pub least_acts: u32,
    pub notable_share: f64,
    pub notable_part: f64,
    pub present_from: f64,
    pub level: f64,
    pub prior_weight: f64,
    pub likely_from: f64,
    pub sure_from: f64,
    pub very_sure_from: f64,
}

/// When a liked value is a passion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Passion {
    pub months: u32,
    pub months_bought: u32,
    pub purchases: u32,
    pub promotion_share_max: f64,
    pub price_place_min: f64,
    pub sure_from: f64,
    #[serde(default)]
    pub not_of: Vec<String>,
}

/// How habits are measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Habits {
    pub months: u32,
    pub category: String,
    pub brand: String,
    pub price_tiers: [f64; 2],
}

/// What changes are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Drift {
    pub told: f64,
    pub alert: f64,
    pub habit_told: f64,
    pub habit_alert: f64,
}

/// Values that are not looked at without consent to their topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensitive {
    /// The topic of the consent.
    pub topic: String,
    /// The attribute; its levels (category_1, category_2, …) are meant, too.
    pub attribute: String,
    /// Its values, letters' case aside; all of them where none is given.
    #[serde(default)]
    pub values: Vec<String>,
}

/// Values and circumstances that speak for a motivation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Motivation {
    /// Its name.
    pub name: String,
    /// The attribute; its levels are meant, too.
    pub attribute: String,
    /// Its values, letters' case aside.
    pub values: Vec<String>,
    /// The part of an act's weight that speaks for the motivation.
    #[serde(default = "whole")]
    pub part: f64,
}

fn whole() -> f64 {
    1.0
}

/// Whether a list names a value, letters' case aside.
fn names(values: &[String], value: &str) -> bool {
    values.iter().any(|one| one.eq_ignore_ascii_case(value))
}

/// Whether an attribute is the one named, or a level of it, as category_2 is of category.
pub(crate) fn is_level(attribute: &str, of: &str) -> bool {
    let rest = attribute.strip_prefix(of);
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('_').is_some_and(is_number))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Millionths of a number that was checked to be small.
pub(crate) fn millionths(number: f64) -> i64 {
    (number * 1e6).round() as i64
}

impl Spec {
    /// Reads and checks a spec's text.
    ///
    /// # Errors
    /// [`GenomeError::Text`] with the line, [`GenomeError::Spec`] with the field and what to write instead.
    pub fn parse(text: &str) -> Result<Self, GenomeError> {
        let spec: Self =
            toml::from_str(text).map_err(|cause| GenomeError::Text(cause.to_string()))?;
        check::check(&spec)?;
        Ok(spec)
    }

    /// The spec as text, in one way for each spec.
    ///
    /// # Errors
    /// [`GenomeError::Text`] where a field has no form in TOML.
    pub fn text(&self) -> Result<String, GenomeError> {
        toml::to_string(self).map_err(|cause| GenomeError::Text(cause.to_string()))
    }

    /// What an act of the kind weighs, in millionths of a purchase.
    pub fn weight(&self, kind: ActKind) -> i64 {
        let weights = &self.weights;
        millionths(match kind {
            ActKind::View => weights.view,
            ActKind::Search => weights.search,
            ActKind::AdClick => weights.ad_click,
            ActKind::Favourite => weights.favourite,
            ActKind::Cart => weights.cart,
            ActKind::Buy => weights.buy,
            ActKind::Return => weights.give_back,
            ActKind::Complaint => weights.complaint,
            ActKind::Review(stars) => weights.review[usize::from(stars.clamp(1, 5)) - 1],
            ActKind::Try => weights.try_out,
            ActKind::Keep => weights.keep,
            ActKind::Discard => weights.discard,
            ActKind::Answer => weights.answer,
            ActKind::AnswerAgainst => weights.answer_against,
        })
    }

    /// Seconds after which evidence for the attribute counts half.
    pub fn half_life(&self, attribute: &str) -> i64 {
        let lives = &self.half_life_days;
        let days = lives.attributes.get(attribute).unwrap_or(&lives.usual);
        (days * crate::calendar::DAY as f64).round() as i64
    }

    /// The same with what another never infers without consent: nothing of that is left open because this one is silent.
    pub fn guarding(mut self, least: &Self) -> Self {
        let missing = least
            .sensitive
            .iter()
            .filter(|one| !self.sensitive.contains(one));
        let missing: Vec<Sensitive> = missing.cloned().collect();
        self.sensitive.extend(missing);
        self
    }

    /// The topics that need consent, each once, in order.
    pub fn topics(&self) -> Vec<String> {
        let mut topics: Vec<String> = self.sensitive.iter().map(|one| one.topic.clone()).collect();
        topics.sort();
        topics.dedup();
        topics
    }

    /// The topic that a value belongs to, if it is sensitive.
    pub fn topic(&self, attribute: &str, value: &str) -> Option<&str> {
        let holds = |one: &&Sensitive| {
            is_level(attribute, &one.attribute)
                && (one.values.is_empty() || names(&one.values, value))
        };
        self.sensitive
            .iter()
            .find(holds)
            .map(|one| one.topic.as_str())
    }

    /// The motivations that a value speaks for, each with its part in millionths; the largest where several say so.
    pub(crate) fn motivations(&self, attribute: &str, value: &str) -> BTreeMap<&str, i64> {
        let mut found = BTreeMap::new();
        for one in &self.motivations {
            if is_level(attribute, &one.attribute) && names(&one.values, value) {
                let part = found.entry(one.name.as_str()).or_insert(0);
                *part = millionths(one.part).max(*part);
            }
        }
        found
    }
}

mod check;
#[cfg(test)]
mod tests;
