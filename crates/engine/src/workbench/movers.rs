//! What moved members between two runs that were live, in words: whose change by hand, or which features. It must
//! not read anything.

use super::SchemeResult;
use super::across::Across;
use super::board::Base;
use super::hands::{HandNames, of_customers};
use super::timeline::Lived;
use crate::authors::Authors;
use crate::clock;
use crate::views::{MoveCause, MoveHand, MoveReason, MoveWhy};
use registry::{HandEntry, Scenario, standing_hands};
use segment::hands::{Hand, Kept};
use segment::{Between, Cause, HandsAt, Moved, Why};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Features that are named; the others are summed.
const NAMED: usize = 4;

/// Parts are told in per cent of a change while none is more than so many times the change: where parts all but
/// cancel out, per cents in thousands tell nothing.
const SHARE_MAX: f64 = 2.0;

/// A run that was live, at one date of its time.
pub(super) struct Seen {
    /// The date.
    pub on: i64,
    /// Its time.
    pub lived: Lived,
    /// The run as it was decided on.
    pub scenario: Scenario,
    /// Its rows.
    pub base: Arc<Base>,
    /// What people called its clusters at the date.
    pub names: HandNames,
    /// The changes by hand that it obeyed.
    pub hands: Vec<Kept>,
    /// Clusters that may be shown.
    pub shown: BTreeSet<i32>,
}

impl Seen {
    /// The name of a cluster at the date.
    pub fn name(&self, cluster: i32) -> String {
        name_of(&self.names, &self.base.result, cluster)
    }

    fn hands_at(&self, place: usize) -> HandsAt<'_> {
        HandsAt {
            found: self.base.found[place],
            pinned: self.base.pins.contains_key(&place),
            part: &self.base.known[place].part,
        }
    }
}

/// The name of a cluster of a run, as people called it by then.
pub(super) fn name_of(names: &HandNames, result: &SchemeResult, cluster: i32) -> String {
    let proposed = result.names.get(&cluster).cloned();
    let proposed = proposed.unwrap_or_else(|| format!("cluster {cluster}"));
    names.name(cluster, &proposed).0
}

/// What moved each of these members.
pub(super) fn causes(before: &Seen, now: &Seen, across: &Across, moved: &[Moved]) -> Vec<Cause> {
    let between = Between::new(&before.hands, &now.hands);
    let each = moved.iter().map(|moved| {
        between.cause(
            &now.base.ids[moved.now],
            across.way(moved),
            before.hands_at(moved.before),
            now.hands_at(moved.now),
            moved.why.lean,
            now.base.result.ruled,
        )
    });
    each.collect()
}

/// A run's rows for the arithmetic.
pub(super) fn standing(base: &Base) -> segment::Standing<'_> {
    segment::Standing {
        ids: &base.ids,
        clusters: &base.kept,
        columns: &base.columns,
        prepared: &base.prepared,
    }
}

/// Two runs that were live, the earlier date first, and everything people changed.
pub(super) struct Crossing<'a> {
    /// At the earlier date.
    pub before: &'a Seen,
    /// At the later date.
    pub now: &'a Seen,
    /// The scheme's changes, oldest first.
    pub entries: &'a [HandEntry],
    /// Who is who.
    pub authors: &'a Authors,
    /// Changes that meant another cluster than the number has at the later date, with what to say of it.
    pub elsewhere: &'a HashMap<i64, String>,
}

impl Crossing<'_> {
    /// The change by hand behind a cause; none where it is no person's. Where many are told of at once, of customers,
    /// it is `counted`: told neither with whom nor where to.
    pub fn hand(&self, cause: Cause, counted: bool) -> Option<MoveHand> {
        let find = |seq: i64| self.entries.iter().find(|entry| entry.seq == seq);
        let words = |seq: i64| find(seq).map(|entry| words(entry, counted));
        let (entry, sentence) = match cause {
            Cause::Hand(seq) => {
                let sentence = match self.elsewhere.get(&seq).filter(|_| !counted) {
                    Some(note) => format!("{} ({note})", words(seq)?),
                    None => words(seq)?,
                };
                (find(seq)?, sentence)
            }
            Cause::Undone(seq) => {
                let between = (self.before.scenario.hands_seq, self.now.scenario.hands_seq);
                match taken_back(self.entries, seq, between) {
                    Some(entry) => {
                        let undone = format!("change {seq} was taken back ({})", words(seq)?);
                        (entry, undone)
                    }
                    // No undoing: a run from before the change went live again.
                    None => return Some(self.went_back(seq, &words(seq)?)),
                }
            }
            Cause::Part | Cause::Rule | Cause::Data | Cause::Bounds => return None,
        };
        Some(MoveHand {
            seq: entry.seq,
            sentence,
            at: clock::text(entry.at),
            author: self.authors.name(entry.author.clone()),
            reason: entry.reason.clone(),
        })
    }

    /// The changes by hand behind the moves of a flow, each once, the newest first. `least` is 1, or of customers the
    /// least number of people that is told of: a change behind fewer of them would tell of single ones.
    pub fn hands(&self, causes: impl Iterator<Item = Cause>, least: u64) -> Vec<MoveHand> {
        let mut all: Vec<MoveHand> = behind_enough(causes, least)
            .into_iter()
            .filter_map(|cause| self.hand(cause, least > 1))
            .collect();
        all.sort_by_key(|hand| std::cmp::Reverse(hand.seq));
        all
    }

    fn went_back(&self, seq: i64, what: &str) -> MoveHand {
        let step = &self.now.lived.step;
        MoveHand {
            seq,
            sentence: format!("a run without change {seq} ({what}) went live"),
            at: clock::text(step.at),
            author: self.authors.name(step.author.clone()),
            reason: step.comment.clone(),
        }
    }

    /// A move in a sentence.
    pub fn sentence(&self, moved: &Moved, cause: Cause, hand: Option<&MoveHand>) -> String {
        if let Some(hand) = hand {
            return format!(
                "By hand: {}, by {}: {}",
                hand.sentence, hand.author, hand.reason
            );
        }
        let (from, to) = (self.before.name(moved.from), self.now.name(moved.to));
        let (then, now) = (
            &self.before.base.known[moved.before].part,
            &self.now.base.known[moved.now].part,
        );
        match cause {
            Cause::Part => {
                let part = |part: &str| match part {
                    "" => "no part".to_string(),
                    part => part.to_string(),
                };
                format!(
                    "It is in {} now, it was in {} before",
                    part(now),
                    part(then)
                )
            }
            Cause::Rule => format!("It fits the rule of {to} now and not that of {from}"),
            Cause::Bounds | Cause::Hand(_) | Cause::Undone(_) => {
                "Distance does not speak for it: sizes, links or the bounds of the search do".into()
            }
            Cause::Data => {
                let top = self.reasons(&moved.why);
                let named: Vec<String> = top
                    .iter()
                    .take(2)
                    .map(|reason| {
                        let whose = match reason.by_member.abs() >= reason.by_centers.abs() {
                            true => "its own changed",
                            false => "the clusters changed",
                        };
                        format!("{} ({whose})", reason.label.to_lowercase())
                    })
                    .collect();
                match named.is_empty() {
                    true => format!("It was nearer to {to} than to {from} before, and is now"),
                    false => format!(
                        "Nearer to {to} than to {from} now, above all by {}",
                        named.join(" and ")
                    ),
                }
            }
        }
    }

    fn reasons(&self, why: &Why) -> Vec<MoveReason> {
        let features = &self.now.base.columns.features;
        let speaking = why.pushes.iter().filter(|push| push.change() > 0.0);
        let each = speaking.take(NAMED).map(|push| MoveReason {
            feature: features[push.feature].key.clone(),
            label: features[push.feature].label.clone(),
            change: push.change(),
            by_member: push.by_member,
            by_centers: push.by_centers,
        });
        each.collect()
    }

    /// The features of a move as they are shown: the first few, and the rest in one.
    pub fn why(&self, why: &Why) -> MoveWhy {
        let reasons = self.reasons(why);
        let named: f64 = reasons.iter().map(|reason| reason.change).sum();
        let rest = why.change - named;
        let most = reasons.iter().map(|reason| reason.change.abs());
        let most = most.chain([rest.abs()]).fold(0.0, f64::max);
        MoveWhy {
            change: why.change,
            lean: why.lean,
            shares: why.change > 0.0 && most <= SHARE_MAX * why.change,
            rest,
            reasons,
        }
    }
}

/// The word of a cause in answers.
pub(super) fn cause_word(cause: Cause) -> MoveCause {
    match cause {
        Cause::Hand(_) | Cause::Undone(_) => MoveCause::Hand,
        Cause::Part => MoveCause::Part,
        Cause::Rule => MoveCause::Rule,
        Cause::Data => MoveCause::Data,
        Cause::Bounds => MoveCause::Bounds,
    }
}

/// The causes by hand behind at least so many moves, each once.
fn behind_enough(causes: impl Iterator<Item = Cause>, least: u64) -> Vec<Cause> {
    let mut counts: HashMap<Cause, u64> = HashMap::new();
    for cause in causes.filter(|cause| cause_word(*cause) == MoveCause::Hand) {
        *counts.entry(cause).or_default() += 1;
    }
    let enough = counts.into_iter().filter(|(_, count)| *count >= least);
    enough.map(|(cause, _)| cause).collect()
}

/// The entry between two runs, given by the newest entries that they obey, that took a change back: its undoing, or going
/// back to a version without it. Of several the last, since a change that was brought back in between stood again.
fn taken_back(entries: &[HandEntry], seq: i64, (after, until): (i64, i64)) -> Option<&HandEntry> {
    let stands = |entries: &[HandEntry]| {
        let standing = standing_hands(entries);
        standing.iter().any(|entry| entry.seq == seq)
    };
    let may = |entry: &HandEntry| {
        let between = entry.seq > after && entry.seq <= until;
        between && (entry.undoes == Some(seq) || entry.restores.is_some())
    };
    let mut all = entries.iter().enumerate().rev();
    let found = all.find(|(place, entry)| {
        may(entry) && stands(&entries[..*place]) && !stands(&entries[..=*place])
    });
    found.map(|(_, entry)| entry)
}

/// A change by hand in words that name no member; `counted` ones do not tell where to, either.
pub(super) fn words(entry: &HandEntry, counted: bool) -> String {
    let hand: Option<Hand> = serde_json::from_value(entry.hand.clone()).ok();
    let hidden = hand
        .as_ref()
        .filter(|_| counted)
        .and_then(|hand| of_customers(hand.word()));
    if let Some(hidden) = hidden {
        return hidden;
    }
    match hand {
        Some(Hand::Move { to, .. }) => format!("moved to cluster {to}"),
        Some(Hand::Place { to, .. }) => format!("placed in cluster {to}"),
        Some(Hand::Lock { .. }) => "locked where it was".into(),
        Some(Hand::Unlock { .. }) => "set free".into(),
        Some(Hand::Together { .. }) => "kept together with others".into(),
        Some(Hand::Apart { .. }) => "kept apart from others".into(),
        Some(other) => super::asked::told(&other),
        None => format!("change {}", entry.seq),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_change_behind_few_people_is_not_told_of() {
        let causes = [
            Cause::Hand(5),
            Cause::Hand(5),
            Cause::Undone(6),
            Cause::Data,
        ];
        assert_eq!(behind_enough(causes.into_iter(), 2), [Cause::Hand(5)]);
        assert_eq!(behind_enough(causes.into_iter(), 1).len(), 2);
        assert!(behind_enough(causes.into_iter(), 3).is_empty());
    }

    fn entry(seq: i64) -> HandEntry {
        HandEntry {
            seq,
            scheme: "value".into(),
            run_id: "run".into(),
            hand: json!({ "kind": "move", "members": ["17"], "to": 3 }),
            cost: Value::Null,
            at: 0,
            author: "ann".into(),
            reason: "why".into(),
            undoes: None,
            restores: None,
        }
    }

    #[test]
    fn who_took_a_change_back_last_is_told_and_not_who_did_before_it_stood_again() {
        let undo = |seq, undone| HandEntry {
            undoes: Some(undone),
            ..entry(seq)
        };
        let restore = |seq, version| HandEntry {
            restores: Some(version),
            ..entry(seq)
        };
        let by =
            |entries: &[HandEntry], between| taken_back(entries, 5, between).map(|entry| entry.seq);
        // Undone by 6, brought back by 8, left behind by 9.
        let all = [entry(5), undo(6, 5), restore(8, 5), restore(9, 7)];
        assert_eq!(by(&all, (8, 9)), Some(9));
        assert_eq!(by(&all, (5, 9)), Some(9));
        assert_eq!(by(&all, (5, 6)), Some(6));
        // Going back to where it was taken back already takes nothing back.
        assert_eq!(by(&[entry(5), undo(6, 5), restore(9, 7)], (5, 9)), Some(6));
        // An older run that is live again took nothing back.
        assert_eq!(by(&all, (8, 4)), None);
    }

    #[test]
    fn of_customers_neither_whom_nor_where_to_is_told() {
        let entry = entry(5);
        assert_eq!(words(&entry, true), "move of customers");
        assert_eq!(words(&entry, false), "moved to cluster 3");
    }
}
