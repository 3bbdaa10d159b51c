//! How many questions a finder needs, and how long one takes. It must not decide anything: what it prints is put into
//! docs/finder.md by hand.
//!
//! `cargo run --release -p genome --example finder -- shoppers PRODUCTS.csv [SHOPPERS] [SEED]` simulates shoppers who
//! each have a product of a generated catalogue in mind. `… -- speed [PRODUCTS]` times questions over random products.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use genome::Spec;
use genome::finder::{Answer, Choice, Finder, Index, IndexBuilder, Next, Question, Settings};
use numeric::random::Random;
use std::collections::BTreeMap;
use std::time::Instant;

/// Questions after which a shopper gives up.
const PATIENCE: usize = 15;
const COLUMNS: [&str; 11] = [
    "brand",
    "category_1",
    "category_2",
    "category_3",
    "need_group",
    "color",
    "material",
    "pattern",
    "flavour",
    "size",
    "price_tier",
];
/// Numbers in the catalogue's further attributes, which nobody is asked.
const CODES: [&str; 2] = ["rgb", "lab"];
/// An order that somebody who knows the catalogue would write down.
const MENU: [&str; 11] = [
    "category_1",
    "category_2",
    "category_3",
    "style",
    "flavour",
    "color",
    "material",
    "size",
    "brand",
    "price_tier",
    "pattern",
];

type Product = BTreeMap<String, String>;

/// Which attribute is asked next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Gain,
    Common,
    Menu,
    Random,
}

/// How shoppers and catalogue are.
struct Case {
    name: &'static str,
    /// Share of answers that are another one than the true one.
    wrong: f64,
    /// Share of values that the catalogue lacks, and the shopper knows.
    hidden: f64,
    /// What the finder takes the share of random answers to be.
    taken: f64,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |place: usize, usual: usize| args.get(place).map_or(usual, |one| one.parse().unwrap());
    match args.first().map(String::as_str) {
        Some("shoppers") => shoppers(&args[1], number(2, 400), number(3, 1) as u64),
        Some("speed") => speed(number(1, 50_000)),
        _ => println!("write: shoppers PRODUCTS.csv [SHOPPERS] [SEED], or speed [PRODUCTS]"),
    }
}

fn read(path: &str) -> Vec<Product> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let mut products = Vec::new();
    for row in reader.records() {
        let row = row.unwrap();
        let mut product = Product::new();
        for (head, value) in heads.iter().zip(&row) {
            if COLUMNS.contains(&head) && !value.is_empty() {
                product.insert(head.into(), value.into());
            }
            let further = value.split(';').filter(|_| head == "attributes");
            for (name, value) in further.filter_map(|one| one.split_once('=')) {
                if !CODES.contains(&name) {
                    product.insert(name.into(), value.into());
                }
            }
        }
        products.push(product);
    }
    products
}

fn index(products: &[Product], hidden: f64, seed: u64) -> Index {
    let mut random = Random::stream(seed, 1);
    let mut builder = IndexBuilder::new();
    for product in products {
        let seen = product.iter().filter(|_| random.unit_f64() >= hidden);
        let traits: Vec<(&str, &str, f64)> =
            seen.map(|(a, v)| (a.as_str(), v.as_str(), 1.0)).collect();
        builder.add(&traits);
    }
    builder.finish(&Spec::parse(genome::spec::DEFAULT).unwrap())
}

fn settings(taken: f64, may_ask: Option<Vec<String>>) -> Settings {
    let mut settings = Settings::parse(genome::finder::DEFAULT).unwrap();
    settings.asking.wrong_answers = taken;
    settings.asking.few = 1;
    settings.asking.least_gain = 0.0;
    settings.asking.questions_max = 100;
    settings.asking.may_ask = may_ask;
    settings
}

/// What somebody says who has the product in mind.
fn say(question: &Question, wanted: &Product, wrong: f64, random: &mut Random) -> Choice {
    let Some(value) = wanted.get(&question.attribute) else {
        return Choice::DontMind;
    };
    let offers: Vec<&Choice> = question
        .offers
        .iter()
        .chain(&question.something_else)
        .map(|one| &one.choice)
        .collect();
    let is_it = |choice: &&Choice| **choice == Choice::AnyOf(vec![value.clone()]);
    let other = |choice: &&Choice| matches!(choice, Choice::OtherThan(_));
    let truth = offers
        .iter()
        .position(is_it)
        .or_else(|| offers.iter().position(other));
    let Some(truth) = truth else {
        return Choice::DontMind;
    };
    if random.unit_f64() >= wrong || offers.len() < 2 {
        return offers[truth].clone();
    }
    offers[(truth + 1 + random.below(offers.len() - 1)) % offers.len()].clone()
}

/// Questions until the product is among the first ten; none where it is not within the patience.
fn session(
    index: &Index,
    case: &Case,
    way: Way,
    target: usize,
    wanted: &Product,
    random: &mut Random,
) -> Option<usize> {
    let consents = || {
        index.consents([
            "health",
            "religion or belief",
            "pregnancy and small children",
            "alcohol",
            "tobacco",
            "intimacy",
        ])
    };
    let mut order: Vec<String> = match way {
        Way::Gain => Vec::new(),
        Way::Menu => MENU.iter().map(|one| (*one).into()).collect(),
        Way::Common | Way::Random => index.coverage().map(|(one, _)| one.into()).collect(),
    };
    if way == Way::Random {
        random.shuffle(&mut order);
    }
    let mut order = order.into_iter();
    let mut answers: Vec<Answer> = Vec::new();
    let free = settings(case.taken, None);
    while answers.len() < PATIENCE {
        let only = match way {
            Way::Gain => None,
            _ => Some(settings(case.taken, Some(vec![order.next()?]))),
        };
        let rules = only.as_ref().unwrap_or(&free);
        let finder = Finder::new(index, rules, consents(), None).unwrap();
        let question = match finder.next(&answers, "en").unwrap() {
            Next::Ask(question) => question,
            Next::End { .. } if way == Way::Gain => return None,
            // An attribute that parts nothing is passed over and costs no question.
            Next::End { .. } => continue,
        };
        let choice = say(&question, wanted, case.wrong, random);
        answers.push(Answer {
            attribute: question.attribute,
            choice,
        });
        let found = finder.find(&answers, 10).unwrap();
        if found
            .products
            .iter()
            .any(|one| one.product as usize == target)
        {
            return Some(answers.len());
        }
    }
    None
}

fn shoppers(path: &str, count: usize, seed: u64) {
    let products = read(path);
    println!("{} products, {count} shoppers, seed {seed}", products.len());
    let cases = [
        Case {
            name: "all answers right",
            wrong: 0.0,
            hidden: 0.0,
            taken: 0.1,
        },
        Case {
            name: "10 % wrong",
            wrong: 0.1,
            hidden: 0.0,
            taken: 0.1,
        },
        Case {
            name: "10 % wrong, 20 % of values lacking",
            wrong: 0.1,
            hidden: 0.2,
            taken: 0.1,
        },
        Case {
            name: "10 % wrong, taken for right",
            wrong: 0.1,
            hidden: 0.0,
            taken: 0.001,
        },
        Case {
            name: "20 % of values lacking, taken for right",
            wrong: 0.0,
            hidden: 0.2,
            taken: 0.001,
        },
    ];
    for case in &cases {
        let index = index(&products, case.hidden, seed);
        let mut draw = Random::stream(seed, 2);
        let targets: Vec<usize> = (0..count).map(|_| draw.below(products.len())).collect();
        let mut gained: Vec<f64> = Vec::new();
        for way in [Way::Gain, Way::Menu, Way::Common, Way::Random] {
            let mut needed = Vec::with_capacity(count);
            let (mut found, mut five) = (0, 0);
            for (shopper, target) in targets.iter().enumerate() {
                let mut random = Random::stream(seed, 3 + shopper as u64);
                let asked = session(&index, case, way, *target, &products[*target], &mut random);
                found += usize::from(asked.is_some());
                five += usize::from(asked.is_some_and(|asked| asked <= 5));
                needed.push(asked.unwrap_or(PATIENCE) as f64);
            }
            let (mean, half) = interval(&needed);
            if way == Way::Gain {
                gained = needed.clone();
            }
            let more: Vec<f64> = needed
                .iter()
                .zip(&gained)
                .map(|(one, gain)| one - gain)
                .collect();
            let (more, more_half) = interval(&more);
            let per = |part: usize| 100.0 * part as f64 / count as f64;
            println!(
                "| {} | {way:?} | {mean:.2} ± {half:.2} | {more:+.2} ± {more_half:.2} | {:.0} % | {:.0} % |",
                case.name,
                per(five),
                per(found)
            );
        }
    }
}

/// Mean and half of its 95 % interval (normal).
fn interval(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let spread = values.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, 1.96 * (spread / n).sqrt())
}

/// Times over random products with 20 attributes of 3 to 300 values, a third unknown, a tenth with two values.
fn speed(count: usize) {
    let mut random = Random::new(1);
    let names: Vec<String> = (0..20).map(|one| format!("attribute {one}")).collect();
    let sizes: Vec<usize> = (0..20).map(|one| 3 + one * one * 4 / 5).collect();
    let words: Vec<String> = (0..300).map(|one| format!("value {one}")).collect();
    let mut builder = IndexBuilder::new();
    for _ in 0..count {
        let mut traits: Vec<(&str, &str, f64)> = Vec::new();
        for (name, size) in names.iter().zip(&sizes) {
            if random.below(3) == 0 {
                continue;
            }
            let sure = [1.0, 0.9, 0.7][random.below(3)];
            traits.push((name, &words[random.below(*size)], sure));
            if random.below(10) == 0 {
                traits.push((name, &words[random.below(*size)], sure));
            }
        }
        builder.add(&traits);
    }
    let started = Instant::now();
    let index = builder.finish(&Spec::parse(genome::spec::DEFAULT).unwrap());
    println!(
        "{count} products x 20 attributes, index {:.0} ms",
        started.elapsed().as_secs_f64() * 1e3
    );
    let prior: Vec<f64> = (0..count).map(|_| random.unit_f64()).collect();
    let settings = settings(0.1, None);
    let finder = Finder::new(&index, &settings, Default::default(), Some(&prior)).unwrap();
    let mut answers = Vec::new();
    for _ in 0..7 {
        let (mut asked, mut found, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..15 {
            asked.push(timed(|| drop(finder.next(&answers, "en").unwrap())));
            found.push(timed(|| drop(finder.find(&answers, 10).unwrap())));
            shown.push(timed(|| drop(finder.benefits(&answers, 10, "en").unwrap())));
        }
        println!(
            "| {} | {} | {} | {} |",
            answers.len(),
            middle(asked),
            middle(found),
            middle(shown)
        );
        let Next::Ask(question) = finder.next(&answers, "en").unwrap() else {
            break;
        };
        answers.push(Answer {
            attribute: question.attribute,
            choice: question.offers[0].choice.clone(),
        });
    }
}

/// Milliseconds.
fn timed(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64() * 1e3
}

/// Median and least.
fn middle(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    format!("{:.1} ms (least {:.1})", times[times.len() / 2], times[0])
}
