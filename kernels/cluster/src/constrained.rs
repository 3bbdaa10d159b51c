//! k-means under rules: centers to the means of their rows, rows to centers at least cost within all sizes,
//! links and locks, until nothing changes.
//!
//! Rounds as in P. S. Bradley, K. P. Bennett, A. Demiriz, "Constrained k-means clustering" (MSR-TR-2000-65),
//! with links as in K. Wagstaff and others, "Constrained k-means clustering with background knowledge" (ICML
//! 2001), where theirs takes rows in turn and may fail, and ours keeps every rule. Holds the rounds, the
//! starts and what locked rows and fixed centers mean for them; which labels cost least is `constrain`'s.

#[cfg(test)]
mod tests;

use numeric::{Matrix, MatrixView, Progress, distance::squared_euclidean, random::derive};
use rayon::prelude::*;

use crate::{
    Error,
    constrain::{Constraints, Points, Rules, Sizes, Start, assign, by_distance, inertia},
    error::require_size,
    grouping::means,
    kmeans::{Fit, KMeans, Params},
};

/// Clusters the rows within the rules. For each start, k-means without rules gives the starting centers (those
/// nearest to locked rows and fixed centers go to their clusters), then rounds follow; the start of lowest
/// inertia is kept (the first of equals). Without rules it is [`KMeans::fit`].
///
/// Labels obey the rules instead of naming the nearest center, and a cluster may be empty where its sizes
/// allow that or it is closed; otherwise the fields mean what they mean there. How far the labels may be from
/// the best for their centers, and what a place in a full cluster is worth, is told by [`assign`].
///
/// # Errors
/// [`Error::Mismatch`] where rows, clusters or the columns of a fixed center differ between constraints,
/// parameters and data; [`Error::TooFewDistinctRows`]; [`Error::Cancelled`].
pub fn fit(
    kmeans: &KMeans,
    data: MatrixView<'_>,
    constraints: &Constraints,
    progress: &dyn Progress,
) -> Result<Fit, Error> {
    require_fit(kmeans, data, constraints)?;
    if constraints.is_free() {
        return kmeans.fit(data, progress);
    }
    let params = kmeans.params();
    let points = Points::new(data, constraints);
    // Half of the ticks are for k-means without rules.
    let length = 2 * params.max_iterations as u64;
    let runs = (0..params.starts as u64).into_par_iter().map(|start| {
        let part = |before: u64| Part {
            progress,
            before: start * length + before,
            total: params.starts as u64 * length,
        };
        let one = Params {
            starts: 1,
            seed: derive(params.seed, start),
            ..params
        };
        let centers = starting_centers(one, data, constraints, &part(0))?;
        rounds(
            kmeans,
            data,
            &points,
            constraints,
            centers,
            &part(length / 2),
        )
    });
    let runs: Vec<Fit> = runs.collect::<Result<_, Error>>()?;
    runs.into_iter()
        .reduce(Fit::or_better)
        .ok_or(Error::Cancelled)
}

/// Clusters the rows within the rules from given centers, one row for each cluster; `starts` and `seed` play
/// no part, and fixed centers take the place of those given. Without rules it is [`KMeans::fit_from`].
///
/// # Errors
/// As [`fit`]; [`Error::Mismatch`] where `centers` has not one row per cluster in the columns of the data.
pub fn fit_from(
    kmeans: &KMeans,
    data: MatrixView<'_>,
    constraints: &Constraints,
    centers: MatrixView<'_>,
    progress: &dyn Progress,
) -> Result<Fit, Error> {
    require_fit(kmeans, data, constraints)?;
    if constraints.is_free() {
        return kmeans.fit_from(data, centers, progress);
    }
    require_size("centers", "rows", centers.rows(), constraints.clusters())?;
    require_size("centers", "columns", centers.cols(), data.cols())?;
    let points = Points::new(data, constraints);
    let mut values = centers.data().to_vec();
    for (cluster, center) in values.chunks_exact_mut(data.cols()).enumerate() {
        if let Some(fixed) = constraints.fixed_center(cluster) {
            center.copy_from_slice(fixed);
        }
    }
    let centers = Matrix::new(values, centers.rows(), centers.cols())?;
    let part = Part {
        progress,
        before: 0,
        total: kmeans.params().max_iterations as u64,
    };
    rounds(kmeans, data, &points, constraints, centers, &part)
}

fn require_fit(
    kmeans: &KMeans,
    data: MatrixView<'_>,
    constraints: &Constraints,
) -> Result<(), Error> {
    let clusters = kmeans.params().clusters;
    require_size("constraints", "clusters", constraints.clusters(), clusters)?;
    require_size("constraints", "rows", constraints.rows(), data.rows())?;
    for cluster in 0..clusters {
        if let Some(center) = constraints.fixed_center(cluster) {
            require_size("fixed_centers", "columns", center.len(), data.cols())?;
        }
    }
    Ok(())
}

/// A stretch of a longer work.
struct Part<'a> {
    progress: &'a dyn Progress,
    before: u64,
    total: u64,
}

impl Progress for Part<'_> {
    fn tick(&self, done: u64, _: u64) {
        self.progress.tick(self.before + done, self.total);
    }

    fn cancelled(&self) -> bool {
        self.progress.cancelled()
    }
}

/// Assignments and means in turn, until no label changes, the centers rest, or the rounds are used up. The
/// inertia never grows.
fn rounds(
    kmeans: &KMeans,
    data: MatrixView<'_>,
    points: &Points<'_>,
    constraints: &Constraints,
    mut centers: Matrix,
    progress: &dyn Progress,
) -> Result<Fit, Error> {
    let (clusters, cols) = (constraints.clusters(), data.cols());
    let (rounds, shift_max) = (kmeans.params().max_iterations, kmeans.shift_max(data));
    let mut start = Start::default();
    let mut labels: Vec<u32> = Vec::new();
    let (mut iterations, mut converged) = (0, false);
    loop {
        let solved = by_distance(points, centers.view(), constraints, &start)?;
        let next = solved.labels(constraints);
        start = solved.start;
        // The same labels, or no better ones: what differs then is chosen among equals.
        let rests = !labels.is_empty()
            && (next == labels
                || inertia(data, centers.view(), &next) >= inertia(data, centers.view(), &labels));
        if !rests {
            labels = next;
        }
        converged |= rests;
        if converged || iterations == rounds {
            break;
        }
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let moved = updated(data, constraints, &centers, &labels)?;
        let pairs = centers.view().data().chunks_exact(cols);
        let pairs = pairs.zip(moved.view().data().chunks_exact(cols));
        let shift: f64 = pairs.map(|(from, to)| squared_euclidean(from, to)).sum();
        centers = moved;
        iterations += 1;
        converged = shift <= shift_max;
        progress.tick(iterations as u64, rounds as u64);
    }
    let mut sizes = vec![0; clusters];
    for &label in &labels {
        sizes[label as usize] += 1;
    }
    Ok(Fit {
        inertia: inertia(data, centers.view(), &labels),
        labels,
        centers,
        iterations,
        converged,
        sizes,
    })
}

/// The mean of each cluster; fixed centers and those of clusters without rows stay.
fn updated(
    data: MatrixView<'_>,
    constraints: &Constraints,
    centers: &Matrix,
    labels: &[u32],
) -> Result<Matrix, Error> {
    let (clusters, cols) = (constraints.clusters(), data.cols());
    let (mut values, sizes) = means(data, clusters, |row| labels[row] as usize);
    for (cluster, center) in values.chunks_exact_mut(cols).enumerate() {
        if sizes[cluster] == 0 || constraints.fixed_center(cluster).is_some() {
            center.copy_from_slice(centers.view().row(cluster));
        }
    }
    Ok(Matrix::new(values, clusters, cols)?)
}

/// Centers by k-means without rules over the rows that are not in closed clusters. A cluster with a fixed
/// center keeps that; one with locked rows gets the center nearest to their mean (no center goes to two:
/// an assignment again); closed ones sit at the mean of their rows.
fn starting_centers(
    params: Params,
    data: MatrixView<'_>,
    constraints: &Constraints,
    progress: &dyn Progress,
) -> Result<Matrix, Error> {
    let (clusters, cols) = (constraints.clusters(), data.cols());
    let anchors = anchors(data, constraints);
    let open: Vec<usize> = (0..clusters)
        .filter(|&cluster| constraints.is_open(cluster))
        .collect();
    let (all, _) = means(data, 1, |_| 0);
    let mut values = all.repeat(clusters);
    for (cluster, anchor) in anchors.iter().enumerate() {
        if let Some(anchor) = anchor {
            values[cluster * cols..(cluster + 1) * cols].copy_from_slice(anchor);
        }
    }
    if open.is_empty() {
        return Ok(Matrix::new(values, clusters, cols)?);
    }
    let free = |row: &usize| {
        let home = constraints.locked(*row);
        home.is_none_or(|home| constraints.is_open(home as usize))
    };
    let rows: Vec<usize> = (0..data.rows()).filter(free).collect();
    let params = Params {
        clusters: open.len(),
        ..params
    };
    let rows = data.take(&rows)?;
    let found = params
        .check(rows.view().rows())?
        .fit(rows.view(), progress)?;
    let places = matched(&open, &anchors, &found.centers)?;
    for (&cluster, place) in open.iter().zip(places) {
        if constraints.fixed_center(cluster).is_none() {
            let center = found.centers.view().row(place);
            values[cluster * cols..(cluster + 1) * cols].copy_from_slice(center);
        }
    }
    Ok(Matrix::new(values, clusters, cols)?)
}

/// Where a cluster must start: at its fixed center, near the mean of its locked rows, or anywhere.
fn anchors(data: MatrixView<'_>, constraints: &Constraints) -> Vec<Option<Vec<f64>>> {
    let (clusters, cols) = (constraints.clusters(), data.cols());
    // Rows without a lock gather behind the last cluster.
    let home = |row: usize| {
        constraints
            .locked(row)
            .map_or(clusters, |home| home as usize)
    };
    let (centers, sizes) = means(data, clusters + 1, home);
    (0..clusters)
        .map(|cluster| match constraints.fixed_center(cluster) {
            Some(center) => Some(center.to_vec()),
            None if sizes[cluster] == 0 => None,
            None => Some(centers[cluster * cols..(cluster + 1) * cols].to_vec()),
        })
        .collect()
}

/// For each open cluster, which of as many centers it starts from: those with anchors at the least sum of
/// squared distances, the others in order of what is left.
fn matched(
    open: &[usize],
    anchors: &[Option<Vec<f64>>],
    centers: &Matrix,
) -> Result<Vec<usize>, Error> {
    let tied: Vec<&Vec<f64>> = open
        .iter()
        .filter_map(|&cluster| anchors[cluster].as_ref())
        .collect();
    let mut taken = vec![false; open.len()];
    let mut chosen = Vec::new();
    if !tied.is_empty() {
        let values: Vec<f64> = tied
            .iter()
            .flat_map(|anchor| anchor.iter())
            .copied()
            .collect();
        let tied = Matrix::new(values, tied.len(), centers.view().cols())?;
        let one_each = Rules {
            sizes: (0..open.len() as u32)
                .map(|cluster| Sizes {
                    cluster,
                    min: Some(0),
                    max: Some(1),
                })
                .collect(),
            ..Rules::default()
        };
        let one_each = one_each.check(tied.view().rows(), open.len())?;
        chosen = assign(tied.view(), centers.view(), &one_each)?.labels;
    }
    for &place in &chosen {
        taken[place as usize] = true;
    }
    let mut left = (0..open.len()).filter(|&place| !taken[place]);
    let mut chosen = chosen.into_iter().map(|place| place as usize);
    let places = open.iter().map(|&cluster| match anchors[cluster] {
        Some(_) => chosen.next(),
        None => left.next(),
    });
    Ok(places.flatten().collect())
}
