//! SQL by people: read-only, within limits, kept in the audit without its text's values.

use crate::ask::written_as_of;
use crate::views::{SqlColumn, SqlRequest, SqlResult};
use crate::{Actor, EngineError, Project};
use govern::Action;
use lake::{Answer, Beside, Limits, Question};
use serde_json::json;
use std::path::Path;

/// Rows of one answer at most.
const ROWS_MAX: usize = 100_000;

impl Project {
    /// Answers one read-only statement.
    pub async fn sql(&self, actor: &Actor, asked: SqlRequest) -> Result<SqlResult, EngineError> {
        self.sql_beside(actor, asked, Vec::new()).await
    }

    /// Answers one read-only statement that may name files of the machine as tables. For a person at the machine:
    /// the pages do not offer it.
    pub async fn sql_beside(
        &self,
        actor: &Actor,
        asked: SqlRequest,
        beside: Vec<Beside>,
    ) -> Result<SqlResult, EngineError> {
        let started = self.now();
        let answer = self.sql_answer(actor, asked, beside).await?;
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
    async fn sql_answer(
        &self,
        actor: &Actor,
        asked: SqlRequest,
        beside: Vec<Beside>,
    ) -> Result<Answer, EngineError> {
        actor.may(Action::RunSql)?;
        let limits = Limits {
            rows: asked.limit.unwrap_or(1_000).min(ROWS_MAX),
            ..Limits::default()
        };
        let asked = Question {
            as_of: written_as_of(asked.as_of.as_deref())?,
            sql: asked.query,
            beside,
        };
        let answer = self.lake().query_beside(&asked, limits).await?;
        self.keep_query(actor, &asked.sql, answer.rows() as u64)
            .await?;
        Ok(answer)
    }

    /// Writes a statement's whole answer to a file, without a limit of rows or time. `beside` are files
    /// that the statement may name as tables. For a person at the machine: the pages do not offer it.
    pub async fn sql_export(
        &self,
        actor: &Actor,
        query: &str,
        as_of: Option<&str>,
        beside: Vec<Beside>,
        to: &Path,
    ) -> Result<u64, EngineError> {
        actor.may(Action::RunSql)?;
        let asked = Question {
            sql: query.to_owned(),
            as_of: written_as_of(as_of)?,
            beside,
        };
        let rows = self.lake().export(&asked, to).await?;
        self.keep_query(actor, query, rows).await?;
        Ok(rows)
    }

    /// The lake names nobody, but single rows can be looked at: the query is kept, by its hash.
    async fn keep_query(&self, actor: &Actor, query: &str, rows: u64) -> Result<(), EngineError> {
        let change = actor.change("sql")?;
        let hash = blake3::hash(query.as_bytes()).to_hex().to_string();
        let detail = json!({ "rows": rows, "query": hash });
        self.registry()
            .audit(self.now(), &change, "sql.run", "lake", detail)
            .await?;
        Ok(())
    }
}
