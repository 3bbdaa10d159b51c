//! Whether shares found from the earlier days told what shoppers did in the later ones: what buyers of a product took
//! when it was off the shelf, by the shares and by sales alone. It must not know what is said of it.

use super::find::{Spec, transferred};
use super::{Facts, find::purchases};
use crate::SegmentError;
use demand::baskets::{Lines, NONE};
use numeric::Progress;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Part of the days from which shares are found; the rest is looked at with them.
const EARLIER: f64 = 0.75;
/// A product that was in a shop within so many days is missed there when it is away. Days.
const MISSED: u32 = 91;
/// What is spread evenly of every answer, so that none is taken to be impossible.
const SPREAD: f64 = 0.02;
/// Fewest customers whose purchases tell anything: what one customer does says little of another.
pub const CUSTOMERS_MIN: usize = 20;
/// Two-sided 90 % in standard errors, of Student's t with one less than so many degrees of freedom: that of more customers
/// is narrower, down to 1.645.
const NINETY: f64 = 1.729;

/// How shares and sales alone foretold what was taken.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BackTest {
    /// Days that were looked at, the last ones.
    pub days: usize,
    /// Purchases by customers whose product was off the shelf.
    pub cases: usize,
    /// These customers.
    pub customers: usize,
    /// What was taken had this share, in the geometric mean, by the shares found.
    pub by_shares: f64,
    /// The same by sales alone.
    pub by_sales: f64,
    /// The same where all on the shelf are alike.
    pub by_guessing: f64,
    /// Logarithm of `by_shares` over `by_sales`: lower end of its 90 % interval, customers counting as one each.
    pub gain_low: f64,
    /// Upper end.
    pub gain_high: f64,
}

/// One purchase by somebody whose product was away.
struct Case {
    customer: u32,
    /// Logarithms of what was foretold.
    by_shares: f64,
    by_sales: f64,
    by_guessing: f64,
}

/// Looks back; none where nobody's product was ever off the shelf in the later days, or nothing was sold before.
///
/// # Errors
/// [`SegmentError::Demand`] where the kernel refuses or is stopped.
pub(super) fn backtest(
    facts: &Facts,
    spec: Spec,
    progress: &dyn Progress,
) -> Result<Option<BackTest>, SegmentError> {
    let periods = facts.baskets.sizes().periods;
    let split = (EARLIER * periods as f64) as u32;
    if split == 0 || !facts.baskets.customers().iter().any(|&one| one != NONE) {
        return Ok(None);
    }
    let earlier = earlier(facts, split)?;
    let fit = transferred(&earlier, spec, split - 1, progress)?;
    let mut shares: HashMap<u32, HashMap<u32, f64>> = HashMap::new();
    for removal in &fit.removals {
        let each = removal.substitutes.iter();
        let each = each.map(|other| (other.product, other.share.value));
        shares.insert(removal.product, each.collect());
    }
    let sold = purchases(&earlier);
    let favourites = favourites(facts, split);
    let mut cases = Vec::new();
    for basket in 0..facts.baskets.len() {
        let (customer, day) = (
            facts.baskets.customers()[basket],
            facts.baskets.periods()[basket],
        );
        if customer == NONE || day < split {
            continue;
        }
        let store = facts.baskets.stores()[basket];
        for &taken in facts.baskets.products(basket) {
            let category = facts.category_of[taken as usize];
            let own = favourites.get(&(customer, category)).copied();
            let Some(own) = own.filter(|own| missed(facts, *own, store, day)) else {
                continue;
            };
            let Some(shares) = shares.get(&own) else {
                continue;
            };
            // What the shares speak of and what was there to be taken.
            let there: Vec<(u32, f64)> = shares
                .iter()
                .filter(|(other, _)| facts.offer.holds(**other, store, day))
                .map(|(other, share)| (*other, *share))
                .collect();
            cases.extend(case(customer, taken, there, &sold));
        }
    }
    Ok(told(periods - split as usize, &cases))
}

/// All that was known before a day.
fn earlier(facts: &Facts, split: u32) -> Result<Facts, SegmentError> {
    let all = &facts.baskets;
    let (mut of, mut bought) = (Vec::new(), Vec::new());
    let (mut customers, mut stores, mut periods) = (Vec::new(), Vec::new(), Vec::new());
    for basket in (0..all.len()).filter(|&basket| all.periods()[basket] < split) {
        let number = customers.len() as u32;
        of.extend(all.products(basket).iter().map(|_| number));
        bought.extend_from_slice(all.products(basket));
        customers.push(all.customers()[basket]);
        stores.push(all.stores()[basket]);
        periods.push(all.periods()[basket]);
    }
    let lines = Lines {
        baskets: &of,
        products: &bought,
        customers: &customers,
        stores: &stores,
        periods: &periods,
    };
    Ok(Facts {
        baskets: lines.check(all.sizes())?,
        ..facts.clone()
    })
}

/// Per customer and category the product bought most before a day; of equals the one of lower id.
fn favourites(facts: &Facts, split: u32) -> HashMap<(u32, u32), u32> {
    let mut counts: BTreeMap<(u32, u32, u32), usize> = BTreeMap::new();
    for basket in 0..facts.baskets.len() {
        let customer = facts.baskets.customers()[basket];
        if customer == NONE || facts.baskets.periods()[basket] >= split {
            continue;
        }
        for &product in facts.baskets.products(basket) {
            let category = facts.category_of[product as usize];
            if category != NONE {
                *counts.entry((customer, category, product)).or_default() += 1;
            }
        }
    }
    let mut most: HashMap<(u32, u32), (usize, u32)> = HashMap::new();
    for ((customer, category, product), count) in counts {
        let best = most.entry((customer, category)).or_insert((0, product));
        if count > best.0 {
            *best = (count, product);
        }
    }
    most.into_iter()
        .map(|(of, (_, product))| (of, product))
        .collect()
}

/// Whether a product was not on a shelf where it had been a while before.
fn missed(facts: &Facts, product: u32, store: u32, day: u32) -> bool {
    let here = |span: &&demand::offer::Span| span.store == store;
    let mut spans = facts.offer.spans(product).iter().filter(here);
    !facts.offer.holds(product, store, day)
        && spans.any(|span| span.until <= day && day - span.until < MISSED)
}

/// What was foretold of what was taken; none where it is not among what is spoken of, or nothing else is.
fn case(customer: u32, taken: u32, mut there: Vec<(u32, f64)>, sold: &[usize]) -> Option<Case> {
    if there.len() < 2 || !there.iter().any(|(other, _)| *other == taken) {
        return None;
    }
    // Sums do not depend on the order of a hash map.
    there.sort_unstable_by_key(|(other, _)| *other);
    let even = 1.0 / there.len() as f64;
    let told = |of: &dyn Fn(&(u32, f64)) -> f64| {
        let all: f64 = there.iter().map(of).sum();
        let own = there.iter().find(|(other, _)| *other == taken).map(of)?;
        let share = if all > 0.0 { own / all } else { even };
        Some(((1.0 - SPREAD) * share + SPREAD * even).ln())
    };
    Some(Case {
        customer,
        by_shares: told(&|(_, share)| *share)?,
        by_sales: told(&|(other, _)| sold[*other as usize] as f64)?,
        by_guessing: even.ln(),
    })
}

fn told(days: usize, cases: &[Case]) -> Option<BackTest> {
    if cases.is_empty() {
        return None;
    }
    let count = cases.len() as f64;
    let mean = |of: fn(&Case) -> f64| cases.iter().map(of).sum::<f64>() / count;
    let gain = mean(|case| case.by_shares - case.by_sales);
    let mut away: BTreeMap<u32, f64> = BTreeMap::new();
    for case in cases {
        *away.entry(case.customer).or_default() += case.by_shares - case.by_sales - gain;
    }
    // By customer, with the correction for few of them (A. C. Cameron and D. L. Miller, "A Practitioner's Guide to
    // Cluster-Robust Inference", Journal of Human Resources 50, 2015, section II.C).
    let few = away.len() as f64 / (away.len().max(2) - 1) as f64;
    let error = (few * away.values().map(|sum| sum * sum).sum::<f64>()).sqrt() / count;
    Some(BackTest {
        days,
        cases: cases.len(),
        customers: away.len(),
        by_shares: mean(|case| case.by_shares).exp(),
        by_sales: mean(|case| case.by_sales).exp(),
        by_guessing: mean(|case| case.by_guessing).exp(),
        gain_low: gain - NINETY * error,
        gain_high: gain + NINETY * error,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn one(customer: u32, by_shares: f64, by_sales: f64) -> Case {
        Case {
            customer,
            by_shares,
            by_sales,
            by_guessing: 0.25f64.ln(),
        }
    }

    #[test]
    fn what_was_taken_is_looked_up_among_what_was_there() {
        let there = vec![(4, 0.3), (2, 0.1)];
        let sold = [0, 0, 30, 0, 10];
        let found = case(7, 4, there.clone(), &sold).unwrap();
        let kept = 1.0 - SPREAD;
        assert!((found.by_shares.exp() - (kept * 0.75 + 0.01)).abs() < 1e-12);
        assert!((found.by_sales.exp() - (kept * 0.25 + 0.01)).abs() < 1e-12);
        assert!((found.by_guessing.exp() - 0.5).abs() < 1e-12);
        assert!(case(7, 5, there, &sold).is_none());
        assert!(case(7, 4, vec![(4, 0.3)], &sold).is_none());
    }

    #[test]
    fn one_customer_many_times_tells_less_than_many_customers() {
        let spread = |customer: fn(usize) -> u32| -> Vec<Case> {
            let gain = |place: usize| {
                if customer(place).is_multiple_of(2) {
                    -1.0
                } else {
                    -1.4
                }
            };
            (0..100)
                .map(|place| one(customer(place), gain(place), -1.6))
                .collect()
        };
        let many = told(10, &spread(|place| place as u32)).unwrap();
        let few = told(10, &spread(|place| place as u32 % 4)).unwrap();
        assert!((many.by_shares - (-1.2f64).exp()).abs() < 1e-9);
        assert_eq!((many.cases, many.customers, few.customers), (100, 100, 4));
        let wide = |of: &BackTest| of.gain_high - of.gain_low;
        assert!(wide(&few) > 4.0 * wide(&many), "{few:?} {many:?}");
        assert!(told(10, &[]).is_none());
    }
}
