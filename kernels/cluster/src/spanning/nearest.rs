//! The nearest neighbours of every row, leaf by leaf.
//!
//! Holds the search for them and its result in the order of the tree.

use std::ops::Range;

use numeric::Progress;
use rayon::prelude::*;

use super::kd_tree::{KdTree, LEAF, Search};
use crate::Error;

/// A neighbour. Ordered by distance, then by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Near {
    /// Numbers that are not negative are ordered as their bits.
    squared: u64,
    place: u32,
}

impl Near {
    pub fn new(squared: f64, place: usize) -> Self {
        Self {
            squared: squared.to_bits(),
            place: place as u32,
        }
    }

    pub fn squared(self) -> f64 {
        f64::from_bits(self.squared)
    }

    pub fn place(self) -> usize {
        self.place as usize
    }
}

/// The `count` nearest of each place, nearest first, place by place. There are more rows than `count`.
pub(super) fn all(
    tree: &KdTree,
    count: usize,
    progress: &dyn Progress,
) -> Result<Vec<Near>, Error> {
    let leaves = tree.leaves();
    let total = leaves.len() as u64;
    let parts = leaves.par_iter().enumerate().map(|(done, &leaf)| {
        if progress.cancelled() {
            return Err(Error::Cancelled);
        }
        let mut nearest = Nearest::new(tree, leaf, count);
        tree.visit(leaf, &mut nearest);
        progress.tick(done as u64 + 1, total);
        Ok(nearest
            .found
            .into_iter()
            .flat_map(|found| found.sorted(count))
            .collect::<Vec<_>>())
    });
    let parts = parts.collect::<Result<Vec<_>, Error>>()?;
    Ok(parts.concat())
}

/// The nearest rows of one so far, in no order, among some that are further: choosing from many at once is cheaper
/// than keeping an order.
struct Found {
    near: Vec<Near>,
    /// The squared distance from which on a row is of no use; infinite while there are fewer than asked for.
    reach: f64,
}

impl Found {
    /// Keeps the rows from `first` on that are within reach.
    fn offer(&mut self, count: usize, first: usize, squared: &[f64]) {
        for (place, &squared) in (first..).zip(squared) {
            if squared < self.reach {
                self.near.push(Near::new(squared, place));
            }
        }
        let begins = self.reach == f64::INFINITY && self.near.len() >= count;
        if begins || self.near.len() >= most(count) {
            let (_, farthest, _) = self.near.select_nth_unstable(count - 1);
            self.reach = farthest.squared();
            self.near.truncate(count);
        }
    }

    fn sorted(mut self, count: usize) -> Vec<Near> {
        self.near.sort_unstable();
        self.near.truncate(count);
        self.near
    }
}

/// Rows kept before the nearest of them are chosen.
fn most(count: usize) -> usize {
    count + count / 2 + 4
}

/// The nearest neighbours of a leaf's rows so far.
struct Nearest<'a> {
    tree: &'a KdTree,
    leaf: usize,
    places: Range<usize>,
    count: usize,
    /// For each of the places, its nearest.
    found: Vec<Found>,
    limit: f64,
}

impl<'a> Nearest<'a> {
    fn new(tree: &'a KdTree, leaf: usize, count: usize) -> Self {
        let places = tree.places(leaf);
        let empty = |_| Found {
            near: Vec::with_capacity(most(count) + LEAF),
            reach: f64::INFINITY,
        };
        Self {
            tree,
            found: places.clone().map(empty).collect(),
            leaf,
            places,
            count,
            limit: f64::INFINITY,
        }
    }
}

impl Search for Nearest<'_> {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn skips(&self, _node: usize) -> bool {
        false
    }

    fn look(&mut self, leaf: usize) {
        let others = self.tree.places(leaf);
        let mut squared = [f64::INFINITY; LEAF];
        let mut gaps = [0.0; LEAF];
        self.tree
            .gaps_from(self.leaf, leaf, &mut gaps[..self.places.len()]);
        self.limit = 0.0;
        let each = self.places.clone().zip(&mut self.found).zip(gaps);
        for ((place, found), gap) in each {
            if gap < found.reach {
                self.tree
                    .squared_distances(place, leaf, &mut squared[..others.len()]);
                if leaf == self.leaf {
                    // A row is not its own neighbour.
                    squared[place - others.start] = f64::INFINITY;
                }
                if least(&squared) < found.reach {
                    found.offer(self.count, others.start, &squared[..others.len()]);
                }
            }
            self.limit = self.limit.max(found.reach);
        }
    }
}

/// The least of a leaf's squared distances; those past its rows are infinite.
pub(super) fn least(squared: &[f64; LEAF]) -> f64 {
    let lesser = |x: f64, y: f64| if x < y { x } else { y };
    let mut lanes = [f64::INFINITY; 8];
    for eight in squared.as_chunks::<8>().0 {
        for (lane, &value) in lanes.iter_mut().zip(eight) {
            *lane = lesser(*lane, value);
        }
    }
    lanes.into_iter().fold(f64::INFINITY, lesser)
}
