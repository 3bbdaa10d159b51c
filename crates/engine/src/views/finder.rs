//! The product finder: the answers so far come with every call, and the next question, the products with their reasons and
//! what each answer brought go back.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// What a shopper said about an attribute.
    FinderChoice {
        /// One of the values.
        AnyOf => "any_of",
        /// Not these values.
        NoneOf => "none_of",
        /// Something else than the values, which were offered.
        OtherThan => "other_than",
        /// It does not matter.
        DontMind => "dont_mind",
        /// Not answered.
        Skipped => "skipped",
    }
);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinderAnswer {
    /// The attribute that was asked.
    pub attribute: String,
    /// What was said.
    pub choice: FinderChoice,
    /// The values that it names.
    #[serde(default)]
    pub values: Vec<String>,
}

/// What the finder is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinderRequest {
    /// The answers so far.
    #[serde(default)]
    pub answers: Vec<FinderAnswer>,
    /// Only products of this category, at any level.
    #[serde(default)]
    pub category: Option<String>,
    /// The language of questions: en or de.
    #[serde(default)]
    pub language: Option<String>,
    /// Products wanted; 10 where not given.
    #[schema(minimum = 1, maximum = 100)]
    #[serde(default)]
    pub top: Option<usize>,
    /// The customer who asks: what suits their genome comes first, as far as they allowed; needs a purpose.
    #[serde(default)]
    pub customer_key: Option<i64>,
}

/// What the finder answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FinderStep {
    /// The next question; absent where none is asked any more.
    pub question: Option<FinderQuestion>,
    /// Why none is asked any more: empty, few, enough or nothing_parts.
    pub end: Option<String>,
    /// Products in all.
    pub of: usize,
    /// Products that no answer rules out.
    pub remain: usize,
    /// The products that the answers speak for most.
    pub products: Vec<FinderProduct>,
    /// What each answer brought.
    pub benefits: Vec<FinderBenefit>,
    /// What the answers declare of the shopper.
    pub declared: Vec<FinderDeclared>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderQuestion {
    /// The attribute.
    pub attribute: String,
    /// The question in words.
    pub text: String,
    /// Answers to choose among, the likeliest first, something else last.
    pub offers: Vec<FinderOffer>,
    /// That it does not matter, in words.
    pub dont_mind: String,
    /// Why this question, in one sentence.
    pub why: String,
    /// What its answer is expected to tell, in thousandths of a bit.
    pub gain: i64,
}

/// An answer that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderOffer {
    /// What to give back.
    pub answer: FinderAnswer,
    /// In words.
    pub text: String,
    /// Products that would be left.
    pub remain: usize,
    /// What it would tell, in thousandths of a bit.
    pub benefit: i64,
}

/// A product with why it stands where it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderProduct {
    /// Its code.
    pub product_id: String,
    /// Its name.
    pub name: String,
    /// The sum of the lines' points.
    pub score: i64,
    /// What was known before any answer, then a line per answer.
    pub lines: Vec<FinderLine>,
}

/// A line of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderLine {
    /// The attribute; absent for what was known before any answer.
    pub attribute: Option<String>,
    /// How the product stands to the answer: met, unknown or failed.
    pub standing: Option<String>,
    /// What the product has of the attribute.
    pub has: Vec<String>,
    /// Thousandths of a bit: 1,000 more make it twice as likely to be what is wanted.
    pub points: i64,
}

/// What an answer brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderBenefit {
    /// The attribute.
    pub attribute: String,
    /// Products that it rules out and none before it did.
    pub left_out: usize,
    /// Products that are left.
    pub remain: usize,
    /// In one sentence.
    pub sentence: String,
}

/// What an answer declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderDeclared {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Whether it is wished for; else it is refused.
    pub wished: bool,
}

/// Answers to be kept for a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinderKeepRequest {
    /// The answers.
    pub answers: Vec<FinderAnswer>,
    /// The customer who gave them.
    pub customer_key: i64,
    /// Why they are kept.
    pub reason: String,
}

/// Answers that were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderKept {
    /// The customer.
    pub customer_key: i64,
    /// The filled-in questionnaire that they are kept as.
    pub response_id: String,
    /// What was kept: genes of the next run rest on it.
    pub declared: Vec<FinderDeclared>,
}

/// Answers to take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinderForgetRequest {
    /// The response, as keeping named it.
    pub response_id: String,
    /// Whose it is.
    pub customer_key: i64,
    /// Why.
    pub reason: String,
}

/// Answers that were taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinderForgotten {
    /// The customer.
    pub customer_key: i64,
    /// The response.
    pub response_id: String,
    /// How many answers count no more from the next run on.
    pub answers: usize,
}
