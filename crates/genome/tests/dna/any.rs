//! Texts that nobody wrote: nothing in them may stop the extractor or lead its evidence astray.

use super::{GENERAL, product};
use genome::dna::{CERTAIN, Language, Product};
use proptest::prelude::*;

/// Words that the dictionaries know, signs and numbers in any order.
fn texts() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "SET",
        "of",
        "6",
        "S/4",
        "RED",
        "heart",
        "hanging",
        "mug",
        "necklace",
        "with",
        "in",
        "box",
        "+",
        "&",
        ",",
        "60cm",
        "x",
        "6x330ml",
        "1,5l",
        "42\"",
        "a5",
        "Grüne",
        "Weihnachtskerze",
        "œuf",
        "M.O.P",
        "B'FLY",
        "'",
        "3D",
        "pair",
        "FELTCRAFT",
        "t-light",
        "lights",
        "ICE",
        "CREAM",
        "99999999999",
        "0",
        "½",
        "日本",
        "ß",
    ]);
    let any = "\\PC{0,12}";
    prop::collection::vec(
        prop_oneof![4 => known.prop_map(str::to_string), 1 => any],
        0..14,
    )
    .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_read_with_evidence_that_stands_in_it(text in texts(), which in 0..8_usize) {
        let language = Language::ALL.get(which).copied();
        let one = Product { language, fields: vec![("colour".into(), text.clone())], ..product("1", &text) };
        let found = GENERAL.extract(&one);
        prop_assert_eq!(&found, &GENERAL.extract(&one));
        let letters: Vec<char> = text.chars().collect();
        for one in &found {
            prop_assert!((1..=CERTAIN).contains(&one.strength));
            for why in one.evidence.iter().filter(|why| why.field == "description") {
                let stands: String = letters[why.from..why.to].iter().collect();
                prop_assert_eq!(&stands, &why.matched);
            }
        }
        let _ = GENERAL.baseline(&one);
    }
}
