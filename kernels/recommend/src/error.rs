//! What a method of this crate refuses, and how to mend it. Nothing about how good a recommendation is.

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
    /// Two inputs that belong together differ in size.
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
    /// Nothing to learn from.
    #[error("{field} is empty; give at least one entry")]
    Empty {
        /// The input that is empty.
        field: &'static str,
    },
    /// The caller's [`numeric::Progress`] asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// Refuses a parameter unless `holds`.
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

/// Refuses an input whose size is not the one needed.
pub(crate) fn require_size(
    field: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Mismatch {
        field,
        found,
        expected,
    })
}

/// Refuses to go on where nobody waits any more.
pub(crate) fn go_on(progress: &dyn numeric::Progress) -> Result<(), Error> {
    match progress.cancelled() {
        true => Err(Error::Cancelled),
        false => Ok(()),
    }
}
