//! Forecasts against closed forms and against customers drawn.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::simulate;
use numeric::random::Random;
use proptest::prelude::*;

const BOTH: [Model; 2] = [Model::BgNbd, Model::ParetoNbd];

fn asked(horizon: f64, discount: f64, level: f64) -> Forecasting {
    Params {
        horizon,
        discount,
        level,
    }
    .check()
    .unwrap()
}

fn one(model: Model, at: &[f64; 4], row: Customer, ask: &Forecasting) -> Forecast {
    let customers = Customers::new(vec![row.repeats], vec![row.recency], vec![row.age]).unwrap();
    ask.run(model, at, &customers).unwrap()[0]
}

const NEW: Customer = Customer {
    repeats: 0,
    recency: 0.0,
    age: 0.0,
};

#[test]
fn orders_of_a_new_customer_are_those_of_the_closed_forms() {
    // Pareto/NBD: r β / (α (s - 1)) (1 - (β / (β + t))^(s - 1)). BG/NBD at a = 2: the hypergeometric series, by
    // scipy.special.hyp2f1.
    for (s, t) in [(0.6f64, 39.0f64), (2.5, 10.0), (1.0 + 1e-9, 20.0)] {
        let (r, alpha, beta) = (0.7, 9.0, 12.0);
        let closed = r * beta / (alpha * (s - 1.0)) * (1.0 - (beta / (beta + t)).powf(s - 1.0));
        let told = one(
            Model::ParetoNbd,
            &[r, alpha, s, beta],
            NEW,
            &asked(t, 0.0, 0.8),
        )
        .orders;
        assert!((told / closed - 1.0).abs() < 1e-6, "{s}: {told} {closed}");
    }
    for (at, t, expected) in BG_NEW {
        let told = one(Model::BgNbd, &at, NEW, &asked(t, 0.0, 0.8)).orders;
        assert!(
            (told / expected - 1.0).abs() < 1e-10,
            "{at:?}: {told} {expected}"
        );
    }
}

const BG_NEW: [([f64; 4], f64, f64); 3] = [
    ([0.7, 9.0, 2.0, 3.0], 39.0, 1.3824724795272383),
    ([0.3, 4.0, 0.8, 2.5], 20.0, 0.978129272622973),
    ([2.5, 6.0, 1.5, 7.0], 100.0, 8.695133558042427),
];

/// Whether somebody is alive, and when he bought after now.
type Seen = (bool, Vec<f64>);

/// What is forecast, against customers drawn until enough are alike.
#[test]
fn forecasts_are_what_happens_to_customers_drawn() {
    let (age, horizon, discount) = (10.0, 15.0, 0.03);
    for (model, at) in [
        (Model::BgNbd, [1.2, 3.0, 0.9, 2.5]),
        (Model::ParetoNbd, [1.2, 3.0, 0.9, 8.0]),
    ] {
        let mut seen = Vec::new();
        for row in 0..150_000 {
            let mut random = Random::stream(8, row);
            let drawn = simulate::customer(model, &at, age + horizon, &mut random);
            let within = drawn.times.partition_point(|time| *time <= age);
            // About alike: two repeats, the last between 4.75 and 5.75.
            if within == 2 && (4.75..5.75).contains(&drawn.times[1]) {
                let later: Vec<f64> = drawn.times[within..]
                    .iter()
                    .map(|time| time - age)
                    .collect();
                seen.push((drawn.gone.is_none_or(|gone| gone > age), later));
            }
        }
        let row = Customer {
            repeats: 2,
            recency: 5.25,
            age,
        };
        let told = one(model, &at, row, &asked(horizon, discount, 0.8));
        let count = seen.len() as f64;
        assert!(count > 1_000.0, "{count}");
        let mean = |of: &dyn Fn(&Seen) -> f64| seen.iter().map(of).sum::<f64>() / count;
        let near = |found: f64, expected: f64, spread: f64, what: &str| {
            assert!(
                (found - expected).abs() < 4.0 * spread / count.sqrt() + 0.01,
                "{model:?} {what}: {found} {expected}"
            );
        };
        near(
            mean(&|one| f64::from(u8::from(one.0))),
            told.alive,
            0.5,
            "alive",
        );
        near(mean(&|one| one.1.len() as f64), told.orders, 4.0, "orders");
        near(
            mean(&|one| f64::from(u8::from(one.1.is_empty()))),
            told.none,
            0.5,
            "none",
        );
        near(
            mean(&|one| one.1.iter().map(|time| (-discount * time).exp()).sum()),
            told.discounted,
            3.5,
            "discounted",
        );
        let below = |n: u32| mean(&|one| f64::from(u8::from(one.1.len() as u32 <= n)));
        assert!(
            below(told.low) > 0.08 && below(told.high) > 0.88,
            "{told:?}"
        );
        assert!(told.high == 0 || below(told.high - 1) < 0.92, "{told:?}");
    }
}

#[test]
fn the_median_wait_is_that_of_customers_who_stay() {
    let at = [1.2, 3.0, 1e-7, 2.5];
    let row = Customer {
        repeats: 3,
        recency: 8.0,
        age: 10.0,
    };
    let told = one(Model::BgNbd, &at, row, &asked(10.0, 0.0, 0.8));
    let mut random = Random::new(4);
    let draws = (0..40_000).map(|_| {
        let rate = simulate::gamma(4.2, &mut random) / 13.0;
        simulate::exponential(&mut random) / rate
    });
    let draws: Vec<f64> = draws.collect();
    for (time, share) in told.next.iter().zip([0.1, 0.5, 0.9]) {
        let below = draws.iter().filter(|draw| *draw < time).count() as f64 / 4e4;
        assert!((below - share).abs() < 0.01, "{share}: {below}");
    }
}

/// Sums of the distribution, one order after the other, against the closed expectations.
#[test]
fn the_distribution_has_the_mean_of_the_closed_form() {
    for row in [
        NEW,
        Customer {
            repeats: 9,
            recency: 30.0,
            age: 33.0,
        },
        Customer {
            repeats: 900,
            recency: 30.0,
            age: 30.5,
        },
    ] {
        let at = [0.7, 9.0, 0.6, 12.0];
        let ahead = Ahead::new(Model::ParetoNbd, &at, &row, 26.0);
        let closed = mean(Model::ParetoNbd, &at, &row, &ahead, 26.0);
        let told = ahead.mean();
        assert!(
            (told / closed - 1.0).abs() < 1e-8,
            "{row:?}: {told} {closed}"
        );
    }
}

#[test]
fn counting_up_and_the_beta_function_agree() {
    // The same customer on either side of where counting from 0 ends.
    for model in BOTH {
        let at = [0.7, 9.0, 0.6, 12.0];
        let told = |repeats| {
            one(
                model,
                &at,
                Customer {
                    repeats,
                    recency: 30.0,
                    age: 30.0,
                },
                &asked(90.0, 0.01, 0.8),
            )
        };
        let (light, heavy) = (told(448), told(454));
        for (a, b) in [
            (light.orders, heavy.orders),
            (light.discounted, heavy.discounted),
            (f64::from(light.low.max(1)), f64::from(heavy.low.max(1))),
            (f64::from(light.high), f64::from(heavy.high)),
        ] {
            assert!(
                (b / a - 454.0 / 448.0).abs() < 0.01,
                "{model:?} {light:?} {heavy:?}"
            );
        }
        let standing = asked(90.0, 0.0, 0.8);
        let of = |repeats: u32, came: u32| {
            let row = Customers::new(vec![repeats], vec![30.0], vec![30.0]).unwrap();
            standing.standing(model, &at, &row, &[came]).unwrap()[0]
        };
        let (light, heavy) = (of(448, 300), of(454, 304));
        assert!(
            (light.0 - heavy.0).abs() < 0.005 && (light.1 - heavy.1).abs() < 0.005,
            "{light:?} {heavy:?}"
        );
    }
}

proptest! {
    #[test]
    fn forecasts_keep_their_order(
        at in prop::array::uniform4(-3.0f64..4.0), repeats in 0u32..60, age in 0.1f64..90.0, silent in 0.0f64..1.0,
        horizon in 0.1f64..200.0, pareto in any::<bool>(),
    ) {
        let model = BOTH[usize::from(pareto)];
        let at = at.map(f64::exp);
        let recency = if repeats == 0 { 0.0 } else { age * (1.0 - silent).max(1e-3) };
        let row = Customer { repeats, recency, age };
        let told = one(model, &at, row, &asked(horizon, 0.0, 0.8));
        let wide = one(model, &at, row, &asked(horizon, 0.02, 0.95));
        let longer = one(model, &at, row, &asked(2.0 * horizon, 0.0, 0.8));
        prop_assert!((0.0..=1.0).contains(&told.alive) && (-1e-12..=1.0).contains(&told.none));
        prop_assert!(told.low <= told.high && wide.low <= told.low && wide.high >= told.high);
        prop_assert!(told.orders >= 0.0 && longer.orders >= told.orders * (1.0 - 1e-12) && longer.none <= told.none + 1e-7);
        prop_assert!(wide.discounted <= told.orders * (1.0 + 1e-9), "{} {}", wide.discounted, told.orders);
        prop_assert!(wide.discounted >= told.orders * (-0.02 * horizon).exp() * (1.0 - 1e-9));
        prop_assert!(told.next[0] <= told.next[1] && told.next[1] <= told.next[2]);
        // No order is at least being gone, and at least one order has the mean of that.
        prop_assert!(told.none >= 1.0 - told.alive - 1e-12 && told.orders >= 1.0 - told.none - 1e-9);
        // What stands at n and at n + 1 joins on.
        let ask = asked(horizon, 0.0, 0.8);
        let standing = |came| {
            let row = Customers::new(vec![repeats], vec![recency], vec![age]).unwrap();
            ask.standing(model, &at, &row, &[came]).unwrap()[0]
        };
        prop_assert!((standing(0).1 - told.none).abs() < 1e-12);
        prop_assert!((standing(told.high).1 - standing(told.high + 1).0).abs() < 1e-9);
        prop_assert!(standing(told.high).1 >= 0.9 - 1e-12 && standing(told.low).0 < 0.1 + 1e-12);
    }
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let check = |horizon, discount, level| {
        Params {
            horizon,
            discount,
            level,
        }
        .check()
    };
    for (horizon, discount, level) in [
        (0.0, 0.0, 0.8),
        (f64::NAN, 0.0, 0.8),
        (1.0, -0.1, 0.8),
        (1.0, 0.0, 1.0),
    ] {
        assert!(check(horizon, discount, level).is_err());
    }
    let busy = Customers::new(vec![0, 1_000], vec![0.0, 1.0], vec![1.0, 1.0]).unwrap();
    let ask = asked(1e6, 0.0, 0.8);
    let refused = ask.run(Model::BgNbd, &[0.5, 4.0, 1.0, 2.0], &busy);
    assert!(
        matches!(refused, Err(Error::Horizon { row: 0 | 1, .. })),
        "{refused:?}"
    );
    assert!(
        asked(1.0, 0.0, 0.8)
            .run(Model::BgNbd, &[0.5, 0.0, 1.0, 2.0], &busy)
            .is_err()
    );
}
