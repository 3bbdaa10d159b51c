//! Tests on a shelf that two clusters choose from by different attributes.
#![allow(clippy::unwrap_used)]

use super::*;
use numeric::Silent;

/// Two clusters at one shelf of eight products: the first takes red ones, the second what is cheap.
fn facts() -> Facts {
    let mut facts = Facts {
        attributes: vec!["colour".into(), "material".into(), "kind".into()],
        groups: 2,
        ..Facts::default()
    };
    for product in 0..8u32 {
        let colour = if product % 2 == 0 { "red" } else { "blue" };
        let material = if product % 4 < 2 { "wood" } else { "steel" };
        facts.products.push(vec![
            Some(colour.into()),
            Some(material.into()),
            Some("mug".into()),
        ]);
        for shelf in 0..12 {
            let price = 2.0 + f64::from((product * 5 + shelf * 3) % 8);
            facts.offers.push((shelf, product, price));
        }
    }
    for at in 0..1200u32 {
        let (chooser, shelf) = (at % 60, at % 12);
        let group = chooser % 2;
        let likes = |product: u32| match group {
            0 => product.is_multiple_of(2),
            _ => (product * 5 + shelf * 3) % 8 < 3,
        };
        let all: Vec<u32> = (0..8)
            .filter(|product| likes(*product) != (at % 7 == 0))
            .collect();
        // Any of them, and no attribute decides which.
        let any = at.wrapping_mul(2_654_435_761) >> 13;
        let product = all[any as usize % all.len()];
        facts
            .choices
            .push((shelf, product, chooser, group, i64::from(at)));
    }
    facts
}

#[test]
fn what_moves_a_cluster_is_found_and_shares_add_up() {
    let report = find(&facts(), 1, &Silent).unwrap();
    assert_eq!((report.choices, report.customers), (1200, 60));
    let strongest = |group: Option<usize>| {
        let found = report.groups.iter().find(|one| one.group == group).unwrap();
        let sum: f64 = found
            .attributes
            .iter()
            .map(|one| one.share.unwrap().value)
            .sum();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
        found.attributes[0].attribute.clone()
    };
    assert_eq!(strongest(Some(0)), "colour");
    assert_eq!(strongest(Some(1)), PRICE);
    strongest(None);
    // The kind is the same of all, and tells nothing.
    let names = report.groups[0]
        .attributes
        .iter()
        .map(|one| one.attribute.as_str());
    assert!(
        !names.clone().any(|name| name == "kind"),
        "{:?}",
        names.collect::<Vec<_>>()
    );
    let first = report
        .groups
        .iter()
        .find(|one| one.group == Some(0))
        .unwrap();
    let red = &first.attributes[0].levels[0];
    assert_eq!(red.level, "red");
    assert!(
        red.observed > 1.5 * red.expected && red.utility.low > 0.0,
        "{red:?}"
    );
    let trial = report
        .trials
        .iter()
        .find(|one| one.group.is_none())
        .unwrap();
    assert!(
        trial.by_group.0 > trial.equal.0 && trial.over_popularity.low > 0.0,
        "{trial:?}"
    );
}

#[test]
fn the_same_facts_give_the_same_report_and_few_are_refused() {
    assert_eq!(
        find(&facts(), 1, &Silent).unwrap(),
        find(&facts(), 1, &Silent).unwrap()
    );
    let mut few = facts();
    few.choices.truncate(100);
    assert!(matches!(
        find(&few, 1, &Silent),
        Err(SegmentError::TooFew { got: 100, .. })
    ));
}
