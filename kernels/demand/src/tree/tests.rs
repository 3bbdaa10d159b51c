//! Trees of made-up shoppers who stay within an attribute.
#![allow(clippy::unwrap_used)]

use numeric::Silent;

use super::*;
use crate::baskets::{Lines, Sizes};
use crate::offer::Span;
use crate::test_data::{CATEGORIES, COLOUR, KIND, baskets, offer};

const PARAMS: Params = Params {
    depth_max: 4,
    products_min: 2,
    chance: 0.01,
    resamples: 20,
    seed: 1,
};

fn trees(visits: u32) -> Vec<Tree> {
    let (baskets, offer) = (baskets(visits, 3), offer());
    let input = Input {
        baskets: &baskets,
        offer: &offer,
        categories: &CATEGORIES,
        attributes: &[&COLOUR, &KIND],
    };
    PARAMS.check().unwrap().fit(input, &Silent).unwrap()
}

#[test]
fn splits_where_customers_do_not_switch() {
    let trees = trees(10_000);
    let root = &trees[0].nodes[0];
    assert_eq!((trees[0].category, root.products.len()), (3, 6));
    let split = root.split.as_ref().unwrap();
    assert_eq!(split.attribute, 1);
    assert!(split.within > 1.3 && split.between < 0.7, "{split:?}");
    assert_eq!(split.stability, Some(1.0));
    let branches: Vec<&Node> = split
        .branches
        .iter()
        .map(|&at| &trees[0].nodes[at])
        .collect();
    assert_eq!(
        (branches[0].level, &branches[0].products),
        (Some(0), &vec![0, 2, 4])
    );
    assert_eq!(
        (branches[1].level, &branches[1].products),
        (Some(1), &vec![1, 3, 5])
    );
    // Within a kind colour does not matter.
    assert!(
        branches.iter().all(|branch| branch.split.is_none()),
        "{trees:?}"
    );
    assert_eq!(trees[1].nodes.len(), 1);
}

/// Shoppers who take any of twelve products each time, whatever they took before.
fn without_liking(seed: u64) -> (Baskets, Offer) {
    let sizes = Sizes {
        products: 12,
        stores: 1,
        periods: 100,
    };
    let mut random = Random::new(seed);
    let visits: Vec<u32> = (0..3_000).collect();
    let bought: Vec<u32> = visits.iter().map(|_| random.below(12) as u32).collect();
    let customers: Vec<u32> = visits.iter().map(|_| random.below(300) as u32).collect();
    let periods: Vec<u32> = visits.iter().map(|visit| visit / 30).collect();
    let lines = Lines {
        baskets: &visits,
        products: &bought,
        customers: &customers,
        stores: &vec![0; visits.len()],
        periods: &periods,
    };
    let spans: Vec<Span> = (0..12)
        .map(|product| Span {
            product,
            store: 0,
            from: 0,
            until: 100,
        })
        .collect();
    (
        lines.check(sizes).unwrap(),
        Offer::new(&spans, sizes).unwrap(),
    )
}

#[test]
fn the_best_of_many_attributes_without_a_part_is_not_taken_for_one() {
    let mut random = Random::new(8);
    let mut by_luck = 0;
    for seed in 0..60 {
        let (baskets, offer) = without_liking(seed);
        let mut made = || (0..12).map(|_| random.below(2) as u32).collect();
        let made: Vec<Vec<u32>> = (0..40).map(|_| made()).collect();
        let attributes: Vec<&[u32]> = made.iter().map(Vec::as_slice).collect();
        let input = Input {
            baskets: &baskets,
            offer: &offer,
            categories: &[0; 12],
            attributes: &attributes,
        };
        let params = Params {
            depth_max: 1,
            resamples: 0,
            ..PARAMS
        };
        let trees = params.check().unwrap().fit(input, &Silent).unwrap();
        by_luck += usize::from(trees[0].nodes.len() > 1);
    }
    assert!(by_luck <= 2, "{by_luck} of 60");
}

#[test]
fn a_gain_must_be_greater_the_more_attributes_are_tried() {
    // Chi-square's points of one degree of freedom, halved: 6.635 at 99 %, 13.07 at 1 - .01 / 33.
    assert!((gain_beyond(0.01, 1) - 6.635 / 2.0).abs() < 1e-3);
    assert!((gain_beyond(0.01, 33) - 13.07 / 2.0).abs() < 0.02);
}

#[test]
fn nothing_seen_nothing_split() {
    let trees = trees(0);
    assert!(
        trees
            .iter()
            .all(|tree| tree.nodes.len() == 1 && tree.switches == 0.0)
    );
}

#[test]
fn refuses_bad_parameters() {
    for (params, name) in [
        (
            Params {
                depth_max: 0,
                ..PARAMS
            },
            "depth_max",
        ),
        (
            Params {
                products_min: 1,
                ..PARAMS
            },
            "products_min",
        ),
        (
            Params {
                chance: 0.0,
                ..PARAMS
            },
            "chance",
        ),
        (
            Params {
                resamples: 10_001,
                ..PARAMS
            },
            "resamples",
        ),
    ] {
        assert!(params.check().unwrap_err().to_string().starts_with(name));
    }
}
