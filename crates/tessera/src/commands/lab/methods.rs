//! The methods of `tessera lab cluster fit` beside k-means' choice of k: each kernel asked with its own parameters, and
//! its answer in one form. Rules (sizes, links) are kept by the method itself where it can, else by the least repair of
//! its labels. It must not read or write files.

use super::OnBar;
use crate::cli::{ClusterFit, Method};
use crate::output::WrongUse;
use ::cluster::constrain::{self, Constraints, Rules};
use ::cluster::{
    auto, constrained, hdbscan, kmeans, linkage, medoids, minibatch, mixture, spherical,
};
use numeric::{Matrix, MatrixView, Real, distance::squared_euclidean};
use serde_json::{Map, Value, json};

/// Rows that k-medoids looks at all pairs of; of more it takes samples.
const PAIRS_MAX: usize = 10_000;

/// What a method found.
pub struct Found {
    /// One label per row.
    pub labels: Vec<u32>,
    /// Rounds, where the method has such.
    pub iterations: usize,
    /// Whether it ended by itself.
    pub converged: bool,
    /// Centres and the sum of squared distances to them, where the method has its own.
    pub own: Option<(Matrix, f64)>,
    /// What else there is to tell.
    pub more: Map<String, Value>,
}

impl Found {
    fn of(labels: Vec<u32>) -> Self {
        Self {
            labels,
            iterations: 1,
            converged: true,
            own: None,
            more: Map::new(),
        }
    }
}

/// k-means without rules, of rows as wide as they come.
pub fn plain<T: Real>(
    args: &ClusterFit,
    data: MatrixView<'_, T>,
    init: Option<MatrixView<'_>>,
    clusters: usize,
    progress: &OnBar,
) -> anyhow::Result<Found> {
    require(clusters, data.rows())?;
    let ready = lloyd(args, clusters).check(data.rows());
    let fit = ready.and_then(|ready| match init {
        Some(init) => ready.fit_from(data, init, progress),
        None => ready.fit(data, progress),
    });
    fit.map(of_kmeans).map_err(super::cluster::wrong)
}

pub fn lloyd(args: &ClusterFit, clusters: usize) -> kmeans::Params {
    kmeans::Params {
        clusters,
        starts: args.starts,
        max_iterations: args.max_iter,
        tolerance: args.tol,
        seed: args.seed,
    }
}

/// Comes first, so that a number beyond the rows is told as that.
pub fn require(clusters: usize, rows: usize) -> anyhow::Result<()> {
    if (1..=rows).contains(&clusters) {
        return Ok(());
    }
    let words = format!("--k is {clusters}; give 1 to {rows}, the number of rows");
    Err(WrongUse(words).into())
}

/// Runs a method for a known number of clusters.
pub fn run(
    args: &ClusterFit,
    data: MatrixView<'_>,
    init: Option<MatrixView<'_>>,
    (clusters, rules): (usize, &Rules),
    progress: &OnBar,
) -> anyhow::Result<Found> {
    let rows = data.rows();
    require(clusters, rows)?;
    let constraints = rules
        .check(rows, clusters)
        .map_err(|cause| super::cluster::wrong(cause.into()))?;
    let wrong = super::cluster::wrong;
    let params = lloyd(args, clusters);
    let found = match args.method {
        Method::Kmeans => {
            let ready = params.check(rows).map_err(wrong)?;
            let fit = match init {
                Some(init) => constrained::fit_from(&ready, data, &constraints, init, progress),
                None => constrained::fit(&ready, data, &constraints, progress),
            };
            return Ok(of_kmeans(fit.map_err(wrong)?));
        }
        Method::KmeansMini => {
            let params = minibatch::Params {
                clusters,
                batch: 1024.min(rows),
                passes: 100,
                patience: 10,
                idle: 0.01,
                seed: args.seed,
            };
            of_kmeans(
                params
                    .check(rows)
                    .and_then(|ready| ready.fit(data, progress))
                    .map_err(wrong)?,
            )
        }
        Method::Spherical => {
            let ready = spherical::Params(params).check(rows).map_err(wrong)?;
            let fit = ready.fit(data, progress).map_err(wrong)?;
            let mut found = Found::of(fit.labels);
            (found.iterations, found.converged) = (fit.iterations, fit.converged);
            found.more.insert("cohesion".into(), fit.cohesion.into());
            found
        }
        Method::Kmedoids => k_medoids(args, data, clusters, progress)?,
        Method::Gmm => {
            let params = mixture::Params {
                components: clusters,
                covariance: mixture::Covariance::Full,
                start: mixture::Start::KMeans,
                starts: args.starts,
                max_iterations: args.max_iter,
                tolerance: args.tol,
                regularisation: 1e-6,
                seed: args.seed,
            };
            let fit = params
                .check(rows)
                .and_then(|ready| ready.fit(data, progress))
                .map_err(wrong)?;
            let mut found = Found::of(fit.labels);
            (found.iterations, found.converged) = (fit.iterations, fit.converged);
            found
                .more
                .insert("log_likelihood".into(), fit.log_likelihood.into());
            found.more.insert("bic".into(), fit.bic.into());
            found
        }
        Method::Ward | Method::Average => {
            let method = match args.method {
                Method::Ward => linkage::Method::Ward,
                _ => linkage::Method::Average,
            };
            let ready = linkage::Params { method }.check(rows).map_err(wrong)?;
            let demands = linkage::Demands {
                must: &rules.must_link,
                cannot: &rules.cannot_link,
            };
            let tree = ready.fit_with(data, demands, progress).map_err(wrong)?;
            Found::of(tree.cut(clusters).map_err(wrong)?)
        }
        Method::Auto => {
            let ready = auto::Params {
                clusters,
                seed: args.seed,
            }
            .check(rows)
            .map_err(wrong)?;
            let chosen = ready.run(data, progress).map_err(wrong)?;
            let mut found = Found::of(chosen.labels);
            found
                .more
                .insert("chosen".into(), chosen.method.to_string().into());
            found.more.insert("reason".into(), chosen.reason.into());
            found
        }
        // Asked for by `super::mixed`, which knows which columns are categories.
        Method::Mixed => {
            return Err(WrongUse(
                "--method mixed takes columns, not points: name its categories in --categorical"
                    .into(),
            )
            .into());
        }
        Method::Hdbscan => {
            return Err(WrongUse(
                "--method hdbscan finds the number of clusters itself: leave out --k".into(),
            )
            .into());
        }
    };
    kept(found, data, &constraints)
}

/// HDBSCAN finds the number of clusters itself; rows of noise get one label more than there are clusters.
pub fn by_density(
    args: &ClusterFit,
    data: MatrixView<'_>,
    progress: &OnBar,
) -> anyhow::Result<Found> {
    let asked = [
        (args.k != "auto", "--k"),
        (args.max_size.is_some(), "--max-size"),
        (args.must_link.is_some(), "--must-link"),
        (args.cannot_link.is_some(), "--cannot-link"),
    ];
    if let Some((_, flag)) = asked.into_iter().find(|(given, _)| *given) {
        let words = format!(
            "--method hdbscan takes no {flag}: it finds clusters where rows are dense, so that neither their number nor \
             who is in them can be asked for; leave it out, or take another method"
        );
        return Err(WrongUse(words).into());
    }
    let least = args.min_size.unwrap_or(5);
    let params = hdbscan::Params {
        min_cluster_size: least,
        min_samples: least,
        selection: hdbscan::Selection::ExcessOfMass,
    };
    let ready = params.check(data.rows()).map_err(super::cluster::wrong)?;
    let fit = ready.fit(data, progress).map_err(super::cluster::wrong)?;
    let noise = fit.labels.iter().filter(|label| label.is_none()).count();
    let other = fit.clusters.len() as u32;
    let mut found = Found::of(
        fit.labels
            .into_iter()
            .map(|label| label.unwrap_or(other))
            .collect(),
    );
    found.more.insert("noise".into(), noise.into());
    found
        .more
        .insert("clusters_without_noise".into(), fit.clusters.len().into());
    Ok(found)
}

fn of_kmeans(fit: kmeans::Fit) -> Found {
    Found {
        labels: fit.labels,
        iterations: fit.iterations,
        converged: fit.converged,
        own: Some((fit.centers, fit.inertia)),
        more: Map::new(),
    }
}

fn k_medoids(
    args: &ClusterFit,
    data: MatrixView<'_>,
    clusters: usize,
    progress: &OnBar,
) -> anyhow::Result<Found> {
    let rows = data.rows();
    let search = match rows <= PAIRS_MAX {
        true => medoids::Search::All,
        false => medoids::Search::Sampled {
            samples: 10,
            rows: (80 + 4 * clusters).min(rows),
        },
    };
    let params = medoids::Params {
        clusters,
        search,
        start: medoids::Start::PlusPlus,
        starts: args.starts,
        max_iterations: args.max_iter,
        seed: args.seed,
    };
    let ready = params.check(rows).map_err(super::cluster::wrong)?;
    let fit = ready
        .fit(&medoids::Euclidean(data), progress)
        .map_err(super::cluster::wrong)?;
    let mut found = Found::of(fit.labels);
    (found.iterations, found.converged) = (fit.iterations, fit.converged);
    found.more.insert("loss".into(), fit.loss.into());
    found.more.insert("medoids".into(), json!(fit.medoids));
    Ok(found)
}

/// Labels that keep the rules: as they are where they do, else with the least repair.
pub fn kept(
    found: Found,
    data: MatrixView<'_>,
    constraints: &Constraints,
) -> anyhow::Result<Found> {
    if constraints.is_free() || constraints.holds(&found.labels) {
        return Ok(found);
    }
    let repair =
        constrain::obey(data, &found.labels, constraints).map_err(super::cluster::wrong)?;
    let mut found = Found {
        labels: repair.labels,
        own: None,
        ..found
    };
    found
        .more
        .insert("moved_by_rules".into(), repair.moved.len().into());
    Ok(found)
}

/// The mean of each cluster's rows, and the sum of squared distances to them.
pub fn means<T: Real>(
    data: MatrixView<'_, T>,
    labels: &[u32],
) -> anyhow::Result<(Matrix, f64, Vec<usize>)> {
    let clusters = labels.iter().max().map_or(0, |most| *most as usize + 1);
    let cols = data.cols();
    let mut sums = vec![0.0; clusters * cols];
    let mut sizes = vec![0usize; clusters];
    for (row, label) in labels.iter().enumerate() {
        let at = *label as usize;
        sizes[at] += 1;
        let sums = &mut sums[at * cols..(at + 1) * cols];
        sums.iter_mut()
            .zip(data.row(row))
            .for_each(|(sum, value)| *sum += value.to_f64());
    }
    for (sums, size) in sums.chunks_exact_mut(cols).zip(&sizes) {
        sums.iter_mut()
            .for_each(|sum| *sum /= (*size).max(1) as f64);
    }
    let centers = Matrix::new(sums, clusters, cols)?;
    let of_row = |(row, label): (usize, &u32)| {
        squared_euclidean(data.row(row), centers.view().row(*label as usize))
    };
    let inertia = labels.iter().enumerate().map(of_row).sum();
    Ok((centers, inertia, sizes))
}
