//! Runs as the registry keeps them, whatever their stage: begun with what the lake held, ended with what came of them, the
//! newest that ended well. It must not know what a stage does.

use crate::{EngineError, Project};
use registry::{ListQuery, NewRun, Run, RunEnd, RunFilter, RunInput, RunStatus};
use retail::Change;
use serde_json::Value;

impl Project {
    /// Begins a run on the versions of the tables that the lake has now; gives its id.
    pub(crate) async fn begin_run(
        &self,
        stage: &str,
        (seed, spec): (u64, Value),
        started: i64,
        change: &Change,
    ) -> Result<String, EngineError> {
        let states = self.lake().states().await?.into_iter();
        let inputs = states.map(|state| RunInput {
            table: state.table.into(),
            version: state.version as i64,
        });
        let new = NewRun {
            run_id: None,
            stage: stage.into(),
            seed,
            spec,
            version: env!("CARGO_PKG_VERSION").into(),
            inputs: inputs.collect(),
        };
        let run = self.registry().start_run(&new, started, change).await?;
        Ok(run.run_id)
    }

    /// Ends a run: well with its line for people and what it keeps, else with why it did not.
    pub(crate) async fn end_run(
        &self,
        run_id: &str,
        started: i64,
        done: Result<(String, Value), &EngineError>,
        change: &Change,
    ) -> Result<(), EngineError> {
        let (status, summary, result) = match done {
            Ok((summary, result)) => (RunStatus::Done, summary, result),
            Err(EngineError::Cancelled) => {
                (RunStatus::Cancelled, "stopped as asked".into(), Value::Null)
            }
            Err(cause) => (RunStatus::Failed, cause.to_string(), Value::Null),
        };
        let now = self.now();
        let end = RunEnd {
            status,
            summary,
            result,
            seconds: (now - started) as f64 / 1e6,
        };
        self.registry()
            .finish_run(run_id, &end, now, change)
            .await?;
        Ok(())
    }

    /// The runs of a stage that ended well, the newest first, at most so many.
    pub(crate) async fn good_runs(&self, stage: &str, most: u64) -> Result<Vec<Run>, EngineError> {
        let filter = RunFilter {
            stage: Some(stage.into()),
            status: Some(RunStatus::Done),
        };
        let newest = ListQuery {
            limit: most,
            ..ListQuery::default()
        };
        Ok(self.registry().runs(&filter, &newest).await?.rows)
    }
}
