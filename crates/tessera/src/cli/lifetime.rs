//! The words of `tessera lab lifetime`. It must not do anything.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Lifetime {
    /// Fit a model of repeat purchases, and compare its forecasts with what came.
    #[command(
        after_help = "Example:\n  tessera lab lifetime fit --transactions orders.csv --customer customer_id --date bought_on --amount paid --calibration-end 2011-06-30 --holdout-end 2011-12-09\n  tessera lab lifetime fit --transactions orders.parquet --customer customer_id --date bought_on --calibration-end 2011-12-09 --model paretonbd --forecasts forecasts.csv --horizon 26"
    )]
    Fit(Box<LifetimeFit>),
}

/// When customers are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RepeatModel {
    /// BG/NBD: a customer may be gone after each repeat.
    Bgnbd,
    /// Pareto/NBD: a customer may be gone at any time.
    Paretonbd,
}

/// What one step of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimeUnit {
    /// Seven days.
    Week,
    /// A day.
    Day,
}

#[derive(Debug, Args)]
pub struct LifetimeFit {
    /// One purchase per row: csv, csv.gz, parquet or npy. Several of a customer on one day are one; rows without a
    /// customer or with a negative amount are left out.
    #[arg(long)]
    pub transactions: PathBuf,
    /// The column of the customer, by name or by number counted from 0.
    #[arg(long)]
    pub customer: String,
    /// The column of the date: 2024-03-31 or 20240331, with a time of day or without.
    #[arg(long)]
    pub date: String,
    /// The column of the amount; with it the gamma-gamma model of spend is fitted, too.
    #[arg(long)]
    pub amount: Option<String>,
    /// The last day that the model sees.
    #[arg(long)]
    pub calibration_end: String,
    /// The last day of what its forecasts are compared with.
    #[arg(long)]
    pub holdout_end: Option<String>,
    /// The unit of time.
    #[arg(long, value_enum, default_value_t = TimeUnit::Week)]
    pub unit: TimeUnit,
    /// The model.
    #[arg(long, value_enum, default_value_t = RepeatModel::Bgnbd)]
    pub model: RepeatModel,
    /// The share that intervals of orders hold.
    #[arg(long, default_value_t = 0.8)]
    pub level: f64,
    /// Where the forecast of every customer goes: csv.
    #[arg(long)]
    pub forecasts: Option<PathBuf>,
    /// With --forecasts: how many units of time to look ahead; the length of the holdout where none is given, else 52
    /// weeks.
    #[arg(long)]
    pub horizon: Option<f64>,
    /// With --forecasts: what an order a year ahead is worth less, as a share: .1 for 10 %.
    #[arg(long, default_value_t = 0.0)]
    pub discount: f64,
    /// Threads; all cores where none is given. The result does not depend on it.
    #[arg(long)]
    pub threads: Option<usize>,
}
