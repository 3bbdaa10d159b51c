//! Clusters from a spanning tree: which of its edges to leave out.
//!
//! Holds three rules over the same sorted edges: the longest (single linkage), the longest that leave
//! large clusters, and Genie's. Distances were taken when the tree was made; none is taken here.

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

/// Genie: joins along the shortest edge while the sizes of the clusters are even enough, else along the
/// shortest one from a smallest cluster; uneven is a Gini index above `gini_max` (M. Gagolewski,
/// M. Bartoszuk, A. Cena, "Genie: A new, fast, and outlier-resistant hierarchical clustering algorithm",
/// Inf. Sci. 363, 2016).
pub(super) fn genie(rows: usize, edges: &[Edge], clusters: usize, gini_max: f64) -> Vec<u32> {
    let mut sets = Sets::new(rows);
    let mut sizes = Sizes::new(rows);
    let mut left: Vec<usize> = (0..edges.len()).collect();
    let mut used = vec![false; edges.len()];
    let (mut first, mut gone) = (0, 0);
    for _ in 0..rows - clusters {
        while used[left[first]] {
            first += 1;
        }
        let mut place = left[first];
        if sizes.gini() > gini_max {
            let smallest = sizes.smallest();
            let touches = |&&edge: &&usize| {
                let Edge { a, b, .. } = edges[edge];
                !used[edge]
                    && [a, b].into_iter().any(|row| {
                        let root = sets.find(row);
                        sets.size(root) as usize == smallest
                    })
            };
            // A tree that is not used up leads out of every cluster.
            place = left[first..].iter().find(touches).copied().unwrap_or(place);
        }
        used[place] = true;
        gone += 1;
        if gone > left.len() / 2 {
            left.retain(|&edge| !used[edge]);
            (first, gone) = (0, 0);
        }
        let (a, b) = (sets.find(edges[place].a), sets.find(edges[place].b));
        sizes.join(sets.size(a) as usize, sets.size(b) as usize);
        sets.join(a, b);
    }
    sets.labels()
}

/// How many clusters there are of each size.
struct Sizes {
    rows: usize,
    clusters: usize,
    counts: BTreeMap<usize, usize>,
}

impl Sizes {
    fn new(rows: usize) -> Self {
        Self {
            rows,
            clusters: rows,
            counts: BTreeMap::from([(1, rows)]),
        }
    }

    fn smallest(&self) -> usize {
        self.counts.keys().next().copied().unwrap_or(0)
    }

    /// Gini index of the sizes: 0 all alike, 1 all rows in one of many (Gagolewski and others, equation
    /// 2).
    fn gini(&self) -> f64 {
        if self.clusters < 2 {
            return 0.0;
        }
        let (mut behind, mut sum) = (0i64, 0i64);
        for (&size, &count) in &self.counts {
            // Σ (2 rank - clusters - 1) over the ranks behind + 1 to behind + count.
            let count = count as i64;
            let ranks = count * (2 * behind + count - self.clusters as i64);
            sum += size as i64 * ranks;
            behind += count;
        }
        sum as f64 / ((self.clusters as f64 - 1.0) * self.rows as f64)
    }

    fn join(&mut self, a: usize, b: usize) {
        for size in [a, b] {
            if let Some(count) = self.counts.get_mut(&size) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&size);
                }
            }
        }
        *self.counts.entry(a + b).or_default() += 1;
        self.clusters -= 1;
    }
}

fn join_first(rows: usize, edges: &[Edge], count: usize) -> Vec<u32> {
    let mut sets = Sets::new(rows);
    for edge in &edges[..count] {
        let (a, b) = (sets.find(edge.a), sets.find(edge.b));
        sets.join(a, b);
    }
    sets.labels()
}
