//! The nearest neighbours of every row, leaf by leaf.
//!
//! Holds the search for them and its result in the order of the tree.

use std::{collections::BinaryHeap, ops::Range};

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
            .flat_map(BinaryHeap::into_sorted_vec)
            .collect::<Vec<_>>())
    });
    let parts = parts.collect::<Result<Vec<_>, Error>>()?;
    Ok(parts.concat())
}

/// The nearest neighbours of a leaf's rows so far.
struct Nearest<'a> {
    tree: &'a KdTree,
    places: Range<usize>,
    count: usize,
    /// For each of the places, its nearest; the farthest of them on top.
    found: Vec<BinaryHeap<Near>>,
    limit: f64,
}

impl<'a> Nearest<'a> {
    fn new(tree: &'a KdTree, leaf: usize, count: usize) -> Self {
        let places = tree.places(leaf);
        Self {
            tree,
            found: places
                .clone()
                .map(|_| BinaryHeap::with_capacity(count))
                .collect(),
            places,
            count,
            limit: f64::INFINITY,
        }
    }

    /// The squared distance from which on a row is of no use to this one.
    fn reach(&self, of: usize) -> f64 {
        let found = &self.found[of];
        match found.peek() {
            Some(farthest) if found.len() == self.count => farthest.squared(),
            _ => f64::INFINITY,
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
        let mut squared = [0.0; LEAF];
        let squared = &mut squared[..others.len()];
        self.limit = 0.0;
        for (of, place) in self.places.clone().enumerate() {
            let mut reach = self.reach(of);
            if self.tree.gap_from(place, leaf) < reach {
                self.tree.squared_distances(place, leaf, squared);
                let found = &mut self.found[of];
                for (other, &squared) in others.clone().zip(&*squared) {
                    if squared < reach && other != place {
                        let near = Near::new(squared, other);
                        if found.len() < self.count {
                            found.push(near);
                        } else if let Some(mut farthest) = found.peek_mut() {
                            *farthest = near;
                        }
                        if let Some(farthest) = found.peek()
                            && found.len() == self.count
                        {
                            reach = farthest.squared();
                        }
                    }
                }
            }
            self.limit = self.limit.max(reach);
        }
    }
}
