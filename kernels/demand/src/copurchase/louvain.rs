//! Clusters of a weighted graph by moving nodes while modularity grows, at ever larger scales.
//!
//! Method: V. D. Blondel and others, "Fast unfolding of communities in large networks", J. Stat. Mech. 2008,
//! with the resolution of J. Reichardt, S. Bornholdt, Phys. Rev. E 74, 2006. Nodes are visited in order of
//! number and ties go to the lowest cluster, so nothing is random.

use std::collections::BTreeMap;

use numeric::Progress;

use crate::Error;

/// Gains that are no more than rounding, as a share of all ties.
const GAIN_MIN: f64 = 1e-12;

/// Ties of each node; a tie stands at both of its ends, a tie of a node with itself once, with the weight it
/// has from both.
pub(super) struct Graph {
    ties: Vec<Vec<(usize, f64)>>,
    degrees: Vec<f64>,
    total: f64,
}

impl Graph {
    pub fn new(ties: Vec<Vec<(usize, f64)>>) -> Self {
        let degree = |ties: &Vec<(usize, f64)>| ties.iter().map(|(_, weight)| weight).sum();
        let degrees: Vec<f64> = ties.iter().map(degree).collect();
        Self {
            total: degrees.iter().sum(),
            ties,
            degrees,
        }
    }

    /// The cluster of each node, numbered by first node.
    pub fn clusters(
        &self,
        resolution: f64,
        max_rounds: usize,
        progress: &dyn Progress,
    ) -> Result<Vec<usize>, Error> {
        let mut labels = self.moved(resolution, max_rounds);
        let mut scale = 1;
        loop {
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            // Each scale has fewer nodes; nobody knows how many there will be.
            progress.tick(scale, scale + 1);
            scale += 1;
            let coarse = self.joined(&labels);
            let next = coarse.moved(resolution, max_rounds);
            if next.iter().enumerate().all(|(node, &label)| node == label) {
                return Ok(labels);
            }
            for label in &mut labels {
                *label = next[*label];
            }
        }
    }

    /// `Σ (ties within - resolution × degree² / all ties) / all ties` over clusters.
    pub fn modularity(&self, labels: &[usize], resolution: f64) -> f64 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let clusters = labels.iter().max().map_or(0, |last| last + 1);
        let mut degrees = vec![0.0; clusters];
        let mut within = 0.0;
        for (node, ties) in self.ties.iter().enumerate() {
            degrees[labels[node]] += self.degrees[node];
            let inside = ties
                .iter()
                .filter(|(other, _)| labels[*other] == labels[node]);
            within += inside.map(|(_, weight)| weight).sum::<f64>();
        }
        let chance: f64 = degrees.iter().map(|degree| degree * degree).sum();
        (within - resolution * chance / self.total) / self.total
    }

    /// Moves nodes until none gains; labels without gaps, by first node.
    fn moved(&self, resolution: f64, max_rounds: usize) -> Vec<usize> {
        let mut labels: Vec<usize> = (0..self.ties.len()).collect();
        let mut degrees = self.degrees.clone();
        for _ in 0..max_rounds {
            let mut still = true;
            for node in 0..self.ties.len() {
                let own = labels[node];
                degrees[own] -= self.degrees[node];
                let mut towards = BTreeMap::from([(own, 0.0)]);
                for &(other, weight) in self.ties[node].iter().filter(|(other, _)| *other != node) {
                    *towards.entry(labels[other]).or_insert(0.0) += weight;
                }
                let scale = resolution * self.degrees[node] / self.total.max(f64::MIN_POSITIVE);
                let worth = |label: usize, weight: f64| weight - scale * degrees[label];
                let stay = worth(own, towards[&own]);
                let (mut best, mut gain) = (own, GAIN_MIN * self.total);
                for (&label, &weight) in &towards {
                    if worth(label, weight) - stay > gain {
                        (best, gain) = (label, worth(label, weight) - stay);
                    }
                }
                degrees[best] += self.degrees[node];
                labels[node] = best;
                still &= best == own;
            }
            if still {
                break;
            }
        }
        let mut names = BTreeMap::new();
        for label in &mut labels {
            let next = names.len();
            *label = *names.entry(*label).or_insert(next);
        }
        labels
    }

    /// One node for each cluster.
    fn joined(&self, labels: &[usize]) -> Self {
        let clusters = labels.iter().max().map_or(0, |last| last + 1);
        let mut ties = vec![BTreeMap::new(); clusters];
        for (node, own) in self.ties.iter().enumerate() {
            for &(other, weight) in own {
                *ties[labels[node]].entry(labels[other]).or_insert(0.0) += weight;
            }
        }
        Self::new(
            ties.into_iter()
                .map(|ties| ties.into_iter().collect())
                .collect(),
        )
    }
}
