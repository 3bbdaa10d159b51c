//! Plain files as named columns, of numbers and of categories, for methods that take both; and which columns of a file
//! are meant. A blank is a value that is not known. It must not scale or fill in anything.

use super::read::{names_columns, opened, refuse};
use crate::output::WrongUse;
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use cluster::mixed::{Column, MISSING};
use numeric::Matrix;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The values of a column.
pub enum Values {
    /// Numbers; NaN where one is not known.
    Numbers(Vec<f64>),
    /// Categories by their places in the words.
    Categories(Words),
}

/// Categories in the order in which they came.
#[derive(Default)]
pub struct Words {
    /// One for each row.
    pub codes: Vec<u32>,
    /// What each stands for.
    pub words: Vec<String>,
    known: HashMap<String, u32>,
}

impl Words {
    fn push(&mut self, word: &str) {
        let word = word.trim();
        let code = match (word.is_empty(), self.known.get(word)) {
            (true, _) => MISSING,
            (false, Some(code)) => *code,
            (false, None) => {
                let code = self.words.len() as u32;
                self.known.insert(word.to_string(), code);
                self.words.push(word.to_string());
                code
            }
        };
        self.codes.push(code);
    }
}

/// Columns by name.
pub struct Columns {
    /// Their names; numbers counted from 0 where the file has none.
    pub names: Vec<String>,
    /// Their values.
    pub values: Vec<Values>,
    /// Their places in the file, counted from 0.
    places: Vec<usize>,
}

impl Columns {
    /// Takes a column out by what it was asked for as: its name, else its number in the file.
    pub fn take(&mut self, asked: &str) -> Option<Values> {
        let named = self.names.iter().position(|own| own == asked);
        let number = asked.parse::<usize>().ok();
        let numbered = || self.places.iter().position(|place| Some(*place) == number);
        let at = named.or_else(numbered)?;
        self.names.remove(at);
        self.places.remove(at);
        Some(self.values.remove(at))
    }

    /// As the kernel takes them.
    pub fn of_kernel(&self) -> Vec<Column<'_>> {
        let each = self.values.iter().map(|values| match values {
            Values::Numbers(numbers) => Column::Number(numbers),
            Values::Categories(words) => Column::Category(&words.codes),
        });
        each.collect()
    }

    /// Columns that hold nothing but numbers, all known, row by row.
    pub fn matrix(self, path: &Path) -> anyhow::Result<Matrix> {
        let each = self.values.into_iter().map(|values| match values {
            Values::Numbers(numbers) => numbers,
            Values::Categories(words) => words.codes.into_iter().map(f64::from).collect(),
        });
        let columns: Vec<Vec<f64>> = each.collect();
        let rows = columns.first().map_or(0, Vec::len);
        let mut values = Vec::with_capacity(rows * columns.len());
        for row in 0..rows {
            values.extend(columns.iter().map(|column| column[row]));
        }
        Matrix::new(values, rows, columns.len()).map_err(|cause| refuse(path, &cause.to_string()))
    }
}

/// The places of columns that are named: by their names, else by numbers counted from 0. `flag` is what named them.
pub fn places(
    path: &Path,
    (names, cols): (&[String], usize),
    flag: &str,
    asked: &[String],
) -> anyhow::Result<BTreeSet<usize>> {
    let place = |name: &String| {
        let named = names.iter().position(|own| own == name);
        let numbered = || name.parse().ok().filter(|place| *place < cols);
        named.or_else(numbered).ok_or_else(|| {
            let first: Vec<&str> = names.iter().take(20).map(String::as_str).collect();
            let words = format!(
                "{flag}: '{}' has no column '{name}' among its {cols}: {}",
                path.display(),
                first.join(", ")
            );
            WrongUse(words).into()
        })
    };
    asked.iter().map(place).collect()
}

/// Whether a column is the row numbers that pandas writes beside a frame, which it does not show as a column itself.
pub fn is_index(name: &str) -> bool {
    name.starts_with("__index_level_") && name.ends_with("__")
}

/// What a file is read as.
struct Shape<'a> {
    path: &'a Path,
    categorical: &'a [String],
    without: &'a [String],
    /// Columns of numbers, where the others are not asked for.
    only: Option<&'a [String]>,
}

/// What names columns, where only some are asked for.
const ASKED: &str = "a column asked for";

/// Where a column that holds no numbers is given as one of numbers.
const MEND: &str = "name the column in --categorical or leave it out by --without";

impl Shape<'_> {
    /// Whether the texts of a first line are those of columns that were named by number, as of a file without names. Of
    /// a file of which only some columns are asked for, the others do not count.
    fn only_categories(&self, first: &csv::StringRecord) -> bool {
        let numbers = |names: &[String]| -> Option<BTreeSet<usize>> {
            names.iter().map(|name| name.parse().ok()).collect()
        };
        let only = self.only.unwrap_or_default();
        let (Some(categorical), Some(without), Some(only)) = (
            numbers(self.categorical),
            numbers(self.without),
            numbers(only),
        ) else {
            return false;
        };
        let text = |cell: &str| !cell.trim().is_empty() && cell.trim().parse::<f64>().is_err();
        let counts = |col: &usize| match self.only {
            Some(_) => only.contains(col),
            None => !categorical.contains(col) && !without.contains(col),
        };
        let mut cells = first.iter().enumerate();
        !cells.any(|(col, cell)| counts(&col) && text(cell))
    }

    /// The columns to fill, one for each of the file; none for those left out.
    fn empty(&self, names: &[String], cols: usize) -> anyhow::Result<Vec<Option<Values>>> {
        let named = (names, cols);
        let flag = self.only.map_or("--categorical", |_| ASKED);
        let categorical = places(self.path, named, flag, self.categorical)?;
        let without = places(self.path, named, "--without", self.without)?;
        let only = self.only.map(|only| places(self.path, named, ASKED, only));
        let only = only.transpose()?;
        let left_out = |col| match &only {
            Some(only) => !only.contains(&col) && !categorical.contains(&col),
            None => without.contains(&col) || is_index(&names[col]),
        };
        let each = (0..cols).map(|col| match (left_out(col), categorical.contains(&col)) {
            (true, _) => None,
            (false, true) => Some(Values::Categories(Words::default())),
            (false, false) => Some(Values::Numbers(Vec::new())),
        });
        Ok(each.collect())
    }

    fn mend(&self) -> &'static str {
        match self.only {
            Some(_) => "give a column of numbers",
            None => MEND,
        }
    }

    fn finish(names: Vec<String>, values: Vec<Option<Values>>) -> Columns {
        let mut columns = Columns {
            names: Vec::new(),
            values: Vec::new(),
            places: Vec::new(),
        };
        for (place, (name, values)) in names.into_iter().zip(values).enumerate() {
            if let Some(values) = values {
                columns.names.push(name);
                columns.values.push(values);
                columns.places.push(place);
            }
        }
        columns
    }
}

/// The columns of a file but those left out; the categorical ones hold texts or numbers that are no quantities.
pub fn read(path: &Path, categorical: &[String], without: &[String]) -> anyhow::Result<Columns> {
    of_shape(&Shape {
        path,
        categorical,
        without,
        only: None,
    })
}

/// Some columns of a file, texts as categories, and numbers.
pub fn read_only(path: &Path, texts: &[String], numbers: &[String]) -> anyhow::Result<Columns> {
    of_shape(&Shape {
        path,
        categorical: texts,
        without: &[],
        only: Some(numbers),
    })
}

fn of_shape(shape: &Shape<'_>) -> anyhow::Result<Columns> {
    let path = shape.path;
    let name = path.to_string_lossy().to_lowercase();
    if name.ends_with(".parquet") {
        from_parquet(shape)
    } else if name.ends_with(".csv.gz") {
        from_csv(shape, flate2::bufread::MultiGzDecoder::new(opened(path)?))
    } else if name.ends_with(".csv") {
        from_csv(shape, opened(path)?)
    } else {
        from_numbers(shape)
    }
}

fn numbered(cols: usize) -> Vec<String> {
    (0..cols).map(|col| col.to_string()).collect()
}

fn from_csv(shape: &Shape<'_>, file: impl Read) -> anyhow::Result<Columns> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (line, record) in reader.records().enumerate() {
        let record = record.map_err(|cause| refuse(shape.path, &cause.to_string()))?;
        if line == 0 {
            let header = names_columns(&record) && !shape.only_categories(&record);
            names = match header {
                true => record.iter().map(|name| name.trim().to_string()).collect(),
                false => numbered(record.len()),
            };
            values = shape.empty(&names, record.len())?;
            if header {
                continue;
            }
        }
        for (col, (cell, values)) in record.iter().zip(&mut values).enumerate() {
            match values {
                None => {}
                Some(Values::Categories(words)) => words.push(cell),
                Some(Values::Numbers(numbers)) if cell.trim().is_empty() => {
                    numbers.push(f64::NAN);
                }
                Some(Values::Numbers(numbers)) => {
                    numbers.push(cell.trim().parse().map_err(|_| {
                        let words = format!(
                            "'{cell}' at line {}, column '{}', is no number; {}",
                            line + 1,
                            names[col],
                            shape.mend()
                        );
                        refuse(shape.path, &words)
                    })?);
                }
            }
        }
    }
    Ok(Shape::finish(names, values))
}

fn from_parquet(shape: &Shape<'_>) -> anyhow::Result<Columns> {
    let refused = |why: &str| refuse(shape.path, why);
    let file = File::open(shape.path).map_err(|cause| refused(&cause.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|cause| refused(&cause.to_string()))?;
    let fields = builder.schema().fields().iter();
    let names: Vec<String> = fields.map(|field| field.name().clone()).collect();
    let mut values = shape.empty(&names, names.len())?;
    let reader = builder
        .build()
        .map_err(|cause| refused(&cause.to_string()))?;
    for batch in reader {
        let batch = batch.map_err(|cause| refused(&cause.to_string()))?;
        for ((column, name), values) in batch.columns().iter().zip(&names).zip(&mut values) {
            match values {
                None => {}
                Some(Values::Categories(words)) => {
                    let texts = cast(column, &DataType::Utf8)
                        .map_err(|cause| refused(&format!("column '{name}': {cause}")))?;
                    let texts = texts.as_string::<i32>();
                    texts
                        .iter()
                        .for_each(|text| words.push(text.unwrap_or_default()));
                }
                Some(Values::Numbers(_)) if !column.data_type().is_numeric() => {
                    return Err(refused(&format!(
                        "its column '{name}' holds no numbers; {}",
                        shape.mend()
                    )));
                }
                Some(Values::Numbers(numbers)) => {
                    let column = cast(column, &DataType::Float64)
                        .map_err(|cause| refused(&format!("column '{name}': {cause}")))?;
                    let column = column.as_primitive::<Float64Type>().iter();
                    numbers.extend(column.map(|value| value.unwrap_or(f64::NAN)));
                }
            }
        }
    }
    Ok(Shape::finish(names, values))
}

/// Of a file of nothing but numbers, some columns by what they stand for.
fn from_numbers(shape: &Shape<'_>) -> anyhow::Result<Columns> {
    let (numbers, cols) = super::read::unchecked(shape.path)?;
    let names = numbered(cols);
    let mut values = shape.empty(&names, cols)?;
    for row in numbers.chunks_exact(cols.max(1)) {
        for (value, values) in row.iter().zip(&mut values) {
            match values {
                None => {}
                Some(Values::Categories(words)) if value.is_nan() => words.push(""),
                Some(Values::Categories(words)) => words.push(&value.to_string()),
                Some(Values::Numbers(numbers)) => numbers.push(*value),
            }
        }
    }
    Ok(Shape::finish(names, values))
}
