//! What rules say of members, against truth tables and against a second evaluator that takes one member
//! at a time.

use super::super::test_data;
use super::super::{
    Column, Columns, Comparison, Constant, Entity, Kind, Operand, Rule, RuleError, Subject, Truth,
    Vocabulary,
};
use proptest::prelude::*;
use std::cmp::Ordering;

fn numbers(values: &[Option<f64>]) -> Column {
    Column::Numbers(values.to_vec())
}

fn columns() -> Columns {
    let text = |text: &str| Some(text.to_string());
    Columns::new(3)
        .with("spend", numbers(&[Some(5.0), Some(50.0), None]))
        .and_then(|all| all.with("basket", numbers(&[Some(5.0), None, None])))
        .and_then(|all| all.with("recency_days", numbers(&[Some(90.0), Some(91.0), None])))
        .and_then(|all| {
            all.with(
                "city",
                Column::Texts(vec![text("Lyon"), text("Nice"), None]),
            )
        })
        .and_then(|all| all.with("region", Column::Texts(vec![text("Lyon"), None, None])))
        .and_then(|all| {
            all.with(
                "receipts(30 days)",
                numbers(&[Some(2.0), Some(0.0), Some(0.0)]),
            )
        })
        .unwrap()
}

#[test]
fn every_test_knows_true_false_and_unknown() {
    for (rule, expect) in [
        ("spend = 5", "TF?"),
        ("spend != 5", "FT?"),
        ("spend < 50", "TF?"),
        ("spend <= 50", "TT?"),
        ("spend > 5", "FT?"),
        ("spend >= 5", "TT?"),
        ("spend = basket", "T??"),
        ("spend between 5 and 49", "TF?"),
        ("not spend between 5 and 49", "FT?"),
        ("spend in (1, 50)", "FT?"),
        ("spend in (50, 7, 5, 5)", "TT?"),
        ("receipts(30 days) in (-0)", "FTT"),
        ("spend is known", "TTF"),
        ("spend is unknown", "FFT"),
        ("not spend is unknown", "TTF"),
        ("recency_days <= 3 months", "TF?"),
        ("city = \"Lyon\"", "TF?"),
        ("city != \"Lyon\"", "FT?"),
        ("city = \"lyon\"", "FF?"),
        ("city in (\"Nice\", \"Lyon\")", "TT?"),
        ("city = region", "T??"),
        ("city != region", "F??"),
        ("region is known", "TFF"),
        ("receipts(30 days) >= 1", "TFF"),
        ("spend > 1 and basket > 1", "T??"),
        ("spend > 5 and basket > 1", "F??"),
        ("spend < 50 and basket > 1", "TF?"),
        ("spend >= 50 or basket > 9", "FT?"),
        ("spend > 1 or basket > 1", "TT?"),
        ("spend is unknown or spend > 40", "FTT"),
        ("not (spend > 1 and basket > 1)", "F??"),
    ] {
        let truths = Rule::parse(rule).unwrap().evaluate(&columns()).unwrap();
        let told: String = truths
            .iter()
            .map(|truth| match truth {
                Truth::True => 'T',
                Truth::False => 'F',
                Truth::Unknown => '?',
            })
            .collect();
        assert_eq!(told, expect, "{rule}");
    }
}

#[test]
fn columns_that_do_not_fit_are_named() {
    let of = |rule: &str| Rule::parse(rule).unwrap().evaluate(&columns()).unwrap_err();
    let missing = |name: &str| RuleError::Missing { name: name.into() };
    assert_eq!(of("receipts > 1"), missing("receipts"));
    assert_eq!(
        of("spend > receipts(60 days)"),
        missing("receipts(60 days)")
    );
    let swapped = Columns::new(0)
        .with("spend", Column::Texts(Vec::new()))
        .and_then(|all| all.with("city", numbers(&[])))
        .and_then(|all| all.with("basket", numbers(&[])))
        .and_then(|all| all.with("region", Column::Texts(Vec::new())))
        .unwrap();
    for (rule, told) in [
        ("spend > 1", "spend holds texts, but the rule needs numbers"),
        (
            "spend in (1)",
            "spend holds texts, but the rule needs numbers",
        ),
        (
            "spend between 1 and 2",
            "spend holds texts, but the rule needs numbers",
        ),
        (
            "basket > spend",
            "spend holds texts, but the rule needs numbers",
        ),
        (
            "city = \"x\"",
            "city holds numbers, but the rule needs texts",
        ),
        (
            "city in (\"x\")",
            "city holds numbers, but the rule needs texts",
        ),
        (
            "region = city",
            "city holds numbers, but the rule needs texts",
        ),
    ] {
        let rule = Rule::parse(rule).unwrap();
        let error = rule.evaluate(&swapped).unwrap_err().to_string();
        assert!(error.contains(told), "{rule}: {error}");
    }
}

/// One member's value of a subject.
#[derive(Clone, PartialEq, PartialOrd)]
enum Value {
    Number(f64),
    Text(String),
}

fn value_of(subject: &Subject, columns: &Columns, member: usize) -> Option<Value> {
    match columns.column(&subject.to_string()).unwrap() {
        Column::Numbers(values) => values[member].map(Value::Number),
        Column::Texts(values) => values[member].clone().map(Value::Text),
    }
}

fn fixed(constant: &Constant) -> Value {
    match constant {
        Constant::Text { text } => Value::Text(text.clone()),
        number => Value::Number(number.as_number().unwrap()),
    }
}

/// True and false as 1 and -1, unknown as 0: the second evaluator, by Łukasiewicz's numbers.
fn by_member(rule: &Rule, columns: &Columns, member: usize) -> i8 {
    let sign = |holds: Option<bool>| holds.map_or(0, |holds| if holds { 1 } else { -1 });
    let value = |subject: &Subject| value_of(subject, columns, member);
    match rule {
        Rule::All(rules) => rules
            .iter()
            .map(|rule| by_member(rule, columns, member))
            .min()
            .unwrap(),
        Rule::Any(rules) => rules
            .iter()
            .map(|rule| by_member(rule, columns, member))
            .max()
            .unwrap(),
        Rule::Not(rule) => -by_member(rule, columns, member),
        Rule::Compare { left, is, right } => {
            let right = match right {
                Operand::Constant(constant) => Some(fixed(constant)),
                Operand::Subject(subject) => value(subject),
            };
            let pair = value(left).zip(right);
            let order = pair.map(|(left, right)| left.partial_cmp(&right).unwrap());
            sign(order.map(|order| match is {
                Comparison::Equal => order == Ordering::Equal,
                Comparison::NotEqual => order != Ordering::Equal,
                Comparison::Less => order == Ordering::Less,
                Comparison::AtMost => order != Ordering::Greater,
                Comparison::Greater => order == Ordering::Greater,
                Comparison::AtLeast => order != Ordering::Less,
            }))
        }
        Rule::Between { subject, low, high } => {
            let value = value(subject);
            sign(value.map(|value| fixed(low) <= value && value <= fixed(high)))
        }
        Rule::In { subject, values } => {
            let value = value(subject);
            sign(value.map(|value| values.iter().any(|other| fixed(other) == value)))
        }
        Rule::Known(subject) => sign(Some(value(subject).is_some())),
        Rule::Unknown(subject) => sign(Some(value(subject).is_none())),
    }
}

/// Columns for all that a rule looks at, of seven members, few values each.
fn members(rule: &Rule) -> Columns {
    let names = Vocabulary::of(Entity::Customers);
    let measures = rule.measures_used().into_iter();
    let measures = measures.map(|measure| (measure.to_string(), measure.kind.kind()));
    let used = rule.names_used().into_iter();
    let used = used.map(|name| (name.clone(), names.kind(&name).unwrap()));
    let all = used.chain(measures).enumerate();
    all.fold(Columns::new(7), |columns, (place, (name, kind))| {
        let column = match kind {
            Kind::Text => {
                let texts = [None, Some("FR"), Some("DE"), Some("Wine"), Some("it's")];
                let of = |member: usize| texts[(member + place) % 5].map(str::to_string);
                Column::Texts((0..7).map(of).collect())
            }
            _ => {
                let value = |member: usize| ((member + place) % 7) as f64 - 3.0;
                let of = |member: usize| (member != place % 7).then(|| value(member));
                Column::Numbers((0..7).map(of).collect())
            }
        };
        columns.with(name, column).unwrap()
    })
}

proptest! {
    #[test]
    fn columns_and_single_members_agree(rule in test_data::rule()) {
        let columns = members(&rule);
        let truths = rule.evaluate(&columns).unwrap();
        for (member, truth) in truths.into_iter().enumerate() {
            let expect = match by_member(&rule, &columns, member) {
                1 => Truth::True,
                0 => Truth::Unknown,
                _ => Truth::False,
            };
            prop_assert_eq!(truth, expect, "member {} of {}", member, rule);
        }
    }
}
