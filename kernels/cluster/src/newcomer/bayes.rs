//! The attributes usual in each cluster, and how likely a newcomer's are in each.
//!
//! Naive Bayes: attributes are taken to be independent within a cluster, numbers normal, categories by
//! their shares; what is not known is passed over (T. Hastie, R. Tibshirani, J. Friedman, "The Elements of
//! Statistical Learning", 2009, section 6.6.3). An attribute's weight is the power of its part (H. Zhang,
//! S. Sheng, "Learning Weighted Naive Bayes with Accurate Ranking", ICDM 2004). Independence makes it too sure of
//! itself, which the trial tempers.

use std::collections::BTreeMap;

use super::{Kind, attributes::Attributes};
use crate::grouping::Grouping;

/// Of the squared range of a number, the least variance it is given.
const VARIANCE_MIN: f64 = 1e-9;

/// What is usual in each cluster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    groups: usize,
    columns: Vec<Column>,
}

/// One attribute in all clusters.
#[derive(Debug, Clone, PartialEq)]
enum Column {
    Numbers(Vec<Normal>),
    /// For each category, in order of code, its members in each cluster; and the members of each cluster
    /// that have any.
    Categories(BTreeMap<u64, Vec<usize>>, Vec<usize>),
}

/// A number in one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Normal {
    known: usize,
    mean: f64,
    squares: f64,
}

impl Normal {
    /// B. P. Welford, Technometrics 4, 1962.
    fn add(&mut self, value: f64) {
        self.known += 1;
        let apart = value - self.mean;
        self.mean += apart / self.known as f64;
        self.squares += apart * (value - self.mean);
    }

    /// The same backwards, for a value that was added.
    fn without(self, value: f64) -> Self {
        if self.known < 2 {
            return Self::default();
        }
        let known = self.known - 1;
        let mean = self.mean - (value - self.mean) / known as f64;
        let squares = self.squares - (value - self.mean) * (value - mean);
        Self {
            known,
            mean,
            squares: squares.max(0.0),
        }
    }
}

impl Model {
    pub fn new(attributes: &Attributes, grouping: &Grouping) -> Self {
        let groups = grouping.ids.len();
        let column = |(col, kind): (usize, &Kind)| {
            let known = (0..attributes.rows)
                .map(|row| (attributes.row(row)[col], grouping.group[row]))
                .filter(|(value, _)| !value.is_nan());
            match kind {
                Kind::Number => {
                    let mut normals = vec![Normal::default(); groups];
                    known.for_each(|(value, group)| normals[group].add(value));
                    Column::Numbers(normals)
                }
                Kind::Category => {
                    let (mut counts, mut sizes) = (BTreeMap::new(), vec![0; groups]);
                    for (value, group) in known {
                        counts.entry(code(value)).or_insert_with(|| vec![0; groups])[group] += 1;
                        sizes[group] += 1;
                    }
                    Column::Categories(counts, sizes)
                }
            }
        };
        Self {
            groups,
            columns: attributes.kinds.iter().enumerate().map(column).collect(),
        }
    }

    /// For each cluster, the logarithm of how likely the row's attributes are there. `own` is the cluster
    /// that the row itself was counted in, whose count is taken back.
    pub fn logs(&self, attributes: &Attributes, row: &[f64], own: Option<usize>) -> Vec<f64> {
        let mut logs = vec![0.0; self.groups];
        let weighted = attributes
            .weights
            .iter()
            .filter(|&&weight| weight > 0.0)
            .count();
        for (col, column) in self.columns.iter().enumerate() {
            // Mean weight 1: even weights are plain naive Bayes.
            let weight = attributes.weights[col] * weighted as f64;
            if row[col].is_nan() || weight == 0.0 {
                continue;
            }
            let likely = match column {
                Column::Numbers(normals) => numbers(normals, row[col], attributes.ranges[col], own),
                Column::Categories(counts, sizes) => categories(counts, sizes, row[col], own),
            };
            for (log, likely) in logs.iter_mut().zip(likely) {
                *log += weight * likely;
            }
        }
        logs
    }
}

/// Logarithm of the normal density in each cluster. Its variance gets one member's worth of the pooled
/// variance, so that a cluster of one or two has one; a cluster without the attribute has that of all.
fn numbers(normals: &[Normal], value: f64, range: f64, own: Option<usize>) -> Vec<f64> {
    let kept: Vec<Normal> = normals
        .iter()
        .enumerate()
        .map(|(group, normal)| {
            if own == Some(group) {
                normal.without(value)
            } else {
                *normal
            }
        })
        .collect();
    let known = kept.iter().map(|normal| normal.known).sum::<usize>() as f64;
    let least = VARIANCE_MIN * range * range;
    if known == 0.0 || !least.is_normal() {
        return vec![0.0; kept.len()];
    }
    let inside: f64 = kept.iter().map(|normal| normal.squares).sum();
    let mean = kept
        .iter()
        .map(|normal| normal.mean * normal.known as f64)
        .sum::<f64>()
        / known;
    let apart = |normal: &Normal| normal.known as f64 * (normal.mean - mean).powi(2);
    let total = inside + kept.iter().map(apart).sum::<f64>();
    let pooled = (inside / known).max(least);
    let density = |normal: &Normal| {
        let (mean, variance) = if normal.known == 0 {
            (mean, (total / known).max(least))
        } else {
            let variance = (normal.squares + pooled) / (normal.known as f64 + 1.0);
            (normal.mean, variance.max(least))
        };
        -0.5 * (variance.ln() + (value - mean).powi(2) / variance)
    };
    kept.iter().map(density).collect()
}

/// Logarithm of the category's share in each cluster, one member added to each by the shares in all. A
/// category that nobody has says nothing.
fn categories(
    counts: &BTreeMap<u64, Vec<usize>>,
    sizes: &[usize],
    value: f64,
    own: Option<usize>,
) -> Vec<f64> {
    let Some(counts) = counts.get(&code(value)) else {
        return vec![0.0; sizes.len()];
    };
    let less = usize::from(own.is_some());
    let (having, known) = (
        counts.iter().sum::<usize>() - less,
        sizes.iter().sum::<usize>() - less,
    );
    if having == 0 {
        return vec![0.0; sizes.len()];
    }
    let share = having as f64 / known as f64;
    let of_group = |(group, (&count, &size)): (usize, (&usize, &usize))| {
        let less = usize::from(own == Some(group));
        (((count - less) as f64 + share) / ((size - less) as f64 + 1.0)).ln()
    };
    counts.iter().zip(sizes).enumerate().map(of_group).collect()
}

/// A category's code as a key; both zeros are one.
fn code(value: f64) -> u64 {
    (value + 0.0).to_bits()
}
