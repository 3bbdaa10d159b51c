//! `tessera segment versions`, `restore`, `retire` and `remove` as people type them. It must not do anything.

use super::ProjectArg;
use clap::Args;

/// A scheme that is retired, removed or brought back.
#[derive(Debug, Args)]
pub struct Standing {
    /// The scheme.
    pub scheme: String,
    /// Why, for the audit.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}

/// A scheme that is brought back, or a version of it.
#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    pub of: Standing,
    /// The version to go back to, as `segment versions` numbers them.
    #[arg(long)]
    pub version: Option<i64>,
    /// What is brought back of it: recipe, hands, live; may be given for several. The recipe and the changes by hand
    /// where not given.
    #[arg(long, requires = "version", value_parser = ["recipe", "hands", "live"])]
    pub part: Vec<String>,
}

/// Versions of a scheme.
#[derive(Debug, Args)]
pub struct Versions {
    /// The scheme.
    pub scheme: String,
    /// One version: what held in it.
    pub version: Option<i64>,
    /// Another, to hold it against.
    #[arg(long, requires = "version")]
    pub against: Option<i64>,
    /// Of the list: versions that name this cluster, by its number or its name in the newest run.
    #[arg(long, conflicts_with = "version")]
    pub cluster: Option<String>,
    #[command(flatten)]
    pub project: ProjectArg,
}
