//! Every way in which an operation can fail, sorted by whose turn it is: the caller's, the data's, ours.
//! It must not hold status codes; `server` and `tessera` translate the sort.

/// What went wrong in an operation.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A value of the request is not usable.
    #[error("{field}: {detail}")]
    Invalid {
        /// The field of the request, as the caller wrote it.
        field: String,
        /// What is wrong and how to mend it.
        detail: String,
    },
    /// Something named does not exist.
    #[error("there is no {what} '{name}'")]
    Missing {
        /// What sort of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Something named does not exist, and something of a similar name does.
    #[error("there is no {what} '{name}': did you mean '{meant}'?")]
    Misspelt {
        /// What sort of thing.
        what: &'static str,
        /// Its name as it was written.
        name: String,
        /// The nearest name that there is.
        meant: String,
    },
    /// Nobody known is asking.
    #[error("{0}")]
    Unauthenticated(String),
    /// The role, scope or purpose does not allow it.
    #[error("{0}")]
    Refused(String),
    /// The data does not allow it: a gate that failed, too few rows.
    #[error("{0}")]
    Data(String),
    /// Someone is at work on the same thing.
    #[error("{0}")]
    Busy(String),
    /// Somebody changed the thing since the caller looked at it.
    #[error("{0}")]
    Stale(String),
    /// Stopped on request, at a point from which it can go on.
    #[error("stopped as asked; run the same command again and it goes on where it stopped")]
    Cancelled,
    /// The lake failed.
    #[error(transparent)]
    Lake(#[from] lake::LakeError),
    /// The registry failed.
    #[error(transparent)]
    Registry(registry::Error),
    /// A feed file cannot be read as asked.
    #[error(transparent)]
    Collect(#[from] collect::CollectError),
    /// Segmenting failed.
    #[error(transparent)]
    Segment(segment::SegmentError),
    /// The machine failed: disk, threads.
    #[error("{0}")]
    Machine(String),
}

impl EngineError {
    /// An unusable field.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            detail: detail.into(),
        }
    }

    /// Whether something named does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Misspelt { .. })
    }

    /// Whether another option of a file could help.
    pub fn is_of_options(&self) -> bool {
        matches!(self, Self::Collect(cause) if cause.is_of_options())
    }

    /// Whether the caller used the product wrongly, rather than something having failed.
    pub fn is_wrong_use(&self) -> bool {
        match self {
            Self::Invalid { .. } | Self::Missing { .. } | Self::Misspelt { .. } => true,
            Self::Lake(cause) => matches!(
                cause,
                lake::LakeError::Plan(_)
                    | lake::LakeError::NotReading(_)
                    | lake::LakeError::File { .. }
                    | lake::LakeError::Slow { .. }
                    | lake::LakeError::Asked(_)
            ),
            Self::Collect(cause) => cause.is_of_request(),
            Self::Segment(cause) => matches!(
                cause,
                segment::SegmentError::Spec { .. } | segment::SegmentError::Recipe(_)
            ),
            _ => false,
        }
    }
}

impl From<registry::Error> for EngineError {
    /// What the caller named wrongly is the caller's to mend; the rest is the registry's.
    fn from(cause: registry::Error) -> Self {
        match cause {
            registry::Error::NotFound { what, id } => Self::Missing { what, name: id },
            registry::Error::Invalid { field, problem } => Self::invalid(field, problem),
            stale @ registry::Error::Stale { .. } => Self::Stale(stale.to_string()),
            registry::Error::Conflict { what, mend } => Self::Data(format!("{what}: {mend}")),
            other => Self::Registry(other),
        }
    }
}

impl From<segment::SegmentError> for EngineError {
    /// Stopping on request is no failure, and too few customers is the data's matter.
    fn from(cause: segment::SegmentError) -> Self {
        match cause {
            cause if cause.cancelled() => Self::Cancelled,
            cause @ segment::SegmentError::TooFew { .. } => Self::Data(cause.to_string()),
            other => Self::Segment(other),
        }
    }
}
