//! Work that a request starts and does not wait for: where it stands, stopping it, how it ended. The registry
//! keeps every job, so that a restart forgets none; how far a running one is, is in memory.

use crate::views::{Job, JobProblem, JobStarted, JobState};
use crate::{Actor, EngineError, Project, Report};
use govern::Action;
use registry::JobEnd;
use retail::Change;
use serde_json::Value;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The running jobs of one project in this process.
#[derive(Default)]
pub(crate) struct Jobs {
    running: Mutex<HashMap<String, Arc<Running>>>,
}

/// One job's state, shared between the work and those who ask.
struct Running {
    kind: &'static str,
    message: Mutex<String>,
    done: AtomicU64,
    /// 0 where the total is not known.
    total: AtomicU64,
    stop: AtomicBool,
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
    pub(crate) async fn start_job<W, F>(
        self: &Arc<Self>,
        kind: &'static str,
        spec: Value,
        change: &Change,
        work: W,
    ) -> Result<JobStarted, EngineError>
    where
        W: FnOnce(Arc<dyn Report>) -> F,
        F: Future<Output = Result<Value, EngineError>> + Send + 'static,
    {
        let registry = self.registry();
        let job_id = registry.queue_job(kind, &spec, self.now(), change).await?;
        registry.start_job(&job_id, self.now()).await?;
        let job = Arc::new(Running {
            kind,
            message: Mutex::new("waiting".into()),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        held(&self.jobs.running).insert(job_id.clone(), Arc::clone(&job));
        // The work runs in a task of its own, so that a panic in it ends the job and nothing else.
        let inner = tokio::spawn(work(job as Arc<dyn Report>));
        let (project, id) = (Arc::clone(self), job_id.clone());
        tokio::spawn(async move {
            let end = match inner.await {
                Ok(Ok(value)) => JobEnd::Done(value),
                Ok(Err(EngineError::Cancelled)) => JobEnd::Cancelled,
                Ok(Err(cause)) => failed(cause.to_string()),
                Err(_) => failed("the work broke off; see the program's log".into()),
            };
            let kept = project.registry().finish_job(&id, &end, project.now());
            if let Err(cause) = kept.await {
                tracing::error!(job = id, %cause, "how the job ended cannot be kept");
            }
            held(&project.jobs.running).remove(&id);
        });
        Ok(JobStarted { job_id })
    }

    /// Where a job stands, for who may read results, and for who may start such work.
    pub async fn job(&self, actor: &Actor, job_id: &str) -> Result<Job, EngineError> {
        if actor.may(Action::ReadResults).is_err() {
            self.may_start_as(actor, job_id).await?;
        }
        let running = held(&self.jobs.running).get(job_id).cloned();
        match running {
            Some(job) => Ok(job.view(job_id)),
            None => Ok(ended(self.registry().job(job_id).await?)),
        }
    }

    /// Whether somebody may start work like that of a job; who may start none learns of no job.
    async fn may_start_as(&self, actor: &Actor, job_id: &str) -> Result<(), EngineError> {
        if actor.may(Action::Import).is_err() && actor.may(Action::ReplayQuarantine).is_err() {
            actor.may(Action::StartRun)?;
        }
        let kind = self.registry().job(job_id).await?.kind;
        actor.may(match kind.as_str() {
            "import" => Action::Import,
            "replay" => Action::ReplayQuarantine,
            _ => Action::StartRun,
        })
    }

    /// Asks a job to stop at its next safe point.
    pub async fn cancel_job(
        &self,
        actor: &Actor,
        job_id: &str,
        asked: crate::views::ReasonRequest,
    ) -> Result<(), EngineError> {
        self.may_start_as(actor, job_id).await?;
        let change = actor.change(&asked.reason)?;
        self.registry()
            .cancel_job(job_id, self.now(), &change)
            .await?;
        if let Some(job) = held(&self.jobs.running).get(job_id) {
            job.stop.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The sole right to serve this project, held until dropped. What a killed server left behind is put in
    /// order: its jobs are marked as failed, uploads that nobody imported go.
    pub async fn begin_serving(&self) -> Result<std::fs::File, EngineError> {
        let folder = self.folder().display();
        let taken = format!("'{folder}' is served already, by another process; use that one");
        let lock = self.sole("serving", &taken)?;
        self.clear_old_uploads();
        self.end_broken_jobs().await?;
        Ok(lock)
    }

    async fn end_broken_jobs(&self) -> Result<(), EngineError> {
        let all = registry::ListQuery {
            limit: 1_000,
            ..registry::ListQuery::default()
        };
        for state in [registry::JobState::Queued, registry::JobState::Running] {
            for job in self.registry().jobs(Some(state), &all).await?.rows {
                let detail =
                    "the program ended before this did; start it again: what was done is kept";
                let end = failed(detail.into());
                self.registry()
                    .finish_job(&job.job_id, &end, self.now())
                    .await?;
            }
        }
        Ok(())
    }
}

fn failed(detail: String) -> JobEnd {
    JobEnd::Failed {
        title: "Failed".into(),
        detail,
    }
}

impl Running {
    fn view(&self, job_id: &str) -> Job {
        let total = self.total.load(Ordering::Relaxed);
        Job {
            job_id: job_id.to_string(),
            kind: self.kind.to_string(),
            state: JobState::Running,
            done: self.done.load(Ordering::Relaxed),
            total: (total > 0).then_some(total),
            message: held(&self.message).clone(),
            result: None,
            problem: None,
        }
    }
}

/// A job that does not run in this process.
fn ended(job: registry::Job) -> Job {
    let state = match job.state {
        registry::JobState::Queued | registry::JobState::Running => JobState::Running,
        registry::JobState::Done => JobState::Done,
        registry::JobState::Failed => JobState::Failed,
        registry::JobState::Cancelled => JobState::Cancelled,
    };
    let stopped = JobProblem {
        title: "Stopped".into(),
        detail: Some(EngineError::Cancelled.to_string()),
    };
    let problem = match (state, job.problem) {
        (JobState::Cancelled, _) => Some(stopped),
        (_, problem) => problem.map(|(title, detail)| JobProblem {
            title,
            detail: Some(detail),
        }),
    };
    Job {
        job_id: job.job_id,
        kind: job.kind,
        state,
        done: crate::ask::count(job.done),
        total: job.total.map(crate::ask::count),
        message: job.message,
        result: job.result,
        problem,
    }
}
