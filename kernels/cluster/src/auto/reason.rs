//! The choice in one sentence.
//!
//! Holds wording only; the choice is made before.

use super::{Candidate, Ground, Method};
use crate::mixture::Covariance;

/// Names the method, what speaks for it, and the borders of another kind.
pub(super) fn sentence(ground: &Ground, candidates: &[Candidate], chosen: usize) -> String {
    match ground {
        Ground::OneCluster => "one cluster: every method gives the same".to_owned(),
        Ground::Gap(gap) => format!(
            "{}: the data falls into just as many pieces by itself; the least gap between them is {gap:.1} times the greatest within one",
            name(candidates[chosen].method),
        ),
        Ground::Mixture(misfit) => format!(
            "{}: the rows are like draws from this mixture (it misses their density by {misfit:.2} nats a row), so its borders are the likeliest",
            name(candidates[chosen].method),
        ),
        Ground::Border => {
            let best = &candidates[chosen];
            let mut text = format!(
                "{}: of {} clusterings by as many methods and settings it agrees most with those whose borders run through few and sparse rows; its own borders cost {:.4}, where 0 cuts nothing; its mean adjusted Rand index with all is {:.2}",
                name(best.method),
                candidates.len(),
                best.border,
                best.agreement,
            );
            let rivals = candidates
                .iter()
                .filter(|other| kind(other.method) != kind(best.method));
            if let Some(rival) = rivals.min_by(|a, b| a.border.total_cmp(&b.border)) {
                text += &format!(
                    "; the least cost of another kind is that of {} ({:.4})",
                    name(rival.method),
                    rival.border
                );
            }
            text
        }
    }
}

/// Methods that differ by a setting only are of one kind.
fn kind(method: Method) -> std::mem::Discriminant<Method> {
    std::mem::discriminant(&method)
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&name(*self))
    }
}

/// The method in words.
fn name(method: Method) -> String {
    match method {
        Method::KMeans => "k-means".to_owned(),
        Method::Mixture(covariance) => {
            let shape = match covariance {
                Covariance::Full => "full",
                Covariance::Tied => "tied",
                Covariance::Diagonal => "diagonal",
                Covariance::Spherical => "spherical",
            };
            format!("Gaussian mixture with {shape} covariance")
        }
        Method::Ward => "Ward linkage".to_owned(),
        Method::Average => "average linkage".to_owned(),
        Method::Single => "single linkage".to_owned(),
        Method::Genie {
            gini_max,
            neighbours: 0,
        } => format!("Genie with Gini index up to {gini_max}"),
        Method::Genie {
            gini_max,
            neighbours,
        } => format!(
            "Genie with Gini index up to {gini_max} over mutual reachability by {neighbours} neighbours"
        ),
        Method::GenieInformation => "Genie with the information criterion".to_owned(),
        Method::Limbs {
            share,
            neighbours: 0,
        } => format!(
            "spanning tree without the longest edges between limbs of {share} of an even cluster"
        ),
        Method::Limbs { share, neighbours } => format!(
            "spanning tree over mutual reachability by {neighbours} neighbours without the longest edges between limbs of {share} of an even cluster"
        ),
        Method::Reachability(neighbours) => format!(
            "single linkage over mutual reachability by {neighbours} neighbours, noise left aside"
        ),
        Method::Modes(neighbours) => format!("hills of density by {neighbours} neighbours"),
    }
}
