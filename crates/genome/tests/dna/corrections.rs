//! Corrections by people over what is extracted, run after run.

use super::{GENERAL, product, values};
use genome::dna::{Act, Attribute, Correction, Found, Product, Scope, Source, correct};

fn correction(id: &str, scope: Scope, act: Act) -> Correction {
    Correction {
        id: id.into(),
        scope,
        act,
        by: "ann".into(),
        why: "looked at the thing".into(),
        at: "2026-11-30".into(),
    }
}

fn of(code: &str) -> Scope {
    Scope::Product(code.into())
}

fn rule(words: &str) -> Scope {
    Scope::Rule {
        words: Some(words.into()),
        having: None,
    }
}

fn products() -> Vec<Product> {
    vec![
        product("A", "RED RETROSPOT MUG"),
        product("B", "RED RETROSPOT BOWLS"),
        product("C", "BLUE PLATE"),
    ]
}

fn run(corrections: &[Correction]) -> (Vec<Vec<Found>>, genome::dna::Corrected) {
    let products = products();
    let mut found = GENERAL.extract_all(&products);
    let told = correct(&products, corrections, &mut found);
    (found, told)
}

#[test]
fn they_set_add_and_forbid_and_survive_another_run() {
    let corrections = [
        correction(
            "1",
            of("A"),
            Act::Set(Attribute::Colour, vec!["cream".into()]),
        ),
        correction(
            "2",
            rule("retrospot"),
            Act::Add(Attribute::Style, "retro".into()),
        ),
        correction("3", rule("blue plate"), Act::Forbid(Attribute::Kind, None)),
    ];
    let (found, told) = run(&corrections);
    assert_eq!(values(&found[0], Attribute::Colour), ["cream"]);
    assert_eq!(values(&found[0], Attribute::Style), ["retro"]);
    assert_eq!(values(&found[1], Attribute::Style), ["retro"]);
    assert_eq!(values(&found[1], Attribute::Colour), ["red"]);
    assert!(values(&found[2], Attribute::Kind).is_empty());
    let style = found[1]
        .iter()
        .find(|one| one.attribute == Attribute::Style)
        .unwrap();
    assert_eq!(style.source, Source::Person);
    assert_eq!(style.evidence[0].entry, "2 by ann at 2026-11-30");
    assert!(told.conflicts.is_empty() && told.idle.is_empty());
    assert_eq!(run(&corrections).0, found, "another run gives the same");
}

#[test]
fn applying_them_twice_changes_nothing() {
    let corrections = [
        correction(
            "1",
            of("A"),
            Act::Set(Attribute::Colour, vec!["cream".into()]),
        ),
        correction(
            "2",
            rule("retrospot"),
            Act::Add(Attribute::Style, "retro".into()),
        ),
    ];
    let (mut found, _) = run(&corrections);
    let once = found.clone();
    correct(&products(), &corrections, &mut found);
    assert_eq!(found, once);
}

#[test]
fn the_product_s_own_correction_goes_over_a_rule() {
    let corrections = [
        correction(
            "own",
            of("A"),
            Act::Set(Attribute::Colour, vec!["cream".into()]),
        ),
        correction(
            "rule",
            rule("red"),
            Act::Set(Attribute::Colour, vec!["orange".into()]),
        ),
    ];
    let (found, told) = run(&corrections);
    assert_eq!(values(&found[0], Attribute::Colour), ["cream"]);
    assert_eq!(values(&found[1], Attribute::Colour), ["orange"]);
    assert!(told.conflicts.is_empty());
}

#[test]
fn two_that_cannot_both_hold_are_listed_and_the_later_one_holds() {
    let corrections = [
        correction("1", of("A"), Act::Add(Attribute::Style, "retro".into())),
        correction(
            "2",
            of("A"),
            Act::Forbid(Attribute::Style, Some("retro".into())),
        ),
        correction("3", of("B"), Act::Add(Attribute::Brand, "acme".into())),
        correction("4", of("B"), Act::Add(Attribute::Brand, "other".into())),
    ];
    let (found, told) = run(&corrections);
    assert!(values(&found[0], Attribute::Style).is_empty());
    assert_eq!(values(&found[1], Attribute::Brand), ["other"]);
    let pairs: Vec<(&str, &str)> = told
        .conflicts
        .iter()
        .map(|one| (one.holds.as_str(), one.yields.as_str()))
        .collect();
    assert_eq!(pairs, [("2", "1"), ("4", "3")]);
}

#[test]
fn what_meets_no_product_is_told() {
    let nothing = Scope::Rule {
        words: None,
        having: None,
    };
    let having = Scope::Rule {
        words: None,
        having: Some((Attribute::Kind, "plate".into())),
    };
    let corrections = [
        correction("gone", of("Z"), Act::Forbid(Attribute::Kind, None)),
        correction("all", nothing, Act::Forbid(Attribute::Kind, None)),
        correction(
            "plates",
            having,
            Act::Add(Attribute::Material, "porcelain".into()),
        ),
    ];
    let (found, told) = run(&corrections);
    assert_eq!(told.idle, ["gone", "all"]);
    assert_eq!(values(&found[2], Attribute::Material), ["porcelain"]);
    assert_eq!(
        values(&found[0], Attribute::Kind),
        ["mug"],
        "a rule without a condition is about nothing"
    );
}
