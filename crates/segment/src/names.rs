//! Names in plain words from the facts of a segment: "Big-spending regulars", "Lapsed small-basket buyers".
//! It must not look at members, only at the facts; a person may rename any segment afterwards.

use crate::company::{LEAN, WITH};
use crate::{Entity, Feature, Shape};

/// One feature of one segment against all members, as far as naming needs it.
#[derive(Debug, Clone, Copy)]
pub struct Trait<'a> {
    /// The feature.
    pub feature: &'a Feature,
    /// Difference to all members in standard deviations.
    pub effect: f64,
    /// Whether it is more than noise.
    pub significant: bool,
}

/// A difference smaller than this is not worth a word.
const LEAST_EFFECT: f64 = 0.4;

/// Clusters of a few shops or products are too small for a test to say much: a difference as large as this names them
/// all the same (Cohen 1988 calls .8 large).
const LARGE_EFFECT: f64 = 0.8;

/// Words for a feature that is low or high: (key, low, high).
const WORDS: &[(&str, &str, &str)] = &[
    ("spend", "small-budget", "big-spending"),
    ("basket", "small-basket", "big-basket"),
    ("breadth", "narrow-range", "wide-range"),
    ("unit_price", "low-price", "premium"),
    ("return_share", "seldom-returning", "often-returning"),
    ("weekend_share", "weekday", "weekend"),
    ("afternoon_share", "morning", "afternoon"),
    ("promotion_share", "full-price", "promotion-driven"),
    ("weekly_sales", "small", "large"),
    ("weekly_receipts", "quiet", "busy"),
    ("urban_share", "rural", "urban"),
    ("median_income_index", "low-income", "affluent"),
    ("households_with_children_share", "few-children", "family"),
    ("catchment_households", "small-catchment", "large-catchment"),
    ("area_m2", "compact", "spacious"),
    ("competitor_distance_km", "contested", "remote"),
    ("km_north", "southern", "northern"),
    ("km_east", "western", "eastern"),
    ("shops", "few-shops", "everywhere"),
    ("age", "younger", "older"),
    ("household_size", "small-household", "large-household"),
];

/// Names for all segments of a run, each different from the others, in the order given.
pub fn names(of: Entity, segments: &[Vec<Trait<'_>>]) -> Vec<String> {
    let mut given: Vec<String> = Vec::new();
    for traits in segments {
        let noun = match of {
            Entity::Customers => noun(traits),
            Entity::Stores | Entity::Products => of.word(),
        };
        let words = adjectives(of, traits);
        // Two words describe; a third only where two segments would be called the same.
        let tries = [2, 1, 3, 4].map(|count| compose(&words, count, noun));
        let free = tries.into_iter().find(|name| !given.contains(name));
        let name = free.unwrap_or_else(|| numbered(&compose(&words, 2, noun), &given));
        given.push(name);
    }
    given
}

fn effect(traits: &[Trait<'_>], key: &str) -> f64 {
    traits
        .iter()
        .find(|t| t.significant && t.feature.key == key)
        .map_or(0.0, |t| t.effect)
}

/// What the members are, by how often and how recently they buy.
fn noun(traits: &[Trait<'_>]) -> &'static str {
    let (often, ago) = (effect(traits, "receipts"), effect(traits, "recency_days"));
    if often >= LEAST_EFFECT {
        "regulars"
    } else if ago >= LEAST_EFFECT {
        "lapsed buyers"
    } else if often <= -LEAST_EFFECT / 2.0 && ago <= 0.0 {
        "recent buyers"
    } else {
        "occasional buyers"
    }
}

/// Words for what sets the segment apart, strongest first.
fn adjectives(of: Entity, traits: &[Trait<'_>]) -> Vec<String> {
    let mut ranked: Vec<&Trait<'_>> = traits
        .iter()
        .filter(|t| {
            let large = of != Entity::Customers && t.effect.abs() >= LARGE_EFFECT;
            (t.significant || large) && t.effect.abs() >= LEAST_EFFECT
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.effect
            .abs()
            .total_cmp(&a.effect.abs())
            .then(a.feature.key.cmp(&b.feature.key))
    });
    let mut words: Vec<String> = Vec::new();
    for t in ranked {
        let word = match WORDS.iter().find(|(key, ..)| *key == t.feature.key) {
            Some((_, low, high)) => (if t.effect < 0.0 { *low } else { *high }).to_string(),
            None if t.feature.unit == LEAN && t.effect <= 0.0 => continue,
            None if t.feature.unit == LEAN && is_part(t.feature) => t.feature.label.to_lowercase(),
            None if is_part(t.feature) && t.effect > 0.0 => {
                match t.feature.unit == crate::columns::KIND {
                    true => t.feature.label.to_lowercase(),
                    false => format!("{}-{}", t.feature.label.to_lowercase(), of_mix(of)),
                }
            }
            None => continue,
        };
        // Money words say the same thing twice: the strongest stands.
        let money =
            |w: &str| w.ends_with("-spending") || w.ends_with("-budget") || w.ends_with("-basket");
        if !(money(&word) && words.iter().any(|w| money(w))) {
            words.push(word);
        }
    }
    words
}

/// Whether a feature is a share of a mix that names something; what is left over names nothing.
fn is_part(feature: &Feature) -> bool {
    let mix = feature.key.starts_with("mix_") || matches!(feature.shape, Shape::Part(_));
    mix && !["others", "Bought with others"].contains(&feature.label.as_str())
}

/// What members are whose share of something is high.
fn of_mix(of: Entity) -> &'static str {
    match of {
        Entity::Customers => "loving",
        Entity::Stores => "strong",
        Entity::Products => "heavy",
    }
}

fn compose(words: &[String], count: usize, noun: &str) -> String {
    // What members are comes before the noun; what they are bought with, after it.
    let with = WITH.to_lowercase();
    let taken = words.iter().take(count);
    let (company, plain): (Vec<&str>, Vec<&str>) = taken
        .map(String::as_str)
        .partition(|word| word.starts_with(&with));
    let mut name = plain.join(" ");
    if !name.is_empty() {
        name.push(' ');
    }
    name.push_str(noun);
    if !company.is_empty() {
        let each = company.iter().map(|word| &word[with.len()..]);
        name = format!("{name} {with}{}", each.collect::<Vec<_>>().join(", "));
    }
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn numbered(name: &str, given: &[String]) -> String {
    let mut number = 2;
    loop {
        let tried = format!("{name} {number}");
        if !given.contains(&tried) {
            return tried;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mix, features};

    fn check(effects: &[&[(&str, f64)]], expect: &[&str]) {
        let features = features(&Mix::default());
        let segments: Vec<Vec<Trait<'_>>> = effects
            .iter()
            .map(|facts| {
                let of = |key: &str| {
                    facts
                        .iter()
                        .find(|(k, _)| *k == key)
                        .map_or(0.0, |(_, effect)| *effect)
                };
                let each = features.iter().map(|feature| {
                    let effect = of(&feature.key);
                    Trait {
                        feature,
                        effect,
                        significant: effect != 0.0,
                    }
                });
                each.collect()
            })
            .collect();
        assert_eq!(names(Entity::Customers, &segments), expect);
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
    fn what_products_are_bought_with_names_them() {
        let feature = |key: &str, label: &str, unit: &str| Feature {
            key: key.into(),
            label: label.into(),
            unit: unit.into(),
            description: String::new(),
            how_computed: String::new(),
            shape: Shape::Part(0),
            weight: 1.0,
        };
        let all = [
            feature("co_purchase=Dairy", "Bought with Dairy", LEAN),
            feature("co_purchase=Tools", "Bought with Tools", LEAN),
            feature("co_purchase=others", "Bought with others", LEAN),
            feature("unit_price", "Price per unit", "money"),
        ];
        let traits = |effects: [f64; 4]| -> Vec<Trait<'_>> {
            let each = all.iter().zip(effects);
            each.map(|(feature, effect)| Trait {
                feature,
                effect,
                significant: true,
            })
            .collect()
        };
        let segments = [
            traits([1.4, 0.9, 2.0, 0.0]),
            traits([-2.0, 0.8, 0.0, 1.0]),
            traits([-2.0, 0.0, 0.0, 0.0]),
        ];
        assert_eq!(
            names(Entity::Products, &segments),
            [
                "Products bought with dairy, tools",
                "Premium products bought with tools",
                "Products"
            ]
        );
    }

    #[test]
    fn no_two_segments_share_a_name() {
        check(
            &[&[], &[], &[]],
            &[
                "Occasional buyers",
                "Occasional buyers 2",
                "Occasional buyers 3",
            ],
        );
    }
}
