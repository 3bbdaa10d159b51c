//! What is near what: the neighbours of each row, as a graph with weights, and how dense it is there.
//!
//! Holds the graph alone; what is made of it (modes, borders) has files of its own.

use crate::spanning::Neighbours;

/// Least weight of an edge.
const WEIGHT_MIN: f64 = 1e-9;

/// Rows joined to their nearest other rows.
pub(super) struct Graph {
    /// Neighbours of each row.
    pub count: usize,
    /// `count` rows for each row, nearest first.
    pub neighbours: Vec<u32>,
    /// For each of these, how near it is as the neighbour sees it: 1 where it is within the neighbour's
    /// own reach, less with the square of the distance beyond. So a row far from everything is not
    /// joined to a dense cluster by being nearest to it.
    pub weights: Vec<f64>,
    /// For each row, the sum of weights that go out from and come into it.
    pub degrees: Vec<f64>,
}

impl Graph {
    /// The graph of the first `count` neighbours of each row (of all where there are fewer).
    pub fn new(near: &Neighbours, count: usize) -> Self {
        let count = count.min(near.count);
        let rows = near.rows.len() / near.count;
        let reach: Vec<f64> = (0..rows)
            .map(|row| near.distances[row * near.count + count - 1])
            .collect();
        let mut graph = Self {
            count,
            neighbours: Vec::with_capacity(rows * count),
            weights: Vec::with_capacity(rows * count),
            degrees: vec![0.0; rows],
        };
        for row in 0..rows {
            for place in row * near.count..row * near.count + count {
                let (other, distance) = (near.rows[place], near.distances[place]);
                let reach = reach[other as usize];
                let weight = if distance <= reach {
                    1.0
                } else {
                    // Never 0, so that every row has some edge.
                    (reach / distance).powi(2).max(WEIGHT_MIN)
                };
                graph.neighbours.push(other);
                graph.weights.push(weight);
                graph.degrees[row] += weight;
                graph.degrees[other as usize] += weight;
            }
        }
        graph
    }

    /// For each row, all rows that it or that has it as a neighbour.
    pub fn both_ways(&self) -> Vec<Vec<u32>> {
        let mut joined = vec![Vec::with_capacity(2 * self.count); self.degrees.len()];
        for (row, others) in self.neighbours.chunks_exact(self.count).enumerate() {
            for &other in others {
                joined[row].push(other);
                joined[other as usize].push(row as u32);
            }
        }
        for others in &mut joined {
            others.sort_unstable();
            others.dedup();
        }
        joined
    }
}

/// For each row, how dense it is there: less the logarithm of the mean distance to its first `count`
/// neighbours (of all where there are fewer). Only its order and its differences mean something.
pub(super) fn densities(near: &Neighbours, count: usize) -> Vec<f64> {
    let count = count.min(near.count);
    near.distances
        .chunks_exact(near.count)
        .map(|distances| {
            let mean = distances[..count].iter().sum::<f64>() / count as f64;
            // Twins have no distance at all; they are as dense as numbers allow.
            -mean.max(f64::MIN_POSITIVE).ln()
        })
        .collect()
}
