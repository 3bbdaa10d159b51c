//! The words of `tessera lab identity`. It must not do anything.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum LabIdentity {
    /// Find which records of a file are one person, by identifiers and by likeness.
    #[command(
        after_help = "Example:\n  tessera lab identity fit --input customers.csv --customers who.csv\n  tessera lab identity fit --input customers.parquet --pairs events.parquet --truth truth/identities.parquet --json"
    )]
    Fit(IdentityFit),
}

#[derive(Debug, Args)]
pub struct IdentityFit {
    /// Records as the customers feed has them: csv, csv.gz or parquet with customer_id, id_kind and any of first_name,
    /// last_name, email, phone, street, postal_code, city, birth_year, gender.
    #[arg(long)]
    pub input: PathBuf,
    /// Identifiers seen together: columns kind_a, value_a, kind_b, value_b and perhaps times and of (how often the less
    /// trusted one was seen at all); or events with anonymous_id and customer_id.
    #[arg(long)]
    pub pairs: Option<PathBuf>,
    /// Whose each record is, for scoring alone: columns record_id and person_id.
    #[arg(long)]
    pub truth: Option<PathBuf>,
    /// Probability from which records alike are linked.
    #[arg(long, default_value_t = 0.95)]
    pub link_at: f64,
    /// Probability from which a person should look.
    #[arg(long, default_value_t = 0.5)]
    pub review_at: f64,
    /// Seed of the random pairs that show how strangers agree.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; all cores where none is given. The result does not depend on it.
    #[arg(long)]
    pub threads: Option<usize>,
    /// Where to write whose each record is: a csv of record_id and customer, the record_id of the first of its records.
    #[arg(long)]
    pub customers: Option<PathBuf>,
}
