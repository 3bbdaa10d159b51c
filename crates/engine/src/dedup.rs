//! Which rows of a part are new: told from what the lake holds and from the part itself, in the memory of one
//! part. It must not decide what makes two rows the same; `collect` gives every row its identity.

use crate::EngineError;
use arrow::array::{AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use collect::{IdentitySet, Importer, Sameness};
use lake::Lake;
use retail::Table;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the rows of one import are told from those that were there before.
pub(crate) struct Seen {
    table: &'static Table,
    import_id: String,
    sameness: Sameness,
    /// Rows that number themselves may come twice in one file; others are told apart by occurrence.
    numbers_itself: bool,
    /// Rows passed over that say something else than the row of the same number before them.
    contradicting: AtomicU64,
}

impl Seen {
    pub fn new(table: &'static Table, importer: &Importer, import_id: &str) -> Self {
        Self {
            table,
            import_id: import_id.to_string(),
            sameness: importer.sameness(),
            numbers_itself: importer.numbers_itself(),
            contradicting: AtomicU64::new(0),
        }
    }

    /// Rows of this import that were taken for repeats by their number, although they say something else than the row
    /// with that number in the same part.
    pub fn contradicting(&self) -> u64 {
        self.contradicting.load(Ordering::Relaxed)
    }

    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// The rows that neither the lake nor this part held before. `span` is the time they lie in. Nobody else
    /// may write to the table meanwhile, and this part must not be in it.
    pub async fn fresh(
        &self,
        lake: &Lake,
        rows: RecordBatch,
        span: Option<(i64, i64)>,
    ) -> Result<RecordBatch, EngineError> {
        let Some((about, row)) = self.table.identity else {
            return Ok(rows);
        };
        if rows.num_rows() == 0 {
            return Ok(rows);
        }
        let keys = [about, row].map(|name| column(&rows, name));
        let [Some(about), Some(row)] = keys else {
            let name = self.table.name;
            return Err(EngineError::Data(format!(
                "rows of '{name}' lack their identity"
            )));
        };
        let mut fresh = vec![true; rows.num_rows()];
        for place in self.known(lake, &about, &row, span).await? {
            fresh[place as usize] = false;
        }
        if self.numbers_itself {
            let mut own = IdentitySet::new();
            let mut again = Vec::new();
            for (place, fresh) in fresh.iter_mut().enumerate() {
                if !own.insert((about.value(place), row.value(place))) {
                    *fresh = false;
                    again.push(place);
                }
            }
            let others = contradictions(&rows, &about, &row, &again);
            self.contradicting.fetch_add(others, Ordering::Relaxed);
        }
        filter_record_batch(&rows, &BooleanArray::from(fresh))
            .map_err(|cause| EngineError::Data(cause.to_string()))
    }

    /// Places of rows whose identity the lake holds. The part is the small side of a join, so memory does not
    /// grow with the table.
    async fn known(
        &self,
        lake: &Lake,
        about: &Int64Array,
        row: &Int64Array,
        span: Option<(i64, i64)>,
    ) -> Result<Vec<i64>, EngineError> {
        let part = part(about, row)?;
        let sql = self.question(span);
        let mut places = Vec::new();
        for batch in lake.rows(&sql, None, vec![("part", part)]).await? {
            places.extend_from_slice(batch.column(0).as_primitive::<Int64Type>().values());
        }
        Ok(places)
    }

    fn question(&self, span: Option<(i64, i64)>) -> String {
        let name = self.table.name;
        let (about, row) = self.table.identity.unwrap_or_default();
        // Rows of this very import do not count where occurrence tells them apart.
        let others = format!("import_id <> '{}'", self.import_id);
        let held = match (self.sameness, span) {
            // The newest list that names a thing counts with all it said of it, and so does what this file said
            // before.
            (Sameness::Newest, _) => format!(
                "select {about}, {row} from (select t.{about}, t.{row}, t.import_id, first_value(t.import_id) \
                 over (partition by t.{about} order by t.known_at desc, t.import_id) as newest from {name} t \
                 left semi join part p on t.{about} = p.about where t.{others}) where import_id = newest \
                 union all select {about}, {row} from {name} where import_id = '{}'",
                self.import_id
            ),
            (Sameness::Ever, _) if self.numbers_itself => {
                format!("select {about}, {row} from {name}")
            }
            // Content is part of the identity, and time part of the content: equal rows lie in the same span.
            (Sameness::Ever, Some((first, last))) => format!(
                "select {about}, {row} from {name} where {others} \
                 and happened_at >= timestamp '{}' and happened_at <= timestamp '{}'",
                crate::clock::text(first),
                crate::clock::text(last)
            ),
            (Sameness::Ever, None) => format!("select {about}, {row} from {name} where {others}"),
        };
        format!(
            "select p.place from part p left semi join ({held}) t on t.{about} = p.about and t.{row} = p.row"
        )
    }
}

/// How many of the rows at `again` say something else than the first row of their identity.
fn contradictions(
    rows: &RecordBatch,
    about: &Int64Array,
    row: &Int64Array,
    again: &[usize],
) -> u64 {
    let identity = |place: usize| (about.value(place), row.value(place));
    let wanted: HashSet<_> = again.iter().map(|&place| identity(place)).collect();
    if wanted.is_empty() {
        return 0;
    }
    let mut first = HashMap::new();
    for place in 0..rows.num_rows() {
        if wanted.contains(&identity(place)) {
            first.entry(identity(place)).or_insert(place);
        }
    }
    let differs = |place: &&usize| {
        let before = first.get(&identity(**place)).copied().unwrap_or(**place);
        let columns = rows.columns().iter();
        columns
            .into_iter()
            .any(|column| column.slice(before, 1) != column.slice(**place, 1))
    };
    again.iter().filter(differs).count() as u64
}

/// The identities of a part's rows with their places.
fn part(about: &Int64Array, row: &Int64Array) -> Result<RecordBatch, EngineError> {
    let fields = ["about", "row", "place"].map(|name| Field::new(name, DataType::Int64, false));
    let places = Int64Array::from_iter_values(0..about.len() as i64);
    RecordBatch::try_new(
        Arc::new(Schema::new(fields.to_vec())),
        vec![
            Arc::new(about.clone()),
            Arc::new(row.clone()),
            Arc::new(places),
        ],
    )
    .map_err(|cause| EngineError::Data(cause.to_string()))
}

fn column(rows: &RecordBatch, name: &str) -> Option<Int64Array> {
    let column = rows.column_by_name(name)?;
    column.as_primitive_opt::<Int64Type>().cloned()
}
