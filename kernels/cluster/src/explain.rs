//! What makes a cluster, and why a row is in it, in numbers.
//!
//! Holds facts about clusters and rows; the words around them are the caller's. Nothing here changes a
//! clustering.

mod discovery;
pub mod drivers;
mod membership;
mod profile;
pub mod rule;

pub use membership::{Contributions, Membership, contributions, memberships};
pub use profile::{ClusterProfile, Fact, Params, Profiling};
