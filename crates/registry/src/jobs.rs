//! Work that outlives the request that asked for it: its state, how far it is, and the wish to cancel it.
//! Doing the work is the engine's.

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::page::{Filter, ListQuery, Listing, Page};
use crate::row::{Columns, parse_json, stored_words};
use crate::secret::fresh_id;
use crate::store::Registry;

stored_words! {
    /// The state of a job.
    JobState {
        /// Not begun.
        Queued => "queued",
        /// Under way, or cut off with the program.
        Running => "running",
        /// Finished.
        Done => "done",
        /// Ended by an error.
        Failed => "failed",
        /// Ended by a person.
        Cancelled => "cancelled",
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    /// Its id.
    pub job_id: String,
    /// What sort of work it is.
    pub kind: String,
    /// What was asked for.
    pub spec: Value,
    /// Its state.
    pub state: JobState,
    /// Steps done.
    pub done: i64,
    /// Steps there are, where that is known.
    pub total: Option<i64>,
    /// What it is doing, for people.
    pub message: String,
    /// What it brought.
    pub result: Option<Value>,
    /// Why it failed: title and detail.
    pub problem: Option<(String, String)>,
    /// Whether somebody wishes it to end.
    pub cancel_requested: bool,
    /// Who asked for it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub created_at: i64,
    /// When it began.
    pub started_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: i64,
    /// Steps there are, where that is known.
    pub total: Option<i64>,
    /// What it is doing, for people.
    pub message: String,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub enum JobEnd {
    /// It finished with a result.
    Done(Value),
    /// It failed.
    Failed {
        /// What failed, in a few words.
        title: String,
        /// What happened and how to mend it.
        detail: String,
    },
    /// It was cancelled.
    Cancelled,
}

const LISTING: Listing = Listing {
    select: "job_id, kind, spec, state, done, total, message, result, problem_title, problem_detail, \
             cancel_requested, author, reason, created_at, started_at, finished_at",
    from: "jobs",
    sorts: &[
        ("job_id", "job_id"),
        ("kind", "kind"),
        ("state", "state"),
        ("created_at", "created_at"),
    ],
    searches: &["job_id", "kind", "author", "reason"],
    order: "created_at DESC, job_id DESC",
};

impl Registry {
    /// Queues a job.
    pub async fn queue_job(
        &self,
        kind: &str,
        spec: &Value,
        at: i64,
        change: &Change,
    ) -> Result<String> {
        let job_id = fresh_id(at)?;
        let mut changing = self.begin_change().await?;
        sqlx::query(
            "INSERT INTO jobs (job_id, kind, spec, author, reason, created_at, state, done, message, \
             cancel_requested) VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, '', 0)",
        )
        .bind(&*job_id)
        .bind(kind)
        .bind(spec.to_string())
        .bind(&*change.author)
        .bind(&*change.reason)
        .bind(at)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "job.queue",
            subject: &job_id,
            detail: json!({ "kind": kind }),
        };
        changing.commit(at, change, fact).await?;
        Ok(job_id)
    }

    /// Takes a queued job to work on it; false where somebody else took it or it was cancelled.
    pub async fn start_job(&self, job_id: &str, at: i64) -> Result<bool> {
        let mut tx = self.begin().await?;
        let started = sqlx::query(
            "UPDATE jobs SET state = 'running', started_at = $1 WHERE job_id = $2 \
             AND state = 'queued'",
        )
        .bind(at)
        .bind(job_id)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(started.rows_affected() == 1)
    }

    /// Records how far a running job is; true where somebody wishes it to end.
    pub async fn job_progress(&self, job_id: &str, progress: &Progress) -> Result<bool> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "UPDATE jobs SET done = $1, total = $2, message = $3 WHERE job_id = $4 \
             AND state = 'running' RETURNING cancel_requested",
        )
        .bind(progress.done)
        .bind(progress.total)
        .bind(&*progress.message)
        .bind(job_id)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::missing("running job", job_id))?;
        let cancel = row.int("cancel_requested")? != 0;
        tx.commit().await?;
        Ok(cancel)
    }

    /// Records how a queued or running job ended.
    pub async fn finish_job(&self, job_id: &str, end: &JobEnd, at: i64) -> Result<()> {
        let (state, result, title, detail) = match end {
            JobEnd::Done(result) => (JobState::Done, Some(result.to_string()), None, None),
            JobEnd::Failed { title, detail } => {
                (JobState::Failed, None, Some(&**title), Some(&**detail))
            }
            JobEnd::Cancelled => (JobState::Cancelled, None, None, None),
        };
        let mut tx = self.begin().await?;
        let finished = sqlx::query(
            "UPDATE jobs SET state = $1, result = $2, problem_title = $3, problem_detail = $4, \
             finished_at = $5 WHERE job_id = $6 AND state IN ('queued', 'running')",
        )
        .bind(state.word())
        .bind(result.as_deref())
        .bind(title)
        .bind(detail)
        .bind(at)
        .bind(job_id)
        .execute(&mut *tx)
        .await?;
        if finished.rows_affected() == 0 {
            return Err(Error::missing("unfinished job", job_id));
        }
        Ok(tx.commit().await?)
    }

    /// Wishes a job to end: a queued one ends at once, a running one when it next records its progress.
    pub async fn cancel_job(&self, job_id: &str, at: i64, change: &Change) -> Result<()> {
        let mut changing = self.begin_change().await?;
        let wished = sqlx::query(
            "UPDATE jobs SET cancel_requested = 1, \
             finished_at = CASE WHEN state = 'queued' THEN $1 ELSE finished_at END, \
             state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END \
             WHERE job_id = $2 AND state IN ('queued', 'running')",
        )
        .bind(at)
        .bind(job_id)
        .execute(&mut *changing.tx)
        .await?;
        if wished.rows_affected() == 0 {
            return Err(Error::missing("unfinished job", job_id));
        }
        let fact = Fact {
            action: "job.cancel",
            subject: job_id,
            detail: json!({}),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// One job.
    pub async fn job(&self, job_id: &str) -> Result<Job> {
        let sql = format!("SELECT {} FROM jobs WHERE job_id = $1", LISTING.select);
        let row = sqlx::query(&sql)
            .bind(job_id)
            .fetch_optional(&self.reader)
            .await?
            .ok_or_else(|| Error::missing("job", job_id))?;
        read_job(&row)
    }

    /// Jobs in pages, newest first; in one state or in all. After a start, the running ones were cut off.
    pub async fn jobs(&self, state: Option<JobState>, query: &ListQuery) -> Result<Page<Job>> {
        let filter = state.map(|state| -> Filter { ("state", state.word().to_string()) });
        self.page(&LISTING, filter.as_slice(), query, read_job)
            .await
    }
}

fn read_job(row: &AnyRow) -> Result<Job> {
    let title = row.text_or_none("problem_title")?;
    let result = row.text_or_none("result")?;
    Ok(Job {
        job_id: row.text("job_id")?,
        kind: row.text("kind")?,
        spec: row.json("spec")?,
        state: row.word("state", JobState::from_word)?,
        done: row.int("done")?,
        total: row.int_or_none("total")?,
        message: row.text("message")?,
        result: result.as_deref().map(parse_json).transpose()?,
        problem: title.zip(row.text_or_none("problem_detail")?),
        cancel_requested: row.int("cancel_requested")? != 0,
        author: row.text("author")?,
        reason: row.text("reason")?,
        created_at: row.int("created_at")?,
        started_at: row.int_or_none("started_at")?,
        finished_at: row.int_or_none("finished_at")?,
    })
}
