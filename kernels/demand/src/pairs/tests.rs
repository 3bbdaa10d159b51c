//! Pairs of made-up baskets whose ties are known.
#![allow(clippy::unwrap_used)]

use numeric::{Silent, random::Random};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::baskets::{Lines, Sizes};

const SIZES: Sizes = Sizes {
    products: 6,
    stores: 2,
    periods: 10,
};
const PARAMS: Params = Params {
    season: 5,
    level: 0.9,
};

/// Products 0 and 1 serve one need, of which a basket holds one; 2 goes with either; 3, 4 and 5 come by
/// chance, 5 in store 1 only.
fn trips(visits: u32, seed: u64) -> Baskets {
    let mut random = Random::new(seed);
    let (mut of, mut bought) = (Vec::new(), Vec::new());
    let (mut stores, mut periods) = (Vec::new(), Vec::new());
    for basket in 0..visits {
        let store = random.below(2) as u32;
        let mut add = |product: u32| {
            of.push(basket);
            bought.push(product);
        };
        if random.unit_f64() < 0.5 {
            add(random.below(2) as u32);
            if random.unit_f64() < 0.6 {
                add(2);
            }
        }
        for product in [3, 4, 5] {
            if random.unit_f64() < 0.3 && (product != 5 || store == 1) {
                add(product);
            }
        }
        stores.push(store);
        periods.push(random.below(10) as u32);
    }
    let customers = vec![NONE; visits as usize];
    let lines = Lines {
        baskets: &of,
        products: &bought,
        customers: &customers,
        stores: &stores,
        periods: &periods,
    };
    lines.check(SIZES).unwrap()
}

fn fit(baskets: &Baskets) -> Fit {
    let categories = [0, 0, 1, 2, 3, 4];
    PARAMS
        .check()
        .unwrap()
        .fit(baskets, &categories, &Silent)
        .unwrap()
}

#[test]
fn complements_and_substitutes_are_told_apart() {
    let fit = fit(&trips(4_000, 1));
    let all = fit.all_partners(10, &Silent).unwrap();
    let lists = &all[0];
    let products = |list: &[Partner]| list.iter().map(|one| one.product).collect::<Vec<_>>();
    assert_eq!(products(&lists.substitutes), [1]);
    assert_eq!(products(&lists.complements), [2]);
    let none = fit.all_partners(0, &Silent).unwrap();
    assert!(none.iter().all(|lists| lists.complements.is_empty()));
    let apart = fit.evidence(0, 1);
    assert_eq!(apart.together, 0);
    assert!(apart.strength < -2.0 && apart.high < -1.0, "{apart:?}");
    let by_chance = fit.evidence(3, 4);
    assert!(
        by_chance.low < by_chance.high && by_chance.strength.abs() < 0.4,
        "{by_chance:?}"
    );
}

#[test]
fn what_chance_would_do_is_counted_within_stores() {
    let baskets = trips(4_000, 2);
    let fit = fit(&baskets);
    // In the store that has it, 5 is bought like 3; in the other never. Baskets of all stores taken as one
    // would hide that.
    let (a, b) = (fit.evidence(3, 5), fit.evidence(3, 4));
    assert!((a.by_chance / b.by_chance - 0.5).abs() < 0.1, "{a:?} {b:?}");
    let all: f64 = (0..6)
        .flat_map(|a| (0..a).map(move |b| (a, b)))
        .map(|(a, b)| fit.evidence(a, b).by_chance)
        .sum();
    let seen: usize = (0..6)
        .flat_map(|a| (0..a).map(move |b| (a, b)))
        .map(|(a, b)| fit.evidence(a, b).together)
        .sum();
    assert!((all / seen as f64 - 1.0).abs() < 1e-9, "{all} {seen}");
}

/// Bought together by the same few customers again and again, a pair is less sure than by as many customers.
#[test]
fn the_same_customers_again_make_wider_intervals() {
    let of = |customers: u32| {
        let trip = |basket: u32| {
            if basket.is_multiple_of(4) {
                vec![0, 2]
            } else {
                vec![basket % 6]
            }
        };
        let (mut lines, mut bought) = (Vec::new(), Vec::new());
        for basket in 0..800u32 {
            let trip = trip(basket);
            lines.extend(trip.iter().map(|_| basket));
            bought.extend(trip);
        }
        let customers: Vec<u32> = (0..800).map(|basket| basket / 4 % customers).collect();
        let baskets = Lines {
            baskets: &lines,
            products: &bought,
            customers: &customers,
            stores: &[0; 800],
            periods: &[0; 800],
        };
        fit(&baskets.check(SIZES).unwrap()).evidence(0, 2)
    };
    let (few, many) = (of(4), of(200));
    assert_eq!(
        (few.together, few.by_chance),
        (many.together, many.by_chance)
    );
    assert!((few.strength - many.strength).abs() < 1e-12);
    assert!(
        (many.repeats - 1.0).abs() < 1e-9 && few.repeats > 20.0,
        "{few:?}"
    );
    let wide = |of: &Evidence| of.high - of.low;
    assert!(wide(&few) > 3.0 * wide(&many), "{few:?} {many:?}");
}

#[test]
fn refuses_bad_parameters_and_bears_no_baskets() {
    assert!(
        Params {
            season: 0,
            ..PARAMS
        }
        .check()
        .is_err()
    );
    assert!(
        Params {
            level: 0.0,
            ..PARAMS
        }
        .check()
        .is_err()
    );
    let none = fit(&trips(0, 1)).evidence(0, 1);
    assert_eq!((none.together, none.by_chance), (0, 0.0));
    assert!(
        none.strength.abs() < 1e-9 && none.low < 0.0 && none.high > 0.0,
        "{none:?}"
    );
    let short = PARAMS.check().unwrap().fit(&trips(3, 1), &[0; 5], &Silent);
    assert!(matches!(short, Err(Error::Mismatch { found: 5, .. })));
}

/// Counts ticks and remembers the last.
#[derive(Default)]
struct Ticks(AtomicU64, AtomicU64);

impl Progress for Ticks {
    fn tick(&self, done: u64, total: u64) {
        self.0.fetch_add(1, Ordering::Relaxed);
        assert!(done <= total);
        self.1.store(done, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        false
    }
}

/// Baskets of many products, each product with the next of its kind or two others by chance.
fn many(products: u32) -> (Baskets, Vec<u32>) {
    let mut random = Random::new(5);
    let (mut of, mut bought) = (Vec::new(), Vec::new());
    let baskets = 20 * products;
    for basket in 0..baskets {
        let first = random.below(products as usize) as u32;
        for product in [
            first,
            (first + 7) % products,
            random.below(products as usize) as u32,
        ] {
            of.push(basket);
            bought.push(product);
        }
    }
    let zeros = vec![0; baskets as usize];
    let lines = Lines {
        baskets: &of,
        products: &bought,
        customers: &vec![NONE; baskets as usize],
        stores: &zeros,
        periods: &zeros,
    };
    let sizes = Sizes {
        products: products as usize,
        stores: 1,
        periods: 1,
    };
    let categories = (0..products).map(|product| product % 5).collect();
    (lines.check(sizes).unwrap(), categories)
}

#[test]
fn lists_of_many_are_the_surest_of_all_pairs_and_tell_how_far_they_are() {
    let products = 2 * AT_ONCE as u32 + 40;
    let (baskets, categories) = many(products);
    let fit = PARAMS
        .check()
        .unwrap()
        .fit(&baskets, &categories, &Silent)
        .unwrap();
    let ticks = Ticks::default();
    let all = fit.all_partners(2, &ticks).unwrap();
    assert_eq!(ticks.0.into_inner(), 3);
    assert_eq!(ticks.1.into_inner(), u64::from(products));
    for (product, lists) in all.iter().enumerate().step_by(61) {
        let product = product as u32;
        let mut sure: Vec<(f64, u32)> = (0..products)
            .filter(|&other| categories[other as usize] != categories[product as usize])
            .map(|other| (-fit.evidence(product, other).low, other))
            .filter(|&(low, _)| low < 0.0)
            .collect();
        sure.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let sure: Vec<u32> = sure.iter().take(2).map(|&(_, other)| other).collect();
        let listed: Vec<u32> = lists.complements.iter().map(|one| one.product).collect();
        assert_eq!(listed, sure, "{product}");
        assert_eq!(listed.len(), 2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn both_sides_of_a_pair_say_the_same(visits in 0u32..300, seed in 0u64..1_000) {
        let baskets = trips(visits, seed);
        let fit = fit(&baskets);
        for (a, b) in (0..6).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let (one, other) = (fit.evidence(a, b), fit.evidence(b, a));
            prop_assert_eq!(one, other);
            prop_assert!(one.low <= one.strength && one.strength <= one.high);
            let both = (0..baskets.len()).filter(|&basket| {
                let held = baskets.products(basket);
                held.contains(&a) && held.contains(&b)
            });
            prop_assert_eq!(one.together, both.count());
        }
    }
}
