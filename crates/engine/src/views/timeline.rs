//! What one customer did and said over all channels, in order of time.

use super::page::page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

page!(
    /// What one customer did, the newest first where nothing else is asked.
    TimelinePage of TimelineRow
);

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineRow {
    /// When.
    #[schema(format = DateTime)]
    pub happened_at: String,
    /// Where: shop, web, app, email, service, survey, ad, review, social, event (what happens in the real world, as a workshop).
    pub channel: String,
    /// What, in a word: receipt, return, product viewed, answer, review, impression, …
    pub what: String,
    /// The same with what it is about.
    pub detail: String,
    /// The product, where it is about one.
    pub product_id: Option<String>,
    /// What was paid, given back or cost.
    #[schema(format = "decimal", examples("12.5000"))]
    pub amount: Option<String>,
    /// When the project came to know of it.
    #[schema(format = DateTime)]
    pub known_at: String,
    /// Of a receipt the products that cost most.
    pub products: Vec<TimelineProduct>,
    /// How many more products are on it.
    pub further_products: u64,
    /// The receipt's number in the lake, by which its products are found.
    #[serde(skip)]
    pub receipt_key: Option<i64>,
}

/// A product of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineProduct {
    /// Its code.
    pub product_id: String,
    /// What it is called.
    pub name: String,
}

/// The timeline with what stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// The customer.
    pub customer_key: i64,
    /// How much there is of each channel.
    pub channels: Vec<TimelineChannel>,
    /// The rows asked for.
    pub page: TimelinePage,
    /// What is not shown, and why.
    pub notes: Vec<String>,
    /// What the customer said of themselves: the newest answer to each question.
    pub declared: Vec<DeclaredAttribute>,
    /// The project's currency.
    pub currency: String,
}

/// How much there is of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineChannel {
    /// The channel.
    pub channel: String,
    /// Rows of it.
    pub rows: u64,
}

/// An attribute that the customer declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeclaredAttribute {
    /// The question's id: the attribute's name.
    pub attribute: String,
    /// The question's wording.
    pub question: Option<String>,
    /// The type that all answers to the question have: boolean, number, date or text.
    pub value_type: String,
    /// The answer.
    pub value: String,
    /// When it was given.
    #[schema(format = DateTime)]
    pub at: String,
}
