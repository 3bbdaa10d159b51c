//! Forecasts by clusters, of customers drawn from the model. It must not time anything.

use super::*;
use lifetime::simulate;
use numeric::random::Random;

const SLOW: [f64; 4] = [0.8, 12.0, 0.9, 3.0];
const QUICK: [f64; 4] = [1.6, 4.0, 0.5, 3.0];
/// Alike among themselves, and ten times as quick as each other: here a cluster says much that few purchases do not.
const RARE: [f64; 4] = [3.0, 60.0, 0.5, 6.0];
const OFTEN: [f64; 4] = [3.0, 6.0, 0.5, 6.0];
/// The last day.
const END: i32 = 720;

/// So many customers of each truth, who begin within the first half, and of which each is; customers count from 0.
fn drawn(truths: &[([f64; 4], usize)], seed: u64) -> (Purchases, BTreeMap<i64, u32>) {
    let (mut all, mut of) = (Purchases::default(), BTreeMap::new());
    for (group, (truth, count)) in truths.iter().enumerate() {
        for _ in 0..*count {
            let customer = of.len() as i64;
            let mut random = Random::stream(seed, customer as u64);
            let first = i64::from(END) / 2 * random.below(1_000) as i64 / 1_000;
            let left = (i64::from(END) - first) as f64 / WEEK;
            let times = simulate::customer(Model::BgNbd, truth, left, &mut random).times;
            let later = times.iter().map(|time| first + (time * WEEK) as i64);
            let acts: Vec<Act> = std::iter::once(first)
                .chain(later)
                .map(|day| buy(day, 100_000 + 50_000 * (day % 5), day))
                .collect();
            all.add(customer, &acts);
            of.insert(customer, group as u32);
        }
    }
    (all, of)
}

/// Forecasts of these purchases by these clusters.
fn by(all: &Purchases, now: &BTreeMap<i64, u32>, then: &BTreeMap<i64, u32>) -> Forecasts {
    let mut all = all.clone();
    all.put(Clusters {
        now: now.clone(),
        then: then.clone(),
    });
    forecast(&all)
}

fn none() -> BTreeMap<i64, u32> {
    BTreeMap::new()
}

fn is_pooled(found: &Forecasts) -> bool {
    let told = found.told.pooling.as_ref().unwrap();
    let yes = told.starts_with("orders are forecast by the parameters of each customer's cluster");
    let no = told.starts_with("orders are forecast by the parameters of all customers");
    assert!(yes != no, "{told}");
    assert_eq!(yes, !found.told.clusters.is_empty());
    assert_eq!(yes, !found.fitted.clusters.is_empty());
    yes
}

/// What one customer bought, alone.
fn alone(all: &Purchases, customer: i64) -> Purchases {
    let mut one = Purchases {
        customers: vec![customer],
        ..Purchases::default()
    };
    for (row, id) in all.ids.iter().enumerate() {
        if all.customers[*id as usize] == customer {
            one.ids.push(0);
            one.days.push(all.days[row]);
            one.amounts.push(all.amounts[row]);
        }
    }
    one
}

#[test]
fn clusters_of_different_rates_are_found_and_forecast_better_than_all_as_one() {
    let truths = [
        (RARE, 900),
        (OFTEN, 500),
        (RARE, 60),
        (OFTEN, 60),
        (RARE, 60),
        (OFTEN, 60),
    ];
    for seed in 1..4 {
        let (all, of) = drawn(&truths, seed);
        let found = by(&all, &of, &of);
        assert!(is_pooled(&found), "{:?}", found.told);
        let trial = found.told.trial.as_ref().unwrap();
        let compared = trial.pooled.unwrap();
        assert!(
            compared.pooled.log_likelihood > compared.single.log_likelihood + 0.01,
            "{compared:?}"
        );
        assert!(compared.pooled.rmse < compared.single.rmse, "{compared:?}");
        assert!(compared.pooled.mae < trial.naive_mae, "{trial:?}");
        assert_eq!((compared.clusters, trial.mae), (6, compared.pooled.mae));
        // Rates come back, and a small cluster is drawn further to all than a large one.
        for (one, (truth, count)) in found.told.clusters.iter().zip(truths) {
            let rate = one.parameters[0].1 / one.parameters[1].1;
            assert!((rate * truth[1] / truth[0]).ln().abs() < 0.5, "{one:?}");
            assert_eq!(one.customers, count);
            assert_eq!(found.fitted.clusters[&one.cluster][1], one.parameters[1].1);
        }
        let drawn = |at: usize| found.told.clusters[at].drawn;
        assert!(
            drawn(0) < drawn(2) && drawn(1) < drawn(3),
            "{:?}",
            found.told.clusters
        );
        assert!(drawn(0) > 0.0 && drawn(0) < 0.5 && drawn(2) < 1.0);
    }
}

#[test]
fn clusters_that_do_not_differ_change_next_to_nothing() {
    for seed in 1..4 {
        let (all, of) = drawn(&[(SLOW, 1_200)], seed);
        let of: BTreeMap<i64, u32> = of.keys().map(|one| (*one, (*one % 5) as u32)).collect();
        let found = by(&all, &of, &of);
        let compared = found.told.trial.unwrap().pooled.unwrap();
        let (pooled, single) = (compared.pooled, compared.single);
        assert!(
            (pooled.log_likelihood - single.log_likelihood).abs() < 0.003,
            "{compared:?}"
        );
        assert!((pooled.mae / single.mae - 1.0).abs() < 0.01, "{compared:?}");
    }
}

#[test]
fn clusters_made_from_the_held_out_days_are_not_looked_at() {
    let (all, of) = drawn(&[(SLOW, 800)], 5);
    let mut late = of.clone();
    late.values_mut().for_each(|came| *came = 0);
    for (id, day) in all.ids.iter().zip(&all.days) {
        if *day > END - AHEAD_DAYS {
            *late.get_mut(&i64::from(*id)).unwrap() = 1;
        }
    }
    // Nothing was known then: nothing says that they help.
    let (found, plain) = (by(&all, &late, &none()), forecast(&all));
    assert!(!is_pooled(&found));
    assert!(
        found
            .told
            .pooling
            .as_ref()
            .unwrap()
            .contains("known before the last 90 days")
    );
    assert_eq!((&found.of, &found.fitted), (&plain.of, &plain.fitted));
    assert_eq!(found.told.trial, plain.told.trial);
    // Known then was something else: the trial is of that, whatever the clusters of now are.
    let other: BTreeMap<i64, u32> = of.keys().map(|one| (*one, (*one % 3) as u32)).collect();
    let compared = |now: &BTreeMap<i64, u32>| {
        let found = by(&all, now, &other);
        found.told.trial.unwrap().pooled.unwrap()
    };
    assert_eq!(compared(&late), compared(&other));
    // Had they been tried they would have seemed to help: this is what must not happen.
    let cheating = by(&all, &late, &late).told.trial.unwrap().pooled.unwrap();
    assert!(
        cheating.pooled.log_likelihood > cheating.single.log_likelihood + 0.05,
        "{cheating:?}"
    );
}

#[test]
fn clusters_that_were_worse_on_the_held_out_days_are_not_used() {
    // Clusters by the last day of purchase: what the model itself knows, cut so that each part is of another kind than
    // it takes customers to be.
    let (all, mut of) = drawn(&[(SLOW, 1_000)], 6);
    for (id, day) in all.ids.iter().zip(&all.days) {
        if *day <= END - AHEAD_DAYS {
            let late = u32::from(*day > END - 2 * AHEAD_DAYS);
            let own = of.get_mut(&i64::from(*id)).unwrap();
            *own = late.max(*own);
        }
    }
    let found = by(&all, &of, &of);
    let compared = found.told.trial.as_ref().unwrap().pooled.unwrap();
    assert!(
        compared.pooled.log_likelihood < compared.single.log_likelihood,
        "{compared:?}"
    );
    assert!(!is_pooled(&found));
    assert!(found.told.pooling.as_ref().unwrap().contains("were worse"));
    let plain = forecast(&all);
    assert_eq!((&found.of, &found.fitted), (&plain.of, &plain.fitted));
    assert_eq!(found.told.trial.unwrap().mae, plain.told.trial.unwrap().mae);
}

#[test]
fn who_is_in_no_cluster_or_a_tiny_one_is_forecast_by_all() {
    let (all, mut of) = drawn(&[(SLOW, 400), (QUICK, 400), (SLOW, 3), (QUICK, 1)], 7);
    // One cluster of those who came once, and some customers of none.
    let mut once: BTreeMap<u32, u32> = BTreeMap::new();
    for id in &all.ids {
        *once.entry(*id).or_default() += 1;
    }
    for (id, _) in once
        .iter()
        .filter(|(id, days)| **days == 1 && **id % 2 == 0)
    {
        of.insert(i64::from(*id), u32::MAX);
    }
    (0..800).step_by(10).for_each(|customer| {
        of.remove(&customer);
    });
    let found = by(&all, &of, &of);
    assert!(is_pooled(&found), "{:?}", found.told);
    let drawn: BTreeMap<u32, f64> = found
        .told
        .clusters
        .iter()
        .map(|one| (one.cluster, one.drawn))
        .collect();
    assert_eq!((drawn[&2], drawn[&3]), (1.0, 1.0));
    assert!(drawn[&u32::MAX] < 1.0 && found.fitted.clusters.contains_key(&u32::MAX));
    let kept: Vec<u32> = found.fitted.clusters.keys().copied().collect();
    assert_eq!(kept, [0, 1, u32::MAX]);
    let own: Vec<f64> = found.fitted.clusters.values().flatten().copied().collect();
    assert!(own.iter().all(|value| value.is_finite() && *value > 0.0));
    let plain = forecast(&all);
    for customer in [0, 10, 800, 803] {
        assert_eq!(found.of[&customer], plain.of[&customer]);
    }
    assert_ne!(found.of[&401], plain.of[&401]);
    assert!(found.of[&401][0].source.contains("by cluster"));
}

#[test]
fn tiny_clusters_alone_leave_everything_as_it_was() {
    let (all, of) = drawn(&[(SLOW, 200)], 8);
    let each: BTreeMap<i64, u32> = of.keys().map(|one| (*one, *one as u32)).collect();
    let (found, plain) = (by(&all, &each, &each), forecast(&all));
    assert!(!is_pooled(&found));
    assert_eq!((&found.of, &found.fitted), (&plain.of, &plain.fitted));
    let why = found.told.pooling.unwrap();
    assert!(
        why.ends_with("among the published clusters none has 20 customers"),
        "{why}"
    );
    let why = plain.told.pooling.unwrap();
    assert!(
        why.ends_with("among the published clusters none has a customer"),
        "{why}"
    );
}

#[test]
fn single_customers_are_forecast_by_the_parameters_of_their_cluster_again() {
    let (all, mut of) = drawn(&[(SLOW, 300), (QUICK, 300), (QUICK, 4)], 9);
    of.remove(&5);
    let found = by(&all, &of, &of);
    assert!(is_pooled(&found));
    let today = *all.days.iter().max().unwrap();
    let json = serde_json::to_string(&found.fitted).unwrap();
    let fitted: Fitted = serde_json::from_str(&json).unwrap();
    for customer in [5, 7, 301, 602] {
        let mut one = alone(&all, customer);
        one.put(Clusters {
            now: of.clone(),
            then: none(),
        });
        let again = again(&one, &fitted, today).unwrap();
        assert_eq!(again[&customer], found.of[&customer]);
    }
    // Who is not said to be in a cluster is forecast by all.
    let again = again(&alone(&all, 301), &fitted, today).unwrap();
    assert_ne!(again[&301], found.of[&301]);
}

#[test]
fn the_same_data_give_the_same_bytes_on_any_number_of_threads() {
    let (all, of) = drawn(&[(SLOW, 300), (QUICK, 300), (SLOW, 40)], 10);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let found = pool.unwrap().install(|| by(&all, &of, &of));
        assert!(is_pooled(&found));
        let genes = serde_json::to_string(&found.of).unwrap();
        (
            serde_json::to_string(&found.told).unwrap(),
            serde_json::to_string(&found.fitted).unwrap(),
            genes,
        )
    };
    let one = on(1);
    assert_eq!(one, on(3));
    assert_eq!(one, on(1));
}

#[test]
fn what_earlier_runs_kept_still_reads_and_what_is_kept_comes_back() {
    let fitted = r#"{"orders":[0.5,4.0,1.0,2.0],"spend":null}"#;
    let fitted: Fitted = serde_json::from_str(fitted).unwrap();
    assert!(fitted.clusters.is_empty() && fitted.orders.is_some());
    let told = r#"{"parameters":[["r",0.5]],"customers":9,"reason":null,"trial":{"days":90,"actual":5.0,"expected":4.0,
        "naive":3.0,"mae":0.5,"naive_mae":0.6,"within":0.9,"level":0.8,"by_forecast":[[3,0.1,0.2,0.3]]}}"#;
    let told: Told = serde_json::from_str(told).unwrap();
    assert!(told.clusters.is_empty() && told.pooling.is_none());
    assert_eq!(told.trial.unwrap().pooled, None);
    let (all, of) = drawn(&[(SLOW, 300), (QUICK, 300)], 11);
    let found = by(&all, &of, &of);
    // As runs are kept: by way of a value.
    let value = serde_json::to_value(&found.fitted).unwrap();
    assert_eq!(
        serde_json::from_value::<Fitted>(value).unwrap(),
        found.fitted
    );
    let value = serde_json::to_value(&found.told).unwrap();
    assert_eq!(serde_json::from_value::<Told>(value).unwrap(), found.told);
}
