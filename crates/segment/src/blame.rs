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

/// The way of a member that moved, each end by its number in both runs: a number need not mean the same cluster in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The cluster left, by its number in the earlier run.
    pub from: i32,
    /// The cluster entered, by its number in the later run.
    pub to: i32,
    /// The cluster left by its number in the later run, before hands; none where that did not find it.
    pub from_now: Option<i32>,
    /// The cluster entered by its number in the earlier run, before hands; none where that did not find it.
    pub to_before: Option<i32>,
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
        way: Named,
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
        way: Named,
        holder: Option<Change<'_>>,
        was_pinned: bool,
    ) -> Option<i64> {
        let placed = holder.filter(|change| change.alone);
        let freed = self
            .now
            .alone(member, |hand| matches!(hand, Hand::Unlock { .. }))
            .filter(|_| was_pinned && holder.is_none());
        // Changes of the later run are in its numbers.
        let shaped = || {
            let (from, to) = (way.from_now?, way.to);
            self.now
                .split(from, to)
                .or_else(|| self.now.merged(from, to))
        };
        placed
            .or(freed)
            .map(|change| change.kept.seq)
            .or_else(shaped)
    }

    /// The change of the earlier run alone without which the member is where it is.
    fn gone(&self, member: &str, way: Named, was_pinned: bool) -> Option<i64> {
        let newest = self
            .before
            .named(member)
            .iter()
            .rfind(|change| target(&change.kept.hand, member).is_some());
        newest
            .filter(|change| was_pinned && change.alone)
            .map(|change| change.kept.seq)
            .or_else(|| {
                let (from, to) = (way.from, way.to_before?);
                self.before
                    .split(to, from)
                    .or_else(|| self.before.merged(to, from))
            })
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
mod tests;
