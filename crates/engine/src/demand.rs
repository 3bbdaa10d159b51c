//! Who stands for whom: runs about demand, from what the lake holds to rows that are kept with the run, and what is
//! shown of them. Running stands here; gathering, showing and how far to trust it have files of their own. It must not estimate
//! (`segment::choices`).

mod communities;
mod company;
mod gather;
mod show;
mod telling;
mod trust;

use crate::project::beside;
use crate::report::ForKernel;
use crate::views::{DemandRan, DemandRunRequest, JobStarted};
use crate::{Actor, EngineError, Project, Report};
use govern::Action;
use lake::Commit;
use retail::{Change, table};
use segment::Stamp;
use segment::choices::{self, BackTest, Category, Choices, LostFrom, Near, Spec};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// The stage of these runs in the registry.
const STAGE: &str = "demand";
/// Seed and resamples of a run: any will do, but the same.
const SPEC: Spec = Spec {
    seed: 20_101_201,
    resamples: 40,
};
/// Months at most.
const MONTHS_MAX: u32 = 1_200;

/// What a run keeps beside its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DemandResult {
    /// The instant described, microseconds since 1970 UTC.
    as_of: i64,
    /// The first day that counts, as text.
    from: String,
    products: usize,
    baskets: usize,
    empty_spans: usize,
    promotions: usize,
    lost_from: LostFrom,
    #[serde(default)]
    backtest: Option<BackTest>,
    modularity: f64,
    communities: usize,
    categories: Vec<Category>,
    notes: Vec<String>,
}

impl Project {
    /// Starts a run about demand beside the requests.
    pub async fn start_demand_run(
        self: &Arc<Self>,
        actor: &Actor,
        asked: DemandRunRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::StartRun)?;
        let change = actor.change(&asked.reason)?;
        check_months(asked.months)?;
        let (project, why) = (Arc::clone(self), change.clone());
        let kept = json!({ "stage": STAGE, "months": asked.months });
        self.start_job("run", kept, &why, move |report| async move {
            Ok(json!(
                project.run_demand(asked.months, &change, report).await?
            ))
        })
        .await
    }

    /// Finds who stands for whom from what the lake holds, and keeps it.
    pub async fn run_demand(
        &self,
        months: Option<u32>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<DemandRan, EngineError> {
        check_months(months)?;
        let _alone = self.run_alone(change).await?;
        self.find_demand(months, change, report).await
    }

    /// The same for who has the sole right to run, and months that were checked.
    pub(crate) async fn find_demand(
        &self,
        months: Option<u32>,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<DemandRan, EngineError> {
        self.require_gate(retail::Kind::Orders).await?;
        let started = self.now();
        let spec = json!({ "months": months, "resamples": SPEC.resamples });
        let run_id = self
            .begin_run(STAGE, (SPEC.seed, spec), started, change)
            .await?;
        let done = self.demand(months, &run_id, started, report).await;
        let kept = done.as_ref().map(|result| (summary(result), json!(result)));
        self.end_run(&run_id, started, kept, change).await?;
        let result = done?;
        Ok(DemandRan {
            run_id,
            products: result.products,
            categories: result.categories.len(),
            communities: result.communities,
            notes: result.notes,
        })
    }

    async fn demand(
        &self,
        months: Option<u32>,
        run_id: &str,
        started: i64,
        report: Arc<dyn Report>,
    ) -> Result<DemandResult, EngineError> {
        report.stage("gathering baskets and shelves");
        let gathered = self.gather_demand(months).await?;
        let (as_of, from) = (gathered.as_of, gathered.from);
        let facts = gathered.facts;
        let told = Arc::clone(&report);
        let work = move || {
            let kernel = ForKernel(told.as_ref());
            let stage = |name: &str| told.stage(name);
            let found = choices::find(&facts, SPEC, &kernel, &stage)?;
            stage("placing products by their company");
            let near = choices::near(&facts, SPEC.seed, &kernel)?;
            Ok((found, near, facts))
        };
        let (found, near, facts) = beside(work).await?;
        report.stage("keeping what was found");
        self.keep_demand((&found, &near), run_id, (as_of, started))
            .await?;
        Ok(DemandResult {
            as_of,
            from,
            products: found.products.len(),
            baskets: facts.baskets.len(),
            empty_spans: facts.empty_spans,
            promotions: facts.promotions,
            lost_from: found.lost_from,
            backtest: found.backtest,
            modularity: found.modularity,
            communities: found.communities,
            categories: found.categories,
            notes: found.notes,
        })
    }

    async fn keep_demand(
        &self,
        (found, near): (&Choices, &[Near]),
        run_id: &str,
        (as_of, known_at): (i64, i64),
    ) -> Result<(), EngineError> {
        let stamp = Stamp {
            run_id,
            scheme: STAGE,
            as_of,
            known_at,
        };
        let rows = [
            (
                &table::DEMAND_PRODUCTS,
                choices::product_rows(stamp, found)?,
            ),
            (
                &table::DEMAND_PARTNERS,
                choices::partner_rows(stamp, found)?,
            ),
            (&table::DEMAND_SHARES, choices::share_rows(stamp, found)?),
            (&table::DEMAND_NODES, choices::node_rows(stamp, found)?),
            (&table::DEMAND_COMPANY, choices::near_rows(stamp, near)?),
        ];
        let writer = format!("run:{run_id}");
        for (table, batch) in rows {
            if batch.num_rows() > 0 {
                let commit = Commit {
                    writer: &writer,
                    step: 0,
                };
                self.lake().append(table, vec![batch], commit).await?;
            }
        }
        Ok(())
    }

    /// The newest finished run about demand.
    async fn demand_run(&self) -> Result<Option<(registry::Run, DemandResult)>, EngineError> {
        let newest = self.good_runs(STAGE, 1).await?;
        let Some(run) = newest.into_iter().next() else {
            return Ok(None);
        };
        let result = serde_json::from_value(run.result.clone()).map_err(|cause| {
            EngineError::Data(format!(
                "run {} was kept by another version ({cause}): run 'tessera demand run' again",
                run.run_id
            ))
        })?;
        Ok(Some((run, result)))
    }

    /// As [`Self::demand_run`], where there must be one.
    async fn some_demand_run(&self) -> Result<(registry::Run, DemandResult), EngineError> {
        self.demand_run().await?.ok_or_else(|| {
            EngineError::Data(
                "nothing was found about demand yet: run 'tessera demand run', or press Find on the page Products"
                    .into(),
            )
        })
    }
}

fn check_months(months: Option<u32>) -> Result<(), EngineError> {
    match months {
        Some(months) if !(1..=MONTHS_MAX).contains(&months) => Err(EngineError::invalid(
            "months",
            format!("write 1 to {MONTHS_MAX}, or leave it out for all"),
        )),
        _ => Ok(()),
    }
}

fn summary(result: &DemandResult) -> String {
    format!(
        "{} products in {} categories and {} clusters by co-purchase",
        result.products,
        result.categories.len(),
        result.communities
    )
}
