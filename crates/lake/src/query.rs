//! Reading by SQL, with limits on time and rows. It must not change anything: statements that would are
//! refused when planned.

use crate::export::Question;
use crate::session::Of;
use crate::{Answer, Lake, LakeError};
use arrow::record_batch::RecordBatch;
use datafusion::execution::SessionState;
use datafusion::execution::context::SQLOptions;
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;
use std::time::Duration;
use tokio::task::JoinSet;

/// What one query may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of the answer; more are cut off and the answer says so.
    pub rows: usize,
    /// Seconds from the start.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 10_000,
            seconds: 30,
        }
    }
}

impl Lake {
    /// Answers one read-only statement, now or as of an instant (microseconds since 1970, UTC).
    pub async fn query(
        &self,
        sql: &str,
        as_of: Option<i64>,
        limits: Limits,
    ) -> Result<Answer, LakeError> {
        let asked = Question {
            sql: sql.to_owned(),
            as_of,
            beside: Vec::new(),
        };
        self.query_beside(&asked, limits).await
    }

    /// The same, of files beside the lake's tables too.
    pub async fn query_beside(
        &self,
        asked: &Question,
        limits: Limits,
    ) -> Result<Answer, LakeError> {
        let work = self.answer(asked, limits);
        match tokio::time::timeout(Duration::from_secs(limits.seconds), work).await {
            Ok(answer) => answer,
            Err(_) => Err(LakeError::Slow {
                seconds: limits.seconds,
            }),
        }
    }

    async fn answer(&self, asked: &Question, limits: Limits) -> Result<Answer, LakeError> {
        let frame = self.plan_beside(asked).await?;
        // In a task of its own: a query that is deep in arithmetic cannot hold up the one who waits. Dropping
        // the set, when the time is over, ends it.
        let mut work = JoinSet::new();
        work.spawn(collect(frame, limits.rows));
        match work.join_next().await {
            Some(Ok(answer)) => answer,
            Some(Err(cause)) => Err(LakeError::Run(cause.to_string())),
            None => Err(LakeError::Run("the query was not begun".into())),
        }
    }

    /// All rows of the lake's own query, for a stage; no limit on rows or time. `beside` are further tables
    /// that the query may name.
    pub async fn rows(
        &self,
        sql: &str,
        as_of: Option<i64>,
        beside: Vec<(&str, RecordBatch)>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let context = self.session_naming(sql, as_of, Of::Customers).await?;
        rows_in(context, sql, beside).await
    }

    /// As [`Lake::rows`], for a query that looks a few rows up among many, as those of one customer: of all others the
    /// columns that conditions name are read, and no more. Where most rows stay this takes longer.
    pub async fn look_up(
        &self,
        sql: &str,
        as_of: Option<i64>,
        beside: Vec<(&str, RecordBatch)>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        self.look_up_in(Of::Customers, sql, as_of, beside).await
    }

    /// The same with ads that the customer never agreed to be tied to: for their own request to see what is kept of them.
    pub async fn look_up_for_request(&self, sql: &str) -> Result<Vec<RecordBatch>, LakeError> {
        self.look_up_in(Of::Request, sql, None, Vec::new()).await
    }

    async fn look_up_in(
        &self,
        of: Of,
        sql: &str,
        as_of: Option<i64>,
        beside: Vec<(&str, RecordBatch)>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let context = self.session_naming(sql, as_of, of).await?;
        let state = context.state_ref();
        let options = |state: &mut SessionState| {
            let options = state.config_mut().options_mut();
            options.execution.parquet.pushdown_filters = true;
        };
        options(&mut state.write());
        rows_in(context, sql, beside).await
    }

    /// The same of rows under the keys of their records, as they were written, whichever customers they are of by now.
    pub async fn rows_of_records(
        &self,
        sql: &str,
        as_of: Option<i64>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let context = self.session_naming(sql, as_of, Of::Records).await?;
        rows_in(context, sql, Vec::new()).await
    }
}

/// All rows of a query in a session, with further tables that it may name.
async fn rows_in(
    context: SessionContext,
    sql: &str,
    beside: Vec<(&str, RecordBatch)>,
) -> Result<Vec<RecordBatch>, LakeError> {
    for (name, rows) in beside {
        context.register_batch(name, rows).map_err(LakeError::run)?;
    }
    plan(&context, sql)
        .await?
        .collect()
        .await
        .map_err(LakeError::run)
}

/// Plans a statement and refuses it unless it only reads.
pub(crate) async fn plan(context: &SessionContext, sql: &str) -> Result<DataFrame, LakeError> {
    let options = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    context
        .sql_with_options(sql, options)
        .await
        .map_err(|cause| {
            let cause = cause.strip_backtrace();
            let refused = [
                "DDL not supported",
                "DML not supported",
                "Statement not supported",
            ];
            if refused.iter().any(|words| cause.contains(words)) {
                LakeError::NotReading(cause)
            } else {
                LakeError::Plan(spoken(&cause))
            }
        })
}

/// What the planner said, without the names of its types.
fn spoken(cause: &str) -> String {
    let parser = cause
        .strip_prefix("SQL error: ParserError(\"")
        .and_then(|rest| rest.strip_suffix("\")"));
    let said = parser.map(|said| said.replace("\\\"", "\""));
    said.unwrap_or_else(|| {
        let known = ["Error during planning: ", "Schema error: "];
        let rest = known.iter().find_map(|words| cause.strip_prefix(words));
        rest.unwrap_or(cause).to_owned()
    })
}

/// Bytes of an answer at most: cells of any size fit in few rows.
const BYTES_MAX: usize = 256 << 20;

async fn collect(frame: DataFrame, limit: usize) -> Result<Answer, LakeError> {
    let mut stream = frame.execute_stream().await.map_err(LakeError::asked)?;
    let schema = stream.schema();
    let (mut batches, mut rows, mut bytes, mut truncated) = (Vec::new(), 0, 0, false);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(LakeError::asked)?;
        bytes += batch.get_array_memory_size();
        if bytes > BYTES_MAX {
            let mib = BYTES_MAX >> 20;
            let cause = format!("the answer is larger than {mib} MiB; ask for less");
            return Err(LakeError::Asked(cause));
        }
        let room = limit - rows;
        if batch.num_rows() > room {
            batches.push(batch.slice(0, room));
            truncated = true;
            break;
        }
        rows += batch.num_rows();
        batches.push(batch);
    }
    Ok(Answer {
        schema,
        batches,
        truncated,
    })
}
