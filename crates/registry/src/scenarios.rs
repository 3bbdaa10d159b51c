//! Runs of a scheme put up for a decision: from draft over review to live, step by step, and which one is live
//! at an instant. Who may take a step is not decided here.

use retail::Change;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::marks::require_open;
use crate::row::{Columns, stored_words};
use crate::store::Registry;
use crate::versions::{SchemePart, live_fields, texts};

stored_words! {
    /// Where a scenario stands.
    ScenarioState {
        /// Being worked on.
        Draft => "draft",
        /// Put up for approval.
        Ready => "ready",
        /// Approved, not live yet.
        Approved => "approved",
        /// Sent back.
        Rejected => "rejected",
        /// Live from its effective date on, until a later one is.
        Deployed => "deployed",
    }
}

/// A run of a scheme as something to decide on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// The run.
    pub run_id: String,
    /// The scheme.
    pub scheme: String,
    /// The recipe's version.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// The newest hand that the run obeyed; 0 for none.
    pub hands_seq: i64,
    /// The run from which clusters keep their numbers.
    pub base: Option<String>,
    /// When it was made.
    pub at: i64,
    /// Where it stands.
    pub state: ScenarioState,
    /// Who took the last step.
    pub author: String,
    /// From when it is live.
    pub effective_at: Option<i64>,
}

/// A scenario to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScenario {
    /// The run.
    pub run_id: String,
    /// The scheme.
    pub scheme: String,
    /// The recipe's version.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// The newest hand that the run obeyed.
    pub hands_seq: i64,
    /// The run from which clusters keep their numbers.
    pub base: Option<String>,
}

/// One step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioStep {
    /// The number of its entry in the audit chain.
    pub seq: i64,
    /// The run.
    pub run_id: String,
    /// The new state.
    pub state: ScenarioState,
    /// From when it holds, where the step makes it live.
    pub effective_at: Option<i64>,
    /// When the step was taken.
    pub at: i64,
    /// By whom.
    pub author: String,
    /// What was said.
    pub comment: String,
}

/// A step to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewStep<'a> {
    /// The run.
    pub run_id: &'a str,
    /// Where it must stand now.
    pub from: ScenarioState,
    /// Where it goes.
    pub to: ScenarioState,
    /// From when it is live.
    pub effective_at: Option<i64>,
}

const SELECT: &str = "SELECT s.run_id, s.scheme, s.version, s.title, s.hands_seq, s.base, s.at, t.state, t.author, \
     t.effective_at FROM scenarios s JOIN scenario_steps t ON t.run_id = s.run_id AND t.seq = \
     (SELECT MAX(seq) FROM scenario_steps o WHERE o.run_id = s.run_id)";

impl Registry {
    /// Adds a finished run as a draft.
    pub async fn add_scenario(&self, new: &NewScenario, at: i64, change: &Change) -> Result<()> {
        let mut changing = self.begin_change().await?;
        sqlx::query(
            "INSERT INTO scenarios (run_id, scheme, version, title, hands_seq, base, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&*new.run_id)
        .bind(&*new.scheme)
        .bind(new.version)
        .bind(&*new.title)
        .bind(new.hands_seq)
        .bind(new.base.as_deref())
        .bind(at)
        .execute(&mut *changing.tx)
        .await?;
        let seq = changing.seq();
        insert_step(
            &mut changing.tx,
            seq,
            (&new.run_id, &new.scheme),
            (ScenarioState::Draft, None),
            at,
            change,
        )
        .await?;
        let fact = Fact {
            action: "scenario.add",
            subject: &new.scheme,
            detail: json!({ "run_id": new.run_id, "version": new.version }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// Takes a scenario one step on. Where it stands elsewhere by now, or the scheme is retired or removed, the step is
    /// an [`Error::Conflict`].
    pub async fn step_scenario(
        &self,
        step: NewStep<'_>,
        at: i64,
        change: &Change,
    ) -> Result<Scenario> {
        let mut changing = self.begin_change().await?;
        let sql = format!("{SELECT} WHERE s.run_id = $1");
        let row = sqlx::query(&sql)
            .bind(step.run_id)
            .fetch_optional(&mut *changing.tx)
            .await?;
        let mut scenario = row
            .as_ref()
            .map(read_scenario)
            .transpose()?
            .ok_or_else(|| Error::missing("scenario", step.run_id))?;
        require_open(&mut changing.tx, &scenario.scheme).await?;
        if scenario.state != step.from {
            return Err(Error::Conflict {
                what: format!("the scenario is {} by now", scenario.state.word()),
                mend: "look at it again before you decide",
            });
        }
        let seq = changing.seq();
        let place = (step.run_id, &*scenario.scheme);
        insert_step(
            &mut changing.tx,
            seq,
            place,
            (step.to, step.effective_at),
            at,
            change,
        )
        .await?;
        let seals = match step.to {
            ScenarioState::Deployed => {
                let fields = live_fields(step.run_id, step.effective_at);
                let who = (at, change);
                let part = SchemePart::Live;
                json!({ "live": changing.seal(part, &scenario.scheme, who, &texts(&fields)) })
            }
            _ => json!({}),
        };
        let fact = Fact {
            action: "scenario.step",
            subject: &scenario.scheme,
            detail: json!({
                "run_id": step.run_id, "from": step.from.word(), "to": step.to.word(),
                "effective_at": step.effective_at, "seals": seals,
            }),
        };
        changing.commit(at, change, fact).await?;
        (scenario.state, scenario.effective_at) = (step.to, step.effective_at);
        scenario.author.clone_from(&change.author);
        Ok(scenario)
    }

    /// The scenarios of a scheme, newest first.
    pub async fn scenarios(&self, scheme: &str) -> Result<Vec<Scenario>> {
        let sql = format!("{SELECT} WHERE s.scheme = $1 ORDER BY s.at DESC, s.run_id DESC");
        let rows = sqlx::query(&sql)
            .bind(scheme)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read_scenario).collect()
    }

    /// One scenario.
    pub async fn scenario(&self, run_id: &str) -> Result<Scenario> {
        let sql = format!("{SELECT} WHERE s.run_id = $1");
        let row = sqlx::query(&sql)
            .bind(run_id)
            .fetch_optional(&self.reader)
            .await?;
        let found = row.as_ref().map(read_scenario).transpose()?;
        found.ok_or_else(|| Error::missing("scenario", run_id))
    }

    /// Every step of a scheme's scenarios, newest first.
    pub async fn scenario_steps(&self, scheme: &str) -> Result<Vec<ScenarioStep>> {
        let rows = sqlx::query(
            "SELECT seq, run_id, state, effective_at, at, author, comment FROM scenario_steps \
             WHERE scheme = $1 ORDER BY seq DESC",
        )
        .bind(scheme)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_step).collect()
    }
}

pub(crate) async fn insert_step(
    tx: &mut crate::store::Tx,
    seq: i64,
    (run_id, scheme): (&str, &str),
    (state, effective_at): (ScenarioState, Option<i64>),
    at: i64,
    change: &Change,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO scenario_steps (seq, run_id, scheme, state, effective_at, at, author, comment) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(seq)
    .bind(run_id)
    .bind(scheme)
    .bind(state.word())
    .bind(effective_at)
    .bind(at)
    .bind(&*change.author)
    .bind(&*change.reason)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn read_scenario(row: &AnyRow) -> Result<Scenario> {
    Ok(Scenario {
        run_id: row.text("run_id")?,
        scheme: row.text("scheme")?,
        version: row.int("version")?,
        title: row.text("title")?,
        hands_seq: row.int("hands_seq")?,
        base: row.text_or_none("base")?,
        at: row.int("at")?,
        state: row.word("state", ScenarioState::from_word)?,
        author: row.text("author")?,
        effective_at: row.int_or_none("effective_at")?,
    })
}

fn read_step(row: &AnyRow) -> Result<ScenarioStep> {
    Ok(ScenarioStep {
        seq: row.int("seq")?,
        run_id: row.text("run_id")?,
        state: row.word("state", ScenarioState::from_word)?,
        effective_at: row.int_or_none("effective_at")?,
        at: row.int("at")?,
        author: row.text("author")?,
        comment: row.text("comment")?,
    })
}
