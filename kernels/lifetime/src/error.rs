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
    #[error("{field} has {found} rows, but {expected} are needed; give one for each")]
    Mismatch {
        /// The input that does not fit.
        field: &'static str,
        /// How many rows it has.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A value that cannot be.
    #[error("{field} is {value} at row {row}; {legal} (rows count from 0)")]
    Row {
        /// The column.
        field: &'static str,
        /// The value.
        value: f64,
        /// Its row, counted from 0.
        row: usize,
        /// What it must be, in words.
        legal: &'static str,
    },
    /// A rate of repeats cannot be told from nothing.
    #[error("there are no rows with a repeat; a model needs some who came again")]
    NoRepeats,
    /// More repeats within the horizon than are counted one by one.
    #[error(
        "row {row} would repeat {expected:.0} times within the horizon, more than {limit:.0}; give a shorter horizon (rows count from 0)"
    )]
    Horizon {
        /// The row, counted from 0.
        row: usize,
        /// Repeats expected while alive.
        expected: f64,
        /// The most that are counted.
        limit: f64,
    },
    /// The search for the highest likelihood did not end.
    #[error(
        "the likelihood has no maximum that {rounds} rounds could find; the rows tell too little"
    )]
    NotFound {
        /// Rounds made.
        rounds: usize,
    },
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

/// Refuses an input whose number of rows is not the one needed.
pub(crate) fn require_rows(
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
