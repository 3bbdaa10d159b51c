//! Answers to the engine's own small queries, kept until a table that they read changes. Pages ask the same
//! counts again and again; facts change only with an import or a run, and what compares with now once an hour.

use crate::{EngineError, Project};
use lake::Limits;
use retail::Table;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers kept at most; all are dropped when there are more.
const KEPT: usize = 500;

/// The engine's own statements are few and their answers kept: they may take long on a large lake.
const OWN: Limits = Limits {
    rows: 10_000,
    seconds: 600,
};

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The rows of an answer.
pub(crate) type Rows = Arc<Vec<Vec<Value>>>;

/// Versions of the tables that a query reads.
pub(crate) type Read = Vec<(&'static str, Option<u64>)>;

/// Answers by statement, with the versions they were read from.
#[derive(Default)]
pub(crate) struct Counted(Mutex<HashMap<String, (Read, Rows)>>);

impl Project {
    /// The rows of one of the engine's own statements; only the first to ask waits for the lake.
    pub(crate) async fn counted(&self, sql: &str) -> Result<Rows, EngineError> {
        let read = self.versions_read(sql).await?;
        let kept = || {
            self.counted
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some((then, rows)) = kept().get(sql)
            && *then == read
        {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(self.lake().query(sql, None, OWN).await?.cells());
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(sql.to_string(), (read, Arc::clone(&rows)));
        Ok(rows)
    }

    /// The first cell of such an answer.
    pub(crate) async fn counted_one(&self, sql: &str) -> Result<Value, EngineError> {
        let rows = self.counted(sql).await?;
        Ok(rows
            .first()
            .and_then(|row| row.first())
            .cloned()
            .unwrap_or(Value::Null))
    }

    /// The versions of the tables that a statement reads by now.
    pub(crate) async fn versions_read(&self, sql: &str) -> Result<Read, EngineError> {
        let mut read = Read::new();
        for table in Table::ALL.iter().copied() {
            // The view `sales` reads the order lines without naming them.
            let view = table.name == "order_lines" && sql.contains("sales");
            // What was taken back is in the answer of any query.
            let always = table.name == retail::table::WITHDRAWALS.name;
            if view || always || sql.contains(table.name) {
                read.push((table.name, self.lake().version(table).await?));
            }
        }
        // What lies in the future by now is past later, though no table changed.
        if sql.contains("now()") {
            read.push(("hour", u64::try_from(self.now() / HOUR).ok()));
        }
        Ok(read)
    }
}
