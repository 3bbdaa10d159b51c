//! `tessera dna …` as people type it. It must not do anything.

use super::ProjectArg;
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    /// Read the pictures of products from a folder, and keep what they tell for every reading of products from then on.
    ///
    /// A picture is of the product after which its file is named (ID.jpg, ID_2.png), or which links it in the column `image`.
    /// What fields and texts say goes first. Nothing is fetched from the network.
    #[command(
        after_help = "Example:\n  tessera dna pictures photos/ --project my-shop\n  tessera dna pictures photos/ --model our-bags.toml --project my-shop\n  tessera dna pictures --forget --project my-shop"
    )]
    Pictures {
        /// The folder.
        #[arg(required_unless_present = "forget")]
        folder: Option<PathBuf>,
        /// A model of your own that looks at them, too: its TOML file (a program built with the feature onnx).
        #[arg(long, conflicts_with = "forget")]
        model: Option<PathBuf>,
        /// Forget what pictures told.
        #[arg(long, conflicts_with = "folder")]
        forget: bool,
        /// Why, for the audit.
        #[arg(long, default_value = "from the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// How many products have which attribute; or one product with every value and its evidence.
    #[command(
        after_help = "Example:\n  tessera dna show --project my-shop\n  tessera dna show P000123 --project my-shop\n  tessera dna show P000123 --on 2026-03-01"
    )]
    Show {
        /// A product's code; all products where not given.
        product: Option<String>,
        /// What it was read to be as of this date (its end) or instant.
        #[arg(long, requires = "product")]
        on: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// What customers see in a product: topics, values and tone of reviews, posts and messages, beside what is stated.
    #[command(
        after_help = "Example:\n  tessera dna heard P000123 --project my-shop\n  tessera dna heard P000123 --on 2026-03-01"
    )]
    Heard {
        /// The product's code.
        product: String,
        /// As of this day; today where not given.
        #[arg(long)]
        on: Option<String>,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Find a product by questions: without --answer the first one, with answers the next and the products that fit.
    #[command(
        after_help = "Example:\n  tessera dna find --category \"Red Wine\" --project my-shop\n  tessera dna find --category \"Red Wine\" --answer flavour=dry --answer price_tier=dont_mind --not brand=Nuvola"
    )]
    Find {
        /// Only products of this category, at any level.
        #[arg(long)]
        category: Option<String>,
        /// An answer, as attribute=value,value; attribute=dont_mind where it does not matter.
        #[arg(long = "answer")]
        answers: Vec<String>,
        /// What it must not be, as attribute=value,value.
        #[arg(long = "not")]
        refused: Vec<String>,
        /// Something else than these, whatever it is, as attribute=value,value.
        #[arg(long = "other")]
        others: Vec<String>,
        /// The language of the questions: en or de.
        #[arg(long, default_value = "en")]
        language: String,
        /// The customer who asks: what suits them comes first; needs --purpose personalisation or service.
        #[arg(long, requires = "purpose")]
        customer: Option<i64>,
        /// Why the customer is looked at.
        #[arg(long)]
        purpose: Option<String>,
        /// Keep what the answers declare of the customer, for this reason.
        #[arg(long, requires = "customer", value_name = "REASON")]
        keep: Option<String>,
        /// Products shown.
        #[arg(long, default_value_t = 10)]
        top: usize,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Take answers back that find --keep kept, from the next run on.
    #[command(
        after_help = "Example:\n  tessera dna forget finder-0198… --customer 1204 --purpose service --reason \"a slip\" --project my-shop"
    )]
    Forget {
        /// The response, as find --keep named it.
        response: String,
        /// Whose it is.
        #[arg(long)]
        customer: i64,
        /// Why the customer is looked at: personalisation or service.
        #[arg(long)]
        purpose: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
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
