//! Running a scheme: from its recipe and people's changes to a draft. It must not decide what is live.

use super::SchemeResult;
use super::board::standing;
use super::keep::Finished;
use crate::project::beside;
use crate::report::ForKernel;
use crate::views::{JobStarted, SchemeRunRequest};
use crate::{Actor, EngineError, Project, Report};
use govern::Action;
use registry::{NewScenario, RecipeVersion};
use retail::Change;
use segment::scheme::{Input, Outcome};
use segment::{Recipe, Search};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// How a run differs from its recipe.
#[derive(Debug, Clone, Default)]
pub struct RunAsk {
    /// What the scenario is called.
    pub title: Option<String>,
    /// Another number of clusters.
    pub clusters: Option<usize>,
    /// Another method.
    pub by: Option<Search>,
}

impl RunAsk {
    /// As a request has it.
    fn of(asked: &SchemeRunRequest) -> Self {
        Self {
            title: asked.title.clone(),
            clusters: asked.clusters,
            by: asked.method.and_then(|method| Search::named(method.word())),
        }
    }

    /// What the scenario is called where nobody says.
    fn usual_title(&self, version: i64, recipe: &Recipe) -> String {
        let clusters = self
            .clusters
            .map(|clusters| format!(", {clusters} {}", recipe.of.clusters()))
            .map(|told| match recipe.nest.is_empty() {
                true => told,
                false => format!("{told} in each part"),
            });
        let by = self.by.map(|by| format!(", {}", by.label()));
        format!(
            "Recipe {version}{}{}",
            clusters.unwrap_or_default(),
            by.unwrap_or_default()
        )
    }
}

/// What a run of a scheme says of itself.
#[derive(Debug, Clone, Serialize)]
pub struct SchemeRan {
    /// The scheme.
    pub scheme: String,
    /// The run.
    pub run_id: String,
    /// What the scenario is called.
    pub title: String,
    /// Members.
    pub members: usize,
    /// Clusters.
    pub clusters: usize,
    /// Why so many.
    pub sentence: String,
    /// Changes by hand that could not be obeyed, in sentences.
    pub conflicts: Vec<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

impl Project {
    /// Starts a run of a scheme beside the requests.
    pub async fn start_scheme_run(
        self: &Arc<Self>,
        actor: &Actor,
        scheme: &str,
        asked: SchemeRunRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::StartRun)?;
        actor.may(Action::EditSegments)?;
        let change = actor.change(&asked.reason)?;
        let version = self.scheme_recipe(scheme).await?;
        self.require_open(scheme).await?;
        // Checked here, so that a wrong number is the request's problem and not the job's.
        let ask = RunAsk::of(&asked);
        self.recipe_to_run(&version, &ask)?;
        let (project, why, name) = (Arc::clone(self), change.clone(), scheme.to_string());
        let kept = json!({ "stage": "scheme", "scheme": scheme, "clusters": ask.clusters, "method": ask.by });
        self.start_job("run", kept, &why, move |report| async move {
            let ran = project.run_scheme(&name, ask, &change, report).await?;
            Ok(json!(ran))
        })
        .await
    }

    fn recipe_to_run(&self, version: &RecipeVersion, ask: &RunAsk) -> Result<Recipe, EngineError> {
        Ok(Recipe::parse(&version.text)?.with(ask.clusters, ask.by)?)
    }

    /// Runs a scheme's newest recipe on what the lake holds, with people's changes, and keeps it as a draft.
    pub async fn run_scheme(
        &self,
        scheme: &str,
        ask: RunAsk,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<SchemeRan, EngineError> {
        let version = self.scheme_recipe(scheme).await?;
        let recipe = self.recipe_to_run(&version, &ask)?;
        self.require_open(scheme).await?;
        let _alone = self.run_alone(change).await?;
        self.require_gate(retail::Kind::Orders).await?;
        self.require_one_currency().await?;
        let started = self.now();
        let spec = json!({
            "scheme": scheme, "recipe": version.version, "clusters": ask.clusters, "method": ask.by,
        });
        let run_id = self
            .begin_scheme_run(spec, recipe.method.seed, started, change)
            .await?;
        let usual = ask.usual_title(version.version, &recipe);
        let title = ask.title.filter(|title| !title.trim().is_empty());
        let title = title.unwrap_or(usual);
        let name = NewScenario {
            run_id: run_id.clone(),
            scheme: scheme.to_string(),
            version: version.version,
            title,
            hands_seq: 0,
            base: None,
        };
        match self.run_recipe(recipe, name, started, change, report).await {
            Ok(ran) => Ok(ran),
            Err(cause) => {
                self.drop_scheme_run(&run_id, started, &cause, change)
                    .await?;
                Err(cause)
            }
        }
    }

    async fn run_recipe(
        &self,
        recipe: Recipe,
        mut scenario: NewScenario,
        started: i64,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<SchemeRan, EngineError> {
        let scheme = scenario.scheme.clone();
        let gathered = self.gather(&recipe, &report).await?;
        let entries = self.registry().hands(&scheme).await?;
        let hands = standing(&entries)?;
        scenario.hands_seq = entries.last().map_or(0, |entry| entry.seq);
        let ancestors = self.ancestors(&scenario, &recipe).await?;
        let next = self.registry().take_cluster_numbers(&scheme, 0).await? as i32;
        report.stage("finding clusters");
        let (of, seed, by) = (recipe.of, recipe.method.seed, recipe.method.by);
        let ruled = recipe.rules.is_some();
        let before = ancestors.before(&gathered.known);
        let given = gathered.given;
        let (known, columns, as_of, mut notes) = (
            gathered.known,
            gathered.columns,
            gathered.as_of,
            gathered.notes,
        );
        let work = move || {
            let names: Vec<String> = known.iter().map(|member| member.id.clone()).collect();
            let parts: Vec<String> = known.iter().map(|member| member.part.clone()).collect();
            let input = Input {
                recipe: &recipe,
                names: &names,
                columns: &columns,
                given: given.as_ref(),
                parts: &parts,
                before: before.as_ref(),
                next,
                hands: &hands,
            };
            let outcome = segment::scheme::run(&input, &ForKernel(report.as_ref()))?;
            Ok((known, columns, outcome))
        };
        let (known, columns, outcome): (_, _, Outcome) = beside(work).await?;
        notes.extend(outcome.warning.clone());
        let taken = self
            .registry()
            .take_cluster_numbers(&scheme, i64::from(outcome.next - next))
            .await?;
        if taken != i64::from(next) {
            return Err(EngineError::Busy(format!(
                "somebody made a cluster of '{scheme}' by hand while it was run: run it again"
            )));
        }
        scenario.base = ancestors.run_id();
        let result = SchemeResult {
            of,
            features: columns.features.clone(),
            seed,
            members: known.len(),
            clusters: outcome.segmentation.segments.len(),
            sentence: outcome.segmentation.sentence.clone(),
            scores: outcome.segmentation.scores.clone(),
            silhouette: outcome.segmentation.silhouette,
            as_of,
            conflicts: outcome.shaped.conflicts.clone(),
            made: outcome.shaped.made.clone(),
            names: super::proposed(&outcome.segmentation),
            notes,
            by,
            ruled,
            trees: outcome.trees.clone(),
        };
        let ran = SchemeRan {
            scheme: scheme.clone(),
            run_id: scenario.run_id.clone(),
            title: scenario.title.clone(),
            members: result.members,
            clusters: result.clusters,
            sentence: result.sentence.clone(),
            conflicts: super::hands::conflict_views(&result.conflicts, of)
                .into_iter()
                .map(|conflict| conflict.sentence)
                .collect(),
            notes: result.notes.clone(),
        };
        let run_id = scenario.run_id.clone();
        let finished = Finished {
            run_id: &run_id,
            scheme: &scheme,
            started,
            scenario,
            known: &known,
            columns: &columns,
            outcome: &outcome,
            result: &result,
        };
        self.keep_scheme_run(&finished, change).await?;
        Ok(ran)
    }
}
