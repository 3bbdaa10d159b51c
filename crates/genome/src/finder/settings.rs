//! The finder's settings as people write them: what may be asked, when to stop, and the words in each language. It
//! reads and checks text; the arithmetic is elsewhere.

use super::FinderError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings that hold where none are given.
pub const DEFAULT: &str = include_str!("default.toml");

/// Settings. Their text is TOML; [`DEFAULT`] explains each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The version of the form: 1.
    pub version: u32,
    /// What may be asked, and when to stop.
    pub asking: Asking,
    /// The words, by language.
    pub languages: BTreeMap<String, Texts>,
}

/// What may be asked, and when to stop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// Attributes that may be asked; all where none is given.
    #[serde(default)]
    pub may_ask: Option<Vec<String>>,
    /// Values that a question offers at most.
    pub offers_max: u32,
    /// The finder stops at as many products, counted by 2 to the entropy of their chances.
    pub few: u32,
    /// Bits that a question must be expected to bring.
    pub least_gain: f64,
    /// Questions at most.
    pub questions_max: u32,
    /// Share of answers that are random.
    pub wrong_answers: f64,
    /// Part of the prior that is kept; the rest is shared out alike.
    pub prior_part: f64,
}

/// The words of a language. `{attribute}`, `{now}`, … stand for what is filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// A question without its own words: `{attribute}`.
    pub ask: String,
    /// The offer of all other values.
    pub something_else: String,
    /// The offer that it does not matter.
    pub dont_mind: String,
    /// Why this question: `{now}` and `{after}` products.
    pub why: String,
    /// Why, where two products or more fit no longer.
    pub why_unsure: String,
    /// What an answer brought: `{left_out}`, `{remain}`, `{entered}` of the first `{top}`.
    pub benefit: String,
    /// Names of attributes.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Whole questions, by attribute.
    #[serde(default)]
    pub questions: BTreeMap<String, String>,
    /// Names of values, by attribute.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

impl Asking {
    /// Whether the attribute may be asked.
    pub fn may_ask(&self, attribute: &str) -> bool {
        let listed = |list: &Vec<String>| list.iter().any(|one| one == attribute);
        self.may_ask.as_ref().is_none_or(listed)
    }
}

impl Settings {
    /// Reads and checks settings.
    ///
    /// # Errors
    /// [`FinderError::Text`] with the line, [`FinderError::Settings`] with the field and what to write instead.
    pub fn parse(text: &str) -> Result<Self, FinderError> {
        let settings: Self =
            toml::from_str(text).map_err(|cause| FinderError::Text(cause.to_string()))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), FinderError> {
        require(self.version == 1, "version", self.version, "1")?;
        let asking = &self.asking;
        let offers = (1..=50).contains(&asking.offers_max);
        require(offers, "asking.offers_max", asking.offers_max, "1 to 50")?;
        require(asking.few >= 1, "asking.few", asking.few, "1 or more")?;
        let gain = (0.0..=10.0).contains(&asking.least_gain);
        let mend = "bits from 0 to 10";
        require(gain, "asking.least_gain", asking.least_gain, mend)?;
        let wrong = (0.001..=0.5).contains(&asking.wrong_answers);
        let mend = "a share from 0.001 to 0.5: no answer is certain";
        require(wrong, "asking.wrong_answers", asking.wrong_answers, mend)?;
        let part = (0.0..=0.999).contains(&asking.prior_part);
        let mend = "a part from 0 to 0.999: nothing is ruled out beforehand";
        require(part, "asking.prior_part", asking.prior_part, mend)?;
        let some = !self.languages.is_empty();
        require(
            some,
            "languages",
            "empty",
            "the words of one language at least",
        )?;
        for (language, texts) in &self.languages {
            let field = |name: &str| format!("languages.{language}.{name}");
            holds(
                &field("ask"),
                &texts.ask,
                &["{attribute}"],
                "{attribute} in it",
            )?;
            let mend = "{now} and {after} in it";
            holds(&field("why"), &texts.why, &["{now}", "{after}"], mend)?;
            let parts = ["{left_out}", "{remain}", "{entered}", "{top}"];
            let mend = "{left_out}, {remain}, {entered} and {top} in it";
            holds(&field("benefit"), &texts.benefit, &parts, mend)?;
            for (name, text) in [
                ("something_else", &texts.something_else),
                ("dont_mind", &texts.dont_mind),
                ("why_unsure", &texts.why_unsure),
            ] {
                holds(&field(name), text, &[], "a few words")?;
            }
        }
        Ok(())
    }
}

/// Refuses an empty text, and one without what is to be filled in.
fn holds(field: &str, text: &str, parts: &[&str], mend: &'static str) -> Result<(), FinderError> {
    let whole = !text.trim().is_empty() && parts.iter().all(|part| text.contains(part));
    require(whole, field, format!("'{text}'"), mend)
}

fn require(
    holds: bool,
    field: &str,
    value: impl ToString,
    mend: &'static str,
) -> Result<(), FinderError> {
    if holds {
        return Ok(());
    }
    Err(FinderError::Settings {
        field: field.into(),
        value: value.to_string(),
        mend,
    })
}
