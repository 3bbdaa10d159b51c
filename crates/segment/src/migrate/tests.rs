//! Flows add up to both populations, reasons to the change of distances.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Feature, FeatureTable, Shape, prepare};
use proptest::prelude::*;

/// The cluster before and now.
type Way = (Option<i32>, Option<i32>);

/// A run: members by id with cluster and two values.
struct Run {
    ids: Vec<String>,
    clusters: Vec<i32>,
    columns: Columns,
    prepared: Prepared,
}

impl Run {
    fn of(members: &[(u8, i32, f64, f64)]) -> Self {
        let feature = |key: &str| Feature {
            key: key.into(),
            label: key.into(),
            unit: "money".into(),
            description: String::new(),
            how_computed: String::new(),
            shape: Shape::Plain,
            weight: 1.0,
        };
        let column = |value: fn(&(u8, i32, f64, f64)) -> f64| {
            members.iter().map(|member| Some(value(member))).collect()
        };
        let values: [Vec<Option<f64>>; 2] = [column(|m| m.2), column(|m| m.3)];
        let columns = Columns {
            features: vec![feature("x"), feature("y")],
            table: FeatureTable::from_columns(&values, vec![1.0; members.len()]).unwrap(),
            silent: Vec::new(),
        };
        Self {
            ids: members.iter().map(|m| format!("{:03}", m.0)).collect(),
            clusters: members.iter().map(|m| m.1).collect(),
            prepared: prepare(&columns.features, &columns.table.values).unwrap(),
            columns,
        }
    }

    fn standing(&self) -> Standing<'_> {
        Standing {
            ids: &self.ids,
            clusters: &self.clusters,
            columns: &self.columns,
            prepared: &self.prepared,
        }
    }
}

/// What happened between two runs in which a number means the same cluster.
fn by_number(before: &Run, now: &Run) -> Migration {
    let same: Vec<Same> = (before.clusters.iter().collect::<BTreeSet<_>>().into_iter())
        .map(|number| Same {
            before: *number,
            now: *number,
            shared: 0,
            either: 0,
            by_members: false,
        })
        .collect();
    migrate(&before.standing(), &now.standing(), &same).unwrap()
}

#[test]
fn the_same_clusters_under_other_numbers_move_nobody() {
    let old = [
        (1, 1, 0.0, 0.0),
        (2, 1, 1.0, 1.0),
        (3, 2, 8.0, 8.0),
        (4, 2, 9.0, 9.0),
        (5, 3, 20.0, 0.0),
    ];
    let mut new = old;
    // 1 is 2 now, 2 is 7, and 3 is 1: a number of before is that of another cluster now.
    for member in &mut new {
        member.1 = [2, 7, 1][member.1 as usize - 1];
    }
    let (before, now) = (Run::of(&old), Run::of(&new));
    let pair = |before, now| Same {
        before,
        now,
        shared: 1,
        either: 1,
        by_members: true,
    };
    let same = [pair(1, 2), pair(2, 7), pair(3, 1)];
    let told = migrate(&before.standing(), &now.standing(), &same).unwrap();
    assert_eq!((told.stayed, told.moved.len()), (5, 0));
    assert_eq!(told.flows[&(Some(1), Some(2))].len(), 2);
    // By their numbers alone all would have moved.
    assert_eq!(by_number(&before, &now).moved.len(), 5);
    // Where 3 is no cluster of now, its member came to 1 and no other did.
    let told = migrate(&before.standing(), &now.standing(), &same[..2]).unwrap();
    assert_eq!((told.stayed, told.moved.len()), (4, 1));
    assert_eq!((told.moved[0].from, told.moved[0].to), (3, 1));
    let pushes: f64 = told.moved[0].why.pushes.iter().map(Push::change).sum();
    assert!((pushes - told.moved[0].why.change).abs() < 1e-9);
}

#[test]
fn the_feature_that_changed_is_the_reason() {
    let low = [
        (1, 1, 0.0, 5.0),
        (2, 1, 0.2, 5.1),
        (3, 2, 9.0, 5.0),
        (4, 2, 9.2, 5.1),
        (5, 1, 0.1, 5.0),
    ];
    let mut high = low;
    high[4] = (5, 2, 9.1, 5.0);
    let (before, now) = (Run::of(&low), Run::of(&high));
    let told = by_number(&before, &now);
    assert_eq!((told.stayed, told.entered, told.left), (4, 0, 0));
    assert_eq!(told.flows[&(Some(1), Some(2))].len(), 1);
    let moved = &told.moved[0];
    assert_eq!((moved.from, moved.to, moved.before), (1, 2, 4));
    assert!(moved.why.lean > 0.0);
    let first = moved.why.pushes[0];
    assert_eq!(first.feature, 0);
    assert!(first.by_member > 0.8 * moved.why.change, "{:?}", moved.why);
}

#[test]
fn a_cluster_that_was_not_there_is_where_its_members_were() {
    let old = [
        (1, 1, 0.0, 0.0),
        (2, 1, 1.0, 1.0),
        (3, 1, 8.0, 8.0),
        (4, 1, 9.0, 9.0),
    ];
    let mut split = old;
    (split[2].1, split[3].1) = (7, 7);
    let (before, now) = (Run::of(&old), Run::of(&split));
    let told = by_number(&before, &now);
    assert_eq!(told.moved.len(), 2);
    // Nobody changed: all of it is the centres' doing, and a cluster that ended the same way round.
    for moved in &told.moved {
        assert!(
            moved
                .why
                .pushes
                .iter()
                .all(|push| push.by_member.abs() < 1e-9)
        );
        assert!(moved.why.lean > 0.0);
    }
    let back = by_number(&now, &before);
    assert_eq!(back.moved.len(), 2);
}

#[test]
fn a_feature_that_is_new_moves_nobody() {
    let old = [
        (1, 1, 0.0, 0.0),
        (2, 1, 1.0, 1.0),
        (3, 2, 8.0, 8.0),
        (4, 2, 9.0, 9.0),
    ];
    let mut new = old;
    new[1].1 = 2;
    let (mut before, now) = (Run::of(&old), Run::of(&new));
    before.columns.features[1].key = "known then alone".into();
    let told = by_number(&before, &now);
    let pushes = &told.moved[0].why.pushes;
    let y = pushes.iter().find(|push| push.feature == 1).unwrap();
    assert!(y.by_member.abs() < 1e-12, "{y:?}");
}

fn members() -> impl Strategy<Value = Vec<(u8, i32, f64, f64)>> {
    let each = (1i32..5, -9.0f64..9.0, -9.0f64..9.0);
    prop::collection::btree_map(0u8..40, each, 3..30).prop_map(|all| {
        let each = all
            .into_iter()
            .map(|(id, (cluster, x, y))| (id, cluster, x, y));
        each.collect()
    })
}

proptest! {
    #[test]
    fn rows_and_columns_add_up_to_the_populations(was in members(), is in members()) {
        let (before, now) = (Run::of(&was), Run::of(&is));
        let told = by_number(&before, &now);
        let sum = |wanted: &dyn Fn(&Way) -> bool| -> usize {
            told.flows.iter().filter(|(key, _)| wanted(key)).map(|(_, members)| members.len()).sum()
        };
        for cluster in 1..5 {
            let of = |run: &Run| run.clusters.iter().filter(|own| **own == cluster).count();
            prop_assert_eq!(sum(&|key| key.0 == Some(cluster)), of(&before));
            prop_assert_eq!(sum(&|key| key.1 == Some(cluster)), of(&now));
        }
        // Entered, left, stayed and moved part everybody.
        prop_assert_eq!(told.stayed + told.moved.len() + told.left, before.ids.len());
        prop_assert_eq!(told.stayed + told.moved.len() + told.entered, now.ids.len());
        prop_assert_eq!(sum(&|key| key.0.is_none()), told.entered);
        prop_assert_eq!(sum(&|key| key.1.is_none()), told.left);
        prop_assert_eq!(sum(&|key| key.0.is_some() && key.0 == key.1), told.stayed);
        for moved in &told.moved {
            let pushes: f64 = moved.why.pushes.iter().map(Push::change).sum();
            prop_assert!((pushes - moved.why.change).abs() < 1e-9);
        }
        if let Some(mean) = usual(told.moved.iter().map(|moved| &moved.why)) {
            let pushes: f64 = mean.pushes.iter().map(Push::change).sum();
            prop_assert!((pushes - mean.change).abs() < 1e-9);
        }
    }
}
