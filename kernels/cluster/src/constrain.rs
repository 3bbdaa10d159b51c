//! What a person demands of a clustering: sizes, rows together, rows apart, rows locked to a cluster,
//! clusters left alone, centers that stay.
//!
//! Holds the rules, what they become when they can all be kept, and the keeping of them by labels:
//! `assign` to given centers, `obey` for labels of methods that know no rules, `cost` of what was kept.
//! Nothing here moves a center; that is `constrained`'s.

mod assign;
mod checks;
mod conflict;
mod costs;
mod flow;
mod groups;
mod improve;
mod obey;
mod search;
#[cfg(test)]
mod tests;

pub use assign::{Assignment, assign, assign_costs};
pub use conflict::{Conflict, Conflicts};
pub use costs::{Cost, cost};
pub use obey::{Moved, Repair, obey};

pub(crate) use assign::{Start, by_distance, inertia};
pub(crate) use costs::Points;

use groups::Groups;
use search::{Limit, Puzzle};

/// Sizes of one cluster, in place of the common ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// The cluster.
    pub cluster: u32,
    /// Its least size; [`Rules::min_size`] where none.
    pub min: Option<usize>,
    /// Its greatest size; [`Rules::max_size`] where none.
    pub max: Option<usize>,
}

/// What a clustering is to obey. Rows and clusters count from 0; a link or lock given twice counts once.
/// Becomes [`Constraints`] by [`Rules::check`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Least rows of every cluster that is not closed; 1 where none.
    pub min_size: Option<usize>,
    /// Most rows of every cluster that is not closed.
    pub max_size: Option<usize>,
    /// Sizes of single clusters. A least size of 0 lets a cluster stay empty, a greatest of 0 keeps it so.
    pub sizes: Vec<Sizes>,
    /// Pairs of rows that end in one cluster.
    pub must_link: Vec<(usize, usize)>,
    /// Pairs of rows that end in two clusters.
    pub cannot_link: Vec<(usize, usize)>,
    /// Rows and the cluster that each belongs to.
    pub locked: Vec<(usize, u32)>,
    /// Clusters made by hand: they hold the rows locked to them (with those that must be together with
    /// these) and no other. The common sizes are not for them.
    pub closed: Vec<u32>,
    /// Clusters whose centers do not move, with these centers.
    pub fixed_centers: Vec<(u32, Vec<f64>)>,
}

/// Rules that can all be kept, for data of so many rows and so many clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraints {
    clusters: usize,
    groups: Groups,
    /// For each group, the cluster that it is locked to.
    home: Vec<Option<u32>>,
    /// Clusters that take free rows, ascending.
    open: Vec<u32>,
    limits: Vec<Limit>,
    /// The groups that are not locked, among the open clusters.
    puzzle: Puzzle,
    /// One way to place the bound groups: the proof that there is one.
    witness: Vec<u32>,
    fixed: Vec<Option<Vec<f64>>>,
    free: bool,
}

impl Rules {
    /// Checks that data of `rows` rows can be divided into `clusters` clusters by these rules. The answer is
    /// exact for sizes, locks and links as long as a bounded search can place the linked rows; where it
    /// cannot, [`Conflict::NoPlacement`] says so.
    ///
    /// # Errors
    /// Every conflict found: first those about rows and clusters that are not there, then, where there are
    /// none, those of rules with each other.
    pub fn check(&self, rows: usize, clusters: usize) -> Result<Constraints, Conflicts> {
        checks::check(self, rows, clusters)
    }
}

impl Constraints {
    /// Rows of the data.
    pub fn rows(&self) -> usize {
        self.groups.of.len()
    }

    /// Number of clusters, closed ones too.
    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// Least and greatest size of the cluster, in rows; for a closed one both are its locked rows. Like a
    /// slice, it panics where `cluster >= clusters()`.
    pub fn limits(&self, cluster: usize) -> (usize, usize) {
        (self.limits[cluster].min, self.limits[cluster].max)
    }

    /// Whether any labelling without an empty cluster obeys: there are no rules.
    pub fn is_free(&self) -> bool {
        self.free
    }

    /// The center that the cluster keeps, where it has one. Like a slice, it panics where
    /// `cluster >= clusters()`.
    pub fn fixed_center(&self, cluster: usize) -> Option<&[f64]> {
        self.fixed[cluster].as_deref()
    }

    /// Whether the cluster takes free rows.
    pub(crate) fn is_open(&self, cluster: usize) -> bool {
        self.open.binary_search(&(cluster as u32)).is_ok()
    }

    /// The cluster that the row is locked to, itself or by way of rows that it must be together with. Like a
    /// slice, it panics where `row >= rows()`.
    pub fn locked(&self, row: usize) -> Option<u32> {
        self.home[self.groups.of[row] as usize]
    }

    /// Whether the labels keep every rule.
    ///
    /// Labels of another number of rows, or of clusters that are not there, do not.
    pub fn holds(&self, labels: &[u32]) -> bool {
        if labels.len() != self.rows() {
            return false;
        }
        let mut sizes = vec![0; self.clusters];
        for (row, &label) in labels.iter().enumerate() {
            let Some(size) = sizes.get_mut(label as usize) else {
                return false;
            };
            *size += 1;
            if self.locked(row).is_some_and(|home| home != label) {
                return false;
            }
        }
        let fits = |(limit, &size): (&Limit, &usize)| (limit.min..=limit.max).contains(&size);
        let first = |group: u32| labels[self.groups.rows(group as usize)[0] as usize];
        let together = |group: usize| {
            let mut rows = self.groups.rows(group).iter();
            rows.all(|&row| labels[row as usize] == first(group as u32))
        };
        let bound = &self.puzzle.bound;
        let apart = bound.iter().all(|own| {
            let label = first(own.group);
            let mut others = own.apart.iter();
            let barred = |&cluster: &u32| self.open[cluster as usize] == label;
            others.all(|&other| first(bound[other as usize].group) != label)
                && !own.barred.iter().any(barred)
        });
        self.limits.iter().zip(&sizes).all(fits) && (0..self.groups.len()).all(together) && apart
    }
}
