//! The words of `tessera lab recommend` and `tessera lab basket`. It must not do anything.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Recommend {
    /// Fit a model on one file, and measure its lists against another.
    #[command(
        after_help = "Example:\n  tessera lab recommend evaluate --train train.txt --test test.txt --top 20\n  tessera lab recommend evaluate --train before.csv --test after.csv --model als --seed 7 --json"
    )]
    Evaluate(RecommendEvaluate),
}

/// What makes the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecommendModel {
    /// A blend of what did best on a part of the training data that is held out.
    Auto,
    /// The same list for everybody.
    Popular,
    /// Items that go with the user's own, by cosine.
    ItemKnn,
    /// Random walks of three steps over users and items, popular items held back.
    Rp3beta,
    /// Implicit factors by alternating least squares.
    Als,
    /// Linear weights of all items, in closed form; memory grows with the square of the items.
    Ease,
    /// Sparse linear weights.
    Slim,
    /// What the largest singular directions keep.
    LowPass,
    /// Factors that tell items taken from others.
    Contrast,
}

#[derive(Debug, Args)]
pub struct RecommendEvaluate {
    /// What users took: lines of 'user item item …', or csv, csv.gz or parquet with the columns user and item, and weight
    /// where there is one (time may stand there and is not read).
    #[arg(long)]
    pub train: PathBuf,
    /// What they took later, in the same form. Nothing is fitted, chosen or weighed on it.
    #[arg(long)]
    pub test: PathBuf,
    /// The model.
    #[arg(long, value_enum, default_value_t = RecommendModel::Auto)]
    pub model: RecommendModel,
    /// The length of the lists.
    #[arg(long, default_value_t = 20)]
    pub top: usize,
    /// The seed of all draws.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; all cores where not given.
    #[arg(long)]
    pub threads: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub enum Basket {
    /// Fit next baskets on histories, and measure their lists against the basket that came.
    #[command(
        after_help = "Example:\n  tessera lab basket evaluate --history baskets.csv --future next.csv --top 10\n  tessera lab basket evaluate --history baskets.csv --future next.csv --users test-users.csv --json"
    )]
    Evaluate(BasketEvaluate),
}

#[derive(Debug, Args)]
pub struct BasketEvaluate {
    /// Baskets of the past: csv, csv.gz or parquet with the columns user, basket and item; the basket is a number that
    /// grows with time.
    #[arg(long)]
    pub history: PathBuf,
    /// The basket to find of each user, with the same columns; of several the first counts.
    #[arg(long)]
    pub future: PathBuf,
    /// Users to measure, in a column user; all of the future where not given.
    #[arg(long)]
    pub users: Option<PathBuf>,
    /// The length of the lists.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
    /// The seed of all draws.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; all cores where not given.
    #[arg(long)]
    pub threads: Option<usize>,
}
