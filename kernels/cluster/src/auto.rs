//! Which method suits the data: several are run, and one clustering is chosen from the data alone, with
//! the reason.
//!
//! Holds the parameters, the table and the choice. The methods are elsewhere in this crate, those that
//! only this choice needs (modes, cuts of spanning trees) in files of their own. No rule here knows the
//! names of methods: labels compete by the borders they draw.

mod border;
mod extension;
mod forest;
mod graph;
mod limbs;
mod methods;
mod misfit;
mod mixtures;
mod modes;
mod reason;
#[cfg(test)]
mod tests;

use numeric::{Matrix, MatrixView, Progress, random::Random, random::derive};

use crate::{Error, choose::Quiet, error::require, grouping::Grouping, score::adjusted_rand};
use extension::Extension;
use methods::Found;

/// Rows that the methods see at most; others are labelled afterwards.
const ROWS_MAX: usize = 6_000;
/// Neighbours of a row that a border is judged by.
const NEIGHBOURS: usize = 10;
/// Neighbours that density is taken from: more, because a border asks where it is low on the whole.
const NEIGHBOURS_OF_DENSITY: usize = 15;
/// The data falls apart by itself where every gap between clusters is this many times longer than any
/// gap within them.
const GAP_MIN: f64 = 2.5;
/// Rows of a cluster that falls apart by itself, at least: fewer are outliers.
const PIECE_MIN: usize = 3;
/// A mixture that misses the density of the rows by no more than this, in nats per row, is taken for
/// where they come from. Even squares, which no cloud is like, miss by a quarter of a nat.
const MISFIT_MAX: f64 = 0.15;
/// What every border costs at least, so that one that cuts nothing does not outweigh all others.
const COST_FLOOR: f64 = 1e-4;

/// A method and its setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// k-means.
    KMeans,
    /// A Gaussian mixture of this shape.
    Mixture(crate::mixture::Covariance),
    /// Ward's linkage.
    Ward,
    /// Average linkage.
    Average,
    /// Single linkage.
    Single,
    /// Genie with this greatest Gini index, over distances (0) or over mutual reachability by this many
    /// neighbours, where noise is further away than it looks.
    Genie {
        /// The greatest Gini index.
        gini_max: f64,
        /// Neighbours of the mutual reachability.
        neighbours: usize,
    },
    /// Genie with its information criterion.
    GenieInformation,
    /// A spanning tree without its longest edges that leave at least this share of an even cluster on
    /// either side, over distances (0) or over mutual reachability by this many neighbours.
    Limbs {
        /// The share.
        share: f64,
        /// Neighbours of the mutual reachability.
        neighbours: usize,
    },
    /// Single linkage over mutual reachability by this many neighbours, noise left aside and labelled by
    /// the nearest row that is not (as HDBSCAN sees it, cut where the number of clusters is right).
    Reachability(usize),
    /// Hills of density by this many neighbours.
    Modes(usize),
}

/// What the choice is asked. Becomes an [`Auto`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Number of clusters: 1 to the number of rows.
    pub clusters: usize,
    /// Seed of everything.
    pub seed: u64,
}

impl Params {
    /// Checks the values for data of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self, rows: usize) -> Result<Auto, Error> {
        let most = rows.min(ROWS_MAX);
        let legal = format!("1 to {most}, the number of rows that the methods are tried on");
        require(
            (1..=most).contains(&self.clusters),
            "clusters",
            self.clusters,
            legal,
        )?;
        Ok(Auto(self))
    }
}

/// Checked parameters, ready to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Auto(Params);

/// What one method made of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The method.
    pub method: Method,
    /// For each row that the methods saw, its cluster.
    pub labels: Vec<u32>,
    /// What the borders between the clusters cost: 0 where none runs through neighbours, up to 1.
    pub border: f64,
    /// Mean adjusted Rand index with the other candidates.
    pub agreement: f64,
    /// Bayesian information criterion, for mixtures.
    pub bic: Option<f64>,
}

/// The clustering that was chosen, why, and what it was chosen from.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// The method of the clustering.
    pub method: Method,
    /// For each row, its cluster; every row has one.
    pub labels: Vec<u32>,
    /// One sentence that names the method and what speaks for it.
    pub reason: String,
    /// Every method that found the number of clusters asked for.
    pub candidates: Vec<Candidate>,
    /// The rows that the methods saw, ascending: all of them up to 6,000.
    pub rows: Vec<usize>,
}

/// Why a candidate was chosen.
enum Ground {
    /// There is nothing to choose.
    OneCluster,
    /// The data falls apart; the least gap between clusters over the greatest within.
    Gap(f64),
    /// The rows are like draws from the mixture, this many nats off.
    Mixture(f64),
    /// Its borders.
    Border,
}

impl Auto {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Runs the methods and chooses. Above 6,000 rows the methods see a random sample of that many, and
    /// the others are labelled by what was chosen: by some more rounds over all rows where it has centers
    /// or clouds, else by the nearest row of the sample. Ticks after each method.
    ///
    /// # Errors
    /// [`Error::Parameter`] where the data has fewer rows than clusters; [`Error::TooFewDistinctRows`];
    /// [`Error::Cancelled`].
    pub fn run(&self, data: MatrixView<'_>, progress: &dyn Progress) -> Result<Chosen, Error> {
        self.0.check(data.rows())?;
        // A column without spread tells nothing apart, and would make any mixture look as likely as draws from it: rows lie
        // exactly at its mean, draws do not.
        if let Some(varied) = varied(data)? {
            return self.run(varied.view(), progress);
        }
        let rows = Random::new(self.0.seed).sample(data.rows(), ROWS_MAX);
        let taken = data.take(&rows)?;
        let seen = taken.view();
        if self.0.clusters == 1 {
            return Ok(Chosen {
                method: Method::KMeans,
                labels: vec![0; data.rows()],
                reason: reason::sentence(&Ground::OneCluster, &[], 0),
                candidates: Vec::new(),
                rows,
            });
        }
        let found = methods::run(seen, &self.0, progress)?;
        let agreements = agreements(&found.labellings)?;
        let candidates = judge(&found, &agreements, self.0.clusters);
        let (ground, chosen) = self.choose(seen, &candidates, &agreements, &found, progress)?;
        let labels = match data.rows() == seen.rows() {
            true => candidates[chosen].labels.clone(),
            false => extension::extend(data, seen, &found.labellings[chosen], &Quiet(progress))?,
        };
        Ok(Chosen {
            method: candidates[chosen].method,
            labels,
            reason: reason::sentence(&ground, &candidates, chosen),
            candidates,
            rows,
        })
    }
}

impl Auto {
    /// The place of the candidate to take. First the pieces into which the data falls by itself, if it
    /// does; then the likeliest mixture, if the rows are like draws from it, for then no other border is
    /// better; else the labels that agree most with those of good borders.
    fn choose(
        &self,
        seen: MatrixView<'_>,
        candidates: &[Candidate],
        agreements: &[Vec<f64>],
        found: &methods::All,
        progress: &dyn Progress,
    ) -> Result<(Ground, usize), Error> {
        let single = candidates
            .iter()
            .position(|candidate| candidate.method == Method::Single);
        if let Some(single) = single
            && found.gap >= GAP_MIN
            && smallest(&candidates[single].labels) >= PIECE_MIN
        {
            return Ok((Ground::Gap(found.gap), single));
        }
        if let Some(mixture) = best_mixture(candidates)
            && let Extension::Mixture(_, fit) = &found.labellings[mixture].extension
        {
            let seed = derive(self.0.seed, 1);
            let misfit = misfit::misfit(fit, seen, &found.near, seed, &Quiet(progress))?;
            if let Some(misfit) = misfit.filter(|&misfit| misfit <= MISFIT_MAX) {
                return Ok((Ground::Mixture(misfit), mixture));
            }
        }
        Ok((Ground::Border, most_expected(candidates, agreements)))
    }
}

/// The columns that differ between rows, where some do not and some do.
fn varied(data: MatrixView<'_>) -> Result<Option<Matrix>, Error> {
    let differs =
        |col: &usize| (1..data.rows()).any(|row| data.row(row)[*col] != data.row(0)[*col]);
    let kept: Vec<usize> = (0..data.cols()).filter(differs).collect();
    if kept.is_empty() || kept.len() == data.cols() {
        return Ok(None);
    }
    let each = (0..data.rows()).flat_map(|row| kept.iter().map(move |col| data.row(row)[*col]));
    Ok(Some(Matrix::new(each.collect(), data.rows(), kept.len())?))
}

/// For each labelling, its adjusted Rand index with each.
fn agreements(labellings: &[Found]) -> Result<Vec<Vec<f64>>, Error> {
    let count = labellings.len();
    let mut agreements = vec![vec![1.0; count]; count];
    for (a, first) in labellings.iter().enumerate() {
        for (b, second) in labellings.iter().enumerate().skip(a + 1) {
            let rand = adjusted_rand(&first.labels, &second.labels)?;
            agreements[a][b] = rand;
            agreements[b][a] = rand;
        }
    }
    Ok(agreements)
}

/// Scores every labelling.
fn judge(found: &methods::All, agreements: &[Vec<f64>], clusters: usize) -> Vec<Candidate> {
    let graph = graph::Graph::new(&found.near, NEIGHBOURS);
    let densities = graph::densities(&found.near, NEIGHBOURS_OF_DENSITY);
    let others = found.labellings.len().saturating_sub(1).max(1) as f64;
    found
        .labellings
        .iter()
        .zip(agreements)
        .map(|(found, agreements)| Candidate {
            method: found.method,
            labels: found.labels.clone(),
            border: border::cost(&graph, &densities, &found.labels, clusters),
            agreement: (agreements.iter().sum::<f64>() - 1.0) / others,
            bic: found.bic,
        })
        .collect()
}

/// The candidate that is expected to agree most with the clustering that is right, if each candidate may
/// be that one, with odds inverse to what its borders cost (the first of equals). The least cost alone
/// would be trusted too far: a border that happens to run through a thin place costs little, too, but
/// then few other methods find it.
///
/// That is the Bayes estimate of a clustering for the adjusted Rand index as gain (A. Fritsch, K.
/// Ickstadt, "Improved Criteria for Clustering Based on the Posterior Similarity Matrix", Bayesian
/// Analysis 4, 2009), with candidates in place of a posterior sample.
fn most_expected(candidates: &[Candidate], agreements: &[Vec<f64>]) -> usize {
    let odds: Vec<f64> = candidates
        .iter()
        .map(|candidate| 1.0 / (candidate.border + COST_FLOOR))
        .collect();
    let mut best = (f64::NEG_INFINITY, 0);
    for (place, agreements) in agreements.iter().enumerate() {
        let gain = agreements
            .iter()
            .zip(&odds)
            .map(|(agreement, odds)| agreement.max(0.0) * odds)
            .sum();
        if gain > best.0 {
            best = (gain, place);
        }
    }
    best.1
}

/// The mixture of least Bayesian information criterion.
fn best_mixture(candidates: &[Candidate]) -> Option<usize> {
    let bic = |place: &usize| candidates[*place].bic.unwrap_or(f64::INFINITY);
    (0..candidates.len())
        .filter(|place| candidates[*place].bic.is_some())
        .min_by(|a, b| bic(a).total_cmp(&bic(b)))
}

fn smallest(labels: &[u32]) -> usize {
    let grouping = Grouping::new(labels);
    grouping.sizes.into_iter().min().unwrap_or(0)
}
