//! Turning query rows into what the fit needs. It must not run queries.

use crate::{Feature, Product, SegmentError};
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::record_batch::RecordBatch;
use numeric::Matrix;

/// The features of all customers.
#[derive(Debug, Clone)]
pub struct FeatureTable {
    /// Customer keys, ascending.
    pub keys: Vec<i64>,
    /// One row per customer, one column per feature, missing values set to 0.
    pub values: Matrix,
    /// Where a value was missing: row × features + feature.
    pub missing: Vec<usize>,
    /// What each is worth, by which segments are numbered.
    pub worth: Vec<f64>,
}

/// Reads the rows of the feature query: `customer_key`, then the features in order.
pub fn read_features(
    features: &[Feature],
    batches: &[RecordBatch],
) -> Result<FeatureTable, SegmentError> {
    let width = features.len();
    let (mut keys, mut data, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for batch in batches {
        if batch.num_columns() != width + 1 {
            return Err(SegmentError::Shape {
                got: format!("{} columns", batch.num_columns()),
                want: format!("{} columns", width + 1),
            });
        }
        let key = cast(batch.column(0), &DataType::Int64)?;
        let columns = batch.columns()[1..]
            .iter()
            .map(|column| cast(column, &DataType::Float64));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            keys.push(key.as_primitive::<Int64Type>().value(row));
            for column in &columns {
                let value = column.as_primitive::<Float64Type>();
                if value.is_null(row) || !value.value(row).is_finite() {
                    missing.push(data.len());
                    data.push(0.0);
                } else {
                    data.push(value.value(row));
                }
            }
        }
    }
    let values = Matrix::new(data, keys.len(), width)?;
    let spend = features.iter().position(|feature| feature.key == "spend");
    let of = |row: usize| spend.map_or(1.0, |column| values.view().row(row)[column]);
    let worth = (0..keys.len()).map(of).collect();
    Ok(FeatureTable {
        keys,
        values,
        missing,
        worth,
    })
}

/// Reads the rows of the product query: product_id, text, category, spend.
pub fn products(batches: &[RecordBatch]) -> Result<Vec<Product>, SegmentError> {
    let mut products = Vec::new();
    for batch in batches {
        let text = |column: usize| cast(batch.column(column), &DataType::Utf8);
        let (ids, texts, categories) = (text(0)?, text(1)?, text(2)?);
        let spend = cast(batch.column(3), &DataType::Float64)?;
        for row in 0..batch.num_rows() {
            let category = categories.as_string::<i32>();
            products.push(Product {
                product_id: ids.as_string::<i32>().value(row).to_string(),
                text: texts.as_string::<i32>().value(row).to_string(),
                category: category
                    .is_valid(row)
                    .then(|| category.value(row).to_string()),
                spend: spend.as_primitive::<Float64Type>().value(row),
            });
        }
    }
    Ok(products)
}
