//! Schemes of the workbench: recipes, what they are made of, scenarios side by side, steps towards live.

use super::words::words;
use super::{EntityWord, ScenarioRow, StateWord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// How clusters are searched for.
    MethodWord {
        /// Round clusters around means.
        Kmeans => "kmeans",
        /// Clusters around typical members.
        Medoids => "medoids",
        /// A tree by what joining adds to the squared distances.
        Ward => "ward",
        /// A tree by mean distance.
        Average => "average",
        /// A tree by greatest distance.
        Complete => "complete",
        /// A tree for clusters of any shape.
        Genie => "genie",
        /// Clouds of different size and stretch.
        Mixture => "mixture",
        /// The method that suits the data.
        Auto => "auto",
    }
);

words!(
    /// Where a scheme itself stands.
    StandingWord {
        /// In use.
        Open => "open",
        /// Nothing of it is live any more, and it is not run; what was can be asked for.
        Retired => "retired",
        /// Not in lists either.
        Removed => "removed",
    }
);

/// Where a scheme stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SchemeStanding {
    /// In a word.
    pub word: StandingWord,
    /// Since when; absent where it always did.
    #[schema(format = DateTime)]
    pub since: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Retires a scheme, removes it from the lists, or brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandingRequest {
    /// Where it is to stand.
    pub to: StandingWord,
    /// Why; kept with it.
    pub reason: String,
}

/// The schemes of the workbench.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeList {
    /// One per scheme.
    pub schemes: Vec<RecipeBrief>,
}

/// A scheme in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeBrief {
    /// Its name in addresses.
    pub scheme: String,
    /// Its name for people.
    pub title: String,
    /// What it clusters.
    pub of: EntityWord,
    /// The recipe's version.
    pub recipe_version: i64,
    /// The scenario that is live.
    pub live: Option<ScenarioRow>,
    /// The scenario that will be live next, where one is planned.
    pub planned: Option<ScenarioRow>,
    /// The newest scenario.
    pub newest: Option<ScenarioRow>,
    /// Scenarios in all.
    pub scenarios: usize,
    /// Where it stands.
    pub standing: SchemeStanding,
}

/// One scheme with everything that was decided about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchemeFile {
    /// Its name in addresses.
    pub scheme: String,
    /// Its name for people.
    pub title: String,
    /// What it clusters.
    pub of: EntityWord,
    /// The newest recipe.
    pub recipe: RecipeRow,
    /// All versions, newest first.
    pub versions: Vec<RecipeRow>,
    /// The scenarios, best first: by silhouette, fewest conflicts, newest.
    pub scenarios: Vec<ScenarioRow>,
    /// The steps, newest first.
    pub steps: Vec<StepRow>,
    /// Which run was live, is and will be, the latest first.
    pub publications: Vec<super::PublicationRow>,
    /// When it is run again.
    pub schedule: Option<ScheduleRow>,
    /// Where it stands.
    pub standing: SchemeStanding,
    /// The number of the newest change by hand.
    pub hands_version: i64,
}

/// A version of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeRow {
    /// The version.
    pub version: i64,
    /// Its text (TOML).
    pub text: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// Why.
    pub reason: String,
    /// What its author should know, once it is saved.
    pub notes: Vec<String>,
}

/// A step of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepRow {
    /// The run.
    pub run_id: String,
    /// The scenario's title.
    pub title: String,
    /// The new state.
    pub state: StateWord,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub author: String,
    /// What was said.
    pub comment: String,
    /// From when it is live.
    #[schema(format = DateTime)]
    pub effective_at: Option<String>,
}

/// When a scheme is run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleRow {
    /// Days from one run to the next.
    pub every_days: i64,
    /// When the next is due.
    #[schema(format = DateTime)]
    pub next_at: String,
}

/// Saves a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipeRequest {
    /// The recipe (TOML).
    pub text: String,
    /// The version that it follows; 0 for a new scheme.
    pub after: i64,
    /// Why; kept with it.
    pub reason: String,
}

/// Runs a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemeRunRequest {
    /// What the scenario is called; the recipe's version where not given.
    pub title: Option<String>,
    /// Clusters, where another number than the recipe's is tried.
    pub clusters: Option<usize>,
    /// The method, where another than the recipe's is tried.
    pub method: Option<MethodWord>,
    /// Why; kept with it.
    pub reason: String,
}

/// Takes a scenario a step on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRequest {
    /// Where it goes.
    pub to: StateWord,
    /// What is said; kept with the step.
    pub comment: String,
    /// Of a deployment: the day or instant from which it is live; absent for now.
    pub effective_at: Option<String>,
}

/// Sets when a scheme is run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRequest {
    /// Days from one run to the next; absent for none.
    pub every_days: Option<i64>,
    /// Why; kept with it.
    pub reason: String,
}

/// What recipes can be made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeParts {
    /// Blocks of features for each entity.
    pub entities: Vec<EntityParts>,
    /// Recipes to begin with.
    pub templates: Vec<RecipeTemplate>,
    /// Methods that a recipe may name under [method], as in by = "ward".
    pub methods: Vec<MethodPart>,
}

/// A method of finding clusters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MethodPart {
    /// Its name in a recipe.
    pub name: MethodWord,
    /// Its name for people.
    pub label: String,
    /// What it is good for.
    pub description: String,
}

/// What the recipes of an entity can be made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EntityParts {
    /// The entity.
    pub of: EntityWord,
    /// Its blocks.
    pub blocks: Vec<BlockPart>,
    /// Attributes for filters and nesting.
    pub attributes: Vec<String>,
    /// Names that rules may compare.
    pub rule_names: Vec<RuleName>,
    /// What rules may count over a category and a window, as in receipts("Wine", 90 days).
    pub rule_measures: Vec<String>,
}

words!(
    /// What a value of a rule is, which says what it may be compared with.
    RuleKind {
        /// A number: counts, money.
        Number => "number",
        /// A number of days.
        Days => "days",
        /// A share, 0..1 or per cent.
        Share => "share",
        /// A text.
        Text => "text",
    }
);

/// A name that rules may compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleName {
    /// The name.
    pub name: String,
    /// What its value is.
    pub kind: RuleKind,
}

/// A block of features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlockPart {
    /// Its name in a recipe.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What it says about a member.
    pub description: String,
    /// What it can be split by or made of.
    pub choices: Vec<String>,
}

/// A recipe to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecipeTemplate {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it clusters.
    pub of: EntityWord,
    /// The recipe.
    pub text: String,
}

/// Two scenarios side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The first.
    pub a: ScenarioRow,
    /// The second.
    pub b: ScenarioRow,
    /// Agreement of the two (adjusted Rand index): 1 the same, about 0 by chance; absent where it is not defined.
    pub agreement: Option<f64>,
    /// Members that are in both; of customers rounded as the flows.
    pub both: usize,
    /// Members of both that change their cluster.
    pub moved: usize,
    /// Members by cluster in each; absent clusters are members of one scenario alone.
    pub flows: Vec<Flow>,
    /// Which cluster of the first is which of the second.
    pub same: Vec<super::SameCluster>,
    /// How clusters were matched, in a sentence, where their numbers do not say it.
    pub matched: Option<String>,
    /// Names of the clusters of the first.
    pub a_names: Vec<super::EmptyCluster>,
    /// Names of the clusters of the second.
    pub b_names: Vec<super::EmptyCluster>,
    /// How good the first is.
    pub a_figures: ScenarioFigures,
    /// How good the second is.
    pub b_figures: ScenarioFigures,
}

/// How good a scenario is, with the changes made since its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScenarioFigures {
    /// Share of the members' spread that the clusters explain, 0..1; not told of customers.
    pub fit: Option<f64>,
    /// Share of the sales that are of members in another cluster than the one they are most like, 0..1; not told of
    /// customers.
    pub at_risk: Option<f64>,
    /// Ranges to maintain: clusters, for each category of the scheme.
    pub ranges: usize,
}

/// Members that are in one cluster in one scenario and in one in another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Flow {
    /// Cluster in the first.
    pub from: Option<i32>,
    /// Cluster in the second.
    pub to: Option<i32>,
    /// Members; of customers to the nearest multiple of the least number that is shown.
    pub members: usize,
    /// Their sales in the second, else in the first; absent for customers.
    pub sales: Option<f64>,
    /// Whether the two clusters are one, whatever its number in each.
    pub stays: bool,
    /// The first few of those who do not stay, the greatest first, by name; none where they are customers.
    pub named: Vec<String>,
}
