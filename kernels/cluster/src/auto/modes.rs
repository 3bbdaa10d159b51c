//! Clusters as hills of density: rows climb to the peak above them, and the least prominent peaks give
//! way until the number asked for is left.
//!
//! Method: F. Chazal, L. J. Guibas, S. Y. Oudot, P. Skraba, "Persistence-Based Clustering in Riemannian
//! Manifolds", J. ACM 60, 2013. Prominence is a difference of logarithms of density, so what counts is
//! how many times denser the peak is than the pass to a higher one.

use super::graph::Graph;
use crate::sets::Sets;

/// A peak that ends at a pass to a higher one.
struct Pass {
    prominence: f64,
    /// The peak that ends, and one that goes on, as rows.
    peak: u32,
    higher: u32,
}

/// Labels for `clusters` clusters: fewer where the graph has fewer peaks, more where it falls into more
/// pieces, since peaks that nothing joins to a higher one are never given up.
pub(super) fn labels(graph: &Graph, densities: &[f64], clusters: usize) -> Vec<u32> {
    let rows = densities.len();
    let joined = graph.both_ways();
    let mut order: Vec<u32> = (0..rows as u32).collect();
    order.sort_by(|&a, &b| {
        densities[b as usize]
            .total_cmp(&densities[a as usize])
            .then(a.cmp(&b))
    });
    let mut rank = vec![0u32; rows];
    for (place, &row) in order.iter().enumerate() {
        rank[row as usize] = place as u32;
    }
    // From the top down: a row joins the basin of its highest neighbour; where it joins several, the
    // lower peaks end there.
    let mut basin: Vec<u32> = (0..rows as u32).collect();
    let mut peak: Vec<u32> = (0..rows as u32).collect();
    let mut flooded = Sets::new(rows);
    let mut passes = Vec::new();
    for &row in &order {
        let above = |&&other: &&u32| rank[other as usize] < rank[row as usize];
        let others = &joined[row as usize];
        let highest = others
            .iter()
            .filter(above)
            .min_by_key(|&&other| rank[other as usize]);
        let Some(&highest) = highest else { continue };
        basin[row as usize] = basin[highest as usize];
        for &other in others.iter().filter(above) {
            let (here, there) = (flooded.find(row), flooded.find(other));
            if here == there {
                continue;
            }
            let (mut up, mut down) = (peak[here as usize], peak[there as usize]);
            if rank[down as usize] < rank[up as usize] {
                (up, down) = (down, up);
            }
            // The row itself is no peak.
            if down != row {
                passes.push(Pass {
                    prominence: densities[down as usize] - densities[row as usize],
                    peak: down,
                    higher: up,
                });
            }
            let root = flooded.join(here, there);
            peak[root as usize] = up;
        }
    }
    merge(&basin, passes, clusters)
}

/// Joins peaks over the least prominent passes first, until `clusters` are left.
fn merge(basin: &[u32], mut passes: Vec<Pass>, clusters: usize) -> Vec<u32> {
    let peaks = (0..basin.len())
        .filter(|&row| basin[row] == row as u32)
        .count();
    passes.sort_by(|a, b| {
        a.prominence
            .total_cmp(&b.prominence)
            .then(a.peak.cmp(&b.peak))
    });
    let mut sets = Sets::new(basin.len());
    for pass in passes.iter().take(peaks.saturating_sub(clusters)) {
        let (a, b) = (sets.find(pass.peak), sets.find(pass.higher));
        sets.join(a, b);
    }
    basin.iter().map(|&peak| sets.find(peak)).collect()
}
