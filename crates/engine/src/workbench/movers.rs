//! What moved members between two runs that were live, in words: whose change by hand, or which features. It must
//! not read anything.

use super::board::Base;
use super::hands::HandNames;
use super::timeline::Lived;
use crate::authors::Authors;
use crate::clock;
use crate::views::{MoveCause, MoveHand, MoveReason, MoveWhy};
use registry::{HandEntry, Scenario};
use segment::hands::{Hand, Kept};
use segment::{Cause, HandsAt, Moved, Why};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Features that are named; the others are summed.
const NAMED: usize = 4;

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
    /// Whether rules say who is where.
    pub by_rules: bool,
}

impl Seen {
    /// The name of a cluster at the date.
    pub fn name(&self, cluster: i32) -> String {
        let proposed = self.base.result.names.get(&cluster).cloned();
        let proposed = proposed.unwrap_or_else(|| format!("cluster {cluster}"));
        self.names.name(cluster, &proposed).0
    }

    fn hands_at(&self, place: usize) -> HandsAt<'_> {
        HandsAt {
            hands: &self.hands,
            pinned: self.base.pins.contains_key(&place),
            part: &self.base.known[place].part,
        }
    }
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
}

impl Crossing<'_> {
    /// What moved a member.
    pub fn cause(&self, moved: &Moved) -> Cause {
        segment::cause(
            &self.now.base.ids[moved.now],
            (moved.from, moved.to),
            self.before.hands_at(moved.before),
            self.now.hands_at(moved.now),
            moved.why.lean,
            self.now.by_rules,
        )
    }

    /// The change by hand behind a cause; none where it is no person's.
    pub fn hand(&self, cause: Cause) -> Option<MoveHand> {
        let find = |seq: i64| self.entries.iter().find(|entry| entry.seq == seq);
        let (entry, sentence) = match cause {
            Cause::Hand(seq) => (find(seq)?, words(find(seq)?)),
            Cause::Undone(seq) => {
                let undone = format!("change {seq} was taken back ({})", words(find(seq)?));
                let by = self.entries.iter().find(|entry| {
                    entry.undoes == Some(seq) && entry.seq <= self.now.scenario.hands_seq
                });
                match by {
                    Some(entry) => (entry, undone),
                    // No undoing: a run from before the change went live again.
                    None => return Some(self.went_back(seq, &words(find(seq)?))),
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
            Cause::Part => format!("It is in {now} now, it was in {then}"),
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
        MoveWhy {
            change: why.change,
            lean: why.lean,
            rest: why.change - named,
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

/// A change by hand in words that name no member.
fn words(entry: &HandEntry) -> String {
    let hand: Option<Hand> = serde_json::from_value(entry.hand.clone()).ok();
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
