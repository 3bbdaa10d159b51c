//! Corrections by people, applied over what was extracted. They are kept apart from it, so that they hold in every run.
//! It must not read a clock or a file: who, when and why are plain fields that come in.

use super::claim::Line;
use super::dictionary::Phrase;
use super::found::sort;
use super::words::tokens;
use super::{Attribute, CERTAIN, Evidence, Found, Language, Product, Rule, Source};
use serde::{Deserialize, Serialize};

/// Which products a correction is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The one with this code.
    Product(String),
    /// All of which a text holds these words, in any number, or that have a value, or both.
    Rule {
        /// Words that stand together in one of the texts.
        #[serde(default)]
        words: Option<String>,
        /// A value that was extracted.
        #[serde(default)]
        having: Option<(Attribute, String)>,
    },
}

/// What a correction does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The attribute has these values and no others.
    Set(Attribute, Vec<String>),
    /// The attribute has this value, too.
    Add(Attribute, String),
    /// The attribute has not this value, or none at all.
    Forbid(Attribute, Option<String>),
}

/// A correction, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its id, unique.
    pub id: String,
    /// Which products it is about.
    pub scope: Scope,
    /// What it does.
    pub act: Act,
    /// Who made it.
    pub by: String,
    /// Why.
    pub why: String,
    /// When, as the caller writes it.
    pub at: String,
}

/// Two corrections of one scope that cannot both hold for a product. The one that came later holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The product.
    pub product: String,
    /// The attribute.
    pub attribute: Attribute,
    /// The id of the correction that holds.
    pub holds: String,
    /// The id of the one that does not.
    pub yields: String,
}

/// What corrections did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Corrected {
    /// Corrections against each other, by product.
    pub conflicts: Vec<Conflict>,
    /// Ids of corrections that met no product.
    pub idle: Vec<String>,
    /// The corrections about each product, by their places, in the order in which they were applied: rules first.
    #[serde(skip)]
    pub met: Vec<Vec<usize>>,
}

impl Act {
    /// The attribute that it is about.
    #[must_use]
    pub const fn attribute(&self) -> Attribute {
        match self {
            Self::Set(attribute, _) | Self::Add(attribute, _) | Self::Forbid(attribute, _) => {
                *attribute
            }
        }
    }

    /// Whether a product cannot be as both say.
    fn is_against(&self, other: &Self) -> bool {
        if self.attribute() != other.attribute() {
            return false;
        }
        let is_single = !self.attribute().is_many();
        match (self, other) {
            (Self::Set(_, a), Self::Set(_, b)) => a != b,
            (Self::Set(_, values), Self::Add(_, one))
            | (Self::Add(_, one), Self::Set(_, values)) => !values.contains(one),
            (Self::Set(_, values), Self::Forbid(_, one))
            | (Self::Forbid(_, one), Self::Set(_, values)) => one
                .as_ref()
                .map_or(!values.is_empty(), |one| values.contains(one)),
            (Self::Add(_, added), Self::Forbid(_, one))
            | (Self::Forbid(_, one), Self::Add(_, added)) => {
                one.as_ref().is_none_or(|one| one == added)
            }
            (Self::Add(_, a), Self::Add(_, b)) => is_single && a != b,
            (Self::Forbid(..), Self::Forbid(..)) => false,
        }
    }
}

/// A correction with its words ready for matching.
struct Ready<'a> {
    correction: &'a Correction,
    words: Option<Phrase>,
}

impl Ready<'_> {
    fn is_about(&self, product: &Product, texts: &[Line], extracted: &[Found]) -> bool {
        match &self.correction.scope {
            Scope::Product(code) => *code == product.code,
            Scope::Rule { having, .. } => {
                let stands = self
                    .words
                    .as_ref()
                    .is_none_or(|words| texts.iter().any(|text| text.holds(words)));
                let has = having.as_ref().is_none_or(|(attribute, value)| {
                    extracted
                        .iter()
                        .any(|one| one.attribute == *attribute && one.value == *value)
                });
                // A rule without any condition is about nothing: it would be about all by oversight.
                (self.words.is_some() || having.is_some()) && stands && has
            }
        }
    }
}

/// Applies corrections, in the order in which they were made, over what was extracted of each product.
///
/// Rules come first and corrections of the product itself over them, whichever was made later. Of two of one scope that
/// cannot both hold, the later one holds and the pair is listed. What was extracted is what conditions see, so that the
/// result does not hang on the order of rules that do not touch each other. A correction by a person has full strength.
pub fn correct(
    products: &[Product],
    corrections: &[Correction],
    all: &mut [Vec<Found>],
) -> Corrected {
    let ready: Vec<Ready<'_>> = corrections
        .iter()
        .map(|correction| {
            let words = match &correction.scope {
                Scope::Rule {
                    words: Some(words), ..
                } if !tokens(words).is_empty() => Some(Phrase::new(words)),
                _ => None,
            };
            Ready { correction, words }
        })
        .collect();
    let needs_texts = ready.iter().any(|one| one.words.is_some());
    let (mut told, mut met) = (Corrected::default(), vec![false; ready.len()]);
    for (product, found) in products.iter().zip(all) {
        let texts: Vec<Line> = match needs_texts {
            true => lines(product),
            false => Vec::new(),
        };
        let about: Vec<usize> = (0..ready.len())
            .filter(|at| ready[*at].is_about(product, &texts, found))
            .collect();
        let is_own = |at: &&usize| matches!(corrections[**at].scope, Scope::Product(_));
        let (own, rules): (Vec<&usize>, Vec<&usize>) = about.iter().partition(is_own);
        let applied: Vec<usize> = rules.iter().chain(&own).map(|at| **at).collect();
        for group in [rules, own] {
            apply(product, corrections, &group, found, &mut told.conflicts);
        }
        for at in &about {
            met[*at] = true;
        }
        told.met.push(applied);
        sort(found);
    }
    let idle = corrections.iter().zip(met).filter(|(_, met)| !met);
    told.idle = idle.map(|(one, _)| one.id.clone()).collect();
    told
}

fn lines(product: &Product) -> Vec<Line> {
    let language = product.language.unwrap_or(Language::En);
    let texts = product.texts.iter();
    texts
        .map(|(_, text)| Line::new(tokens(text), language))
        .collect()
}

fn apply(
    product: &Product,
    corrections: &[Correction],
    group: &[&usize],
    found: &mut Vec<Found>,
    conflicts: &mut Vec<Conflict>,
) {
    for (place, at) in group.iter().enumerate() {
        let one = &corrections[**at];
        let later = group[place + 1..].iter().map(|at| &corrections[**at]);
        let mut against = later
            .filter(|other| other.act.is_against(&one.act))
            .peekable();
        if against.peek().is_none() {
            obey(one, found);
            continue;
        }
        conflicts.extend(against.map(|other| Conflict {
            product: product.code.clone(),
            attribute: one.act.attribute(),
            holds: other.id.clone(),
            yields: one.id.clone(),
        }));
    }
}

fn obey(correction: &Correction, found: &mut Vec<Found>) {
    match &correction.act {
        Act::Set(attribute, values) => {
            found.retain(|one| one.attribute != *attribute);
            found.extend(
                values
                    .iter()
                    .map(|value| said(correction, *attribute, value)),
            );
        }
        Act::Add(attribute, value) => {
            let same = |one: &Found| one.attribute == *attribute && one.value == *value;
            found.retain(|one| !same(one) && (attribute.is_many() || one.attribute != *attribute));
            found.push(said(correction, *attribute, value));
        }
        Act::Forbid(attribute, value) => found.retain(|one| {
            one.attribute != *attribute || value.as_ref().is_some_and(|value| one.value != *value)
        }),
    }
}

fn said(correction: &Correction, attribute: Attribute, value: &str) -> Found {
    Found {
        attribute,
        value: value.to_string(),
        strength: CERTAIN,
        source: Source::Person,
        evidence: vec![Evidence {
            field: "correction".into(),
            from: 0,
            to: correction.why.chars().count(),
            matched: correction.why.clone(),
            rule: Rule::Correction,
            entry: format!(
                "{} by {} at {}",
                correction.id, correction.by, correction.at
            ),
            read_as: None,
        }],
    }
}
