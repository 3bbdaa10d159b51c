//! Which rows of a part are new: told from what the lake holds and from what the same file held before.
//! It must not decide what makes two rows the same; `collect` gives every row its identity.

use crate::EngineError;
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use collect::{IdentitySet, Importer, Sameness};
use lake::Lake;
use retail::Table;

/// Identities seen while one file is imported.
pub(crate) struct Seen {
    table: &'static Table,
    import_id: String,
    sameness: Sameness,
    /// Rows that number themselves may come twice in one file; others are told apart by occurrence.
    own: Option<IdentitySet>,
}

impl Seen {
    pub fn new(table: &'static Table, importer: &Importer, import_id: &str) -> Self {
        Self {
            table,
            import_id: import_id.to_string(),
            sameness: importer.sameness(),
            own: importer.numbers_itself().then(IdentitySet::new),
        }
    }

    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// Notes the rows of a part that was loaded before a stop.
    pub fn note(&mut self, rows: &RecordBatch) {
        let pairs = pairs(self.table, rows);
        if let Some(own) = &mut self.own {
            for pair in pairs {
                own.insert(pair);
            }
        }
    }

    /// The rows that neither the lake nor this file held before. `span` is the time they lie in.
    pub async fn fresh(
        &mut self,
        lake: &Lake,
        rows: RecordBatch,
        span: Option<(i64, i64)>,
    ) -> Result<RecordBatch, EngineError> {
        if rows.num_rows() == 0 {
            return Ok(rows);
        }
        let before = self.before(lake, span).await?;
        let pairs = pairs(self.table, &rows);
        let keep: BooleanArray = pairs
            .into_iter()
            .map(|pair| {
                let again = self.own.as_mut().is_some_and(|own| !own.insert(pair));
                Some(!again && !before.contains(pair))
            })
            .collect();
        filter_record_batch(&rows, &keep).map_err(|cause| EngineError::Data(cause.to_string()))
    }

    /// Identities in the lake that a row of this part could repeat. Rows of this very import do not count:
    /// after a stop they are the part itself.
    async fn before(
        &self,
        lake: &Lake,
        span: Option<(i64, i64)>,
    ) -> Result<IdentitySet, EngineError> {
        let mut set = IdentitySet::new();
        let Some((group, row)) = self.table.identity else {
            return Ok(set);
        };
        let (name, import_id) = (self.table.name, &self.import_id);
        let sql = match (self.sameness, span) {
            (Sameness::Newest, _) => format!(
                "select {group}, {row} from (select {group}, {row}, row_number() over (partition by {group} \
                 order by known_at desc) as newest from {name} where import_id <> '{import_id}') where newest = 1"
            ),
            // Content is part of the identity, and time part of the content: equal rows lie in the same span.
            (Sameness::Ever, Some((first, last))) if self.own.is_none() => format!(
                "select {group}, {row} from {name} where import_id <> '{import_id}' \
                 and happened_at >= timestamp '{}' and happened_at <= timestamp '{}'",
                crate::clock::text(first),
                crate::clock::text(last)
            ),
            (Sameness::Ever, _) => {
                format!("select {group}, {row} from {name} where import_id <> '{import_id}'")
            }
        };
        for batch in lake.rows(&sql, None, vec![]).await? {
            let columns = [batch.column(0), batch.column(1)]
                .map(|column| column.as_primitive::<Int64Type>().clone());
            for place in 0..batch.num_rows() {
                set.insert((columns[0].value(place), columns[1].value(place)));
            }
        }
        Ok(set)
    }
}

fn pairs(table: &Table, rows: &RecordBatch) -> Vec<(i64, i64)> {
    let Some((group, row)) = table.identity else {
        return Vec::new();
    };
    let column = |name: &str| {
        rows.column_by_name(name)
            .map(|column| column.as_primitive::<Int64Type>().clone())
    };
    match (column(group), column(row)) {
        (Some(group), Some(row)) => (0..row.len())
            .map(|place| (group.value(place), row.value(place)))
            .collect(),
        _ => Vec::new(),
    }
}
