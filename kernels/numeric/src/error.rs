//! What can be wrong with an array. Nothing about methods or their parameters.

/// A matrix that cannot be computed with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// No row or no column.
    #[error("the matrix has {rows} rows and {cols} columns; give at least one of each")]
    Empty {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        cols: usize,
    },
    /// The values do not fill the shape.
    #[error(
        "{len} values do not fill {rows} rows of {cols} columns; give rows × columns values, row by row"
    )]
    Shape {
        /// Values given.
        len: usize,
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        cols: usize,
    },
    /// Not a number, infinite, or so large that its square would overflow.
    #[error(
        "value {value} at row {row}, column {col} is not a number within ±{limit:e}; fill, drop or rescale it (rows and columns count from 0)"
    )]
    Value {
        /// The value.
        value: f64,
        /// The largest absolute value that is allowed.
        limit: f64,
        /// Its row, counted from 0.
        row: usize,
        /// Its column, counted from 0.
        col: usize,
    },
}
