//! The command line as people type it: words, flags, examples. It must not do anything.

mod assign;
mod customers;
mod demand;
mod dna;
mod genome;
mod identity;
mod lab;
mod lab_identity;
mod life;
mod lifetime;
mod product_dna;
mod recommend;
mod segment;
mod versions;

pub use assign::Assign;
pub use customers::Customers;
pub use demand::Demand;
pub use dna::{Dna, DnaExtract, DnaPropose, DnaScore};
pub use genome::{Genome, OfCustomer};
pub use identity::{Blocked as IdentityBlocked, Identity, Why as IdentityWhy};
pub use lab::{Cluster, ClusterFit, ClusterScore, Lab, Method};
pub use lab_identity::{IdentityFit, LabIdentity};
pub use life::Life;
pub use lifetime::{Lifetime, LifetimeFit, RepeatModel, TimeUnit};
pub use product_dna::{DnaCorrect, ProductDna};
pub use recommend::{Basket, BasketEvaluate, Recommend, RecommendEvaluate, RecommendModel};
pub use segment::{Fit, Migration, Newcomers, Of, Recipe, Segment, Then, Why};
pub use versions::{Restore, Standing, Versions};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Know customers, stores and products as clusters, and act on them.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub struct Cli {
    /// Print one JSON object on standard output; progress stays on standard error.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the demo projects, run every stage, and serve them.
    #[command(
        after_help = "Example:\n  tessera demo\n  tessera demo --only real --no-serve --json"
    )]
    Demo(Demo),
    /// Make an empty project with a commented tessera.toml.
    #[command(after_help = "Example:\n  tessera new my-shop --title \"My shop\"")]
    New(New),
    /// Make up an omnichannel retailer with its ground truth.
    #[command(
        after_help = "Example:\n  tessera synth made-up --customers 5000 --stores 60 --products 2000 --orders 120000 --seed 7"
    )]
    Synth(Synth),
    /// Load files into a project.
    #[command(
        after_help = "Example:\n  tessera import orders.csv --as orders --project my-shop\n  tessera import export.csv --as orders --mapping orders.toml --project my-shop"
    )]
    Import(Import),
    /// Show how good each feed is, or set the limits of its gate.
    #[command(
        after_help = "Example:\n  tessera quality --project my-shop\n  tessera quality --set orders.quarantined_share_max=0.05 --reason \"our limit\""
    )]
    Quality(Quality),
    /// List imports, or take one back.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera imports list --project my-shop\n  tessera imports withdraw IMPORT_ID --reason \"the wrong file\" --project my-shop"
    )]
    Imports(Imports),
    /// List rows that were held back, load them after a fix, or give them up.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera quarantine list --project my-shop\n  tessera quarantine replay --date-format %d/%m/%Y --project my-shop\n  tessera quarantine drop --import IMPORT_ID --reason \"test receipts\" --project my-shop"
    )]
    Quarantine(Quarantine),
    /// Run the stages: find who is whom, match returns, compute genomes and features, find segments.
    #[command(
        after_help = "Example:\n  tessera run --project my-shop\n  tessera run --clusters 6 --seed 7"
    )]
    Run(Run),
    /// Cluster customers, stores and products by recipes, and shape the clusters by hand.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera segment recipe shops --template stores-by-sales-mix --project my-shop\n  tessera segment fit shops --project my-shop\n  tessera segment move shops S0012 --to 2 --dry-run --project my-shop"
    )]
    Segment(Segment),
    /// Products: who stands for whom, what goes together, where demand goes when one leaves.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera demand run --project my-shop\n  tessera demand substitutes \"Red Wine\" --project my-shop\n  tessera demand transfer P000123 --project my-shop"
    )]
    Demand(Demand),
    /// What products are: read from fields, texts and prices, with evidence, and corrected by people.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera dna run --project my-shop\n  tessera dna show P000123 --project my-shop\n  tessera dna correct --product P000123 --set color=navy --dry-run --reason \"seen on the shelf\""
    )]
    Dna(ProductDna),
    /// Find which records are one customer, look at the evidence, decide what waits, take a merge apart.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera identity run --project my-shop\n  tessera identity review --project my-shop\n  tessera identity unmerge 3377 --reason \"somebody else's card\""
    )]
    Identity(Identity),
    /// One customer as a person: what they did and said over all channels.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera customers timeline 1204 --purpose service --project my-shop"
    )]
    Customers(Customers),
    /// What a customer leans to and how they buy, with the evidence behind each gene, as of any date.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera genome run --project my-shop\n  tessera genome show 1204 --purpose analytics --project my-shop\n  tessera genome evidence 1204 brand Alpina --purpose analytics"
    )]
    Genome(Genome),
    /// Life events and projects that purchases tell of: a move, a pet, a room, a garden, a party.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera life run --project my-shop\n  tessera life show 1204 --purpose service --project my-shop"
    )]
    Life(Life),
    /// Ask the lake in SQL, reading only.
    #[command(
        after_help = "Example:\n  tessera sql \"select count(*) from order_lines\" --project my-shop\n  tessera sql \"show tables\""
    )]
    Sql(Sql),
    /// Serve the pages and the API.
    #[command(after_help = "Example:\n  tessera serve --project my-shop --addr 127.0.0.1:8787")]
    Serve(Serve),
    /// Check that nobody changed the audit.
    #[command(
        subcommand,
        after_help = "Example:\n  tessera audit verify --project my-shop"
    )]
    Audit(Audit),
    /// Kernels on plain files, without a project: for data scientists and benchmarks.
    #[command(subcommand)]
    Lab(Lab),
    /// Explain every key of tessera.toml.
    #[command(after_help = "Example:\n  tessera config --explain")]
    Config(Config),
}

#[derive(Debug, Clone, Args)]
pub struct ProjectArg {
    /// The project's folder.
    #[arg(long, default_value = ".")]
    pub project: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// The bundled real data.
    Real,
    /// The generated chain.
    Sample,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Make one of the two projects only.
    #[arg(long)]
    pub only: Option<Only>,
    /// Where the projects go.
    #[arg(long, default_value = "tessera-demo")]
    pub dir: PathBuf,
    /// Port of the pages; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Stop when the projects are made.
    #[arg(long)]
    pub no_serve: bool,
}

#[derive(Debug, Args)]
pub struct New {
    /// The folder to make.
    pub dir: PathBuf,
    /// The project's name for people; the folder's name where none is given.
    #[arg(long)]
    pub title: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    Csv,
    Parquet,
}

/// Days of a generated chain.
pub const DAYS: u32 = 730;

#[derive(Debug, Args)]
pub struct Synth {
    /// The folder to write to.
    pub dir: PathBuf,
    /// Shoppers.
    #[arg(long, default_value_t = 5_000)]
    pub customers: u32,
    /// Shops, the online shop among them.
    #[arg(long, default_value_t = 60)]
    pub stores: u32,
    /// Products.
    #[arg(long, default_value_t = 2_000)]
    pub products: u32,
    /// Receipts.
    #[arg(long, default_value_t = 120_000)]
    pub orders: u64,
    /// Days from 1 January 2024 on: two years, so that a season comes twice.
    #[arg(long, default_value_t = DAYS)]
    pub days: u32,
    /// Seed: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write into a folder that holds files already.
    #[arg(long)]
    pub overwrite: bool,
    /// Format of the files.
    #[arg(long, value_enum, default_value_t = FileFormat::Csv)]
    pub format: FileFormat,
}

#[derive(Debug, Args)]
pub struct Import {
    /// Files: csv, csv.gz, xlsx, parquet, jsonl.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// What they hold: orders products customers stores inventory prices promotions events surveys ads reviews.
    #[arg(long = "as", value_name = "KIND")]
    pub kind: String,
    /// A known export: online-retail complete-journey pos shopify woocommerce google-feed native.
    #[arg(long, conflicts_with = "mapping")]
    pub preset: Option<String>,
    /// A mapping file (TOML).
    #[arg(long)]
    pub mapping: Option<PathBuf>,
    #[command(flatten)]
    pub options: FileOptions,
    /// Why, for the audit.
    #[arg(long, default_value = "imported on the command line")]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}

/// How files are written, where that is not to be detected.
#[derive(Debug, Clone, Default, Args)]
pub struct FileOptions {
    /// Format of dates, as in %d/%m/%Y %H:%M.
    #[arg(long)]
    pub date_format: Option<String>,
    /// Decimal mark: . or ,
    #[arg(long)]
    pub decimal: Option<char>,
    /// Time zone of times without an offset, as in Europe/London.
    #[arg(long)]
    pub timezone: Option<String>,
    /// Currency, three letters.
    #[arg(long)]
    pub currency: Option<String>,
    /// Whether prices hold tax: included or excluded.
    #[arg(long, value_parser = ["included", "excluded"])]
    pub tax: Option<String>,
    /// The feed's name, part of every row's identity.
    #[arg(long)]
    pub source: Option<String>,
    /// Any other option of a mapping file, as in encoding=windows-1252, id_kind=email or header=false.
    #[arg(long = "option", value_name = "NAME=VALUE")]
    pub others: Vec<Setting>,
}

/// One option, as in `id_kind=email`.
#[derive(Debug, Clone)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

impl std::str::FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("write NAME=VALUE, as in id_kind=email".into()),
        }
    }
}

#[derive(Debug, Args)]
pub struct Quality {
    /// Set a limit: KIND.NAME=VALUE, names rows_min, quarantined_share_max,
    /// completeness_min, customer_share_min, outlier_share_max, future_share_max,
    /// unfinished_max, lateness_days_max.
    #[arg(long)]
    pub set: Option<String>,
    /// Why, for the audit.
    #[arg(long, default_value = "set on the command line")]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}

#[derive(Debug, Subcommand)]
pub enum Imports {
    /// Imports, newest first.
    #[command(after_help = "Example:\n  tessera imports list --project my-shop")]
    List {
        /// Imports shown.
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Take an import back: from now on nothing reads its rows. What is asked as of a time before still shows them.
    #[command(
        after_help = "Example:\n  tessera imports withdraw IMPORT_ID --reason \"the wrong currency\" --project my-shop"
    )]
    Withdraw {
        /// The import, as in the list.
        import_id: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
}

#[derive(Debug, Subcommand)]
pub enum Quarantine {
    /// Rows that were held back, each with row, column, value and reason.
    #[command(after_help = "Example:\n  tessera quarantine list --project my-shop")]
    List {
        /// Of one import only.
        #[arg(long)]
        import: Option<String>,
        /// What became of them.
        #[arg(long, default_value = "waiting",
            value_parser = ["waiting", "replayed", "dropped", "superseded", "any"])]
        state: String,
        /// Rows shown.
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Give up rows that wait.
    #[command(
        after_help = "Example:\n  tessera quarantine drop --import IMPORT_ID --reason \"test receipts\" --project my-shop"
    )]
    Drop {
        /// Of one import; write --all for those of every import.
        #[arg(long, required_unless_present = "all")]
        import: Option<String>,
        /// Of every import.
        #[arg(long, conflicts_with = "import")]
        all: bool,
        /// With this reason only, as its word in --json.
        #[arg(long)]
        reason_code: Option<String>,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
    /// Read them again after a fix.
    #[command(
        after_help = "Example:\n  tessera quarantine replay --date-format %d/%m/%Y --project my-shop"
    )]
    Replay {
        /// Of one import only.
        #[arg(long)]
        import: Option<String>,
        /// A known export, where the wrong one was given.
        #[arg(long)]
        preset: Option<String>,
        /// A mapping file (TOML) whose fields win over those of the import.
        #[arg(long)]
        mapping: Option<PathBuf>,
        #[command(flatten)]
        options: FileOptions,
        /// Why, for the audit.
        #[arg(long, default_value = "replayed on the command line")]
        reason: String,
        #[command(flatten)]
        project: ProjectArg,
    },
}

#[derive(Debug, Args)]
pub struct Run {
    /// How many segments; chosen from the data where not given.
    #[arg(long)]
    pub clusters: Option<usize>,
    /// Seed of everything drawn.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Why, for the audit.
    #[arg(long, default_value = "run on the command line")]
    pub reason: String,
    #[command(flatten)]
    pub project: ProjectArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    Table,
    Csv,
    Json,
    /// To a file: give --output.
    Parquet,
}

/// A file that a statement may name as a table, as in `shops=shops.csv`.
#[derive(Debug, Clone)]
pub struct NamedFile {
    pub name: String,
    pub path: PathBuf,
}

impl std::str::FromStr for NamedFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => Ok(Self {
                name: name.to_owned(),
                path: path.into(),
            }),
            _ => Err("write NAME=FILE, as in shops=shops.csv".into()),
        }
    }
}

#[derive(Debug, Args)]
pub struct Sql {
    /// The statement.
    pub query: String,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Table)]
    pub format: AnswerFormat,
    /// Rows at most, where the answer is printed.
    #[arg(long, default_value_t = 1_000)]
    pub limit: usize,
    /// Only what was known by then: a date or an instant.
    #[arg(long)]
    pub as_of: Option<String>,
    /// Write all rows to this file, .parquet or .csv, instead of printing them.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A .parquet or .csv file that the statement may name as a table.
    #[arg(long, value_name = "NAME=FILE")]
    pub file: Vec<NamedFile>,
    #[command(flatten)]
    pub project: ProjectArg,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port; tessera.toml's where not given.
    #[arg(long)]
    pub addr: Option<String>,
    /// The address people use, behind a proxy, as in https://tessera.example.org.
    #[arg(long)]
    pub public_url: Option<String>,
    /// Folders of the projects.
    #[arg(long = "project", default_value = ".")]
    pub projects: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Recompute the whole chain.
    #[command(after_help = "Example:\n  tessera audit verify --project my-shop")]
    Verify {
        #[command(flatten)]
        project: ProjectArg,
    },
}

#[derive(Debug, Args)]
pub struct Config {
    /// Print the commented settings file.
    #[arg(long, required = true)]
    pub explain: bool,
}
