//! Which run of a scheme is live when: what was decided, from which day on, until what follows. The rule stands in
//! `segment::periods`. It must not decide anything.

use crate::ask::{instant, written_instant};
use crate::authors::Authors;
use crate::views::{PeriodWord, PublicationRow, RunShown, ShownWord};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{HandEntry, Mark, Scenario, ScenarioState, ScenarioStep, SchemeMark};
use segment::Deployment;
use std::collections::HashMap;

/// A time in which a run is live.
#[derive(Debug, Clone)]
pub(super) struct Lived {
    /// The step that made it live.
    pub step: ScenarioStep,
    /// Its first instant.
    pub from: i64,
    /// The first instant at which another run is live.
    pub until: Option<i64>,
}

/// All times of a scheme, oldest first, as seen from one instant.
pub(super) struct Times {
    /// That instant.
    pub now: i64,
    /// The times.
    pub all: Vec<Lived>,
    /// When the scheme was retired last, where nothing was made live since.
    pub ended: Option<i64>,
}

/// A run of a scheme, and the instant at which it is looked at: names are those that people had given by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAt {
    /// The run's id, or the word `live` or `newest`.
    pub run: String,
    /// The instant, microseconds since 1970 UTC; none for now.
    pub at: Option<i64>,
}

impl RunAt {
    /// A run as it is now.
    pub fn now(run: &str) -> Self {
        let run = run.to_string();
        Self { run, at: None }
    }

    /// The changes that were made by then, of changes oldest first.
    pub(super) fn known<'a>(&self, entries: &'a [HandEntry]) -> &'a [HandEntry] {
        self.at.map_or(entries, |at| known_at(entries, at))
    }
}

/// The changes that were made by an instant, of changes oldest first.
pub(super) fn known_at(entries: &[HandEntry], at: i64) -> &[HandEntry] {
    &entries[..entries.partition_point(|entry| entry.at <= at)]
}

/// The times that were decided by then, of which none goes on after the scheme was retired.
fn lived(deployed: &[(ScenarioStep, i64)], end: Option<i64>) -> Vec<Lived> {
    let deployments: Vec<Deployment> = deployed
        .iter()
        .map(|(step, from)| Deployment {
            from: *from,
            seq: step.seq,
        })
        .collect();
    let begun = |from: i64| end.is_none_or(|end| from < end);
    let all = segment::periods(&deployments).into_iter();
    let all = all.filter(|period| begun(period.from)).map(|period| Lived {
        step: deployed[period.place].0.clone(),
        from: period.from,
        until: match (period.until, end) {
            (Some(until), Some(end)) => Some(until.min(end)),
            (until, end) => until.or(end),
        },
    });
    all.collect()
}

impl Times {
    /// The times that were decided up to the entry of a number, of steps newest first, as seen from an instant.
    pub fn decided(steps: &[ScenarioStep], marks: &[SchemeMark], seq: i64, now: i64) -> Self {
        let steps = steps.iter().filter(|step| step.seq <= seq).cloned();
        let retired = marks
            .iter()
            .filter(|mark| mark.mark == Mark::Retired && mark.seq <= seq);
        let ends: Vec<(i64, i64)> = retired.map(|mark| (mark.seq, mark.at)).collect();
        Self::new(steps.collect(), &ends, now)
    }

    /// The times of a scheme's steps; `ends` are the decisions that retired it, as numbers and instants, oldest first.
    fn new(steps: Vec<ScenarioStep>, ends: &[(i64, i64)], now: i64) -> Self {
        let mut deployed: Vec<(ScenarioStep, i64)> = steps
            .into_iter()
            .filter(|step| step.state == ScenarioState::Deployed)
            .filter_map(|step| step.effective_at.map(|from| (step, from)))
            .collect();
        deployed.sort_by_key(|(step, _)| step.seq);
        let mut all = Vec::new();
        for (seq, at) in ends {
            let rest = deployed.split_off(deployed.partition_point(|(step, _)| step.seq < *seq));
            all.extend(lived(&deployed, Some(*at)));
            deployed = rest;
        }
        let ended = ends
            .last()
            .filter(|_| deployed.is_empty())
            .map(|(_, at)| *at);
        all.extend(lived(&deployed, None));
        Self { now, all, ended }
    }

    /// The place of what is live at an instant.
    pub fn at(&self, at: i64) -> Option<usize> {
        let begun = self.all.partition_point(|lived| lived.from <= at);
        let place = begun.checked_sub(1)?;
        let goes_on = self.all[place].until.is_none_or(|until| at < until);
        goes_on.then_some(place)
    }

    /// Whether anything is live now or will be.
    pub fn any_ahead(&self) -> bool {
        let mut all = self.all.iter();
        all.any(|lived| lived.until.is_none_or(|until| until > self.now))
    }

    /// Whether a run is live now.
    pub fn is_live(&self, run_id: &str) -> bool {
        self.at(self.now)
            .is_some_and(|place| self.all[place].step.run_id == run_id)
    }

    /// From when a run will be live, where that is to come.
    pub fn planned(&self, run_id: &str) -> Option<i64> {
        let mut coming = self.all.iter().filter(|lived| lived.from > self.now);
        let found = coming.find(|lived| lived.step.run_id == run_id);
        found.map(|lived| lived.from)
    }

    /// The times between which nothing was live though something was before and after, around an instant.
    fn gap(&self, at: i64) -> Option<(String, String)> {
        let begun = self.all.partition_point(|lived| lived.from <= at);
        let before = &self.all[begun.checked_sub(1)?];
        let after = self.all.get(begun)?;
        Some((clock::text(before.until?), clock::text(after.from)))
    }

    /// What is live at an instant.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] on the field where nothing was, with the day of the first.
    pub fn require(&self, field: &str, scheme: &str, at: i64) -> Result<usize, EngineError> {
        self.at(at).ok_or_else(|| {
            let first = self.all.first().map(|lived| clock::text(lived.from));
            let ended = self.ended.filter(|ended| at >= *ended && first.is_some());
            let mend = match (ended, first) {
                (Some(ended), _) => {
                    format!("it was retired at {}: name an earlier time", clock::text(ended))
                }
                (None, Some(first)) => match self.gap(at) {
                    Some((ended, again)) => format!("it was retired from {ended} to {again}: name an earlier or a later time"),
                    None => format!("its first run is live from {first}: name that or a later time"),
                },
                (None, None) => "no run of it was made live yet: approve and deploy one (tessera segment publish)".into(),
            };
            EngineError::invalid(
                field,
                format!("nothing of '{scheme}' was live at {}; {mend}", clock::text(at)),
            )
        })
    }

    /// Whether a time is over, is now, or is to come.
    pub fn word(&self, from: i64, until: Option<i64>) -> PeriodWord {
        match (
            from <= self.now,
            until.is_some_and(|until| until <= self.now),
        ) {
            (false, _) => PeriodWord::Planned,
            (true, true) => PeriodWord::Past,
            (true, false) => PeriodWord::Live,
        }
    }

    /// How a run that is looked at stands, at a date where one is asked for.
    pub fn shown(&self, scenario: &Scenario, on: Option<i64>) -> RunShown {
        let own = |lived: &&Lived| lived.step.run_id == scenario.run_id;
        let now = self.at(self.now).map(|place| &self.all[place]);
        let lived = match on {
            Some(on) => self.at(on).map(|place| &self.all[place]),
            None => now
                .filter(own)
                .or_else(|| {
                    self.all
                        .iter()
                        .find(|lived| own(lived) && lived.from > self.now)
                })
                .or_else(|| self.all.iter().rev().find(own)),
        };
        let word = match (lived, scenario.state) {
            (Some(lived), _) => match self.word(lived.from, lived.until) {
                PeriodWord::Live => ShownWord::Live,
                PeriodWord::Planned => ShownWord::Planned,
                PeriodWord::Past => ShownWord::Past,
            },
            (None, ScenarioState::Draft) => ShownWord::Draft,
            (None, ScenarioState::Ready) => ShownWord::Ready,
            (None, ScenarioState::Approved) => ShownWord::Approved,
            (None, ScenarioState::Rejected) => ShownWord::Rejected,
            (None, ScenarioState::Deployed) => ShownWord::Replaced,
        };
        RunShown {
            word,
            from: lived.map(|lived| clock::text(lived.from)),
            until: instant(lived.and_then(|lived| lived.until)),
            on: instant(on),
        }
    }

    /// A time as a row.
    pub fn row(
        &self,
        lived: &Lived,
        titles: &HashMap<String, String>,
        authors: &Authors,
    ) -> PublicationRow {
        PublicationRow {
            run_id: lived.step.run_id.clone(),
            title: titles.get(&lived.step.run_id).cloned().unwrap_or_default(),
            state: self.word(lived.from, lived.until),
            from: clock::text(lived.from),
            until: instant(lived.until),
            at: clock::text(lived.step.at),
            author: authors.name(lived.step.author.clone()),
            comment: lived.step.comment.clone(),
        }
    }
}

impl Project {
    /// The times of a scheme's runs.
    pub(super) async fn times(&self, scheme: &str) -> Result<Times, EngineError> {
        let steps = self.registry().scenario_steps(scheme).await?;
        let marks = self.registry().scheme_marks(scheme).await?;
        Ok(Times::decided(&steps, &marks, i64::MAX, self.now()))
    }

    /// Titles of a scheme's runs.
    pub(super) async fn run_titles(
        &self,
        scheme: &str,
    ) -> Result<HashMap<String, String>, EngineError> {
        let all = self.registry().scenarios(scheme).await?.into_iter();
        Ok(all
            .map(|scenario| (scenario.run_id, scenario.title))
            .collect())
    }

    /// The times of a scheme's runs as rows, the latest first.
    pub(super) async fn publications(
        &self,
        scheme: &str,
        authors: &Authors,
    ) -> Result<Vec<PublicationRow>, EngineError> {
        let (times, titles) = (self.times(scheme).await?, self.run_titles(scheme).await?);
        let each = times.all.iter().rev();
        Ok(each
            .map(|lived| times.row(lived, &titles, authors))
            .collect())
    }

    /// The run that is asked for: the one named, or with a date the one that is live then, as it was then.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] where a date stands beside a run, or nothing was live at it.
    pub async fn run_on(
        &self,
        actor: &Actor,
        scheme: &str,
        run: &str,
        on: Option<&str>,
    ) -> Result<RunAt, EngineError> {
        actor.may(Action::ReadResults)?;
        let Some(on) = on else {
            return Ok(RunAt::now(run));
        };
        if run != "live" {
            return Err(EngineError::invalid(
                "on",
                format!(
                    "a date asks for what was live then, and '{run}' for another run: name one of the two"
                ),
            ));
        }
        self.scheme_recipe(scheme).await?;
        let at = written_instant("on", on, "2026-03-01")?;
        let times = self.times(scheme).await?;
        let place = times.require("on", scheme, at)?;
        Ok(RunAt {
            run: times.all[place].step.run_id.clone(),
            at: Some(at),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn step(seq: i64, from: i64) -> ScenarioStep {
        ScenarioStep {
            seq,
            run_id: format!("run {seq}"),
            state: ScenarioState::Deployed,
            effective_at: Some(from),
            at: seq,
            author: "ann".into(),
            comment: "why".into(),
        }
    }

    #[test]
    fn a_retired_scheme_was_live_until_then_and_what_was_planned_never_is() {
        // Newest first, as the registry gives them: live at 2, planned for 90; retired at 10; live again at 40.
        let steps = vec![step(30, 40), step(4, 90), step(1, 2)];
        let times = Times::new(steps.clone(), &[(9, 10)], 50);
        let told: Vec<_> = times.all.iter().map(|one| (one.from, one.until)).collect();
        assert_eq!(told, [(2, Some(10)), (40, None)]);
        let live = |at| times.at(at).map(|place| times.all[place].step.seq);
        assert_eq!(
            [live(1), live(9), live(10), live(39), live(95)],
            [None, Some(1), None, None, Some(30)]
        );
        assert!(times.ended.is_none() && times.any_ahead());

        let times = Times::new(steps[1..].to_vec(), &[(9, 10)], 50);
        assert!(!times.any_ahead());
        assert_eq!(times.ended, Some(10));
        let told = times.require("on", "shops", 60).unwrap_err().to_string();
        assert!(told.contains("was retired at"), "{told}");
        assert_eq!(times.require("on", "shops", 9).unwrap(), 0);
    }
}
