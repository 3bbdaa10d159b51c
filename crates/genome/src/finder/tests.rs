//! The finder by hand: gains, stops, gates, words and declared genes on catalogues of a few products.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Act, ActKind, Clocks, Frame, GenomeError, Spec, evidence, spec};

fn spec() -> Spec {
    Spec::parse(spec::DEFAULT).unwrap()
}

fn index(products: &[&[(&str, &str, f64)]]) -> Index {
    let mut builder = IndexBuilder::new();
    for traits in products {
        builder.add(traits);
    }
    builder.finish(&spec())
}

/// The default settings, which go on until nothing parts.
fn settings() -> Settings {
    let mut settings = Settings::parse(DEFAULT).unwrap();
    settings.asking.few = 1;
    settings
}

fn any(attribute: &str, values: &[&str]) -> Answer {
    Answer {
        attribute: attribute.into(),
        choice: Choice::AnyOf(values.iter().map(|value| (*value).into()).collect()),
    }
}

fn ask(finder: &Finder, answers: &[Answer]) -> Question {
    match finder.next(answers, "en").unwrap() {
        Next::Ask(question) => *question,
        Next::End { why } => panic!("ended: {why:?}"),
    }
}

fn plain<'a>(index: &'a Index, settings: &'a Settings) -> Finder<'a> {
    Finder::new(index, settings, Default::default(), None).unwrap()
}

const RED: (&str, &str, f64) = ("color", "red", 1.0);
const BLUE: (&str, &str, f64) = ("color", "blue", 1.0);

#[test]
fn a_gain_is_that_of_quinlan_times_the_known_part() {
    let index = index(&[&[RED], &[RED], &[BLUE], &[BLUE], &[], &[], &[], &[]]);
    let mut settings = settings();
    settings.asking.wrong_answers = 0.001;
    let question = ask(&plain(&index, &settings), &[]);
    // Without random answers half of the products are parted by one bit: 500. By hand, with one in a thousand:
    // .25 · 1.999 log2 1.999 + .25 · .001 log2 .001 = .49690.
    assert_eq!(question.gain, 497);
    assert_eq!((question.now, question.after), (8, 6));
    let offers: Vec<_> = question
        .offers
        .iter()
        .map(|one| (one.text.as_str(), one.chance))
        .collect();
    assert_eq!(offers, [("blue", 500), ("red", 500)]);
    assert_eq!(question.something_else, None);
}

#[test]
fn what_is_unknown_stands_between_what_fits_and_what_does_not() {
    let index = index(&[
        &[BLUE],
        &[],
        &[RED],
        &[("color", "red", 0.6), ("color", "blue", 0.3)],
    ]);
    let settings = settings();
    let found = plain(&index, &settings)
        .find(&[any("color", &["red"])], 10)
        .unwrap();
    let order: Vec<u32> = found.products.iter().map(|one| one.product).collect();
    assert_eq!(order, [2, 3, 1, 0]);
    let points: Vec<i64> = found.products.iter().map(|one| one.score).collect();
    assert_eq!(points[2], 0, "nothing is known of it, so nothing is said");
    // log2 .1: it is likely only if the answer was random.
    assert_eq!(points[3], -3_322);
    assert_eq!(found.remain, 3);
    let Cause::Answer { standing, has, .. } = &found.products[1].lines[1].cause else {
        panic!("not an answer")
    };
    assert_eq!((*standing, has.len()), (Standing::Met, 2));
}

#[test]
fn against_and_other_than_differ_where_a_product_has_both() {
    let index = index(&[&[RED], &[RED, BLUE], &[BLUE]]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let remain = |choice| {
        let attribute = "color".into();
        finder
            .find(&[Answer { attribute, choice }], 3)
            .unwrap()
            .remain
    };
    assert_eq!(remain(Choice::NoneOf(vec!["red".into()])), 1);
    assert_eq!(remain(Choice::OtherThan(vec!["red".into()])), 2);
    assert_eq!(remain(Choice::DontMind), 3);
}

#[test]
fn the_rest_is_offered_as_something_else() {
    let colors = ["a", "a", "a", "b", "b", "c", "d"].map(|value| [("color", value, 1.0)]);
    let products: Vec<&[_]> = colors.iter().map(|one| one.as_slice()).collect();
    let index = index(&products);
    let mut settings = settings();
    settings.asking.offers_max = 2;
    let finder = plain(&index, &settings);
    let question = ask(&finder, &[]);
    let other = question.something_else.unwrap();
    assert_eq!(question.offers.len(), 2);
    assert_eq!((other.chance, other.remain), (286, 2));
    let attribute = question.attribute;
    let found = finder
        .find(
            &[Answer {
                attribute,
                choice: other.choice,
            }],
            2,
        )
        .unwrap();
    assert_eq!(found.products[0].product, 5);
    assert_eq!(found.products[1].product, 6);
}

#[test]
fn a_prior_moves_what_is_asked_and_what_is_first() {
    let index = index(&[&[RED], &[BLUE], &[BLUE]]);
    let settings = settings();
    let finder = Finder::new(
        &index,
        &settings,
        Default::default(),
        Some(&[8.0, 1.0, f64::NAN]),
    );
    let found = finder.unwrap().find(&[], 3).unwrap();
    assert_eq!(found.products[0].product, 0);
    // log2(.9 · 3 · 8/9 + .1) and log2 .1: what is never bought is not ruled out.
    assert_eq!(
        (found.products[0].score, found.products[2].score),
        (1_322, -3_322)
    );
    let refused = Finder::new(&index, &settings, Default::default(), Some(&[1.0]));
    assert_eq!(
        refused.unwrap_err(),
        FinderError::Prior {
            weights: 1,
            products: 3
        }
    );
}

#[test]
fn nothing_sensitive_is_asked_or_heard_without_consent() {
    let free = ("dietary", "gluten-free", 1.0);
    let vegan = ("dietary", "vegan", 1.0);
    let organic = ("dietary", "organic", 1.0);
    let index = index(&[&[free, RED], &[free, RED], &[vegan, RED], &[organic, RED]]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let question = ask(&finder, &[]);
    let offered = |question: &Question| question.offers.iter().any(|one| one.text == "gluten-free");
    assert!(!offered(&question) && question.something_else.is_none());
    let wish = [any("dietary", &["gluten-free"])];
    let refused = finder.find(&wish, 3).unwrap_err();
    assert!(
        refused.to_string().contains("consent to the topic"),
        "{refused}"
    );
    assert_eq!(finder.declared(&wish).unwrap_err(), refused);
    let found = finder.find(&[any("dietary", &["vegan"])], 3).unwrap();
    let shown = serde_json::to_string(&found).unwrap();
    assert!(!shown.contains("gluten"), "{shown}");

    let consents = index.consents(["health", "no topic"]);
    let finder = Finder::new(&index, &settings, consents, None).unwrap();
    assert!(offered(&ask(&finder, &[])));
    assert_eq!(finder.find(&wish, 3).unwrap().remain, 2);
}

#[test]
fn only_what_may_be_asked_is_asked_and_never_twice() {
    let small = ("size", "small", 1.0);
    let large = ("size", "large", 1.0);
    let index = index(&[&[RED, small], &[RED, large], &[BLUE, small], &[BLUE, large]]);
    let mut settings = settings();
    assert_eq!(
        ask(&plain(&index, &settings), &[any("color", &["red"])]).attribute,
        "size"
    );
    let skipped = Answer {
        attribute: "color".into(),
        choice: Choice::Skipped,
    };
    assert_eq!(ask(&plain(&index, &settings), &[skipped]).attribute, "size");
    settings.asking.may_ask = Some(vec!["color".into()]);
    let finder = plain(&index, &settings);
    assert_eq!(ask(&finder, &[]).attribute, "color");
    let next = finder.next(&[any("color", &["red"])], "en").unwrap();
    assert_eq!(
        next,
        Next::End {
            why: End::NothingParts
        }
    );
}

#[test]
fn it_ends_for_a_reason() {
    let why = |index: &Index, settings: &Settings, answers: &[Answer]| match plain(index, settings)
        .next(answers, "en")
        .unwrap()
    {
        Next::End { why } => Some(why),
        Next::Ask(_) => None,
    };
    let mut settings = settings();
    assert_eq!(why(&index(&[]), &settings, &[]), Some(End::Empty));
    assert_eq!(why(&index(&[&[RED]]), &settings, &[]), Some(End::Few));
    assert_eq!(
        why(&index(&[&[], &[], &[]]), &settings, &[]),
        Some(End::NothingParts)
    );
    let two = index(&[&[RED, ("a", "b", 1.0)], &[BLUE, ("a", "c", 1.0)]]);
    assert_eq!(why(&two, &settings, &[]), None);
    settings.asking.questions_max = 1;
    let passed = Answer {
        attribute: "color".into(),
        choice: Choice::DontMind,
    };
    assert_eq!(why(&two, &settings, &[passed]), Some(End::Enough));
    assert_eq!(
        plain(&index(&[]), &settings).find(&[], 5).unwrap().products,
        []
    );
}

#[test]
fn one_value_alone_is_a_yes_to_which_others_of_the_kind_say_no() {
    let tea = ("category", "tea", 1.0);
    let organic = ("organic", "yes", 1.0);
    let index = index(&[&[tea, organic], &[tea], &[("category", "saw", 1.0)]]);
    let settings = settings();
    let found = plain(&index, &settings)
        .find(&[any("organic", &["no"])], 3)
        .unwrap();
    let order: Vec<u32> = found.products.iter().map(|one| one.product).collect();
    assert_eq!((order, found.remain), (vec![1, 2, 0], 2));
}

#[test]
fn what_is_unknown_in_a_part_of_the_catalogue_is_no_no() {
    let table = ("category", "table", 1.0);
    let (oak, steel) = (("material", "oak", 1.0), ("material", "steel", 1.0));
    let foldable = ("foldable", "yes", 1.0);
    let mut catalogue: Vec<Vec<(&str, &str, f64)>> = vec![vec![table]; 40];
    catalogue[..3].iter_mut().for_each(|one| one.push(oak));
    catalogue[39].push(foldable);
    catalogue.push(vec![("category", "chair", 1.0), steel]);
    let whole = flags(catalogue.iter().flatten().copied(), &spec());
    assert_eq!(whole.iter().collect::<Vec<_>>(), ["foldable"]);
    // Brand and category are none, what nobody is sure of has no value, and two values are no flag.
    let none = [table, ("brand", "b", 1.0), ("new", "yes", 0.0), oak, steel];
    assert!(flags(none, &spec()).is_empty());

    let mut builder = IndexBuilder::new().with_flags(&whole);
    catalogue[..40].iter().for_each(|one| {
        builder.add(one);
    });
    let tables = builder.finish(&spec());
    assert_eq!(tables.values("material").collect::<Vec<_>>(), ["oak"]);
    assert_eq!(tables.values("foldable").collect::<Vec<_>>(), ["no", "yes"]);
    let settings = settings();
    let finder = plain(&tables, &settings);
    for choice in [
        Choice::AnyOf(vec!["oak".into()]),
        Choice::NoneOf(vec!["oak".into()]),
    ] {
        let attribute = "material".into();
        let wish = [Answer { attribute, choice }];
        let found = finder.find(&wish, 40).unwrap();
        let unknown = found.products.iter().filter(|one| one.product >= 3);
        let scores: Vec<i64> = unknown.map(|one| one.score).collect();
        assert_eq!(scores, [0; 37], "r = 1");
    }
    let wish = [any("foldable", &["no"])];
    assert_eq!(finder.find(&wish, 40).unwrap().remain, 39);
}

#[test]
fn each_answer_shows_what_it_brought() {
    let index = index(&[&[RED], &[RED], &[BLUE], &[]]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let passed = Answer {
        attribute: "color".into(),
        choice: Choice::DontMind,
    };
    let benefits = finder
        .benefits(&[any("color", &["blue"]), passed], 2, "en")
        .unwrap();
    assert_eq!((benefits[0].left_out, benefits[0].remain), (2, 2));
    assert_eq!(
        (&benefits[0].entered[..], &benefits[0].left[..]),
        (&[2, 3][..], &[0, 1][..])
    );
    assert_eq!(
        benefits[0].sentence,
        "Products left out by this answer: 2, still fitting: 2; new among the first 2: 2."
    );
    assert_eq!((benefits[1].left_out, benefits[1].remain), (0, 2));
    assert!(benefits[1].entered.is_empty());
}

#[test]
fn an_answer_becomes_evidence_of_a_gene() {
    let index = index(&[&[RED], &[BLUE]]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let against = |value: &str| Answer {
        attribute: "color".into(),
        choice: Choice::NoneOf(vec![value.into()]),
    };
    let other = Answer {
        attribute: "color".into(),
        choice: Choice::OtherThan(vec!["blue".into()]),
    };
    let declared = finder.declared(&[
        against("red"),
        other,
        any("color", &["red"]),
        against("blue"),
    ]);
    let declared = declared.unwrap();
    let told: Vec<_> = declared
        .iter()
        .map(|one| (one.value.as_str(), one.kind))
        .collect();
    assert_eq!(
        told,
        [("red", ActKind::Answer), ("blue", ActKind::AnswerAgainst)]
    );

    let mut frame = Frame::new("run", 1_000, spec()).unwrap();
    let act = |(place, one): (usize, &Declared)| one.act(&mut frame, (7, place as i64), 500, 600);
    let acts: Result<Vec<Act>, GenomeError> = declared.iter().enumerate().map(act).collect();
    let acts = acts.unwrap();
    let red = frame.find("color", "red").unwrap();
    let clocks = Clocks {
        as_of: 1_000,
        known_by: 1_000,
    };
    let evidence = evidence(&frame, &acts, clocks, Default::default(), red).unwrap();
    assert_eq!(evidence.lines.len(), 1);
    assert_eq!(
        evidence.lines[0].weight, 3_000_000,
        "an answer's weight in the default spec"
    );
}

#[test]
fn words_come_in_the_language_asked_for() {
    let index = index(&[
        &[RED, ("shape", "round", 1.0)],
        &[BLUE, ("shape", "round", 1.0)],
    ]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let question = |language| match finder.next(&[], language).unwrap() {
        Next::Ask(question) => *question,
        Next::End { why } => panic!("ended: {why:?}"),
    };
    assert_eq!(question("de-AT").text, "Welche Farbe soll es sein?");
    assert_eq!(question("fr").text, "Which colour do you have in mind?");
    assert_eq!(
        question("en").why,
        "This question parts the 2 products that are left best: after it there are about 1."
    );
    let texts = settings.texts("en");
    assert_eq!(
        texts.question("need_{now}_group"),
        "Which need {now} group do you have in mind?"
    );
    assert_eq!(texts.why(1, 1), texts.why_unsure);
}

#[test]
fn wrong_settings_and_answers_say_how_to_mend_them() {
    let wrong = |from: &str, to: &str| {
        let text = DEFAULT.replacen(from, to, 1);
        assert_ne!(text, DEFAULT);
        Settings::parse(&text).unwrap_err().to_string()
    };
    let told = wrong("wrong_answers = 0.1", "wrong_answers = 0");
    assert!(
        told.contains("asking.wrong_answers is 0; write a share from 0.001"),
        "{told}"
    );
    let told = wrong("Which {attribute} do", "What do");
    assert!(told.contains("languages.en.ask"), "{told}");
    assert!(wrong("few = 8", "fewer = 8").contains("fewer"));
    assert!(wrong("prior_part = 0.9", "prior_part = nan").contains("prior_part"));

    let index = index(&[&[RED]]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let told = finder
        .find(&[any("colour", &["red"])], 1)
        .unwrap_err()
        .to_string();
    assert!(told.contains("'colour', which no product has"), "{told}");
    let told = finder.find(&[any("color", &[])], 1).unwrap_err();
    assert_eq!(told, FinderError::NoValue("color".into()));
    // A value that has left the catalogue is a wish that nothing meets, not an error.
    assert_eq!(
        finder.find(&[any("color", &["green"])], 1).unwrap().remain,
        0
    );
}

#[test]
fn an_answer_is_written_as_attribute_choice_and_values() {
    let answer = any("color", &["red"]);
    let text = serde_json::to_string(&answer).unwrap();
    assert_eq!(
        text,
        r#"{"attribute":"color","choice":"any_of","values":["red"]}"#
    );
    let passed: Answer =
        serde_json::from_str(r#"{"attribute":"color","choice":"dont_mind"}"#).unwrap();
    assert_eq!(passed.choice, Choice::DontMind);
    assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
}

#[test]
fn two_answers_that_are_one_wish_are_shown_alike_in_either_order() {
    let index = index(&[&[RED]]);
    let settings = settings();
    let finder = plain(&index, &settings);
    let (green, pink) = (any("color", &["green"]), any("color", &["pink"]));
    let forth = finder.find(&[green.clone(), pink.clone()], 1).unwrap();
    assert_eq!(forth, finder.find(&[pink, green], 1).unwrap());
}
