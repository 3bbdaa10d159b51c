//! What a shopper answered, as plain values, and how an answer is looked up in an index. It weighs nothing.

use super::index::Attribute;
use super::{Finder, FinderError};
use serde::{Deserialize, Serialize};

/// What a shopper said about an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "choice", content = "values", rename_all = "snake_case")]
pub enum Choice {
    /// One of these values.
    AnyOf(Vec<String>),
    /// Not these values.
    NoneOf(Vec<String>),
    /// Something else than these values that were offered: a product that has one of them and another fits.
    OtherThan(Vec<String>),
    /// The attribute does not matter.
    DontMind,
    /// Not answered.
    Skipped,
}

/// An answer. Its attribute is not asked again, whatever the choice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// The attribute that was asked.
    pub attribute: String,
    /// What was said.
    #[serde(flatten)]
    pub choice: Choice,
}

impl Choice {
    /// The values that it names.
    pub fn values(&self) -> &[String] {
        match self {
            Self::AnyOf(values) | Self::NoneOf(values) | Self::OtherThan(values) => values,
            Self::DontMind | Self::Skipped => &[],
        }
    }
}

/// Which values of an attribute an answer wants, by number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wish {
    kind: Kind,
    /// Sorted, each once.
    values: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Any,
    None,
    Other,
}

/// An answer that says something, looked up.
#[derive(Debug, Clone)]
pub(super) struct Heard<'a> {
    pub answer: &'a Answer,
    /// Place of the attribute in the index, which is the order in which answers are worked in.
    pub attribute: usize,
    pub wish: Wish,
}

/// How a product stands to a wish, in thousandths: how surely it meets it, and how surely anything is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub meets: u16,
    pub known: u16,
}

impl Wish {
    /// How a product with these values, each with its certainty in thousandths, stands to the wish.
    pub fn reading(&self, values: impl Iterator<Item = (u32, u16)>) -> Reading {
        let (mut named, mut other) = (0, 0);
        for (value, sure) in values {
            let into = if self.values.binary_search(&value).is_ok() {
                &mut named
            } else {
                &mut other
            };
            *into = sure.max(*into);
        }
        let known = named.max(other);
        let meets = match self.kind {
            Kind::Any => named,
            Kind::None => known - named,
            Kind::Other => other,
        };
        Reading { meets, known }
    }
}

fn wish(choice: &Choice, attribute: &Attribute) -> Option<Wish> {
    let kind = match choice {
        Choice::AnyOf(_) => Kind::Any,
        Choice::NoneOf(_) => Kind::None,
        Choice::OtherThan(_) => Kind::Other,
        Choice::DontMind | Choice::Skipped => return None,
    };
    // A value that no product has any more is a wish that none meets.
    let mut values: Vec<u32> = choice
        .values()
        .iter()
        .filter_map(|value| attribute.find(value))
        .collect();
    values.sort_unstable();
    values.dedup();
    Some(Wish { kind, values })
}

impl Finder<'_> {
    /// Looks answers up: those that say something, in the one order in which they are worked in, each once.
    ///
    /// # Errors
    /// As [`Finder::find`].
    pub(super) fn hear<'a>(&self, answers: &'a [Answer]) -> Result<Vec<Heard<'a>>, FinderError> {
        let mut heard = Vec::with_capacity(answers.len());
        for answer in answers {
            let name = &answer.attribute;
            let place = self
                .index
                .place(name)
                .ok_or_else(|| FinderError::Attribute(name.clone()))?;
            let attribute = &self.index.attributes()[place];
            for value in answer.choice.values() {
                self.consented(name, value)?;
            }
            let Some(wish) = wish(&answer.choice, attribute) else {
                continue;
            };
            if answer.choice.values().is_empty() {
                return Err(FinderError::NoValue(name.clone()));
            }
            heard.push(Heard {
                answer,
                attribute: place,
                wish,
            });
        }
        // Two answers can be one wish, as two values that no product has: which of them is shown must not depend on
        // their order.
        let key = |one: &Heard<'a>| (one.attribute, one.wish.clone(), one.answer);
        heard.sort_by_key(key);
        heard.dedup_by(|a, b| a.attribute == b.attribute && a.wish == b.wish);
        Ok(heard)
    }

    /// Refuses a value of a topic without consent.
    pub(super) fn consented(&self, attribute: &str, value: &str) -> Result<(), FinderError> {
        match self.index.withheld(attribute, value, self.consents) {
            None => Ok(()),
            Some(topic) => Err(FinderError::Withheld {
                attribute: attribute.into(),
                value: value.into(),
                topic: topic.into(),
            }),
        }
    }
}
