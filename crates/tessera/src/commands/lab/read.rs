//! Plain files as arrays: csv, csv.gz, parquet and npy. Every value must be a number; a blank or a text is an error
//! that names its row and column. It must not scale or fill in anything.

use super::columns::is_index;
use anyhow::Context;
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use npyz::{NpyFile, Order};
use numeric::{Matrix, Real};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Values row by row, and how many rows and columns they are.
struct Table<T = f64> {
    values: Vec<T>,
    rows: usize,
    cols: usize,
}

impl<T: Real> Table<T> {
    fn checked(self, path: &Path) -> anyhow::Result<Matrix<T>> {
        Matrix::new(self.values, self.rows, self.cols)
            .map_err(|cause| refuse(path, &cause.to_string()))
    }
}

/// The rows of a file of numbers.
pub fn matrix(path: &Path) -> anyhow::Result<Matrix> {
    table(path)?.checked(path)
}

/// The values of a file row by row, known or not, and its columns.
pub fn unchecked(path: &Path) -> anyhow::Result<(Vec<f64>, usize)> {
    let table = table(path)?;
    Ok((table.values, table.cols))
}

/// The rows of an npy file of `f32` as they are, in half the memory; none where the file is another or holds
/// values that do not go into a narrow matrix.
pub fn narrow(path: &Path) -> anyhow::Result<Option<Matrix<f32>>> {
    if !path.to_string_lossy().to_lowercase().ends_with(".npy") {
        return Ok(None);
    }
    let said = || format!("reading {}", path.display());
    let npy = NpyFile::new(opened(path)?).with_context(said)?;
    let (rows, cols, by_column) = shape(path, &npy)?;
    let Ok(values) = npy.try_data::<f32>() else {
        return Ok(None);
    };
    let values = values.collect::<Result<_, _>>().with_context(said)?;
    // What does not go into a narrow matrix is refused, or taken, by the wide one.
    Ok(finish(values, rows, cols, by_column).checked(path).ok())
}

/// One label per row: the one column of a file, whole numbers of 0 or more.
pub fn labels(path: &Path) -> anyhow::Result<Vec<u32>> {
    let table = table(path)?;
    if table.cols != 1 {
        let words = format!("it has {} columns, and labels are one", table.cols);
        return Err(refuse(path, &words));
    }
    let label = |(row, value): (usize, &f64)| {
        let whole = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(value);
        let words = || format!("{value} at row {row} is no label: give whole numbers of 0 or more");
        whole
            .then_some(*value as u32)
            .ok_or_else(|| refuse(path, &words()))
    };
    table.values.iter().enumerate().map(label).collect()
}

fn table(path: &Path) -> anyhow::Result<Table> {
    let name = path.to_string_lossy().to_lowercase();
    if name.ends_with(".npy") {
        npy(path, opened(path)?)
    } else if name.ends_with(".parquet") {
        from_parquet(path)
    } else if name.ends_with(".csv.gz") {
        from_csv(path, flate2::bufread::MultiGzDecoder::new(opened(path)?))
    } else if name.ends_with(".csv") {
        from_csv(path, opened(path)?)
    } else {
        Err(refuse(
            path,
            "its name ends in none of .csv .csv.gz .parquet .npy",
        ))
    }
}

pub(super) fn opened(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path);
    file.map(BufReader::new)
        .map_err(|cause| refuse(path, &cause.to_string()))
}

/// Rows and columns, and whether values lie column by column.
fn shape<R: Read>(path: &Path, npy: &NpyFile<R>) -> anyhow::Result<(usize, usize, bool)> {
    let shape: Vec<usize> = npy.shape().iter().map(|n| *n as usize).collect();
    let (rows, cols) = match shape.as_slice() {
        [rows] => (*rows, 1),
        [rows, cols] => (*rows, *cols),
        _ => return Err(refuse(path, "its array has not one or two dimensions")),
    };
    Ok((rows, cols, npy.order() == Order::Fortran && cols > 1))
}

fn npy(path: &Path, file: impl Read) -> anyhow::Result<Table> {
    let said = || format!("reading {}", path.display());
    let npy = NpyFile::new(file).with_context(said)?;
    let (rows, cols, is_by_column) = shape(path, &npy)?;
    // By the size of a value, widest first; each is read as what it is.
    macro_rules! read_as {
        ($npy:expr, $($kind:ty),+) => {{
            let npy = $npy;
            $(let npy = match npy.try_data::<$kind>() {
                Ok(values) => {
                    let values = values.map(|value| value.map(|value| value as f64));
                    let values = values.collect::<Result<_, _>>().with_context(said)?;
                    return Ok(finish(values, rows, cols, is_by_column));
                }
                Err(npy) => npy,
            };)+
            npy
        }};
    }
    let other = read_as!(npy, f64, f32, i64, i32, u32, u64, i16, u16, i8, u8);
    let words = format!("its values are {}, no numbers", other.dtype().descr());
    Err(refuse(path, &words))
}

fn finish<T: Copy>(values: Vec<T>, rows: usize, cols: usize, is_by_column: bool) -> Table<T> {
    let values = match is_by_column {
        false => values,
        true => {
            let cell = |at: usize| values[at % cols * rows + at / cols];
            (0..values.len()).map(cell).collect()
        }
    };
    Table { values, rows, cols }
}

/// Whether the first line of a file names its columns: where a cell holds something, and that is no number.
pub(super) fn names_columns(first: &csv::StringRecord) -> bool {
    let mut told = first.iter().map(str::trim).filter(|cell| !cell.is_empty());
    told.any(|cell| cell.parse::<f64>().is_err())
}

fn from_csv(path: &Path, file: impl Read) -> anyhow::Result<Table> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file);
    let (mut values, mut names, mut rows) = (Vec::new(), Vec::new(), 0);
    for (line, record) in reader.records().enumerate() {
        let record = record.map_err(|cause| refuse(path, &cause.to_string()))?;
        // A first line that holds a text names the columns.
        if line == 0 && names_columns(&record) {
            names = record.iter().map(str::to_string).collect();
            continue;
        }
        for (col, cell) in record.iter().enumerate() {
            let value = cell.trim().parse().map_err(|_| {
                let name = names
                    .get(col)
                    .map_or_else(|| format!("{}", col + 1), |name| format!("'{name}'"));
                refuse(
                    path,
                    &format!(
                        "'{cell}' at line {}, column {name}, is no number; leave the column out by --without, or name \
                         it in --categorical",
                        line + 1
                    ),
                )
            })?;
            values.push(value);
        }
        rows += 1;
    }
    let cols = values.len().checked_div(rows).unwrap_or(0);
    Ok(Table { values, rows, cols })
}

fn from_parquet(path: &Path) -> anyhow::Result<Table> {
    let file = File::open(path).map_err(|cause| refuse(path, &cause.to_string()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|cause| refuse(path, &cause.to_string()))?;
    let (mut values, mut rows, mut cols) = (Vec::new(), 0, 0);
    for batch in reader {
        let batch = batch.map_err(|cause| refuse(path, &cause.to_string()))?;
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (column, field) in batch.columns().iter().zip(batch.schema().fields()) {
            let name = field.name();
            if is_index(name) {
                continue;
            }
            if !column.data_type().is_numeric() {
                return Err(refuse(
                    path,
                    &format!(
                        "its column '{name}' holds no numbers; leave it out by --without, or name it in --categorical"
                    ),
                ));
            }
            if let Some(row) = (0..column.len()).find(|row| column.is_null(*row)) {
                return Err(refuse(
                    path,
                    &format!("row {} of its column '{name}' is blank", rows + row),
                ));
            }
            columns.push(
                cast(column, &DataType::Float64)?
                    .as_primitive::<Float64Type>()
                    .clone(),
            );
        }
        cols = columns.len();
        for row in 0..batch.num_rows() {
            values.extend(columns.iter().map(|column| column.value(row)));
        }
        rows += batch.num_rows();
    }
    Ok(Table { values, rows, cols })
}

pub(super) fn refuse(path: &Path, why: &str) -> anyhow::Error {
    anyhow::anyhow!("{} cannot be used: {why}", path.display())
}
