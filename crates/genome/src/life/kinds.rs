//! Kinds of life events and projects as people write them: TOML in, checked values out. It finds nothing in purchases.

use serde::{Deserialize, Serialize};

/// The kinds that hold where none are given.
pub const DEFAULT: &str = include_str!("default.toml");

/// What is wrong with a text of kinds.
#[derive(Debug, thiserror::Error)]
pub enum LifeError {
    /// It cannot be read as a text of kinds.
    #[error("the kinds of life events cannot be read: {0}")]
    Text(String),
    /// A field has a value that it must not have.
    #[error("the kinds of life events are not right: {place} is {value}; write {mend}")]
    Field {
        /// The field, with the kind and part it belongs to.
        place: String,
        /// Its value.
        value: String,
        /// What to write instead.
        mend: &'static str,
    },
}

/// Whether something happens to people or is undertaken by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// It happens: a move, a birth.
    Event,
    /// It is undertaken and done with one day: parts are still missing until then.
    Project,
}

/// All kinds. The text's form is explained in [`DEFAULT`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    /// The version of the form: 1.
    pub version: u32,
    /// Likelihood from which something found is told, above 0 and below 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Codes that [`Kinds::with`] takes away from the kinds below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// The kinds.
    #[serde(default)]
    pub kinds: Vec<Kind>,
}

/// One kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its short name, never changed.
    pub code: String,
    /// Its name for people.
    pub title: String,
    /// Event or project.
    pub sort: Sort,
    /// Whether it is looked for only with the customer's explicit consent.
    #[serde(default)]
    pub sensitive: bool,
    /// Days over which purchases tell of it.
    pub days: u16,
    /// Part of what is bought meanwhile that serves it.
    pub share: f64,
    /// How often it begins in a customer's year, before anything is learned.
    pub a_year: f64,
    /// Part of the customers who live with it all along (pets), so that it did not begin.
    #[serde(default)]
    pub held: f64,
    /// What it needs.
    pub parts: Vec<Part>,
}

/// One thing that a kind needs, and how products that serve it are called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name for people.
    pub title: String,
    /// Names of categories, and of kinds of product.
    #[serde(default)]
    pub words: Vec<String>,
    /// Words within the names of products.
    #[serde(default)]
    pub names: Vec<String>,
    /// Words in category, kind or name of a product that does not serve it, whatever else it is called.
    #[serde(default)]
    pub unless: Vec<String>,
    /// How much of the kind's purchases it takes, against the other parts.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

/// Which kinds may be looked for in one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed(u64);

impl Allowed {
    /// Whether the kind of this number may be looked for.
    #[must_use]
    pub const fn holds(self, kind: usize) -> bool {
        kind < 64 && self.0 >> kind & 1 == 1
    }
}

impl Kinds {
    /// Reads and checks a text.
    ///
    /// # Errors
    /// [`LifeError::Text`] with the line, [`LifeError::Field`] with the place and how to mend it.
    pub fn parse(text: &str) -> Result<Self, LifeError> {
        let kinds: Self =
            toml::from_str(text).map_err(|cause| LifeError::Text(cause.to_string()))?;
        super::check::check(&kinds)?;
        Ok(kinds)
    }

    /// These kinds with a retailer's own over them: kinds of the same code are replaced, further ones are added, those
    /// named in `without` go.
    ///
    /// # Errors
    /// [`LifeError::Field`] where `without` names a code that is not there, or too many kinds come together.
    pub fn with(mut self, own: &Self) -> Result<Self, LifeError> {
        for code in &own.without {
            let before = self.kinds.len();
            self.kinds.retain(|kind| kind.code != *code);
            if self.kinds.len() == before {
                return Err(LifeError::Field {
                    place: "without".into(),
                    value: code.clone(),
                    mend: "codes of kinds that exist",
                });
            }
        }
        for kind in &own.kinds {
            match self.kinds.iter_mut().find(|other| other.code == kind.code) {
                Some(other) => other.clone_from(kind),
                None => self.kinds.push(kind.clone()),
            }
        }
        self.least = own.least.or(self.least);
        super::check::check(&self)?;
        Ok(self)
    }

    /// What may be looked for: all that is not sensitive, and what is consented to, by code.
    pub fn allowed<'a>(&self, consents: impl IntoIterator<Item = &'a str>) -> Allowed {
        let mut bits = 0;
        for (number, kind) in self.kinds.iter().enumerate() {
            bits |= u64::from(!kind.sensitive) << number;
        }
        for code in consents {
            if let Some(number) = self.kinds.iter().position(|kind| kind.code == code) {
                bits |= 1 << number;
            }
        }
        Allowed(bits)
    }

    /// The kind of this code.
    #[must_use]
    pub fn kind(&self, code: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    /// The likelihood from which something found is told.
    #[must_use]
    pub fn least(&self) -> f64 {
        self.least.unwrap_or(0.5)
    }
}
