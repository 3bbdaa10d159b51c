//! `tessera dna …` as people type it. It must not do anything.

use super::ProjectArg;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum ProductDna {
    /// Read what every product is from fields, texts and prices, and keep it.
    #[command(after_help = "Example:\n  tessera dna run --project my-shop")]
    Run {
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// How many products have which attribute; or one product with every value and its evidence.
    #[command(
        after_help = "Example:\n  tessera dna show --project my-shop\n  tessera dna show P000123 --project my-shop"
    )]
    Show {
        /// A product's code; all products where not given.
        product: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Say what products are, from the next run on: set the values of an attribute, add one, or forbid one.
    #[command(
        after_help = "Example:\n  tessera dna correct --product P000123 --set color=navy --dry-run --reason \"seen on the shelf\"\n  tessera dna correct --words \"retro spot\" --add pattern=retrospot --reason \"our own word\"\n  tessera dna correct --having kind=mug --forbid material=glass --reason \"mugs are of china\""
    )]
    Correct(DnaCorrect),
    /// List corrections, with those that were taken back.
    #[command(after_help = "Example:\n  tessera dna corrections --project my-shop")]
    Corrections {
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Take a correction back, from the next run on.
    #[command(
        after_help = "Example:\n  tessera dna undo 57 --reason \"it was right\" --project my-shop"
    )]
    Undo {
        /// The correction's number.
        correction: i64,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Words that stand in several products and that no dictionary reads.
    #[command(after_help = "Example:\n  tessera dna proposals --least 10 --project my-shop")]
    Proposals {
        /// Products that words must stand in.
        #[arg(long, default_value_t = 5)]
        least: usize,
        /// Rows at most.
        #[arg(long, default_value_t = 40)]
        limit: usize,
        #[command(flatten)]
        project: ProjectArg,
    },
}

#[derive(Debug, Args)]
pub struct DnaCorrect {
    /// The product that it is about.
    #[arg(long, conflicts_with_all = ["words", "having"])]
    pub product: Option<String>,
    /// Or every product of which a text holds these words.
    #[arg(long)]
    pub words: Option<String>,
    /// Or every product with this value, as attribute=value; together with --words both must hold.
    #[arg(long)]
    pub having: Option<String>,
    /// The attribute has these values and no others, as attribute=value,value.
    #[arg(long, group = "act")]
    pub set: Option<String>,
    /// The attribute has this value, too, as attribute=value.
    #[arg(long, group = "act")]
    pub add: Option<String>,
    /// The attribute has not this value, as attribute=value, or none at all, as attribute.
    #[arg(long, group = "act")]
    pub forbid: Option<String>,
    /// Only tell what it would change.
    #[arg(long)]
    pub dry_run: bool,
    /// Why, for the audit.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}
