//! Rows of a query dealt by their key into parts on disk, so that a stage that works through all keys part by part reads
//! the lake once, and not once for each part. It must not keep anything beyond the stage: the folder ends with the value.

use crate::query::plan;
use crate::session::Of;
use crate::{Lake, LakeError};
use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, SchemaRef};
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows of a part that wait in memory for being written.
const PENDING: usize = 4_096;
/// Rows that a part's file encodes in memory before it writes them.
const GROUP: usize = 65_536;
/// The folder of all that is dealt, within the lake's.
const FOLDER: &str = ".dealt";

/// The rows of a query, in so many parts.
#[derive(Debug)]
pub struct Dealt {
    folder: PathBuf,
}

impl Dealt {
    /// The rows of a part, all of its keys and in no order.
    ///
    /// # Errors
    /// [`LakeError::File`] where the part's file cannot be read.
    pub fn part(&self, part: usize) -> Result<Vec<RecordBatch>, LakeError> {
        let path = of_part(&self.folder, part);
        let fail = |cause: &dyn std::fmt::Display| file(&path, cause);
        let open = File::open(&path).map_err(|cause| fail(&cause))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(open)
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|cause| fail(&cause))?;
        reader
            .collect::<Result<_, _>>()
            .map_err(|cause| fail(&cause))
    }
}

impl Drop for Dealt {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the next is dealt under the name.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Lake {
    /// Deals the rows of the lake's own query into `parts` parts: a row is of part `key % parts`, the key being its first
    /// column, a whole number that is never missing. `beside` are further tables that the query may name. Under one `name`
    /// one process deals at a time; what an ended one left there is removed first.
    ///
    /// # Errors
    /// Where the query fails, its first column is no such key, or the folder cannot be written.
    pub async fn deal(
        &self,
        name: &str,
        sql: &str,
        as_of: Option<i64>,
        beside: Vec<(&str, RecordBatch)>,
        parts: usize,
    ) -> Result<Dealt, LakeError> {
        let folder = self.root().join(FOLDER).join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|cause| file(&folder, cause))?;
        }
        std::fs::create_dir_all(&folder).map_err(|cause| file(&folder, cause))?;
        let dealt = Dealt { folder };
        let context = self.session_naming(sql, as_of, Of::Customers).await?;
        for (name, rows) in beside {
            context.register_batch(name, rows).map_err(LakeError::run)?;
        }
        let frame = plan(&context, sql).await?;
        let mut rows = frame.execute_stream().await.map_err(LakeError::run)?;
        let schema = rows.schema();
        let mut all: Vec<Part> = (0..parts.max(1))
            .map(|part| Part::open(of_part(&dealt.folder, part), &schema))
            .collect::<Result<_, _>>()?;
        while let Some(batch) = rows.next().await {
            deal(&batch.map_err(LakeError::run)?, &mut all)?;
        }
        for part in all {
            part.close()?;
        }
        Ok(dealt)
    }
}

/// Adds each row of a batch to its part.
fn deal(batch: &RecordBatch, all: &mut [Part]) -> Result<(), LakeError> {
    let fail = |cause: &dyn std::fmt::Display| LakeError::Run(format!("rows to deal: {cause}"));
    let keys = batch.column(0).as_primitive_opt::<Int64Type>();
    let keys = keys
        .filter(|keys| keys.null_count() == 0)
        .ok_or_else(|| fail(&"the first column must be a key that is never missing"))?;
    let of = |key: i64| key.rem_euclid(all.len() as i64) as usize;
    let mut begins = vec![0u32; all.len() + 1];
    keys.values()
        .iter()
        .for_each(|key| begins[of(*key) + 1] += 1);
    for part in 0..all.len() {
        begins[part + 1] += begins[part];
    }
    // Rows by part, and within a part as they came.
    let (mut next, mut order) = (begins.clone(), vec![0u32; keys.len()]);
    for (row, key) in keys.values().iter().enumerate() {
        let place = &mut next[of(*key)];
        order[*place as usize] = row as u32;
        *place += 1;
    }
    let sorted =
        take_record_batch(batch, &UInt32Array::from(order)).map_err(|cause| fail(&cause))?;
    for (part, one) in all.iter_mut().enumerate() {
        let (begin, end) = (begins[part] as usize, begins[part + 1] as usize);
        if begin < end {
            one.add(sorted.slice(begin, end - begin))?;
        }
    }
    Ok(())
}

/// A part while it is written.
struct Part {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    pending: Vec<RecordBatch>,
    rows: usize,
}

impl Part {
    fn open(path: PathBuf, schema: &SchemaRef) -> Result<Self, LakeError> {
        let layout = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let out = File::create(&path).map_err(|cause| file(&path, cause))?;
        let writer = ArrowWriter::try_new(out, SchemaRef::clone(schema), Some(layout));
        Ok(Self {
            writer: writer.map_err(|cause| file(&path, cause))?,
            path,
            schema: SchemaRef::clone(schema),
            pending: Vec::new(),
            rows: 0,
        })
    }

    fn add(&mut self, rows: RecordBatch) -> Result<(), LakeError> {
        self.rows += rows.num_rows();
        self.pending.push(rows);
        match self.rows >= PENDING {
            true => self.write(),
            false => Ok(()),
        }
    }

    fn write(&mut self) -> Result<(), LakeError> {
        let rows =
            concat_batches(&self.schema, &self.pending).map_err(|cause| file(&self.path, cause))?;
        (self.pending, self.rows) = (Vec::new(), 0);
        self.writer
            .write(&rows)
            .map_err(|cause| file(&self.path, cause))
    }

    fn close(mut self) -> Result<(), LakeError> {
        self.write()?;
        let closed = self.writer.close();
        closed.map_err(|cause| file(&self.path, cause)).map(|_| ())
    }
}

fn of_part(folder: &Path, part: usize) -> PathBuf {
    folder.join(format!("{part}.parquet"))
}

fn file(path: &Path, cause: impl std::fmt::Display) -> LakeError {
    LakeError::File {
        path: path.display().to_string(),
        cause: cause.to_string(),
    }
}
