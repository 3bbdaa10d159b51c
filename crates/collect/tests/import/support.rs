//! What the tests of this crate share: writing small files, importing them, and asking for columns.
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use collect::{
    BadRow, Chunk, CollectError, ImportArgs, ImportSpec, Importer, Limits, PersonField,
    sniff_within,
};
use retail::SourceId;

/// When the tests' imports happen.
pub fn known_at() -> jiff::Timestamp {
    "2024-06-01T00:00:00Z".parse().unwrap()
}

pub fn args() -> ImportArgs {
    ImportArgs::new("import-1", known_at(), [7; 32])
}

/// A whole import.
#[derive(Default)]
pub struct Outcome {
    pub chunks: Vec<Chunk>,
    pub failure: Option<CollectError>,
}

impl Outcome {
    pub fn read(&self) -> u64 {
        self.chunks.iter().map(|c| c.read).sum()
    }

    pub fn good(&self) -> u64 {
        self.chunks.iter().map(|c| c.rows.num_rows() as u64).sum()
    }

    pub fn duplicate(&self) -> u64 {
        self.chunks.iter().map(|c| c.duplicate).sum()
    }

    pub fn bad(&self) -> Vec<BadRow> {
        self.chunks
            .iter()
            .flat_map(|c| c.quarantined.clone())
            .collect()
    }

    /// Row and code of each bad row.
    pub fn codes(&self) -> Vec<(u64, &'static str)> {
        self.bad().iter().map(|b| (b.row, b.code.word())).collect()
    }

    pub fn people(&self) -> Vec<Option<SourceId>> {
        let of_chunk = |c: &Chunk| -> Vec<Option<SourceId>> {
            c.who
                .iter()
                .map(|who| who.map(|i| c.ids[i as usize].clone()))
                .collect()
        };
        self.chunks.iter().flat_map(of_chunk).collect()
    }

    pub fn person_fields(&self) -> Vec<PersonField> {
        self.chunks
            .iter()
            .flat_map(|c| c.person_fields.clone())
            .collect()
    }

    pub fn rows(&self) -> RecordBatch {
        let batches: Vec<&RecordBatch> = self.chunks.iter().map(|c| &c.rows).collect();
        concat_batches(&batches[0].schema(), batches).unwrap()
    }

    pub fn column(&self, name: &str) -> ArrayRef {
        self.rows()
            .column_by_name(name)
            .unwrap_or_else(|| panic!("no column {name}"))
            .clone()
    }

    /// A column as text, blank for null.
    pub fn text(&self, name: &str) -> Vec<String> {
        let column = self.column(name);
        if let Some(instants) = column.as_primitive_opt::<TimestampMicrosecondType>() {
            let text = |micros| {
                jiff::Timestamp::from_microsecond(micros)
                    .unwrap()
                    .to_string()
            };
            return instants
                .iter()
                .map(|micros| micros.map(text).unwrap_or_default())
                .collect();
        }
        let options = FormatOptions::new();
        let formatter = ArrayFormatter::try_new(&column, &options).unwrap();
        (0..column.len())
            .map(|i| formatter.value(i).to_string())
            .collect()
    }

    pub fn ints(&self, name: &str) -> Vec<i64> {
        self.column(name)
            .as_primitive::<arrow::datatypes::Int64Type>()
            .values()
            .to_vec()
    }

    /// Both keys of each row.
    pub fn keys(&self, first: &str, second: &str) -> Vec<(i64, i64)> {
        self.ints(first)
            .into_iter()
            .zip(self.ints(second))
            .collect()
    }

    /// The counts add up in each chunk.
    pub fn check_sums(&self) {
        for chunk in &self.chunks {
            let sum =
                chunk.rows.num_rows() as u64 + chunk.duplicate + chunk.quarantined.len() as u64;
            assert_eq!(chunk.read, sum, "part {}", chunk.part_no);
            assert_eq!(chunk.who.len(), chunk.rows.num_rows());
        }
    }
}

pub fn import(path: &Path, spec: &ImportSpec) -> Result<Outcome, CollectError> {
    import_within(path, spec, args(), Limits::default())
}

pub fn import_within(
    path: &Path,
    spec: &ImportSpec,
    args: ImportArgs,
    limits: Limits,
) -> Result<Outcome, CollectError> {
    let sniffed = sniff_within(path, &spec.options, limits)?;
    let valid = spec.check(&sniffed)?;
    Ok(drain(Importer::open(&valid, args)?))
}

pub fn drain(importer: Importer) -> Outcome {
    let mut outcome = Outcome::default();
    for chunk in importer {
        match chunk {
            Ok(chunk) => outcome.chunks.push(chunk),
            Err(error) => outcome.failure = Some(error),
        }
    }
    outcome.check_sums();
    outcome
}

/// A folder for one test, gone after it.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
