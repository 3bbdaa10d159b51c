//! Made-up shoppers for tests: two kinds of six products, shoppers who are loyal to a kind, shelves that
//! run empty.
#![allow(clippy::unwrap_used)]

use numeric::random::Random;

use crate::{
    baskets::{Baskets, Lines, NONE, Sizes},
    offer::{Offer, Span},
};

/// Product 6 is of no category; 7 is the only one of its category.
pub(crate) const SIZES: Sizes = Sizes {
    products: 8,
    stores: 4,
    periods: 200,
};
pub(crate) const CATEGORIES: [u32; 8] = [3, 3, 3, 3, 3, 3, NONE, 5];
/// Products 0, 2, 4 are of one kind, 1, 3, 5 of the other.
pub(crate) const KIND: [u32; 8] = [0, 1, 0, 1, 0, 1, 0, 0];
/// An attribute that nobody cares about.
pub(crate) const COLOUR: [u32; 8] = [0, 0, 0, 1, 1, 1, 0, NONE];
/// What the wrong kind is worth to a shopper, against 1 for the right one.
pub(crate) const WRONG: f64 = 0.05;
const PULLS: [f64; 6] = [4.0, 4.0, 2.0, 2.0, 1.0, 1.0];

/// Product 0 is missing in store 3 and, in all, every fourth stretch of ten periods.
pub(crate) fn offer() -> Offer {
    let mut spans = Vec::new();
    for store in 0..4 {
        for product in (0..8).filter(|&product| product > 0) {
            spans.push(Span {
                product,
                store,
                from: 0,
                until: 200,
            });
        }
        for stretch in (0..20).filter(|stretch| store < 3 && stretch % 4 != store) {
            spans.push(Span {
                product: 0,
                store,
                from: stretch * 10,
                until: stretch * 10 + 10,
            });
        }
    }
    Offer::new(&spans, SIZES).unwrap()
}

/// Each visit buys of the category with the odds of what is there against 2, by the shopper's kind; and the
/// products 6 and 7 now and then.
pub(crate) fn baskets(visits: u32, seed: u64) -> Baskets {
    let offer = offer();
    let mut random = Random::new(seed);
    let (mut of, mut bought) = (Vec::new(), Vec::new());
    let (mut customers, mut stores, mut periods) = (Vec::new(), Vec::new(), Vec::new());
    for basket in 0..visits {
        let customer = random.below(400) as u32;
        let (store, period) = (customer % 4, random.below(200) as u32);
        let kind = customer / 4 % 2;
        let mut weights: Vec<f64> = (0..6)
            .map(|product| match offer.holds(product as u32, store, period) {
                false => 0.0,
                true if KIND[product] == kind => PULLS[product],
                true => PULLS[product] * WRONG,
            })
            .collect();
        weights.push(2.0);
        if let Some(product) = random.weighted(&weights).filter(|&product| product < 6) {
            of.push(basket);
            bought.push(product as u32);
        }
        for extra in [6, 7] {
            if random.unit_f64() < 0.2 {
                of.push(basket);
                bought.push(extra);
            }
        }
        customers.push(if customer < 40 { NONE } else { customer });
        stores.push(store);
        periods.push(period);
    }
    let lines = Lines {
        baskets: &of,
        products: &bought,
        customers: &customers,
        stores: &stores,
        periods: &periods,
    };
    lines.check(SIZES).unwrap()
}
