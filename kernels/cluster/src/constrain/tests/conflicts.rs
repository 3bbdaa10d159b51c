//! Tests of the check: every conflict is named as what it is.

use super::super::*;

pub(super) fn conflicts(rules: Rules, rows: usize, clusters: usize) -> Vec<Conflict> {
    rules.check(rows, clusters).unwrap_err().0
}

#[test]
fn what_is_not_there_is_named() {
    let rules = Rules {
        must_link: vec![(0, 9)],
        locked: vec![(1, 5), (1, 5)],
        closed: vec![7],
        fixed_centers: vec![(0, vec![1.0, f64::NAN]), (0, vec![1.0, 2.0])],
        ..Rules::default()
    };
    let found = conflicts(rules, 4, 2);
    assert_eq!(
        found[..3],
        [
            Conflict::Row {
                rule: "must_link",
                row: 9,
                rows: 4
            },
            Conflict::Cluster {
                rule: "locked",
                cluster: 5,
                clusters: 2
            },
            Conflict::Cluster {
                rule: "closed",
                cluster: 7,
                clusters: 2
            },
        ]
    );
    assert_eq!(
        found[3],
        Conflict::Twice {
            rule: "fixed_centers",
            cluster: 0
        }
    );
    assert!(matches!(
        found[4],
        Conflict::CenterValue {
            cluster: 0,
            col: 1,
            ..
        }
    ));
    assert_eq!(found.len(), 5);
}

#[test]
fn links_and_locks_that_contradict_are_named() {
    let rules = Rules {
        must_link: vec![(3, 4), (4, 7), (0, 1)],
        cannot_link: vec![(7, 3), (5, 6), (6, 5), (2, 2)],
        locked: vec![(0, 0), (1, 1), (5, 2), (6, 2), (8, 0), (8, 1)],
        ..Rules::default()
    };
    let found = conflicts(rules, 30, 3);
    assert_eq!(
        found,
        [
            Conflict::LinkedButLockedApart {
                rows: [0, 1],
                clusters: [0, 1],
                chain: vec![0, 1]
            },
            Conflict::LockedTwice {
                row: 8,
                clusters: [0, 1]
            },
            Conflict::TogetherAndApart {
                rows: [2, 2],
                chain: vec![2]
            },
            Conflict::TogetherAndApart {
                rows: [3, 7],
                chain: vec![3, 4, 7]
            },
            Conflict::ApartButLockedTogether {
                rows: [5, 6],
                cluster: 2
            },
        ]
    );
    assert!(found[3].to_string().contains("rows 3 and 7 must be apart"));
}

#[test]
fn sizes_that_do_not_fit_are_named() {
    let sized = |min, max| Rules {
        min_size: min,
        max_size: max,
        ..Rules::default()
    };
    assert_eq!(
        conflicts(sized(Some(30), None), 100, 4),
        [Conflict::TooFewRows {
            needed: 120,
            rows: 100
        }]
    );
    assert_eq!(
        conflicts(sized(None, Some(20)), 100, 4),
        [Conflict::TooManyRows {
            room: 80,
            rows: 100
        }]
    );
    assert_eq!(
        conflicts(sized(None, None), 3, 4),
        [Conflict::TooFewRows { needed: 4, rows: 3 }]
    );
    let found = conflicts(sized(Some(30), Some(20)), 100, 2);
    assert!(matches!(
        found[0],
        Conflict::MinAboveMax {
            cluster: 0,
            min: 30,
            max: 20
        }
    ));
    let group = Rules {
        must_link: (0..29).map(|row| (row, row + 1)).collect(),
        ..sized(None, Some(25))
    };
    assert_eq!(
        conflicts(group, 100, 5),
        [Conflict::GroupAboveMax {
            rows: (0..30).collect(),
            max: 25
        }]
    );
    let locked = Rules {
        locked: (0..9).map(|row| (row, 1)).collect(),
        ..sized(None, Some(8))
    };
    assert_eq!(
        conflicts(locked, 20, 3),
        [Conflict::LockedAboveMax {
            cluster: 1,
            locked: 9,
            max: 8
        }]
    );
    let closed = Rules {
        closed: vec![1],
        locked: vec![(0, 1)],
        sizes: vec![Sizes {
            cluster: 1,
            min: Some(2),
            max: None,
        }],
        ..Rules::default()
    };
    assert_eq!(
        conflicts(closed, 20, 3),
        [Conflict::ClosedSizes {
            cluster: 1,
            locked: 1,
            min: 2,
            max: 20
        }]
    );
}

#[test]
fn links_that_fit_nowhere_are_named() {
    let pairs = |rows: usize| -> Vec<(usize, usize)> {
        let all = (0..rows).flat_map(|a| (a + 1..rows).map(move |b| (a, b)));
        all.collect()
    };
    let clique = Rules {
        cannot_link: pairs(4),
        ..Rules::default()
    };
    assert_eq!(
        conflicts(clique, 9, 3),
        [Conflict::ApartAboveClusters {
            rows: vec![0, 1, 2, 3],
            clusters: 3
        }]
    );
    let nowhere = Rules {
        cannot_link: vec![(0, 1), (0, 2)],
        locked: vec![(1, 0), (2, 1)],
        ..Rules::default()
    };
    assert_eq!(
        conflicts(nowhere, 9, 2),
        [Conflict::Nowhere { rows: vec![0] }]
    );
    // A ring of five needs three colors, and no three of it are all apart.
    let ring = Rules {
        cannot_link: (0..5).map(|row| (row, (row + 1) % 5)).collect(),
        ..Rules::default()
    };
    let found = Conflict::NoPlacement {
        rows: (0..5).collect(),
        proven: true,
    };
    assert_eq!(conflicts(ring.clone(), 9, 2), [found]);
    assert!(ring.check(9, 3).is_ok());
    // Three groups of two rows do not go into two clusters of three.
    let bins = Rules {
        must_link: vec![(0, 1), (2, 3), (4, 5)],
        max_size: Some(3),
        ..Rules::default()
    };
    assert!(matches!(
        conflicts(bins, 6, 2)[..],
        [Conflict::NoPlacement { proven: true, .. }]
    ));
}
