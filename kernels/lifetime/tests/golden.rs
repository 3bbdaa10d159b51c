//! Against scipy and the package `lifetimes`, on customers that numpy drew. The numbers come from `reference.py` beside this
//! file.
#![allow(clippy::unwrap_used)]

use lifetime::{Customer, Customers, Model, fit, forecast, log_integral, log_likelihood, spend};

const HORIZON: f64 = 20.0;

/// The lines of what was found elsewhere that begin with a word.
fn found(word: &str) -> Vec<Vec<f64>> {
    let lines = include_str!("golden/found.txt").lines();
    let of_word = lines.filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    let numbers = of_word.map(|line| line.split(' ').map(|cell| cell.parse().unwrap()).collect());
    let numbers: Vec<Vec<f64>> = numbers.collect();
    assert!(!numbers.is_empty(), "{word}");
    numbers
}

fn customers() -> (Customers, Vec<u32>, Vec<f64>) {
    let rows = include_str!("golden/customers.csv").lines().skip(1);
    let rows: Vec<Vec<f64>> = rows
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let repeats: Vec<u32> = column(0).iter().map(|value| *value as u32).collect();
    let customers = Customers::new(repeats.clone(), column(1), column(2)).unwrap();
    (customers, repeats, column(4))
}

fn four(of: &[f64]) -> [f64; 4] {
    of[..4].try_into().unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64) {
    assert!(
        (found / expected - 1.0).abs() < within,
        "{found} instead of {expected}"
    );
}

const MODELS: [(Model, &str); 2] = [(Model::BgNbd, "bg"), (Model::ParetoNbd, "pareto")];

#[test]
fn likelihoods_are_those_of_quadrature() {
    let (customers, ..) = customers();
    for (model, name) in MODELS {
        for line in found(&format!("{name}_at")) {
            near(
                log_likelihood(model, &four(&line), &customers).0,
                line[4],
                1e-11,
            );
        }
    }
}

#[test]
fn the_integral_is_the_difference_of_hypergeometric_functions() {
    for line in found("pareto_rows") {
        let row = Customer {
            repeats: line[4] as u32,
            recency: line[5],
            age: line[6],
        };
        let one = Customers::new(vec![row.repeats], vec![row.recency], vec![row.age]).unwrap();
        let own = log_likelihood(Model::ParetoNbd, &four(&line), &one).0;
        near(own, line[7], 1e-12);
        near(own, line[8], 1e-12);
        assert!(log_integral(&four(&line), &row).is_finite());
    }
}

#[test]
fn fits_are_those_of_other_searches() {
    let (customers, repeats, means) = customers();
    for (model, name) in MODELS {
        let own = fit(model, &customers).unwrap();
        let simplex = &found(name)[0];
        near(own.log_likelihood, simplex[4], 1e-10);
        assert!(own.log_likelihood >= simplex[4] - 1e-8, "{own:?}");
        for (value, expected) in own.parameters.iter().zip(simplex) {
            near(*value, *expected, 2e-4);
        }
        for (value, expected) in own
            .parameters
            .iter()
            .zip(&found(&format!("{name}_lifetimes_fitted"))[0])
        {
            near(*value, *expected, 2e-4);
        }
    }
    let own = spend::fit(&repeats, &means).unwrap();
    near(own.log_likelihood, found("spend")[0][3], 1e-10);
    for (value, expected) in own.parameters.iter().zip(&found("spend")[0]) {
        near(*value, *expected, 1e-5);
    }
}

#[test]
fn forecasts_are_those_of_lifetimes() {
    let (customers, repeats, means) = customers();
    let asked = forecast::Params {
        horizon: HORIZON,
        discount: 0.0,
        level: 0.8,
    }
    .check()
    .unwrap();
    for (model, name) in MODELS {
        let parameters = four(&found(name)[0]);
        let told = asked.run(model, &parameters, &customers).unwrap();
        let of = |what: &str| found(&format!("{name}_lifetimes_{what}")).remove(0);
        for ((row, alive), orders) in of("rows").into_iter().zip(of("alive")).zip(of("orders")) {
            near(told[row as usize].alive, alive, 1e-9);
            near(told[row as usize].orders, orders, 1e-9);
        }
    }
    let parameters: [f64; 3] = found("spend")[0][..3].try_into().unwrap();
    let rows = found("spend_lifetimes_rows").remove(0);
    for (row, expected) in rows
        .into_iter()
        .zip(found("spend_lifetimes_expected").remove(0))
    {
        let row = row as usize;
        near(
            spend::expected(&parameters, repeats[row], means[row]),
            expected,
            1e-12,
        );
    }
}
