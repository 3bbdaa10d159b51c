//! A look at what an import would load: the first rows by native field, and the first problems. Nothing is
//! kept; the same importer reads, so that a preview never promises what an import does not do.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use retail::Kind;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::check::ValidSpec;
use crate::chunk::Chunk;
use crate::error::CollectError;
use crate::importer::{ImportArgs, Importer};
use crate::parse::time::iso;
use crate::problem::BadRow;

/// Rows read for a preview, and rows shown.
const ROWS_READ: usize = 1_000;
const ROWS_SHOWN: usize = 20;

/// What the first rows of a file would become. It may name persons.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The first good rows, by native field or column.
    pub rows: Vec<Map<String, Value>>,
    /// The first bad rows.
    pub problems: Vec<BadRow>,
    /// Good rows among the first 1,000.
    pub good: u64,
    /// Bad rows among them.
    pub bad: u64,
}

/// Reads the first rows of a file.
pub fn preview(spec: &ValidSpec) -> Result<Preview, CollectError> {
    let mut args = ImportArgs::new("preview", Timestamp::UNIX_EPOCH, [0; 32]);
    args.chunk_rows = ROWS_READ;
    let Some(chunk) = Importer::open(spec, args)?.next().transpose()? else {
        return Ok(Preview {
            rows: Vec::new(),
            problems: Vec::new(),
            good: 0,
            bad: 0,
        });
    };
    Ok(Preview {
        rows: rows(spec.kind(), &chunk)?,
        good: chunk.rows.num_rows() as u64,
        bad: chunk.quarantined.len() as u64,
        problems: chunk.quarantined.into_iter().take(ROWS_SHOWN).collect(),
    })
}

/// Columns that say how a row is kept, not what it says.
fn is_bookkeeping(column: &str) -> bool {
    column.ends_with("_key") || matches!(column, "known_at" | "source" | "import_id")
}

fn rows(kind: Kind, chunk: &Chunk) -> Result<Vec<Map<String, Value>>, CollectError> {
    let shown = chunk.rows.slice(0, chunk.rows.num_rows().min(ROWS_SHOWN));
    let mut rows = vec![Map::new(); shown.num_rows()];
    for (row, object) in rows.iter_mut().enumerate() {
        let id = |list: &[Option<u32>]| {
            let index = list.get(row).copied().flatten()?;
            chunk
                .ids
                .get(index as usize)
                .map(|id| Value::from(id.value.clone()))
        };
        object.extend(id(&chunk.who).map(|value| ("customer_id".to_string(), value)));
        object.extend(id(&chunk.devices).map(|value| ("anonymous_id".to_string(), value)));
        object.extend(id(&chunk.cards).map(|value| ("card_token".to_string(), value)));
    }
    for field in &chunk.person_fields {
        if let Some(object) = rows.get_mut(field.row as usize) {
            object.insert(field.field.to_string(), Value::from(field.value.clone()));
        }
    }
    add_columns(kind, &shown, &mut rows)?;
    Ok(rows)
}

fn add_columns(
    kind: Kind,
    batch: &RecordBatch,
    rows: &mut [Map<String, Value>],
) -> Result<(), CollectError> {
    let options = FormatOptions::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if is_bookkeeping(field.name()) || column.null_count() == batch.num_rows() {
            continue;
        }
        // Arrow's own formatting of instants with a zone needs a time zone library of its own.
        if let Some(instants) = column.as_primitive_opt::<TimestampMicrosecondType>() {
            for (object, instant) in rows.iter_mut().zip(instants) {
                let value = instant.map_or(Value::Null, |micros| Value::from(iso(micros, true)));
                object.insert(field.name().clone(), value);
            }
            continue;
        }
        let formatter =
            ArrayFormatter::try_new(column, &options).map_err(|e| CollectError::Build {
                kind,
                why: e.to_string(),
            })?;
        for (row, object) in rows.iter_mut().enumerate() {
            let value = if column.is_null(row) {
                Value::Null
            } else {
                Value::from(formatter.value(row).to_string())
            };
            object.insert(field.name().clone(), value);
        }
    }
    Ok(())
}
