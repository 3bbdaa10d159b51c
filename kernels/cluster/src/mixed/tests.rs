//! Tests of mixed clustering: the footing against its definition over all pairs, and the fit against plain
//! Lloyd on the same embedding.
#![allow(clippy::unwrap_used)]

mod data;
mod hard;

use numeric::{Progress, Silent, random::Random};
use proptest::prelude::*;

use data::Data;

use super::*;
use crate::test_data::on_threads;

const WEIGHTS: [f64; 4] = [0.4, 0.3, 0.2, 0.1];

fn params(clusters: usize) -> Params {
    Params {
        clusters,
        starts: 3,
        max_iterations: 200,
        tolerance: 0.0,
        seed: 5,
    }
}

fn fit(table: &Table, params: Params) -> Result<Fit, Error> {
    params.check(table.rows())?.fit(table, &Silent)
}

#[track_caller]
fn close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    assert!(
        error <= relative * expected.abs().max(1e-3),
        "{actual} instead of {expected}"
    );
}

#[test]
fn every_feature_contributes_its_weight_on_average() {
    for missing in [0.0, 0.3] {
        let table = Data::new(120, 3, 2.0, missing, 4).table();
        let (mut sums, mut counts) = ([0.0; 4], [0; 4]);
        for a in 0..table.rows() {
            for b in 0..a {
                table.pair(a, b, |feature, part| {
                    sums[feature] += part;
                    counts[feature] += 1;
                });
            }
        }
        for ((sum, count), weight) in sums.iter().zip(counts).zip(WEIGHTS) {
            close(sum / f64::from(count), weight, 1e-6);
        }
    }
}

#[test]
fn dissimilarities_by_hand() {
    // Numbers 0, 1, 3: mean square of differences (1 + 9 + 4) / 3 = 14/3. Categories a, a, b: two of three
    // pairs differ. Sets {1, 2}, {2}, {}: 1 - 1/√2, 1, 1. Shares (1/4, 3/4), (1/2, 1/2), unknown.
    let nan = f64::NAN;
    let columns = [
        Column::Number(&[0.0, 1.0, 3.0]),
        Column::Category(&[5, 5, 9]),
        Column::Set {
            offsets: &[0, 3, 4, 4],
            labels: &[1, 2, 1, 2],
        },
        Column::Shares {
            values: &[0.25, 0.75, 0.5, 0.5, nan, 0.1],
            parts: 2,
            zero: 0.01,
        },
    ];
    let table = Table::new(&columns, &[0.25; 4]).unwrap();
    let set = (3.0 - 0.5f64.sqrt()) / 3.0;
    let first = table.dissimilarity(0, 1);
    let expected = [
        0.25 * 3.0 / 14.0,
        0.0,
        0.25 * (1.0 - 0.5f64.sqrt()) / set,
        0.25,
    ];
    for (part, expected) in first.features.iter().zip(expected) {
        close(part.unwrap(), expected, 1e-6);
    }
    close(first.total, expected.iter().sum(), 1e-6);
    // The shares of row 2 are not known: the other three carry the whole weight.
    let second = table.dissimilarity(1, 2);
    let raised = [4.0 * 3.0 / 14.0, 1.5, 1.0 / set].map(|part| part * 0.25 * 4.0 / 3.0);
    for (part, expected) in second.features.iter().zip(raised) {
        close(part.unwrap(), expected, 1e-6);
    }
    assert_eq!(second.features[3], None);
    close(second.total, raised.iter().sum(), 1e-6);
    let all = table.distances(&Silent).unwrap();
    assert_eq!(
        all,
        [
            table.distance(0, 1),
            table.distance(0, 2),
            table.distance(1, 2)
        ]
    );
    assert_eq!(second.total, all[2]);
}

#[test]
fn shares_follow_aitchison() {
    // ln x less the mean of ln x for 0.2, 0.3, 0.5, by NumPy; zeros become 0.01, the rest shrinks to 0.99.
    let mut ratios = [0.0; 3];
    feature::log_ratios(&[0.2, 0.3, 0.5], 0.01, &mut ratios);
    for (ratio, expected) in ratios
        .iter()
        .zip([-0.440585279994, -0.035120171886, 0.47570545188])
    {
        close(*ratio, expected, 1e-9);
    }
    feature::log_ratios(&[0.0, 0.4, 0.6], 0.01, &mut ratios);
    close(ratios[1] - ratios[2], (0.4f64 / 0.6).ln(), 1e-12);
    close(ratios[1] - ratios[0], (0.4 * 0.99 / 0.01f64).ln(), 1e-12);
}

#[test]
fn a_weight_of_zero_is_as_no_column() {
    let data = Data::new(500, 4, 3.0, 0.1, 8);
    let columns = data.columns();
    for dropped in 0..4 {
        let mut weights = [1.0 / 3.0; 4];
        weights[dropped] = 0.0;
        let with = Table::new(&columns, &weights).unwrap();
        let mut fewer = columns.to_vec();
        fewer.remove(dropped);
        let without = Table::new(&fewer, &[1.0 / 3.0; 3]).unwrap();
        let (with_fit, without_fit) = (
            fit(&with, params(4)).unwrap(),
            fit(&without, params(4)).unwrap(),
        );
        assert_eq!(with_fit.labels, without_fit.labels);
        assert_eq!(with_fit.inertia.to_bits(), without_fit.inertia.to_bits());
        assert_eq!(with_fit.iterations, without_fit.iterations);
        assert_eq!(with_fit.prototypes.numbers, without_fit.prototypes.numbers);
        assert_eq!(with_fit.prototypes.slots, without_fit.prototypes.slots);
        let mut features = with_fit.features;
        assert_eq!(features.remove(dropped).share, 0.0);
        assert_eq!(features, without_fit.features);
        assert_eq!(with.distances(&Silent), without.distances(&Silent));
        assert_eq!(with_fit.prototypes.typical(0, dropped), Typical::Dropped);
    }
    // Not even looked at.
    let infinite = [f64::INFINITY; 500];
    let mut columns = columns.to_vec();
    columns.push(Column::Number(&infinite));
    assert!(Table::new(&columns, &[0.25, 0.25, 0.25, 0.25, 0.0]).is_ok());
    assert!(Table::new(&columns, &[0.2; 5]).is_err());
}

#[test]
fn coordinates_are_as_far_apart_as_rows() {
    let table = Data::new(60, 3, 2.0, 0.0, 6).table();
    let matrix = table.coordinates().unwrap();
    let at = |row| matrix.view().row(row);
    for a in 0..60 {
        for b in 0..a {
            let squared = numeric::distance::squared_euclidean(at(a), at(b));
            close(squared, table.distance(a, b), 1e-6);
        }
    }
    // What is not known lies at the mean.
    let table = Table::new(
        &[
            Column::Number(&[1.0, 2.0, f64::NAN]),
            Column::Category(&[1, MISSING, 2]),
        ],
        &[0.5, 0.5],
    )
    .unwrap();
    let matrix = table.coordinates().unwrap();
    let matrix = matrix.view();
    for col in 0..matrix.cols() {
        // Row 2 does not know the number, row 1 not the category.
        let (unknown, others) = if col == 0 { (2, [0, 1]) } else { (1, [0, 2]) };
        let mean = 0.5 * (matrix.row(others[0])[col] + matrix.row(others[1])[col]);
        close(matrix.row(unknown)[col], mean, 1e-12);
    }
}

#[test]
fn threads_do_not_matter() {
    let data = Data::new(3_000, 5, 2.0, 0.1, 2);
    let run = || fit(&data.table(), params(5)).unwrap();
    let one = on_threads(1, run);
    assert_eq!(one, on_threads(2, run));
    assert_eq!(one, on_threads(5, run));
}

#[test]
fn features_together_show_more_than_each_alone() {
    let data = Data::new(900, 3, 3.0, 0.0, 3);
    let agreement = |weights: [f64; 4]| {
        let table = Table::new(&data.columns(), &weights).unwrap();
        let fit = fit(&table, params(3)).unwrap();
        assert!(fit.converged);
        crate::score::adjusted_rand(&fit.labels, &data.truth).unwrap()
    };
    let together = agreement([0.5, 0.0, 0.0, 0.5]);
    let alone = [
        agreement([1.0, 0.0, 0.0, 0.0]),
        agreement([0.0, 0.0, 0.0, 1.0]),
    ];
    assert!(
        alone.iter().all(|&alone| together > alone),
        "{together} {alone:?}"
    );
}

/// Lloyd as in the textbook, on dissimilarities from prototypes one at a time.
#[test]
fn equals_plain_lloyd() {
    for seed in 0..8 {
        let data = Data::new(400, 4, 1.5, 0.1 * (seed % 3) as f64, seed);
        let table = data.table();
        let all = Prototypes::of_all(&table);
        let drawn = seeding::plus_plus(&table, &all, 4, seed).unwrap();
        let mut prototypes = Prototypes::of_rows(&table, &drawn, &all);
        let assign = |prototypes: &Prototypes| -> Vec<usize> {
            let from = |row, cluster| -> f64 {
                prototypes
                    .contributions(&table, row, cluster)
                    .unwrap()
                    .iter()
                    .sum()
            };
            let nearest = |row| (0..4).min_by(|&a, &b| from(row, a).total_cmp(&from(row, b)));
            (0..400).map(|row| nearest(row).unwrap()).collect()
        };
        let mut labels = assign(&prototypes);
        loop {
            let mut sums = sums::Sums::new(&table, 4);
            for (row, &label) in labels.iter().enumerate() {
                sums.add(&table, row, label);
            }
            prototypes = sums.prototypes(&table, Some(&all));
            let next = assign(&prototypes);
            if next == labels {
                break;
            }
            labels = next;
        }
        let found = params(4)
            .check(400)
            .unwrap()
            .fit_from(&table, &drawn, &Silent)
            .unwrap();
        assert_eq!(
            found.labels,
            labels.iter().map(|&x| x as u32).collect::<Vec<_>>()
        );
        // Inertia is what pairs within clusters sum to, over their sizes: prototypes are means.
        if seed % 3 == 0 {
            let mut pairs = 0.0;
            for a in 0..400 {
                for b in (0..a).filter(|&b| labels[a] == labels[b]) {
                    pairs += table.distance(a, b) / found.sizes[labels[a]] as f64;
                }
            }
            close(found.inertia, pairs, 1e-4);
        }
        let within: f64 = found.features.iter().map(|feature| feature.within).sum();
        close(found.inertia, within, 1e-12);
    }
}

#[test]
fn prototypes_speak_in_the_callers_words() {
    let columns = [
        Column::Number(&[10.0, 12.0, 90.0, 94.0]),
        Column::Category(&[40, 40, 30, 20]),
        Column::Set {
            offsets: &[0, 1, 2, 2, 2],
            labels: &[8, 8],
        },
        Column::Shares {
            values: &[0.2, 0.8, 0.2, 0.8, 0.9, 0.1, 0.9, 0.1],
            parts: 2,
            zero: 0.01,
        },
    ];
    let table = Table::new(&columns, &[0.25; 4]).unwrap();
    let fit = fit(&table, params(2)).unwrap();
    let (low, high) = (fit.labels[0] as usize, fit.labels[2] as usize);
    assert_eq!(
        (fit.labels[1] as usize, fit.labels[3] as usize),
        (low, high)
    );
    let Typical::Number(mean) = fit.prototypes.typical(high, 0) else {
        panic!()
    };
    close(mean, 92.0, 1e-5);
    assert_eq!(
        fit.prototypes.typical(low, 1),
        Typical::Category(vec![(40, 1.0)])
    );
    assert_eq!(
        fit.prototypes.typical(high, 1),
        Typical::Category(vec![(20, 0.5), (30, 0.5)])
    );
    assert_eq!(fit.prototypes.typical(low, 2), Typical::Set(vec![(8, 1.0)]));
    assert_eq!(fit.prototypes.typical(high, 2), Typical::Set(vec![]));
    let Typical::Shares(shares) = fit.prototypes.typical(low, 3) else {
        panic!()
    };
    close(shares[1], 0.8, 1e-5);
    assert_eq!(fit.features[2].explained, 1.0);
    close(
        fit.features.iter().map(|feature| feature.share).sum(),
        1.0,
        1e-12,
    );

    // A newcomer with a category and a label never seen.
    let newcomer = [
        Column::Number(&[f64::NAN]),
        Column::Category(&[77]),
        Column::Set {
            offsets: &[0, 2],
            labels: &[8, 70],
        },
        Column::Shares {
            values: &[0.3, 0.7],
            parts: 2,
            zero: 0.01,
        },
    ];
    let newcomer = table.like(&newcomer).unwrap();
    let nearest = fit.prototypes.nearest(&newcomer).unwrap();
    assert_eq!(nearest.labels, [low as u32]);
    let parts = fit.prototypes.contributions(&newcomer, 0, low).unwrap();
    assert_eq!(parts[0], 0.0);
    close(nearest.distances[0], parts.iter().sum(), 1e-5);
    let other = Table::new(&columns, &[0.4, 0.2, 0.2, 0.2]).unwrap();
    assert!(fit.prototypes.nearest(&other).is_err());
    assert!(table.like(&columns[..3]).is_err());
    let swapped = [columns[1], columns[0], columns[2], columns[3]];
    assert!(
        table
            .like(&swapped)
            .unwrap_err()
            .to_string()
            .contains("of another kind at 0")
    );
}

#[test]
fn stops_early_when_told() {
    struct Stop;
    impl Progress for Stop {
        fn tick(&self, _: u64, _: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let table = Data::new(100, 2, 1.0, 0.0, 1).table();
    let checked = params(2).check(100).unwrap();
    assert_eq!(checked.fit(&table, &Stop), Err(Error::Cancelled));
    assert_eq!(table.distances(&Stop), Err(Error::Cancelled));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn fits_hold_together(
        rows in 6usize..120, clusters in 1usize..5, missing in 0.0f64..0.4, seed in 0u64..1_000,
    ) {
        let table = Data::new(rows, 4, 2.0, missing, seed).table();
        let Ok(result) = fit(&table, Params { seed, ..params(clusters) }) else {
            return Ok(());
        };
        prop_assert!(result.sizes.iter().all(|&size| size > 0));
        prop_assert_eq!(result.sizes.iter().sum::<usize>(), rows);
        let near = result.prototypes.nearest(&table).unwrap();
        prop_assert_eq!(&near.labels, &result.labels);
        let inertia: f64 = near.distances.iter().sum();
        prop_assert!((inertia - result.inertia).abs() <= 1e-4 * inertia.max(1.0));
        for feature in &result.features {
            prop_assert!(feature.within >= 0.0);
            prop_assert!(feature.within <= feature.total * (1.0 + 1e-6) + 1e-6);
        }
        let renamed = Data::new(rows, 4, 2.0, missing, seed);
        let rename = |&code: &u32| if code == MISSING { MISSING } else { 1_000 - code };
        let codes = renamed.codes.iter().map(rename).collect();
        let renamed = Table::new(&Data { codes, ..renamed }.columns(), &WEIGHTS).unwrap();
        let again = fit(&renamed, Params { seed, ..params(clusters) }).unwrap();
        prop_assert_eq!(again.labels, result.labels);
    }

    #[test]
    fn row_order_changes_nothing(rows in 12usize..90, missing in 0.0f64..0.3, seed in 0u64..1_000) {
        let data = Data::new(rows, 3, 3.0, missing, seed);
        let mut order: Vec<usize> = (0..rows).collect();
        Random::new(seed).shuffle(&mut order);
        let first: Vec<usize> = (0..3).map(|row| order.iter().position(|&x| x == row).unwrap()).collect();
        let run = |data: &Data, from: &[usize]| {
            let table = data.table();
            params(3).check(rows).unwrap().fit_from(&table, from, &Silent)
        };
        let (Ok(one), Ok(other)) = (run(&data, &[0, 1, 2]), run(&data.in_order(&order), &first)) else {
            return Ok(());
        };
        let labels: Vec<u32> = order.iter().map(|&row| one.labels[row]).collect();
        prop_assert_eq!(other.labels, labels);
        prop_assert!((one.inertia - other.inertia).abs() <= 1e-6 * one.inertia.max(1.0));
    }
}
