//! Parquet by record batches; values become the text that a CSV of the same data would hold.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{Record, Records, guarded, unique_names};
use crate::error::CollectError;
use crate::limits::Limits;

const BATCH_ROWS: usize = 8_192;

pub(crate) struct ParquetReader {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    columns: Vec<String>,
    batch: Option<RecordBatch>,
    at: usize,
    row: u64,
    rows_total: u64,
    bytes_total: u64,
}

impl ParquetReader {
    pub fn open(path: &Path, limits: Limits) -> Result<Self, CollectError> {
        let damaged = |why: String| CollectError::Damaged {
            file: path.to_path_buf(),
            format: "parquet",
            why: format!("{why}; write it again, compressed by snappy or zstd"),
        };
        let file = File::open(path).map_err(|e| CollectError::Unreadable {
            file: path.to_path_buf(),
            why: e.to_string(),
        })?;
        let bytes_total = file.metadata().map(|m| m.len()).unwrap_or(0);
        let builder =
            guarded(|| ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| e.to_string()))
                .map_err(damaged)?;
        let groups = builder.metadata().row_groups();
        let mut chunks = groups.iter().flat_map(|group| group.columns());
        if chunks.any(|chunk| chunk.uncompressed_size() > limits.parquet_column_bytes_max) {
            return Err(CollectError::TooLarge {
                file: path.to_path_buf(),
                limit: format!(
                    "{} bytes in one column of one row group",
                    limits.parquet_column_bytes_max
                ),
            });
        }
        let nested =
            |data_type: &DataType| data_type.is_nested() && !matches!(data_type, DataType::List(_));
        if let Some(field) = builder
            .schema()
            .fields()
            .iter()
            .find(|f| nested(f.data_type()))
        {
            return Err(damaged(format!(
                "column '{}' holds nested values; flatten it",
                field.name()
            )));
        }
        let names = builder.schema().fields().iter().map(|f| f.name().clone());
        let columns = unique_names(names);
        let rows_total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let reader = guarded(|| {
            builder
                .with_batch_size(BATCH_ROWS)
                .build()
                .map_err(|e| e.to_string())
        });
        Ok(Self {
            path: path.to_path_buf(),
            reader: reader.map_err(damaged)?,
            columns,
            batch: None,
            at: 0,
            row: 0,
            rows_total,
            bytes_total,
        })
    }

    fn next_batch(&mut self) -> Result<bool, CollectError> {
        let reader = &mut self.reader;
        let batch = guarded(|| reader.next().transpose().map_err(|e| e.to_string()));
        let batch = batch.map_err(|why| CollectError::Incomplete {
            file: self.path.clone(),
            row: self.row,
            why: format!("the file is damaged ({why})"),
        })?;
        self.at = 0;
        self.batch = batch;
        Ok(self.batch.is_some())
    }
}

impl Records for ParquetReader {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        while self
            .batch
            .as_ref()
            .is_none_or(|batch| self.at >= batch.num_rows())
        {
            if !self.next_batch()? {
                return Ok(false);
            }
        }
        let Some(batch) = &self.batch else {
            return Ok(false);
        };
        self.row += 1;
        into.start(self.row);
        for column in batch.columns() {
            push(column.as_ref(), self.at, into);
        }
        self.at += 1;
        Ok(true)
    }

    fn bytes_done(&self) -> u64 {
        // Row groups are read out of order, so rows tell the progress.
        let share = self.row as f64 / self.rows_total.max(1) as f64;
        (self.bytes_total as f64 * share) as u64
    }
}

fn push(column: &dyn Array, at: usize, into: &mut Record) {
    use std::fmt::Write;
    if column.is_null(at) {
        return into.push("");
    }
    let any = column.as_any();
    match column.data_type() {
        DataType::Utf8 => {
            if let Some(texts) = any.downcast_ref::<arrow::array::StringArray>() {
                return into.push(texts.value(at));
            }
        }
        DataType::Float64 => {
            if let Some(floats) = any.downcast_ref::<arrow::array::Float64Array>() {
                return push_float(floats.value(at), into);
            }
        }
        DataType::Float32 => {
            if let Some(floats) = any.downcast_ref::<arrow::array::Float32Array>() {
                // By its own shortest text: 2.55 as a 32-bit float is not 2.55 as a 64-bit one.
                let text = floats.value(at).to_string();
                return into.push(text.strip_suffix(".0").unwrap_or(&text));
            }
        }
        _ => {}
    }
    let options = FormatOptions::new().with_display_error(true);
    let from = into.text.len();
    if let Ok(formatter) = ArrayFormatter::try_new(column, &options) {
        let _ = write!(into.text, "{}", formatter.value(at));
    }
    into.push_span(from, into.text.len());
}

/// A float as its shortest text, whole numbers without a point: 17850, not 17850.0; not a number is blank.
pub(super) fn push_float(value: f64, into: &mut Record) {
    if value.is_nan() {
        return into.push("");
    }
    into.push(&value.to_string());
}
