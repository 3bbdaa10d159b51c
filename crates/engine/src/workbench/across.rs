//! What a number of one run is called in another, where their numbers mean different clusters: so that whose a move is
//! goes by which cluster it is, and not by its number. It must not match clusters: `segment::same_clusters` does.

use super::board::Base;
use super::movers::Seen;
use super::timeline::Times;
use crate::{EngineError, Project};
use registry::HandEntry;
use segment::hands::Hand;
use segment::{Cause, Entity, Moved, Named, Numbers};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The numbers of two runs in each other.
pub(super) enum Across {
    /// A number means the same cluster in both.
    Same,
    /// By the members: clusters as the earlier run kept them by those the later one found, and the other way round,
    /// since merges and splits are told in the numbers that were found.
    Matched {
        now: BTreeMap<i32, i32>,
        before: BTreeMap<i32, i32>,
    },
}

impl Across {
    /// The way of a move, each end by its number in both runs.
    pub fn way(&self, moved: &Moved) -> Named {
        let (from, to) = (moved.from, moved.to);
        let (from_now, to_before) = match self {
            Self::Same => (Some(from), Some(to)),
            Self::Matched { now, before } => (now.get(&from).copied(), before.get(&to).copied()),
        };
        Named {
            from,
            to,
            from_now,
            to_before,
        }
    }
}

/// Clusters of the first list by those of the second, matched by the members that both runs have.
fn matched(
    (old, was): (&Base, &[i32]),
    (new, is): (&Base, &[i32]),
    made: &BTreeSet<i32>,
) -> Result<BTreeMap<i32, i32>, EngineError> {
    let both = old.ids.iter().enumerate().filter_map(|(place, id)| {
        let other = new.place(id)?;
        Some((was[place], is[other]))
    });
    let both: Vec<(i32, i32)> = both.collect();
    let numbers = Numbers {
        same: false,
        members: true,
        made,
    };
    let (was, is) = (was.iter().copied().collect(), is.iter().copied().collect());
    let pairs = segment::same_clusters(&both, &was, &is, numbers)?;
    Ok(pairs.iter().map(|pair| (pair.before, pair.now)).collect())
}

impl Project {
    /// The numbers of two runs that were live in each other.
    pub(super) async fn across(
        &self,
        times: &Times,
        before: &Seen,
        now: &Seen,
    ) -> Result<Across, EngineError> {
        let (old, new) = (&before.base, &now.base);
        let rules = old.result.ruled && new.result.ruled;
        if rules
            || self
                .of_one_line(times, &before.scenario, &now.scenario)
                .await?
        {
            return Ok(Across::Same);
        }
        let made = old.result.made.keys().chain(new.result.made.keys());
        let made: BTreeSet<i32> = made.copied().collect();
        Ok(Across::Matched {
            now: matched((old, &old.kept), (new, &new.found), &made)?,
            before: matched((new, &new.kept), (old, &old.found), &made)?,
        })
    }

    /// Of the changes by hand behind moves those that meant another cluster than the number has in the later run, by
    /// what there is to say of it: who changed something looked at a run in which the number was another cluster.
    pub(super) async fn meant_elsewhere(
        &self,
        times: &Times,
        entries: &[HandEntry],
        now: &Seen,
        causes: &[Cause],
    ) -> Result<HashMap<i64, String>, EngineError> {
        let mut all = HashMap::new();
        // Of customers it is not told where to.
        if now.base.result.of == Entity::Customers {
            return Ok(all);
        }
        let seqs = causes.iter().filter_map(|cause| match cause {
            Cause::Hand(seq) => Some(*seq),
            _ => None,
        });
        let mut looked_at: HashMap<&str, Option<LookedAt>> = HashMap::new();
        for seq in seqs.collect::<BTreeSet<i64>>() {
            let entry = entries.iter().find(|entry| entry.seq == seq);
            let Some((entry, to)) = entry.and_then(|entry| Some((entry, placed(entry)?))) else {
                continue;
            };
            // Matching goes over all members: once for a run, however many changes were made on it.
            let run = entry.run_id.as_str();
            if !looked_at.contains_key(run) {
                looked_at.insert(run, self.looked_at(times, run, now).await?);
            }
            let then = looked_at.get(run).and_then(Option::as_ref);
            if let Some(note) = then.and_then(|then| then.elsewhere(to)) {
                all.insert(seq, note);
            }
        }
        Ok(all)
    }

    /// A run on which changes were made, matched with the later one; none where it is that one.
    async fn looked_at(
        &self,
        times: &Times,
        run: &str,
        now: &Seen,
    ) -> Result<Option<LookedAt>, EngineError> {
        let scenario = self.registry().scenario(run).await?;
        if scenario.run_id == now.scenario.run_id {
            return Ok(None);
        }
        let then = self.base(&scenario.run_id).await?;
        let (before, later) = (
            (&scenario, &*then, &then.kept[..]),
            (&now.scenario, &*now.base, &now.base.kept[..]),
        );
        let same = self.same_clusters(times, before, later).await?;
        Ok(Some(LookedAt {
            title: scenario.title,
            clusters: then.kept.iter().copied().collect(),
            is: same.iter().map(|pair| (pair.before, pair.now)).collect(),
        }))
    }
}

/// A run on which changes were made.
struct LookedAt {
    /// What it is called.
    title: String,
    /// Its clusters.
    clusters: BTreeSet<i32>,
    /// Which of them is which in the later run.
    is: BTreeMap<i32, i32>,
}

impl LookedAt {
    /// What to say of a number that is another cluster in the later run; none where it is the same.
    fn elsewhere(&self, to: i32) -> Option<String> {
        let title = &self.title;
        match self.is.get(&to) {
            Some(number) if *number == to => None,
            // It was made by hand, or emptied, since: nothing is known against it.
            None if !self.clusters.contains(&to) => None,
            Some(number) => Some(format!(
                "meant was cluster {to} of '{title}', which is cluster {number} here"
            )),
            None => Some(format!(
                "meant was cluster {to} of '{title}', which is no cluster here"
            )),
        }
    }
}

/// The cluster into which a change puts its members, where it is one.
fn placed(entry: &HandEntry) -> Option<i32> {
    match serde_json::from_value(entry.hand.clone()).ok()? {
        Hand::Move { to, .. } | Hand::Place { to, .. } => Some(to),
        Hand::Merge { into, .. } => Some(into),
        _ => None,
    }
}
