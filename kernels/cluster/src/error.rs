//! What a method of this crate refuses, and how to mend it. "Did not converge" is not here: that is a
//! field of the result.

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
        legal: String,
    },
    /// Fewer different rows than clusters asked for.
    #[error(
        "clusters is {clusters}, but the data has only {distinct} distinct rows; ask for at most {distinct}"
    )]
    TooFewDistinctRows {
        /// Clusters asked for.
        clusters: usize,
        /// Rows that differ from each other.
        distinct: usize,
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
    /// A score that is not defined for this number of clusters.
    #[error(
        "labels hold {clusters} clusters over {rows} rows; this score needs at least 2 clusters and more rows than clusters"
    )]
    Undefined {
        /// Clusters that have rows.
        clusters: usize,
        /// Rows.
        rows: usize,
    },
    /// A row whose cluster has no center.
    #[error(
        "labels names cluster {label} at row {row}, but there are only {clusters} centers; label rows 0 to {clusters} less one"
    )]
    Label {
        /// The label.
        label: u32,
        /// Its row, counted from 0.
        row: usize,
        /// Number of centers.
        clusters: usize,
    },
    /// Rules that contradict each other or ask for what is not there.
    #[error(transparent)]
    Conflicts(#[from] crate::constrain::Conflicts),
    /// Shares of a whole that are none.
    #[error(
        "the shares at row {row} of column {column} sum to {sum}, or one is negative; give shares from 0 to 1 that sum to 1, or NaN where they are not known (both count from 0)"
    )]
    Shares {
        /// The row, counted from 0.
        row: usize,
        /// The column, counted from 0.
        column: usize,
        /// What its shares sum to.
        sum: f64,
    },
    /// A row of which nothing is known.
    #[error(
        "row {row} knows no feature of weight above 0; drop it, or give weight to a feature it knows (rows count from 0)"
    )]
    Unknown {
        /// The row, counted from 0.
        row: usize,
    },
    /// A cloud of a mixture that has no volume.
    #[error(
        "component {component} has collapsed onto rows without any spread; ask for fewer components, raise regularisation, or leave out constant columns"
    )]
    Singular {
        /// The component, counted from 0.
        component: usize,
    },
    /// Links that no clustering can meet.
    #[error(
        "rows {first} and {second} are to be apart, but the links also put them together; drop one of the links (rows count from 0)"
    )]
    Contradiction {
        /// A row of the cannot-link.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A row that points nowhere.
    #[error("row {row} is all zeros and has no direction; drop it (rows count from 0)")]
    NoDirection {
        /// The row, counted from 0.
        row: usize,
    },
    /// The caller's [`numeric::Progress`] asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// An array that cannot be computed with.
    #[error(transparent)]
    Matrix(#[from] numeric::Error),
}

/// Refuses a parameter unless `legal` holds.
pub(crate) fn require(
    holds: bool,
    field: &'static str,
    value: impl ToString,
    legal: impl Into<String>,
) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(Error::Parameter {
        field,
        value: value.to_string(),
        legal: legal.into(),
    })
}

/// Refuses an input whose size is not the one needed.
pub(crate) fn require_size(
    field: &'static str,
    unit: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Mismatch {
        field,
        unit,
        found,
        expected,
    })
}
