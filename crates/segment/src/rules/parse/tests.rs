//! Rules as people write them, and what the reader says of those that are none.

use super::super::test_data;
use super::super::{Entity, Measure, MeasureKind, Rule, RuleError, Vocabulary};
use super::DEPTH_MAX;
use proptest::prelude::*;

/// A text, and the one way in which its rule is written.
const RULES: &[(&str, &str)] = &[
    ("spend >= 100", "spend >= 100"),
    (
        r#"spend >= 100 and not (recency_days > 90 or country in ("FR", "DE"))"#,
        r#"spend >= 100 and not (recency_days > 90 or country in ("FR", "DE"))"#,
    ),
    (
        "spend() == 1e3 AND receipts<>2\n  OR Not city ≠ 'L'",
        "(spend() = 1000 and receipts != 2) or not city != \"L\"",
    ),
    (
        "spend > 1 and basket > 2 or receipts > 3",
        "(spend > 1 and basket > 2) or receipts > 3",
    ),
    (
        "spend > 1 and (basket > 2 or receipts > 3)",
        "spend > 1 and (basket > 2 or receipts > 3)",
    ),
    (
        "(spend > 1 and basket > 2) and receipts > 3",
        "(spend > 1 and basket > 2) and receipts > 3",
    ),
    ("((spend > 1))", "spend > 1"),
    ("not not spend > 1", "not not spend > 1"),
    (
        "not spend > 1 and basket > 2",
        "not spend > 1 and basket > 2",
    ),
    ("country NOT IN ('FR')", "not country in (\"FR\")"),
    (
        "spend not between -1.50 and 2",
        "not spend between -1.5 and 2",
    ),
    ("birth_year is unknown", "birth_year is unknown"),
    ("birth_year is not unknown", "birth_year is known"),
    ("city is not known", "city is unknown"),
    (
        "recency_days between 1 day and 3 Months",
        "recency_days between 1 day and 3 months",
    ),
    ("promotion_share > 30 %", "promotion_share > 30 %"),
    ("promotion_share > 30%", "promotion_share > 30 %"),
    (
        "receipts(3 months) > receipts(1 year)",
        "receipts(90 days) > receipts(365 days)",
    ),
    (
        r#"spend('Wine', 2 weeks) > 5"#,
        r#"spend("Wine", 14 days) > 5"#,
    ),
    (
        r#"days_since("Wine") > 1 week or events() > 2"#,
        r#"days_since("Wine") > 1 week or events() > 2"#,
    ),
    (r#"city = "a \"b\" \\""#, r#"city = "a \"b\" \\""#),
    ("city = region", "city = region"),
];

#[test]
fn rules_are_written_in_one_way() {
    for (text, written) in RULES {
        assert_eq!(Rule::parse(text).unwrap().to_string(), *written, "{text}");
    }
}

/// A text, the line and column of its fault, and what the error says.
const FAULTS: &[(&str, (usize, usize), &str)] = &[
    (
        "",
        (1, 1),
        "found the end of the rule, expected a name, a measure, 'not' or '('; write a test, as in spend >= 100",
    ),
    (
        "spned >= 100",
        (1, 1),
        "found 'spned', expected a name that this project has; did you mean 'spend'?",
    ),
    (
        "spend > 1 and\n  contry = \"FR\"",
        (2, 3),
        "did you mean 'country'?",
    ),
    ("Spend > 1", (1, 1), "did you mean 'spend'?"),
    (
        "frobnicate > 1",
        (1, 1),
        "the names are afternoon_share, basket, birth_year",
    ),
    (
        "spend",
        (1, 6),
        "expected a comparison, 'between', 'in' or 'is'; write a test, as in spend >= 1",
    ),
    ("city", (1, 5), "as in city = \"…\""),
    (
        "spend >= ",
        (1, 10),
        "expected a number; write the value to compare with",
    ),
    (
        "spend >= \"100\"",
        (1, 10),
        "spend is a number: take the quotes away",
    ),
    (
        "city = 5",
        (1, 8),
        "city is a text: write it between quotes",
    ),
    ("city = Lyon", (1, 8), "write \"Lyon\" between quotes"),
    ("city > \"A\"", (1, 6), "write '=' or '!='"),
    (
        "city between 1 and 2",
        (1, 14),
        "city is a text: write 'in (…)'",
    ),
    (
        "100 <= spend",
        (1, 1),
        "write the name first, as in spend >= 100",
    ),
    ("spend > 1 > 2", (1, 11), "join two tests with 'and'"),
    ("spend > 1,000", (1, 10), "write numbers without ','"),
    (
        "spend > 1 adn basket > 2",
        (1, 11),
        "write a unit, or join the next test",
    ),
    (
        "city = \"x\" adn basket > 2",
        (1, 12),
        "did you mean 'and'?",
    ),
    ("(spend > 1", (1, 11), "close the '(' of line 1, column 1"),
    ("spend > 1)", (1, 10), "take it out, or open it"),
    ("(spend > 1 basket > 2)", (1, 12), "join"),
    (
        "spend > 1 and or basket > 2",
        (1, 15),
        "write a test on each side",
    ),
    ("recency_days > 3 moths", (1, 18), "did you mean 'months'?"),
    (
        "spend > 90 days",
        (1, 12),
        "spend has no such unit: write the number only",
    ),
    (
        "recency_days > 5 %",
        (1, 18),
        "recency_days is counted in days",
    ),
    (
        "return_share > 5 days",
        (1, 18),
        "return_share is a share: write '%'",
    ),
    (
        "spend > recency_days",
        (1, 9),
        "spend is a number, recency_days is a number of days: compare what is alike",
    ),
    (
        "spend between 10 and 5",
        (1, 15),
        "write 'between 5 and 10'",
    ),
    ("spend between 10", (1, 17), "write 'between 10 and …'"),
    ("spend in 5", (1, 10), "write the values in parentheses"),
    ("spend in (5 6)", (1, 13), "expected ',' or ')'"),
    ("city in (FR)", (1, 10), "write texts between quotes"),
    ("spend in ()", (1, 11), "expected a number"),
    ("spend is 5", (1, 10), "'=' to compare values"),
    ("spend not > 5", (1, 11), "write 'not' before the name"),
    ("receipts(90) > 5", (1, 12), "write '90 days', or weeks"),
    (
        "receipts(1.5 days) > 5",
        (1, 10),
        "expected whole days, 1 to 36500",
    ),
    ("receipts(0 days) > 5", (1, 10), "expected whole days"),
    ("receipts(5 %) > 5", (1, 10), "write days"),
    ("receipts(1e300 years) > 5", (1, 10), "expected whole days"),
    ("spend(Wine) > 5", (1, 7), "write \"Wine\" between quotes"),
    (
        "spend(\"Wine\" 90 days) > 5",
        (1, 14),
        "expected ',' or ')'",
    ),
    ("spend(\"Wine\", ) > 5", (1, 15), "expected a window"),
    ("spend(\"Wine\", 90 days, 3) > 5", (1, 22), "expected ')'"),
    ("spend(\"\") > 5", (1, 7), "write its name, or leave it out"),
    (
        "days_since(\"Wine\", 90 days) > 5",
        (1, 20),
        "looks back without limit",
    ),
    ("recepits(90 days) > 5", (1, 1), "did you mean 'receipts'?"),
    (
        "basket(90 days) > 5",
        (1, 1),
        "write 'basket' without parentheses",
    ),
    ("units > 5", (1, 1), "write 'units()' for all time"),
];

#[test]
fn faults_say_where_what_and_how_to_mend() {
    for (text, place, told) in FAULTS {
        let error = Rule::parse(text).unwrap_err();
        let RuleError::Text { line, column, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((line, column), *place, "{text}: {error}");
        assert!(error.to_string().contains(told), "{text}: {error}");
    }
}

#[test]
fn what_a_rule_looks_at_is_listed() {
    let rule = Rule::parse(
        "spend(\"Wine\", 3 months) > 5 and (spend > 1 or not spend(\"Wine\", 90 days) < basket) \
         and city is known and city = region and days_since(\"Tea\") between 1 and 2",
    );
    let rule = rule.unwrap();
    assert_eq!(rule.names_used(), ["basket", "city", "region", "spend"]);
    let measure = |kind, of: &str, window_days| Measure {
        kind,
        of: Some(of.into()),
        window_days,
    };
    let expect = [
        measure(MeasureKind::Spend, "Wine", Some(90)),
        measure(MeasureKind::DaysSince, "Tea", None),
    ];
    assert_eq!(rule.measures_used(), expect);
}

#[test]
fn groups_within_each_other_end_somewhere() {
    let nested = |depth: usize| format!("{}spend > 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Rule::parse(&nested(DEPTH_MAX)).is_ok());
    let told = Rule::parse(&nested(DEPTH_MAX + 1)).unwrap_err().to_string();
    assert!(told.contains("split the rule"), "{told}");
    assert!(Rule::parse(&nested(100_000)).is_err());
    assert!(Rule::parse(&"not ".repeat(100_000)).is_err());
    let wide = vec!["spend > 1"; 10_000].join(" or ");
    assert!(Rule::parse(&wide).is_ok());
}

#[test]
fn shops_have_their_own_names() {
    let stores = Vocabulary::of(Entity::Stores);
    let rule = "format = \"city\" and urban_share > 50 % and spend(\"Wine\", 90 days) > 1000";
    assert!(Rule::parse_with(rule, &stores).is_ok());
    let told = Rule::parse_with("events() > 5", &stores).unwrap_err();
    assert!(told.to_string().contains("in which shop"), "{told}");
    assert!(Rule::parse_with("spend > 5", &stores).is_err());
}

#[test]
fn trees_from_a_builder_are_checked() {
    let names = Vocabulary::of(Entity::Customers);
    let of = |json: &str| -> Result<String, String> {
        let rule: Rule = serde_json::from_str(json).map_err(|cause| cause.to_string())?;
        let rule = rule.checked(&names).map_err(|cause| cause.to_string())?;
        Ok(rule.to_string())
    };
    let spend = r#"{"compare": {"left": {"name": "spend"}, "is": ">=", "right": {"number": 1}}}"#;
    let group = |rules: &str| format!(r#"{{"all": [{rules}]}}"#);
    assert_eq!(of(spend).unwrap(), "spend >= 1");
    assert_eq!(of(&group(&group(spend))).unwrap(), "spend >= 1");
    let two = group(&format!(
        "{spend}, {}",
        r#"{"not": {"known": {"name": "city"}}}"#
    ));
    assert_eq!(of(&two).unwrap(), "spend >= 1 and not city is known");
    let measured = r#"{"in": {"subject": {"measure": {"kind": "units", "of": "Wine"}}, "values": [{"number": 1}]}}"#;
    assert_eq!(of(measured).unwrap(), "units(\"Wine\") in (1)");
    for (json, told) in [
        (group(""), "a group without rules in the rule's tree"),
        (spend.replace("spend", "spned"), "did you mean 'spend'?"),
        (
            spend.replace("spend", "spend > 1 or spend"),
            "reads as something else",
        ),
        (spend.replace(">=", "=>"), "unknown variant"),
        (
            spend.replace(r#""number": 1"#, r#""text": "1""#),
            "take the quotes away",
        ),
        (
            spend.replace(r#""number": 1"#, r#""number": 1, "unti": "days""#),
            "did not match",
        ),
        (
            measured.replace(r#"[{"number": 1}]"#, "[]"),
            "expected a number",
        ),
        (measured.replace("Wine", "a\\nb"), "a text without an end"),
    ] {
        let error = of(&json).unwrap_err();
        assert!(error.contains(told), "{json}: {error}");
    }
    let deep = (0..200).fold(Rule::parse("spend > 1").unwrap(), |rule, _| {
        Rule::All(vec![rule])
    });
    assert!(deep.checked(&names).is_err());
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(rule in test_data::rule()) {
        let printed = rule.to_string();
        let read = Rule::parse(&printed);
        prop_assert_eq!(read.as_ref(), Ok(&rule), "{}", printed);
        let names = Vocabulary::of(Entity::Customers);
        prop_assert_eq!(rule.clone().checked(&names), Ok(rule));
    }

    #[test]
    fn json_keeps_the_tree(rule in test_data::rule()) {
        let json = serde_json::to_string(&rule).unwrap();
        // The JSON library may read a number one bit off; that it does is no fault of the tree.
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        let again = read.to_string();
        prop_assume!(again == json);
        prop_assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule, "{}", json);
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in "\\PC{0,60}") {
        let _ = Rule::parse(&text);
    }

    #[test]
    fn no_words_make_the_reader_fall(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "spend", "city", "receipts", "(", ")", ",", "and", "or", "not", "between", "in", "is", "known", "=", ">",
            "5", "-1.5", "days", "%", "\"Wine\"", "\n",
        ]), 0..20)
    ) {
        if let Ok(rule) = Rule::parse(&words.join(" ")) {
            prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule));
        }
    }
}
