//! Plain files as named columns of texts: csv, csv.gz and parquet. A blank is an empty text. It must not understand them.

use super::read::{opened, refuse};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The columns of a file that are asked for and there, by name; all of one length.
pub struct Texts {
    columns: Vec<(String, Vec<String>)>,
    rows: usize,
}

impl Texts {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the file has a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(own, _)| own == name)
    }

    /// Refuses a file that lacks one of these columns.
    pub fn require(&self, path: &Path, names: &[&str]) -> anyhow::Result<()> {
        match names.iter().find(|name| !self.has(name)) {
            None => Ok(()),
            Some(name) => Err(refuse(path, &format!("it has no column '{name}'"))),
        }
    }

    /// A cell, without blanks around it; empty where the file has no such column.
    pub fn cell(&self, name: &str, row: usize) -> &str {
        let column = self.columns.iter().find(|(own, _)| own == name);
        column.map_or("", |(_, cells)| cells[row].trim())
    }
}

/// Of a file those of `names` that it has.
pub fn read(path: &Path, names: &[&str]) -> anyhow::Result<Texts> {
    let ending = path.to_string_lossy().to_lowercase();
    if ending.ends_with(".parquet") {
        from_parquet(path, names)
    } else if ending.ends_with(".csv.gz") {
        from_csv(
            path,
            names,
            flate2::bufread::MultiGzDecoder::new(opened(path)?),
        )
    } else if ending.ends_with(".csv") {
        from_csv(path, names, opened(path)?)
    } else {
        Err(refuse(
            path,
            "its name ends in none of .csv .csv.gz .parquet",
        ))
    }
}

fn from_csv(path: &Path, names: &[&str], file: impl Read) -> anyhow::Result<Texts> {
    let mut reader = csv::Reader::from_reader(file);
    let header = reader
        .headers()
        .map_err(|cause| refuse(path, &cause.to_string()))?
        .clone();
    let places: Vec<usize> = (0..header.len())
        .filter(|place| names.contains(&header[*place].trim()))
        .collect();
    let mut columns: Vec<(String, Vec<String>)> = places
        .iter()
        .map(|place| (header[*place].trim().to_string(), Vec::new()))
        .collect();
    let (mut record, mut rows) = (csv::StringRecord::new(), 0);
    while reader
        .read_record(&mut record)
        .map_err(|cause| refuse(path, &cause.to_string()))?
    {
        for (place, (_, cells)) in places.iter().zip(&mut columns) {
            cells.push(record[*place].to_string());
        }
        rows += 1;
    }
    Ok(Texts { columns, rows })
}

fn from_parquet(path: &Path, names: &[&str]) -> anyhow::Result<Texts> {
    let refused = |why: &str| refuse(path, why);
    let file = File::open(path).map_err(|cause| refused(&cause.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|cause| refused(&cause.to_string()))?;
    let fields: Vec<String> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let places: Vec<usize> = (0..fields.len())
        .filter(|place| names.contains(&fields[*place].as_str()))
        .collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), places.iter().copied());
    let reader = builder
        .with_projection(mask)
        .build()
        .map_err(|cause| refused(&cause.to_string()))?;
    let mut columns: Vec<(String, Vec<String>)> = places
        .iter()
        .map(|place| (fields[*place].clone(), Vec::new()))
        .collect();
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|cause| refused(&cause.to_string()))?;
        for (column, (name, cells)) in batch.columns().iter().zip(&mut columns) {
            let texts = cast(column, &DataType::Utf8)
                .map_err(|cause| refused(&format!("column '{name}': {cause}")))?;
            cells.extend(
                texts
                    .as_string::<i32>()
                    .iter()
                    .map(|text| text.unwrap_or_default().to_string()),
            );
        }
        rows += batch.num_rows();
    }
    Ok(Texts { columns, rows })
}
