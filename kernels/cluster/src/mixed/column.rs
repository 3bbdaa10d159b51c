//! A column as the caller hands it over, and what is refused about it.
//!
//! Holds the kinds and their checks. Learns nothing from the values and scales nothing.

use numeric::MAGNITUDE_MAX;

use crate::{
    Error,
    error::{require, require_size},
};

/// The code of a category or label that is not known.
pub const MISSING: u32 = u32::MAX;

/// How far the shares of a row may sum from 1: shares rounded to whole per cents are still shares.
const SUM_SLACK: f64 = 0.02;

/// One feature of all rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column<'a> {
    /// One number for each row; NaN where it is not known.
    Number(&'a [f64]),
    /// One category for each row, by any code; [`MISSING`] where it is not known.
    Category(&'a [u32]),
    /// A set of labels for each row, such as the services of a shop. Repeats within a row count once. An
    /// empty set is known to be empty; a set of [`MISSING`] alone is not known.
    Set {
        /// Where the labels of each row begin, and at the end where the last row's end: rows + 1 places.
        offsets: &'a [usize],
        /// The labels, row by row, by any code.
        labels: &'a [u32],
    },
    /// Shares of a whole for each row, such as a sales mix: not negative, summing to 1 (within 0.02, then
    /// divided by their sum). A row with a NaN is not known as a whole.
    Shares {
        /// rows × `parts` shares, row by row.
        values: &'a [f64],
        /// Shares of each row: at least 2.
        parts: usize,
        /// The share that stands for 0, which has no logarithm: above 0 and below 1 / `parts`. A common
        /// choice is 0.65 times the least share that could have been seen.
        zero: f64,
    },
}

impl Column<'_> {
    /// Rows that the column holds.
    pub(super) fn rows(&self) -> usize {
        match *self {
            Self::Number(values) => values.len(),
            Self::Category(codes) => codes.len(),
            Self::Set { offsets, .. } => offsets.len().saturating_sub(1),
            Self::Shares { values, parts, .. } => values.len() / parts.max(1),
        }
    }

    /// Refuses what cannot be computed with; `place` is the column's place among all.
    pub(super) fn check(&self, place: usize, rows: usize) -> Result<(), Error> {
        require_size("columns", "rows", self.rows(), rows)?;
        match *self {
            Self::Number(values) => check_numbers(values, place),
            Self::Category(_) => Ok(()),
            Self::Set { offsets, labels } => {
                let ascending = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
                let ends = offsets.first() == Some(&0) && offsets.last() == Some(&labels.len());
                let legal =
                    "places that begin with 0, never fall and end with the number of labels";
                require(
                    ascending && ends,
                    "offsets",
                    format!("of column {place} out of order"),
                    legal,
                )
            }
            Self::Shares {
                values,
                parts,
                zero,
            } => {
                require(parts >= 2, "parts", parts, "at least 2")?;
                require_size("shares", "values", values.len(), rows * parts)?;
                let legal = format!("a share above 0 and below 1 / {parts}, the number of parts");
                require(
                    zero > 0.0 && zero * (parts as f64) < 1.0,
                    "zero",
                    zero,
                    legal,
                )?;
                check_shares(values, parts, place)
            }
        }
    }
}

fn check_numbers(values: &[f64], place: usize) -> Result<(), Error> {
    match values.iter().position(|value| value.abs() > MAGNITUDE_MAX) {
        None => Ok(()),
        Some(row) => Err(Error::Matrix(numeric::Error::Value {
            limit: numeric::MAGNITUDE_MAX,
            value: values[row],
            row,
            col: place,
        })),
    }
}

fn check_shares(values: &[f64], parts: usize, place: usize) -> Result<(), Error> {
    for (row, shares) in values.chunks_exact(parts).enumerate() {
        if shares.iter().any(|share| share.is_nan()) {
            continue;
        }
        let sum: f64 = shares.iter().sum();
        let negative = shares.iter().any(|&share| share < 0.0);
        if negative || (sum - 1.0).abs() > SUM_SLACK || sum.is_nan() {
            return Err(Error::Shares {
                row,
                column: place,
                sum,
            });
        }
    }
    Ok(())
}
