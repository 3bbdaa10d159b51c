//! Recipes of schemes: saving a version, listing, what they can be made of. It must not run them.

use super::board::changes_by_run;
use super::hands::moves;
use super::scenarios::{as_shaped, row};
use crate::ask::instant;
use crate::spelling::unknown;
use crate::views::{
    BlockPart, EntityParts, EntityWord, MethodPart, MethodWord, RecipeBrief, RecipeList,
    RecipeParts, RecipeRequest, RecipeRow, RecipeTemplate, RuleKind, RuleName, ScheduleRequest,
    ScheduleRow, SchemeFile, StandingWord, StepRow,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{NewRecipe, RecipeVersion, Scenario};
use segment::rules::{Kind, MeasureKind, Vocabulary};
use segment::{Entity, Recipe, SEARCHES, Search, blocks, templates};
use std::collections::HashMap;

/// The longest name of a scheme in addresses.
const NAME_MAX: usize = 60;
/// A day in microseconds.
pub(super) const DAY: i64 = 86_400_000_000;

/// Recipes to begin with.
pub fn templates() -> &'static [templates::Template] {
    templates::ALL
}

/// Methods that a recipe may name.
pub fn methods() -> &'static [segment::SearchInfo] {
    SEARCHES
}

/// The text of a template, for another category where one is given.
///
/// # Errors
/// [`EngineError::Missing`] where there is no such template, [`EngineError::Invalid`] where it has no category.
pub fn template_text(name: &str, category: Option<&str>) -> Result<String, EngineError> {
    let found = templates::ALL.iter().find(|template| template.name == name);
    let names = templates::ALL.iter().map(|template| template.name);
    let template = found.ok_or_else(|| unknown("template", name, names))?;
    let Some(category) = category else {
        return Ok(template.text.to_string());
    };
    let mut recipe = Recipe::parse(template.text)?;
    if recipe.category.is_none() {
        return Err(EngineError::invalid(
            "category",
            format!("the template '{name}' is for all categories: leave it out"),
        ));
    }
    recipe.title = format!("Shops for {category}");
    recipe.category = Some(category.to_string());
    Ok(recipe.text()?)
}

/// The word of an entity in answers.
pub(super) fn entity_word(of: Entity) -> EntityWord {
    match of {
        Entity::Customers => EntityWord::Customers,
        Entity::Stores => EntityWord::Stores,
        Entity::Products => EntityWord::Products,
    }
}

fn rule_kind(kind: Kind) -> RuleKind {
    match kind {
        Kind::Number => RuleKind::Number,
        Kind::Days => RuleKind::Days,
        Kind::Share => RuleKind::Share,
        Kind::Text => RuleKind::Text,
    }
}

/// The word of a method in answers.
pub(super) fn method_word(by: Search) -> MethodWord {
    match by {
        Search::Kmeans => MethodWord::Kmeans,
        Search::Medoids => MethodWord::Medoids,
        Search::Ward => MethodWord::Ward,
        Search::Average => MethodWord::Average,
        Search::Complete => MethodWord::Complete,
        Search::Genie => MethodWord::Genie,
        Search::Mixture => MethodWord::Mixture,
        Search::Auto => MethodWord::Auto,
    }
}

fn stored_entity(word: &str) -> Result<Entity, EngineError> {
    Entity::from_word(word)
        .ok_or_else(|| EngineError::Data(format!("a recipe clusters '{word}', which is not known")))
}

/// A name that can stand in an address: lower-case letters, digits, hyphens.
fn require_name(scheme: &str) -> Result<(), EngineError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = !scheme.is_empty()
        && scheme.len() <= NAME_MAX
        && scheme.chars().all(plain)
        && !scheme.starts_with('-');
    let taken = scheme == crate::SCHEME || scheme == "templates";
    match good && !taken {
        true => Ok(()),
        false if taken => Err(EngineError::invalid(
            "scheme",
            format!("'{scheme}' is taken by the program: choose another name"),
        )),
        false => Err(EngineError::invalid(
            "scheme",
            format!(
                "write 1 to {NAME_MAX} lower-case letters, digits and hyphens, as in wine-stores"
            ),
        )),
    }
}

pub(super) fn recipe_row(version: &RecipeVersion, author: String) -> RecipeRow {
    RecipeRow {
        version: version.version,
        text: version.text.clone(),
        at: clock::text(version.at),
        author,
        reason: version.reason.clone(),
        notes: Vec::new(),
    }
}

impl Project {
    /// What recipes can be made of.
    pub async fn recipe_parts(&self, actor: &Actor) -> Result<RecipeParts, EngineError> {
        actor.may(Action::ReadResults)?;
        let mut texts = Vec::new();
        for template in templates::ALL {
            texts.push((template, self.template_for(template.name, None).await?));
        }
        let entities = Entity::ALL.into_iter().map(|of| EntityParts {
            of: entity_word(of),
            blocks: blocks::blocks(of)
                .iter()
                .map(|info| BlockPart {
                    name: info.name.into(),
                    label: info.label.into(),
                    description: info.description.into(),
                    choices: info
                        .choices
                        .iter()
                        .map(|choice| (*choice).to_string())
                        .collect(),
                })
                .collect(),
            attributes: blocks::attributes(of)
                .iter()
                .map(|name| (*name).to_string())
                .collect(),
            rule_names: Vocabulary::of(of)
                .names()
                .map(|(name, kind)| RuleName {
                    name: name.to_string(),
                    kind: rule_kind(kind),
                })
                .collect(),
            rule_measures: MeasureKind::ALL
                .into_iter()
                .filter(|kind| of.counts(*kind))
                .map(|kind| kind.word().to_string())
                .collect(),
        });
        let templates = texts.into_iter().map(|(template, text)| RecipeTemplate {
            name: template.name.into(),
            description: template.description.into(),
            of: entity_word(template.of),
            text,
        });
        let methods = SEARCHES.iter().map(|info| MethodPart {
            name: method_word(info.search),
            label: info.label.into(),
            description: info.description.into(),
        });
        Ok(RecipeParts {
            entities: entities.collect(),
            templates: templates.collect(),
            methods: methods.collect(),
        })
    }

    /// The schemes of the workbench; `all` with those that were removed.
    pub async fn workbench_schemes(
        &self,
        actor: &Actor,
        all: bool,
    ) -> Result<RecipeList, EngineError> {
        actor.may(Action::ReadResults)?;
        let mut schemes = Vec::new();
        for recipe in self.registry().recipes().await? {
            let standing = self.standing_of(&recipe.scheme).await?;
            if !all && standing.word == StandingWord::Removed {
                continue;
            }
            let (rows, all) = self.scenario_rows(&recipe.scheme, false).await?;
            let newest = rows
                .iter()
                .max_by(|a, b| a.at.cmp(&b.at).then_with(|| a.run_id.cmp(&b.run_id)));
            schemes.push(RecipeBrief {
                of: entity_word(stored_entity(&recipe.entity)?),
                recipe_version: recipe.version,
                live: rows.iter().find(|row| row.live).cloned(),
                planned: rows
                    .iter()
                    .filter(|row| row.live_from.is_some())
                    .min_by(|a, b| a.live_from.cmp(&b.live_from))
                    .cloned(),
                newest: match newest {
                    Some(row) => Some(self.as_now(row.clone(), &all).await?),
                    None => None,
                },
                scenarios: rows.len(),
                standing,
                scheme: recipe.scheme,
                title: recipe.title,
            });
        }
        Ok(RecipeList { schemes })
    }

    /// One scheme with what was decided about it.
    pub async fn scheme_file(
        &self,
        actor: &Actor,
        scheme: &str,
    ) -> Result<SchemeFile, EngineError> {
        actor.may(Action::ReadResults)?;
        let (newest, versions) = self.scheme_recipes(scheme).await?;
        let authors = self.authors().await?;
        let (scenarios, all) = self.scenario_rows(scheme, true).await?;
        let titles: HashMap<&str, &str> = all
            .iter()
            .map(|scenario| (scenario.run_id.as_str(), scenario.title.as_str()))
            .collect();
        let steps = self
            .registry()
            .scenario_steps(scheme)
            .await?
            .into_iter()
            .map(|step| StepRow {
                title: titles
                    .get(step.run_id.as_str())
                    .copied()
                    .unwrap_or_default()
                    .to_string(),
                run_id: step.run_id,
                state: super::scenarios::state_word(step.state),
                at: clock::text(step.at),
                author: authors.name(step.author),
                comment: step.comment,
                effective_at: instant(step.effective_at),
            });
        let schedule = self
            .registry()
            .schedules()
            .await?
            .into_iter()
            .find(|due| due.scheme == scheme);
        let hands = self.registry().hands(scheme).await?;
        Ok(SchemeFile {
            scheme: scheme.to_string(),
            title: newest.title.clone(),
            of: entity_word(stored_entity(&newest.entity)?),
            recipe: recipe_row(&newest, authors.name(newest.author.clone())),
            versions: versions
                .iter()
                .map(|version| recipe_row(version, authors.name(version.author.clone())))
                .collect(),
            scenarios,
            steps: steps.collect(),
            publications: self.publications(scheme, &authors).await?,
            schedule: schedule.map(|due| ScheduleRow {
                every_days: due.every_days,
                next_at: clock::text(due.next_at),
            }),
            standing: self.standing_of(scheme).await?,
            hands_version: hands.last().map_or(0, |entry| entry.seq),
        })
    }

    /// The recipe that a run was made by.
    pub(super) async fn recipe_of(&self, scenario: &Scenario) -> Result<Recipe, EngineError> {
        let versions = self.registry().recipe_versions(&scenario.scheme).await?;
        let own = versions
            .iter()
            .find(|version| version.version == scenario.version);
        let own = own.ok_or_else(|| {
            EngineError::Data(format!(
                "recipe {} of '{}' is not there",
                scenario.version, scenario.scheme
            ))
        })?;
        Ok(Recipe::parse(&own.text)?)
    }

    /// Saves a recipe: the first of a new scheme, or the next version of one.
    pub async fn save_recipe(
        &self,
        actor: &Actor,
        scheme: &str,
        asked: RecipeRequest,
    ) -> Result<RecipeRow, EngineError> {
        actor.may(Action::EditSegments)?;
        let change = actor.change(&asked.reason)?;
        require_name(scheme)?;
        let recipe = Recipe::parse(&asked.text)?;
        if let Some(unknown) = self.unknown_category(&recipe).await? {
            return Err(unknown.into());
        }
        if let Some(unknown) = self.unknown_value(&recipe).await? {
            return Err(unknown.into());
        }
        self.require_open(scheme).await?;
        if let Some(before) = self.registry().recipe(scheme).await?
            && before.entity != recipe.of.word()
        {
            return Err(EngineError::invalid(
                "of",
                format!(
                    "'{scheme}' clusters {}: make another scheme for {}",
                    before.entity,
                    recipe.of.word()
                ),
            ));
        }
        let new = NewRecipe {
            scheme: scheme.to_string(),
            entity: recipe.of.word().to_string(),
            title: recipe.title.clone(),
            text: asked.text,
        };
        let saved = self
            .registry()
            .save_recipe(&new, asked.after, self.now(), &change)
            .await?;
        Ok(RecipeRow {
            notes: self.namesakes(&saved).await?,
            ..recipe_row(&saved, actor.name.clone())
        })
    }

    /// What to say of other schemes of the same members that people call the same: lists tell them apart by their names
    /// in addresses alone.
    async fn namesakes(&self, saved: &RecipeVersion) -> Result<Vec<String>, EngineError> {
        let title = |recipe: &RecipeVersion| recipe.title.trim().to_lowercase();
        let mut notes = Vec::new();
        for other in self.registry().recipes().await? {
            let alike = other.entity == saved.entity && title(&other) == title(saved);
            if !alike || other.scheme == saved.scheme {
                continue;
            }
            if self.standing_of(&other.scheme).await?.word == StandingWord::Open {
                notes.push(format!(
                    "'{}' clusters {} under the same title '{}': give one of them another, so that people tell them apart.",
                    other.scheme, other.entity, other.title
                ));
            }
        }
        Ok(notes)
    }

    /// Sets when a scheme is run again.
    pub async fn set_schedule(
        &self,
        actor: &Actor,
        scheme: &str,
        asked: ScheduleRequest,
    ) -> Result<Option<ScheduleRow>, EngineError> {
        actor.may(Action::EditSegments)?;
        actor.may(Action::StartRun)?;
        let change = actor.change(&asked.reason)?;
        self.scheme_recipe(scheme).await?;
        self.require_open(scheme).await?;
        let now = self.now();
        let next_at = now + asked.every_days.unwrap_or_default().clamp(0, 366) * DAY;
        self.registry()
            .set_schedule(scheme, asked.every_days, next_at, now, &change)
            .await?;
        Ok(asked.every_days.map(|every_days| ScheduleRow {
            every_days,
            next_at: clock::text(next_at),
        }))
    }

    /// The row of a run with the changes made since.
    async fn as_now(
        &self,
        row: crate::views::ScenarioRow,
        all: &[Scenario],
    ) -> Result<crate::views::ScenarioRow, EngineError> {
        let Some(scenario) = all.iter().find(|one| one.run_id == row.run_id) else {
            return Ok(row);
        };
        let since = self.changes_since(scenario).await?;
        if !since.iter().any(|change| moves(&change.hand)) {
            return Ok(row);
        }
        let of = stored_entity(&self.scheme_recipe(&scenario.scheme).await?.entity)?;
        Ok(as_shaped(row, of, self.brief(scenario, &since).await?))
    }

    /// Scenarios of a scheme as rows, best first, and as they are kept; `shaped` by the changes since, for which those that
    /// have some are read.
    pub(super) async fn scenario_rows(
        &self,
        scheme: &str,
        shaped: bool,
    ) -> Result<(Vec<crate::views::ScenarioRow>, Vec<registry::Scenario>), EngineError> {
        let all = self.registry().scenarios(scheme).await?;
        let times = self.times(scheme).await?;
        let authors = self.authors().await?;
        let changes = match shaped {
            true => changes_by_run(&self.registry().hands(scheme).await?)?,
            false => HashMap::new(),
        };
        let mut rows = Vec::with_capacity(all.len());
        for scenario in &all {
            let result = self.scheme_result(&scenario.run_id).await?;
            let author = authors.name(scenario.author.clone());
            let kept = row(scenario, &result, &times, author);
            // Only runs that were shaped since are read: the others are as they were kept.
            let mut since = changes.get(&scenario.run_id).cloned().unwrap_or_default();
            since.retain(|change| change.seq > scenario.hands_seq);
            rows.push(match since.iter().any(|change| moves(&change.hand)) {
                true => as_shaped(kept, result.of, self.brief(scenario, &since).await?),
                false => kept,
            });
        }
        rows.sort_by(|a, b| {
            b.silhouette
                .total_cmp(&a.silhouette)
                .then(a.conflicts.cmp(&b.conflicts))
                .then_with(|| b.run_id.cmp(&a.run_id))
        });
        Ok((rows, all))
    }
}
