//! Every way in which the lake can fail, in words that say what, where and how to mend it.
//! It must not hold status codes or screens; the coats translate.

/// What went wrong in the lake.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The folder of the lake cannot be used.
    #[error("cannot use '{path}' as a lake: {cause}; give a folder that this program may write")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        cause: String,
    },
    /// A query that the engine refuses: wrong words, unknown names.
    #[error("the query cannot be planned: {0}")]
    Plan(String),
    /// A query that would change something.
    #[error("only reading is allowed here: {0}; write SELECT, SHOW, DESCRIBE or EXPLAIN")]
    NotReading(String),
    /// A query that ran out of its time.
    #[error(
        "the query took longer than {seconds} s and was stopped; narrow it, or raise the limit"
    )]
    Slow {
        /// The limit, seconds.
        seconds: u64,
    },
    /// A person's query that its own arithmetic or size ended: a cast, a division by zero, too much memory.
    #[error("the query failed: {0}")]
    Asked(String),
    /// A query that failed while running, memory included.
    #[error("the query failed: {0}")]
    Run(String),
    /// A file of the caller's that cannot be read or written.
    #[error("file '{path}': {cause}")]
    File {
        /// The file.
        path: String,
        /// What is wrong.
        cause: String,
    },
    /// Rows that do not fit their table.
    #[error("rows do not fit table '{table}': {cause}")]
    Rows {
        /// The table.
        table: &'static str,
        /// What does not fit.
        cause: String,
    },
    /// The table's log or files cannot be read or written.
    #[error("table '{table}' cannot be {act}: {cause}")]
    Table {
        /// The table.
        table: &'static str,
        /// read, created, written, compacted.
        act: &'static str,
        /// What the storage said.
        cause: String,
    },
}

impl LakeError {
    pub(crate) fn table(
        table: &'static str,
        act: &'static str,
    ) -> impl Fn(deltalake::DeltaTableError) -> Self {
        move |cause| Self::Table {
            table,
            act,
            cause: cause.to_string(),
        }
    }

    /// A failure of a person's query: what the query itself brought about is theirs to mend.
    pub(crate) fn asked(cause: datafusion::error::DataFusionError) -> Self {
        use datafusion::error::DataFusionError as Cause;
        let own = matches!(
            cause.find_root(),
            Cause::ArrowError(..) | Cause::Execution(_) | Cause::ResourcesExhausted(_)
        );
        if own {
            Self::Asked(cause.strip_backtrace())
        } else {
            Self::run(cause)
        }
    }

    pub(crate) fn run(cause: datafusion::error::DataFusionError) -> Self {
        Self::Run(cause.strip_backtrace())
    }
}
