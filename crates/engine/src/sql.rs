//! SQL by people: read-only, within limits, kept in the audit without its text's values.

use crate::ask::written_instant;
use crate::views::{SqlColumn, SqlRequest, SqlResult};
use crate::{Actor, EngineError, Project};
use govern::Action;
use lake::{Answer, Limits};
use serde_json::json;

/// Rows of one answer at most.
const ROWS_MAX: usize = 100_000;

impl Project {
    /// Answers one read-only statement.
    pub async fn sql(&self, actor: &Actor, asked: SqlRequest) -> Result<SqlResult, EngineError> {
        let started = self.now();
        let answer = self.sql_answer(actor, &asked).await?;
        let columns = answer.schema.fields().iter().map(|field| SqlColumn {
            name: field.name().clone(),
            column_type: field.data_type().to_string(),
        });
        Ok(SqlResult {
            columns: columns.collect(),
            rows: answer.cells(),
            truncated: answer.truncated,
            seconds: (self.now() - started) as f64 / 1e6,
        })
    }

    /// The same answer as columns.
    pub async fn sql_answer(
        &self,
        actor: &Actor,
        asked: &SqlRequest,
    ) -> Result<Answer, EngineError> {
        actor.may(Action::RunSql)?;
        let as_of = match &asked.as_of {
            None => None,
            Some(written) => Some(written_instant("as_of", written, "2011-12-09")?),
        };
        let limits = Limits {
            rows: asked.limit.unwrap_or(1_000).min(ROWS_MAX),
            ..Limits::default()
        };
        let answer = self.lake().query(&asked.query, as_of, limits).await?;
        // The lake names nobody, but single rows can be looked at: the query is kept, by its hash.
        let change = actor.change("sql")?;
        let hash = blake3::hash(asked.query.as_bytes()).to_hex().to_string();
        let detail = json!({ "rows": answer.rows(), "query": hash });
        self.registry()
            .audit(self.now(), &change, "sql.run", "lake", detail)
            .await?;
        Ok(answer)
    }
}
