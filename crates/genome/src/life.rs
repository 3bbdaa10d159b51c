//! Life events (a move, a baby, a pet) and projects (a room, a garden, a party) as purchases tell of them: which,
//! since about when, how likely, by what evidence; of a project also what is still missing.
//!
//! It holds plain values and computes; it opens nothing, reads no clock, and knows no word of its own: kinds and their
//! signs are data ([`Kinds`]). How it works, what it reaches and where it fails: `docs/life.md`.
//!
//! ```text
//! Kinds::parse(DEFAULT)?.with(&Kinds::parse(own)?)      kinds as data, a retailer's own over them
//! Signs::of(&kinds, products)                           which part of which kind each product serves, once per run
//! Baseline::learn(&kinds, &signs, customers, on)        what is usual, and how rare each kind is, once per run
//! find(&model, &customer, on) -> Vec<Found>             of one customer as of a day; Found::score is the sum of its lines
//! ```

#[cfg(test)]
mod added;
mod baseline;
mod check;
mod explain;
mod find;
mod kinds;
mod likely;
mod reading;
mod refine;
mod signs;
#[cfg(test)]
mod tests;
mod visits;

pub use baseline::Baseline;
pub use explain::{BaselineLine, EvidenceLine, Found, Missing, PartBought};
pub use find::find;
pub use kinds::{Allowed, DEFAULT, Kind, Kinds, LifeError, Part, Sort};
pub use signs::{ProductText, Signs};

/// One line of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// Day since 1970-01-01.
    pub day: i32,
    /// The product, by its number in the catalogue that the signs were read from.
    pub product: u32,
    /// Pieces; negative for what was brought back.
    pub quantity: i32,
}

/// One customer's purchases and which sensitive kinds may be looked for.
#[derive(Debug, Clone, Copy)]
pub struct Customer<'a> {
    /// In any order.
    pub purchases: &'a [Purchase],
    /// By [`Kinds::allowed`].
    pub allowed: Allowed,
}

/// What answers are made from: the three belong to one run.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    /// The kinds.
    pub kinds: &'a Kinds,
    /// What products serve.
    pub signs: &'a Signs,
    /// What is usual.
    pub baseline: &'a Baseline,
}
