//! Work that a request starts and does not wait for: where it stands, stopping it, how it ended. Kept in
//! memory; what the work itself did is in the registry (imports, runs), and that survives a restart.

use crate::views::{Job, JobProblem, JobStarted, JobState};
use crate::{Actor, EngineError, Project, Report, clock};
use govern::Action;
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Finished jobs that are remembered.
const REMEMBERED: usize = 200;

/// The jobs of one project.
#[derive(Default)]
pub(crate) struct Jobs {
    known: Mutex<BTreeMap<String, Arc<Running>>>,
}

/// One job's state, shared between the work and those who ask.
struct Running {
    kind: &'static str,
    message: Mutex<String>,
    done: AtomicU64,
    /// 0 where the total is not known.
    total: AtomicU64,
    stop: AtomicBool,
    end: Mutex<Option<Result<Value, JobEnd>>>,
}

struct JobEnd {
    cancelled: bool,
    detail: String,
}

fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Report for Running {
    fn stage(&self, name: &str) {
        *held(&self.message) = name.to_string();
        self.done.store(0, Ordering::Relaxed);
        self.total.store(0, Ordering::Relaxed);
    }

    fn tick(&self, done: u64, total: Option<u64>) {
        self.done.store(done, Ordering::Relaxed);
        self.total
            .store(total.unwrap_or_default(), Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Project {
    /// Starts work beside the requests. `work` gets the job's report.
    pub(crate) fn start_job<W, F>(&self, kind: &'static str, work: W) -> JobStarted
    where
        W: FnOnce(Arc<dyn Report>) -> F,
        F: Future<Output = Result<Value, EngineError>> + Send + 'static,
    {
        let job_id = clock::new_id();
        let job = Arc::new(Running {
            kind,
            message: Mutex::new("waiting".into()),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            end: Mutex::new(None),
        });
        self.jobs.remember(&job_id, &job);
        let future = work(Arc::clone(&job) as Arc<dyn Report>);
        // The work runs in a task of its own, so that a panic in it ends the job and nothing else.
        let inner = tokio::spawn(future);
        tokio::spawn(async move {
            let end = match inner.await {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(cause)) => Err(JobEnd {
                    cancelled: matches!(cause, EngineError::Cancelled),
                    detail: cause.to_string(),
                }),
                Err(_) => Err(JobEnd {
                    cancelled: false,
                    detail: "the work broke off; see the program's log".into(),
                }),
            };
            *held(&job.end) = Some(end);
        });
        JobStarted { job_id }
    }

    /// Where a job stands.
    pub async fn job(&self, actor: &Actor, job_id: &str) -> Result<Job, EngineError> {
        actor.may(Action::ReadResults)?;
        Ok(self.jobs.find(job_id)?.view(job_id))
    }

    /// Asks a job to stop at its next safe point.
    pub async fn cancel_job(
        &self,
        actor: &Actor,
        job_id: &str,
        asked: crate::views::ReasonRequest,
    ) -> Result<(), EngineError> {
        actor.may(Action::StartRun)?;
        let change = actor.change(&asked.reason)?;
        let job = self.jobs.find(job_id)?;
        job.stop.store(true, Ordering::Relaxed);
        let detail = serde_json::json!({ "kind": job.kind });
        self.registry()
            .audit(self.now(), &change, "job.cancel", job_id, detail)
            .await?;
        Ok(())
    }
}

impl Jobs {
    fn remember(&self, job_id: &str, job: &Arc<Running>) {
        let mut known = held(&self.known);
        // Ids sort by time, so the first finished ones are the oldest.
        while known.len() >= REMEMBERED {
            let oldest = known
                .iter()
                .find(|(_, job)| held(&job.end).is_some())
                .map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { break };
            known.remove(&oldest);
        }
        known.insert(job_id.to_string(), Arc::clone(job));
    }

    fn find(&self, job_id: &str) -> Result<Arc<Running>, EngineError> {
        let missing = || EngineError::Missing {
            what: "job",
            name: job_id.to_string(),
        };
        held(&self.known).get(job_id).cloned().ok_or_else(missing)
    }
}

impl Running {
    fn view(&self, job_id: &str) -> Job {
        let (state, result, problem) = match &*held(&self.end) {
            None => (JobState::Running, None, None),
            Some(Ok(value)) => (JobState::Done, Some(value.clone()), None),
            Some(Err(end)) => {
                let state = if end.cancelled {
                    JobState::Cancelled
                } else {
                    JobState::Failed
                };
                let title = if end.cancelled { "Stopped" } else { "Failed" };
                let problem = JobProblem {
                    title: title.into(),
                    detail: Some(end.detail.clone()),
                };
                (state, None, Some(problem))
            }
        };
        let total = self.total.load(Ordering::Relaxed);
        Job {
            job_id: job_id.to_string(),
            kind: self.kind.to_string(),
            state,
            done: self.done.load(Ordering::Relaxed),
            total: (total > 0).then_some(total),
            message: held(&self.message).clone(),
            result,
            problem,
        }
    }
}
