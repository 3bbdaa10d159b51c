//! The genome of a customer: genes with strength and how sure they are, the evidence behind one, what changed between two
//! dates.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// The type of a gene.
    GeneTypeWord {
        /// A value of a product attribute that the customer leans to, or away from.
        Preference => "preference",
        /// Why the customer buys.
        Motivation => "motivation",
        /// A liked value that lasts and where price plays a small part.
        Passion => "passion",
    }
);

words!(
    /// Where a value stands.
    GeneStanding {
        /// More than usual, with enough evidence.
        Liked => "liked",
        /// Less than usual, with enough evidence against it.
        Disliked => "disliked",
        /// There is evidence, but it is no gene.
        Faint => "faint",
    }
);

/// A run that computes everybody's genome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GenomeRunRequest {
    /// Only of customers of whom something came to be known since the newest run.
    #[serde(default)]
    pub update: bool,
    /// Everybody's as of this past date (its end) or instant, with what is known now; as of the newest act where not given.
    #[serde(default)]
    pub on: Option<String>,
    /// Why.
    pub reason: String,
}

/// What such a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GenomeRan {
    /// The run.
    pub run_id: String,
    /// The instant that genomes describe.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Customers with a genome.
    pub customers: usize,
    /// Acts that count as evidence, or could.
    pub acts: usize,
    /// Products.
    pub products: usize,
    /// Liked and disliked values of all customers together.
    pub genes: usize,
    /// Passions among them.
    pub passions: usize,
    /// Genomes that late data made a new revision of.
    pub revised: usize,
    /// How forecasts were made, and how right they were on the last days.
    pub forecast: GenomeForecast,
    /// It in a sentence.
    pub sentence: String,
}

/// How forecasts were made, and how right they were.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GenomeForecast {
    /// Customers that the model was fitted on; 0 where there is none.
    pub customers: usize,
    /// Its parameters by name.
    pub parameters: Vec<ForecastParameter>,
    /// Why there is no forecast, or no trial.
    pub reason: Option<String>,
    /// The trial on the last days, which the model did not see.
    pub trial: Option<ForecastTrial>,
    /// Whether clusters of customers have parameters of their own, and why.
    #[serde(default)]
    pub pooling: Option<String>,
}

/// A parameter of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForecastParameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
}

/// Forecasts made without the last days, against what came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForecastTrial {
    /// Days held out.
    pub days: i32,
    /// Orders that came.
    pub actual: f64,
    /// Orders forecast.
    pub expected: f64,
    /// Orders by each customer's own rate: the naive forecast.
    pub naive: f64,
    /// Mean absolute error of a customer, orders.
    pub mae: f64,
    /// That of the naive forecast.
    pub naive_mae: f64,
    /// Share of customers whose orders lay within their interval.
    pub within: f64,
    /// The share that intervals promise at least.
    pub level: f64,
    /// Tenths of the customers, from the fewest orders forecast to the most.
    pub rows: Vec<ForecastTenth>,
}

/// A tenth of the customers in a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForecastTenth {
    /// Customers.
    pub customers: usize,
    /// Mean orders forecast.
    pub expected: f64,
    /// Mean orders that came.
    pub actual: f64,
    /// Mean of the naive forecast.
    pub naive: f64,
}

/// What is expected of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PredictedRow {
    /// Its name in rows and programs.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What its number is: share, orders, days or money.
    pub unit: String,
    /// The number with the interval that holds four in five.
    pub value: GeneRange,
    /// The model, and the run that fitted it.
    pub source: String,
}

/// A number with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GeneRange {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A value of an attribute in a customer's genome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GeneRow {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Its type.
    pub gene_type: GeneTypeWord,
    /// Where it stands.
    pub standing: GeneStanding,
    /// Evidence less what is expected, in millionths of a purchase: the sum of its evidence lines to the last one.
    pub score: i64,
    /// By how much the customer's share of the attribute is above the usual, -1..1.
    pub strength: GeneRange,
    /// The usual share of the value within its attribute, 0..1.
    pub usual_share: f64,
    /// Evidence as a multiple of what is expected; absent where nothing is expected.
    pub lift: Option<f64>,
    /// How sure it is, 0..1.
    pub chance: f64,
    /// The same in a word.
    pub sure: String,
    /// Acts that speak for it.
    pub supporting: u32,
    /// Acts that speak against it.
    pub opposing: u32,
    /// First act.
    #[schema(format = DateTime)]
    pub first_at: Option<String>,
    /// Last act.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// It in a sentence.
    pub sentence: String,
    /// Genes that rest on the same acts and are told with it.
    pub with: Vec<GeneName>,
    /// Whether it is told with another, which names it: a short list leaves it out.
    pub joined: bool,
}

impl GeneRow {
    /// The values that are told with it, in words and each once: one word can be a value of two attributes.
    pub fn told_with(&self) -> Vec<String> {
        let own = worded(&self.attribute, &self.value);
        let mut told: Vec<String> = Vec::new();
        for one in &self.with {
            let words = worded(&one.attribute, &one.value);
            if words != own && !told.contains(&words) {
                told.push(words);
            }
        }
        told
    }
}

/// A value; of what products say yes or no of, with what it is about.
fn worded(attribute: &str, value: &str) -> String {
    match value {
        "yes" => attribute.replace('_', " "),
        "no" => format!("no {}", attribute.replace('_', " ")),
        value => value.to_string(),
    }
}

/// A gene by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GeneName {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
}

/// How somebody buys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HabitRow {
    /// Its name in commands.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What its number is: share, place, money, lines or stars.
    pub unit: String,
    /// The customer's number, drawn towards the usual where little is known.
    pub value: GeneRange,
    /// The usual number.
    pub usual: f64,
    /// low, middle or high of a price tier; of others: more than usual, less than usual, as usual.
    pub word: String,
    /// How sure it is, 0..1.
    pub chance: f64,
    /// The same in a word.
    pub sure: String,
    /// Observations behind it.
    pub observations: i64,
}

/// A customer's genome as it was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerGenome {
    /// The customer.
    pub customer_key: i64,
    /// The run.
    pub run_id: String,
    /// The instant that it describes.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// When it was computed.
    #[schema(format = DateTime)]
    pub known_at: String,
    /// 1 for the first of that instant, one more for each time that late data changed it; 0 where there is none to tell.
    pub revision: i64,
    /// Acts that came to be known late since the revision before.
    pub late: i64,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// Genes: passions first, then by how sure they are; faint evidence at the end.
    pub genes: Vec<GeneRow>,
    /// Habits.
    pub habits: Vec<HabitRow>,
    /// What is expected; empty for who never bought.
    pub predicted: Vec<PredictedRow>,
    /// How right such forecasts were on the last days.
    pub forecast: GenomeForecast,
    /// The currency of money, ISO 4217.
    pub currency: String,
    /// What a reader must know, as that records were merged or parted since.
    pub note: Option<String>,
    /// Topics that are not looked at for want of consent.
    pub withheld: Vec<String>,
    /// Genes that a person struck: told and used nowhere.
    pub forgotten: Vec<ForgottenGene>,
    /// Instants for which there are genomes, newest first.
    pub dates: Vec<String>,
}

/// One act's line in the evidence of a gene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GeneEvidenceLine {
    /// When it happened.
    #[schema(format = DateTime)]
    pub at: String,
    /// What it was.
    pub act: String,
    /// The product's code.
    pub product_id: Option<String>,
    /// The product's name.
    pub product: Option<String>,
    /// The table of the lake that tells of it.
    pub table: String,
    /// What it weighed when it happened, in millionths of a purchase; negative against.
    pub weight: i64,
    /// What is left of it by its age, in millionths.
    pub age_factor: i64,
    /// What it adds to the score, in millionths.
    pub contribution: i64,
}

/// The evidence behind a gene: lines and one baseline line, which sum to the score exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GeneEvidence {
    /// The customer.
    pub customer_key: i64,
    /// The run.
    pub run_id: String,
    /// The instant.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Acts in the order of time.
    pub lines: Vec<GeneEvidenceLine>,
    /// The usual share of the value within its attribute, in billionths.
    pub usual_share: u32,
    /// All of the customer's evidence for the attribute, in millionths.
    pub total: i64,
    /// What is expected of the value because it is popular: minus the usual share of the total.
    pub baseline: i64,
    /// The score: the sum of lines and baseline.
    pub score: i64,
}

/// One change between two genomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GenomeChange {
    /// What happened: appeared, faded, turned, retyped, shifted or consent.
    pub kind: String,
    /// Whether it is an alert.
    pub alert: bool,
    /// It in a sentence.
    pub sentence: String,
}

/// What changed between two dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GenomeDiff {
    /// The customer.
    pub customer_key: i64,
    /// The instant of the first genome.
    #[schema(format = DateTime)]
    pub from: String,
    /// The instant of the second.
    #[schema(format = DateTime)]
    pub to: String,
    /// Changes, the largest first.
    pub changes: Vec<GenomeChange>,
    /// It in a sentence.
    pub sentence: String,
}

/// The spec that genomes are computed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenomeSpec {
    /// Whether it is the project's own.
    pub own: bool,
    /// Its text, in TOML.
    pub text: String,
}

/// A gene that a person struck from a genome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ForgottenGene {
    /// The word's id, by which it is taken back.
    pub id: String,
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// When it was struck.
    #[schema(format = DateTime)]
    pub at: String,
}

/// Which gene to strike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneForgetRequest {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// Which word to take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneRememberRequest {
    /// The word's id.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// The gene that is told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GeneRemembered {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
}
