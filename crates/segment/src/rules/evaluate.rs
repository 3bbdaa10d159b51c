//! What a rule says of each member. Where values come from is not its matter.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use super::columns::Column;
use super::{Columns, Comparison, Constant, Operand, Rule, RuleError, Subject, Truth};
use std::collections::HashSet;

impl Rule {
    /// What the rule says of each member of `columns`, in their order.
    ///
    /// # Errors
    /// [`RuleError::Missing`] where a name or a measure has no column, [`RuleError::Kind`] where one holds
    /// texts for numbers or numbers for texts.
    pub fn evaluate(&self, columns: &Columns) -> Result<Vec<Truth>, RuleError> {
        match self {
            Self::All(rules) => fold(rules, columns, Truth::True, Truth::and),
            Self::Any(rules) => fold(rules, columns, Truth::False, Truth::or),
            Self::Not(rule) => {
                let mut truths = rule.evaluate(columns)?;
                for truth in &mut truths {
                    *truth = !*truth;
                }
                Ok(truths)
            }
            Self::Compare { left, is, right } => compare(left, *is, right, columns),
            Self::Between { subject, low, high } => {
                let name = subject.to_string();
                let (Some(low), Some(high)) = (low.as_number(), high.as_number()) else {
                    return Err(columns.column(&name)?.refuse(&name, "texts"));
                };
                let within = |value: &Option<f64>| value.map(|x| low <= x && x <= high).into();
                Ok(columns.numbers(&name)?.iter().map(within).collect())
            }
            Self::In { subject, values } => one_of(subject, values, columns),
            Self::Known(subject) => known(subject, true, columns),
            Self::Unknown(subject) => known(subject, false, columns),
        }
    }
}

fn fold(
    rules: &[Rule],
    columns: &Columns,
    start: Truth,
    join: fn(Truth, Truth) -> Truth,
) -> Result<Vec<Truth>, RuleError> {
    let mut truths = vec![start; columns.rows()];
    for rule in rules {
        for (truth, other) in truths.iter_mut().zip(rule.evaluate(columns)?) {
            *truth = join(*truth, other);
        }
    }
    Ok(truths)
}

fn compare(
    left: &Subject,
    is: Comparison,
    right: &Operand,
    columns: &Columns,
) -> Result<Vec<Truth>, RuleError> {
    let name = left.to_string();
    let column = columns.column(&name)?;
    match (column, right) {
        (Column::Numbers(values), Operand::Constant(constant)) => {
            let limit = constant.as_number();
            let limit = limit.ok_or_else(|| column.refuse(&name, "texts"))?;
            Ok(values.iter().map(|x| is.holds(*x, Some(limit))).collect())
        }
        (Column::Texts(values), Operand::Constant(Constant::Text { text })) => {
            let values = values.iter().map(Option::as_deref);
            Ok(values.map(|x| is.holds(x, Some(text.as_str()))).collect())
        }
        (Column::Texts(_), Operand::Constant(_)) => Err(column.refuse(&name, "numbers")),
        (_, Operand::Subject(right)) => {
            let other = right.to_string();
            match (column, columns.column(&other)?) {
                (Column::Numbers(left), Column::Numbers(right)) => {
                    let pairs = left.iter().zip(right);
                    Ok(pairs.map(|(x, y)| is.holds(*x, *y)).collect())
                }
                (Column::Texts(left), Column::Texts(right)) => {
                    let pairs = left.iter().zip(right);
                    Ok(pairs
                        .map(|(x, y)| is.holds(x.as_deref(), y.as_deref()))
                        .collect())
                }
                (Column::Numbers(_), texts) => Err(texts.refuse(&other, "numbers")),
                (Column::Texts(_), numbers) => Err(numbers.refuse(&other, "texts")),
            }
        }
    }
}

impl Comparison {
    /// Whether two values compare so; unknown where one is.
    fn holds<T: PartialOrd>(self, left: Option<T>, right: Option<T>) -> Truth {
        let (Some(left), Some(right)) = (left, right) else {
            return Truth::Unknown;
        };
        Truth::from(match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        })
    }
}

fn one_of(
    subject: &Subject,
    values: &[Constant],
    columns: &Columns,
) -> Result<Vec<Truth>, RuleError> {
    let name = subject.to_string();
    match columns.column(&name)? {
        column @ Column::Numbers(numbers) => {
            let wanted = values.iter().map(Constant::as_number);
            let wanted: Option<Vec<f64>> = wanted.collect();
            let wanted = wanted.ok_or_else(|| column.refuse(&name, "texts"))?;
            // Lists may be long. Plus 0.0 makes -0.0 the 0.0 that it equals.
            let mut wanted: Vec<f64> = wanted.into_iter().map(|value| value + 0.0).collect();
            wanted.sort_by(f64::total_cmp);
            let among = |value: f64| {
                let order = |other: &f64| other.total_cmp(&(value + 0.0));
                wanted.binary_search_by(order).is_ok()
            };
            let found = |value: &Option<f64>| value.map(among).into();
            Ok(numbers.iter().map(found).collect())
        }
        column @ Column::Texts(texts) => {
            let wanted = values.iter().map(|value| match value {
                Constant::Text { text } => Some(text.as_str()),
                Constant::Number { .. } => None,
            });
            let wanted: Option<HashSet<&str>> = wanted.collect();
            let wanted = wanted.ok_or_else(|| column.refuse(&name, "numbers"))?;
            let found = |text: &Option<String>| {
                let text = text.as_deref();
                text.map(|text| wanted.contains(text)).into()
            };
            Ok(texts.iter().map(found).collect())
        }
    }
}

fn known(subject: &Subject, wanted: bool, columns: &Columns) -> Result<Vec<Truth>, RuleError> {
    let truth = |is_known: bool| Truth::from(is_known == wanted);
    Ok(match columns.column(&subject.to_string())? {
        Column::Numbers(values) => values.iter().map(|x| truth(x.is_some())).collect(),
        Column::Texts(values) => values.iter().map(|x| truth(x.is_some())).collect(),
    })
}
