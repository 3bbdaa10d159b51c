//! Runs that are due: which they are, starting each once, trying again where another run goes on. It must not set
//! schedules (`recipes`).

use super::RunAsk;
use super::recipes::DAY;
use crate::{EngineError, Project};
use registry::Schedule;
use retail::Change;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How often is looked for runs that are due.
const LOOK: Duration = Duration::from_secs(60);
/// When a run is tried again that found another one going on.
const AGAIN: i64 = 10 * 60 * 1_000_000;

impl Project {
    /// Starts due runs, now and from time to time, for as long as the future is held. Schedules are kept in the
    /// registry, so that a restart forgets none: what was missed while no server ran is made up once.
    pub async fn keep_schedules(self: Arc<Self>) {
        let mut clock = tokio::time::interval(LOOK);
        loop {
            clock.tick().await;
            if let Err(cause) = self.start_due_runs().await {
                tracing::error!(project = self.id(), %cause, "runs that are due cannot be started");
            }
        }
    }

    /// Starts the runs that are due; gives the schemes.
    pub async fn start_due_runs(self: &Arc<Self>) -> Result<Vec<String>, EngineError> {
        let now = self.now();
        let mut started = Vec::new();
        for due in self.registry().schedules().await? {
            let next = now + due.every_days * DAY;
            if due.next_at > now || !self.registry().claim_schedule(&due, next).await? {
                continue;
            }
            started.push(due.scheme.clone());
            self.start_due_run(due, next).await?;
        }
        Ok(started)
    }

    async fn start_due_run(
        self: &Arc<Self>,
        due: Schedule,
        next_at: i64,
    ) -> Result<(), EngineError> {
        let reason = format!(
            "run again every {} days, as {} set",
            due.every_days, due.author
        );
        let change = Change::new("schedule", reason)
            .ok_or_else(|| EngineError::Data("a schedule has no reason".into()))?;
        let kept = json!({ "stage": "scheme", "scheme": due.scheme, "scheduled": true });
        let (project, why) = (Arc::clone(self), change.clone());
        self.start_job("run", kept, &why, move |report| async move {
            let ask = RunAsk {
                title: Some("Scheduled run".to_string()),
                ..RunAsk::default()
            };
            match project.run_scheme(&due.scheme, ask, &change, report).await {
                Ok(ran) => Ok(json!(ran)),
                Err(EngineError::Busy(words)) => {
                    let claimed = Schedule { next_at, ..due };
                    let again = project.now() + AGAIN;
                    project.registry().claim_schedule(&claimed, again).await?;
                    Err(EngineError::Busy(words))
                }
                Err(cause) => Err(cause),
            }
        })
        .await?;
        Ok(())
    }
}
