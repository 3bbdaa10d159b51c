//! Trees of made-up shoppers who stay within an attribute.
#![allow(clippy::unwrap_used)]

use numeric::Silent;

use super::*;
use crate::test_data::{CATEGORIES, COLOUR, KIND, baskets, offer};

const PARAMS: Params = Params {
    depth_max: 4,
    products_min: 2,
    gain_min: 3.3,
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
                gain_min: f64::NAN,
                ..PARAMS
            },
            "gain_min",
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
