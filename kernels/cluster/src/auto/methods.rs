//! The methods that compete, each with the number of clusters given.
//!
//! Holds which are run with which settings, and how a clustering reaches rows that a method did not see.
//! Nothing is scored or chosen here.

use numeric::{MatrixView, Progress};

use super::{
    Method, Params,
    extension::Extension,
    forest,
    graph::{Graph, densities},
    limbs, mixtures, modes,
};
use crate::{
    Error,
    choose::Quiet,
    genie,
    grouping::Grouping,
    kmeans, linkage,
    spanning::{self, Neighbours},
};

const STARTS: usize = 10;
const ROUNDS: usize = 200;
const TOLERANCE: f64 = 1e-4;
const GINIS: [f64; 4] = [0.1, 0.3, 0.5, 0.7];
/// Neighbours of mutual reachability: few keep thin shapes apart, many stand more noise.
const REACHES: [usize; 3] = [5, 10, 20];
/// Neighbours of density for modes, and of the graph that they are found on.
const SMOOTHINGS: [usize; 3] = [8, 15, 30];
const NEIGHBOURS_OF_MODES: usize = 12;
/// A cluster that is not noise has at least this share of an even one.
const EVEN_SHARE_MIN: f64 = 0.1;
/// A limb has at least these shares of an even cluster.
const LIMB_SHARES: [f64; 2] = [0.25, 0.4];

/// What one method found.
pub(super) struct Found {
    pub method: Method,
    /// Without gaps, every cluster used.
    pub labels: Vec<u32>,
    pub bic: Option<f64>,
    pub extension: Extension,
}

/// What all found, and what a choice needs besides.
pub(super) struct All {
    pub labellings: Vec<Found>,
    pub near: Neighbours,
    /// As [`forest::gap`].
    pub gap: f64,
}

/// Runs all methods. Those that do not come to the number of clusters are left out.
///
/// # Errors
/// [`Error::TooFewDistinctRows`], [`Error::Cancelled`].
pub(super) fn run(
    data: MatrixView<'_>,
    params: &Params,
    progress: &dyn Progress,
) -> Result<All, Error> {
    let quiet = Quiet(progress);
    let steps = 7 + REACHES.len() as u64;
    let mut run = Run {
        data,
        clusters: params.clusters,
        labellings: Vec::new(),
    };
    run.kmeans(params.seed, &quiet)?;
    progress.tick(1, steps);
    for (method, linkage) in [
        (Method::Ward, linkage::Method::Ward),
        (Method::Average, linkage::Method::Average),
    ] {
        let fitting = linkage::Params { method: linkage }.check(data.rows())?;
        let tree = fitting.fit(data, &quiet)?;
        run.note(method, &tree.cut(params.clusters)?);
    }
    progress.tick(3, steps);
    let edges = spanning::spanning_tree(data, &quiet)?;
    run.trees(&edges)?;
    progress.tick(4, steps);
    for (at, neighbours) in (0..).zip(REACHES) {
        run.reachability(neighbours, &quiet)?;
        progress.tick(5 + at, steps);
    }
    let most = SMOOTHINGS.into_iter().max().unwrap_or(1);
    let near = spanning::nearest_neighbours(data, most.min(data.rows() - 1), &quiet)?;
    run.modes(&near);
    progress.tick(steps - 1, steps);
    run.mixtures(&quiet)?;
    progress.tick(steps, steps);
    Ok(All {
        labellings: run.labellings,
        near,
        gap: forest::gap(&edges, params.clusters),
    })
}

struct Run<'a> {
    data: MatrixView<'a>,
    clusters: usize,
    labellings: Vec<Found>,
}

impl Run<'_> {
    fn note(&mut self, method: Method, labels: &[u32]) {
        self.note_with(method, labels, None, Extension::Nearest);
    }

    fn note_with(
        &mut self,
        method: Method,
        labels: &[u32],
        bic: Option<f64>,
        extension: Extension,
    ) {
        let grouping = Grouping::new(labels);
        if grouping.ids.len() == self.clusters {
            self.labellings.push(Found {
                method,
                labels: grouping.group.iter().map(|&group| group as u32).collect(),
                bic,
                extension,
            });
        }
    }

    fn kmeans(&mut self, seed: u64, progress: &dyn Progress) -> Result<(), Error> {
        let fitting = kmeans::Params {
            clusters: self.clusters,
            starts: STARTS,
            max_iterations: ROUNDS,
            tolerance: TOLERANCE,
            seed,
        };
        let fit = fitting.check(self.data.rows())?.fit(self.data, progress)?;
        let extension = Extension::Centers(fit.centers);
        self.note_with(Method::KMeans, &fit.labels, None, extension);
        Ok(())
    }

    /// Mixtures of every shape, from what every other kind of method found (in its first setting).
    fn mixtures(&mut self, progress: &dyn Progress) -> Result<(), Error> {
        let mut starts: Vec<&Found> = Vec::new();
        for found in &self.labellings {
            let kind = std::mem::discriminant(&found.method);
            let known = |start: &&Found| {
                std::mem::discriminant(&start.method) == kind || start.labels == found.labels
            };
            if !starts.iter().any(known) {
                starts.push(found);
            }
        }
        let starts: Vec<Vec<u32>> = starts.iter().map(|found| found.labels.clone()).collect();
        for shape in mixtures::SHAPES {
            let fit = mixtures::fit(self.data, shape, self.clusters, &starts, progress)?;
            if let Some(fit) = fit {
                let (labels, bic) = (fit.labels.clone(), fit.bic);
                let extension = Extension::Mixture(shape, Box::new(fit));
                self.note_with(Method::Mixture(shape), &labels, Some(bic), extension);
            }
        }
        Ok(())
    }

    fn trees(&mut self, edges: &[spanning::Edge]) -> Result<(), Error> {
        let (rows, clusters) = (self.data.rows(), self.clusters);
        self.note(Method::Single, &forest::longest_cut(rows, edges, clusters));
        for gini_max in GINIS {
            self.genie(edges, gini_max, 0)?;
        }
        let fitting = genie::InformationParams {
            clusters,
            gini_max: GINIS.to_vec(),
        };
        let labels = fitting
            .check(rows)?
            .fit_tree(rows, self.data.cols(), edges)?;
        self.note(Method::GenieInformation, &labels);
        self.limbs(edges, 0);
        Ok(())
    }

    fn limbs(&mut self, edges: &[spanning::Edge], neighbours: usize) {
        let (rows, clusters) = (self.data.rows(), self.clusters);
        for share in LIMB_SHARES {
            let size_min = ((rows as f64 / clusters as f64 * share) as usize).max(1);
            if let Some(labels) = limbs::labels(rows, edges, clusters, size_min) {
                self.note(Method::Limbs { share, neighbours }, &labels);
            }
        }
    }

    fn genie(
        &mut self,
        edges: &[spanning::Edge],
        gini_max: f64,
        neighbours: usize,
    ) -> Result<(), Error> {
        let fitting = genie::Params { gini_max }.check()?;
        let tree = fitting.fit_tree(self.data.rows(), edges)?;
        let method = Method::Genie {
            gini_max,
            neighbours,
        };
        self.note(method, &tree.cut(self.clusters)?);
        Ok(())
    }

    fn reachability(&mut self, neighbours: usize, progress: &dyn Progress) -> Result<(), Error> {
        let rows = self.data.rows();
        if neighbours >= rows {
            return Ok(());
        }
        let edges = spanning::reachability_tree(self.data, neighbours, progress)?.edges;
        for gini_max in [GINIS[1], GINIS[2]] {
            self.genie(&edges, gini_max, neighbours)?;
        }
        self.limbs(&edges, neighbours);
        let even = rows as f64 / self.clusters as f64;
        let size_min = ((even * EVEN_SHARE_MIN) as usize).max(2);
        if let Some(labels) = forest::large_cut(rows, &edges, self.clusters, size_min) {
            let labels = self.fill(&labels)?;
            self.note(Method::Reachability(neighbours), &labels);
        }
        Ok(())
    }

    /// Rows without a label take that of the nearest row that has one.
    fn fill(&self, labels: &[Option<u32>]) -> Result<Vec<u32>, Error> {
        let rows = |with: bool| -> Vec<usize> {
            let of = |&row: &usize| labels[row].is_some() == with;
            (0..labels.len()).filter(of).collect()
        };
        let (known, unknown) = (rows(true), rows(false));
        let mut filled: Vec<u32> = labels.iter().map(|label| label.unwrap_or(0)).collect();
        if unknown.is_empty() {
            return Ok(filled);
        }
        let (from, to) = (self.data.take(&unknown)?, self.data.take(&known)?);
        let near = kmeans::nearest(from.view(), to.view())?;
        for (row, near) in unknown.into_iter().zip(near.labels) {
            filled[row] = filled[known[near as usize]];
        }
        Ok(filled)
    }

    fn modes(&mut self, near: &Neighbours) {
        let graph = Graph::new(near, NEIGHBOURS_OF_MODES);
        for smoothing in SMOOTHINGS {
            let densities = densities(near, smoothing);
            let labels = modes::labels(&graph, &densities, self.clusters);
            self.note(Method::Modes(smoothing), &labels);
        }
    }
}
