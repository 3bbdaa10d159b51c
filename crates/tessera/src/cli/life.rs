//! `tessera life …` as people type it. It must not do anything.

use super::{OfCustomer, ProjectArg};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Life {
    /// Look for life events and projects in everybody's purchases, and keep what is found.
    #[command(after_help = "Example:\n  tessera life run --project my-shop")]
    Run {
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// How many customers have what, by the newest run.
    #[command(after_help = "Example:\n  tessera life status --project my-shop")]
    Status {
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Life events and projects of one customer, with the evidence, and what a project still lacks.
    #[command(
        after_help = "Example:\n  tessera life show 1204 --purpose service --project my-shop\n  tessera life show 1204 --on 2026-03-01 --purpose analytics"
    )]
    Show {
        #[command(flatten)]
        of: OfCustomer,
        /// As of this date; the newest where not given.
        #[arg(long)]
        on: Option<String>,
    },
}
