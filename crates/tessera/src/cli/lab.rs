//! The words of `tessera lab`: kernels on plain files. It must not do anything.

use super::lifetime::Lifetime;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Lab {
    /// Cluster the rows of a file, or score a clustering.
    #[command(subcommand)]
    Cluster(Cluster),
    /// Who comes again, how often, and what that is worth: fit a model on transactions and try it on later ones.
    #[command(subcommand)]
    Lifetime(Lifetime),
    /// Find which records are one person, or score that.
    #[command(subcommand)]
    Identity(super::LabIdentity),
    /// What users take next: fit a model on one file, and measure its lists against another.
    #[command(subcommand)]
    Recommend(super::Recommend),
    /// The next basket of each user: fit on histories, and measure against what came.
    #[command(subcommand)]
    Basket(super::Basket),
    /// Attributes of products from their texts: extract them, propose words, score against labels.
    #[command(subcommand)]
    Dna(super::Dna),
}

#[derive(Debug, Subcommand)]
pub enum Cluster {
    /// Put the rows of a file of numbers into clusters.
    #[command(
        after_help = "Example:\n  tessera lab cluster fit --input rows.npy --k 8 --labels labels.npy\n  tessera lab cluster fit --input rows.csv --k auto --k-min 2 --k-max 12 --score --json\n  tessera lab cluster fit --input rows.npy --k 8 --method auto\n  tessera lab cluster fit --input rows.npy --k 100 --min-size 200 --max-size 260\n  tessera lab cluster fit --input shops.csv --method mixed --categorical format,region --without store_id --k 6"
    )]
    Fit(Box<ClusterFit>),
    /// Score a clustering by itself, and against the truth where there is one.
    #[command(
        after_help = "Example:\n  tessera lab cluster score --input rows.npy --labels labels.npy --truth truth.csv"
    )]
    Score(ClusterScore),
}

/// How rows are put into clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Lowest sum of squared distances to the centres: k-means++ starts, Lloyd's rounds.
    Kmeans,
    /// k-means on drawn batches, for very many rows.
    KmeansMini,
    /// k-means on directions: rows alike in their mix, whatever their size.
    Spherical,
    /// Clusters around rows, lowest sum of distances (FasterPAM; by samples above 10,000 rows).
    Kmedoids,
    /// A mixture of Gaussian clouds, each an ellipsoid of its own.
    Gmm,
    /// Ward's linkage.
    Ward,
    /// Average linkage.
    Average,
    /// Clusters where rows are dense; finds their number itself and leaves noise aside.
    Hdbscan,
    /// Numbers and categories together, every column as much as its weight says (see --categorical); blanks count for
    /// nothing.
    Mixed,
    /// The method is chosen from the data alone, for the number of clusters given.
    Auto,
}

#[derive(Debug, Args)]
pub struct ClusterFit {
    /// Rows of numbers: csv, csv.gz, parquet or npy.
    #[arg(long)]
    pub input: PathBuf,
    /// The method.
    #[arg(long, value_enum, default_value_t = Method::Kmeans)]
    pub method: Method,
    /// Number of clusters, or auto.
    #[arg(long, default_value = "auto")]
    pub k: String,
    /// With --k auto: the least number tried.
    #[arg(long, default_value_t = 2)]
    pub k_min: usize,
    /// With --k auto: the greatest number tried.
    #[arg(long, default_value_t = 10)]
    pub k_max: usize,
    /// With --k auto: the gap statistic of each number, too, beside 20 sets of rows without clusters.
    #[arg(long)]
    pub gap: bool,
    /// Centres to start from, one row each; then there is one start.
    #[arg(long)]
    pub init: Option<PathBuf>,
    /// Fewest rows of a cluster.
    #[arg(long)]
    pub min_size: Option<usize>,
    /// Most rows of a cluster.
    #[arg(long)]
    pub max_size: Option<usize>,
    /// One weight per column: a column counts in squared distances by its weight, 0 drops it.
    #[arg(long)]
    pub weights: Option<PathBuf>,
    /// Columns that hold categories, by name or by number counted from 0: with --method mixed as they are, with others as
    /// points whose squared distances are the dissimilarities of --method mixed.
    #[arg(long, value_delimiter = ',')]
    pub categorical: Vec<String>,
    /// Columns to leave out, as those of ids.
    #[arg(long, value_delimiter = ',')]
    pub without: Vec<String>,
    /// Pairs of rows that end in one cluster: two columns of row numbers, counted from 0.
    #[arg(long)]
    pub must_link: Option<PathBuf>,
    /// Pairs of rows that end in two clusters.
    #[arg(long)]
    pub cannot_link: Option<PathBuf>,
    /// Most rounds of one start.
    #[arg(long, default_value_t = 300)]
    pub max_iter: usize,
    /// A start ends when the squared moves of the centres are below this share of the mean variance.
    #[arg(long, default_value_t = 1e-4)]
    pub tol: f64,
    /// Independent starts, of which the best is kept.
    #[arg(long, default_value_t = 4)]
    pub starts: usize,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; all cores where none is given. The result does not depend on it.
    #[arg(long)]
    pub threads: Option<usize>,
    /// Score the result, too.
    #[arg(long)]
    pub score: bool,
    /// Where the labels go: csv, parquet or npy.
    #[arg(long)]
    pub labels: Option<PathBuf>,
    /// Where the centres go: csv, parquet or npy.
    #[arg(long)]
    pub centers: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ClusterScore {
    /// Rows of numbers: csv, csv.gz, parquet or npy.
    #[arg(long)]
    pub input: PathBuf,
    /// One label per row: whole numbers of 0 or more.
    #[arg(long)]
    pub labels: PathBuf,
    /// Columns that hold categories, by name or by number counted from 0: scores are of the points whose squared distances
    /// are the dissimilarities of --method mixed.
    #[arg(long, value_delimiter = ',')]
    pub categorical: Vec<String>,
    /// Columns to leave out, as those of ids.
    #[arg(long, value_delimiter = ',')]
    pub without: Vec<String>,
    /// The true labels.
    #[arg(long)]
    pub truth: Option<PathBuf>,
    /// Threads; all cores where none is given.
    #[arg(long)]
    pub threads: Option<usize>,
}
