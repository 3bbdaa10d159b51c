//! Tests of whose a move is: placings, merges and splits, locks, rules and data.

use super::*;

fn of(seq: i64, hand: Hand) -> Kept {
    Kept { seq, hand }
}

/// A run's changes, and the member in it; found where it is told to be, in cluster 1 where it is not.
type Run<'a> = (&'a [Kept], HandsAt<'a>);

fn at(hands: &[Kept], pinned: bool) -> Run<'_> {
    let part = "";
    let found = 1;
    (
        hands,
        HandsAt {
            found,
            pinned,
            part,
        },
    )
}

fn found(run: Run<'_>, found: i32) -> Run<'_> {
    (run.0, HandsAt { found, ..run.1 })
}

/// A way between clusters whose numbers mean the same in both runs.
fn cause((from, to): (i32, i32), before: Run<'_>, now: Run<'_>, lean: f64, rules: bool) -> Cause {
    let way = Named {
        from,
        to,
        from_now: Some(from),
        to_before: Some(to),
    };
    Between::new(before.0, now.0).cause("a", way, before.1, now.1, lean, rules)
}

fn lock(seq: i64, to: i32) -> Kept {
    let members = [("a".to_string(), to)].into();
    of(seq, Hand::Lock { members })
}

fn free(seq: i64) -> Kept {
    let members = vec!["a".to_string()];
    of(seq, Hand::Unlock { members })
}

fn merge(seq: i64, from: i32, into: i32) -> Kept {
    of(seq, Hand::Merge { from, into })
}

fn moved(seq: i64, to: i32) -> Kept {
    let members = vec!["a".to_string()];
    of(seq, Hand::Move { members, to })
}

#[test]
fn a_placing_a_freeing_and_an_undoing_are_told_apart() {
    let (none, one) = ([], [moved(5, 2)]);
    let told = |before, now, lean| cause((1, 2), before, now, lean, false);
    assert_eq!(told(at(&none, false), at(&one, true), -1.0), Cause::Hand(5));
    assert_eq!(
        told(at(&one, true), at(&none, false), 1.0),
        Cause::Undone(5)
    );
    let members = vec!["a".to_string()];
    let planned = [of(6, Hand::Place { members, to: 2 })];
    assert_eq!(
        told(at(&none, false), at(&planned, true), -1.0),
        Cause::Hand(6)
    );
    let free = [
        moved(5, 1),
        of(
            9,
            Hand::Unlock {
                members: vec!["a".into()],
            },
        ),
    ];
    let kept = [moved(5, 1)];
    assert_eq!(told(at(&kept, true), at(&free, false), 1.0), Cause::Hand(9));
    // A placing of somebody else, and one that was there before and did not hold then.
    let other = [of(
        7,
        Hand::Move {
            members: vec!["b".into()],
            to: 2,
        },
    )];
    assert_eq!(told(at(&none, false), at(&other, false), 1.0), Cause::Data);
    assert_eq!(told(at(&one, false), at(&one, true), -1.0), Cause::Hand(5));
}

#[test]
fn merges_lead_into_each_other_and_splits_part() {
    let chain = [
        of(3, Hand::Merge { from: 1, into: 4 }),
        of(4, Hand::Merge { from: 4, into: 2 }),
    ];
    let told = |before, now| cause((1, 2), before, now, 1.0, false);
    assert_eq!(told(at(&[], false), at(&chain, false)), Cause::Hand(4));
    let split = [of(
        6,
        Hand::Split {
            cluster: 1,
            part: 2,
        },
    )];
    assert_eq!(told(at(&[], false), at(&split, false)), Cause::Hand(6));
    let merge = [of(8, Hand::Merge { from: 2, into: 1 })];
    assert_eq!(told(at(&merge, false), at(&[], false)), Cause::Undone(8));
    assert_eq!(told(at(&merge, false), at(&merge, false)), Cause::Data);
}

#[test]
fn a_merge_of_a_number_that_is_another_cluster_now_explains_nothing() {
    let told = |before: &[Kept], now: &[Kept], from_now, to_before| {
        let way = Named {
            from: 2,
            to: 5,
            from_now,
            to_before,
        };
        let (before, now) = (at(before, false), at(now, false));
        Between::new(before.0, now.0).cause("a", way, before.1, now.1, 1.0, false)
    };
    let merged = [merge(4, 2, 5)];
    // The later run's 2 is another cluster than the one left, which it calls 7, or does not have.
    assert_eq!(told(&[], &merged, Some(2), None), Cause::Hand(4));
    assert_eq!(told(&[], &merged, Some(7), None), Cause::Data);
    assert_eq!(told(&[], &merged, None, None), Cause::Data);
    assert_eq!(told(&[], &[merge(4, 7, 5)], Some(7), None), Cause::Hand(4));
    // The earlier run had merged what is 5 now, and was 9 there, into its 2.
    assert_eq!(
        told(&[merge(3, 9, 2)], &[], None, Some(9)),
        Cause::Undone(3)
    );
    assert_eq!(told(&[merge(3, 5, 2)], &[], None, Some(9)), Cause::Data);
}

#[test]
fn without_a_change_by_hand_it_is_part_rule_data_or_bounds() {
    let part = "city";
    let (none, here) = at(&[], false);
    let parted = (none, HandsAt { part, ..here });
    let told = |now, lean, rules| cause((1, 2), at(&[], false), now, lean, rules);
    assert_eq!(told(parted, 1.0, false), Cause::Part);
    assert_eq!(told(at(&[], false), 1.0, true), Cause::Rule);
    assert_eq!(told(at(&[], false), 1.0, false), Cause::Data);
    assert_eq!(told(at(&[], false), 0.0, false), Cause::Bounds);
    let linked = [of(
        2,
        Hand::Together {
            members: vec!["a".into(), "b".into()],
        },
    )];
    assert_eq!(told(at(&linked, false), -1.0, false), Cause::Hand(2));
    assert_eq!(told(at(&linked, false), 1.0, false), Cause::Data);
}

#[test]
fn a_lock_explains_no_move_that_the_search_made() {
    let told = |before, now| cause((1, 2), before, now, 1.0, false);
    let none = at(&[], false);
    let locked = [lock(6, 2)];
    // Locked where the data had put it; locked there against the data of a later run.
    assert_eq!(told(none, found(at(&locked, true), 2)), Cause::Data);
    assert_eq!(told(none, found(at(&locked, true), 3)), Cause::Hand(6));
    // Set free, moved by data, locked there: the freeing let it go.
    let (kept, again) = ([lock(3, 1)], [lock(3, 1), free(4), lock(6, 2)]);
    let now = found(at(&again, true), 2);
    assert_eq!(told(at(&kept, true), now), Cause::Hand(4));
    // Found in a cluster that was merged, then locked: not the lock did it.
    let merged = [merge(4, 1, 2), lock(6, 2)];
    assert_eq!(told(none, at(&merged, true)), Cause::Hand(4));
    let before = [lock(3, 1)];
    let later = [lock(3, 1), merge(4, 1, 2)];
    assert_eq!(told(at(&before, true), at(&later, true)), Cause::Hand(4));
    let (cluster, part) = (1, 2);
    let split = [of(4, Hand::Split { cluster, part }), lock(6, 2)];
    assert_eq!(told(none, at(&split, true)), Cause::Hand(4));
}

#[test]
fn of_placings_in_one_cluster_the_oldest_is_told() {
    let told = |now: &[Kept]| cause((1, 2), at(&[], false), at(now, true), -1.0, false);
    assert_eq!(told(&[moved(5, 2), lock(6, 2)]), Cause::Hand(5));
    assert_eq!(told(&[lock(4, 1), moved(5, 2), lock(6, 2)]), Cause::Hand(5));
    assert_eq!(
        told(&[moved(4, 2), moved(5, 3), moved(6, 2)]),
        Cause::Hand(6)
    );
    assert_eq!(told(&[moved(4, 2), free(5), moved(6, 2)]), Cause::Hand(6));
    assert_eq!(
        told(&[moved(4, 3), merge(5, 3, 2), lock(6, 2)]),
        Cause::Hand(4)
    );
}

#[test]
fn of_two_moves_the_one_taken_back_is_told_and_merges_are_followed_back() {
    let (first, both) = ([moved(5, 2)], [moved(5, 2), moved(6, 1)]);
    let told = |before, now| cause((1, 2), before, now, -1.0, false);
    assert_eq!(told(at(&both, true), at(&first, true)), Cause::Undone(6));
    let chain = [merge(3, 2, 4), merge(4, 4, 1)];
    assert_eq!(told(at(&chain, false), at(&[], false)), Cause::Undone(4));
    assert_eq!(
        told(at(&chain, false), at(&chain[1..], false)),
        Cause::Undone(3)
    );
}
