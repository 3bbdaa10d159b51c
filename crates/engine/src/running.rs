//! Running the stages in their order, from the command line or beside the requests.

use crate::segmenting::{Segmented, default_spec};
use crate::views::{DemandRan, GenomeRan, IdentityRan, JobStarted, LifeRan, RunRequest, RunStage};
use crate::{Actor, EngineError, Project, Report, SegmentSpec};
use govern::Action;
use registry::{RunEnd, RunFilter, RunStatus};
use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Lines of receipts above which products are looked at by a run of their own, of some months.
const DEMAND_LINES: i64 = 20_000_000;

/// What running all stages gave.
#[derive(Debug, Clone, Serialize)]
pub struct Ran {
    /// Who is whom.
    pub identity: IdentityRan,
    /// Returned lines that found their sale.
    pub returns_matched: usize,
    /// Customers' genomes.
    pub genomes: GenomeRan,
    /// Life events and projects.
    pub life: LifeRan,
    /// Who stands for whom among products; absent where there are too many lines for a run of all stages.
    pub demand: Option<DemandRan>,
    /// The segments.
    pub segments: Segmented,
}

impl Project {
    /// Runs every stage that the data supports, in order.
    pub async fn run_all(
        &self,
        spec: SegmentSpec,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Ran, EngineError> {
        // Before anything is done for a spec that no segments can be found by.
        spec.clone().check()?;
        let _alone = self.run_alone(change).await?;
        let identity = self.find_identities(change, Arc::clone(&report)).await?;
        let returns_matched = self.match_returns(change, Arc::clone(&report)).await?;
        let segments = self.run_segments(spec, change, Arc::clone(&report)).await?;
        let genomes = self.compute_genomes(change, Arc::clone(&report)).await?;
        let life = self.look_for_life(change, Arc::clone(&report)).await?;
        // It holds baskets in memory.
        let lines = self
            .whole_number("select count(*) from order_lines", None, vec![])
            .await?;
        let demand = match lines.unwrap_or(0) > DEMAND_LINES {
            true => None,
            false => Some(self.find_demand(None, change, report).await?),
        };
        Ok(Ran {
            life,
            demand,
            identity,
            returns_matched,
            genomes,
            segments,
        })
    }

    /// Features and segments alone.
    pub async fn run_segments_only(
        &self,
        spec: SegmentSpec,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<Segmented, EngineError> {
        let _alone = self.run_alone(change).await?;
        self.run_segments(spec, change, report).await
    }

    /// The sole right to run stages, held until dropped. Whoever has it knows that no run goes on: those that
    /// a kill left behind are closed, and what it left of replays and withdrawals is settled before rows are read.
    pub(crate) async fn run_alone(&self, change: &Change) -> Result<std::fs::File, EngineError> {
        let taken = "a run goes on already; wait for its end or stop it";
        let lock = self.sole("run", taken)?;
        let left = RunFilter {
            status: Some(RunStatus::Running),
            ..RunFilter::default()
        };
        let all = registry::ListQuery {
            limit: 1_000,
            ..registry::ListQuery::default()
        };
        for run in self.registry().runs(&left, &all).await?.rows {
            let now = self.now();
            let end = RunEnd {
                status: RunStatus::Failed,
                summary: "the program ended before the run did".into(),
                result: json!(null),
                seconds: (now - run.started_at) as f64 / 1e6,
            };
            self.registry()
                .finish_run(&run.run_id, &end, now, change)
                .await?;
        }
        self.settle(&[], change).await?;
        Ok(lock)
    }

    /// Starts one stage's run beside the requests, for who may start runs and says why.
    pub(crate) async fn start_stage<W, F>(
        self: &Arc<Self>,
        actor: &Actor,
        stage: &'static str,
        reason: &str,
        work: W,
    ) -> Result<JobStarted, EngineError>
    where
        W: FnOnce(Arc<Self>, Change, Arc<dyn Report>) -> F,
        F: Future<Output = Result<Value, EngineError>> + Send + 'static,
    {
        actor.may(Action::StartRun)?;
        let change = actor.change(reason)?;
        let (project, why) = (Arc::clone(self), change.clone());
        let kept = json!({ "stage": stage });
        self.start_job("run", kept, &why, move |report| {
            work(project, change, report)
        })
        .await
    }

    /// Starts stages beside the requests.
    pub async fn start_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: RunRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::StartRun)?;
        // A run that ends well is published.
        actor.may(Action::EditSegments)?;
        let change = actor.change(&asked.reason)?;
        let default = default_spec();
        let spec = SegmentSpec {
            clusters: asked.clusters,
            seed: asked.seed.unwrap_or(default.seed),
            ..default
        };
        // Checked here, so that a wrong number is the request's problem and not the job's.
        spec.clone().check()?;
        let (project, why) = (Arc::clone(self), change.clone());
        let kept = json!({ "stage": asked.stage, "clusters": spec.clusters, "seed": spec.seed });
        self.start_job("run", kept, &why, move |report| async move {
            Ok(match asked.stage {
                RunStage::All => {
                    let ran = project.run_all(spec, &change, report).await?;
                    json!({ "identity": ran.identity, "returns_matched": ran.returns_matched, "genomes": ran.genomes, "life": ran.life, "demand": ran.demand, "segments": in_short(&ran.segments) })
                }
                RunStage::Segments => {
                    in_short(&project.run_segments_only(spec, &change, report).await?)
                }
            })
        })
        .await
    }
}

/// What a job keeps of a run: no segment by itself, since some may be too small to be shown.
fn in_short(done: &Segmented) -> serde_json::Value {
    json!({
        "run_id": done.run_id, "summary": done.summary, "clusters": done.clusters,
        "customers": done.customers, "sentence": done.sentence,
    })
}
