//! Rules and members made up for the tests of this room.

use super::{
    Comparison, Constant, Entity, Kind, Measure, MeasureKind, Operand, Rule, Subject, Unit,
    Vocabulary,
};
use proptest::prelude::*;

/// Any text that a rule may hold.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "FR",
            "DE",
            "Wine",
            "it's",
            "a \"b\" \\",
            "日本",
            "and"
        ])
        .prop_map(String::from),
        proptest::collection::vec(proptest::char::any(), 1..6)
            .prop_map(|letters| letters.into_iter().filter(|l| !l.is_control()).collect())
            .prop_filter("empty texts are refused in measures", |text: &String| {
                !text.is_empty()
            }),
    ]
}

fn measure() -> impl Strategy<Value = Measure> {
    let kind = proptest::sample::select(MeasureKind::ALL.to_vec());
    let window = proptest::option::of(1..=36_500_u32);
    (kind, proptest::option::of(text()), window).prop_map(|(kind, of, window_days)| Measure {
        kind,
        of,
        window_days: window_days.filter(|_| !kind.endless()),
    })
}

fn subject(kind: Kind) -> BoxedStrategy<Subject> {
    let names = Vocabulary::of(Entity::Customers);
    let names = names.names().filter(|(_, other)| *other == kind);
    let names: Vec<String> = names.map(|(name, _)| name.to_string()).collect();
    let name = proptest::sample::select(names).prop_map(Subject::Name);
    let measures = measure().prop_filter("kind", move |measure| measure.kind.kind() == kind);
    match kind {
        Kind::Number | Kind::Days => prop_oneof![name, measures.prop_map(Subject::Measure)].boxed(),
        Kind::Share | Kind::Text => name.boxed(),
    }
}

fn number(kind: Kind) -> BoxedStrategy<Constant> {
    let units = match kind {
        Kind::Days => vec![
            None,
            Some(Unit::Days),
            Some(Unit::Weeks),
            Some(Unit::Months),
            Some(Unit::Years),
        ],
        Kind::Share => vec![None, Some(Unit::Percent)],
        Kind::Number | Kind::Text => vec![None],
    };
    // Few whole numbers, so that members meet them, and any float at all.
    let number = prop_oneof![
        (-3..4_i32).prop_map(f64::from),
        proptest::num::f64::NORMAL | proptest::num::f64::ZERO | proptest::num::f64::SUBNORMAL,
    ];
    (number, proptest::sample::select(units))
        .prop_map(|(number, unit)| Constant::Number { number, unit })
        .boxed()
}

fn constant(kind: Kind) -> BoxedStrategy<Constant> {
    match kind {
        Kind::Text => text().prop_map(Constant::text).boxed(),
        kind => number(kind),
    }
}

fn test(kind: Kind) -> BoxedStrategy<Rule> {
    let comparisons = match kind {
        Kind::Text => vec![Comparison::Equal, Comparison::NotEqual],
        _ => vec![
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::Greater,
            Comparison::AtLeast,
        ],
    };
    let operand = prop_oneof![
        constant(kind).prop_map(Operand::Constant),
        subject(kind).prop_map(Operand::Subject)
    ];
    let compared = (
        subject(kind),
        proptest::sample::select(comparisons),
        operand,
    )
        .prop_map(|(left, is, right)| Rule::Compare { left, is, right });
    let listed = (
        subject(kind),
        proptest::collection::vec(constant(kind), 1..4),
    )
        .prop_map(|(subject, values)| Rule::In { subject, values });
    let known = subject(kind).prop_map(Rule::Known);
    let unknown = subject(kind).prop_map(Rule::Unknown);
    if kind == Kind::Text {
        return prop_oneof![compared, listed, known, unknown].boxed();
    }
    let ranged = (subject(kind), number(kind), number(kind)).prop_map(|(subject, one, other)| {
        let (low, high) = if one.as_number() <= other.as_number() {
            (one, other)
        } else {
            (other, one)
        };
        Rule::Between { subject, low, high }
    });
    prop_oneof![compared, listed, known, unknown, ranged].boxed()
}

/// Any rule about customers.
pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    let test = prop_oneof![
        test(Kind::Number),
        test(Kind::Days),
        test(Kind::Share),
        test(Kind::Text)
    ];
    test.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Rule::All),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Rule::Any),
            inner.prop_map(|rule| Rule::Not(Box::new(rule))),
        ]
    })
}
