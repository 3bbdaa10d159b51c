//! Runs of the pipeline: the request for one, and what each read and made.

use super::page::page;
use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// Which part of the pipeline to run.
    RunStage {
        /// Segments of customers, with the features they rest on.
        Segments => "segments",
        /// Everything that the data supports.
        All => "all",
    }
);

/// Starts a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunRequest {
    /// Which part of the pipeline.
    pub stage: RunStage,
    /// How many clusters; absent for the number that fits best.
    pub clusters: Option<usize>,
    /// The seed of everything random; absent for the default.
    pub seed: Option<u64>,
    /// Why; kept in the audit.
    pub reason: String,
}

/// A run in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunBrief {
    /// The run.
    pub run_id: String,
    /// Which part of the pipeline.
    pub stage: String,
    /// running, done, failed or stopped
    pub status: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// How long it took.
    pub seconds: Option<f64>,
    /// What came out, in words.
    pub summary: String,
}

/// A run: what it read, with what, and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunRow {
    /// The run.
    pub run_id: String,
    /// Which part of the pipeline.
    pub stage: String,
    /// running, done, failed or stopped
    pub status: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The seed of everything random.
    pub seed: Option<u64>,
    /// Version of the program.
    pub version: String,
    /// Who asked for it.
    pub author: String,
    /// What came out, in words.
    pub summary: String,
    /// The tables it read.
    pub inputs: Vec<TableVersion>,
}

page!(
    /// Runs, newest first.
    RunPage of RunRow
);

/// A table as it was at one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TableVersion {
    /// The table.
    pub table: String,
    /// Its version.
    pub version: u64,
}
