//! Telling rows by a diagonal linear discriminant: to which cluster's mean a row is nearest, each column
//! in deviations inside clusters, with the row left out of its own cluster's mean.
//!
//! Counts how many are told right. Which columns take part is the caller's.

use numeric::{MatrixView, chunks};

use super::Spread;

/// Of the squared deviations of a column, the least that is taken to be inside clusters: a column that
/// tells clusters without error would otherwise divide by 0.
const WITHIN_MIN: f64 = 1e-12;

pub(super) struct Telling<'a> {
    spread: &'a Spread,
    /// For each column, one over the variance inside clusters; 0 for a constant column.
    weights: Vec<f64>,
}

impl<'a> Telling<'a> {
    pub fn new(spread: &'a Spread) -> Self {
        let degrees = spread.all.rows - spread.groups.len() as f64;
        let weight = |column: usize| {
            let least = WITHIN_MIN * spread.all.squares[column];
            let variance = spread.within[column].max(least) / degrees;
            if spread.constant[column] || !variance.is_normal() {
                0.0
            } else {
                1.0 / variance
            }
        };
        let weights = (0..spread.constant.len()).map(weight).collect();
        Self { spread, weights }
    }

    /// For each of `sets` ways to add up columns, the share of each cluster's rows that are told to be its;
    /// of equally near clusters the lowest is told. `add_up` gets each column's part of a squared distance
    /// and fills the distance of every set.
    pub fn recalls(
        &self,
        data: MatrixView<'_>,
        sets: usize,
        add_up: impl Fn(&[f64], &mut [f64]) + Sync,
    ) -> Vec<Vec<f64>> {
        let (groups, own) = (&self.spread.groups, &self.spread.grouping.group);
        let counted = chunks::map(data.rows(), |range| {
            let mut hits = vec![0usize; sets * groups.len()];
            let mut parts = vec![0.0; data.cols()];
            let mut distances = vec![0.0; sets];
            let mut nearest = vec![(0, f64::INFINITY); sets];
            for row in range {
                nearest.fill((0, f64::INFINITY));
                for (group, moments) in groups.iter().enumerate() {
                    // Without the row, the mean is further away by this. A lone row has no mean left.
                    let factor = if group == own[row] {
                        moments.rows / (moments.rows - 1.0)
                    } else {
                        1.0
                    };
                    if factor.is_infinite() {
                        continue;
                    }
                    let columns = data.row(row).iter().zip(&moments.mean).zip(&self.weights);
                    for (part, ((value, mean), weight)) in parts.iter_mut().zip(columns) {
                        let apart = (value - mean) * factor;
                        *part = apart * apart * weight;
                    }
                    add_up(&parts, &mut distances);
                    for (nearest, &distance) in nearest.iter_mut().zip(&distances) {
                        if distance < nearest.1 {
                            *nearest = (group, distance);
                        }
                    }
                }
                for (set, &(group, distance)) in nearest.iter().enumerate() {
                    if group == own[row] && distance.is_finite() {
                        hits[set * groups.len() + group] += 1;
                    }
                }
            }
            hits
        });
        let mut hits = vec![0; sets * groups.len()];
        for part in counted {
            for (hits, part) in hits.iter_mut().zip(part) {
                *hits += part;
            }
        }
        let recalls = |hits: &[usize]| {
            let pairs = hits.iter().zip(groups);
            pairs
                .map(|(&hits, group)| hits as f64 / group.rows)
                .collect()
        };
        hits.chunks_exact(groups.len()).map(recalls).collect()
    }
}
