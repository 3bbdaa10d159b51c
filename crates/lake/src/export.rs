//! A query's whole answer written to a file, and files read beside the lake's tables. It must not hold an
//! answer in memory: rows go from the query to the file as they come.

use crate::query::plan;
use crate::store::row_groups;
use crate::{Lake, LakeError};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::datasource::file_format::options::{CsvReadOptions, ParquetReadOptions};
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::io::{BufRead, BufWriter, Read};
use std::path::{Path, PathBuf};

/// Bytes of a first line that are looked at.
const LINE_MAX: u64 = 1 << 20;

/// What a file holds, told by its name's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Parquet,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Result<Self, LakeError> {
        match path.extension().and_then(|end| end.to_str()) {
            Some("parquet") => Ok(Self::Parquet),
            Some("csv") => Ok(Self::Csv),
            _ => Err(file(path, "its name must end in .parquet or .csv")),
        }
    }
}

/// A file that a query may name as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The table's name in the query.
    pub name: String,
    /// The file: .parquet or .csv with a header line.
    pub path: PathBuf,
}

/// A question that may name files beside the lake's tables.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// One statement that reads.
    pub sql: String,
    /// Microseconds since 1970, UTC; only rows known by then.
    pub as_of: Option<i64>,
    /// Files that it may name.
    pub beside: Vec<Beside>,
}

impl Lake {
    /// Writes all rows of a read-only statement's answer to `to` (.parquet or .csv) and returns how many
    /// there are. The file is there whole or not at all.
    pub async fn export(&self, asked: &Question, to: &Path) -> Result<u64, LakeError> {
        let format = Format::of(to)?;
        let frame = self.plan_beside(asked).await?;
        let mut rows = frame.execute_stream().await.map_err(LakeError::run)?;
        let partial = to.with_extension("partial");
        let mut sink = Sink::open(format, &partial, rows.schema())?;
        let mut written = 0;
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(LakeError::run)?;
            written += batch.num_rows() as u64;
            sink.write(&batch).map_err(|cause| file(&partial, cause))?;
        }
        sink.close().map_err(|cause| file(&partial, cause))?;
        std::fs::rename(&partial, to).map_err(|cause| file(to, cause))?;
        Ok(written)
    }

    /// The plan of a question over the lake's tables and the files beside them.
    pub(crate) async fn plan_beside(&self, asked: &Question) -> Result<DataFrame, LakeError> {
        let (context, _) = self.session(asked.as_of).await?;
        for one in &asked.beside {
            register(&context, one).await?;
        }
        plan(&context, &asked.sql).await
    }
}

async fn register(context: &SessionContext, one: &Beside) -> Result<(), LakeError> {
    let path = one.path.to_string_lossy();
    if !one.path.is_file() {
        return Err(file(&one.path, "there is no such file"));
    }
    let done = match Format::of(&one.path)? {
        Format::Parquet => {
            let options = ParquetReadOptions::default();
            context
                .register_parquet(&one.name, path.as_ref(), options)
                .await
        }
        Format::Csv => {
            let mark = delimiter(&one.path).map_err(|cause| file(&one.path, cause))?;
            let options = CsvReadOptions::default().delimiter(mark);
            context
                .register_csv(&one.name, path.as_ref(), options)
                .await
        }
    };
    done.map_err(|cause| file(&one.path, cause.strip_backtrace()))
}

/// What parts the cells of a csv file: whichever of comma, semicolon and tab its first line has most of.
fn delimiter(path: &Path) -> std::io::Result<u8> {
    let mut line = Vec::new();
    let file = std::io::BufReader::new(File::open(path)?);
    file.take(LINE_MAX).read_until(b'\n', &mut line)?;
    let mut quoted = false;
    line.retain(|byte| {
        quoted ^= *byte == b'"';
        !quoted
    });
    let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
    // The last of equals counts, so that a comma wins where there is none.
    let marks = [b'\t', b';', b','];
    Ok(marks
        .into_iter()
        .max_by_key(|mark| count(*mark))
        .unwrap_or(b','))
}

enum Sink {
    Parquet(Box<ArrowWriter<File>>),
    Csv(Box<arrow::csv::Writer<BufWriter<File>>>),
}

impl Sink {
    fn open(format: Format, path: &Path, schema: SchemaRef) -> Result<Self, LakeError> {
        let out = File::create(path).map_err(|cause| file(path, cause))?;
        Ok(match format {
            Format::Parquet => {
                let layout = without_float_dictionaries(&schema);
                let writer = ArrowWriter::try_new(out, schema, Some(layout));
                Self::Parquet(Box::new(writer.map_err(|cause| file(path, cause))?))
            }
            Format::Csv => Self::Csv(Box::new(arrow::csv::Writer::new(BufWriter::new(out)))),
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Box<dyn std::error::Error>> {
        match self {
            Self::Parquet(writer) => Ok(writer.write(batch)?),
            Self::Csv(writer) => Ok(writer.write(batch)?),
        }
    }

    fn close(self) -> Result<(), Box<dyn std::error::Error>> {
        match self {
            Self::Parquet(writer) => Ok(writer.close().map(|_| ())?),
            Self::Csv(writer) => Ok(writer.into_inner().into_inner().map(|_| ())?),
        }
    }
}

/// Sums and means hardly repeat: looking each up in a dictionary costs more than it saves.
fn without_float_dictionaries(schema: &SchemaRef) -> WriterProperties {
    let floats = schema
        .fields()
        .iter()
        .filter(|f| f.data_type().is_floating());
    floats
        .fold(row_groups(), |layout, field| {
            let column = ColumnPath::from(field.name().as_str());
            layout.set_column_dictionary_enabled(column, false)
        })
        .build()
}

fn file(path: &Path, cause: impl std::fmt::Display) -> LakeError {
    LakeError::File {
        path: path.display().to_string(),
        cause: cause.to_string(),
    }
}
