//! Factors against their normal equations, on blocks that are known, and on any number of threads.

use numeric::Silent;

use super::*;
use crate::test_data::{blocks, on_threads};

fn params() -> Params {
    Params {
        factors: 8,
        rounds: 12,
        unobserved: 0.1,
        regularisation: 0.01,
        frequency: 0.5,
        steps: 3,
        seed: 3,
    }
}

#[test]
fn a_placed_history_solves_its_normal_equations() {
    let train = blocks(7);
    let model = Factors::fit(&train, params(), &Silent).expect("legal");
    let history = train.row(5);
    let placed = model.place(&[history]);
    let size = params().factors;
    let ridge = params().ridge(history.len(), train.cols());
    for k in 0..size {
        let mut left = -ridge * placed[k];
        for other in model.items.chunks_exact(size) {
            let score: f32 = other.iter().zip(&placed).map(|(a, b)| a * b).sum();
            left -= params().unobserved * score * other[k];
        }
        for (item, weight) in history.pairs() {
            let other = &model.items[item * size..(item + 1) * size];
            let score: f32 = other.iter().zip(&placed).map(|(a, b)| a * b).sum();
            left += weight * (1.0 - score) * other[k];
        }
        assert!(left.abs() < 1e-3, "{left} at {k}");
    }
}

#[test]
fn rounds_lower_the_loss_and_find_the_blocks() {
    let train = blocks(7);
    let model = Factors::fit(&train, params(), &Silent).expect("legal");
    // Customers 0, 4, 8 … take of the items 0, 4, 8 …
    for customer in 0..8 {
        let best = model.top(train.row(customer), &[], 3);
        assert!(
            best.iter()
                .all(|best| best.item as usize % 4 == customer % 4),
            "{best:?}"
        );
    }
}

#[test]
fn a_scan_is_the_list_of_all_scores() {
    let train = blocks(7);
    let model = Factors::fit(&train, params(), &Silent).expect("legal");
    let history = train.row(1);
    let placed = model.place(&[history]);
    assert_eq!(
        model.scan(&placed, history.items, 9),
        model.top(history, &[], 9)
    );
}

#[test]
fn the_same_on_any_number_of_threads() {
    let train = blocks(9);
    let fit = || Factors::fit(&train, params(), &Silent).expect("legal");
    on_threads(fit);
}

#[test]
fn nothing_and_nonsense_are_refused() {
    let none = Sparse::from_lists(3, &[vec![]]).expect("legal");
    let cause = Factors::fit(&none, params(), &Silent);
    assert_eq!(cause, Err(Error::Empty { field: "train" }));
    let below = Sparse::from_triples(1, 1, &[(0, 0, -1.0)]).expect("legal");
    assert!(matches!(
        Factors::fit(&below, params(), &Silent),
        Err(Error::Value { .. })
    ));
    let params = Params {
        unobserved: 0.0,
        ..params()
    };
    assert!(matches!(
        Factors::fit(&blocks(1), params, &Silent),
        Err(Error::Parameter { .. })
    ));
}
