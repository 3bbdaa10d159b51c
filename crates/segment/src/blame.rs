//! What made a member move between two runs: a person's change, another part of a nested scheme, a rule, or its
//! data. Pure: the changes that each run obeyed in, the cause out. It must not know authors or dates.

use crate::hands::{Hand, Kept};
use std::collections::{HashMap, HashSet};

/// What made a member move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// The cluster in which the search had put it, before hands.
    pub found: i32,
    /// Whether a person had placed it.
    pub pinned: bool,
    /// Its part of a nested scheme.
    pub part: &'a str,
}

/// What people changed in two runs, sorted once for all who moved between them.
#[derive(Debug)]
pub struct Between<'a> {
    before: Obeyed<'a>,
    now: Obeyed<'a>,
}

/// A change that a run obeyed.
#[derive(Debug, Clone, Copy)]
struct Change<'a> {
    kept: &'a Kept,
    /// Whether the other run did not obey it.
    alone: bool,
}

/// The changes that a run obeyed, oldest first.
#[derive(Debug)]
struct Obeyed<'a> {
    /// Those that name a member.
    of: HashMap<&'a str, Vec<Change<'a>>>,
    /// Merges and splits.
    shape: Vec<Change<'a>>,
}

impl<'a> Between<'a> {
    /// Of the changes that stood in the earlier and in the later run, each oldest first.
    pub fn new(before: &'a [Kept], now: &'a [Kept]) -> Self {
        Self {
            before: Obeyed::new(before, now),
            now: Obeyed::new(now, before),
        }
    }

    /// Why `member` went from one cluster to another. `lean` is how much nearer it is now to the cluster entered;
    /// `by_rules` says that the scheme has rules instead of a search.
    pub fn cause(
        &self,
        member: &str,
        way: (i32, i32),
        before: HandsAt<'_>,
        now: HandsAt<'_>,
        lean: f64,
        by_rules: bool,
    ) -> Cause {
        let holder = self.now.holder(member, now.found).filter(|_| now.pinned);
        if let Some(seq) = self.fresh(member, way, holder, before.pinned) {
            return Cause::Hand(seq);
        }
        if let Some(seq) = self.gone(member, way, before.pinned) {
            return Cause::Undone(seq);
        }
        // A placing that both runs obey, but that did not hold in the earlier one.
        if let Some(holder) = holder {
            return Cause::Hand(holder.kept.seq);
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
        match (self.now.link(member), self.before.link(member)) {
            (Some(seq), _) => Cause::Hand(seq),
            (None, Some(seq)) => Cause::Undone(seq),
            (None, None) => Cause::Bounds,
        }
    }

    /// The change of the later run alone that explains the move.
    fn fresh(
        &self,
        member: &str,
        (from, to): (i32, i32),
        holder: Option<Change<'_>>,
        was_pinned: bool,
    ) -> Option<i64> {
        let placed = holder.filter(|change| change.alone);
        let freed = self
            .now
            .alone(member, |hand| matches!(hand, Hand::Unlock { .. }))
            .filter(|_| was_pinned && holder.is_none());
        let split = self.now.split(from, to);
        placed
            .or(freed)
            .map(|change| change.kept.seq)
            .or(split)
            .or_else(|| self.now.merged(from, to))
    }

    /// The change of the earlier run alone without which the member is where it is.
    fn gone(&self, member: &str, (from, to): (i32, i32), was_pinned: bool) -> Option<i64> {
        let newest = self
            .before
            .named(member)
            .iter()
            .rfind(|change| target(&change.kept.hand, member).is_some());
        newest
            .filter(|change| was_pinned && change.alone)
            .map(|change| change.kept.seq)
            .or_else(|| self.before.split(to, from))
            .or_else(|| self.before.merged(to, from))
    }
}

impl<'a> Obeyed<'a> {
    fn new(own: &'a [Kept], other: &[Kept]) -> Self {
        let others: HashSet<i64> = other.iter().map(|kept| kept.seq).collect();
        let mut of: HashMap<&str, Vec<Change<'_>>> = HashMap::new();
        let mut shape = Vec::new();
        for kept in own {
            let alone = !others.contains(&kept.seq);
            let change = Change { kept, alone };
            if matches!(kept.hand, Hand::Merge { .. } | Hand::Split { .. }) {
                shape.push(change);
            }
            for member in kept.hand.members() {
                of.entry(member).or_default().push(change);
            }
        }
        Self { of, shape }
    }

    fn named(&self, member: &str) -> &[Change<'a>] {
        self.of.get(member).map_or(&[], Vec::as_slice)
    }

    /// The newest change of this run alone that names the member and is wanted.
    fn alone(&self, member: &str, wanted: impl Fn(&Hand) -> bool) -> Option<Change<'a>> {
        let mut newest = self.named(member).iter().rev();
        newest
            .find(|change| change.alone && wanted(&change.kept.hand))
            .copied()
    }

    fn link(&self, member: &str) -> Option<i64> {
        let linked = |hand: &Hand| matches!(hand, Hand::Together { .. } | Hand::Apart { .. });
        self.alone(member, linked).map(|change| change.kept.seq)
    }

    /// The placing that holds a member: of the newest ones in a row that put it into one cluster the oldest, since
    /// that brought it there. None where that is a lock of a member which the search had put there itself.
    fn holder(&self, member: &str, found: i32) -> Option<Change<'a>> {
        let mut held: Option<(Change<'a>, i32)> = None;
        for change in self.named(member).iter().rev() {
            let hand = &change.kept.hand;
            let Some(to) = target(hand, member) else {
                match hand {
                    Hand::Unlock { .. } => break,
                    _ => continue,
                }
            };
            let end = self.end(to, change.kept.seq);
            if held.is_some_and(|(_, at)| at != end) {
                break;
            }
            held = Some((*change, end));
        }
        let (change, _) = held?;
        let by_search = match &change.kept.hand {
            Hand::Lock { members } => members
                .get(member)
                .is_some_and(|to| self.reach(found, change.kept.seq).contains(to)),
            _ => false,
        };
        (!by_search).then_some(change)
    }

    /// What a cluster has become by the merges after a change.
    fn end(&self, cluster: i32, seq: i64) -> i32 {
        let later = self.shape.iter().filter(|change| change.kept.seq > seq);
        later.fold(cluster, |at, change| match change.kept.hand {
            Hand::Merge { from, into } if from == at => into,
            _ => at,
        })
    }

    /// Where a member that was found in a cluster may be after the merges and splits before a change.
    fn reach(&self, found: i32, seq: i64) -> Vec<i32> {
        let mut all = vec![found];
        let earlier = self.shape.iter().filter(|change| change.kept.seq < seq);
        for change in earlier {
            match change.kept.hand {
                Hand::Merge { from, into } => all
                    .iter_mut()
                    .filter(|at| **at == from)
                    .for_each(|at| *at = into),
                Hand::Split { cluster, part } if all.contains(&cluster) => all.push(part),
                _ => {}
            }
        }
        all
    }

    /// The newest split of this run alone that made `part` of `cluster`.
    fn split(&self, cluster: i32, part: i32) -> Option<i64> {
        let made = Hand::Split { cluster, part };
        let mut newest = self.shape.iter().rev();
        newest
            .find(|change| change.alone && change.kept.hand == made)
            .map(|change| change.kept.seq)
    }

    /// The last merge of this run alone on the way of merges from one cluster to another: one may lead into the
    /// next.
    fn merged(&self, start: i32, goal: i32) -> Option<i64> {
        let (mut at, mut last) = (start, None);
        for change in &self.shape {
            match change.kept.hand {
                Hand::Merge { from, into } if from == at => {
                    at = into;
                    last = Some(change.kept.seq).filter(|_| change.alone).or(last);
                }
                _ => {}
            }
        }
        last.filter(|_| at == goal)
    }
}

/// Where a change puts a member; none where it puts it nowhere.
fn target(hand: &Hand, member: &str) -> Option<i32> {
    match hand {
        Hand::Move { to, .. } | Hand::Place { to, .. } => Some(*to),
        Hand::Lock { members } => members.get(member).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
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

    fn cause(way: (i32, i32), before: Run<'_>, now: Run<'_>, lean: f64, rules: bool) -> Cause {
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
}
