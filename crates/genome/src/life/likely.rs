//! How likely something is, by its score. Scores are too careful: kinds that share purchases are weighed as if only one of
//! them could be so. A logistic curve mends that; it moves no finding past another of its sort. It weighs no purchase.

use super::Sort;
use affinity::portable::exp;

/// Slope and step of the curve, by events and projects: fitted by the greatest likelihood (Platt, Advances in Large Margin
/// Classifiers, 2000; Niculescu-Mizil, Caruana, ICML 2005) to findings of the generated chain, seeds 21 to 25
/// (`bench/life.py`, docs/life.md).
const EVENTS: [f64; 2] = [0.894, 1.309];
const PROJECTS: [f64; 2] = [1.509, 1.726];

/// The likelihood, from 0 to 1, of something whose logarithm of the odds is `score`.
pub(super) fn likelihood(sort: Sort, score: f64) -> f64 {
    let [slope, step] = match sort {
        Sort::Event => EVENTS,
        Sort::Project => PROJECTS,
    };
    1.0 / (1.0 + exp(-(slope * score + step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_score_is_likelier_and_none_leaves_its_bounds() {
        for sort in [Sort::Event, Sort::Project] {
            let of = |score: f64| likelihood(sort, score);
            assert!(of(-250.0) >= 0.0 && of(250.0) <= 1.0);
            assert!(
                (-40..40).all(|score| of(f64::from(score) / 4.0) < of(f64::from(score + 1) / 4.0))
            );
            // Told as careful scores are: odds of even are more than even.
            assert!(of(0.0) > 0.7 && of(-3.0) < 0.25);
        }
    }
}
