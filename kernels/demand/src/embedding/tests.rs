//! The embedding on made-up baskets whose company is known.
#![allow(clippy::unwrap_used)]

use numeric::{Progress, Silent, random::Random};

use super::*;
use crate::baskets::NONE;

const PARAMS: Params = Params {
    dimensions: 16,
    context: Context::Basket,
    contexts_min: 10,
    context_max: 100,
    together_min: 2,
    ties_max: 200,
    shift: 1.0,
    smoothing: 0.75,
    seed: 3,
};

/// Places products by baskets, each with its customer.
fn fit_of(params: Params, baskets: &[(u32, Vec<u32>)], products: usize) -> Embedding {
    let mut offsets = vec![0];
    let mut lines = Vec::new();
    for (_, basket) in baskets {
        lines.extend_from_slice(basket);
        offsets.push(lines.len());
    }
    let customers: Vec<u32> = baskets.iter().map(|basket| basket.0).collect();
    let purchases = Purchases {
        offsets: &offsets,
        products: &lines,
        customers: &customers,
    };
    let fit = params.check().unwrap();
    fit.fit(purchases, products, &Silent).unwrap()
}

fn of_nobody(baskets: Vec<Vec<u32>>) -> Vec<(u32, Vec<u32>)> {
    baskets.into_iter().map(|basket| (NONE, basket)).collect()
}

fn similarity(placed: &Embedding, a: u32, b: u32) -> f64 {
    let (a, b) = (placed.vector(a).unwrap(), placed.vector(b).unwrap());
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

/// Ten errands of twelve products each, three to five of one errand in a basket with two strays of any.
fn errands(seed: u64) -> Vec<(u32, Vec<u32>)> {
    let mut random = Random::new(seed);
    let basket = |number: u32| {
        let errand = number % 10;
        let mut basket: Vec<u32> = (0..3 + random.below(3))
            .map(|_| errand * 12 + random.below(12) as u32)
            .collect();
        basket.extend((0..2).map(|_| random.below(120) as u32));
        (number % 400, basket)
    };
    (0..4_000).map(basket).collect()
}

#[test]
fn neighbours_are_of_one_errand() {
    for context in [Context::Basket, Context::Both] {
        let params = Params { context, ..PARAMS };
        let placed = fit_of(params, &errands(1), 120);
        let mut right = 0;
        for product in 0..120 {
            let near = placed.nearest(product, 10, 0).unwrap();
            assert_eq!(near.len(), 10);
            right += near
                .iter()
                .filter(|other| other.product / 12 == product / 12)
                .count();
        }
        // One in ten by chance.
        assert!(right >= 1_140, "{right} of 1,200 with {context:?}");
    }
}

/// Products 0 and 1 are never bought together, but each with 2 to 7; 8 to 13 are another errand.
fn rivals() -> Vec<Vec<u32>> {
    let mut random = Random::new(9);
    let basket = |number: u32| {
        let first = if number.is_multiple_of(2) { 2 } else { 8 };
        let mut basket: Vec<u32> = (0..3).map(|_| first + random.below(6) as u32).collect();
        if number.is_multiple_of(2) {
            basket.push(number / 2 % 2);
        }
        basket
    };
    (0..2_000).map(basket).collect()
}

#[test]
fn never_together_but_in_the_same_company_is_near_and_says_why() {
    let placed = fit_of(PARAMS, &of_nobody(rivals()), 14);
    let near = &placed.nearest(0, 1, 3).unwrap()[0];
    assert_eq!((near.product, near.together), (1, None));
    assert!(near.similarity > 0.95, "{near:?}");
    // Nearer than what it is bought with.
    for companion in 2..8 {
        assert!(similarity(&placed, 0, companion) < near.similarity - 0.1);
    }
    assert!(placed.ties(0).iter().all(|tie| tie.product >= 2));
    assert_eq!(near.shared.len(), 3);
    let counted = |a: u32, b: u32| {
        let has = |basket: &&Vec<u32>| basket.contains(&a) && basket.contains(&b);
        rivals().iter().filter(has).count() as u32
    };
    for reason in &near.shared {
        assert!((2..8).contains(&reason.product), "{reason:?}");
        assert_eq!(reason.with_product, counted(0, reason.product));
        assert_eq!(reason.with_neighbour, counted(1, reason.product));
    }
    // All shares sum to what is said of the whole, and the whole is no more than all.
    let all = &placed.nearest(0, 1, 100).unwrap()[0];
    let sum: f64 = all.shared.iter().map(|reason| reason.share).sum();
    assert!((sum - all.company).abs() < 1e-12 && sum > 0.9 && sum <= 1.0 + 1e-9);
    assert_eq!(all.shared[..3], near.shared[..]);
}

#[test]
fn products_that_only_meet_are_apart() {
    // Either of 0 to 4 with either of 5 to 9, never two of one side: both sides have other company.
    let mut random = Random::new(2);
    let baskets = (0..1_000).map(|_| vec![random.below(5) as u32, 5 + random.below(5) as u32]);
    let params = Params {
        dimensions: 2,
        ..PARAMS
    };
    let placed = fit_of(params, &of_nobody(baskets.collect()), 10);
    assert!(placed.factors()[0] > 0.0 && placed.factors()[1] < 0.0);
    for product in 1..5 {
        assert!(similarity(&placed, 0, product) > 0.9);
        assert!(similarity(&placed, 0, product + 5) < 0.1);
    }
}

#[test]
fn popularity_alone_makes_no_neighbours() {
    // Products 120 to 123 are in half of all baskets whatever their errand.
    let mut random = Random::new(21);
    let mut baskets = errands(1);
    for (_, basket) in &mut baskets {
        basket.extend((120..124).filter(|_| random.unit_f64() < 0.5));
    }
    let params = Params {
        shift: 1.5,
        ..PARAMS
    };
    let placed = fit_of(params, &baskets, 124);
    for staple in 120..124 {
        assert!(placed.contexts(staple) > 1_500);
        assert!(placed.vector(staple).is_err());
    }
    for product in 0..120 {
        let near = placed.nearest(product, 10, 0).unwrap();
        assert!(near.iter().all(|other| other.product < 120));
    }
}

#[test]
fn little_or_odd_data_is_answered() {
    let nothing = fit_of(PARAMS, &[], 0);
    assert!(nothing.vectors().is_empty() && nothing.factors().is_empty());
    let nothing = fit_of(PARAMS, &[(NONE, vec![])], 2);
    assert_eq!(nothing.vector(1), Err(Lack::TooFewContexts));
    assert_eq!(nothing.vectors(), [0.0; 32]);
    // One product, again and again, is no company.
    let alone = fit_of(PARAMS, &vec![(NONE, vec![0, 0]); 30], 1);
    assert_eq!(alone.nearest(0, 3, 3), Err(Lack::TooFewContexts));
    assert_eq!(alone.contexts(0), 0);
    // Equal lines count once.
    let once = rivals();
    let twice = once.iter().map(|basket| basket.repeat(2)).collect();
    assert!(fit_of(PARAMS, &of_nobody(once), 14) == fit_of(PARAMS, &of_nobody(twice), 14));
    // A basket with everything is left out where it is too large, and told.
    let mut baskets = errands(1);
    let before = fit_of(PARAMS, &baskets, 120);
    baskets.push((NONE, (0..120).collect()));
    let after = fit_of(PARAMS, &baskets, 120);
    assert_eq!((before.left_out(), after.left_out()), (0, 1));
    assert_eq!(before.vectors(), after.vectors());
    let whole = Params {
        context_max: 120,
        ..PARAMS
    };
    let whole = fit_of(whole, &baskets, 120);
    assert_eq!(
        (whole.left_out(), whole.contexts(5)),
        (0, after.contexts(5) + 1)
    );
    // Where it is the only one, each has all the others.
    let params = Params {
        contexts_min: 1,
        together_min: 1,
        ..PARAMS
    };
    let one = fit_of(params, &[(NONE, (0..50).collect())], 50);
    assert!((0..50).all(|product| one.contexts(product) == 1));
}

#[test]
fn vectors_are_unit_and_hold_what_they_say() {
    let placed = fit_of(PARAMS, &errands(4), 121);
    assert_eq!(placed.vector(120), Err(Lack::TooFewContexts));
    assert_eq!(placed.vectors().len(), 121 * 16);
    for product in 0..120 {
        let vector = placed.vector(product).unwrap();
        let length: f64 = vector.iter().map(|&value| f64::from(value).powi(2)).sum();
        assert!((length - 1.0).abs() < 1e-6);
        assert!((0.01..=1.0).contains(&placed.held(product)));
    }
    // As many dimensions as products hold everything.
    let params = Params {
        dimensions: 130,
        ..PARAMS
    };
    let all = fit_of(params, &errands(4), 121);
    assert!((0..120).all(|product| (all.held(product) - 1.0).abs() < 1e-4));
    let squares: f64 = all.factors().iter().map(|value| value * value).sum();
    let ties = (0..121).flat_map(|product| all.ties(product));
    let weights: f64 = ties.map(|tie| f64::from(tie.weight).powi(2)).sum();
    assert!(
        (squares / weights - 1.0).abs() < 1e-6,
        "{squares} {weights}"
    );
    // The leading ones do not depend on how many are asked for.
    for (few, many) in placed.factors()[..8].iter().zip(all.factors()) {
        assert!((few / many - 1.0).abs() < 1e-4, "{few} {many}");
    }
}

#[test]
fn weights_are_as_in_the_formula() {
    // Twelve baskets of 0 and 1, eight of 0 and 2, twenty of 2 and 3: pairs 20, 12, 28, 20.
    let mut baskets = vec![vec![0, 1]; 12];
    baskets.extend(vec![vec![0, 2]; 8]);
    baskets.extend(vec![vec![3, 2]; 20]);
    let placed = fit_of(PARAMS, &of_nobody(baskets.clone()), 4);
    let all: f64 = [20f64, 12.0, 28.0, 20.0]
        .iter()
        .map(|pairs| pairs.powf(0.75))
        .sum();
    let expected = |together: f64, pairs: f64| (together * all / pairs.powf(0.875)).ln();
    let ties = placed.ties(0);
    assert_eq!(ties.len(), 2);
    for (tie, expected) in ties
        .iter()
        .zip([expected(12.0, 20.0 * 12.0), expected(8.0, 20.0 * 28.0)])
    {
        assert!((f64::from(tie.weight) - expected).abs() < 1e-6, "{tie:?}");
    }
    assert_eq!((ties[0].product, ties[0].together), (1, 12));
    assert_eq!((ties[1].product, ties[1].together), (2, 8));
    // 8 × all / 1.5 / (20 × 28)^0.875 is below 1: within the shift.
    let params = Params {
        shift: 1.5,
        ..PARAMS
    };
    assert_eq!(fit_of(params, &of_nobody(baskets), 4).ties(0).len(), 1);
}

#[test]
fn each_keeps_its_most_frequent_ties_and_those_kept_of_it() {
    let params = Params {
        ties_max: 3,
        ..PARAMS
    };
    let (few, all) = (
        fit_of(params, &errands(1), 120),
        fit_of(PARAMS, &errands(1), 120),
    );
    for product in 0..120 {
        let mut most: Vec<u32> = all.ties(product).iter().map(|tie| tie.together).collect();
        most.sort_unstable();
        let least = most[most.len() - 3];
        let own = few.ties(product);
        let frequent = own.iter().filter(|tie| tie.together >= least);
        assert!(frequent.count() >= 3);
        for tie in own {
            let back = few.ties(tie.product);
            assert!(
                back.iter()
                    .any(|back| back.product == product && back.weight == tie.weight)
            );
        }
    }
    let kept: usize = (0..120).map(|product| few.ties(product).len()).sum();
    assert!(kept <= 2 * 3 * 120);
}

#[test]
fn contexts_are_what_was_asked_for() {
    // Customer 1 never buys 0 and 1 at once.
    let mut baskets = vec![(1, vec![0]), (1, vec![1]), (2, vec![2, 3])];
    baskets.push((NONE, vec![0, 3]));
    let contexts = |context| {
        let params = Params {
            context,
            contexts_min: 1,
            ..PARAMS
        };
        let placed = fit_of(params, &baskets, 4);
        [0, 1, 2, 3].map(|product| placed.contexts(product))
    };
    assert_eq!(contexts(Context::Basket), [1, 0, 1, 2]);
    assert_eq!(contexts(Context::Customer), [1, 1, 1, 1]);
    assert_eq!(contexts(Context::Both), [2, 1, 1, 2]);
}

#[test]
fn the_same_on_any_number_of_threads_and_in_any_order() {
    let params = Params {
        context: Context::Both,
        ..PARAMS
    };
    let mut baskets = errands(6);
    let on = |baskets: &[(u32, Vec<u32>)], threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let fit = || fit_of(params, baskets, 120);
        pool.build().unwrap().install(fit)
    };
    let placed = on(&baskets, 1);
    assert!(placed == on(&baskets, 2) && placed == on(&baskets, 5));
    let mut random = Random::new(8);
    random.shuffle(&mut baskets);
    baskets
        .iter_mut()
        .for_each(|basket| random.shuffle(&mut basket.1));
    let mixed = on(&baskets, 3);
    let bits = |placed: &Embedding| -> Vec<u32> {
        placed
            .vectors()
            .iter()
            .map(|value| value.to_bits())
            .collect()
    };
    assert_eq!(bits(&placed), bits(&mixed));
    assert!(placed == mixed);
    assert_eq!(placed.nearest(7, 5, 2), mixed.nearest(7, 5, 2));
}

struct Stop;

impl Progress for Stop {
    fn tick(&self, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn what_is_wrong_is_said() {
    let text = |params: Params| params.check().unwrap_err().to_string();
    assert!(
        text(Params {
            dimensions: 0,
            ..PARAMS
        })
        .contains("dimensions is 0")
    );
    assert!(
        text(Params {
            contexts_min: 0,
            ..PARAMS
        })
        .contains("contexts_min")
    );
    assert!(
        text(Params {
            context_max: 1,
            ..PARAMS
        })
        .contains("context_max")
    );
    assert!(
        text(Params {
            together_min: 0,
            ..PARAMS
        })
        .contains("together_min")
    );
    assert!(
        text(Params {
            ties_max: 0,
            ..PARAMS
        })
        .contains("ties_max")
    );
    assert!(
        text(Params {
            shift: f64::NAN,
            ..PARAMS
        })
        .contains("shift")
    );
    assert!(
        text(Params {
            smoothing: 0.0,
            ..PARAMS
        })
        .contains("smoothing")
    );
    let good = Purchases {
        offsets: &[0, 2],
        products: &[0, 1],
        customers: &[NONE],
    };
    let ready = PARAMS.check().unwrap();
    assert!(ready.fit(good, 2, &Silent).is_ok());
    assert_eq!(ready.fit(good, 2, &Stop), Err(Error::Cancelled));
    let text = |purchases, products| {
        let refused = ready.fit(purchases, products, &Silent);
        refused.unwrap_err().to_string()
    };
    assert!(text(good, 1).contains("products is 1 at place 1"));
    let bad = |offsets| Purchases { offsets, ..good };
    assert!(text(bad(&[]), 2).contains("offsets is nothing"));
    assert!(text(bad(&[1, 2]), 2).contains("offsets is 1"));
    assert!(text(bad(&[0, 3]), 2).contains("offsets is 3"));
    assert!(text(bad(&[0, 2, 1, 2]), 2).contains("offsets is 1"));
    assert!(text(bad(&[0, 1, 2]), 2).contains("customers has 1 baskets"));
}
