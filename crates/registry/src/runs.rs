//! Runs of stages: what was asked, with which seed, version and inputs, how far it came and how it ended.
//! Results that are tables live in the lake; here is only the summary.

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::page::{Filter, ListQuery, Listing, Page};
use crate::row::{Columns, stored_words};
use crate::secret::fresh_id;
use crate::store::Registry;

stored_words! {
    /// How far a run has come.
    RunStatus {
        /// Under way, or cut off and to be resumed.
        Running => "running",
        /// Finished.
        Done => "done",
        /// Ended by an error.
        Failed => "failed",
        /// Ended by a person.
        Cancelled => "cancelled",
    }
}

/// A table and the version of it that a run read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunInput {
    /// The table's name.
    pub table: String,
    /// Its version.
    pub version: i64,
}

/// A run to be started.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// Its id, where the caller has one; else one is made from the time.
    pub run_id: Option<String>,
    /// The stage.
    pub stage: String,
    /// What was asked for, complete.
    pub spec: Value,
    /// The seed of everything random.
    pub seed: u64,
    /// The program's version.
    pub version: String,
    /// The tables it reads.
    pub inputs: Vec<RunInput>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct RunEnd {
    /// Done, failed or cancelled.
    pub status: RunStatus,
    /// One sentence for people.
    pub summary: String,
    /// The figures of the result.
    pub result: Value,
    /// How long it took, by the caller's clock.
    pub seconds: f64,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Its id.
    pub run_id: String,
    /// The stage.
    pub stage: String,
    /// How far it has come.
    pub status: RunStatus,
    /// What was asked for.
    pub spec: Value,
    /// The seed.
    pub seed: u64,
    /// The program's version.
    pub version: String,
    /// The tables it read.
    pub inputs: Vec<RunInput>,
    /// Who started it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it started.
    pub started_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// One sentence for people; empty until it ends.
    pub summary: String,
    /// The figures of the result; null until it ends.
    pub result: Value,
}

/// Which runs are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// Of this stage only.
    pub stage: Option<String>,
    /// In this status only.
    pub status: Option<RunStatus>,
}

stored_words! {
    /// The state of a step of a run.
    StepState {
        /// Begun.
        Started => "started",
        /// Finished: a resumed run passes over it.
        Done => "done",
    }
}

/// A step of a run, kept so that a run that was cut off resumes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Its name.
    pub step: String,
    /// Its state.
    pub state: StepState,
    /// What the step needs to go on.
    pub detail: Value,
    /// When it was last recorded.
    pub at: i64,
}

const LISTING: Listing = Listing {
    select: "run_id, stage, spec, seed, version, inputs, author, reason, status, started_at, \
             finished_at, seconds, summary, result",
    from: "runs",
    sorts: &[
        ("run_id", "run_id"),
        ("stage", "stage"),
        ("status", "status"),
        ("started_at", "started_at"),
        ("seconds", "seconds"),
        ("author", "author"),
    ],
    searches: &["run_id", "stage", "author", "summary", "reason"],
    order: "started_at DESC, run_id DESC",
};

impl Registry {
    /// Records that a run starts.
    pub async fn start_run(&self, new: &NewRun, at: i64, change: &Change) -> Result<Run> {
        let run = Run {
            run_id: match &new.run_id {
                Some(run_id) => run_id.clone(),
                None => fresh_id(at)?,
            },
            stage: new.stage.clone(),
            status: RunStatus::Running,
            spec: new.spec.clone(),
            seed: new.seed,
            version: new.version.clone(),
            inputs: new.inputs.clone(),
            author: change.author.clone(),
            reason: change.reason.clone(),
            started_at: at,
            finished_at: None,
            seconds: None,
            summary: String::new(),
            result: Value::Null,
        };
        let mut changing = self.begin_change().await?;
        let started = sqlx::query(
            "INSERT INTO runs (run_id, stage, spec, seed, version, inputs, author, reason, status, \
             started_at, summary, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 'null') \
             ON CONFLICT (run_id) DO NOTHING",
        )
        .bind(&*run.run_id)
        .bind(&*run.stage)
        .bind(run.spec.to_string())
        .bind(run.seed.cast_signed())
        .bind(&*run.version)
        .bind(inputs_json(&run.inputs).to_string())
        .bind(&*run.author)
        .bind(&*run.reason)
        .bind(run.status.word())
        .bind(at)
        .execute(&mut *changing.tx)
        .await?;
        if started.rows_affected() == 0 {
            let what = format!("the run '{}' is there already", run.run_id);
            return Err(Error::conflict(what, "resume it or take another id"));
        }
        let fact = Fact {
            action: "run.start",
            subject: &run.run_id,
            detail: json!({ "stage": run.stage, "seed": run.seed }),
        };
        changing.commit(at, change, fact).await?;
        Ok(run)
    }

    /// Records how a running run ended.
    pub async fn finish_run(
        &self,
        run_id: &str,
        end: &RunEnd,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        if end.status == RunStatus::Running {
            let problem = "is 'running': a run ends done, failed or cancelled";
            return Err(Error::invalid("status", problem));
        }
        let mut changing = self.begin_change().await?;
        let finished = sqlx::query(
            "UPDATE runs SET status = $1, finished_at = $2, seconds = $3, summary = $4, result = $5 \
             WHERE run_id = $6 AND status = 'running'",
        )
        .bind(end.status.word())
        .bind(at)
        .bind(end.seconds)
        .bind(&*end.summary)
        .bind(end.result.to_string())
        .bind(run_id)
        .execute(&mut *changing.tx)
        .await?;
        if finished.rows_affected() == 0 {
            return Err(Error::missing("running run", run_id));
        }
        let fact = Fact {
            action: "run.finish",
            subject: run_id,
            detail: json!({ "status": end.status, "seconds": end.seconds }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// One run.
    pub async fn run(&self, run_id: &str) -> Result<Run> {
        let sql = format!("SELECT {} FROM runs WHERE run_id = $1", LISTING.select);
        let row = sqlx::query(&sql)
            .bind(run_id)
            .fetch_optional(&self.reader)
            .await?
            .ok_or_else(|| Error::missing("run", run_id))?;
        read_run(&row)
    }

    /// Runs in pages, newest first.
    pub async fn runs(&self, filter: &RunFilter, query: &ListQuery) -> Result<Page<Run>> {
        let mut filters: Vec<Filter> = Vec::new();
        if let Some(stage) = &filter.stage {
            filters.push(("stage", stage.clone()));
        }
        if let Some(status) = filter.status {
            filters.push(("status", status.word().to_string()));
        }
        self.page(&LISTING, &filters, query, read_run).await
    }

    /// Records how far a step of a run is; the last record of a step holds.
    pub async fn checkpoint(
        &self,
        run_id: &str,
        step: &str,
        state: StepState,
        detail: &Value,
        at: i64,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO run_steps (run_id, step, state, detail, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (run_id, step) DO UPDATE SET state = excluded.state, \
             detail = excluded.detail, at = excluded.at",
        )
        .bind(run_id)
        .bind(step)
        .bind(state.word())
        .bind(detail.to_string())
        .bind(at)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// The steps of a run, in the order in which they were last recorded.
    pub async fn steps(&self, run_id: &str) -> Result<Vec<Step>> {
        let rows = sqlx::query(
            "SELECT step, state, detail, at FROM run_steps WHERE run_id = $1 ORDER BY at, step",
        )
        .bind(run_id)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_step).collect()
    }
}

fn read_step(row: &AnyRow) -> Result<Step> {
    Ok(Step {
        step: row.text("step")?,
        state: row.word("state", StepState::from_word)?,
        detail: row.json("detail")?,
        at: row.int("at")?,
    })
}

fn inputs_json(inputs: &[RunInput]) -> Value {
    let pairs = inputs
        .iter()
        .map(|input| json!([input.table, input.version]));
    Value::Array(pairs.collect())
}

fn read_inputs(value: &Value) -> Result<Vec<RunInput>> {
    let damaged = || Error::Damaged {
        what: "the inputs of a run",
    };
    let read = |pair: &Value| {
        Some(RunInput {
            table: pair.get(0)?.as_str()?.to_string(),
            version: pair.get(1)?.as_i64()?,
        })
    };
    let pairs = value.as_array().ok_or_else(damaged)?;
    pairs
        .iter()
        .map(|pair| read(pair).ok_or_else(damaged))
        .collect()
}

fn read_run(row: &AnyRow) -> Result<Run> {
    Ok(Run {
        run_id: row.text("run_id")?,
        stage: row.text("stage")?,
        status: row.word("status", RunStatus::from_word)?,
        spec: row.json("spec")?,
        seed: row.int("seed")?.cast_unsigned(),
        version: row.text("version")?,
        inputs: read_inputs(&row.json("inputs")?)?,
        author: row.text("author")?,
        reason: row.text("reason")?,
        started_at: row.int("started_at")?,
        finished_at: row.int_or_none("finished_at")?,
        seconds: row.float_or_none("seconds")?,
        summary: row.text("summary")?,
        result: row.json("result")?,
    })
}
