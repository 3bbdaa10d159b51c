//! From what to what customers switch within a category, against what pulls alone would make them do.
//!
//! Holds counts of pairs; what they mean for one product is `transference`'s, for attributes `tree`'s.

use crate::category::{Category, Purchase};

/// A purchase is compared with this many later ones of the same customer: tastes last, and a customer who
/// buys every day must not outweigh the rest.
const AHEAD: usize = 6;

/// Pairs of purchases by one customer in different baskets, by the two products.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Switches {
    /// Number of products.
    pub count: usize,
    /// Weight of the pairs of each two different products, `count × count`, symmetric, diagonal 0.
    pub observed: Vec<f64>,
    /// As `observed`, had each customer who switched taken any other product on offer by its pull.
    pub expected: Vec<f64>,
    /// Weight of the pairs in which a product was bought and was on offer again.
    pub chances: Vec<f64>,
    /// Weight of those in which the same product was bought again.
    pub repeats: Vec<f64>,
}

/// Counts pairs of purchases of the products for which `among` holds, as if there were no others; each
/// customer weighted by `weight(customer)`. A customer with n purchases counts n - 1: as many independent
/// switches as there can be.
pub(crate) fn switches(
    category: &Category,
    pulls: &[f64],
    among: &[bool],
    weight: impl Fn(u32) -> f64,
) -> Switches {
    let count = category.products.len();
    let mut sums = Switches {
        count,
        observed: vec![0.0; count * count],
        expected: vec![0.0; count * count],
        chances: vec![0.0; count],
        repeats: vec![0.0; count],
    };
    let reach: Vec<f64> = pulls
        .iter()
        .zip(among)
        .map(|(&pull, &among)| if among { pull } else { 0.0 })
        .collect();
    for history in category.histories().filter(|history| history.len() > 1) {
        let weight = weight(history[0].customer);
        if weight <= 0.0 {
            continue;
        }
        let history: Vec<&Purchase> = history.iter().filter(|bought| among[bought.slot]).collect();
        let pairs = pairs(&history);
        let each = weight * history.len().saturating_sub(1) as f64 / pairs.len().max(1) as f64;
        for (earlier, later) in pairs {
            // Tastes are what lasts, so a pair tells of both directions.
            sums.add(category, &reach, earlier, later, each / 2.0);
            sums.add(category, &reach, later, earlier, each / 2.0);
        }
    }
    sums
}

/// Pairs of purchases in different baskets, at most [`AHEAD`] apart.
fn pairs<'a>(history: &[&'a Purchase]) -> Vec<(&'a Purchase, &'a Purchase)> {
    let mut pairs = Vec::new();
    for (place, &earlier) in history.iter().enumerate() {
        let later = history[place + 1..].iter().take(AHEAD);
        pairs.extend(
            later
                .filter(|later| later.basket != earlier.basket)
                .map(|&later| (earlier, later)),
        );
    }
    pairs
}

impl Switches {
    /// Adds that who bought `from` also bought `to`, from the offer that `to` was chosen from. `reach`:
    /// pulls, 0 for products that do not count.
    fn add(
        &mut self,
        category: &Category,
        reach: &[f64],
        from: &Purchase,
        to: &Purchase,
        weight: f64,
    ) {
        if category.on_offer(to.spell, from.slot) {
            self.chances[from.slot] += weight;
            self.repeats[from.slot] += if from.slot == to.slot { weight } else { 0.0 };
        }
        if from.slot == to.slot {
            return;
        }
        let others = || category.slots(to.spell).filter(|&slot| slot != from.slot);
        let total: f64 = others().map(|slot| reach[slot]).sum();
        for slot in others() {
            let expected = weight * reach[slot] / total;
            self.expected[from.slot * self.count + slot] += expected;
            self.expected[slot * self.count + from.slot] += expected;
        }
        self.observed[from.slot * self.count + to.slot] += weight;
        self.observed[to.slot * self.count + from.slot] += weight;
    }
}
