//! When two rows are the same row, over files, formats and kinds.

use std::collections::HashSet;

use collect::{ImportSpec, Importer, Sameness, sniff};
use retail::Kind;

use crate::support::*;

const HEADER: &str = "receipt_id,line_no,product_id,description,happened_at,quantity,unit_price,currency,customer_id";

fn spec() -> ImportSpec {
    ImportSpec::preset(Kind::Orders, "native")
}

fn keys(lines: &[&str]) -> Vec<(i64, i64)> {
    keys_of(&format!("{HEADER}\n{}\n", lines.join("\n")), &spec())
}

fn keys_of(text: &str, spec: &ImportSpec) -> Vec<(i64, i64)> {
    let folder = Folder::new();
    let outcome = import(&folder.write("t.csv", text), spec).unwrap();
    assert_eq!(outcome.codes(), []);
    outcome.keys("receipt_key", "line_key")
}

const A: &str = "R1,,P1,Lantern,2024-01-01 10:00:00,1,2.50,EUR,C1";
const B: &str = "R1,,P2,Candle,2024-01-01 10:00:00,2,1.00,EUR,C1";
const C: &str = "R2,,P1,Lantern,2024-01-02 10:00:00,1,2.50,EUR,C2";
const D: &str = "R3,,P1,Lantern,2024-01-03 10:00:00,1,2.50,EUR,";

#[test]
fn overlapping_exports_share_the_identities_of_the_overlap() {
    let first = keys(&[A, B, C]);
    let second = keys(&[C, D]);
    assert_eq!(first[2], second[0]);
    let all: HashSet<_> = first.iter().chain(&second).collect();
    assert_eq!(all.len(), 4);
}

#[test]
fn true_repeats_stay_apart_and_keep_their_identity_wherever_they_stand() {
    let together = keys(&[A, A, B]);
    let scattered = keys(&[A, C, B, D, A]);
    assert_eq!(together.iter().collect::<HashSet<_>>().len(), 3);
    assert_eq!((together[0], together[1]), (scattered[0], scattered[4]));
}

#[test]
fn a_card_beside_a_customer_is_told_and_alone_is_who_bought() {
    let folder = Folder::new();
    let lines = [
        "R1,1,P1,Lantern,2024-01-01,1,2.50,EUR,C1,loyalty,K1",
        "R1,2,P2,Candle,2024-01-01,1,1.00,EUR,C1,loyalty,K1",
        "R2,1,P1,Lantern,2024-01-02,1,2.50,EUR,,,K1",
        "R3,1,P1,Lantern,2024-01-03,1,2.50,EUR,K2,card,",
        "R4,1,P1,Lantern,2024-01-04,1,2.50,EUR,C1,loyalty,",
        "R5,1,P1,Lantern,2024-01-05,1,2.50,EUR,,,",
    ];
    let text = format!("{HEADER},id_kind,card_token\n{}\n", lines.join("\n"));
    let outcome = import(&folder.write("t.csv", text), &spec()).unwrap();
    assert_eq!(outcome.codes(), []);
    let chunk = &outcome.chunks[0];
    let told = |places: &[Option<u32>]| -> Vec<String> {
        let one = |place: &Option<u32>| {
            let id = place.map(|place| &chunk.ids[place as usize]);
            id.map_or(String::new(), |id| {
                format!("{} {}", id.kind.word(), id.value)
            })
        };
        places.iter().map(one).collect()
    };
    let (c1, k1, k2) = ("loyalty C1", "card K1", "card K2");
    assert_eq!(told(&chunk.who), [c1, c1, k1, k2, c1, ""]);
    assert_eq!(told(&chunk.cards), [k1, k1, k1, k2, "", ""]);
    // A token is no part of what a line says: an export that learnt of tokens brings no line twice.
    let before = keys(&["R1,1,P1,Lantern,2024-01-01,1,2.50,EUR,C1"]);
    assert_eq!(outcome.keys("receipt_key", "line_key")[0], before[0]);
}

#[test]
fn numbered_lines_are_known_by_their_number() {
    let numbered = [
        "R1,1,P1,Lantern,2024-01-01,1,2.50,EUR,C1",
        "R1,2,P1,Lantern,2024-01-01,1,2.50,EUR,C1",
    ];
    let edited = ["R1,1,P1,LANTERN NEW,2024-01-01,1,2.50,EUR,C1"];
    let first = keys(&numbered);
    assert_ne!(first[0], first[1]);
    assert_eq!(keys(&edited)[0], first[0]);
}

#[test]
fn writing_does_not_matter_but_content_does() {
    let same = "R1,,P1, Lantern ,2024-01-01T10:00,1.0,\"2.5\",eur,C1";
    assert_eq!(keys(&[A]), keys(&[same]));
    for other in [
        "R1,,P1,Lantern,2024-01-01 10:00:01,1,2.50,EUR,C1",
        "R1,,P1,Lantern,2024-01-01 10:00:00,1,2.51,EUR,C1",
        "R1,,P1,Lamp,2024-01-01 10:00:00,1,2.50,EUR,C1",
    ] {
        assert_ne!(keys(&[A]), keys(&[other]), "{other}");
    }
    // Whoever bought is no part of a line, so that no name can be tested against a key.
    assert_eq!(
        keys(&[A]),
        keys(&["R1,,P1,Lantern,2024-01-01 10:00:00,1,2.50,EUR,"])
    );
}

#[test]
fn the_order_of_columns_is_irrelevant() {
    let turned = "customer_id,currency,unit_price,quantity,happened_at,description,product_id,line_no,receipt_id\nC1,EUR,2.50,1,2024-01-01 10:00:00,Lantern,P1,,R1\n";
    assert_eq!(keys(&[A]), keys_of(turned, &spec()));
}

#[test]
fn another_source_is_another_receipt() {
    let text = format!("{HEADER}\n{A}\n");
    let mut other = spec();
    other.options.source = Some("second till".to_string());
    assert_ne!(keys_of(&text, &spec())[0].0, keys_of(&text, &other)[0].0);
}

#[test]
fn lists_without_dates_compare_with_the_newest_version() {
    let check = |kind: Kind, text: &str, expect: Sameness| {
        let folder = Folder::new();
        let file = folder.write("t.csv", text);
        let spec = ImportSpec::preset(kind, "native");
        let valid = spec.check(&sniff(&file, &spec.options).unwrap()).unwrap();
        let importer = Importer::open(&valid, args()).unwrap();
        assert_eq!(importer.sameness(), expect, "{text}");
    };
    check(
        Kind::Products,
        "product_id,name\nP1,Lamp\n",
        Sameness::Newest,
    );
    check(
        Kind::Products,
        "product_id,name,happened_at\nP1,Lamp,2024-01-01\n",
        Sameness::Ever,
    );
    check(Kind::Prices, "product_id,price\nP1,2\n", Sameness::Newest);
    check(Kind::Orders, &format!("{HEADER}\n{A}\n"), Sameness::Ever);
}

#[test]
fn versions_of_a_product_share_what_they_are_about() {
    let folder = Folder::new();
    let file = folder.write(
        "p.csv",
        "product_id,name,list_price\nP1,Lamp,2\nP1,Lamp,3\nP1,Lamp,2\nP2,Lamp,2\n",
    );
    let outcome = import(&file, &ImportSpec::preset(Kind::Products, "native")).unwrap();
    let keys = outcome.keys("entity_key", "row_key");
    assert_eq!((keys[0].0, keys[0]), (keys[1].0, keys[2]));
    assert_ne!(keys[0].1, keys[1].1);
    assert_ne!(keys[0].0, keys[3].0);
}

#[test]
fn an_order_is_the_same_before_and_after_its_cancellation() {
    let keys_of = |cancelled: &str| {
        let line = format!("{A},{cancelled}");
        keys_of(&format!("{HEADER},cancelled\n{line}\n{line}\n"), &spec())
    };
    assert_eq!(keys_of("no"), keys_of("yes"));
    assert_ne!(keys_of("no")[0], keys_of("no")[1]);
}
