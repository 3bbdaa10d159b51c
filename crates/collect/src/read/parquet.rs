//! Parquet by record batches; values become the text that a CSV of the same data would hold.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;

use super::{Record, Records, guarded, unique_names};
use crate::error::CollectError;
use crate::limits::Limits;
use crate::parse::time::iso;

/// Rows of a batch, fewer where the rows are long.
const BATCH_ROWS: u64 = 8_192;

pub(crate) struct ParquetReader {
    path: PathBuf,
    limits: Limits,
    reader: ParquetRecordBatchReader,
    columns: Vec<String>,
    /// The columns of the batch in hand, and how many rows it has.
    texts: Vec<StringArray>,
    /// Which columns hold numbers.
    numbers: Vec<bool>,
    rows: usize,
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
        let batch_rows = batch_rows(groups, limits);
        let mut fields = builder.schema().fields().iter();
        if let Some(field) = fields.find(|f| !has_text(f.data_type())) {
            let name = field.name();
            return Err(damaged(format!(
                "column '{name}' holds nested values or bytes; flatten it"
            )));
        }
        let names = builder.schema().fields().iter().map(|f| f.name().clone());
        if names.len() > limits.columns_max {
            return Err(damaged(format!("more than {} columns", limits.columns_max)));
        }
        let columns = unique_names(names);
        let rows_total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let reader = guarded(|| {
            builder
                .with_batch_size(batch_rows)
                .build()
                .map_err(|e| e.to_string())
        });
        Ok(Self {
            path: path.to_path_buf(),
            limits,
            reader: reader.map_err(damaged)?,
            columns,
            texts: Vec::new(),
            numbers: Vec::new(),
            rows: 0,
            at: 0,
            row: 0,
            rows_total,
            bytes_total,
        })
    }

    fn next_batch(&mut self) -> Result<bool, CollectError> {
        let reader = &mut self.reader;
        let batch = guarded(|| {
            let Some(batch) = reader.next().transpose().map_err(|e| e.to_string())? else {
                return Ok(None);
            };
            let texts = batch
                .columns()
                .iter()
                .map(as_text)
                .collect::<Result<Vec<_>, _>>();
            let types = batch.columns().iter().map(|c| c.data_type().is_numeric());
            let numbers: Vec<bool> = types.collect();
            let texts = texts.map_err(|e| e.to_string())?;
            Ok(Some((batch.num_rows(), texts, numbers)))
        });
        let batch = batch.map_err(|why| CollectError::Incomplete {
            file: self.path.clone(),
            row: self.row,
            why: format!("the file is damaged ({why})"),
        })?;
        self.at = 0;
        let found = batch.is_some();
        (self.rows, self.texts, self.numbers) = batch.unwrap_or_default();
        Ok(found)
    }
}

impl Records for ParquetReader {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        while self.at >= self.rows {
            if !self.next_batch()? {
                return Ok(false);
            }
        }
        self.row += 1;
        into.start(self.row);
        for (texts, is_number) in self.texts.iter().zip(&self.numbers) {
            let text = match texts.is_null(self.at) {
                true => "",
                false => texts.value(self.at),
            };
            if into.text.len() + text.len() > self.limits.line_bytes_max {
                into.fail_too_long(self.limits);
                break;
            }
            if *is_number {
                into.push_number(text);
            } else {
                into.push(text);
            }
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

/// Rows of a batch, so that it stays below the bytes of a chunk where the rows of the largest row group are
/// about equally long.
fn batch_rows(groups: &[RowGroupMetaData], limits: Limits) -> usize {
    let row_bytes = groups.iter().map(|group| {
        // Repeated texts are stored once and read as often as they stand.
        let bytes = group.columns().iter().map(|chunk| {
            let texts = chunk.unencoded_byte_array_data_bytes().unwrap_or(0);
            u64::try_from(texts.max(chunk.uncompressed_size())).unwrap_or(0)
        });
        let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
        bytes.fold(0, u64::saturating_add).div_ceil(rows)
    });
    let largest = row_bytes.max().unwrap_or(0).max(1);
    (limits.chunk_bytes_max as u64 / largest).clamp(1, BATCH_ROWS) as usize
}

/// Whether values of a type can become text.
fn has_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(..) => true,
        DataType::Dictionary(_, values) => !values.is_nested(),
        other => !other.is_nested() && can_cast_types(other, &DataType::Utf8),
    }
}

/// A column as text: floats by their shortest text, so that 17850.0 is 17850; instants in ISO 8601.
fn as_text(column: &ArrayRef) -> Result<StringArray, ArrowError> {
    let text = match column.data_type() {
        DataType::Float64 => {
            let floats = column.as_primitive::<Float64Type>().iter();
            floats
                .map(|v| v.filter(|v| !v.is_nan()).map(|v| v.to_string()))
                .collect()
        }
        DataType::Float32 => {
            // By its own shortest text: 2.55 as a 32-bit float is another number as a 64-bit one.
            let floats = column.as_primitive::<Float32Type>().iter();
            floats
                .map(|v| v.filter(|v| !v.is_nan()).map(|v| v.to_string()))
                .collect()
        }
        DataType::Timestamp(unit, zone) => {
            // A zone only says how to show the instant; the value is UTC either way.
            let numbers = cast(column, &DataType::Int64)?;
            let instants = numbers.as_primitive::<Int64Type>().iter();
            instants
                .map(|v| v.map(|v| iso(micros(v, *unit), zone.is_some())))
                .collect()
        }
        DataType::Utf8 => column.as_string::<i32>().clone(),
        _ => cast(column, &DataType::Utf8)?.as_string::<i32>().clone(),
    };
    Ok(text)
}

fn micros(value: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => value.saturating_mul(1_000_000),
        TimeUnit::Millisecond => value.saturating_mul(1_000),
        TimeUnit::Microsecond => value,
        TimeUnit::Nanosecond => value.div_euclid(1_000),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use arrow::array::RecordBatch;
    use parquet::arrow::ArrowWriter;

    use super::*;

    /// Sizes of the batches of a file of equal texts.
    fn batches(text: &str, rows: usize, limits: Limits) -> Vec<usize> {
        let file = tempfile::NamedTempFile::new().unwrap();
        let texts: ArrayRef = Arc::new(StringArray::from(vec![text; rows]));
        let batch = RecordBatch::try_from_iter([("a", texts)]).unwrap();
        let mut writer =
            ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let mut reader = ParquetReader::open(file.path(), limits).unwrap();
        let mut sizes = Vec::new();
        while reader.next_batch().unwrap() {
            sizes.push(reader.rows);
        }
        sizes
    }

    #[test]
    fn batches_of_long_rows_are_short() {
        let limits = Limits {
            chunk_bytes_max: 100_000,
            ..Limits::default()
        };
        let long = batches(&"x".repeat(10_000), 100, limits);
        assert!(long.iter().all(|rows| *rows <= 10), "{long:?}");
        assert_eq!(batches("x", 100, limits), [100]);
    }
}
