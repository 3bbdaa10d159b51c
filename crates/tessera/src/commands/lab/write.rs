//! Labels and centres into plain files, by the ending of the name. It must not compute.

use crate::output::WrongUse;
use anyhow::Context;
use arrow::array::{ArrayRef, Float64Array, UInt32Array};
use arrow::record_batch::RecordBatch;
use npyz::WriterBuilder;
use numeric::MatrixView;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// Whether a file could be written under a name, asked before the work whose result it is to hold.
pub fn check(path: Option<&Path>) -> anyhow::Result<()> {
    path.map(ending).transpose().map(|_| ())
}

/// As [`check`], of what is written as csv alone.
pub fn check_csv(path: &Path) -> anyhow::Result<()> {
    match ending(path)? {
        "csv" => Ok(()),
        _ => Err(WrongUse(format!(
            "{} is written as csv; end its name in .csv",
            path.display()
        ))
        .into()),
    }
}

/// One label per row, in a column `cluster`.
pub fn labels(path: &Path, labels: &[u32]) -> anyhow::Result<()> {
    let said = || format!("writing {}", path.display());
    match ending(path)? {
        "npy" => {
            // Whole numbers as numpy has them by itself, so that they index.
            let labels_of_numpy = labels.iter().map(|label| i64::from(*label));
            npy(path, &[labels.len() as u64], labels_of_numpy).with_context(said)
        }
        "csv" => {
            let mut file = BufWriter::new(File::create(path).with_context(said)?);
            writeln!(file, "cluster").with_context(said)?;
            for label in labels {
                writeln!(file, "{label}").with_context(said)?;
            }
            file.flush().with_context(said)
        }
        _ => {
            let column: ArrayRef = Arc::new(UInt32Array::from(labels.to_vec()));
            parquet(path, RecordBatch::try_from_iter([("cluster", column)])?).with_context(said)
        }
    }
}

/// A matrix, its columns named `c0`, `c1`, … where the format has names.
pub fn matrix(path: &Path, data: MatrixView<'_>) -> anyhow::Result<()> {
    let said = || format!("writing {}", path.display());
    let names = (0..data.cols()).map(|col| format!("c{col}"));
    match ending(path)? {
        "npy" => {
            let shape = [data.rows() as u64, data.cols() as u64];
            npy(path, &shape, data.data().iter().copied()).with_context(said)
        }
        "csv" => {
            let mut writer = csv::Writer::from_path(path).with_context(said)?;
            writer.write_record(names).with_context(said)?;
            for row in 0..data.rows() {
                let cells = data.row(row).iter().map(f64::to_string);
                writer.write_record(cells).with_context(said)?;
            }
            writer.flush().with_context(said)
        }
        _ => {
            let column = |col| -> ArrayRef {
                let values = (0..data.rows()).map(|row| data.row(row)[col]);
                Arc::new(Float64Array::from_iter_values(values))
            };
            let columns = names.enumerate().map(|(col, name)| (name, column(col)));
            parquet(path, RecordBatch::try_from_iter(columns)?).with_context(said)
        }
    }
}

/// Rows of words under names, as csv.
pub fn rows(path: &Path, names: &[String], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let said = || format!("writing {}", path.display());
    let mut writer = csv::Writer::from_path(path).with_context(said)?;
    writer.write_record(names).with_context(said)?;
    for row in rows {
        writer.write_record(row).with_context(said)?;
    }
    writer.flush().with_context(said)
}

fn npy<T: npyz::AutoSerialize>(
    path: &Path,
    shape: &[u64],
    values: impl Iterator<Item = T>,
) -> std::io::Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let options = npyz::WriteOptions::new().default_dtype().shape(shape);
    let mut writer = options.writer(file).begin_nd()?;
    writer.extend(values)?;
    writer.finish()
}

fn parquet(path: &Path, rows: RecordBatch) -> anyhow::Result<()> {
    let file = File::create(path)?;
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, rows.schema(), None)?;
    writer.write(&rows)?;
    writer.close()?;
    Ok(())
}

fn ending(path: &Path) -> anyhow::Result<&str> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending {
        Some(known @ ("npy" | "csv" | "parquet")) => Ok(known),
        _ => {
            let path = path.display();
            let words =
                format!("{path} is to be written, and its name ends in none of .npy .csv .parquet");
            Err(WrongUse(words).into())
        }
    }
}
