//! Tests of rules against all labellings there are, of repairs, and of what is told of prices.
#![allow(clippy::unwrap_used)]

mod conflicts;

use numeric::{Matrix, distance::squared_euclidean, random::Random};
use proptest::prelude::*;

use super::*;
use crate::{Error, test_data::blobs};

/// Whether labels keep the rules, read from the rules themselves.
fn obeys(rules: &Rules, clusters: usize, labels: &[u32]) -> bool {
    let groups = Groups::new(labels.len(), &rules.must_link);
    let tied = |row: usize, cluster: u32| {
        let lock = |lock: &(usize, u32)| groups.of[lock.0] == groups.of[row] && lock.1 == cluster;
        rules.locked.iter().any(lock)
    };
    let sizes = (0..clusters as u32).all(|cluster| {
        let rows: Vec<usize> = (0..labels.len())
            .filter(|&row| labels[row] == cluster)
            .collect();
        let own = rules.sizes.iter().find(|own| own.cluster == cluster);
        let own_min = own.and_then(|own| own.min);
        let own_max = own.and_then(|own| own.max);
        if rules.closed.contains(&cluster) {
            return rows.len() >= own_min.unwrap_or(0)
                && rows.len() <= own_max.unwrap_or(usize::MAX)
                && rows.iter().all(|&row| tied(row, cluster));
        }
        let max = own_max.or(rules.max_size).unwrap_or(usize::MAX);
        let min = own_min.or(rules.min_size).unwrap_or(1.min(max));
        (min..=max).contains(&rows.len())
    });
    sizes
        && rules.must_link.iter().all(|&(a, b)| labels[a] == labels[b])
        && rules
            .cannot_link
            .iter()
            .all(|&(a, b)| labels[a] != labels[b])
        && rules
            .locked
            .iter()
            .all(|&(row, cluster)| labels[row] == cluster)
}

/// All labellings that keep the rules.
fn all(rules: &Rules, rows: usize, clusters: usize) -> Vec<Vec<u32>> {
    let ways = clusters.pow(rows as u32);
    let labels = |way: usize| -> Vec<u32> {
        let digit = |row: usize| (way / clusters.pow(row as u32) % clusters) as u32;
        (0..rows).map(digit).collect()
    };
    (0..ways)
        .map(labels)
        .filter(|labels| obeys(rules, clusters, labels))
        .collect()
}

fn cost_of(data: &Matrix, centers: &Matrix, labels: &[u32]) -> f64 {
    let pairs = labels.iter().enumerate();
    pairs
        .map(|(row, &label)| {
            squared_euclidean(data.view().row(row), centers.view().row(label as usize))
        })
        .sum()
}

fn normal(rows: usize, cols: usize, random: &mut Random) -> Matrix {
    let data = (0..rows * cols).map(|_| random.normal()).collect();
    Matrix::new(data, rows, cols).unwrap()
}

/// Any rules, kept or not.
fn random_rules(random: &mut Random, rows: usize, clusters: usize, links: bool) -> Rules {
    let mut rules = Rules::default();
    if random.below(2) == 0 {
        rules.min_size = Some(random.below(3));
    }
    if random.below(2) == 0 {
        rules.max_size = Some(1 + random.below(rows));
    }
    if random.below(3) == 0 {
        rules.sizes.push(Sizes {
            cluster: random.below(clusters) as u32,
            min: (random.below(2) == 0).then(|| random.below(4)),
            max: (random.below(2) == 0).then(|| random.below(5)),
        });
    }
    for _ in 0..random.below(3) {
        let lock = (random.below(rows), random.below(clusters) as u32);
        rules.locked.push(lock);
    }
    if random.below(4) == 0 {
        rules.closed.push(random.below(clusters) as u32);
    }
    if links {
        for _ in 0..random.below(4) {
            let link = (random.below(rows), random.below(rows));
            rules.must_link.push(link);
        }
        for _ in 0..random.below(5) {
            let link = (random.below(rows), random.below(rows));
            rules.cannot_link.push(link);
        }
    }
    rules
}

/// Rules that the labels keep.
fn rules_of(random: &mut Random, labels: &[u32], clusters: usize) -> Rules {
    let mut sizes = vec![0; clusters];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    let mut rules = Rules {
        min_size: Some(sizes.iter().copied().min().unwrap() * 3 / 4),
        max_size: Some(sizes.iter().copied().max().unwrap()),
        ..Rules::default()
    };
    for _ in 0..labels.len() / 3 {
        let (a, b) = (random.below(labels.len()), random.below(labels.len()));
        if labels[a] == labels[b] {
            rules.must_link.push((a, b));
        } else {
            rules.cannot_link.push((a, b));
        }
    }
    for _ in 0..labels.len() / 10 {
        let row = random.below(labels.len());
        rules.locked.push((row, labels[row]));
    }
    rules
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn feasible_exactly_where_a_labelling_obeys(seed in 0u64..1_000_000) {
        let mut random = Random::new(seed);
        let (rows, clusters) = (1 + random.below(7), 1 + random.below(3));
        let rules = random_rules(&mut random, rows, clusters, true);
        let ways = all(&rules, rows, clusters);
        match rules.check(rows, clusters) {
            Err(conflicts) => prop_assert!(ways.is_empty(), "{conflicts}"),
            Ok(constraints) => {
                prop_assert!(!ways.is_empty());
                for labels in &ways {
                    prop_assert!(constraints.holds(labels));
                }
                let other: Vec<u32> = (0..rows).map(|_| random.below(clusters) as u32).collect();
                prop_assert_eq!(constraints.holds(&other), ways.contains(&other));
            }
        }
    }

    #[test]
    fn no_labelling_costs_less(seed in 0u64..1_000_000) {
        let mut random = Random::new(seed);
        let (rows, clusters) = (1 + random.below(7), 1 + random.below(3));
        let links = random.below(2) == 0;
        let rules = random_rules(&mut random, rows, clusters, links);
        let data = normal(rows, 2, &mut random);
        let centers = normal(clusters, 2, &mut random);
        let Ok(constraints) = rules.check(rows, clusters) else {
            return Ok(());
        };
        let found = assign(data.view(), centers.view(), &constraints).unwrap();
        prop_assert!(obeys(&rules, clusters, &found.labels));
        let costs = all(&rules, rows, clusters);
        let costs = costs.iter().map(|labels| cost_of(&data, &centers, labels));
        let least = costs.fold(f64::INFINITY, f64::min);
        prop_assert!(found.cost <= least + found.gap + 1e-9, "{} {least}", found.cost);
        prop_assert!(found.cost >= least - 1e-9);
        if rules.must_link.is_empty() && rules.cannot_link.is_empty() {
            prop_assert!(found.gap == 0.0);
        }
        let table: Vec<f64> = (0..rows * clusters)
            .map(|at| {
                let (row, cluster) = (at / clusters, at % clusters);
                squared_euclidean(data.view().row(row), centers.view().row(cluster))
            })
            .collect();
        let table = Matrix::new(table, rows, clusters).unwrap();
        let by_table = assign_costs(table.view(), &constraints).unwrap();
        prop_assert!(by_table.cost >= least - 1e-9);
        // Both are searches where links bind: each is as near the least as its own gap says.
        prop_assert!(by_table.cost <= least + by_table.gap + 1e-9, "{} {} {least}", by_table.cost, by_table.gap);
    }

    #[test]
    fn repairs_obey_and_leave_alone_what_obeys(seed in 0u64..1_000_000) {
        let mut random = Random::new(seed);
        let (rows, clusters) = (20 + random.below(60), 2 + random.below(4));
        let data = normal(rows, 3, &mut random);
        let labels: Vec<u32> = (0..rows).map(|_| random.below(clusters) as u32).collect();
        let truth: Vec<u32> = (0..rows).map(|_| random.below(clusters) as u32).collect();
        let rules = rules_of(&mut random, &truth, clusters);
        let constraints = rules.check(rows, clusters).unwrap();
        let repair = obey(data.view(), &labels, &constraints).unwrap();
        prop_assert!(obeys(&rules, clusters, &repair.labels));
        let moved: Vec<usize> = (0..rows).filter(|&row| labels[row] != repair.labels[row]).collect();
        let told: Vec<usize> = repair.moved.iter().map(|moved| moved.row).collect();
        prop_assert_eq!(told, moved);
        let same = obey(data.view(), &truth, &constraints).unwrap();
        prop_assert!(same.moved.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn many_rules_are_all_kept(seed in 0u64..1_000_000) {
        let mut random = Random::new(seed);
        let (rows, clusters) = (50 + random.below(150), 2 + random.below(6));
        let truth: Vec<u32> = (0..rows).map(|_| random.below(clusters) as u32).collect();
        let rules = rules_of(&mut random, &truth, clusters);
        let (data, centers) = (normal(rows, 3, &mut random), normal(clusters, 3, &mut random));
        let constraints = rules.check(rows, clusters).unwrap();
        let found = assign(data.view(), centers.view(), &constraints).unwrap();
        prop_assert!(obeys(&rules, clusters, &found.labels));
        let cost = cost_of(&data, &centers, &found.labels);
        prop_assert!((found.cost - cost).abs() <= 1e-9 * cost);
        prop_assert!(found.cost <= cost_of(&data, &centers, &truth) + 1e-9);
    }

    #[test]
    fn order_of_rows_and_names_of_clusters_do_not_matter(seed in 0u64..1_000_000) {
        let mut random = Random::new(seed);
        let (rows, clusters) = (40 + random.below(80), 2 + random.below(5));
        let rules = Rules {
            min_size: Some(rows / clusters - 3),
            max_size: Some(rows / clusters + 2),
            locked: vec![(1, 0), (5, 1)],
            ..Rules::default()
        };
        let (data, centers) = (normal(rows, 3, &mut random), normal(clusters, 3, &mut random));
        let constraints = rules.check(rows, clusters).unwrap();
        let found = assign(data.view(), centers.view(), &constraints).unwrap();
        let (mut row_at, mut name_of): (Vec<usize>, Vec<usize>) = ((0..rows).collect(), (0..clusters).collect());
        random.shuffle(&mut row_at);
        random.shuffle(&mut name_of);
        let mut center_at = vec![0; clusters];
        name_of.iter().enumerate().for_each(|(old, &new)| center_at[new] = old);
        let place = |row: usize| row_at.iter().position(|&at| at == row).unwrap();
        let mixed = Rules {
            locked: rules.locked.iter().map(|&(row, cluster)| (place(row), name_of[cluster as usize] as u32)).collect(),
            ..rules
        };
        let mixed = mixed.check(rows, clusters).unwrap();
        let again = assign(
            data.view().take(&row_at).unwrap().view(),
            centers.view().take(&center_at).unwrap().view(),
            &mixed,
        ).unwrap();
        for (at, &row) in row_at.iter().enumerate() {
            prop_assert_eq!(again.labels[at], name_of[found.labels[row] as usize] as u32);
        }
        // The least sum is one, the prices that bear it are a range: only the sum must agree.
        prop_assert!((again.cost - found.cost).abs() <= 1e-9 * found.cost);
    }
}

#[test]
fn all_closed_and_other_edges() {
    let rules = Rules {
        closed: vec![0, 1],
        locked: vec![(0, 0), (1, 1), (2, 1)],
        ..Rules::default()
    };
    let constraints = rules.check(3, 2).unwrap();
    let data = Matrix::new(vec![1.0, 2.0, 3.0], 3, 1).unwrap();
    let centers = Matrix::new(vec![0.0, 9.0], 2, 1).unwrap();
    let found = assign(data.view(), centers.view(), &constraints).unwrap();
    assert_eq!(found.labels, [0, 1, 1]);
    assert_eq!(found.prices, [0.0, 0.0]);
    assert_eq!(
        conflicts::conflicts(rules, 4, 2),
        [Conflict::TooManyRows { room: 3, rows: 4 }]
    );
    let one = Rules::default().check(1, 1).unwrap();
    assert!(one.is_free() && one.holds(&[0]) && !one.holds(&[1]) && !one.holds(&[]));
    let error = assign(data.view(), centers.view(), &one).unwrap_err();
    assert!(matches!(error, Error::Mismatch { field: "data", .. }));
    let error = obey(data.view(), &[0, 1, 2], &constraints).unwrap_err();
    assert!(matches!(error, Error::Label { row: 2, .. }));
}

#[test]
fn prices_tell_what_a_place_is_worth() {
    // Three rows at 0 and one at 10; the cluster at 0 holds two at most.
    let data = Matrix::new(vec![0.0, 1.0, 2.0, 10.0], 4, 1).unwrap();
    let centers = Matrix::new(vec![0.0, 10.0], 2, 1).unwrap();
    let rules = Rules {
        max_size: Some(2),
        ..Rules::default()
    };
    let constraints = rules.check(4, 2).unwrap();
    let found = assign(data.view(), centers.view(), &constraints).unwrap();
    assert_eq!(found.labels, [0, 0, 1, 1]);
    assert_eq!((found.cost, found.gap), (65.0, 0.0));
    assert_eq!(found.prices[0] - found.prices[1], 60.0);
    let cost = cost(data.view(), centers.view(), &found.labels).unwrap();
    assert_eq!((cost.rows, cost.total), (vec![0.0, 0.0, 60.0, 0.0], 60.0));
}

#[test]
fn prices_prove_that_nothing_costs_less() {
    // By duality, what rows pay at any prices, less what sizes earn, is a bound on every cost. Rows enough
    // that lists of offers run dry and are made anew.
    let (data, _) = blobs(3_000, 4, 7, 2.0, 11);
    let centers = data.view().take(&(0..12).collect::<Vec<_>>()).unwrap();
    for (min, max) in [(249, 251), (100, 300), (0, 255), (240, 3_000)] {
        let rules = Rules {
            min_size: Some(min),
            max_size: Some(max),
            ..Rules::default()
        };
        let constraints = rules.check(3_000, 12).unwrap();
        let found = assign(data.view(), centers.view(), &constraints).unwrap();
        assert!(constraints.holds(&found.labels));
        let paid = |row: usize| {
            let price = |center: usize| {
                let squared = squared_euclidean(data.view().row(row), centers.view().row(center));
                squared + found.prices[center]
            };
            (0..12).map(price).fold(f64::INFINITY, f64::min)
        };
        let earned = |price: &f64| price * if *price > 0.0 { max as f64 } else { min as f64 };
        let bound: f64 =
            (0..3_000).map(paid).sum::<f64>() - found.prices.iter().map(earned).sum::<f64>();
        assert!(
            (found.cost - bound).abs() <= 1e-9 * bound,
            "{} {bound}",
            found.cost
        );
    }
}
