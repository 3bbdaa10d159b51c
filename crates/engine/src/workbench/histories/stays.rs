//! The stays of one member, run by run: where it was, whether it stayed, what moved it, what its cluster was called. It
//! must not choose which members are told of.

use super::super::hands::HandNames;
use super::super::movers::{Crossing, Seen, cause_word, causes, name_of, standing, words};
use super::super::timeline::{Lived, Times, known_at};
use crate::ask::instant;
use crate::authors::Authors;
use crate::project::beside;
use crate::views::{MemberStay, MoveCause, MoveHand, MoveKind, PeriodWord};
use crate::{EngineError, Project, clock};
use registry::HandEntry;
use segment::hands::Hand;
use std::collections::HashMap;

/// What is read once for all stays of a member.
pub(super) struct Telling<'a> {
    pub project: &'a Project,
    pub scheme: &'a str,
    pub times: &'a Times,
    pub entries: &'a [HandEntry],
    pub authors: &'a Authors,
    pub titles: &'a HashMap<String, String>,
}

/// Where a member is in a run, as far as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// Not among the members.
    Nowhere,
    /// In a cluster that is too small to be shown.
    Hidden,
    /// In this cluster.
    In(i32),
}

/// A run that was live, with the member in it.
pub(super) struct Visit<'a> {
    lived: &'a Lived,
    /// The date at which it is looked at.
    on: i64,
    spot: Spot,
    /// Whether a person put the member there.
    pinned: bool,
    /// The name of its cluster when the run's time began, and at the date.
    names: Option<[String; 2]>,
}

impl Visit<'_> {
    /// The name of the member's cluster at the date.
    fn name(&self) -> Option<String> {
        self.names.as_ref().map(|[_, at]| at.clone())
    }

    /// Where nothing was live between this and a later run, that in a sentence.
    pub fn idle(&self, next: &Visit<'_>) -> Option<String> {
        let ended = self.lived.until.filter(|until| *until < next.lived.from)?;
        Some(format!(
            "Nothing of the scheme was live from {} to {}.",
            clock::day(ended),
            clock::day(next.lived.from)
        ))
    }
}

impl<'a> Telling<'a> {
    /// A run as it ended, is, or will begin: names that people gave meanwhile are those of then.
    pub async fn visit(
        &self,
        lived: &'a Lived,
        spot: Spot,
        pinned: bool,
    ) -> Result<Visit<'a>, EngineError> {
        let end = lived.until.map_or(self.times.now, |until| until - 1);
        let on = end.min(self.times.now).max(lived.from);
        let names = match spot {
            Spot::In(cluster) => {
                let result = self.project.scheme_result(&lived.step.run_id).await?;
                let at = |instant: i64| -> Result<String, EngineError> {
                    let names = HandNames::by(known_at(self.entries, instant))?;
                    Ok(name_of(&names, &result, cluster))
                };
                Some([at(lived.from)?, at(on)?])
            }
            Spot::Nowhere | Spot::Hidden => None,
        };
        Ok(Visit {
            lived,
            on,
            spot,
            pinned,
            names,
        })
    }

    /// Whether a member is where it was: in the same cluster, whatever its number in each run.
    pub async fn stays(&self, before: &Visit<'_>, now: &Visit<'_>) -> Result<bool, EngineError> {
        let (Spot::In(was), Spot::In(is)) = (before.spot, now.spot) else {
            return Ok(before.spot == now.spot);
        };
        let (old, new) = (&before.lived.step.run_id, &now.lived.step.run_id);
        if old == new {
            return Ok(was == is);
        }
        if was == is {
            let registry = self.project.registry();
            let (old, new) = (registry.scenario(old).await?, registry.scenario(new).await?);
            if self.project.of_one_line(self.times, &old, &new).await? {
                return Ok(true);
            }
        }
        let (before, now) = (self.seen(before).await?, self.seen(now).await?);
        let same = self.project.same_seen(self.times, &before, &now).await?;
        Ok(same.iter().any(|pair| (pair.before, pair.now) == (was, is)))
    }

    /// A stay goes on in the next run.
    pub fn extend(&self, stay: &mut MemberStay, visit: &Visit<'_>) {
        let lived = visit.lived;
        stay.publications
            .push(self.times.row(lived, self.titles, self.authors));
        stay.until = instant(lived.until);
        let from = stay.publications.first().map(|row| row.state);
        // It began before now and goes on into what is planned: it is there now.
        let word = self.times.word(lived.from, lived.until);
        stay.state = match (from, word) {
            (Some(PeriodWord::Planned) | None, word) => word,
            (Some(_), PeriodWord::Planned) => PeriodWord::Live,
            (Some(_), word) => word,
        };
        // What is planned will be called so, and is not yet.
        if stay.state != PeriodWord::Planned && word == PeriodWord::Planned {
            return;
        }
        // What people named it meanwhile is told as that; this is how the next run calls it.
        let began = visit.names.as_ref().map(|[began, _]| began);
        if let Some(old) = stay.name.as_ref().filter(|old| Some(*old) != began) {
            let until = clock::day(lived.from);
            stay.notes.push(format!("called '{old}' until {until}"));
        }
        stay.name = visit.name();
        if let Spot::In(cluster) = visit.spot {
            stay.cluster = Some(cluster);
        }
    }

    /// A stay that begins with a run, after another; `same` where the member is where it was before nothing was live.
    pub async fn stay(
        &self,
        member: &str,
        last: Option<&Visit<'_>>,
        visit: &Visit<'_>,
        same: bool,
    ) -> Result<MemberStay, EngineError> {
        let lived = visit.lived;
        let mut stay = MemberStay {
            state: self.times.word(lived.from, lived.until),
            from: clock::text(lived.from),
            until: instant(lived.until),
            cluster: match visit.spot {
                Spot::In(cluster) => Some(cluster),
                Spot::Nowhere | Spot::Hidden => None,
            },
            hidden: visit.spot == Spot::Hidden,
            name: visit.name(),
            publications: vec![self.times.row(lived, self.titles, self.authors)],
            kind: None,
            cause: None,
            sentence: "It was there in the first run that was live".into(),
            why: None,
            hand: None,
            notes: Vec::new(),
        };
        let Some(before) = last else {
            self.placed(&mut stay, member, visit).await?;
            return Ok(stay);
        };
        match (before.spot, visit.spot) {
            _ if same && before.spot != Spot::Hidden => {
                stay.sentence = "It is where it was before".into()
            }
            (Spot::In(_), Spot::In(_)) => {
                stay.kind = Some(MoveKind::Moved);
                self.moved(&mut stay, member, before, visit).await?;
            }
            // Whether it moved, and how, would tell which cluster the hidden one is.
            (Spot::Hidden | Spot::In(_), Spot::Hidden | Spot::In(_)) => {
                stay.sentence = "From or to a segment of too few people to be shown".into();
            }
            (Spot::Nowhere, _) => {
                stay.kind = Some(MoveKind::Entered);
                stay.sentence = "It was not among the members before".into();
                self.placed(&mut stay, member, visit).await?;
            }
            (_, Spot::Nowhere) => {
                stay.kind = Some(MoveKind::Left);
                stay.sentence = "It is not among the members any more".into();
            }
        }
        if let Some(idle) = before.idle(visit) {
            stay.sentence = format!("{idle} {}", stay.sentence);
        }
        Ok(stay)
    }

    /// Whose hand put it there where it was in no cluster before, so that it did not move.
    async fn placed(
        &self,
        stay: &mut MemberStay,
        member: &str,
        visit: &Visit<'_>,
    ) -> Result<(), EngineError> {
        let Spot::In(cluster) = visit.spot else {
            return Ok(());
        };
        if !visit.pinned {
            return Ok(());
        }
        let seen = self.seen(visit).await?;
        let by = seen.hands.iter().rev().find(|kept| {
            let places = matches!(
                kept.hand,
                Hand::Move { .. } | Hand::Place { .. } | Hand::Lock { .. }
            );
            places && kept.hand.members().contains(&member)
        });
        let entry = by.and_then(|kept| self.entries.iter().find(|entry| entry.seq == kept.seq));
        let Some(entry) = entry else {
            return Ok(());
        };
        let cause = [segment::Cause::Hand(entry.seq)];
        let project = self.project;
        let elsewhere = project.meant_elsewhere(self.times, self.entries, &seen, &cause);
        let to = match serde_json::from_value(entry.hand.clone()) {
            Ok(Hand::Move { to, .. } | Hand::Place { to, .. }) => Some(to),
            _ => None,
        };
        let sentence = match (elsewhere.await?.remove(&entry.seq), to) {
            (Some(note), _) => format!("{} ({note})", words(entry, false)),
            // A cluster that was merged since is another number now, and may be one that is not shown.
            (None, Some(to)) if to != cluster => "placed in a cluster that became this one".into(),
            (None, _) => words(entry, false),
        };
        let hand = MoveHand {
            seq: entry.seq,
            sentence,
            at: clock::text(entry.at),
            author: self.authors.name(entry.author.clone()),
            reason: entry.reason.clone(),
        };
        stay.cause = Some(MoveCause::Hand);
        stay.sentence = format!(
            "{}. By hand: {}, by {}: {}",
            stay.sentence, hand.sentence, hand.author, hand.reason
        );
        stay.hand = Some(hand);
        Ok(())
    }

    /// A run with its rows, whole.
    async fn seen(&self, visit: &Visit<'_>) -> Result<Seen, EngineError> {
        self.project
            .seen(self.scheme, self.times, visit.on, "on", self.entries)
            .await
    }

    /// Why it moved, from the rows of both runs.
    async fn moved(
        &self,
        stay: &mut MemberStay,
        member: &str,
        before: &Visit<'_>,
        now: &Visit<'_>,
    ) -> Result<(), EngineError> {
        let (before, now) = (self.seen(before).await?, self.seen(now).await?);
        let Some(pair) = before.base.place(member).zip(now.base.place(member)) else {
            return Ok(());
        };
        let project = self.project;
        let same = project.same_seen(self.times, &before, &now).await?;
        let across = project.across(self.times, &before, &now).await?;
        let found = beside(move || {
            let (earlier, later) = (standing(&before.base), standing(&now.base));
            let moved = segment::why_moved(&earlier, &later, &same, &[pair])?;
            let causes = causes(&before, &now, &across, &moved);
            Ok((before, now, moved.into_iter().zip(causes).next()))
        });
        let (before, now, found) = found.await?;
        let Some((moved, cause)) = found else {
            return Ok(());
        };
        let only = [cause];
        let elsewhere = project.meant_elsewhere(self.times, self.entries, &now, &only);
        let elsewhere = elsewhere.await?;
        let crossing = Crossing {
            before: &before,
            now: &now,
            entries: self.entries,
            authors: self.authors,
            elsewhere: &elsewhere,
        };
        stay.cause = Some(cause_word(cause));
        stay.hand = crossing.hand(cause, false);
        stay.sentence = crossing.sentence(&moved, cause, stay.hand.as_ref());
        stay.why = Some(crossing.why(&moved.why));
        Ok(())
    }

    /// The names that people gave to the cluster while the member was in it.
    pub fn names(&self, stay: &MemberStay) -> Result<Vec<String>, EngineError> {
        let Some(cluster) = stay.cluster else {
            return Ok(Vec::new());
        };
        let instant = |text: &str| clock::parse(text).unwrap_or_default();
        let (from, until) = (
            instant(&stay.from),
            stay.until.as_deref().map_or(i64::MAX, instant),
        );
        let within = self
            .entries
            .iter()
            .filter(|entry| (from..until).contains(&entry.at));
        let each = within.filter_map(|entry| {
            let hand: Hand = serde_json::from_value(entry.hand.clone()).ok()?;
            match hand {
                Hand::Rename {
                    cluster: named,
                    name,
                } if named == cluster => Some(format!(
                    "named '{name}' on {} by {}: {}",
                    clock::day(entry.at),
                    self.authors.name(entry.author.clone()),
                    entry.reason
                )),
                _ => None,
            }
        });
        Ok(each.collect())
    }
}
