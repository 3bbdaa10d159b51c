//! The answer to a query, and how its cells become plain values that a screen or a program can take.
//! It must not know what the columns mean.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, SchemaRef,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;

/// The rows of a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows, in order.
    pub batches: Vec<RecordBatch>,
    /// Whether rows were cut off by the limit.
    pub truncated: bool,
}

impl Answer {
    /// Rows in the answer.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The rows as plain values, cell by cell.
    pub fn cells(&self) -> Vec<Vec<Value>> {
        let mut rows = Vec::with_capacity(self.rows());
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                rows.push(
                    batch
                        .columns()
                        .iter()
                        .map(|column| cell(column, row))
                        .collect(),
                );
            }
        }
        rows
    }
}

/// Integers beyond this lose digits in programs that read JSON numbers as 64-bit floats.
const EXACT_IN_JSON: u64 = 1 << 53;

/// One cell as a plain value. Decimals, instants and very large integers become text, so that nothing is
/// lost; what has no simple form is written as Arrow writes it.
pub fn cell(column: &ArrayRef, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    let int = |value: i64| {
        if value.unsigned_abs() > EXACT_IN_JSON {
            Value::from(value.to_string())
        } else {
            Value::from(value)
        }
    };
    match column.data_type() {
        DataType::Boolean => Value::from(column.as_boolean().value(row)),
        DataType::Int8 => Value::from(column.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => Value::from(column.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => Value::from(column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => int(column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Value::from(column.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => Value::from(column.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => Value::from(column.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => match column.as_primitive::<UInt64Type>().value(row) {
            value if value > EXACT_IN_JSON => Value::from(value.to_string()),
            value => Value::from(value),
        },
        DataType::Float32 => {
            Value::from(f64::from(column.as_primitive::<Float32Type>().value(row)))
        }
        DataType::Float64 => Value::from(column.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => Value::from(column.as_string::<i32>().value(row)),
        DataType::Utf8View => Value::from(column.as_string_view().value(row)),
        _ => match ArrayFormatter::try_new(column, &FormatOptions::default()) {
            Ok(formatter) => Value::from(formatter.value(row).to_string()),
            Err(cause) => Value::from(format!("<{cause}>")),
        },
    }
}
