//! How well the borders of a clustering run where rows are few.
//!
//! Holds the one score that compares the labels of every method. It knows no method and no shape of
//! clusters.

use super::graph::Graph;

/// What a clustering's borders cost: 0 where no border cuts the graph, up to 1. Mean over the clusters
/// of the mean over their rows of √(share of the row's edges that leave the cluster) × (share of the
/// cluster's rows that are no denser than the row).
///
/// The first factor is a normalised cut (J. Shi, J. Malik, "Normalized Cuts and Image Segmentation",
/// IEEE PAMI 22, 2000): it punishes clusters that are little more than border, such as a few outliers.
/// The root makes a row that is half across count for more than half. The second asks whether a border
/// follows a valley: its rows then are the sparse ones of their own cluster, however dense the cluster
/// is. A border through the middle of a cluster cuts dense rows, too. Because every cluster counts alike
/// and is measured in shares, neither sizes, units nor densities of clusters matter.
pub(super) fn cost(graph: &Graph, densities: &[f64], labels: &[u32], clusters: usize) -> f64 {
    let rows = labels.len();
    let mut leaving = vec![0.0; rows];
    for row in 0..rows {
        for place in row * graph.count..(row + 1) * graph.count {
            let other = graph.neighbours[place] as usize;
            if labels[row] != labels[other] {
                leaving[row] += graph.weights[place];
                leaving[other] += graph.weights[place];
            }
        }
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); clusters];
    for (row, &label) in labels.iter().enumerate() {
        members[label as usize].push(row);
    }
    let mut total = 0.0;
    for members in &mut members {
        members.sort_by(|&a, &b| densities[a].total_cmp(&densities[b]).then(a.cmp(&b)));
        let size = members.len() as f64;
        let mut sum = 0.0;
        for (place, &row) in members.iter().enumerate() {
            let share = leaving[row] / graph.degrees[row];
            sum += share.sqrt() * (place + 1) as f64 / size;
        }
        total += sum / size;
    }
    total / clusters as f64
}
