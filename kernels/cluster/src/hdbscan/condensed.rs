//! The tree of clusters: from all rows down, a cluster loses rows as the density asked for grows, until it
//! falls into several clusters or into none (the hierarchy of the paper of 2013, condensed as in that of
//! 2017).
//!
//! Holds the tree and the measures of its clusters. Densities are one by distance. Nothing is chosen here.

use crate::linkage::Dendrogram;

/// A cluster of the tree; the first is all rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The cluster that it is a part of; the first is its own.
    pub parent: u32,
    /// The density at which it separates from others.
    pub birth: f64,
    /// The greatest density at which a row leaves it, alone or with a part of it.
    pub death: f64,
    /// The sum over its rows of the density from birth until they leave.
    pub stability: f64,
    /// Whether it falls into other clusters.
    pub splits: bool,
}

/// Where a row is last in a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leaving {
    pub cluster: u32,
    /// The density at which it leaves it.
    pub density: f64,
}

/// The tree and its rows.
pub(super) struct Condensed {
    /// Every cluster comes after the one that it is a part of.
    pub clusters: Vec<Node>,
    pub rows: Vec<Leaving>,
}

impl Condensed {
    /// The clusters of at least `size` rows in a tree of single linkage.
    pub fn new(tree: &Dendrogram, size: usize) -> Self {
        let nowhere = Leaving {
            cluster: 0,
            density: 0.0,
        };
        let mut condensed = Self {
            clusters: Vec::new(),
            rows: vec![nowhere; tree.rows()],
        };
        let (order, starts) = (tree.order(), tree.starts());
        condensed.open(0, 0.0);
        let mut open = vec![((starts.len() - 1) as u32, 0)];
        let mut parts = Vec::new();
        while let Some((node, cluster)) = open.pop() {
            let height = tree.height(node);
            let density = 1.0 / height;
            parts.clear();
            fall_apart(tree, node, height, &mut parts);
            let large = |part: &u32| tree.size(*part) as usize >= size;
            let splits = parts.iter().filter(|part| large(part)).count() > 1;
            for &part in &parts {
                let rows = tree.size(part);
                if !large(&part) {
                    let from = starts[part as usize] as usize;
                    for &row in &order[from..from + rows as usize] {
                        condensed.rows[row] = Leaving { cluster, density };
                    }
                } else if !splits {
                    open.push((part, cluster));
                    continue;
                } else {
                    let number = condensed.open(cluster, density);
                    open.push((part, number));
                }
                let left = &mut condensed.clusters[cluster as usize];
                left.stability += f64::from(rows) * (density - left.birth);
                left.death = left.death.max(density);
                left.splits |= splits;
            }
        }
        condensed
    }

    fn open(&mut self, parent: u32, birth: f64) -> u32 {
        self.clusters.push(Node {
            parent,
            birth,
            death: 0.0,
            stability: 0.0,
            splits: false,
        });
        self.clusters.len() as u32 - 1
    }

    /// For each cluster the greatest density at which a row leaves it or a cluster in it.
    pub fn deepest(&self) -> Vec<f64> {
        let mut deepest: Vec<f64> = self.clusters.iter().map(|node| node.death).collect();
        for (cluster, node) in self.clusters.iter().enumerate().rev() {
            let own = deepest[cluster];
            let above = &mut deepest[node.parent as usize];
            *above = above.max(own);
        }
        deepest
    }
}

/// Collects what a node of the tree falls into when all merges at its height are undone.
fn fall_apart(tree: &Dendrogram, node: u32, height: f64, parts: &mut Vec<u32>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match tree.merge(node) {
            Some(merge) if merge.height >= height => open.extend([merge.second, merge.first]),
            _ => parts.push(node),
        }
    }
}
