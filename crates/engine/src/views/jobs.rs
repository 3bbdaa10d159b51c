//! Long work: its start, its progress, its end.

use super::words::words;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Work was started; ask for its progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobStarted {
    /// The job.
    pub job_id: String,
}

words!(
    /// Where a job stands.
    JobState {
        /// Waits for its turn.
        Queued => "queued",
        /// At work.
        Running => "running",
        /// Done.
        Done => "done",
        /// Broke off.
        Failed => "failed",
        /// Stopped on request.
        Cancelled => "cancelled",
    }
);

/// The progress of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// The job.
    pub job_id: String,
    /// What sort of work it is.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// Steps done.
    pub done: u64,
    /// Steps altogether, where known.
    pub total: Option<u64>,
    /// What it does right now, in words.
    pub message: String,
    /// What came out, once done; an object.
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub result: Option<Value>,
    /// Why it failed.
    pub problem: Option<JobProblem>,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobProblem {
    /// What went wrong.
    pub title: String,
    /// Where, and how to mend it.
    pub detail: Option<String>,
}

/// A change that needs nothing but its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// Why; kept in the audit.
    pub reason: String,
}
