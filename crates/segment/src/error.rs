//! Every way in which segmenting can fail. It must not hold status codes.

/// What went wrong while segmenting.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// Too few to work on.
    #[error(
        "there are {got} {what}, at least {least} are needed; import more, or ask for less narrow a part"
    )]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        got: usize,
        /// How many are needed.
        least: usize,
    },
    /// A value of the run's spec that is out of range.
    #[error("{field} is {value}: {legal}")]
    Spec {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        legal: String,
    },
    /// A recipe that cannot be read or is not right.
    #[error("the recipe is not right: {0}")]
    Recipe(String),
    /// Sizes that no clustering of these members can have.
    #[error("the recipe's sizes cannot be kept: {0}")]
    Limits(String),
    /// The feature rows are not what the feature list says.
    #[error("the feature query gave {got}, expected {want}")]
    Shape {
        /// What came.
        got: String,
        /// What was expected.
        want: String,
    },
    /// The kernel refused.
    #[error("clustering failed: {0}")]
    Kernel(#[from] cluster::Error),
    /// The kernel of demand refused.
    #[error("the choices of shoppers cannot be found: {0}")]
    Demand(#[from] demand::Error),
    /// The matrix could not be formed.
    #[error("the feature matrix is not valid: {0}")]
    Matrix(#[from] numeric::Error),
    /// Rows could not be formed for the lake.
    #[error("result rows could not be formed: {0}")]
    Rows(#[from] arrow::error::ArrowError),
}

impl SegmentError {
    /// Whether the work was stopped on request.
    pub fn cancelled(&self) -> bool {
        matches!(
            self,
            Self::Kernel(cluster::Error::Cancelled) | Self::Demand(demand::Error::Cancelled)
        )
    }
}
