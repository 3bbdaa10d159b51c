//! What customers see in a product: topics, values and where these differ from what is stated.

use super::words::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words!(
    /// How customers and catalogue stand to each other.
    HeardDifferenceKind {
        /// Stated, and customers deny it.
        Denied => "denied",
        /// Customers say it, and it is not stated.
        NotStated => "not_stated",
        /// Customers are unhappy with it.
        Complaint => "complaint",
        /// Stated, and customers say so too.
        Agrees => "agrees",
    }
);

/// What customers see in a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductHeard {
    /// The product.
    pub product_id: String,
    /// The day as of which it holds.
    #[schema(format = Date)]
    pub on: String,
    /// Texts up to that day.
    pub texts: u32,
    /// Customers who wrote them; a text without a known customer counts as one.
    pub customers: u32,
    /// The mean tone, -1..1; absent where nobody praises or blames.
    pub sentiment: Option<f64>,
    /// Where customers and the stated values agree and differ, the surest first.
    pub differences: Vec<HeardDifference>,
    /// What customers speak of, most first.
    pub topics: Vec<HeardTopic>,
    /// Values that they give or deny the product, most first.
    pub values: Vec<HeardValue>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A share of customers with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeardShare {
    /// How many say so.
    pub of: u32,
    /// Among how many.
    pub among: u32,
    /// The share, 0..1.
    pub value: f64,
    /// Lower end of its interval (Wilson).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A difference or an agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeardDifference {
    /// Which.
    pub kind: HeardDifferenceKind,
    /// The attribute, or topic.
    pub attribute: String,
    /// Its value, or the topic's name.
    pub value: String,
    /// How sure, 0..1.
    pub sure: f64,
    /// All of it in one sentence.
    pub sentence: String,
    /// The newest mentions.
    pub mentions: Vec<HeardMention>,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeardTopic {
    /// Its name.
    pub topic: String,
    /// Customers who speak of it, among all with a text.
    pub share: HeardShare,
    /// Of these, those whose newest word praises.
    pub happy: u32,
    /// Of these, those whose newest word blames.
    pub unhappy: u32,
    /// The mean tone, -1..1.
    pub sentiment: Option<f64>,
    /// The newest mentions.
    pub mentions: Vec<HeardMention>,
}

/// A value that customers see in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeardValue {
    /// The attribute.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// Customers who say so, among all with a text.
    pub share: HeardShare,
    /// Customers who deny it.
    pub denied: u32,
    /// Customers to whom it is too much so.
    pub excess: u32,
    /// The mean tone, -1..1.
    pub sentiment: Option<f64>,
    /// The newest mentions.
    pub mentions: Vec<HeardMention>,
}

/// Where a text says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeardMention {
    /// The review or post.
    pub text_id: String,
    /// The day it was written.
    #[schema(format = Date)]
    pub day: String,
    /// The words around it.
    pub quote: String,
}
