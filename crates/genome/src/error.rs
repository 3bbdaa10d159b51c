//! Every way in which a genome can fail to come about. Little evidence is none: that is an unsure gene.

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum GenomeError {
    /// A spec that cannot be read as text.
    #[error("the genome spec cannot be read: {0}")]
    Text(String),
    /// A value of a spec that is not right.
    #[error("the genome spec is not right: {field} is {value}; write {mend}")]
    Spec {
        /// The field, with its table.
        field: String,
        /// Its value.
        value: String,
        /// What to write instead.
        mend: &'static str,
    },
    /// The arithmetic refused.
    #[error(transparent)]
    Kernel(#[from] affinity::Error),
    /// An act names a product that the catalogue of the run does not hold.
    #[error(
        "an act is about product number {0}, which is not in the catalogue; add the products before the acts"
    )]
    Product(u32),
    /// An act names a value that the frame does not know.
    #[error("an act is about value number {0}, which the frame does not know; intern it first")]
    Value(u32),
    /// State and frame are of two runs.
    #[error("the state is of run {state}, the frame of run {frame}; rebuild the state")]
    Frame {
        /// The state's run.
        state: String,
        /// The frame's run.
        frame: String,
    },
    /// A genome was asked for an instant before its frame.
    #[error(
        "a genome as of {as_of} was asked of a run whose landmark is {landmark} (seconds since 1970); take an earlier run"
    )]
    Early {
        /// What was asked.
        as_of: i64,
        /// The frame's landmark.
        landmark: i64,
    },
    /// Something stored cannot be read.
    #[error("what was stored of a genome cannot be read: {0}")]
    Stored(#[from] serde_json::Error),
}
