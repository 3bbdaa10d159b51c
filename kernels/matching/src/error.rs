//! What a method of this crate refuses, and how to mend it. Little evidence is not here: that is a low score.

/// Why a method gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    #[error("{field} has {found} {unit}, but {expected} are needed; give one for each")]
    Mismatch {
        /// The input that does not fit.
        field: &'static str,
        /// What is counted.
        unit: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A row that is not below the number of rows.
    #[error("{field} names row {row}, but there are only {rows}; number them 0 to {rows} less one")]
    Row {
        /// The input that holds the row.
        field: &'static str,
        /// The row.
        row: u32,
        /// How many there are.
        rows: usize,
    },
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
