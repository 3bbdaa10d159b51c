//! Every way in which segmenting can fail. It must not hold status codes.

/// What went wrong while segmenting.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// Too few customers to form segments.
    #[error(
        "{customers} customers have a purchase, at least {least} are needed to form segments; import more orders"
    )]
    TooFew {
        /// Customers with a purchase.
        customers: usize,
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
        matches!(self, Self::Kernel(cluster::Error::Cancelled))
    }
}
