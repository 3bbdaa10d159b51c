//! Where a scheme itself stands: in use, retired, removed. Nothing of it is deleted, since any past date can be asked
//! for: a retired one is live no more, a removed one is in no list either. It must not decide on runs.

use crate::ask::instant;
use crate::views::{SchemeStanding, StandingRequest, StandingWord};
use crate::{Actor, EngineError, Project};
use govern::Action;
use registry::{Mark, NewMark, ScenarioState, SchemeMark};

fn word(mark: Mark) -> StandingWord {
    match mark {
        Mark::Open => StandingWord::Open,
        Mark::Retired => StandingWord::Retired,
        Mark::Removed => StandingWord::Removed,
    }
}

fn stored(word: StandingWord) -> Mark {
    match word {
        StandingWord::Open => Mark::Open,
        StandingWord::Retired => Mark::Retired,
        StandingWord::Removed => Mark::Removed,
    }
}

impl Project {
    /// Where a scheme stands by its newest mark.
    pub(super) async fn standing_of(&self, scheme: &str) -> Result<SchemeStanding, EngineError> {
        let marks = self.registry().scheme_marks(scheme).await?;
        let newest: Option<&SchemeMark> = marks.last();
        Ok(SchemeStanding {
            word: newest.map_or(StandingWord::Open, |mark| word(mark.mark)),
            since: instant(newest.map(|mark| mark.at)),
            reason: newest.map(|mark| mark.reason.clone()),
        })
    }

    /// Refuses what changes a scheme that is not in use.
    pub(super) async fn require_open(&self, scheme: &str) -> Result<(), EngineError> {
        let standing = self.standing_of(scheme).await?;
        match standing.word {
            StandingWord::Open => Ok(()),
            word => Err(EngineError::invalid(
                "scheme",
                format!(
                    "'{scheme}' is {}: bring it back first (tessera segment restore {scheme} --reason WHY), or take another name",
                    word.word()
                ),
            )),
        }
    }

    /// Retires a scheme, removes it from the lists, or brings it back. What it was stays; of one that is live only
    /// retiring is possible, so that nobody's plans lose their ground by a removal.
    pub async fn mark_scheme(
        &self,
        actor: &Actor,
        scheme: &str,
        asked: StandingRequest,
    ) -> Result<SchemeStanding, EngineError> {
        actor.may(Action::EditSegments)?;
        let change = actor.change(&asked.reason)?;
        self.scheme_recipe(scheme).await?;
        // What is deployed after this look makes the mark a conflict: the two are decided one after the other.
        let steps = self.registry().scenario_steps(scheme).await?;
        let deployed = steps
            .iter()
            .filter(|step| step.state == ScenarioState::Deployed)
            .map(|step| step.seq)
            .max()
            .unwrap_or_default();
        let (from, to) = (
            stored(self.standing_of(scheme).await?.word),
            stored(asked.to),
        );
        let refuse = |words: String| Err(EngineError::invalid("to", words));
        match (from, to) {
            (from, to) if from == to => {
                return refuse(format!("'{scheme}' is {} already", to.word()));
            }
            (Mark::Removed, Mark::Retired) => {
                return refuse(format!(
                    "'{scheme}' is removed: bring it back first (tessera segment restore {scheme} --reason WHY)"
                ));
            }
            (Mark::Open, Mark::Removed) if self.times(scheme).await?.any_ahead() => {
                return refuse(format!(
                    "'{scheme}' is live, or will be: retire it first (tessera segment retire {scheme})"
                ));
            }
            _ => {}
        }
        let new = NewMark {
            scheme,
            from,
            to,
            deployed,
        };
        self.registry()
            .mark_scheme(new, self.now(), &change)
            .await?;
        self.standing_of(scheme).await
    }
}
