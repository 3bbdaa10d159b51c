//! What a rule or what it is asked of can lack, with the place and how to mend it. It must not hold status
//! codes.

/// Why a rule, a scheme of cells or a template was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The text is not a rule.
    #[error("line {line}, column {column}: found {found}, expected {expected}; {mend}")]
    Text {
        /// The line, counted from 1.
        line: usize,
        /// The column in characters, counted from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: String,
        /// What to change.
        mend: String,
    },
    /// A tree that no text can say, as a builder may send it.
    #[error("{found} in the rule's tree; {mend}")]
    Tree {
        /// What is wrong.
        found: String,
        /// What to change.
        mend: String,
    },
    /// A rule needs a column that was not given.
    #[error("the rule needs a column for {name}, which is not there; give it, or change the rule")]
    Missing {
        /// The name or the measure.
        name: String,
    },
    /// A column of numbers where the rule needs text, or the other way round.
    #[error("the column for {name} holds {found}, but the rule needs {expected}; {mend}")]
    Kind {
        /// The name or the measure.
        name: String,
        /// What the column holds.
        found: &'static str,
        /// What the rule needs.
        expected: &'static str,
        /// What to change.
        mend: &'static str,
    },
    /// A column that is not as long as the others, or could not be read.
    #[error("the column for {name} {found}, expected {expected}")]
    Column {
        /// The name or the measure.
        name: String,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// Cells whose names do not tell them apart.
    #[error("cell {number} is called '{name}': {mend}")]
    Cell {
        /// Its place in the scheme, counted from 1.
        number: usize,
        /// Its name.
        name: String,
        /// What to change.
        mend: &'static str,
    },
    /// A value of a template or a ranking that is out of range.
    #[error("{field} is {value}; give {legal}")]
    Parameter {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        legal: &'static str,
    },
}

/// Refuses a parameter unless `legal` holds.
pub(crate) fn require(
    holds: bool,
    field: &'static str,
    value: impl ToString,
    legal: &'static str,
) -> Result<(), RuleError> {
    if holds {
        return Ok(());
    }
    Err(RuleError::Parameter {
        field,
        value: value.to_string(),
        legal,
    })
}
