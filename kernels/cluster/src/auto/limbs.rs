//! Clusters from a spanning tree whose longest edges are left out where both sides are large.
//!
//! Holds the cutting alone. Distances were taken when the tree was made; none is taken here.

use crate::spanning::Edge;

/// Labels for `clusters` clusters: from the longest edge on, each is left out if `size_min` rows or more
/// remain on either side of it. Rows far from others stay with what they hang on, and clusters may be of
/// any density, since no one length parts them all. Nothing where too few edges can be left out.
///
/// Method: M. Gagolewski, "Lumbermark" (package lumbermark, 2025), without its trimming of leaves.
pub(super) fn labels(
    rows: usize,
    edges: &[Edge],
    clusters: usize,
    size_min: usize,
) -> Option<Vec<u32>> {
    let mut tree = Tree::new(rows, edges);
    let mut left = clusters - 1;
    for edge in (0..edges.len()).rev() {
        if left == 0 {
            break;
        }
        left -= usize::from(tree.cut(edge, size_min));
    }
    (left == 0).then(|| tree.labels())
}

/// A tree of rows with a root, and the limbs cut off from it.
struct Tree {
    /// Rows, each after the one it hangs on.
    order: Vec<u32>,
    /// For each row, the one it hangs on; the root hangs on itself.
    above: Vec<u32>,
    /// For each edge, its lower row.
    lower: Vec<u32>,
    /// Rows that hang on each row, itself among them, up to the next cut.
    size: Vec<usize>,
    /// Whether the edge above the row is cut.
    cut: Vec<bool>,
}

impl Tree {
    fn new(rows: usize, edges: &[Edge]) -> Self {
        let mut joined: Vec<Vec<(u32, u32)>> = vec![Vec::new(); rows];
        for (place, edge) in (0..).zip(edges) {
            joined[edge.a as usize].push((edge.b, place));
            joined[edge.b as usize].push((edge.a, place));
        }
        let mut tree = Self {
            order: vec![0],
            above: vec![0; rows],
            lower: vec![0; edges.len()],
            size: vec![1; rows],
            cut: vec![false; rows],
        };
        let mut at = 0;
        while let Some(&row) = tree.order.get(at) {
            for &(other, edge) in &joined[row as usize] {
                if other != tree.above[row as usize] {
                    tree.above[other as usize] = row;
                    tree.lower[edge as usize] = other;
                    tree.order.push(other);
                }
            }
            at += 1;
        }
        for &row in tree.order[1..].iter().rev() {
            tree.size[tree.above[row as usize] as usize] += tree.size[row as usize];
        }
        tree
    }

    /// Cuts the edge if this leaves so many rows on both sides.
    fn cut(&mut self, edge: usize, size_min: usize) -> bool {
        let limb = self.lower[edge] as usize;
        if self.size[limb] < size_min {
            return false;
        }
        let mut top = self.above[limb] as usize;
        while !self.cut[top] && self.above[top] as usize != top {
            top = self.above[top] as usize;
        }
        if self.size[top] - self.size[limb] < size_min {
            return false;
        }
        let size = self.size[limb];
        let mut at = limb;
        while at != top {
            at = self.above[at] as usize;
            self.size[at] -= size;
        }
        self.cut[limb] = true;
        true
    }

    /// Parts are numbered from the root on.
    fn labels(&self) -> Vec<u32> {
        let mut labels = vec![0; self.order.len()];
        let mut parts = 1;
        for &row in &self.order[1..] {
            let row = row as usize;
            labels[row] = if self.cut[row] {
                parts += 1;
                parts - 1
            } else {
                labels[self.above[row] as usize]
            };
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Rows along a line at these places, joined one after another.
    fn line(places: &[f64]) -> Vec<Edge> {
        let mut edges: Vec<Edge> = (0..)
            .zip(places.windows(2))
            .map(|(at, pair)| Edge {
                a: at,
                b: at + 1,
                length: pair[1] - pair[0],
            })
            .collect();
        edges.sort_by(|a, b| a.length.total_cmp(&b.length));
        edges
    }

    #[test]
    fn the_far_few_stay_with_the_next_and_densities_may_differ() {
        // Three dense rows, three four apart, then two outliers; the tree hangs on its first row.
        let edges = line(&[0.0, 0.1, 0.2, 1.2, 5.2, 9.2, 50.0, 99.0]);
        let labels = labels(8, &edges, 2, 3).unwrap();
        assert_eq!(labels, [0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(super::labels(8, &edges, 2, 1).unwrap()[7], 1);
        assert_eq!(super::labels(8, &edges, 3, 3), None);
    }

    #[test]
    fn sizes_are_those_of_what_is_left_after_earlier_cuts() {
        let edges = line(&[0.0, 1.0, 9.0, 10.0, 16.0, 17.0]);
        assert_eq!(labels(6, &edges, 3, 2).unwrap(), [0, 0, 1, 1, 2, 2]);
        assert_eq!(labels(6, &edges, 4, 2), None);
    }
}
