//! Every way in which a finder can refuse. That no product fits is none: products are then ranked by what they fail
//! least.

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FinderError {
    /// Settings that cannot be read as text.
    #[error("the finder's settings cannot be read: {0}")]
    Text(String),
    /// A field of the settings that is not right.
    #[error("the finder's settings are not right: {field} is {value}; write {mend}")]
    Settings {
        /// The field, with its table.
        field: String,
        /// Its value.
        value: String,
        /// What to write instead.
        mend: &'static str,
    },
    /// Not one weight per product.
    #[error("the prior has {weights} weights for {products} products; give one per product")]
    Prior {
        /// Weights given.
        weights: usize,
        /// Products in the index.
        products: usize,
    },
    /// An answer about an attribute that no product has.
    #[error(
        "an answer is about the attribute '{0}', which no product has; leave the answer out or write the attribute as the catalogue does"
    )]
    Attribute(String),
    /// An answer that names no value.
    #[error("the answer about '{0}' names no value; name one, or say that it does not matter")]
    NoValue(String),
    /// An answer about something sensitive without consent.
    #[error(
        "an answer names {attribute} '{value}', which belongs to the topic '{topic}'; ask for consent to the topic first"
    )]
    Withheld {
        /// The attribute.
        attribute: String,
        /// The value.
        value: String,
        /// The topic of the consent.
        topic: String,
    },
}
