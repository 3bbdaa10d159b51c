//! Forecasts by one fit of all. It must not try clusters: those are beside.
#![allow(clippy::unwrap_used)]

mod clusters;

use super::*;
use crate::{Line, Rows, Source};

fn buy(day: i64, amount: i64, key: i64) -> Act {
    Act {
        source: Source {
            rows: Rows::OrderLines,
            key: (key, 0),
        },
        kind: ActKind::Buy,
        at: day * DAY + 3_600,
        known_at: day * DAY,
        product: None,
        values: Vec::new(),
        line: Some(Line {
            receipt: key,
            amount,
            promoted: None,
            price_place: None,
            channel: None,
            weekday: 1,
            hour: 1,
        }),
    }
}

/// Customers who come every so many days, some of whom stopped long ago.
fn purchases() -> Purchases {
    let mut all = Purchases::default();
    for customer in 0..240i64 {
        let every = 9 + customer % 23;
        let until = if customer % 3 == 0 { 150 } else { 720 };
        let days = (customer % 17..until).step_by(every as usize);
        // Chance that the models can see: now and then somebody stays away.
        let days = days.filter(|day| (day * 7_919 + customer * 104_729) % 11 > 2);
        let acts: Vec<Act> = days
            .map(|day| buy(day, 200_000 + customer * 500, day))
            .collect();
        all.add(customer, &acts);
    }
    all
}

#[test]
fn who_stayed_away_long_is_hardly_expected_and_intervals_hold_the_number() {
    let found = forecast(&purchases());
    let gene = |customer: i64, name: &str| {
        let all = &found.of[&customer];
        all.iter().find(|one| one.name == name).unwrap().value
    };
    // Both come every ten days; one was last seen 570 days ago.
    assert!(gene(24, "alive").value < 200_000, "{:?}", gene(24, "alive"));
    assert!(gene(1, "alive").value > 900_000, "{:?}", gene(1, "alive"));
    assert!(gene(1, "orders_90_days").value > 10 * gene(24, "orders_90_days").value);
    for all in found.of.values() {
        for one in all.iter().filter(|one| one.name != "alive") {
            let Range { value, low, high } = one.value;
            // Quantiles of a skewed count may lie to one side of its mean by less than one order.
            let slack = 60_000_000 + value / 10;
            assert!(low <= value + slack && value <= high + slack, "{one:?}");
        }
    }
    let trial = found.told.trial.unwrap();
    assert!(
        trial.actual > 100.0 && trial.mae < trial.naive_mae,
        "{trial:?}"
    );
    assert!(trial.within > 0.6, "{trial:?}");
    let counted: usize = trial.by_forecast.iter().map(|row| row.0).sum();
    assert!(counted > 200);
}

#[test]
fn single_customers_are_forecast_as_they_were_among_all() {
    let all = purchases();
    let found = forecast(&all);
    let today = *all.days.iter().max().unwrap();
    let mut one = Purchases::default();
    let own = all.ids.iter().zip(&all.days).zip(&all.amounts);
    let acts: Vec<Act> = own
        .filter(|((id, _), _)| all.customers[**id as usize] == 7)
        .map(|((_, day), paid)| {
            let day = i64::from(*day);
            buy(day, (paid * 1e4).round() as i64, day)
        })
        .collect();
    one.add(7, &acts);
    let again = again(&one, &found.fitted, today).unwrap();
    assert_eq!(again[&7], found.of[&7]);
    assert!(
        super::again(&one, &Fitted::default(), today)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn where_nobody_came_again_nothing_is_forecast_and_the_reason_told() {
    let mut all = Purchases::default();
    for customer in 0..30 {
        all.add(customer, &[buy(customer, 10_000, customer)]);
    }
    let found = forecast(&all);
    assert!(found.of.is_empty());
    assert!(
        found
            .told
            .reason
            .unwrap()
            .starts_with("nothing is forecast")
    );
}
