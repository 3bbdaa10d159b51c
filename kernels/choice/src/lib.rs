//! What makes choosers take one alternative of a set and leave the others: conditional logit, by group, with evidence.
//!
//! Holds the model, its fit of all choosers and of groups drawn towards it, what each attribute explains, plain counts
//! beside, sampling of alternatives and the trial on held-out choices: arrays, a seed and checked parameters in, arrays
//! out. Holds no file, no clock, and no default for any parameter: those are the caller's. The same data and seed
//! give the same bytes on any number of threads.
//!
//! ```text
//! Alternatives  new(items, levels, sizes, numbers): one row for each state of an item, its levels and numbers
//! Choices       new(alternatives, Sets, Occasions); take(&[usize]); at_most(count, seed); sample(count, seed)
//! Params        { ridge, level }.check() -> Checked
//! Checked       fit(&Choices) -> Fit: of all choosers; pool(&Choices, &Fit) -> Pool: of each group, drawn towards all
//!               importance(&Choices, &Pool, &Progress) -> shares of what is explained, of all and of each group
//! Fit, Pool     effects(...): utility of every level against the mean level, of every number, with intervals
//! Pool          differences(group): which attributes move a group otherwise than all
//! evidence      taken and expected if all alternatives were alike, by level
//! holdout       Popularity::of(&Choices); compare(...): on choices not learned from, against popularity and equal chances
//! ```
#![forbid(unsafe_code)]

mod alternatives;
mod choices;
mod dense;
mod effects;
mod error;
pub mod evidence;
mod fit;
pub mod holdout;
mod importance;
mod likelihood;
mod newton;
mod parts;
mod pool;
#[cfg(test)]
mod test_data;

pub use alternatives::{Alternatives, COLUMNS_MAX};
pub use choices::{Choices, Occasions, Sets};
pub use effects::{Effect, Estimate};
pub use error::Error;
pub use fit::{Checked, Fit, Params};
pub use importance::{ATTRIBUTES_MAX, Explained, Importance};
pub use pool::{Difference, Pool};
