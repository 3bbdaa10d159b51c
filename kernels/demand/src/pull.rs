//! How strongly each product of a category draws choices, whatever happened to be beside it.
//!
//! Holds one estimate: pulls from choices among changing offers. A product that sells little because few
//! stores carry it may have a strong pull.

use crate::category::Category;

/// Choices from the whole range that are made up for each product, so that a product that never sold has a
/// small pull, not none.
const PRIOR: f64 = 0.5;
const ROUNDS_MAX: usize = 1_000;
const TOLERANCE: f64 = 1e-7;

/// The pull of each slot; they sum to 1. Model: a purchase falls on a product of the offer in proportion to
/// its pull (R. D. Luce, "Individual Choice Behavior", 1959). Estimate: greatest likelihood by the
/// minorisation steps of D. R. Hunter, "MM algorithms for generalized Bradley-Terry models", Ann. Stat. 32,
/// 2004, section 5, with [`PRIOR`].
pub(crate) fn pulls(category: &Category) -> Vec<f64> {
    let count = category.products.len();
    let mut chosen = vec![PRIOR; count];
    for purchase in &category.purchases {
        chosen[purchase.slot] += 1.0;
    }
    let total: f64 = chosen.iter().sum();
    let mut pulls: Vec<f64> = chosen.iter().map(|chosen| chosen / total).collect();
    let busy: Vec<(f64, Vec<usize>)> = (0..category.spells.len())
        .filter(|&spell| category.spells[spell].bought > 0)
        .map(|spell| {
            let bought = category.spells[spell].bought as f64;
            (bought, category.slots(spell).collect())
        })
        .collect();
    for _ in 0..ROUNDS_MAX {
        // The made-up choices are from all products, whose pulls sum to 1.
        let mut chances = vec![PRIOR * count as f64; count];
        for (bought, slots) in &busy {
            let rate = bought / slots.iter().map(|&slot| pulls[slot]).sum::<f64>();
            for &slot in slots {
                chances[slot] += rate;
            }
        }
        let next: Vec<f64> = chosen
            .iter()
            .zip(&chances)
            .map(|(chosen, chances)| chosen / chances)
            .collect();
        let total: f64 = next.iter().sum();
        let mut change = 0.0f64;
        for (pull, next) in pulls.iter_mut().zip(next) {
            let next = next / total;
            change = change.max((next / *pull - 1.0).abs());
            *pull = next;
        }
        if change < TOLERANCE {
            break;
        }
    }
    pulls
}
