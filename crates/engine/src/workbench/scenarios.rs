//! Scenarios: steps from draft to live by two people, which one is live at an instant, going back. It must not run or
//! shape a scheme, nor hold one against another.

use super::SchemeResult;
use super::board::Brief;
use super::keep::Finished;
use super::obeyed::obeyed;
use super::timeline::Times;
use crate::ask::{instant, written_instant};
use crate::project::beside;
use crate::views::{ScenarioRow, StateWord, StepRequest};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{NewScenario, NewStep, Scenario, ScenarioState};
use segment::Entity;
use serde_json::json;
use std::sync::Arc;

/// Fewest characters of a run's id that name it.
const PREFIX_MIN: usize = 4;

pub(super) fn state_word(state: ScenarioState) -> StateWord {
    match state {
        ScenarioState::Draft => StateWord::Draft,
        ScenarioState::Ready => StateWord::Ready,
        ScenarioState::Approved => StateWord::Approved,
        ScenarioState::Rejected => StateWord::Rejected,
        ScenarioState::Deployed => StateWord::Deployed,
    }
}

fn stored(word: StateWord) -> ScenarioState {
    match word {
        StateWord::Draft => ScenarioState::Draft,
        StateWord::Ready => ScenarioState::Ready,
        StateWord::Approved => ScenarioState::Approved,
        StateWord::Rejected => ScenarioState::Rejected,
        StateWord::Deployed => ScenarioState::Deployed,
    }
}

/// A scenario as a row.
pub(super) fn row(
    scenario: &Scenario,
    result: &SchemeResult,
    times: &Times,
    author: String,
) -> ScenarioRow {
    let shown = times.shown(scenario, None);
    ScenarioRow {
        run_id: scenario.run_id.clone(),
        title: scenario.title.clone(),
        recipe_version: scenario.version,
        state: state_word(scenario.state),
        live: times.is_live(&scenario.run_id),
        live_from: instant(times.planned(&scenario.run_id)),
        live_until: shown.until,
        shown: shown.word,
        clusters: result.clusters,
        members: result.members,
        silhouette: coarse(result.of, result.silhouette),
        conflicts: result.conflicts.len(),
        sentence: result.sentence.clone(),
        at: clock::text(scenario.at),
        author,
        author_id: scenario.author.clone(),
        effective_at: instant(scenario.effective_at),
    }
}

/// The row of a scenario with the changes made since it was run: how it is now and not how the search left it.
pub(super) fn as_shaped(row: ScenarioRow, of: Entity, brief: Brief) -> ScenarioRow {
    ScenarioRow {
        clusters: brief.clusters,
        silhouette: coarse(of, brief.silhouette),
        conflicts: brief.conflicts,
        ..row
    }
}

impl Project {
    /// What a scheme's run keeps.
    pub(super) async fn scheme_result(&self, run_id: &str) -> Result<SchemeResult, EngineError> {
        let run = self.registry().run(run_id).await?;
        SchemeResult::of(&run)
    }

    /// The scenario that is live at an instant, by what is decided so far.
    pub(crate) async fn live_scenario(
        &self,
        scheme: &str,
        at: i64,
    ) -> Result<Option<Scenario>, EngineError> {
        let times = self.times(scheme).await?;
        match times.at(at) {
            Some(place) => {
                let run_id = &times.all[place].step.run_id;
                Ok(Some(self.registry().scenario(run_id).await?))
            }
            None => Ok(None),
        }
    }

    /// A scenario by the run's id, the beginning of it that no other run of the scheme has, or the words `live` and
    /// `newest`.
    pub(crate) async fn find_scenario(
        &self,
        scheme: &str,
        run: &str,
    ) -> Result<Scenario, EngineError> {
        self.scheme_recipe(scheme).await?;
        let none = |what| EngineError::Missing {
            what,
            name: scheme.to_string(),
        };
        match run {
            "live" => self
                .live_scenario(scheme, self.now())
                .await?
                .ok_or_else(|| none("live scenario of the scheme")),
            "newest" => {
                let all = self.registry().scenarios(scheme).await?;
                all.into_iter()
                    .next()
                    .ok_or_else(|| none("run of the scheme"))
            }
            run_id => {
                let mut all = self.registry().scenarios(scheme).await?;
                if let Some(place) = all.iter().position(|one| one.run_id == run_id) {
                    return Ok(all.swap_remove(place));
                }
                all.retain(|one| run_id.len() >= PREFIX_MIN && one.run_id.starts_with(run_id));
                match all.len() {
                    1 => Ok(all.swap_remove(0)),
                    0 => Err(EngineError::Missing {
                        what: "scenario of this scheme",
                        name: run_id.to_string(),
                    }),
                    many => Err(EngineError::invalid(
                        "run",
                        format!(
                            "{many} runs of '{scheme}' begin with '{run_id}': write more of the id"
                        ),
                    )),
                }
            }
        }
    }

    /// Takes a scenario a step on. Who puts it up and who approves it are two people with two roles; the owner of
    /// the machine alone may make a draft live at once, and the audit says so.
    pub async fn step_scenario(
        &self,
        actor: &Actor,
        scheme: &str,
        run: &str,
        asked: StepRequest,
    ) -> Result<ScenarioRow, EngineError> {
        // Whoever may take no step at all learns of no scenario.
        if actor.may(Action::ApproveScenario).is_err() {
            actor.may(Action::EditSegments)?;
        }
        let change = actor.change(&asked.comment).map_err(|_| {
            EngineError::invalid(
                "comment",
                "say in a few words why; it is kept with the step",
            )
        })?;
        let mut scenario = self.find_scenario(scheme, run).await?;
        self.require_open(scheme).await?;
        let to = stored(asked.to);
        self.require_step(actor, &scenario, to).await?;
        let now = self.now();
        let effective_at = match (to, asked.effective_at.as_deref()) {
            (ScenarioState::Deployed, None) => Some(now),
            (ScenarioState::Deployed, Some(written)) => {
                // A day means its beginning here: what is live "from 1 March" is live that morning.
                let from = written_instant("effective_at", written, "2026-03-01")?;
                let whole_day = written.parse::<jiff::civil::Date>().is_ok();
                let from = if whole_day {
                    from - 86_399_999_999
                } else {
                    from
                };
                // A day that has begun is live at once; one that is over was decided otherwise.
                if from < now - 86_400_000_000 {
                    return Err(EngineError::invalid(
                        "effective_at",
                        format!(
                            "'{written}' is over: what was live then stays as it was, name today or a later day"
                        ),
                    ));
                }
                Some(from.max(now))
            }
            (_, Some(_)) => {
                return Err(EngineError::invalid(
                    "effective_at",
                    "only a deployment has one: leave it out",
                ));
            }
            (_, None) => None,
        };
        // What is put up or made live is rows, not rows and changes beside them.
        let drafted = scenario.state == ScenarioState::Draft && to == ScenarioState::Deployed;
        if to == ScenarioState::Ready || drafted {
            scenario = self.keep_changes(&scenario, &change).await?;
        }
        let step = NewStep {
            run_id: &scenario.run_id,
            from: scenario.state,
            to,
            effective_at,
        };
        let stepped = self.registry().step_scenario(step, now, &change).await?;
        let times = self.times(scheme).await?;
        let result = self.scheme_result(&stepped.run_id).await?;
        Ok(row(&stepped, &result, &times, actor.name.clone()))
    }

    async fn require_step(
        &self,
        actor: &Actor,
        scenario: &Scenario,
        to: ScenarioState,
    ) -> Result<(), EngineError> {
        use ScenarioState::{Approved, Deployed, Draft, Ready, Rejected};
        let refuse = |words: &str| Err(EngineError::Refused(words.to_string()));
        match (scenario.state, to) {
            (Draft | Rejected, Ready) | (Ready | Approved | Rejected, Draft) => {
                actor.may(Action::EditSegments)
            }
            (Ready, Approved | Rejected) => {
                actor.may(Action::ApproveScenario)?;
                match scenario.author == actor.id {
                    true => refuse(
                        "who put a scenario up cannot approve or reject it: ask another person with the role 'approver'",
                    ),
                    false => Ok(()),
                }
            }
            (Approved | Deployed, Deployed) => actor.may(Action::EditSegments),
            (Draft, Deployed) if actor.is_owner() => Ok(()),
            (from, to) => Err(EngineError::invalid(
                "to",
                format!(
                    "a scenario that is {} cannot become {}: from draft to ready, from ready to approved or rejected by another person, from approved to deployed",
                    from.word(),
                    to.word()
                ),
            )),
        }
    }

    /// A scenario whose later changes are part of a run: itself where there are none, else a new run with the rows
    /// as they are now, so that what is approved is what will be live.
    pub(super) async fn keep_changes(
        &self,
        scenario: &Scenario,
        change: &retail::Change,
    ) -> Result<Scenario, EngineError> {
        if self.changes_since(scenario).await?.is_empty() {
            return Ok(scenario.clone());
        }
        let _alone = self.run_alone(change).await?;
        // Read once: a change saved meanwhile is none of this run, and stands for the next.
        let entries = self.registry().hands(&scenario.scheme).await?;
        let newest = entries.last().map_or(0, |entry| entry.seq);
        let changes = super::board::changes_of(&entries, scenario)?;
        let title = self.title_with(scenario, &entries, changes.len()).await?;
        let base = self.base(&scenario.run_id).await?;
        let refused = self.withheld_members(base.result.of, None).await?;
        if base.known.iter().any(|one| refused.contains(&one.id)) {
            return Err(EngineError::Data(
                "customers of this run have refused to be profiled since, and no new run may have them: run the scheme again, \
                 which obeys the changes, and put that up"
                    .into(),
            ));
        }
        let (shaped_base, shaping) = (Arc::clone(&base), changes.clone());
        let board = beside(move || super::board::shaped_board(shaped_base, &shaping)).await?;
        let started = self.now();
        let spec = json!({ "scheme": scenario.scheme, "recipe": scenario.version, "of_run": scenario.run_id, "changes": changes.len() });
        let run_id = self
            .begin_scheme_run(spec, board.base.result.seed, started, change)
            .await?;
        let outcome = board.outcome();
        let result = SchemeResult {
            clusters: board.segmentation.segments.len(),
            silhouette: board.segmentation.silhouette,
            conflicts: outcome.shaped.conflicts.clone(),
            made: outcome.shaped.made.clone(),
            names: super::proposed(&board.segmentation),
            ..board.base.result.clone()
        };
        let finished = Finished {
            run_id: &run_id,
            scheme: &scenario.scheme,
            started,
            scenario: NewScenario {
                run_id: run_id.clone(),
                scheme: scenario.scheme.clone(),
                version: scenario.version,
                title,
                hands_seq: newest,
                base: Some(scenario.run_id.clone()),
            },
            known: &board.base.known,
            columns: &board.base.columns,
            outcome: &outcome,
            result: &result,
        };
        match self.keep_scheme_run(&finished, change).await {
            Ok(()) => Ok(self.registry().scenario(&run_id).await?),
            Err(cause) => {
                self.drop_scheme_run(&run_id, started, &cause, change)
                    .await?;
                Err(cause)
            }
        }
    }
}

impl Project {
    /// What a run with changes is called: as the one that searched, with the changes made since, so that it is told
    /// from the run that it comes from.
    async fn title_with(
        &self,
        scenario: &Scenario,
        entries: &[registry::HandEntry],
        more: usize,
    ) -> Result<String, EngineError> {
        let line = self.line_of(scenario).await?;
        let searched = line.first().unwrap_or(scenario);
        let before = obeyed(entries, &line)?.len() - obeyed(entries, &line[..1])?.len();
        let changes = match before + more {
            1 => "1 change".to_string(),
            many => format!("{many} changes"),
        };
        Ok(format!("{}, with {changes}", searched.title))
    }
}

/// A measure of fit as it is told: of customers to hundredths, so that runs that differ by one of them do not tell how far
/// that one is from the centres.
pub(super) fn coarse(of: Entity, measure: f64) -> f64 {
    match of {
        Entity::Customers => (100.0 * measure).round() / 100.0,
        Entity::Stores | Entity::Products => measure,
    }
}

/// A number of people to the nearest multiple of the least that is shown, so that no sum gives a few away.
pub(crate) fn in_tens(people: usize, k: u64) -> usize {
    let k = (k as usize).max(1);
    (people + k / 2) / k * k
}
