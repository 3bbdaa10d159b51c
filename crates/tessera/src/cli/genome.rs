//! `tessera genome …` as people type it. It must not do anything.

use super::ProjectArg;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Genome {
    /// Compute everybody's genome as of the newest act, or of past dates, and keep it.
    #[command(
        after_help = "Example:\n  tessera genome run --project my-shop\n  tessera genome run --on 2026-01-01 --on 2026-04-01 --project my-shop"
    )]
    Run {
        /// Only of customers of whom something came to be known since the newest run; what is usual stays as that run
        /// froze it, and the others keep their genomes.
        #[arg(long)]
        update: bool,
        /// As of this past date (its end) or instant, with what is known now; may be given again for several.
        #[arg(long, conflicts_with = "update")]
        on: Vec<String>,
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// A customer's genes and habits as of a date; the look is kept in the audit.
    #[command(
        after_help = "Example:\n  tessera genome show 1204 --purpose analytics --project my-shop\n  tessera genome show 1204 --purpose analytics --on 2026-03-01 --all"
    )]
    Show {
        #[command(flatten)]
        of: OfCustomer,
        /// As of this date (its end) or instant; the newest where not given.
        #[arg(long)]
        on: Option<String>,
        /// Values with too little evidence to be genes, too.
        #[arg(long)]
        all: bool,
    },
    /// What changed between two dates, in words.
    #[command(
        after_help = "Example:\n  tessera genome diff 1204 --from 2026-01-01 --purpose analytics --project my-shop"
    )]
    Diff {
        #[command(flatten)]
        of: OfCustomer,
        /// The first date; the genome before the second where not given.
        #[arg(long)]
        from: Option<String>,
        /// The second; the newest where not given.
        #[arg(long)]
        to: Option<String>,
    },
    /// The acts behind a gene and the one line for what is usual; they sum to the score.
    #[command(
        after_help = "Example:\n  tessera genome evidence 1204 brand Alpina --purpose analytics --project my-shop"
    )]
    Evidence {
        #[command(flatten)]
        of: OfCustomer,
        /// The gene's attribute.
        attribute: String,
        /// The gene's value.
        value: String,
        /// As of this date (its end) or instant; the newest where not given.
        #[arg(long)]
        on: Option<String>,
    },
    /// What the members of a cluster of customers lean to, beside all members of its scheme.
    #[command(after_help = "Example:\n  tessera genome cluster buying 2 --project my-shop")]
    Cluster {
        /// The scheme of customers: buying, or one of the workbench that is live.
        scheme: String,
        /// The cluster's number.
        cluster: i32,
        /// As of this date (its end) or instant; the newest where not given.
        #[arg(long)]
        on: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// What more or fewer customers lean to than at an earlier date.
    #[command(after_help = "Example:\n  tessera genome drift --from 2026-01-01 --project my-shop")]
    Drift {
        /// The first date; the genomes before the second where not given.
        #[arg(long)]
        from: Option<String>,
        /// The second; the newest where not given.
        #[arg(long)]
        to: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Customers whose genes moved by as much as an alert asks, most first; the look is kept in the audit.
    #[command(
        after_help = "Example:\n  tessera genome alerts --purpose analytics --project my-shop\n  tessera genome alerts --purpose analytics --from 2026-01-01 --attribute brand --value Alpina"
    )]
    Alerts {
        /// Why: analytics, personalisation, marketing_messages, service, privacy_request, quality.
        #[arg(long)]
        purpose: String,
        /// The first date; the genomes before the second where not given.
        #[arg(long)]
        from: Option<String>,
        /// The second; the newest where not given.
        #[arg(long)]
        to: Option<String>,
        /// Genes of this attribute alone.
        #[arg(long)]
        attribute: Option<String>,
        /// Genes of this value alone.
        #[arg(long)]
        value: Option<String>,
        /// Customers shown at most.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Strike a gene from a customer's genome: told and used nowhere, and in no later run, until that is taken back.
    #[command(
        after_help = "Example:\n  tessera genome forget 1204 brand Alpina --purpose service --reason \"a present for somebody else\""
    )]
    Forget {
        #[command(flatten)]
        of: OfCustomer,
        /// The gene's attribute.
        attribute: String,
        /// The gene's value.
        value: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
    /// Take a struck gene back, by the id that genome show names.
    Remember {
        #[command(flatten)]
        of: OfCustomer,
        /// The word's id.
        id: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
    /// The spec that genomes are computed by, to be changed and kept as genome.toml in the project's folder.
    #[command(
        after_help = "Example:\n  tessera genome spec --project my-shop > genome.toml\n  mv genome.toml my-shop/ && tessera genome run --project my-shop"
    )]
    Spec {
        /// The one that comes with the program, whatever the project has.
        #[arg(long)]
        bundled: bool,
        #[command(flatten)]
        project: ProjectArg,
    },
}

#[derive(Debug, Args)]
pub struct OfCustomer {
    /// The customer's key.
    pub customer: i64,
    /// Why: analytics, personalisation, marketing_messages, service, privacy_request, quality.
    #[arg(long)]
    pub purpose: String,
    #[command(flatten)]
    pub project: ProjectArg,
}
