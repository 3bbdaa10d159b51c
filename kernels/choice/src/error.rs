//! What a method of this crate refuses, and how to mend it. Little evidence is not here: that is a wide interval.

/// Why a method gave no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A parameter outside its legal range.
    #[error("{field} is {value}; give {legal}")]
    Parameter {
        /// The field of the parameter set.
        field: &'static str,
        /// The value given.
        value: String,
        /// The legal range in words.
        legal: &'static str,
    },
    /// Inputs that belong together differ in size.
    #[error("{field} has {found} entries, but {expected} are needed")]
    Mismatch {
        /// The input that does not fit.
        field: &'static str,
        /// How many entries it has.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A value that cannot be.
    #[error("{field} is {value} at place {at}; {legal} (places count from 0)")]
    Value {
        /// The input.
        field: &'static str,
        /// The value.
        value: String,
        /// Its place, counted from 0.
        at: usize,
        /// What it must be, in words.
        legal: &'static str,
    },
    /// An attribute in which all alternatives are alike.
    #[error(
        "attribute {attribute} is the same in every alternative; leave it out, it can move no choice (attributes count from 0)"
    )]
    Constant {
        /// The attribute, counted from 0: those with levels first, numbers after them.
        attribute: usize,
    },
    /// What was chosen is not among what could be.
    #[error(
        "occasion {occasion} chose row {row}, which is not in its set {set}; add it to the set or leave the occasion out (all count from 0)"
    )]
    NotInSet {
        /// The occasion.
        occasion: usize,
        /// The row chosen.
        row: u32,
        /// The set it was chosen from.
        set: u32,
    },
    /// Nothing to learn from.
    #[error("there are no {what}; a choice needs some")]
    Empty {
        /// What is missing.
        what: &'static str,
    },
    /// Too few choosers to tell how they differ, which errors come from.
    #[error(
        "there are choices of {found} choosers; at least 2 are needed to tell how sure anything is"
    )]
    Choosers {
        /// How many there are.
        found: usize,
    },
    /// More columns than the method is made for.
    #[error(
        "the attributes have {found} levels and numbers together, more than {limit}; join rare levels"
    )]
    Columns {
        /// Columns needed.
        found: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The search for the highest likelihood did not end.
    #[error("the likelihood has no maximum that {rounds} rounds could find; give a larger ridge")]
    NotFound {
        /// Rounds made.
        rounds: usize,
    },
    /// The caller's [`numeric::Progress`] asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// Refuses a parameter unless `legal` holds.
pub(crate) fn require(
    holds: bool,
    field: &'static str,
    value: impl ToString,
    legal: &'static str,
) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(Error::Parameter {
        field,
        value: value.to_string(),
        legal,
    })
}

/// Refuses an input whose number of entries is not the one needed.
pub(crate) fn require_len(field: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Mismatch {
        field,
        found,
        expected,
    })
}

/// Refuses fewer than two choosers.
pub(crate) fn require_choosers(found: usize) -> Result<(), Error> {
    if found >= 2 {
        return Ok(());
    }
    Err(Error::Choosers { found })
}

/// Refuses the first value for which `legal` does not hold.
pub(crate) fn require_each<T: Copy + ToString>(
    values: &[T],
    field: &'static str,
    legal: &'static str,
    holds: impl Fn(T) -> bool,
) -> Result<(), Error> {
    match values.iter().position(|value| !holds(*value)) {
        None => Ok(()),
        Some(at) => Err(Error::Value {
            field,
            value: values[at].to_string(),
            at,
            legal,
        }),
    }
}
