//! Parameters of clusters, each drawn towards those of all, and whether they are used. It must not make clusters, or try
//! parameters on held-out days.

use super::trial::Tried;
use super::{AHEAD_DAYS, Model};
use lifetime::pool::{self, Pooled};
use lifetime::{Customers, Error, Fit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Clusters of fewer customers have the parameters of all.
const FEWEST: usize = 20;

/// Which customers are in which cluster, each cluster by any number of its own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clusters {
    /// By the clusters that are published now: forecasts are by these.
    pub now: BTreeMap<i64, u32>,
    /// By the clusters that were known before the last [`AHEAD_DAYS`] days: these are tried. Clusters that were made later
    /// must not be here: they may be made from the very days they would be tried on.
    pub then: BTreeMap<i64, u32>,
}

/// Parameters of one cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfCluster {
    /// Its number.
    pub cluster: u32,
    /// Customers in it.
    pub customers: usize,
    /// The model's parameters by name.
    pub parameters: Vec<(String, f64)>,
    /// How far it is drawn to all, from 0 (it says all itself) to 1 (it has the parameters of all): of the logarithm of each
    /// parameter the variance that is left over that among clusters, on the mean of the four.
    pub drawn: f64,
}

/// The fit of all, and those of clusters.
pub(super) struct Fits {
    /// That of all.
    pub all: Fit,
    /// The clusters, by their numbers; empty where there is no fit of any.
    pub clusters: Vec<OfCluster>,
    /// The parameters of those that have their own, or why none has.
    pub own: Result<BTreeMap<u32, [f64; 4]>, String>,
}

/// The parameters of clusters and why they are used, or why they are not.
pub(super) type Chosen = Result<(BTreeMap<u32, [f64; 4]>, String), String>;

/// Rows that share parameters.
pub(super) struct Part {
    /// Those parameters.
    pub parameters: [f64; 4],
    /// Whether they are a cluster's own.
    pub own: bool,
    /// The rows, ascending.
    pub rows: Vec<usize>,
}

impl Fits {
    /// Fits all customers and the clusters they are in, one for each customer or none. Where clusters cannot be fitted the
    /// fit of all stands.
    pub fn of(customers: &Customers, placed: &[Option<u32>]) -> Result<Self, Error> {
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        for cluster in placed.iter().flatten() {
            *sizes.entry(*cluster).or_default() += 1;
        }
        if sizes.values().all(|size| *size < FEWEST) {
            let why = match sizes.is_empty() {
                true => "none has a customer".to_string(),
                false => format!("none has {FEWEST} customers"),
            };
            return Self::single(customers, why);
        }
        // The kernel counts groups from 0.
        let names: Vec<u32> = sizes.keys().copied().collect();
        let of = |cluster: &Option<u32>| {
            let at = names.binary_search(cluster.as_ref()?);
            at.ok().map(|at| at as u32)
        };
        let of: Vec<Option<u32>> = placed.iter().map(of).collect();
        let pooling = pool::Params { fewest: FEWEST }.check()?;
        match pooling.fit(Model::BgNbd, customers, &of, names.len()) {
            Ok(found) => Ok(Self::pooled(found, &sizes)),
            Err(cause) => Self::single(customers, format!("fits were not found ({cause})")),
        }
    }

    fn single(customers: &Customers, why: String) -> Result<Self, Error> {
        Ok(Self {
            all: lifetime::fit(Model::BgNbd, customers)?,
            clusters: Vec::new(),
            own: Err(why),
        })
    }

    fn pooled(found: Pooled, sizes: &BTreeMap<u32, usize>) -> Self {
        let each = || sizes.iter().zip(found.groups.iter().zip(&found.own));
        let clusters = each().map(|((cluster, customers), (fit, own))| OfCluster {
            cluster: *cluster,
            customers: *customers,
            parameters: named(fit.parameters),
            drawn: if *own { drawn(fit, &found.spread) } else { 1.0 },
        });
        let own = each()
            .filter(|(_, (_, own))| **own)
            .map(|((cluster, _), (fit, _))| (*cluster, fit.parameters));
        Self {
            clusters: clusters.collect(),
            own: Ok(own.collect()),
            all: found.all,
        }
    }
}

/// How far a fit is drawn to all: for a normal number about a normal centre the weight of the centre is the variance that is
/// left over the variance about the centre (B. Efron, C. Morris, "Stein's Estimation Rule and Its Competitors", JASA 68,
/// 1973). A parameter without an error is where the centre holds it.
fn drawn(fit: &Fit, spread: &[f64; 4]) -> f64 {
    let each = (0..4).map(|of| {
        let error = fit.standard_errors[of].map(|error| error / fit.parameters[of] / spread[of]);
        error.map_or(1.0, |error| (error * error).min(1.0))
    });
    each.sum::<f64>() / 4.0
}

/// Parameters by name.
pub(super) fn named(parameters: [f64; 4]) -> Vec<(String, f64)> {
    let names = Model::BgNbd.names().into_iter().zip(parameters);
    names
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

/// Brings together the rows of each cluster that has parameters of its own, and all other rows.
pub(super) fn parts(
    placed: &[Option<u32>],
    own: &BTreeMap<u32, [f64; 4]>,
    all: [f64; 4],
) -> Vec<Part> {
    let mut rows: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
    for (row, cluster) in placed.iter().enumerate() {
        let own = cluster.filter(|cluster| own.contains_key(cluster));
        rows.entry(own).or_default().push(row);
    }
    let part = |(cluster, rows): (Option<u32>, Vec<usize>)| {
        let of_cluster = cluster.and_then(|cluster| own.get(&cluster).copied());
        Part {
            parameters: of_cluster.unwrap_or(all),
            own: of_cluster.is_some(),
            rows,
        }
    };
    rows.into_iter().map(part).collect()
}

/// Whether forecasts are by clusters: only where the trial says that those known then were no worse than all.
pub(super) fn choose(fits: &Fits, tried: &Result<Tried, Error>) -> Chosen {
    let own = fits
        .own
        .as_ref()
        .map_err(|why| format!("among the published clusters {why}"))?;
    let tried = tried.as_ref().map_err(|cause| {
        format!("they could not be tried on the last {AHEAD_DAYS} days: {cause}")
    })?;
    let (_, compared) = tried.pooled.as_ref().map_err(|why| {
        format!("among the clusters known before the last {AHEAD_DAYS} days, on which they are tried, {why}")
    })?;
    let (clusters, all) = (&compared.pooled, &compared.single);
    let told = format!(
        "log-likelihood of a customer {:.5} against {:.5}, mean absolute error {:.4} against {:.4}",
        clusters.log_likelihood, all.log_likelihood, clusters.mae, all.mae
    );
    match clusters.log_likelihood >= all.log_likelihood {
        true => Ok((
            own.clone(),
            format!(
                "orders are forecast by the parameters of each customer's cluster: on the last {AHEAD_DAYS} days those of \
                 clusters were no worse than those of all ({told})"
            ),
        )),
        false => Err(format!(
            "on the last {AHEAD_DAYS} days those of clusters were worse ({told})"
        )),
    }
}
