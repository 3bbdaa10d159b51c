//! How much of a category's demand goes when products leave it.
//!
//! Holds one elasticity per category, from how purchases per visit moved with empty shelves while the range of
//! the store stayed. Neither stores nor ranges are compared: a store may sell little of a category and carry
//! little of it for one and the same reason, and ranges change so seldom that season and fashion hide what
//! they do. Empty shelves tell of shoppers who may come back: who knows that a product is gone for good may
//! lose less.

use rayon::prelude::*;

use crate::{category::Category, ppml};

/// Legal range of the elasticity: from no loss to all demand of a product lost with it.
const RANGE: (f64, f64) = (0.0, 1.0);
/// An estimate with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// A category with the pull of each product and the share of its buyers' demand that it holds.
pub(crate) type Part<'a> = (&'a Category, &'a [f64], &'a [f64]);

/// The own estimate of each category; infinitely uncertain where no shelf was ever empty.
pub(crate) fn estimates(parts: &[Part<'_>]) -> Vec<Estimate> {
    parts.par_iter().map(own).collect()
}

/// Each estimate drawn towards the mean of all by how far they differ beyond chance (R. DerSimonian,
/// N. Laird, "Meta-analysis in clinical trials", Control. Clin. Trials 7, 1986).
pub(crate) fn drawn_together(own: &[Estimate]) -> Vec<Estimate> {
    let known = || own.iter().filter(|estimate| estimate.error.is_finite());
    let weighed = |spread: f64| {
        known().fold((0.0, 0.0), |(sum, weights), estimate| {
            let weight = 1.0 / (estimate.error.powi(2) + spread);
            (sum + weight * estimate.value, weights + weight)
        })
    };
    let (sum, weights) = weighed(0.0);
    if weights <= 0.0 {
        // No store ever changed its offer: anything may be.
        let unknown = Estimate {
            value: 0.5,
            error: 0.5,
        };
        return vec![unknown; own.len()];
    }
    let mean = sum / weights;
    let (mut excess, mut squares) = (1.0, 0.0);
    for estimate in known() {
        let weight = estimate.error.powi(-2);
        excess += weight * (estimate.value - mean).powi(2) - 1.0;
        squares += weight * weight;
    }
    let room = weights - squares / weights;
    let spread = if room > 0.0 {
        (excess / room).max(0.0)
    } else {
        0.0
    };
    let (sum, weights) = weighed(spread);
    let (mean, of_mean) = (sum / weights, 1.0 / weights);
    let drawn = own.iter().map(|estimate| {
        let trust = spread / (spread + estimate.error.powi(2));
        Estimate {
            value: (mean + trust * (estimate.value - mean)).clamp(RANGE.0, RANGE.1),
            error: (spread * (1.0 - trust) + of_mean).sqrt(),
        }
    });
    drawn.collect()
}

/// One category's own estimate: Poisson regression of purchases on what the shelves hold of the range, with a
/// level for each range that each store had and for each season. A product whose buyers buy little else
/// counts for more than its pull.
fn own(&(category, pulls, held): &Part<'_>) -> Estimate {
    let weights: Vec<f64> = pulls
        .iter()
        .zip(held)
        .map(|(pull, held)| pull * weight(*held))
        .collect();
    // Per spell: what its shelves hold of its range.
    let there: Vec<f64> = (0..category.spells.len())
        .map(|spell| {
            let range: f64 = category.range(spell).map(|slot| pulls[slot]).sum();
            let shelf: f64 = category.slots(spell).map(|slot| weights[slot]).sum();
            shelf / range
        })
        .collect();
    let ranges = category.ranges();
    let rows: Vec<ppml::Row> = category
        .cells
        .iter()
        .filter(|cell| cell.visits > 0.0)
        .map(|cell| ppml::Row {
            groups: [ranges[cell.spell], cell.season],
            exposure: cell.visits,
            count: cell.bought,
            column: there[cell.spell],
        })
        .collect();
    let (value, error) = ppml::fit(&rows);
    Estimate { value, error }
}

/// What is lost of a product's demand for each unit of elasticity, as the elasticity goes to 0.
fn weight(held: f64) -> f64 {
    if held < 1e-6 {
        return 1.0;
    }
    -(1.0 - held).ln() / held
}

/// Share of a product's demand that is lost with it, where it holds `held` of the demand of its buyers: their
/// demand is isoelastic in the pull of what is there, so `(1 - held)^elasticity` of it is kept.
pub(crate) fn lost(elasticity: f64, held: f64) -> f64 {
    if held < 1e-6 {
        return elasticity;
    }
    ((1.0 - (1.0 - held).powf(elasticity)) / held).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_lost_where_buyers_have_less_else() {
        assert!((lost(0.2, 0.0) - 0.2).abs() < 1e-12);
        assert!((lost(0.2, 1e-5) - 0.2).abs() < 1e-5);
        assert!((lost(0.2, 0.5) - 0.258_899).abs() < 1e-6);
        assert_eq!(lost(1.0, 0.7), 1.0);
        assert_eq!(lost(0.0, 0.7), 0.0);
        assert!((weight(0.5) - 2.0 * 2f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn estimates_are_drawn_together_as_far_as_they_agree() {
        let of = |value, error| Estimate { value, error };
        let same = drawn_together(&[of(0.2, 0.1), of(0.22, 0.1), of(0.0, f64::INFINITY)]);
        assert!(
            same.iter().all(|one| (one.value - 0.21).abs() < 1e-9),
            "{same:?}"
        );
        let apart = drawn_together(&[of(0.1, 0.01), of(0.5, 0.01)]);
        assert!(apart[0].value < 0.11 && apart[1].value > 0.49, "{apart:?}");
        let unknown = drawn_together(&[of(0.0, f64::INFINITY)]);
        assert_eq!(unknown, [of(0.5, 0.5)]);
    }
}
