//! Clusters from a spanning tree: which of its edges to leave out.
//!
//! Holds two rules over the sorted edges: the longest (single linkage), and the longest that leave large
//! clusters; Genie's is in `genie`. Distances were taken when the tree was made; none is taken here.

use std::collections::BTreeMap;

use crate::{sets::Sets, spanning::Edge};

/// Labels when `clusters` are left after joining along the shortest edges: single linkage.
pub(super) fn longest_cut(rows: usize, edges: &[Edge], clusters: usize) -> Vec<u32> {
    join_first(rows, edges, rows - clusters)
}

/// How many times longer the shortest edge that [`longest_cut`] leaves out is than the longest that it
/// keeps: infinite where the latter has no length.
pub(super) fn gap(edges: &[Edge], clusters: usize) -> f64 {
    let cut = edges.len() + 1 - clusters;
    match cut {
        0 => f64::INFINITY,
        _ => edges[cut].length / edges[cut - 1].length,
    }
}

/// Single linkage with noise left aside: of all lengths at which just `clusters` clusters have
/// `size_min` rows or more, the one at which these hold most rows. Rows outside of them get no label;
/// nothing where there is no such length.
pub(super) fn large_cut(
    rows: usize,
    edges: &[Edge],
    clusters: usize,
    size_min: usize,
) -> Option<Vec<Option<u32>>> {
    let mut sets = Sets::new(rows);
    let (mut large, mut held) = (0usize, 0usize);
    let mut best = None;
    for (place, edge) in edges.iter().enumerate() {
        let (a, b) = (sets.find(edge.a), sets.find(edge.b));
        for root in [a, b] {
            let size = sets.size(root) as usize;
            if size >= size_min {
                large -= 1;
                held -= size;
            }
        }
        let root = sets.join(a, b);
        let size = sets.size(root) as usize;
        if size >= size_min {
            large += 1;
            held += size;
        }
        if large == clusters && best.is_none_or(|(most, _)| held > most) {
            best = Some((held, place + 1));
        }
    }
    let (_, joined) = best?;
    let labels = join_first(rows, edges, joined);
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for &label in &labels {
        *sizes.entry(label).or_default() += 1;
    }
    let keep = |label: u32| (sizes[&label] >= size_min).then_some(label);
    Some(labels.into_iter().map(keep).collect())
}

fn join_first(rows: usize, edges: &[Edge], count: usize) -> Vec<u32> {
    let mut sets = Sets::new(rows);
    for edge in &edges[..count] {
        let (a, b) = (sets.find(edge.a), sets.find(edge.b));
        sets.join(a, b);
    }
    sets.labels()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Rows along a line at these places, joined one after another.
    fn line(places: &[f64]) -> Vec<Edge> {
        let mut edges: Vec<Edge> = places
            .windows(2)
            .enumerate()
            .map(|(at, pair)| Edge {
                a: at as u32,
                b: at as u32 + 1,
                length: pair[1] - pair[0],
            })
            .collect();
        edges.sort_by(|a, b| a.length.total_cmp(&b.length));
        edges
    }

    #[test]
    fn noise_is_left_aside_and_gaps_are_measured() {
        let edges = line(&[0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 13.0, 30.0]);
        assert_eq!(longest_cut(8, &edges, 2), [0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(gap(&edges, 3), 8.0);
        assert_eq!(gap(&edges, 8), f64::INFINITY);
        let labels = large_cut(8, &edges, 2, 2).unwrap();
        assert_eq!(labels[7], None);
        assert!(labels[..3].iter().all(|label| *label == labels[0]));
        assert!(labels[3..7].iter().all(|label| *label == labels[3]));
        assert!(labels[0].is_some() && labels[0] != labels[3]);
        assert_eq!(large_cut(8, &edges, 3, 3), None);
    }
}
