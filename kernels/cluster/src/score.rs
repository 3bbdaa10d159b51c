//! How good a clustering is: against its own data, and against another labelling.
//!
//! Holds scores only: nothing here fits, and nothing chooses.

mod agreement;
mod dispersion;
mod silhouette;

pub use agreement::{Agreement, adjusted_rand, agreement};
pub use dispersion::{Dispersion, dispersion};
pub use silhouette::{ClusterSilhouette, Silhouette, silhouette, silhouette_sampled};
