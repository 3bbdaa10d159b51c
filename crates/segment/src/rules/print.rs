//! The one way in which a rule is written: `parse(print(rule)) == rule`. It must not read.

use super::{Comparison, Constant, Measure, Operand, Rule, Subject, Unit};
use std::fmt::{Display, Formatter, Result, Write};

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::All(rules) => group(f, rules, " and "),
            Self::Any(rules) => group(f, rules, " or "),
            Self::Not(rule) => {
                f.write_str("not ")?;
                within(f, rule)
            }
            Self::Compare { left, is, right } => write!(f, "{left} {is} {right}"),
            Self::Between { subject, low, high } => {
                write!(f, "{subject} between {low} and {high}")
            }
            Self::In { subject, values } => {
                write!(f, "{subject} in (")?;
                for (place, value) in values.iter().enumerate() {
                    f.write_str(if place == 0 { "" } else { ", " })?;
                    write!(f, "{value}")?;
                }
                f.write_char(')')
            }
            Self::Known(subject) => write!(f, "{subject} is known"),
            Self::Unknown(subject) => write!(f, "{subject} is unknown"),
        }
    }
}

fn group(f: &mut Formatter<'_>, rules: &[Rule], word: &str) -> Result {
    for (place, rule) in rules.iter().enumerate() {
        f.write_str(if place == 0 { "" } else { word })?;
        within(f, rule)?;
    }
    Ok(())
}

/// A group within another gets its parentheses even where the reader would not need them: people do.
fn within(f: &mut Formatter<'_>, rule: &Rule) -> Result {
    match rule {
        Rule::All(_) | Rule::Any(_) => write!(f, "({rule})"),
        _ => write!(f, "{rule}"),
    }
}

impl Display for Subject {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Measure(measure) => write!(f, "{measure}"),
        }
    }
}

/// A window is written in days, so that one measure has one name.
impl Display for Measure {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}(", self.kind.word())?;
        if let Some(of) = &self.of {
            quoted(f, of)?;
        }
        if let Some(days) = self.window_days {
            let comma = if self.of.is_some() { ", " } else { "" };
            let word = if days == 1 { "day" } else { "days" };
            write!(f, "{comma}{days} {word}")?;
        }
        f.write_char(')')
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Constant(constant) => write!(f, "{constant}"),
            Self::Subject(subject) => write!(f, "{subject}"),
        }
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Number { number, unit: None } => write!(f, "{number}"),
            Self::Number {
                number,
                unit: Some(unit),
            } => {
                let word = match unit {
                    Unit::Percent => "%",
                    Unit::Days if *number == 1.0 => "day",
                    Unit::Weeks if *number == 1.0 => "week",
                    Unit::Months if *number == 1.0 => "month",
                    Unit::Years if *number == 1.0 => "year",
                    Unit::Days => "days",
                    Unit::Weeks => "weeks",
                    Unit::Months => "months",
                    Unit::Years => "years",
                };
                write!(f, "{number} {word}")
            }
            Self::Text { text } => quoted(f, text),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        })
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> Result {
    f.write_char('"')?;
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(letter)?;
    }
    f.write_char('"')
}
