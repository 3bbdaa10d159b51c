//! Tests of placing newcomers: numbers by hand, planted attributes used, useless ones left aside.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Silent, random::Random};
use proptest::prelude::*;

use super::*;
use crate::test_data::on_threads;

const NAN: f64 = f64::NAN;

fn params(kinds: &[Kind]) -> Params {
    Params {
        kinds: kinds.to_vec(),
        weights: vec![1.0; kinds.len()],
        neighbours: 7,
        trials_max: 500,
        seed: 4,
    }
}

fn fit(params: Params, values: &[f64], labels: &[u32]) -> Placer {
    let cols = params.kinds.len();
    params
        .check(cols)
        .unwrap()
        .fit(values, labels, &Silent)
        .unwrap()
}

/// Members of three clusters: a number and a category follow the cluster, a number is noise; a fifth of
/// the values is missing.
fn members(rows: usize, seed: u64) -> (Vec<f64>, Vec<u32>) {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let label = [0, 0, 0, 1, 1, 2][random.below(6)];
        let code = if random.unit_f64() < 0.8 {
            label as usize
        } else {
            random.below(3)
        };
        let row = [
            2.0 * f64::from(label) + random.normal(),
            code as f64,
            random.normal(),
        ];
        values.extend(row.map(|value| if random.unit_f64() < 0.2 { NAN } else { value }));
        labels.push(label);
    }
    (values, labels)
}

const MEMBERS: [Kind; 3] = [Kind::Number, Kind::Category, Kind::Number];

#[test]
fn likeness_by_hand() {
    // Ranges 10; a newcomer at 4, category 1.
    let values = [0.0, 1.0, 4.0, 2.0, 10.0, 1.0, NAN, 2.0];
    let weights = vec![3.0, 1.0];
    let params = Params {
        weights,
        ..params(&[Kind::Number, Kind::Category])
    };
    let placer = fit(params, &values, &[0, 1, 0, 1]);
    let likes = placer.likes(&[4.0, 1.0], 4).unwrap();
    // Numbers: .6, 1, .4, and their mean 2/3 for the one that lacks it.
    let expected = [(1, 0.75), (0, 0.7), (2, 0.55), (3, 0.5)];
    for (like, (row, similarity)) in likes.iter().zip(expected) {
        assert!(
            like.row == row && (like.similarity - similarity).abs() < 1e-12,
            "{likes:?}"
        );
    }
    assert_eq!((likes[0].compared, likes[3].compared), (1.0, 0.25));
    // What the newcomer lacks is passed over; far outside the range is 0, not less.
    assert_eq!(placer.likes(&[NAN, 2.0], 1).unwrap()[0].row, 1);
    assert_eq!(placer.likes(&[1e9, NAN], 1).unwrap()[0].similarity, 0.0);
    assert!(placer.likes(&[NAN, NAN], 3).unwrap().is_empty());
    assert_eq!(placer.likes(&[4.0, 1.0], 2).unwrap(), likes[..2]);
}

#[test]
fn likeness_by_attribute_adds_up_to_that_of_members() {
    // Ranges 10, weights 3 and 1.
    let values = [0.0, 1.0, 4.0, 2.0, 10.0, 1.0, 6.0, 2.0];
    let weights = vec![3.0, 1.0];
    let params = Params {
        weights,
        ..params(&[Kind::Number, Kind::Category])
    };
    let labels = [0, 1, 0, 1];
    let placer = fit(params, &values, &labels);
    let told = placer.by_attribute(&[4.0, 1.0]).unwrap();
    assert_eq!(told[0].clusters, [Some(0.5), Some(0.9)]);
    assert_eq!(told[1].clusters, [Some(1.0), Some(0.0)]);
    assert_eq!((told[0].all, told[1].all), (Some(0.7), Some(0.5)));
    let likes = placer.likes(&[4.0, 1.0], 4).unwrap();
    let inside = likes.iter().filter(|like| labels[like.row] == 0);
    let mean = inside.map(|like| like.similarity).sum::<f64>() / 2.0;
    assert!((mean - (0.75 * 0.5 + 0.25 * 1.0)).abs() < 1e-12);
    assert_eq!(placer.by_attribute(&[NAN, 1.0]).unwrap()[0].all, None);
    assert!(placer.by_attribute(&[1.0]).is_err());
}

#[test]
fn the_model_by_hand() {
    // Variances 2/3 and 8/3 get one member's worth of the pooled 5/3: (3 v + 5/3) / 4.
    let values = [1.0, 2.0, 3.0, 5.0, 7.0, 9.0];
    let placer = fit(params(&[Kind::Number]), &values, &[0, 0, 0, 1, 1, 1]);
    let logs = placer.logs(&[4.0], None, Method::Model);
    let variance = [(2.0 + 5.0 / 3.0) / 4.0, (8.0 + 5.0 / 3.0) / 4.0f64];
    let expected =
        -0.5 * (f64::ln(variance[0] / variance[1]) + 4.0 / variance[0] - 9.0 / variance[1]);
    assert!((logs[0] - logs[1] - expected).abs() < 1e-12);
}

#[test]
fn leaving_one_out_is_learning_without_it() {
    let (values, labels) = members(60, 5);
    let placer = fit(params(&MEMBERS), &values, &labels);
    for member in [0, 17, 59] {
        let (mut rest, mut rest_labels) = (values.clone(), labels.clone());
        rest.drain(member * 3..member * 3 + 3);
        rest_labels.remove(member);
        let mut without = fit(params(&MEMBERS), &rest, &rest_labels);
        // Ranges may have hung on the member; they are the scale, not what is learned.
        without
            .attributes
            .ranges
            .clone_from(&placer.attributes.ranges);
        for method in [Method::Likes, Method::Model, Method::Shares] {
            let row = &values[member * 3..member * 3 + 3];
            let left_out = placer.logs(row, Some(member), method);
            for (a, b) in left_out.iter().zip(without.logs(row, None, method)) {
                assert!((a - b).abs() < 1e-9, "{method:?} {a} {b}");
            }
        }
    }
}

#[test]
fn attributes_beat_the_shares_and_confidence_is_honest() {
    let (values, labels) = members(1_500, 2);
    let placer = fit(params(&MEMBERS), &values, &labels);
    let (fresh, truth) = members(2_000, 3);
    let shares = placer.trial(Method::Shares);
    assert!((shares.accuracy - 0.5).abs() < 0.06 && shares.members == 500);
    for method in [Method::Likes, Method::Model] {
        let trial = placer.trial(method);
        let placed: Vec<Placement> = fresh
            .chunks_exact(3)
            .map(|row| placer.place(row, method).unwrap())
            .collect();
        let right = placed
            .iter()
            .zip(&truth)
            .filter(|(placed, truth)| placed.cluster == **truth)
            .count();
        let accuracy = right as f64 / truth.len() as f64;
        let confidence =
            placed.iter().map(|placed| placed.confidence).sum::<f64>() / truth.len() as f64;
        // On members never seen: as accurate as the trial said, and as sure as it is right.
        assert!(
            (accuracy - trial.accuracy).abs() < 0.05,
            "{method:?} {accuracy} {trial:?}"
        );
        assert!(
            (accuracy - confidence).abs() < 0.04,
            "{method:?} {accuracy} {confidence}"
        );
        assert!(trial.accuracy > shares.accuracy + 0.15 && trial.log_loss < shares.log_loss - 0.2);
        assert!(trial.brier < shares.brier);
    }
    assert_ne!(placer.best(), Method::Shares);
}

#[test]
fn attributes_that_say_nothing_are_left_aside() {
    let mut random = Random::new(6);
    let values: Vec<f64> = (0..1_200).map(|_| random.normal()).collect();
    let labels: Vec<u32> = (0..400).map(|_| random.below(4) as u32 / 2 * 3).collect();
    let placer = fit(params(&MEMBERS), &values, &labels);
    let shares = placer.trial(Method::Shares);
    for method in [Method::Likes, Method::Model] {
        let trial = placer.trial(method);
        assert!(trial.accuracy < 0.6 && trial.confidence < 0.6, "{trial:?}");
        assert!(trial.log_loss > shares.log_loss - 0.02, "{trial:?}");
    }
    let nobody = placer.place(&[NAN; 3], Method::Model).unwrap();
    let usual = placer.place(&[NAN; 3], Method::Shares).unwrap();
    assert_eq!(
        (placer.clusters(), nobody.cluster),
        (&[0, 3][..], usual.cluster)
    );
}

#[test]
fn equal_clusters_leave_the_shares_their_luck() {
    // Rows take turns: a draw by steps would see one cluster alone.
    let values: Vec<f64> = (0..400).map(|row| f64::from(row % 4)).collect();
    let labels: Vec<u32> = (0..400).map(|row| row % 4).collect();
    let few = Params {
        trials_max: 100,
        ..params(&[Kind::Category])
    };
    let placer = fit(few, &values, &labels);
    let shares = placer.trial(Method::Shares);
    assert!((0.12..0.38).contains(&shares.accuracy), "{shares:?}");
    assert!((shares.confidence - 0.25).abs() < 1e-12);
    assert_eq!(placer.trial(Method::Model).accuracy, 1.0);
}

#[test]
fn plain_fallbacks() {
    let data = Matrix::new(vec![0.0, 4.0, 10.0, 11.0, 30.0], 5, 1).unwrap();
    let labels = [2, 2, 5, 5, 9];
    assert_eq!(
        largest(&labels).unwrap(),
        Largest {
            cluster: 2,
            rows: 2,
            share: 0.4
        }
    );
    let tight = Tightest {
        cluster: 5,
        rows: 2,
        spread: 0.25,
    };
    assert_eq!(tightest(data.view(), &labels, 2).unwrap(), tight);
    assert!(largest(&[]).is_err() && tightest(data.view(), &labels, 3).is_err());
    assert!(tightest(data.view(), &labels, 1).is_err() && tightest(data.view(), &[0], 2).is_err());
}

#[test]
fn ends_of_the_range() {
    let alone = fit(params(&[Kind::Number]), &[3.0], &[8]);
    let placed = alone.place(&[4.0], Method::Model).unwrap();
    assert_eq!((placed.cluster, placed.confidence), (8, 1.0));
    // Clusters of one member, equal and missing values.
    let placer = fit(
        params(&MEMBERS),
        &[1.0, NAN, NAN, 1.0, NAN, NAN, 1.0, 2.0, NAN],
        &[0, 1, 2],
    );
    for method in [Method::Likes, Method::Model, Method::Shares] {
        let placed = placer.place(&[1.0, 2.0, 5.0], method).unwrap();
        let total: f64 = placed.probabilities.iter().sum();
        assert!(
            (total - 1.0).abs() < 1e-12 && placed.confidence.is_finite(),
            "{placed:?}"
        );
        assert!(placer.trial(method).log_loss.is_finite());
    }
    let placing = params(&MEMBERS).check(3).unwrap();
    let infinite = placing.fit(&[1.0, f64::INFINITY, 0.0], &[0], &Silent);
    assert!(matches!(
        infinite,
        Err(Error::Matrix(numeric::Error::Value { col: 1, .. }))
    ));
    assert!(placing.fit(&[], &[], &Silent).is_err() && placing.fit(&[1.0], &[0], &Silent).is_err());
    assert!(
        placer.place(&[1.0], Method::Likes).is_err()
            && placer.likes(&[f64::INFINITY; 3], 1).is_err()
    );
    for bad in [
        Params {
            weights: vec![0.0; 3],
            ..params(&MEMBERS)
        },
        Params {
            weights: vec![1.0, -1.0, 1.0],
            ..params(&MEMBERS)
        },
        Params {
            weights: vec![1.0],
            ..params(&MEMBERS)
        },
        Params {
            neighbours: 0,
            ..params(&MEMBERS)
        },
        Params {
            trials_max: 0,
            ..params(&MEMBERS)
        },
    ] {
        assert!(bad.check(3).is_err());
    }
    struct Stop;
    impl Progress for Stop {
        fn tick(&self, _: u64, _: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    assert_eq!(placing.fit(&[1.0; 3], &[0], &Stop), Err(Error::Cancelled));
}

#[test]
fn threads_do_not_matter() {
    let (values, labels) = members(300, 9);
    let on = |threads| {
        on_threads(threads, || {
            let placer = fit(params(&MEMBERS), &values, &labels);
            [Method::Likes, Method::Model].map(|method| placer.trial(method))
        })
    };
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
}

proptest! {
    #[test]
    fn an_attribute_of_weight_0_is_not_there(seed in 0u64..500) {
        let (values, labels) = members(40, seed);
        let weighed = Params { weights: vec![2.0, 1.0, 0.0], ..params(&MEMBERS) };
        let kept: Vec<f64> = values.chunks_exact(3).flat_map(|row| [row[0], row[1]]).collect();
        let dropped = Params { weights: vec![2.0, 1.0], ..params(&MEMBERS[..2]) };
        let (with, without) = (fit(weighed, &values, &labels), fit(dropped, &kept, &labels));
        for method in [Method::Likes, Method::Model] {
            prop_assert_eq!(with.trial(method), without.trial(method));
            let pair = (with.place(&[1.0, 1.0, 9.0], method), without.place(&[1.0, 1.0], method));
            prop_assert_eq!(pair.0, pair.1);
        }
        prop_assert_eq!(with.likes(&[0.5, NAN, 3.0], 9), without.likes(&[0.5, NAN], 9));
    }
}
