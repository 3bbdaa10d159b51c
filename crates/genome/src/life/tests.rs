//! Kinds as text: what is refused, and in which words; a retailer's own kinds over the bundled ones.
#![allow(clippy::unwrap_used)]

use super::*;

fn refusal(own: &str) -> String {
    Kinds::parse(own).unwrap_err().to_string()
}

fn kind(lines: &str) -> String {
    format!(
        "version = 1\n[[kinds]]\ncode = \"pool\"\ntitle = \"A pool\"\nsort = \"project\"\ndays = 40\nshare = 0.4\na_year = 0.01\n{lines}"
    )
}

const PART: &str = "[[kinds.parts]]\ntitle = \"Pump\"\nwords = [\"pumps\"]\n";

#[test]
fn the_bundled_kinds_are_right_and_sensitive_ones_wait_for_consent() {
    let kinds = Kinds::parse(DEFAULT).unwrap();
    assert!(kinds.kind("baby").unwrap().sensitive);
    let number = |code: &str| {
        kinds
            .kinds
            .iter()
            .position(|kind| kind.code == code)
            .unwrap()
    };
    let (none, baby) = (kinds.allowed([]), kinds.allowed(["baby"]));
    assert!(!none.holds(number("baby")) && baby.holds(number("baby")));
    assert!(none.holds(number("move")) && !none.holds(64));
}

#[test]
fn errors_tell_what_is_wrong_where_and_how_to_mend_it() {
    assert!(Kinds::parse(&kind(PART)).is_ok());
    for (text, told) in [
        (kind(""), "missing field `parts`"),
        (kind("sports = 1"), "unknown field `sports`"),
        (
            kind("parts = []"),
            "parts of kind pool is empty; write at least one part with its words",
        ),
        (
            kind("[[kinds.parts]]\ntitle = \"Pump\""),
            "words of part 1 of kind pool is empty; write at least one word, or name",
        ),
        (
            kind(&PART.replace("pumps", "?!")),
            "words of part 1 of kind pool is '?!'; write words with letters",
        ),
        (
            kind(&format!("held = 1.5\n{PART}")),
            "held of kind pool is 1.5; write a part from 0 to 0.9",
        ),
        (
            kind(PART).replace("share = 0.4", "share = 40"),
            "share of kind pool is 40; write a part from 0.02 to 0.95",
        ),
        (
            kind(PART).replace("days = 40", "days = 0"),
            "days of kind pool is 0; write days from 1 to 3650",
        ),
        (
            kind(PART).replace("a_year = 0.01", "a_year = 0"),
            "a_year of kind pool is 0",
        ),
        (
            kind(PART).replace("pool", "Pool 1"),
            "code of kind 1 is Pool 1; write a code of small letters, digits and _",
        ),
        (
            kind(PART).replace("version = 1", "version = 2"),
            "version is 2; write 1",
        ),
        (
            kind(PART).replace("version = 1", "version = 1\nleast = 50"),
            "least is 50; write a likelihood above 0 and below 1",
        ),
    ] {
        let said = refusal(&text);
        assert!(said.contains(told), "{said}");
    }
    let twice = format!("{}{}", kind(PART), kind(PART).replace("version = 1\n", ""));
    assert!(refusal(&twice).contains("code is pool; write each code once"));
}

#[test]
fn own_kinds_replace_add_and_take_away() {
    let own = kind(PART).replace(
        "version = 1",
        "version = 1\nleast = 0.8\nwithout = [\"kitchen\"]",
    );
    let both = Kinds::parse(DEFAULT)
        .unwrap()
        .with(&Kinds::parse(&own).unwrap())
        .unwrap();
    assert!(both.kind("kitchen").is_none() && both.kind("pool").is_some() && both.least() == 0.8);
    let own = kind(PART).replace("pool", "move").replace("40", "50");
    let moved = both.clone().with(&Kinds::parse(&own).unwrap()).unwrap();
    assert_eq!(
        (
            moved.kinds.len(),
            moved.kind("move").unwrap().days,
            moved.least()
        ),
        (both.kinds.len(), 50, 0.8)
    );
    let own = Kinds::parse("version = 1\nwithout = [\"cellar\"]").unwrap();
    let said = both.with(&own).unwrap_err().to_string();
    assert!(
        said.contains("without is cellar; write codes of kinds that exist"),
        "{said}"
    );
}
