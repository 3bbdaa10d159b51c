//! Which cluster of a run each member is nearest to, at the run and at another time, by the centres of the run. It must
//! not search, place anybody, or know who was placed.

use crate::health::todays_rows;
use crate::{Columns, SegmentError, Then};
use numeric::{Matrix, distance::squared_euclidean};
use std::collections::BTreeSet;

/// Where a member would be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// The cluster whose centre is nearest.
    pub cluster: i32,
    /// Its distance on the run's scaled and weighted features.
    pub distance: f64,
    /// The next nearest of those that it may be in, where there is one.
    pub second: Option<(i32, f64)>,
}

/// For each member of the run, as it was then, the nearest of the clusters that it may be in (one set for each); of
/// equally near ones the lower number. None where it may be in none.
pub fn nearest_then(then: &Then<'_>, may: &[&BTreeSet<i32>]) -> Vec<Option<Nearest>> {
    nearest(then, &then.prepared.scaled, may)
}

/// The same for today's members, on the scales of the run.
///
/// # Errors
/// Those of the scales.
pub fn nearest_today(
    then: &Then<'_>,
    may: &[&BTreeSet<i32>],
    today: &Columns,
) -> Result<Vec<Option<Nearest>>, SegmentError> {
    let rows = todays_rows(then, may.len(), today)?;
    Ok(nearest(then, &rows, may))
}

fn nearest(then: &Then<'_>, rows: &Matrix, may: &[&BTreeSet<i32>]) -> Vec<Option<Nearest>> {
    let (view, model) = (rows.view(), then.model);
    let each = may.iter().enumerate().map(|(row, may)| {
        let centers = model.numbers.iter().zip(&model.centers);
        let mut near: Vec<(i32, f64)> = centers
            .filter(|(number, _)| may.contains(number))
            .map(|(number, center)| (*number, squared_euclidean(view.row(row), center).sqrt()))
            .collect();
        near.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let (cluster, distance) = near.first().copied()?;
        Some(Nearest {
            cluster,
            distance,
            second: near.get(1).copied(),
        })
    });
    each.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Feature, FeatureTable, Model, Shape, prepare};

    fn columns(values: &[f64]) -> Columns {
        let feature = Feature {
            key: "x".into(),
            label: "x".into(),
            unit: "money".into(),
            description: String::new(),
            how_computed: String::new(),
            shape: Shape::Plain,
            weight: 1.0,
        };
        let cells = vec![values.iter().map(|value| Some(*value)).collect::<Vec<_>>()];
        Columns {
            features: vec![feature],
            table: FeatureTable::from_columns(&cells, vec![1.0; values.len()]).unwrap(),
            silent: Vec::new(),
        }
    }

    #[test]
    fn a_member_is_given_to_the_nearest_that_it_may_be_in() {
        let run = columns(&[0.0, 2.0, 8.0, 10.0]);
        let prepared = prepare(&run.features, &run.table.values).unwrap();
        let rows = prepared.scaled.view();
        let middle = |a: usize, b: usize| vec![(rows.row(a)[0] + rows.row(b)[0]) / 2.0];
        let model = Model {
            features: vec!["x".into()],
            scales: Vec::new(),
            numbers: vec![1, 5, 7],
            centers: vec![middle(0, 1), middle(2, 3), middle(2, 3)],
            places: vec![[0.0; 2]; 3],
            explained: [1.0, 0.0],
            axes: [String::new(), String::new()],
        };
        let ids = ["A", "B", "C", "D"].map(str::to_string);
        let then = Then {
            ids: &ids,
            columns: &run,
            prepared: &prepared,
            clusters: &[1, 1, 5, 5],
            model: &model,
        };
        let (all, one, none) = (
            BTreeSet::from([1, 5, 7]),
            BTreeSet::from([1]),
            BTreeSet::new(),
        );
        let found = |each: Vec<Option<Nearest>>| -> Vec<Option<i32>> {
            each.iter()
                .map(|near| near.map(|near| near.cluster))
                .collect()
        };
        assert_eq!(
            found(nearest_then(&then, &[&all, &all, &one, &none])),
            [Some(1), Some(1), Some(1), None]
        );
        // Five and seven are equally near; B is where D was.
        let today = columns(&[0.0, 10.0]);
        let near = nearest_today(&then, &[&all, &all], &today).unwrap();
        assert_eq!(found(near.clone()), [Some(1), Some(5)]);
        let second = near[1].unwrap().second.unwrap();
        assert_eq!(second.0, 7);
        assert!((second.1 - near[1].unwrap().distance).abs() < 1e-12);
    }
}
