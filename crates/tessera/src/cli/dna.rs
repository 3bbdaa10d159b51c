//! The words of `tessera lab dna`. It must not do anything.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Dna {
    /// Tell the attributes of the products of a file, with strength and evidence.
    #[command(
        after_help = "Example:\n  tessera lab dna extract --input catalogue.csv --output dna.csv\n  tessera lab dna extract --input catalogue.csv --dictionary our-words.toml --json"
    )]
    Extract(DnaExtract),
    /// Propose words that the products repeat and no dictionary reads.
    #[command(
        after_help = "Example:\n  tessera lab dna propose --input data/online_retail.csv.gz --least 20"
    )]
    Propose(DnaPropose),
    /// Hold what is extracted against labels: precision, recall and F1 by attribute.
    #[command(
        after_help = "Example:\n  tessera lab dna score --labels data/labels/online_retail/open.jsonl --dictionary crates/genome/data/dna/online_retail.toml --baseline"
    )]
    Score(DnaScore),
}

#[derive(Debug, Args)]
pub struct DnaExtract {
    /// Products: csv or csv.gz with a column for the code (code, sku, product_id, stockcode), for texts (name, title,
    /// description), and as there are: price and currency, language, and fields of attributes (brand, colour, …).
    #[arg(long)]
    pub input: PathBuf,
    /// Dictionaries of your own, read on top of the general ones in this order.
    #[arg(long)]
    pub dictionary: Vec<PathBuf>,
    /// Corrections by people, applied over what is read: a line of JSON for each, in the order in which they were made.
    #[arg(long)]
    pub corrections: Option<PathBuf>,
    /// Where the attributes go: csv (a line for each piece of evidence) or jsonl (a line for each product).
    #[arg(long)]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DnaPropose {
    /// Products, as for extract.
    #[arg(long)]
    pub input: PathBuf,
    /// Dictionaries of your own, read on top of the general ones in this order.
    #[arg(long)]
    pub dictionary: Vec<PathBuf>,
    /// Fewest products in which a word stands.
    #[arg(long, default_value_t = 10)]
    pub least: usize,
}

#[derive(Debug, Args)]
pub struct DnaScore {
    /// Labels: a line of JSON for each product with code, text and labels; jsonl, or sealed as jsonl.gz.
    #[arg(long)]
    pub labels: PathBuf,
    /// Treat the labels as sealed: totals alone are told. Files that end in .gz always are.
    #[arg(long)]
    pub sealed: bool,
    /// Dictionaries of your own, read on top of the general ones in this order.
    #[arg(long)]
    pub dictionary: Vec<PathBuf>,
    /// Products without labels from which the catalogue's language and frequent words are learnt, as for extract; the
    /// labelled texts themselves where none are given.
    #[arg(long)]
    pub catalogue: Option<PathBuf>,
    /// Score a plain look-up of canonical words beside it.
    #[arg(long)]
    pub baseline: bool,
    /// Score once more with those kinds alone that are labelled in this file: what a catalogue sees whose kinds nobody has
    /// listed.
    #[arg(long)]
    pub kinds_of: Option<PathBuf>,
    /// Values below this strength (of 10,000) do not count.
    #[arg(long, default_value_t = 5_000)]
    pub least: u32,
    /// Tell the products that differ from their labels; refused of sealed labels.
    #[arg(long)]
    pub details: bool,
}
