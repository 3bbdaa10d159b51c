//! `tessera identity …` as people type it. It must not do anything.

use super::ProjectArg;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Identity {
    /// Find which records are one customer, and say so to every query from now on.
    #[command(after_help = "Example:\n  tessera identity run --project my-shop")]
    Run {
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// What the newest run found, which identifiers link nobody, what people decided.
    #[command(after_help = "Example:\n  tessera identity status --project my-shop --json")]
    Status {
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Pairs of records that wait for a person, the likeliest first, with the evidence of each.
    #[command(after_help = "Example:\n  tessera identity review --limit 20 --project my-shop")]
    Review {
        /// Pairs shown.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Pairs passed over.
        #[arg(long, default_value_t = 0)]
        offset: usize,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// The records of one customer, why they are one, and what the profile takes from which; the look is kept in the audit.
    #[command(
        after_help = "Example:\n  tessera identity show 1204 --purpose service --project my-shop"
    )]
    Show {
        /// The customer's key, or that of one of the records.
        customer: i64,
        /// Why: analytics, personalisation, marketing_messages, service, privacy_request, quality.
        #[arg(long)]
        purpose: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Say that two records are one customer, or that they are not; it holds at once and in every run to come.
    #[command(
        after_help = "Example:\n  tessera identity decide 1204 3377 --same --reason \"showed both cards\" --project my-shop\n  tessera identity decide 1204 3377 --different --reason \"father and son\""
    )]
    Decide(Decide),
    /// Part records from all others of their customer; what each brought goes with it, as it came.
    #[command(
        after_help = "Example:\n  tessera identity unmerge 3377 --reason \"somebody else's card\" --project my-shop"
    )]
    Unmerge {
        /// Keys of the records that belong to somebody else.
        #[arg(required = true)]
        records: Vec<i64>,
        #[command(flatten)]
        why: Why,
    },
    /// Take back what was decided about records: who is whom is as before.
    #[command(
        after_help = "Example:\n  tessera identity undo 3377 --reason \"it was the same person\" --project my-shop"
    )]
    Undo {
        /// Keys of the records that decisions were about.
        #[arg(required = true)]
        records: Vec<i64>,
        #[command(flatten)]
        why: Why,
    },
    /// The rules of who is whom as TOML: when records are one, and whose word counts in a profile; or set them from a file.
    #[command(
        after_help = "Example:\n  tessera identity rules --project my-shop > rules.toml\n  tessera identity rules --file rules.toml --reason \"the till is right about addresses\" --project my-shop\n\nOf a file:\n  [merge]\n  link_at = 0.97\n  [merge.shared_max]\n  email = 4\n  [profile.address]\n  prefer = [\"trusted\", \"newest\"]\n  sources = [\"webshop\", \"till\"]"
    )]
    Rules {
        /// The new rules.
        #[arg(long, requires = "reason")]
        file: Option<std::path::PathBuf>,
        /// Why; it is kept with the rules.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// A value that links nobody from the next run on, as the address of a kiosk; kept as a digest.
    #[command(
        after_help = "Example:\n  tessera identity block email kiosk@shop.example --reason \"the till's own\" --project my-shop"
    )]
    Block(Blocked),
    /// Let a value link again, from the next run on.
    #[command(
        after_help = "Example:\n  tessera identity unblock email kiosk@shop.example --reason \"given up\" --project my-shop"
    )]
    Unblock(Blocked),
}

#[derive(Debug, Args)]
pub struct Blocked {
    /// Its kind: loyalty, login, email, email_hash, card, phone, device, cookie.
    pub kind: String,
    /// The value.
    pub value: String,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Debug, Args)]
pub struct Decide {
    /// Key of one record.
    pub record: i64,
    /// Key of the other.
    pub with: i64,
    /// They are one customer.
    #[arg(
        long,
        conflicts_with = "different",
        required_unless_present = "different"
    )]
    pub same: bool,
    /// They are two customers.
    #[arg(long)]
    pub different: bool,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Debug, Args)]
pub struct Why {
    /// Why; it is kept with the decision.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}
