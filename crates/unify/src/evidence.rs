//! Why records are linked, or wait, or were refused. Plain values for storing and showing; they name fields, levels and
//! keys, and hold no personal value but for refused identifiers, which somebody must be able to look at.

use crate::fields::Field;
use crate::record::{Decision, Identifier, IdentifierKind};
use retail::CustomerKey;
use serde::{Deserialize, Serialize};

/// What two records are, if they are not one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rival {
    /// Two people of one household.
    Household,
    /// Two people who have nothing to do with each other.
    Stranger,
}

/// What one field adds to a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// The field.
    pub field: Field,
    /// Its level of agreement: a place in [`Field::levels`].
    pub level: u8,
    /// Thousandths of a bit: 1000 doubles the odds that the two are one.
    pub thousandths: i64,
}

/// Why two records are one customer, or might be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Evidence {
    /// A person said so.
    Person {
        /// When among the decisions.
        turn: i64,
    },
    /// They share an identifier.
    Identifier {
        /// Its kind.
        kind: IdentifierKind,
        /// How often the two were seen with it; 0 where both records hold it.
        seen: u32,
        /// Of how many times that it was seen at all; 0 where nobody counted.
        #[serde(default)]
        of: u32,
    },
    /// They are alike. `prior` and the contributions sum to `score` exactly.
    Likeness {
        /// Against whom: the closer of the two rivals.
        rival: Rival,
        /// What is known before anything is compared, thousandths of a bit.
        prior: i64,
        /// Field by field.
        contributions: Vec<Contribution>,
        /// The sum.
        score: i64,
        /// The score from which records are linked.
        threshold: i64,
    },
}

/// Two records of one customer, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Key of one record.
    pub a: CustomerKey,
    /// Key of the other.
    pub b: CustomerKey,
    /// Why.
    pub evidence: Evidence,
    /// Whether it joined what was apart before; others confirm.
    pub joined: bool,
}

/// Why a person has to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The score lies between the two thresholds.
    Between,
    /// Fields of these two records, which would be one customer, too, speak against each other.
    Opposed {
        /// Key of one.
        a: CustomerKey,
        /// Key of the other.
        b: CustomerKey,
    },
    /// One of the records fits this other about as well, and the two cannot both be right.
    Undecided {
        /// Key of the other.
        rival: CustomerKey,
    },
    /// The customer would have this many records.
    Large {
        /// How many.
        records: usize,
    },
}

/// Two records that may be one customer, for a person to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Key of one record.
    pub a: CustomerKey,
    /// Key of the other.
    pub b: CustomerKey,
    /// What speaks for it.
    pub evidence: Evidence,
    /// What keeps them apart.
    #[serde(flatten)]
    pub why: Why,
}

/// An identifier that links nobody. Its value is personal or secret: store it as such.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The identifier, normalised.
    pub identifier: Identifier,
    /// Records that have it.
    pub records: usize,
    /// Whether it stands on the list of blocked values; else too many share it, or those who do are not alike: propose
    /// it for that list.
    pub blocked: bool,
}

/// A decision that a later one forbids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The decision that is not obeyed.
    pub decision: Decision,
    /// Whether it names a record that is not there; else later decisions say the opposite.
    pub unknown: bool,
}

/// Records that were not all compared with each other, as too many agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedBlock {
    /// What they agree in.
    pub pass: String,
    /// Key of one of them.
    pub example: CustomerKey,
    /// How many they are.
    pub records: usize,
}

/// What was learned of a field, as probabilities among pairs in which it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldTold {
    /// The field.
    pub field: Field,
    /// Its levels, from the best to the worst.
    pub levels: Vec<LevelTold>,
}

/// Probabilities of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelTold {
    /// Its word.
    pub level: String,
    /// Among records of one person.
    pub same: f64,
    /// Among records of two people of a household.
    pub household: f64,
    /// Among records of strangers.
    pub stranger: f64,
}
