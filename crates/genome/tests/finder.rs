//! What holds of a finder whatever the catalogue and the answers: nothing asked twice or unasked, the order of answers
//! without effect, sums exact, what was announced comes true, gains equal to those summed product by product.
#![allow(clippy::unwrap_used)]

use genome::Spec;
use genome::finder::{
    Answer, Cause, Choice, DEFAULT, Finder, Found, Index, IndexBuilder, Next, Question, Settings,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Per product, per attribute: values with how sure they are.
type Made = Vec<Vec<Vec<(u8, f64)>>>;

const ATTRIBUTES: [&str; 5] = ["color", "size", "dietary", "style", "brand"];

/// The third attribute has values that need consent.
fn value(attribute: usize, number: u8) -> String {
    match (attribute, number) {
        (2, 0) => "gluten-free".into(),
        (2, 1) => "kosher".into(),
        _ => format!("v{number}"),
    }
}

fn sure() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => Just(1.0),
        3 => 0.0..=1.0_f64,
        1 => prop_oneof![Just(f64::NAN), Just(-1.0), Just(f64::INFINITY)],
    ]
}

fn made() -> impl Strategy<Value = Made> {
    let values = prop::collection::vec((0..6_u8, sure()), 0..3);
    let product = prop::collection::vec(values, ATTRIBUTES.len());
    prop::collection::vec(product, 0..30)
}

fn choice() -> impl Strategy<Value = (usize, u8, Vec<u8>)> {
    (
        0..ATTRIBUTES.len(),
        0..5_u8,
        prop::collection::vec(0..8_u8, 1..3),
    )
}

fn index(made: &Made) -> Index {
    let mut builder = IndexBuilder::new();
    for product in made {
        let mut traits = Vec::new();
        for (attribute, values) in product.iter().enumerate() {
            traits.extend(
                values
                    .iter()
                    .map(|(number, sure)| (attribute, value(attribute, *number), *sure)),
            );
        }
        let traits: Vec<(&str, &str, f64)> = traits
            .iter()
            .map(|(attribute, value, sure)| (ATTRIBUTES[*attribute], value.as_str(), *sure))
            .collect();
        builder.add(&traits);
    }
    builder.finish(&Spec::parse(genome::spec::DEFAULT).unwrap())
}

/// Answers about attributes that the index has, and consented to where asked for.
fn answers(index: &Index, chosen: &[(usize, u8, Vec<u8>)], consented: bool) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (attribute, kind, values) in chosen {
        let name = ATTRIBUTES[*attribute];
        if !index.coverage().any(|(one, _)| one == name) {
            continue;
        }
        let values: Vec<String> = values
            .iter()
            .map(|number| value(*attribute, *number))
            .collect();
        let sensitive = values
            .iter()
            .any(|one| one == "gluten-free" || one == "kosher");
        if sensitive && !consented {
            continue;
        }
        let choice = match kind {
            0 | 1 => Choice::AnyOf(values),
            2 => Choice::NoneOf(values),
            3 => Choice::OtherThan(values),
            _ => Choice::DontMind,
        };
        answers.push(Answer {
            attribute: name.into(),
            choice,
        });
    }
    answers
}

fn settings(few: u32) -> Settings {
    let mut settings = Settings::parse(DEFAULT).unwrap();
    settings.asking.few = few;
    settings.asking.least_gain = 0.0;
    settings.asking.offers_max = 3;
    settings
}

/// Every line, as it is shown.
fn lines_add_up(found: &Found, answers: &[Answer]) {
    let said: BTreeSet<&Answer> = answers
        .iter()
        .filter(|one| !one.choice.values().is_empty())
        .collect();
    let mut last = i64::MAX;
    for one in &found.products {
        let sum: i64 = one.lines.iter().map(|line| line.points).sum();
        assert_eq!(sum, one.score);
        assert!(one.score <= last);
        last = one.score;
        assert!(one.lines.len() <= said.len() + 1);
        let prior = one
            .lines
            .iter()
            .filter(|line| line.cause == Cause::Prior)
            .count();
        assert_eq!(prior, 1);
    }
}

/// A question as it may be put.
fn is_sound(question: &Question, answers: &[Answer], consented: bool) {
    assert!(
        answers
            .iter()
            .all(|one| one.attribute != question.attribute)
    );
    assert!(
        question.gain >= 0 && question.gain < 64_000,
        "{}",
        question.gain
    );
    assert!(question.after <= question.now);
    let offers = question.offers.iter().chain(&question.something_else);
    let mut chance = 0;
    for offer in offers {
        assert!(offer.remain <= question.now);
        assert!(offer.benefit >= 0 && offer.chance >= 0);
        chance += offer.chance;
        let sensitive = |one: &String| one == "gluten-free" || one == "kosher";
        assert!(consented || !offer.choice.values().iter().any(sensitive));
    }
    assert!((995..=1_005).contains(&chance), "{chance}");
}

proptest! {
    #[test]
    fn a_session_asks_each_attribute_once_and_what_it_announces_comes_true(
        made in made(), picks in prop::collection::vec(0..5_usize, 6), consented: bool,
        prior in prop::collection::vec(prop_oneof![0.0..100.0_f64, Just(f64::NAN), Just(1e308)], 30),
    ) {
        let (index, settings) = (index(&made), settings(1));
        let topics: &[&str] = if consented { &["health", "religion or belief"] } else { &[] };
        let consents = index.consents(topics.iter().copied());
        let prior = &prior[..made.len()];
        let finder = Finder::new(&index, &settings, consents, Some(prior)).unwrap();
        let mut answers: Vec<Answer> = Vec::new();
        for pick in picks {
            let Next::Ask(question) = finder.next(&answers, "en").unwrap() else { break };
            is_sound(&question, &answers, consented);
            for offer in question.offers.iter().chain(&question.something_else) {
                let answer = Answer { attribute: question.attribute.clone(), choice: offer.choice.clone() };
                let told = [answers.clone(), vec![answer]].concat();
                prop_assert_eq!(finder.find(&told, 3).unwrap().remain, offer.remain);
            }
            let offers: Vec<_> = question.offers.iter().chain(&question.something_else).collect();
            let choice = offers.get(pick).map_or(Choice::Skipped, |offer| offer.choice.clone());
            answers.push(Answer { attribute: question.attribute, choice });
        }
        prop_assert!(answers.len() <= ATTRIBUTES.len());
        let found = finder.find(&answers, made.len()).unwrap();
        lines_add_up(&found, &answers);
        prop_assert_eq!(found.products.len(), made.len());
        let mut remain = made.len();
        for benefit in finder.benefits(&answers, 3, "en").unwrap() {
            prop_assert_eq!(benefit.remain + benefit.left_out, remain);
            prop_assert_eq!(benefit.entered.len(), benefit.left.len());
            remain = benefit.remain;
        }
    }

    #[test]
    fn the_order_of_answers_and_repeating_them_changes_nothing(
        made in made(), chosen in prop::collection::vec(choice(), 0..6), seed: u64,
    ) {
        let (index, settings) = (index(&made), settings(1));
        let consents = index.consents(["health", "religion or belief"]);
        let finder = Finder::new(&index, &settings, consents, None).unwrap();
        let answers = answers(&index, &chosen, true);
        let mut turned = answers.clone();
        if !turned.is_empty() {
            let by = (seed % turned.len() as u64) as usize;
            turned.rotate_left(by);
            turned.reverse();
            turned.push(turned[0].clone());
        }
        let found = finder.find(&answers, 10).unwrap();
        lines_add_up(&found, &answers);
        prop_assert_eq!(&found, &finder.find(&turned, 10).unwrap());
        prop_assert_eq!(finder.next(&answers, "en").unwrap(), finder.next(&turned, "en").unwrap());
        // Of a longer list the shorter is the beginning.
        let all = finder.find(&answers, usize::MAX).unwrap();
        prop_assert_eq!(&all.products[..found.products.len()], &found.products[..]);
    }

    #[test]
    fn a_gain_is_the_mutual_information_of_answer_and_product(
        made in prop::collection::vec(prop::collection::vec(prop::option::of(0..6_u8), 2), 1..40),
        wrong in 0.001..0.5_f64,
    ) {
        // One sure value or none, so that the channel from product to answer can be written down.
        let rich: Made = made
            .iter()
            .map(|row| row.iter().map(|one| one.iter().map(|number| (*number, 1.0)).collect()).collect())
            .collect();
        let index = index(&rich);
        let mut settings = settings(1);
        settings.asking.wrong_answers = wrong;
        settings.asking.offers_max = 10;
        let finder = Finder::new(&index, &settings, Default::default(), None).unwrap();
        let by_hand = |attribute: usize| {
            let mut column: Vec<Option<u8>> = made.iter().map(|row| row[attribute]).collect();
            let values: BTreeSet<u8> = column.iter().flatten().copied().collect();
            if values.len() == 1 {
                // A product without the one value says no.
                column.iter_mut().for_each(|one| *one = one.or(Some(99)));
            }
            let known: Vec<u8> = column.iter().flatten().copied().collect();
            let values: BTreeSet<u8> = known.iter().copied().collect();
            let mut bits = 0.0;
            for value in values {
                let same = known.iter().filter(|one| **one == value).count();
                let share = same as f64 / known.len() as f64;
                for own in &column {
                    let says = match own {
                        None => share,
                        Some(own) => f64::from(*own == value) * (1.0 - wrong) + wrong * share,
                    };
                    bits += says / column.len() as f64 * (says / share).log2();
                }
            }
            bits
        };
        let best = by_hand(0).max(by_hand(1));
        match finder.next(&[], "en").unwrap() {
            Next::Ask(question) => prop_assert!((question.gain as f64 / 1e3 - best).abs() < 6e-4),
            Next::End { .. } => prop_assert!(best < 1e-9 || made.len() < 2),
        }
    }
}
