//! What this crate refuses, and how to mend it. Little evidence is not here: that is a wide interval.

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
    #[error("{field} has {found} entries, but {expected} are needed; give one for each")]
    Mismatch {
        /// The input that does not fit.
        field: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// An instant further after the landmark than sums have room for.
    #[error(
        "the instant {at} lies more than {half_lives} half-lives after the landmark {landmark}; begin a new run with a later landmark"
    )]
    Ahead {
        /// The instant, in seconds.
        at: i64,
        /// The landmark, in seconds.
        landmark: i64,
        /// The most half-lives there may be between them.
        half_lives: i64,
    },
    /// More pieces of evidence for one value than sums have room for.
    #[error(
        "one value has more than {0} pieces of evidence; is something counted again and again?"
    )]
    TooMany(u32),
    /// Evidence was taken back that was not there.
    #[error("evidence was taken back that the tally does not hold; rebuild it from the events")]
    NotThere,
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
