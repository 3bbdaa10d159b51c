//! The words of `tessera segment assign`. It must not do anything.

use super::ProjectArg;
use clap::Args;

/// Members of today by the clusters of a run.
#[derive(Debug, Args)]
pub struct Assign {
    /// The scheme.
    pub scheme: String,
    /// The members; all where none is named.
    pub members: Vec<String>,
    /// The run: its id, live or newest.
    #[arg(long, default_value = "live")]
    pub run: String,
    /// Only those that the run has elsewhere or not at all.
    #[arg(long)]
    pub changed: bool,
    /// Of customers: what they are looked at for, as in analytics.
    #[arg(long)]
    pub purpose: Option<String>,
    /// Members shown.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    #[command(flatten)]
    pub project: ProjectArg,
}
