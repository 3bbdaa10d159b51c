//! Transference of made-up shoppers whose substitutes are known.
#![allow(clippy::unwrap_used)]

use numeric::{Progress, Silent};
use proptest::prelude::*;

use super::*;
use crate::test_data::{CATEGORIES, COLOUR, KIND, SIZES, baskets, offer};

const PARAMS: Params = Params {
    season: 50,
    absence: 15,
    campaign: 28,
    draws: 60,
    level: 0.9,
    widening: 1.0,
    seed: 1,
};

fn fit(visits: u32, seed: u64) -> Fit {
    let (baskets, offer) = (baskets(visits, seed), offer());
    let input = Input {
        baskets: &baskets,
        offer: &offer,
        categories: &CATEGORIES,
        attributes: &[&KIND, &COLOUR],
        promoted: &Offer::new(&[], SIZES).unwrap(),
        at: 35,
    };
    PARAMS.check().unwrap().fit(input, &Silent).unwrap()
}

fn of(fit: &Fit, product: u32) -> &Removal {
    let found = fit
        .removals
        .iter()
        .find(|removal| removal.product == product);
    found.unwrap()
}

fn share(removal: &Removal, product: u32) -> f64 {
    let mut found = removal.substitutes.iter();
    found
        .find(|other| other.product == product)
        .unwrap()
        .share
        .value
}

/// What shoppers do when product 2 leaves, by their odds against 2 for nothing: those of its kind have product
/// 0 in three stores of four, where 27 % buy nothing, and in the fourth they have it not and 60 % buy
/// nothing. Weighted by what 2 sells in each: .54 go to products of the kind, .07 to others, .39 are lost.
#[test]
fn demand_goes_where_the_shoppers_would_take_it() {
    let fit = fit(20_000, 3);
    let removal = of(&fit, 2);
    let (right, wrong) = (
        share(removal, 0) + share(removal, 4),
        share(removal, 1) + share(removal, 3) + share(removal, 5),
    );
    assert!((right - 0.54).abs() < 0.1, "{removal:#?}");
    assert!((wrong - 0.07).abs() < 0.1, "{removal:#?}");
    assert!((removal.lost.value - 0.39).abs() < 0.1, "{removal:#?}");
    assert!(
        fit.attributes[0] > 1.0 && fit.attributes[1].abs() < 0.3,
        "{:?}",
        fit.attributes
    );
    for substitute in &removal.substitutes {
        let Share { value, low, high } = substitute.share;
        assert!(0.0 <= low && low <= value && value <= high && high <= 1.0);
    }
}

#[test]
fn who_has_no_substitute_loses_all() {
    let fit = fit(500, 1);
    let removal = of(&fit, 7);
    assert!(removal.substitutes.is_empty());
    assert_eq!(removal.lost.value, 1.0);
    // Product 6 has no category.
    assert!(fit.removals.iter().all(|removal| removal.product != 6));
    assert_eq!(fit.categories.len(), 2);
}

#[test]
fn threads_do_not_matter() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| fit(2_000, 5))
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn no_baskets_give_wide_intervals_not_errors() {
    let fit = fit(0, 1);
    let removal = of(&fit, 0);
    assert_eq!(removal.purchases, 0);
    assert!(removal.lost.high - removal.lost.low > 0.5, "{removal:?}");
}

struct Stop;

impl Progress for Stop {
    fn tick(&self, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn refuses_what_does_not_fit() {
    let (baskets, offer) = (baskets(10, 1), offer());
    let none = Offer::new(&[], SIZES).unwrap();
    let good = Input {
        baskets: &baskets,
        offer: &offer,
        categories: &CATEGORIES,
        attributes: &[],
        promoted: &none,
        at: 0,
    };
    let transferring = PARAMS.check().unwrap();
    let text = |input: Input<'_>| transferring.fit(input, &Silent).unwrap_err().to_string();
    assert!(text(Input { at: 200, ..good }).contains("at is 200"));
    let short = Input {
        categories: &[1],
        ..good
    };
    assert!(text(short).contains("categories has 1 products"));
    let many = [&KIND[..]; 65];
    let wide = Input {
        attributes: &many,
        ..good
    };
    assert!(text(wide).contains("attributes is 65"));
    assert_eq!(transferring.fit(good, &Stop), Err(Error::Cancelled));
    for (params, name) in [
        (
            Params {
                season: 0,
                ..PARAMS
            },
            "season",
        ),
        (
            Params {
                draws: 19,
                ..PARAMS
            },
            "draws",
        ),
        (
            Params {
                level: 1.0,
                ..PARAMS
            },
            "level",
        ),
        (
            Params {
                level: f64::NAN,
                ..PARAMS
            },
            "level",
        ),
    ] {
        assert!(params.check().unwrap_err().to_string().starts_with(name));
    }
    assert_eq!(baskets.sizes(), SIZES);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn shares_add_up_to_exactly_one(visits in 0u32..800, seed in 0u64..1_000) {
        for removal in fit(visits, seed).removals {
            let kept: f64 = removal.substitutes.iter().map(|other| other.share.value).sum();
            prop_assert_eq!(kept + removal.lost.value, 1.0);
        }
    }
}
