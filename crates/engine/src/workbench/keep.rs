//! Keeping a run of a scheme: rows in the lake, result in the registry, a draft to decide on. It must not find or
//! shape clusters.

use super::SchemeResult;
use crate::{EngineError, Project};
use lake::Commit;
use registry::{NewScenario, RunEnd, RunStatus};
use retail::{Change, Money, table};
use segment::scheme::Outcome;
use segment::{Columns, Known, Stamp};
use serde_json::json;
use std::collections::BTreeMap;

/// The stage of these runs in the registry.
pub(super) const STAGE: &str = "workbench";

/// A finished run of a scheme, to be kept.
pub(super) struct Finished<'a> {
    /// The run's id.
    pub run_id: &'a str,
    /// The scheme.
    pub scheme: &'a str,
    /// When the run began.
    pub started: i64,
    /// What it is called, the recipe's version, the newest hand, the run it goes on from.
    pub scenario: NewScenario,
    /// The members.
    pub known: &'a [Known],
    /// Their features.
    pub columns: &'a Columns,
    /// What was found.
    pub outcome: &'a Outcome,
    /// What is kept in the registry.
    pub result: &'a SchemeResult,
}

impl Project {
    /// Begins a run of a scheme in the registry.
    pub(super) async fn begin_scheme_run(
        &self,
        spec: serde_json::Value,
        seed: u64,
        at: i64,
        change: &Change,
    ) -> Result<String, EngineError> {
        self.begin_run(STAGE, (seed, spec), at, change).await
    }

    /// Ends a run that did not come to a result.
    pub(super) async fn drop_scheme_run(
        &self,
        run_id: &str,
        started: i64,
        cause: &EngineError,
        change: &Change,
    ) -> Result<(), EngineError> {
        self.end_run(run_id, started, Err(cause), change).await
    }

    /// Writes the rows of a run, ends it and adds it as a draft.
    pub(super) async fn keep_scheme_run(
        &self,
        run: &Finished<'_>,
        change: &Change,
    ) -> Result<(), EngineError> {
        let stamp = Stamp {
            run_id: run.run_id,
            scheme: run.scheme,
            as_of: run.result.as_of,
            known_at: run.started,
        };
        let sales = sales_by_cluster(run);
        let (of, found) = (run.result.of, &run.outcome.segmentation);
        let rows = [
            (
                &table::SCHEME_FEATURES,
                segment::scheme_feature_rows(stamp, of, run.known, run.columns)?,
            ),
            (
                &table::SEGMENTS,
                segment::segment_rows(stamp, found, &sales)?,
            ),
            (
                &table::SEGMENT_FACTS,
                segment::fact_rows(stamp, &run.columns.features, found)?,
            ),
            (
                &table::SCHEME_MEMBERS,
                segment::scheme_member_rows(stamp, of, run.known, run.outcome)?,
            ),
        ];
        let writer = format!("run:{}", run.run_id);
        for (table, batch) in rows {
            let commit = Commit {
                writer: &writer,
                step: 0,
            };
            self.lake().append(table, vec![batch], commit).await?;
        }
        let now = self.now();
        let end = RunEnd {
            status: RunStatus::Done,
            summary: format!(
                "{} {} of {} {}",
                run.result.clusters,
                of.clusters(),
                run.result.members,
                of.counted(run.result.members)
            ),
            result: json!(run.result),
            seconds: (now - run.started) as f64 / 1e6,
        };
        self.registry()
            .finish_run(run.run_id, &end, now, change)
            .await?;
        self.registry()
            .add_scenario(&run.scenario, now, change)
            .await?;
        Ok(())
    }
}

/// Exact sales of each cluster, in order of number.
fn sales_by_cluster(run: &Finished<'_>) -> Vec<Money> {
    let mut sales: BTreeMap<i32, i64> = BTreeMap::new();
    for (member, id) in run.known.iter().zip(&run.outcome.shaped.ids) {
        *sales.entry(*id).or_default() += member.sales.0;
    }
    sales.into_values().map(Money).collect()
}
