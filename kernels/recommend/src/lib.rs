//! What to show whom: models of who takes what, and measures of how good their lists are.
//!
//! Sparse arrays, a seed and checked parameters in, models and scores out. Holds no file, no clock and no retail
//! word beyond "customer" for a row and "item" for a column. The same data and seed give the same bytes on any
//! number of threads. A model scores any history, also one that it was not fitted on.
#![forbid(unsafe_code)]

pub mod als;
mod dense;
mod error;
pub mod metrics;
pub mod neighbours;
pub mod popular;
mod recommender;
mod sparse;
pub mod split;
#[cfg(test)]
mod test_data;
pub mod top;

pub use error::Error;
pub use recommender::{Recommender, lists};
pub use sparse::{Row, Sparse};
