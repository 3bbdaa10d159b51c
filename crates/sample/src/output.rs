//! Files: rows in, CSV or Parquet out, on a thread of its own behind a bounded channel. Holds no table and no
//! knowledge of what the rows mean.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::SampleError;
use crate::rows::{Kind, Rows, Table, batch};
use crate::spec::Format;

/// Rows gathered before the Parquet encoder is called: small batches cost it more than their cells.
const PENDING_ROWS: usize = 16_384;
/// Rows per row group: bounds what the encoder holds in memory.
const ROW_GROUP_ROWS: usize = 262_144;

/// The folder being written.
pub(crate) struct Output {
    dir: PathBuf,
    format: Format,
    open: BTreeMap<PathBuf, TableFile>,
}

enum TableFile {
    /// Without a buffer: rows come in large pieces, which it would only copy once more.
    Csv {
        path: PathBuf,
        file: File,
        rows: u64,
    },
    Parquet {
        path: PathBuf,
        writer: Box<ArrowWriter<File>>,
        pending: Vec<RecordBatch>,
        waiting: usize,
        rows: u64,
    },
}

impl Output {
    /// Makes the folder and `truth/` in it.
    pub(crate) fn new(dir: &Path, format: Format) -> Result<Self, SampleError> {
        let truth = dir.join("truth");
        std::fs::create_dir_all(&truth).map_err(|source| SampleError::io(truth, source))?;
        Ok(Self {
            dir: dir.to_owned(),
            format,
            open: BTreeMap::new(),
        })
    }

    /// Empty rows of a table in the format of its file; the truth is always Parquet.
    pub(crate) fn rows(format: Format, table: &'static Table) -> Rows {
        match format {
            _ if table.name.starts_with("truth/") => Rows::arrow(table),
            Format::Csv => Rows::csv(table),
            Format::Parquet => Rows::arrow(table),
        }
    }

    /// Makes sure that the file of a table exists, be it without rows.
    pub(crate) fn expect(&mut self, table: &'static Table) -> Result<(), SampleError> {
        self.accept(Self::rows(self.format, table))
    }

    /// Appends rows to their table's file. Truth tables carry `truth/` in their name and are always Parquet.
    pub(crate) fn accept(&mut self, rows: Rows) -> Result<(), SampleError> {
        let table = rows.table();
        let csv = matches!(rows, Rows::Csv { .. });
        let path = self.dir.join(format!(
            "{}.{}",
            table.name,
            if csv { "csv" } else { "parquet" }
        ));
        if !self.open.contains_key(&path) {
            self.open
                .insert(path.clone(), TableFile::create(path.clone(), table, csv)?);
        }
        match self.open.get_mut(&path) {
            Some(file) => file.write(rows),
            None => Ok(()),
        }
    }

    /// Writes what waits, closes every file and tells the rows of each.
    pub(crate) fn close(self) -> Result<BTreeMap<String, u64>, SampleError> {
        let mut counts = BTreeMap::new();
        for (path, file) in self.open {
            let name = path
                .strip_prefix(&self.dir)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            counts.insert(name, file.close()?);
        }
        Ok(counts)
    }
}

impl TableFile {
    fn create(path: PathBuf, table: &'static Table, csv: bool) -> Result<Self, SampleError> {
        let mut file = File::create(&path).map_err(|source| SampleError::io(&path, source))?;
        if csv {
            file.write_all(table.header().as_bytes())
                .map_err(|source| SampleError::io(&path, source))?;
            return Ok(Self::Csv {
                path,
                file,
                rows: 0,
            });
        }
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS));
        for (name, _) in table.columns.iter().filter(|(_, kind)| *kind == Kind::Key) {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(*name), false);
        }
        let properties = properties.build();
        match ArrowWriter::try_new(file, table.schema(), Some(properties)) {
            Ok(writer) => {
                let writer = Box::new(writer);
                Ok(Self::Parquet {
                    path,
                    writer,
                    pending: Vec::new(),
                    waiting: 0,
                    rows: 0,
                })
            }
            Err(source) => Err(SampleError::Parquet { path, source }),
        }
    }

    fn write(&mut self, more: Rows) -> Result<(), SampleError> {
        match (self, more) {
            (
                Self::Csv { path, file, rows },
                Rows::Csv {
                    bytes, rows: more, ..
                },
            ) => {
                *rows += more;
                file.write_all(&bytes)
                    .map_err(|source| SampleError::io(path.as_path(), source))
            }
            (
                this @ Self::Parquet { .. },
                Rows::Arrow {
                    table,
                    columns,
                    rows: more,
                    ..
                },
            ) => {
                if more == 0 {
                    return Ok(());
                }
                let Self::Parquet {
                    pending,
                    waiting,
                    rows,
                    ..
                } = this
                else {
                    return Ok(());
                };
                *rows += more;
                *waiting += more as usize;
                pending.push(batch(table, columns)?);
                if *waiting >= PENDING_ROWS {
                    this.encode()
                } else {
                    Ok(())
                }
            }
            // `accept` keeps one file per ending, so the two always match.
            _ => Ok(()),
        }
    }

    fn encode(&mut self) -> Result<(), SampleError> {
        let Self::Parquet {
            path,
            writer,
            pending,
            waiting,
            ..
        } = self
        else {
            return Ok(());
        };
        let Some(first) = pending.first() else {
            return Ok(());
        };
        let wrong = |source| SampleError::Parquet {
            path: path.clone(),
            source,
        };
        let whole = concat_batches(&first.schema(), pending.iter())
            .map_err(|source| wrong(source.into()))?;
        pending.clear();
        *waiting = 0;
        writer.write(&whole).map_err(wrong)
    }

    fn close(mut self) -> Result<u64, SampleError> {
        self.encode()?;
        match self {
            Self::Csv { rows, .. } => Ok(rows),
            Self::Parquet {
                path, writer, rows, ..
            } => {
                writer
                    .close()
                    .map_err(|source| SampleError::Parquet { path, source })?;
                Ok(rows)
            }
        }
    }
}
