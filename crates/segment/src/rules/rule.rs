//! The tree of a rule, as the language and a page's builder both make it, and what it looks at. Reading,
//! printing and evaluating have their own rooms.

use super::{Measure, RuleError, Vocabulary, parse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A rule about a member. Its JSON is the tree, with one key per knot: `{"all": [{"compare": {"left":
/// {"name": "spend"}, "is": ">=", "right": {"number": 100.0}}}, …]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// All of them hold (`and`); two at least.
    All(Vec<Rule>),
    /// One of them holds at least (`or`); two at least.
    Any(Vec<Rule>),
    /// It does not hold.
    Not(Box<Rule>),
    /// A value against another one.
    Compare {
        /// What is looked at.
        left: Subject,
        /// How it is compared.
        is: Comparison,
        /// What it is compared with.
        right: Operand,
    },
    /// A value from `low` to `high`, both included.
    Between {
        /// What is looked at.
        subject: Subject,
        /// The least value: a number.
        low: Constant,
        /// The greatest value: a number.
        high: Constant,
    },
    /// A value that is one of several.
    In {
        /// What is looked at.
        subject: Subject,
        /// The values, one at least.
        values: Vec<Constant>,
    },
    /// The value is known.
    Known(Subject),
    /// The value is not known.
    Unknown(Subject),
}

/// What a test looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A feature or a trait.
    Name(String),
    /// What is counted over lines or events.
    Measure(Measure),
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    /// A fixed value.
    Constant(Constant),
    /// Another feature, trait or measure of the same member.
    Subject(Subject),
}

/// A fixed value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Constant {
    /// A number with its unit.
    Number {
        /// The number as written, before the unit is applied.
        number: f64,
        /// Its unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Unit>,
    },
    /// A text.
    Text {
        /// The text.
        text: String,
    },
}

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days.
    Days,
    /// Seven days each.
    Weeks,
    /// 30 days each.
    Months,
    /// 365 days each.
    Years,
    /// Hundredths.
    Percent,
}

/// How two values are compared. Texts know only the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Equal.
    #[serde(rename = "=")]
    Equal,
    /// Not equal.
    #[serde(rename = "!=")]
    NotEqual,
    /// Less than.
    #[serde(rename = "<")]
    Less,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// Greater than.
    #[serde(rename = ">")]
    Greater,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Unit {
    /// The number in days, or as a share.
    pub(crate) fn apply(self, number: f64) -> f64 {
        match self {
            // Divided and not times 0.01, so that 7 % is the float nearest to 0.07.
            Self::Percent => number / 100.0,
            Self::Days => number,
            Self::Weeks => 7.0 * number,
            Self::Months => 30.0 * number,
            Self::Years => 365.0 * number,
        }
    }
}

impl Constant {
    /// A number without a unit.
    pub fn number(number: f64) -> Self {
        Self::Number { number, unit: None }
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// The number in the subject's own unit; `None` for a text.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number { number, unit } => Some(unit.map_or(*number, |unit| unit.apply(*number))),
            Self::Text { .. } => None,
        }
    }
}

impl Rule {
    /// Reads a rule about customers in the names that every project has ([`Vocabulary::of`]).
    ///
    /// # Errors
    /// [`RuleError::Text`] with the first place at which the text is not a rule.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        Self::parse_with(text, &Vocabulary::of(super::Entity::Customers))
    }

    /// Reads a rule in the names of a vocabulary.
    ///
    /// # Errors
    /// As [`Rule::parse`].
    pub fn parse_with(text: &str, vocabulary: &Vocabulary) -> Result<Self, RuleError> {
        parse::parse(text, vocabulary)
    }

    /// Checks a tree that did not come from a text: it must be one that a text can say, in the names of a
    /// vocabulary. A group of one rule becomes that rule.
    ///
    /// # Errors
    /// [`RuleError::Tree`] for an empty group or list, or for values that no text can say;
    /// [`RuleError::Text`] with the place in the printed rule for all else.
    pub fn checked(self, vocabulary: &Vocabulary) -> Result<Self, RuleError> {
        let rule = self.without_lone_groups(0)?;
        let read = parse::parse(&rule.to_string(), vocabulary)?;
        // A name such as `a or b` prints as something else than it is.
        if read != rule {
            return Err(RuleError::Tree {
                found: format!("a name or a value that reads as something else: {rule}"),
                mend: "write names of letters, digits and _".into(),
            });
        }
        Ok(read)
    }

    fn without_lone_groups(self, depth: usize) -> Result<Self, RuleError> {
        if depth > parse::DEPTH_MAX {
            return Err(RuleError::Tree {
                found: format!("more than {} groups within each other", parse::DEPTH_MAX),
                mend: "split the rule".into(),
            });
        }
        let deeper = |rules: Vec<Self>| -> Result<Vec<Self>, RuleError> {
            let rules = rules.into_iter();
            let rules: Vec<Self> = rules
                .map(|rule| rule.without_lone_groups(depth + 1))
                .collect::<Result<_, _>>()?;
            if rules.is_empty() {
                return Err(RuleError::Tree {
                    found: "a group without rules".into(),
                    mend: "put a rule into it, or take it out".into(),
                });
            }
            Ok(rules)
        };
        let group = |mut rules: Vec<Self>, of: fn(Vec<Self>) -> Self| match rules.pop() {
            Some(lone) if rules.is_empty() => lone,
            Some(last) => {
                rules.push(last);
                of(rules)
            }
            None => of(rules),
        };
        Ok(match self {
            Self::All(rules) => group(deeper(rules)?, Self::All),
            Self::Any(rules) => group(deeper(rules)?, Self::Any),
            Self::Not(rule) => Self::Not(Box::new(rule.without_lone_groups(depth + 1)?)),
            test => test,
        })
    }

    /// The features and traits that it looks at, each once, by name.
    pub fn names_used(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        self.each_subject(&mut |subject| {
            if let Subject::Name(name) = subject {
                names.insert(name.clone());
            }
        });
        names.into_iter().collect()
    }

    /// The measures that it looks at, each once, in the order in which they stand in the rule.
    pub fn measures_used(&self) -> Vec<Measure> {
        let mut measures = Vec::new();
        self.each_subject(&mut |subject| match subject {
            Subject::Measure(measure) if !measures.contains(measure) => {
                measures.push(measure.clone());
            }
            _ => {}
        });
        measures
    }

    fn each_subject(&self, see: &mut impl FnMut(&Subject)) {
        match self {
            Self::All(rules) | Self::Any(rules) => {
                for rule in rules {
                    rule.each_subject(see);
                }
            }
            Self::Not(rule) => rule.each_subject(see),
            Self::Compare { left, right, .. } => {
                see(left);
                if let Operand::Subject(right) = right {
                    see(right);
                }
            }
            Self::Between { subject, .. }
            | Self::In { subject, .. }
            | Self::Known(subject)
            | Self::Unknown(subject) => see(subject),
        }
    }
}
