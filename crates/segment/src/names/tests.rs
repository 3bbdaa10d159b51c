//! Tests of the names: facts become words, and no two segments that a fact tells apart share a name.

use super::*;
use crate::{Mix, Shape, features};

fn named(key: &str, label: &str) -> Feature {
    Feature {
        key: key.into(),
        label: label.into(),
        unit: String::new(),
        description: String::new(),
        how_computed: String::new(),
        shape: Shape::Plain,
        weight: 1.0,
    }
}

/// Names of segments with these effects, all significant but those of 0.
fn of(entity: Entity, features: &[Feature], effects: &[&[(&str, f64)]]) -> Vec<String> {
    let segments: Vec<Vec<Trait<'_>>> = effects
        .iter()
        .map(|facts| {
            let of = |key: &str| facts.iter().find(|(k, _)| *k == key);
            let each = features.iter().map(|feature| {
                let effect = of(&feature.key).map_or(0.0, |(_, effect)| *effect);
                Trait {
                    feature,
                    effect,
                    significant: effect != 0.0,
                }
            });
            each.collect()
        })
        .collect();
    names(entity, &segments)
}

fn check(effects: &[&[(&str, f64)]], expect: &[&str]) {
    let features = features(&Mix::default());
    assert_eq!(of(Entity::Customers, &features, effects), expect);
}

#[test]
fn facts_become_words() {
    check(
        &[&[("receipts", 1.2), ("spend", 1.4), ("basket", 0.9)]],
        &["Big-spending regulars"],
    );
    check(
        &[&[("recency_days", 1.1), ("basket", -0.6)]],
        &["Small-basket lapsed buyers"],
    );
    check(
        &[&[("receipts", -0.5), ("weekend_share", 2.0)]],
        &["Weekend recent buyers"],
    );
    check(&[&[]], &["Occasional buyers"]);
}

#[test]
fn segments_of_one_name_are_told_by_what_separates_them() {
    check(
        &[
            &[
                ("receipts", 1.0),
                ("spend", 1.5),
                ("breadth", 1.4),
                ("weekend_share", 0.3),
            ],
            &[
                ("receipts", 1.0),
                ("spend", 1.6),
                ("breadth", 1.3),
                ("weekend_share", -0.4),
            ],
        ],
        &[
            "Big-spending wide-range weekend regulars",
            "Big-spending wide-range weekday regulars",
        ],
    );
    // One of them has nothing to tell: the other's fact does.
    check(
        &[&[], &[("afternoon_share", 0.25)]],
        &["Occasional buyers", "Afternoon occasional buyers"],
    );
    // The strongest fact is the same for both, and tells nothing.
    check(
        &[
            &[
                ("spend", 0.9),
                ("breadth", 0.8),
                ("unit_price", 0.5),
                ("weekend_share", 0.45),
            ],
            &[("spend", 0.9), ("breadth", 0.8), ("unit_price", 0.5)],
        ],
        &[
            "Big-spending wide-range weekend occasional buyers",
            "Big-spending wide-range occasional buyers",
        ],
    );
}

#[test]
fn what_would_only_repeat_a_description_still_tells_two_apart() {
    check(
        &[
            &[("spend", 1.5), ("basket", 1.2)],
            &[("spend", 1.5), ("basket", -0.4)],
        ],
        &[
            "Big-spending big-basket occasional buyers",
            "Big-spending small-basket occasional buyers",
        ],
    );
}

#[test]
fn three_of_one_name_need_more_than_one_round() {
    let told = of(
        Entity::Customers,
        &features(&Mix::default()),
        &[
            &[("spend", 0.9), ("weekend_share", 0.3)],
            &[
                ("spend", 0.9),
                ("weekend_share", 0.3),
                ("afternoon_share", -0.3),
            ],
            &[("spend", 0.9)],
        ],
    );
    let mut distinct = told.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 3, "{told:?}");
    assert!(
        told.iter().all(|name| !name.ends_with(char::is_numeric)),
        "{told:?}"
    );
}

#[test]
fn facts_that_split_a_group_in_halves_tell_all_four_together() {
    let both = |weekend: f64, late: f64| {
        [
            ("spend", 0.9),
            ("weekend_share", weekend),
            ("afternoon_share", late),
        ]
    };
    let facts = [
        both(0.3, 0.3),
        both(0.3, -0.3),
        both(-0.3, 0.3),
        both(-0.3, -0.3),
    ];
    let effects: Vec<&[(&str, f64)]> = facts.iter().map(|facts| &facts[..]).collect();
    let told = of(Entity::Customers, &features(&Mix::default()), &effects);
    let mut distinct = told.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{told:?}");
    assert!(
        told.iter().all(|name| !name.ends_with(char::is_numeric)),
        "{told:?}"
    );
}

#[test]
fn numbers_are_left_for_those_that_nothing_tells_apart() {
    check(
        &[&[], &[], &[("weekend_share", 0.1)]],
        &[
            "Occasional buyers",
            "Occasional buyers 2",
            "Occasional buyers 3",
        ],
    );
}

#[test]
fn habits_name_what_is_chosen_and_claim_nothing_of_how_often() {
    let features = [
        named("attribute=pack=family", "pack=family"),
        named("attribute=organic=yes", "organic=yes"),
        named("category_2=Alcohol", "Alcohol"),
        named("category_2=others", "other values of category 2"),
        named("price_tier=premium", "premium"),
        named("price_tier=value", "value"),
        named("weekday=Saturday", "Saturday"),
        named("hour", "Hour of the day"),
    ];
    let told = of(
        Entity::Customers,
        &features,
        &[
            &[
                ("attribute=pack=family", 1.5),
                ("attribute=organic=yes", 1.2),
            ],
            &[
                ("category_2=others", 3.0),
                ("price_tier=premium", 1.1),
                ("hour", 0.9),
            ],
            &[("weekday=Saturday", 1.2), ("category_2=Alcohol", -0.8)],
            &[
                ("price_tier=premium", 1.9),
                ("price_tier=value", -1.5),
                ("hour", -0.6),
            ],
            &[],
        ],
    );
    let expected = [
        "Family-pack- and organic-loving customers",
        "Premium-tier late customers",
        "Saturday little-alcohol customers",
        "Premium-tier early customers",
        "Customers",
    ];
    assert_eq!(told, expected);
}

#[test]
fn stores_are_told_by_who_lives_there_under_the_names_of_the_segments() {
    let features = [
        named("residents=segment 2", "Organic-loving customers"),
        named("residents=segment 3", "Regulars"),
        named("urban_share", "Urban share"),
    ];
    let told = of(
        Entity::Stores,
        &features,
        &[&[
            ("residents=segment 2", 1.5),
            ("urban_share", -0.9),
            ("residents=segment 3", 0.3),
        ]],
    );
    assert_eq!(told, ["Rural stores with many organic-loving customers"]);
}

#[test]
fn what_products_are_bought_with_names_them() {
    let lean = |key: &str, label: &str| Feature {
        unit: crate::company::LEAN.into(),
        ..named(key, label)
    };
    let features = [
        lean("co_purchase=Dairy", "Bought with Dairy"),
        lean("co_purchase=Tools", "Bought with Tools"),
        lean("co_purchase=others", "Bought with others"),
        named("unit_price", "Price per unit"),
    ];
    let effects: &[&[(&str, f64)]] = &[
        &[
            ("co_purchase=Dairy", 1.4),
            ("co_purchase=Tools", 0.9),
            ("co_purchase=others", 2.0),
        ],
        &[
            ("co_purchase=Dairy", -2.0),
            ("co_purchase=Tools", 0.8),
            ("unit_price", 1.0),
        ],
        &[("co_purchase=Dairy", -2.0)],
    ];
    assert_eq!(
        of(Entity::Products, &features, effects),
        [
            "Products bought with dairy, tools",
            "Premium products bought with tools",
            "Typical products"
        ]
    );
}

#[test]
fn a_word_is_said_once_and_names_keep_their_capitals() {
    let kind = |key: &str, label: &str| Feature {
        unit: crate::columns::KIND.into(),
        ..named(key, label)
    };
    let features = [
        named("unit_price", "Price per unit"),
        kind("line=premium", "premium"),
        kind("brand=Weber Brot", "Weber Brot"),
    ];
    let effects: &[&[(&str, f64)]] = &[
        &[("unit_price", 2.0), ("line=premium", 1.5)],
        &[("brand=Weber Brot", 1.5)],
        &[],
    ];
    assert_eq!(
        of(Entity::Products, &features, effects),
        [
            "Premium products",
            "Weber Brot products",
            "Typical products"
        ]
    );
    assert_eq!(of(Entity::Stores, &features, &[&[]]), ["Typical stores"]);
    // A tier and a price say one thing, and a code for machines says nothing.
    let tiered = [
        named("unit_price", "Price per unit"),
        kind("price_tier=premium", "premium"),
        kind("attributes=rgb=#a1b2c3", "rgb #a1b2c3"),
        named("attribute=rgb=#a1b2c3", "rgb #a1b2c3"),
    ];
    let effects: &[&[(&str, f64)]] = &[
        &[
            ("attributes=rgb=#a1b2c3", 3.0),
            ("attribute=rgb=#a1b2c3", 3.0),
            ("price_tier=premium", 1.5),
            ("unit_price", 1.2),
        ],
        &[],
    ];
    assert_eq!(
        of(Entity::Products, &tiered, effects),
        ["Premium products", "Typical products"]
    );
    let share = [named("brand=Weber Brot", "Weber Brot")];
    let effects: &[&[(&str, f64)]] = &[&[("brand=Weber Brot", 1.2)]];
    assert_eq!(
        of(Entity::Stores, &share, effects),
        ["Weber Brot-strong stores"]
    );
    // A channel is a place and no size: little of it is not a "little shop".
    let channel = [named("channel=shop", "Shop"), named("channel=web", "Web")];
    let effects: &[&[(&str, f64)]] = &[&[("channel=shop", -1.2), ("channel=web", 1.3)]];
    let told = of(Entity::Customers, &channel, effects);
    assert!(!told[0].contains("little-"), "{told:?}");
}

#[test]
fn a_word_true_of_both_tells_nothing_apart() {
    // The second feature separates them by its size, yet would be the same word for both.
    let names = {
        let features = features(&Mix::default());
        of(
            Entity::Customers,
            &features,
            &[
                &[("spend", 0.9), ("breadth", 0.8), ("unit_price", 0.30)],
                &[
                    ("spend", 0.9),
                    ("breadth", 0.8),
                    ("unit_price", 0.55),
                    ("weekend_share", 0.25),
                ],
            ],
        )
    };
    assert!(
        names
            .iter()
            .all(|name| !name.contains("premium") && !name.contains("Premium")),
        "{names:?}"
    );
    assert!(names[1].to_lowercase().contains("weekend"), "{names:?}");
    assert!(names.iter().all(|name| !name.ends_with('2')), "{names:?}");
}
