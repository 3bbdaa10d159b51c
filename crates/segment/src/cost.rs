//! What a change of clusters by hand costs, before it is kept: fit lost, sales at risk, ranges to maintain. It
//! must not change anything.

use crate::{Prepared, SegmentError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Members, money and fit before and after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Members that change their cluster.
    pub moved: usize,
    /// Share of the members' spread that the clusters explain (between / total sum of squares), before.
    pub fit_before: f64,
    /// The same after, with centres computed anew.
    pub fit_after: f64,
    /// Worth of the members that change.
    pub worth_moved: f64,
    /// Worth of members that are in another cluster than the nearest, before: what is planned for them follows
    /// others than those most like them.
    pub at_risk_before: f64,
    /// The same after.
    pub at_risk_after: f64,
    /// Worth of all members.
    pub worth: f64,
    /// Clusters before.
    pub clusters_before: usize,
    /// Clusters after.
    pub clusters_after: usize,
}

/// The sums of one side of a change.
struct Side {
    fit: f64,
    at_risk: f64,
    clusters: usize,
}

/// Weighs ids after a change against those before; `worth` is each member's. The second of each side are
/// the clusters that no run fills ([`crate::hands::Shaped::closed`]): nobody is at risk by being nearest to one.
///
/// Fit is 1 − W/T with W the sum of squared distances to the own centre and T that to the mean of all, on the
/// scaled and weighted features: the explained share of inertia.
///
/// # Errors
/// [`SegmentError::Shape`] where there is not one id and one worth per member.
pub fn cost(
    prepared: &Prepared,
    worth: &[f64],
    (before, before_closed): (&[i32], &BTreeSet<i32>),
    (after, after_closed): (&[i32], &BTreeSet<i32>),
) -> Result<Cost, SegmentError> {
    let rows = prepared.scaled.view().rows();
    if [worth.len(), before.len(), after.len()] != [rows; 3] {
        return Err(SegmentError::Shape {
            got: format!(
                "{} worths, {} and {} ids",
                worth.len(),
                before.len(),
                after.len()
            ),
            want: format!("{rows} of each"),
        });
    }
    let (was, is) = (
        side(prepared, worth, before, before_closed),
        side(prepared, worth, after, after_closed),
    );
    let changed = || {
        before
            .iter()
            .zip(after)
            .enumerate()
            .filter(|(_, (a, b))| a != b)
            .map(|(place, _)| place)
    };
    Ok(Cost {
        moved: changed().count(),
        fit_before: was.fit,
        fit_after: is.fit,
        worth_moved: changed().map(|place| worth[place]).sum(),
        at_risk_before: was.at_risk,
        at_risk_after: is.at_risk,
        worth: worth.iter().sum(),
        clusters_before: was.clusters,
        clusters_after: is.clusters,
    })
}

fn side(prepared: &Prepared, worth: &[f64], ids: &[i32], closed: &BTreeSet<i32>) -> Side {
    let view = prepared.scaled.view();
    let numbers: BTreeSet<i32> = ids.iter().copied().collect();
    let slots: BTreeMap<i32, usize> = numbers
        .iter()
        .enumerate()
        .map(|(slot, id)| (*id, slot))
        .collect();
    let cols = view.cols();
    let mut centers = vec![vec![0.0; cols]; slots.len()];
    let mut sizes = vec![0.0; slots.len()];
    let mut all = vec![0.0; cols];
    for (place, id) in ids.iter().enumerate() {
        let slot = slots[id];
        sizes[slot] += 1.0;
        for ((center, all), value) in centers[slot].iter_mut().zip(&mut all).zip(view.row(place)) {
            *center += value;
            *all += value;
        }
    }
    for (center, size) in centers.iter_mut().zip(&sizes) {
        center.iter_mut().for_each(|value| *value /= size);
    }
    all.iter_mut().for_each(|value| *value /= ids.len() as f64);
    let squared = |row: &[f64], center: &[f64]| -> f64 {
        row.iter().zip(center).map(|(x, y)| (x - y) * (x - y)).sum()
    };
    let open: Vec<&Vec<f64>> = slots
        .iter()
        .filter(|(id, _)| !closed.contains(id))
        .map(|(_, slot)| &centers[*slot])
        .collect();
    let (mut within, mut total, mut at_risk) = (0.0, 0.0, 0.0);
    for (place, id) in ids.iter().enumerate() {
        let row = view.row(place);
        let own = squared(row, &centers[slots[id]]);
        within += own;
        total += squared(row, &all);
        if open.iter().any(|center| squared(row, center) < own) {
            at_risk += worth[place];
        }
    }
    Side {
        fit: if total > 0.0 {
            1.0 - within / total
        } else {
            1.0
        },
        at_risk,
        clusters: slots.len(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Feature, Shape, prepare};

    #[test]
    fn nobody_is_at_risk_by_being_near_a_cluster_that_people_made() {
        // Two clusters around 0 and 10; the member at 3 is given a cluster by hand, and the one at 4 is nearest to it.
        let values = numeric::Matrix::new(vec![0.0, 1.0, 3.0, 4.0, 9.0, 10.0, 11.0], 7, 1).unwrap();
        let feature = Feature {
            key: "x".into(),
            label: "x".into(),
            unit: "money".into(),
            description: String::new(),
            how_computed: String::new(),
            shape: Shape::Plain,
            weight: 1.0,
        };
        let prepared = prepare(&[feature], &values).unwrap();
        let (before, after) = ([1, 1, 1, 1, 2, 2, 2], [1, 1, 3, 1, 2, 2, 2]);
        let worth = [1.0; 7];
        let none = BTreeSet::new();
        let at_risk = |closed: &[i32]| {
            let closed = closed.iter().copied().collect();
            let told = cost(&prepared, &worth, (&before, &none), (&after, &closed)).unwrap();
            (told.at_risk_before, told.at_risk_after)
        };
        assert_eq!(at_risk(&[]), (0.0, 1.0));
        assert_eq!(at_risk(&[3]), (0.0, 0.0));
        // Who was put there and is more like another cluster still is.
        let closed = BTreeSet::from([3]);
        let moved = [1, 1, 3, 1, 3, 2, 2];
        let told = cost(&prepared, &worth, (&after, &closed), (&moved, &closed));
        assert_eq!(told.unwrap().at_risk_after, 2.0);
    }
}
