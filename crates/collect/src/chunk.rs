//! What an import yields: chunks of rows with what belongs beside them. It holds no reading and no checking.

use arrow::array::RecordBatch;
use hashbrown::HashMap;
use retail::{IdKind, SourceId};

use crate::problem::BadRow;

/// A fact that names a person: for the registry, never for the lake.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonField {
    /// The row of the batch that it belongs to.
    pub row: u32,
    /// The native field: first_name, email and so on.
    pub field: &'static str,
    /// Its value.
    pub value: String,
}

// The value names a person, so it must not reach a log by accident.
impl std::fmt::Debug for PersonField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonField(row {}, {}, …)", self.row, self.field)
    }
}

/// Some rows of a file. `read` = rows of `rows` + `duplicate` + number of `quarantined`, always.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Number of the chunk in its file, from 0; the same file, spec and chunk size give the same chunks.
    pub part_no: u32,
    /// The good rows, in the table's columns; `customer_key`, `device_key` and `card_key` are null and may be.
    pub rows: RecordBatch,
    /// For each good row the index in `ids` of its customer; `None` for an anonymous basket.
    pub who: Vec<Option<u32>>,
    /// The same for the browser or device of events and ads; empty for other kinds.
    pub devices: Vec<Option<u32>>,
    /// The same for the payment card of order lines, be it who bought or beside who did; empty for other kinds.
    pub cards: Vec<Option<u32>>,
    /// The different identifiers of this chunk.
    pub ids: Vec<SourceId>,
    /// Facts that name persons, in the order of rows.
    pub person_fields: Vec<PersonField>,
    /// The bad rows.
    pub quarantined: Vec<BadRow>,
    /// Rows left out as repeats (`repeats = "drop"`) or because they only add to the row above them.
    pub duplicate: u64,
    /// Rows read.
    pub read: u64,
    /// Bytes of the file read so far; a little ahead of the rows.
    pub bytes_done: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
    /// When the earliest good row happened, in microseconds of 1970, UTC.
    pub first_happened_at: Option<i64>,
    /// When the latest did.
    pub last_happened_at: Option<i64>,
    /// JSON: keys that came first in this chunk, were no columns before (`ValidSpec::columns`) and are not
    /// mapped, so nothing of them is loaded.
    pub late_columns: Vec<String>,
}

/// The different identifiers of a chunk, numbered as they come.
#[derive(Default)]
pub(crate) struct IdList {
    ids: Vec<SourceId>,
    index: HashMap<SourceId, u32>,
    /// Per kind the last one: lines of one receipt name the same customer and the same card.
    last: [Option<(String, u32)>; IdKind::ALL.len()],
}

impl IdList {
    pub fn index_of(&mut self, kind: IdKind, text: &str) -> Option<u32> {
        if let Some((last, index)) = &self.last[kind as usize]
            && last == text
        {
            return Some(*index);
        }
        let id = SourceId::new(kind, text)?;
        let next = self.ids.len() as u32;
        let ids = &mut self.ids;
        let index = *self.index.entry(id).or_insert_with_key(|id| {
            ids.push(id.clone());
            next
        });
        self.last[kind as usize] = Some((text.to_string(), index));
        Some(index)
    }

    pub fn take(&mut self) -> Vec<SourceId> {
        self.index.clear();
        self.last = Default::default();
        std::mem::take(&mut self.ids)
    }
}
