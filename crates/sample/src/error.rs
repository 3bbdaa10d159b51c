//! Everything that can go wrong while a made-up retailer is written, worded so that the reader can mend
//! it. Holds no logic.

use std::path::PathBuf;

/// A failure of [`check`](crate::check), [`write`](crate::write) or [`baselines`](crate::baselines).
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A number of the spec lies outside its legal range.
    #[error("{field} is {value}, but must lie in {low} ..= {high}")]
    OutOfRange {
        /// The field of [`Spec`](crate::Spec).
        field: &'static str,
        /// What was asked for.
        value: u64,
        /// Lowest legal value.
        low: u64,
        /// Highest legal value.
        high: u64,
    },
    /// More receipts than the shoppers could make.
    #[error(
        "orders is {orders}, but {customers} customers over {days} days make at most {limit}: raise customers or days, or lower orders"
    )]
    TooManyOrders {
        /// Receipts asked for.
        orders: u64,
        /// Customers asked for.
        customers: u32,
        /// Days asked for.
        days: u32,
        /// Most receipts these customers can make.
        limit: u64,
    },
    /// More pairs of store and product than memory is meant for.
    #[error("stores times products is {shelves}, but may be at most {limit}: lower one of them")]
    TooManyShelves {
        /// Stores times products.
        shelves: u64,
        /// Most pairs.
        limit: u64,
    },
    /// The start date does not exist or is out of range.
    #[error("start {text} is not a date between 1990-01-01 and 2100-12-31: write it as YYYY-MM-DD")]
    Date {
        /// The date as given.
        text: String,
    },
    /// The format's name is unknown.
    #[error("format {text} is unknown: use csv or parquet")]
    Format {
        /// The format as given.
        text: String,
    },
    /// A bundled word or need table is damaged.
    #[error(
        "bundled table {table} is damaged at line {line}: {what}; rebuild from a clean checkout"
    )]
    Bundled {
        /// File under `src/data`.
        table: &'static str,
        /// Line in it, from 1.
        line: usize,
        /// The missing or illegal cell.
        what: &'static str,
    },
    /// A file could not be made or written.
    #[error(
        "cannot write {path}: {source}; check that the folder exists, is writable and has space"
    )]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// A Parquet file could not be encoded.
    #[error("cannot encode {path} as parquet: {source}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The encoder's word.
        source: parquet::errors::ParquetError,
    },
    /// A batch of columns does not fit its table.
    #[error("cannot build columns of {table}: {source}")]
    Arrow {
        /// The table.
        table: &'static str,
        /// Arrow's word.
        source: arrow::error::ArrowError,
    },
    /// A truth document could not be put into JSON.
    #[error("cannot encode {path} as JSON: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// The encoder's word.
        source: serde_json::Error,
    },
    /// The caller asked to stop.
    #[error("cancelled; the files written so far are incomplete and can be deleted")]
    Cancelled,
}

impl SampleError {
    /// Wraps an input/output failure with the path it happened at.
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }
}
