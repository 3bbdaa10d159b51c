//! Whole methods against scikit-learn 1.9, on one small matrix. The numbers come from `reference.py`
//! beside this file.
#![allow(clippy::unwrap_used)]

use cluster::{kmeans, project::Projection, scale, score};
use numeric::{Matrix, Silent};

const ROWS: usize = 240;
const COLS: usize = 5;

fn matrix() -> Matrix {
    let (mut state, mut values) = (12_345u64, Vec::new());
    for row in 0..ROWS {
        for col in 0..COLS {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            let noise = ((state >> 12) % 1_000) as f64 / 100.0;
            values.push(noise + 4.0 * (((row % 4) >> (col % 2)) & 1) as f64);
        }
    }
    Matrix::new(values, ROWS, COLS).unwrap()
}

fn fit(data: &Matrix) -> kmeans::Fit {
    let params = kmeans::Params {
        clusters: 4,
        starts: 1,
        max_iterations: 300,
        tolerance: 0.0,
        seed: 0,
    };
    let centers = data.view().take(&[0, 1, 2, 3]).unwrap();
    params
        .check(ROWS)
        .unwrap()
        .fit_from(data.view(), centers.view(), &Silent)
        .unwrap()
}

#[track_caller]
fn close(actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        assert!(
            (actual - expected).abs() <= 1e-9 * expected.abs().max(1e-3),
            "{actual} instead of {expected}"
        );
    }
}

#[test]
fn kmeans_from_given_centers() {
    let data = matrix();
    close(
        &data.view().data()[..6],
        &[4.89, 8.1, 8.73, 9.77, 8.33, 11.26],
    );
    let fit = fit(&data);
    close(&[fit.inertia], &[8665.386973659653]);
    assert_eq!((fit.sizes, fit.converged), (vec![53, 56, 72, 59], true));
    // scikit-learn counts 14: it sees that no label changed only in the round after.
    assert_eq!(fit.iterations, 13);
    let first = [
        5.363962264150944,
        4.260754716981132,
        5.430943396226415,
        6.858679245283019,
        8.170566037735849,
    ];
    close(fit.centers.view().row(0), &first);
}

#[test]
fn weighted_kmeans_from_given_centers() {
    let data = matrix();
    let centers = data.view().take(&[0, 1, 2, 3]).unwrap();
    let weights: Vec<f64> = (0..ROWS).map(|row| (row % 3) as f64).collect();
    let params = kmeans::Params {
        clusters: 4,
        starts: 1,
        max_iterations: 300,
        tolerance: 0.0,
        seed: 0,
    };
    let ready = params.check(ROWS).unwrap();
    let fit = ready
        .fit_weighted_from(data.view(), &weights, centers.view(), &Silent)
        .unwrap();
    close(&[fit.inertia], &[8203.232381837004]);
    assert_eq!(fit.sizes, [54, 68, 67, 51]);
    let first = [
        5.3213793103448275,
        4.769827586206896,
        4.689655172413794,
        7.342758620689655,
        8.019827586206896,
    ];
    close(fit.centers.view().row(0), &first);
}

#[test]
fn scores() {
    let data = matrix();
    let labels = fit(&data).labels;
    let silhouette = score::silhouette(data.view(), &labels, &Silent).unwrap();
    let some = [
        silhouette.mean,
        silhouette.values[0],
        silhouette.values[100],
        silhouette.values[239],
    ];
    close(
        &some,
        &[
            0.15804678252290702,
            0.027809184139230853,
            0.14514300647229686,
            0.173597902428557,
        ],
    );
    let dispersion = score::dispersion(data.view(), &labels).unwrap();
    let some = [
        dispersion.inertia,
        dispersion.calinski_harabasz,
        dispersion.davies_bouldin,
    ];
    close(
        &some,
        &[8665.386973659653, 55.8654190292764, 1.7280231164033033],
    );
}

#[test]
fn agreement() {
    let labels = fit(&matrix()).labels;
    let check = |other: fn(usize) -> usize, expected: [f64; 3]| {
        let other: Vec<u32> = (0..ROWS).map(|row| other(row) as u32).collect();
        let score = score::agreement(&labels, &other).unwrap();
        close(
            &[
                score.adjusted_rand,
                score.normalised_mutual,
                score.adjusted_mutual,
            ],
            &expected,
        );
    };
    check(
        |row| row * row / 7 % 5,
        [
            -0.007883257618893854,
            0.00844172330529041,
            -0.009073540216680467,
        ],
    );
    check(
        |row| row % 4,
        [0.33184631691134703, 0.3628726679383035, 0.3539505144686148],
    );
}

#[test]
fn principal_axes() {
    let data = matrix();
    let map = Projection::fit(data.view());
    let [first, second] = map.axes();
    close(
        &[first.explained, second.explained],
        &[0.3612141430456405, 0.23012430722239863],
    );
    let expected = [
        0.5510117759698574,
        -0.1290223748749919,
        0.6722810384534155,
        -0.005102287078371761,
        0.4772330893040927,
    ];
    close(&first.loadings, &expected);
    let expected = [
        0.06928435700228655,
        0.7849338868478414,
        0.04039089508540927,
        0.6088936612211922,
        0.08182637760265188,
    ];
    close(&second.loadings, &expected);
}

#[test]
fn robust_scaling() {
    let data = matrix();
    let params = scale::Params {
        method: scale::Method::Robust,
        shapes: vec![scale::Shape::Linear; COLS],
        quantile_low: 0.0,
        quantile_high: 1.0,
    };
    let scaler = params.check(COLS).unwrap().fit(data.view()).unwrap();
    let centers: Vec<f64> = scaler
        .columns()
        .iter()
        .map(|column| column.center)
        .collect();
    close(&centers, &[7.52, 6.645, 6.64, 7.29, 7.145]);
    // Ours is in deviations of a normal distribution, scikit-learn's in interquartile ranges.
    let ranges: Vec<f64> = scaler
        .columns()
        .iter()
        .map(|column| column.spread * 1.3489795003921635)
        .collect();
    close(&ranges, &[4.6725, 4.9325, 5.8375, 5.0075, 4.8475]);
}
