//! Which clusters of the tree are taken: no two of them one within the other.
//!
//! Holds the choice only. All rows together are never taken.

use super::condensed::Node;

/// How clusters within one another are chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Those of greatest stability in sum, larger ones first among equals (the optimal
    /// selection of the paper of 2013, by excess of mass).
    ExcessOfMass,
    /// Those that hold no other: many, small and alike in size.
    Leaf,
}

/// For each cluster the one taken that holds it, itself or one that it is a part of.
pub(super) fn choose(clusters: &[Node], selection: Selection) -> Vec<Option<u32>> {
    let mut within = vec![0.0; clusters.len()];
    let mut worth_it = vec![false; clusters.len()];
    for (cluster, node) in clusters.iter().enumerate().skip(1).rev() {
        worth_it[cluster] = match selection {
            Selection::Leaf => !node.splits,
            Selection::ExcessOfMass => node.stability >= within[cluster],
        };
        let best = node.stability.max(within[cluster]);
        within[node.parent as usize] += best;
    }
    let mut chosen: Vec<Option<u32>> = vec![None; clusters.len()];
    for (cluster, node) in clusters.iter().enumerate().skip(1) {
        let own = worth_it[cluster].then_some(cluster as u32);
        chosen[cluster] = chosen[node.parent as usize].or(own);
    }
    chosen
}
