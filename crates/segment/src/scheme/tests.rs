//! Runs of made-up members: identity over runs, hands obeyed, nesting, and what must not change anything.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::blocks::{Gives, Question};
use crate::{Cell, Shape, columns};
use numeric::Silent;
use proptest::prelude::*;

/// Members in three heaps of eight; the first is worth most.
pub(super) struct Made {
    pub names: Vec<String>,
    pub columns: Columns,
    pub parts: Vec<String>,
    pub recipe: Recipe,
}

const RECIPE: &str = r#"
title = "Made up"
of = "stores"
[method]
clusters = 3
seed = 7
[[features]]
use = "performance"
weight = 60
[[features]]
use = "demographics"
weight = 40
"#;

/// `shift` is added to the first feature of the members of the third heap.
pub(super) fn made(shift: f64) -> Made {
    let names: Vec<String> = (0..24).map(|place| format!("S{place:02}")).collect();
    let value = |place: usize, slot: usize| {
        let heap = place / 8;
        let wobble = ((place * 7 + slot * 3) % 5) as f64 * 0.1;
        let center = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]][heap][slot];
        center + wobble + if heap == 2 && slot == 0 { shift } else { 0.0 }
    };
    let question = |key: &str, weight| Question {
        sql: String::new(),
        gives: Gives::Column {
            key: key.into(),
            label: key.into(),
            unit: "",
            how: String::new(),
            shape: Shape::Plain,
        },
        weight,
        block: usize::from(key == "two"),
    };
    let questions = [question("one", 60.0), question("two", 40.0)];
    let answer = |slot: usize| {
        let cells = names.iter().enumerate().map(|(place, name)| Cell {
            member: name.clone(),
            key: String::new(),
            value: Some(value(place, slot)),
        });
        cells.collect::<Vec<_>>()
    };
    let worth: Vec<f64> = (0..24).map(|place| 100.0 - place as f64).collect();
    Made {
        columns: columns(&questions, &[answer(0), answer(1)], &names, &worth).unwrap(),
        parts: vec![String::new(); 24],
        recipe: Recipe::parse(RECIPE).unwrap(),
        names,
    }
}

pub(super) fn go(made: &Made, before: Option<&Before>, next: i32, hands: &[Kept]) -> Outcome {
    let input = Input {
        recipe: &made.recipe,
        names: &made.names,
        columns: &made.columns,
        parts: &made.parts,
        given: None,
        before,
        next,
        hands,
    };
    run(&input, &Silent).unwrap()
}

pub(super) fn as_before(outcome: &Outcome) -> Before {
    Before {
        found: outcome.found.iter().copied().map(Some).collect(),
        ids: outcome.shaped.ids.iter().copied().map(Some).collect(),
        also: Vec::new(),
    }
}

pub(super) fn kept(hands: Vec<Hand>) -> Vec<Kept> {
    hands
        .into_iter()
        .enumerate()
        .map(|(seq, hand)| Kept {
            seq: seq as i64 + 1,
            hand,
        })
        .collect()
}

pub(super) fn heap(number: i32) -> Vec<i32> {
    vec![number; 8]
}

#[test]
fn heaps_are_found_and_numbered_by_worth() {
    let outcome = go(&made(0.0), None, 1, &[]);
    assert_eq!(outcome.shaped.ids, [heap(1), heap(2), heap(3)].concat());
    assert_eq!(outcome.next, 4);
    assert_eq!(outcome.segmentation.segments.len(), 3);
}

#[test]
fn a_run_again_keeps_the_numbers() {
    let first = go(&made(0.0), None, 1, &[]);
    let mut before = as_before(&first);
    // The order of worth says 1, 2, 3; the run before said otherwise.
    let other = |id: Option<i32>| id.map(|id| 10 - id);
    before.found = before.found.into_iter().map(other).collect();
    let again = go(&made(1.0), Some(&before), 20, &[]);
    assert_eq!(again.found, [heap(9), heap(8), heap(7)].concat());
    assert_eq!(again.next, 20);
    // A cluster that nobody of before is in gets a new number.
    before.found.splice(16.., vec![None; 8]);
    let again = go(&made(1.0), Some(&before), 20, &[]);
    assert_eq!(again.found, [heap(9), heap(8), heap(20)].concat());
    assert_eq!(again.next, 21);
    // Unless a second run knows it: that one numbers what the first does not have, and nothing else.
    before.also = [heap(4), heap(9), heap(15)]
        .concat()
        .into_iter()
        .map(Some)
        .collect();
    let again = go(&made(1.0), Some(&before), 20, &[]);
    assert_eq!(again.found, [heap(9), heap(8), heap(15)].concat());
    assert_eq!(again.next, 20);
}

#[test]
fn a_move_and_a_lock_hold_in_the_next_run() {
    let first = go(&made(0.0), None, 1, &[]);
    let lock = [("S20".to_string(), 3)].into();
    let hands = kept(vec![
        Hand::Move {
            members: vec!["S00".into(), "S01".into()],
            to: 3,
        },
        Hand::Lock { members: lock },
    ]);
    // The third heap comes so near to the second that nothing but the lock holds it there.
    let again = go(&made(-9.0), Some(&as_before(&first)), 4, &hands);
    assert_eq!(again.shaped.ids[..2], [3, 3]);
    assert_eq!(again.shaped.ids[20], 3);
    assert_eq!(again.shaped.pins.len(), 3);
    assert!(again.shaped.conflicts.is_empty());
    // Set free, they go back.
    let free = [
        hands,
        vec![Kept {
            seq: 9,
            hand: Hand::Unlock {
                members: vec!["S00".into()],
            },
        }],
    ]
    .concat();
    assert_eq!(
        go(&made(0.0), Some(&as_before(&first)), 4, &free)
            .shaped
            .ids[0],
        1
    );
}

#[test]
fn a_hand_made_cluster_is_never_filled_by_a_run() {
    let first = go(&made(0.0), None, 1, &[]);
    let hands = kept(vec![
        Hand::Create {
            cluster: 4,
            name: "Flagships".into(),
        },
        Hand::Move {
            members: vec!["S00".into(), "S10".into()],
            to: 4,
        },
    ]);
    let again = go(&made(0.0), Some(&as_before(&first)), 5, &hands);
    let inside: Vec<usize> = (0..24)
        .filter(|place| again.shaped.ids[*place] == 4)
        .collect();
    assert_eq!(inside, [0, 10]);
    // Where they would be without the hand is known.
    assert_eq!((again.found[0], again.found[10]), (1, 2));
}

#[test]
fn merges_and_splits_are_made_again_in_the_next_run() {
    let first = go(&made(0.0), None, 1, &[]);
    let hands = kept(vec![Hand::Merge { from: 3, into: 2 }]);
    let merged = go(&made(0.5), Some(&as_before(&first)), 4, &hands);
    assert_eq!(merged.shaped.ids, [heap(1), heap(2), heap(2)].concat());
    assert_eq!(merged.found, [heap(1), heap(2), heap(3)].concat());
    let hands = kept(vec![
        Hand::Merge { from: 3, into: 2 },
        Hand::Split {
            cluster: 2,
            part: 4,
        },
    ]);
    let split = go(&made(0.5), Some(&as_before(&merged)), 5, &hands);
    let again = go(&made(-0.5), Some(&as_before(&split)), 5, &hands);
    assert_eq!(split.shaped.ids, again.shaped.ids);
    assert_eq!(split.shaped.ids.iter().filter(|id| **id == 4).count(), 8);
}

#[test]
fn what_cannot_be_obeyed_is_said() {
    let hands = kept(vec![
        Hand::Move {
            members: vec!["S00".into()],
            to: 99,
        },
        Hand::Move {
            members: vec!["gone".into()],
            to: 1,
        },
        Hand::Merge { from: 98, into: 1 },
        Hand::Apart {
            members: ["S01", "S02", "S03", "S04"].map(String::from).to_vec(),
        },
    ]);
    let outcome = go(&made(0.0), None, 1, &hands);
    let told: Vec<i64> = outcome
        .shaped
        .conflicts
        .iter()
        .map(|conflict| conflict.seq)
        .collect();
    assert_eq!(told, [2, 3, 1, 4, 4]);
    assert_eq!(outcome.shaped.ids[0], 1);
}

#[test]
fn links_and_sizes_are_kept_by_the_search() {
    let together = vec!["S00".to_string(), "S23".to_string()];
    let apart = vec!["S01".to_string(), "S02".to_string()];
    let hands = kept(vec![
        Hand::Together { members: together },
        Hand::Apart { members: apart },
    ]);
    let outcome = go(&made(0.0), None, 1, &hands);
    assert!(
        outcome.shaped.conflicts.is_empty(),
        "{:?}",
        outcome.shaped.conflicts
    );
    assert_eq!(outcome.shaped.ids[0], outcome.shaped.ids[23]);
    assert_ne!(outcome.shaped.ids[1], outcome.shaped.ids[2]);
    let mut made = made(0.0);
    made.recipe.method.size_max = Some(9);
    made.recipe.method.size_min = Some(7);
    let outcome = go(&made, None, 1, &[]);
    for id in 1..=3 {
        let size = outcome.shaped.ids.iter().filter(|own| **own == id).count();
        assert!((7..=9).contains(&size), "{size}");
    }
    // What no clustering can keep is refused with the reason.
    made.recipe.method.size_max = Some(7);
    let input = Input {
        recipe: &made.recipe,
        names: &made.names,
        columns: &made.columns,
        given: None,
        parts: &made.parts,
        before: None,
        next: 1,
        hands: &[],
    };
    let refused = run(&input, &Silent).unwrap_err().to_string();
    assert!(refused.contains("sizes cannot be kept"), "{refused}");
}

#[test]
fn no_cluster_spans_two_parts_of_a_nested_scheme() {
    let mut made = made(0.0);
    made.parts = (0..24)
        .map(|place| if place % 2 == 0 { "city" } else { "town" }.to_string())
        .collect();
    let outcome = go(&made, None, 1, &[]);
    for (place, id) in outcome.shaped.ids.iter().enumerate() {
        let mates = (0..24).filter(|other| outcome.shaped.ids[*other] == *id);
        assert!(
            mates
                .into_iter()
                .all(|other| made.parts[other] == made.parts[place])
        );
    }
    assert_eq!(outcome.segmentation.segments.len(), 6);
}

#[test]
fn a_weight_of_nothing_is_the_same_as_no_block() {
    let with = RECIPE
        .replace("weight = 60", "weight = 100")
        .replace("weight = 40", "weight = 0");
    let without = &with[..with.rfind("[[features]]").unwrap()];
    let (with, without) = (
        Recipe::parse(&with).unwrap(),
        Recipe::parse(without).unwrap(),
    );
    let window = crate::blocks::Window {
        from: None,
        to: "2026-01-01T00:00:00Z".into(),
    };
    let asked = |recipe: &Recipe| crate::blocks::questions(recipe, &window, &|_| None).unwrap();
    assert_eq!(asked(&with), asked(&without));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The last move of a member holds, nobody else moves, and without hands all is as it was found.
    #[test]
    fn moves_hold_and_move_nobody_else(moves in prop::collection::vec((0usize..24, 1i32..4), 1..12)) {
        let made = made(0.0);
        let first = go(&made, None, 1, &[]);
        let hands = kept(moves.iter().map(|(place, to)| Hand::Move { members: vec![made.names[*place].clone()], to: *to }).collect());
        let prepared = prepare(&made.columns.features, &made.columns.table.values).unwrap();
        let members = Members { names: &made.names, rows: &prepared.scaled, before: None, made: &BTreeMap::new(), pinned: &BTreeMap::new(), free: &first.found, seed: 1 };
        let all = shape(&members, &first.found, &hands).unwrap();
        for (place, _) in &moves {
            let last = moves.iter().rev().find(|(other, _)| other == place).map(|(_, to)| *to);
            prop_assert_eq!(Some(all.ids[*place]), last);
        }
        prop_assert_eq!(all.ids.len(), 24);
        prop_assert!(all.conflicts.is_empty());
        let untouched = (0..24).filter(|place| !moves.iter().any(|(other, _)| other == place));
        for place in untouched {
            prop_assert_eq!(all.ids[place], first.found[place]);
        }
        prop_assert_eq!(shape(&members, &first.found, &[]).unwrap().ids, first.found);
    }
}
