//! What is known of a customer, as the customer would read it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is known of a customer in their words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CustomerLetter {
    /// The customer.
    pub customer_key: i64,
    /// The instant that genes and expectations describe; absent where none was computed.
    #[schema(format = DateTime)]
    pub as_of: Option<String>,
    /// The parts, in order; none is left out for being empty.
    pub sections: Vec<LetterSection>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LetterSection {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub lines: Vec<String>,
}
