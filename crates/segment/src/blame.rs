//! What made a member move between two runs: a person's change, another part of a nested scheme, a rule, or its
//! data. Pure: the changes that each run obeyed in, the cause out. It must not know authors or dates.

use crate::hands::{Hand, Kept};

/// What made a member move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A change by hand, of this number, that the later run obeys and the earlier one did not.
    Hand(i64),
    /// A change by hand, of this number, that the earlier run obeyed and the later one does not.
    Undone(i64),
    /// It is in another part of a nested scheme.
    Part,
    /// It fits another cell of a scheme of rules.
    Rule,
    /// Its features, or those of the clusters, changed.
    Data,
    /// Distance does not speak for it: sizes, links or the bounds of the search.
    Bounds,
}

/// A member as people's changes left it in a run.
#[derive(Debug, Clone, Copy)]
pub struct HandsAt<'a> {
    /// The changes that stood, oldest first.
    pub hands: &'a [Kept],
    /// Whether a person had placed the member.
    pub pinned: bool,
    /// Its part of a nested scheme.
    pub part: &'a str,
}

/// Why `member` went from one cluster to another. `lean` is how much nearer it is now to the cluster entered;
/// `by_rules` says that the scheme has rules instead of a search.
pub fn cause(
    member: &str,
    (from, to): (i32, i32),
    before: HandsAt<'_>,
    now: HandsAt<'_>,
    lean: f64,
    by_rules: bool,
) -> Cause {
    let is_in = |kept: &&Kept, all: &[Kept]| all.iter().any(|other| other.seq == kept.seq);
    let fresh: Vec<&Kept> = now
        .hands
        .iter()
        .filter(|kept| !is_in(kept, before.hands))
        .collect();
    let gone: Vec<&Kept> = before
        .hands
        .iter()
        .filter(|kept| !is_in(kept, now.hands))
        .collect();
    if let Some(seq) = by_fresh(member, (from, to), &fresh, (before.pinned, now.pinned)) {
        return Cause::Hand(seq);
    }
    if let Some(seq) = by_gone(member, (from, to), &gone, (before.pinned, now.pinned)) {
        return Cause::Undone(seq);
    }
    if now.pinned
        && let Some(kept) = now
            .hands
            .iter()
            .rev()
            .find(|kept| places(&kept.hand, member))
    {
        return Cause::Hand(kept.seq);
    }
    if before.part != now.part {
        return Cause::Part;
    }
    if by_rules {
        return Cause::Rule;
    }
    if lean > 0.0 {
        return Cause::Data;
    }
    let links = |kept: &&&Kept| {
        matches!(kept.hand, Hand::Together { .. } | Hand::Apart { .. })
            && kept.hand.members().contains(&member)
    };
    match (
        fresh.iter().rev().find(links),
        gone.iter().rev().find(links),
    ) {
        (Some(kept), _) => Cause::Hand(kept.seq),
        (None, Some(kept)) => Cause::Undone(kept.seq),
        (None, None) => Cause::Bounds,
    }
}

/// Whether a change puts the member somewhere.
fn places(hand: &Hand, member: &str) -> bool {
    let places = matches!(
        hand,
        Hand::Move { .. } | Hand::Place { .. } | Hand::Lock { .. }
    );
    places && hand.members().contains(&member)
}

/// The change of the later run alone that explains the move, the newest first.
fn by_fresh(
    member: &str,
    (from, to): (i32, i32),
    fresh: &[&Kept],
    (was_pinned, is_pinned): (bool, bool),
) -> Option<i64> {
    let newest = fresh.iter().rev();
    let placed = newest
        .clone()
        .find(|kept| is_pinned && places(&kept.hand, member));
    let freed = |kept: &&&Kept| {
        matches!(kept.hand, Hand::Unlock { .. }) && kept.hand.members().contains(&member)
    };
    let freed = newest
        .clone()
        .find(|kept| was_pinned && !is_pinned && freed(kept));
    let split = newest.clone().find(
        |kept| matches!(kept.hand, Hand::Split { cluster, part } if (cluster, part) == (from, to)),
    );
    // One merge may lead into the next.
    let (mut at, mut merged) = (from, None);
    for kept in fresh {
        if let Hand::Merge { from, into } = kept.hand
            && from == at
        {
            (at, merged) = (into, Some(kept.seq));
        }
    }
    placed
        .or(freed)
        .or(split)
        .map(|kept| kept.seq)
        .or(merged.filter(|_| at == to))
}

/// The change of the earlier run alone without which the member is where it is.
fn by_gone(
    member: &str,
    (from, to): (i32, i32),
    gone: &[&Kept],
    (was_pinned, is_pinned): (bool, bool),
) -> Option<i64> {
    let found = gone.iter().rev().find(|kept| match &kept.hand {
        Hand::Move { .. } | Hand::Place { .. } | Hand::Lock { .. } => {
            was_pinned && !is_pinned && places(&kept.hand, member)
        }
        Hand::Merge { from: end, into } => (*into, *end) == (from, to),
        Hand::Split { cluster, part } => (*part, *cluster) == (from, to),
        _ => false,
    });
    found.map(|kept| kept.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seq: i64, hand: Hand) -> Kept {
        Kept { seq, hand }
    }

    fn at(hands: &[Kept], pinned: bool) -> HandsAt<'_> {
        HandsAt {
            hands,
            pinned,
            part: "",
        }
    }

    fn moved(seq: i64, to: i32) -> Kept {
        let members = vec!["a".to_string()];
        of(seq, Hand::Move { members, to })
    }

    #[test]
    fn a_placing_a_freeing_and_an_undoing_are_told_apart() {
        let (none, one) = ([], [moved(5, 2)]);
        let told = |before, now, lean| cause("a", (1, 2), before, now, lean, false);
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
        let told = |before, now| cause("a", (1, 2), before, now, 1.0, false);
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
    fn without_a_change_by_hand_it_is_part_rule_data_or_bounds() {
        let parted = HandsAt {
            part: "city",
            ..at(&[], false)
        };
        let told = |now, lean, rules| cause("a", (1, 2), at(&[], false), now, lean, rules);
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
}
