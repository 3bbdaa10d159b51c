//! What to show whom: models of who takes what, and measures of how good their lists are.
//!
//! Sparse arrays, a seed and checked parameters in, models and scores out. Holds no file, no clock and no retail
//! word beyond "customer" for a row and "item" for a column. The same data and seed give the same bytes on any
//! number of threads. A model scores any history, also one that it was not fitted on.
#![forbid(unsafe_code)]

pub mod als;
pub mod auto;
pub mod basket;
pub mod blend;
pub mod cold;
pub mod contrast;
mod dense;
pub mod ease;
mod error;
pub mod graph;
pub mod linear;
pub mod metrics;
pub mod model;
pub mod neighbours;
pub mod popular;
mod recommender;
pub mod session;
pub mod slim;
mod sparse;
pub mod split;
mod svd;
#[cfg(test)]
mod test_data;
pub mod top;

pub use error::Error;
pub use recommender::{Recommender, lists};
pub use sparse::{Row, Sparse};
