//! A retailer's own dictionary on top of the general ones.

use super::{product, values};
use genome::dna::{Attribute, Dictionary, Extractor, Found};

fn with(own: &str, text: &str) -> Vec<Found> {
    let dictionary = Dictionary::bundled()
        .unwrap()
        .with("own.toml", own)
        .unwrap();
    Extractor::new(dictionary).extract(&product("1", text))
}

fn wrong(own: &str) -> String {
    Dictionary::bundled()
        .unwrap()
        .with("own.toml", own)
        .unwrap_err()
        .to_string()
}

#[test]
fn it_adds_values_and_words() {
    let own = "[brand.\"sunny side\"]\nen = [\"sunny side\", \"s. side\"]\n[colour.blue]\nen = [\"lagoon\"]\n";
    let found = with(own, "S. SIDE LAGOON MUG");
    assert_eq!(values(&found, Attribute::Brand), ["sunny side"]);
    assert_eq!(values(&found, Attribute::Colour), ["blue"]);
    let why = &found
        .iter()
        .find(|one| one.attribute == Attribute::Colour)
        .unwrap()
        .evidence[0];
    assert_eq!(why.entry, "own.toml:4");
    assert_eq!(
        values(&with(own, "NAVY MUG"), Attribute::Colour),
        ["blue"],
        "what was there stays"
    );
}

#[test]
fn its_reading_of_a_word_holds() {
    let own = "[colour.turquoise]\nen = [\"mint\"]\n";
    assert_eq!(
        values(&with(own, "MINT MUG"), Attribute::Colour),
        ["turquoise"]
    );
}

#[test]
fn it_takes_words_and_values_back() {
    assert!(
        values(
            &with("[colour.green]\nwithout = [\"mint\"]\n", "MINT MUG"),
            Attribute::Colour
        )
        .is_empty()
    );
    assert!(
        values(
            &with("[colour.green]\ndrop = true\n", "GREEN MUG"),
            Attribute::Colour
        )
        .is_empty()
    );
}

#[test]
fn it_forbids_contexts() {
    let own = "[colour.red]\nnot_in = [\"red baron\"]\n[pattern.star]\nnot_with = [\"cinema\"]\n";
    assert!(values(&with(own, "RED BARON MUG"), Attribute::Colour).is_empty());
    assert_eq!(values(&with(own, "RED MUG"), Attribute::Colour), ["red"]);
    assert!(values(&with(own, "CINEMA STAR MUG"), Attribute::Pattern).is_empty());
}

#[test]
fn a_form_can_be_asked_for_as_it_is_written() {
    let own = "[kind.\"light chain\"]\nen = [\"=lamps\"]\n";
    assert_eq!(
        values(&with(own, "RED LAMPS"), Attribute::Kind),
        ["light chain"]
    );
    assert_eq!(values(&with(own, "RED LAMP"), Attribute::Kind), ["lamp"]);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let pairs = [
        ("[colour.red]\nen = [\"crimson\"\n", "own.toml:"),
        (
            "[color.red]\nen = [\"x\"]\n",
            "own.toml:1: 'color' is no attribute that has words",
        ),
        (
            "\n[colour.red]\nenglish = [\"x\"]\n",
            "own.toml:3: 'english' is not known",
        ),
        (
            "[colour.red]\nen = [3]\n",
            "own.toml:2: 'en' must be a list of texts",
        ),
        (
            "[colour.red]\nen = [\"--\"]\n",
            "own.toml:2: 'en' lists '--', which has no letter",
        ),
        (
            "[colour.red]\nweak = \"yes\"\n",
            "own.toml:2: 'weak' must be true or false",
        ),
        (
            "[colour.a]\nen = [\"zap\"]\n[colour.b]\nen = [\"zap\"]\n",
            "own.toml:4: 'zap' (en) is listed as colour 'b'",
        ),
        ("[brand.\"--\"]\n", "own.toml:1: '--' has no letter"),
        (
            "[words.verbs]\nen = [\"go\"]\n",
            "own.toml:1: [words.verbs] is not known",
        ),
        (
            "[kind.x]\ngives = { colr = \"red\" }\n",
            "own.toml:2: 'colr' is no attribute",
        ),
        (
            "[colour.red]\nen = [\"ruby\"]\nnot_in = [\"ruby\"]\n",
            "own.toml:1: not_in of 'red' holds 'ruby'",
        ),
    ];
    for (own, begins) in pairs {
        let words = wrong(own);
        assert!(words.starts_with(begins), "{words}");
    }
}
