//! Columns of the lake's answers as plain values. It must not know any table.

use crate::EngineError;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use retail::Money;

/// A column as 64-bit integers.
pub(crate) struct Ints(arrow::array::Int64Array);
/// A column as floats.
pub(crate) struct Floats(arrow::array::Float64Array);

fn broken(cause: arrow::error::ArrowError) -> EngineError {
    EngineError::Data(format!(
        "a column of the lake has another type than expected: {cause}"
    ))
}

/// Reads a column as integers.
pub(crate) fn ints(batch: &RecordBatch, column: usize) -> Result<Ints, EngineError> {
    Ok(Ints(
        cast(batch.column(column), &DataType::Int64)
            .map_err(broken)?
            .as_primitive::<Int64Type>()
            .clone(),
    ))
}

/// Reads a column as floats.
pub(crate) fn floats(batch: &RecordBatch, column: usize) -> Result<Floats, EngineError> {
    Ok(Floats(
        cast(batch.column(column), &DataType::Float64)
            .map_err(broken)?
            .as_primitive::<Float64Type>()
            .clone(),
    ))
}

/// Reads a column as texts.
pub(crate) fn texts(
    batch: &RecordBatch,
    column: usize,
) -> Result<arrow::array::StringArray, EngineError> {
    Ok(cast(batch.column(column), &DataType::Utf8)
        .map_err(broken)?
        .as_string::<i32>()
        .clone())
}

/// A decimal column as ten-thousandths.
pub(crate) fn moneys(batch: &RecordBatch, column: usize) -> Result<Vec<Money>, EngineError> {
    let whole = cast(batch.column(column), &DataType::Decimal128(18, 4)).map_err(broken)?;
    let whole = whole.as_primitive::<arrow::datatypes::Decimal128Type>();
    Ok((0..whole.len())
        .map(|row| Money(i64::try_from(whole.value(row)).unwrap_or(i64::MAX)))
        .collect())
}

impl Ints {
    pub fn get(&self, row: usize) -> Option<i64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }

    pub fn must(&self, row: usize) -> i64 {
        self.get(row).unwrap_or_default()
    }
}

impl Floats {
    pub fn get(&self, row: usize) -> Option<f64> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }

    pub fn must(&self, row: usize) -> f64 {
        self.get(row).unwrap_or_default()
    }
}
