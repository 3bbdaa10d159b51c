//! How alike two members are by their attributes.
//!
//! Gower's similarity: the weighted mean over attributes of `1 - |a - b| / range` for numbers, of 1 or 0
//! for categories (J. C. Gower, "A General Coefficient of Similarity and Some of Its Properties",
//! Biometrics 27, 1971). Gower passes over attributes that either of the two lacks, so whoever
//! tells least is most alike by luck; here what a member lacks counts as the mean likeness of those that
//! have it. What the newcomer lacks is passed over: it is the same for all.

use super::{Kind, attributes::Attributes};
use crate::grouping::Grouping;

/// A member and how alike it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    /// Its row among the members learned from.
    pub row: usize,
    /// 0 to 1.
    pub similarity: f64,
    /// Weight of the attributes that both have, of all attributes: 0 to 1.
    pub compared: f64,
}

/// How alike a newcomer is to the members in one attribute, means over those that have it; none where the newcomer
/// lacks it, it has no weight, or no such member has it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeLikeness {
    /// To all members, 0 to 1.
    pub all: Option<f64>,
    /// To those of each cluster, in order of its id.
    pub clusters: Vec<Option<f64>>,
}

/// The likeness of a newcomer to members by attribute and cluster.
pub(super) fn by_attribute(
    attributes: &Attributes,
    grouping: &Grouping,
    newcomer: &[f64],
) -> Vec<AttributeLikeness> {
    let groups = grouping.ids.len();
    let mut sums = vec![(0.0, 0usize); newcomer.len() * groups];
    for row in 0..attributes.rows {
        for (col, likeness) in likenesses(attributes, newcomer, row) {
            let sum = &mut sums[col * groups + grouping.group[row]];
            sum.0 += likeness;
            sum.1 += 1;
        }
    }
    let mean = |(sum, count): (f64, usize)| (count > 0).then(|| sum / count as f64);
    let each = sums.chunks_exact(groups).map(|of_col| AttributeLikeness {
        all: mean(
            of_col
                .iter()
                .fold((0.0, 0), |all, one| (all.0 + one.0, all.1 + one.1)),
        ),
        clusters: of_col.iter().map(|one| mean(*one)).collect(),
    });
    each.collect()
}

/// The members most alike, from the most alike down, equals in order of row; `without` is passed over.
pub(super) fn most(
    attributes: &Attributes,
    newcomer: &[f64],
    without: Option<usize>,
    count: usize,
) -> Vec<Alike> {
    // Of each attribute: the sum of likenesses, and how many members have it.
    let mut usual = vec![(0.0, 0usize); newcomer.len()];
    let mut alike = Vec::with_capacity(attributes.rows);
    for row in (0..attributes.rows).filter(|&row| Some(row) != without) {
        let (mut sum, mut compared) = (0.0, 0.0);
        for (col, likeness) in likenesses(attributes, newcomer, row) {
            usual[col].0 += likeness;
            usual[col].1 += 1;
            sum += attributes.weights[col] * likeness;
            compared += attributes.weights[col];
        }
        alike.push(Alike {
            row,
            similarity: sum,
            compared,
        });
    }
    let total: f64 = pairs(&usual, attributes).map(|(weight, _)| weight).sum();
    if total == 0.0 {
        return Vec::new();
    }
    let all_usual: f64 = pairs(&usual, attributes)
        .map(|(weight, mean)| weight * mean)
        .sum();
    for one in &mut alike {
        // Added in one order, so equal where the member lacks nothing.
        if one.compared < total {
            let of_known = likenesses(attributes, newcomer, one.row)
                .map(|(col, _)| attributes.weights[col] * usual[col].0 / usual[col].1 as f64);
            one.similarity += all_usual - of_known.sum::<f64>();
        }
        one.similarity = (one.similarity / total).clamp(0.0, 1.0);
    }
    let order = |a: &Alike, b: &Alike| {
        b.similarity
            .total_cmp(&a.similarity)
            .then(a.row.cmp(&b.row))
    };
    if count < alike.len() {
        alike.select_nth_unstable_by(count, order);
        alike.truncate(count);
    }
    alike.sort_unstable_by(order);
    alike
}

/// Weight and mean likeness of the attributes that somebody shares with the newcomer.
fn pairs<'a>(
    usual: &'a [(f64, usize)],
    attributes: &'a Attributes,
) -> impl Iterator<Item = (f64, f64)> + 'a {
    let known = usual
        .iter()
        .zip(&attributes.weights)
        .filter(|((_, count), _)| *count > 0);
    known.map(|(&(sum, count), &weight)| (weight, sum / count as f64))
}

/// The likeness of a member to the newcomer in each attribute that both have and that has weight.
fn likenesses<'a>(
    attributes: &'a Attributes,
    newcomer: &'a [f64],
    row: usize,
) -> impl Iterator<Item = (usize, f64)> + 'a {
    let values = newcomer.iter().zip(attributes.row(row)).enumerate();
    values.filter_map(move |(col, (a, b))| {
        if a.is_nan() || b.is_nan() || attributes.weights[col] == 0.0 {
            return None;
        }
        let range = attributes.ranges[col];
        let likeness = match attributes.kinds[col] {
            _ if a == b => 1.0,
            // A newcomer may lie outside the range.
            Kind::Number if range > 0.0 => f64::max(0.0, 1.0 - (a - b).abs() / range),
            _ => 0.0,
        };
        Some((col, likeness))
    })
}
