//! Pairs of made-up baskets whose ties are known.
#![allow(clippy::unwrap_used)]

use numeric::{Silent, random::Random};
use proptest::prelude::*;

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
    let lists = fit.partners(0, 10);
    let products = |list: &[Partner]| list.iter().map(|one| one.product).collect::<Vec<_>>();
    assert_eq!(products(&lists.substitutes), [1]);
    assert_eq!(products(&lists.complements), [2]);
    assert!(fit.partners(0, 0).complements.is_empty());
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
