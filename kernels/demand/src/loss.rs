//! How much of a category's demand goes when its offer gets poorer, and comes when it gets richer.
//!
//! Holds one elasticity per category, from how purchases per visit moved with the offer within each store.
//! Stores are not compared with each other: a store may sell little of a category and carry little of it
//! for one and the same reason.

use crate::category::Category;

/// Legal range of the elasticity: from no loss to all demand of a product lost with it.
const RANGE: (f64, f64) = (0.0, 1.0);
const ROUNDS_MAX: usize = 50;

/// An estimate with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// A spell's visits and purchases, and the logarithm of the pulls on offer.
struct Level {
    visits: f64,
    bought: f64,
    offer: f64,
}

/// The elasticity of each category's demand in the sum of the pulls on offer. Each category's own estimate
/// is drawn towards the mean of all by how far they differ beyond chance (R. DerSimonian, N. Laird,
/// "Meta-analysis in clinical trials", Control. Clin. Trials 7, 1986).
pub(crate) fn elasticities(parts: &[(&Category, &[f64])]) -> Vec<Estimate> {
    let own: Vec<Estimate> = parts
        .iter()
        .map(|(category, pulls)| own_elasticity(category, pulls))
        .collect();
    let weighed = |spread: f64| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for estimate in own.iter().filter(|estimate| estimate.error.is_finite()) {
            let weight = 1.0 / (estimate.error.powi(2) + spread);
            sum += weight * estimate.value;
            weights += weight;
        }
        (sum, weights)
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
    for estimate in own.iter().filter(|estimate| estimate.error.is_finite()) {
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
    own.iter()
        .map(|estimate| {
            let trust = spread / (spread + estimate.error.powi(2));
            let trust = if trust.is_finite() { trust } else { 0.0 };
            let value = mean + trust * (estimate.value - mean);
            Estimate {
                value: value.clamp(RANGE.0, RANGE.1),
                error: (spread * (1.0 - trust) + of_mean).sqrt(),
            }
        })
        .collect()
}

/// Greatest likelihood of Poisson purchases, given each store's total, which takes the store's own level
/// away (A. C. Cameron, P. K. Trivedi, "Regression Analysis of Count Data", 2nd ed. 2013, section 9.4).
fn own_elasticity(category: &Category, pulls: &[f64]) -> Estimate {
    let levels: Vec<Level> = (0..category.spells.len())
        .map(|spell| Level {
            visits: category.spells[spell].visits,
            bought: category.spells[spell].bought as f64,
            offer: category
                .slots(spell)
                .map(|slot| pulls[slot])
                .sum::<f64>()
                .ln(),
        })
        .collect();
    let mut value = 0.0;
    let mut information = 0.0;
    for _ in 0..ROUNDS_MAX {
        let mut score = 0.0;
        information = 0.0;
        let mut first = 0;
        for of_store in category.spells.chunk_by(|a, b| a.store == b.store) {
            let levels = &levels[first..first + of_store.len()];
            first += of_store.len();
            let (of_score, of_information) = store_score(levels, value);
            score += of_score;
            information += of_information;
        }
        if information <= 1e-9 {
            break;
        }
        let step = (score / information).clamp(-1.0, 1.0);
        value += step;
        if step.abs() < 1e-9 {
            break;
        }
    }
    Estimate {
        value,
        error: information.sqrt().recip(),
    }
}

/// Derivative of the log likelihood of one store and its information.
fn store_score(levels: &[Level], value: f64) -> (f64, f64) {
    let (mut weights, mut mean, mut square) = (0.0, 0.0, 0.0);
    let (mut bought, mut seen) = (0.0, 0.0);
    for level in levels.iter().filter(|level| level.visits > 0.0) {
        let weight = level.visits * (value * level.offer).exp();
        weights += weight;
        mean += weight * level.offer;
        square += weight * level.offer * level.offer;
        bought += level.bought;
        seen += level.bought * level.offer;
    }
    if weights <= 0.0 {
        return (0.0, 0.0);
    }
    let mean = mean / weights;
    let variance = (square / weights - mean * mean).max(0.0);
    (seen - bought * mean, bought * variance)
}

/// Share of a product's demand that is lost with it, where it holds `share` of the demand of its buyers: the
/// category keeps `(1 - share)^elasticity`.
pub(crate) fn lost(elasticity: f64, share: f64) -> f64 {
    if share <= 0.0 {
        return elasticity;
    }
    ((1.0 - (1.0 - share).powf(elasticity)) / share).min(1.0)
}
