//! Attributes of members, some of them missing, checked once.
//!
//! Holds values, kinds and weights; likeness and models are not here.

use numeric::MAGNITUDE_MAX;

use super::{Kind, Params};
use crate::{Error, error::require_size};

/// Checked values of members.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attributes {
    /// Row by row; NaN where not known.
    values: Vec<f64>,
    pub rows: usize,
    pub kinds: Vec<Kind>,
    /// They add up to 1.
    pub weights: Vec<f64>,
    /// Greatest less least known value of each attribute; 0 where nobody has it.
    pub ranges: Vec<f64>,
}

impl Attributes {
    pub fn new(params: &Params, values: &[f64], rows: usize) -> Result<Self, Error> {
        let cols = params.kinds.len();
        if rows == 0 {
            return Err(numeric::Error::Empty { rows, cols }.into());
        }
        require_size("values", "values", values.len(), rows * cols)?;
        check(values, cols)?;
        let ranges = (0..cols).map(|col| {
            let known = values[col..]
                .iter()
                .step_by(cols)
                .filter(|value| !value.is_nan());
            let (low, high) = known
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
                    (low.min(value), high.max(value))
                });
            f64::max(high - low, 0.0)
        });
        let total: f64 = params.weights.iter().sum();
        Ok(Self {
            ranges: ranges.collect(),
            values: values.to_vec(),
            rows,
            kinds: params.kinds.clone(),
            weights: params.weights.iter().map(|weight| weight / total).collect(),
        })
    }

    pub fn row(&self, row: usize) -> &[f64] {
        let cols = self.kinds.len();
        &self.values[row * cols..(row + 1) * cols]
    }

    /// Refuses a newcomer that cannot be compared.
    pub fn check_row(&self, newcomer: &[f64]) -> Result<(), Error> {
        require_size("newcomer", "attributes", newcomer.len(), self.kinds.len())?;
        check(newcomer, self.kinds.len())
    }
}

fn check(values: &[f64], cols: usize) -> Result<(), Error> {
    match values.iter().position(|value| value.abs() > MAGNITUDE_MAX) {
        None => Ok(()),
        Some(at) => Err(numeric::Error::Value {
            limit: numeric::MAGNITUDE_MAX,
            value: values[at],
            row: at / cols,
            col: at % cols,
        }
        .into()),
    }
}
