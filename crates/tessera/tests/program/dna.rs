//! `tessera lab dna`: attributes of products from plain files, and their score.

use super::*;
use std::io::Write;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A file of this name with these words.
fn file(folder: &Path, name: &str, words: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, words).unwrap();
    path
}

const CATALOGUE: &str = "sku,name,colour,price,currency,language\n\
    1,RED SPOT CERAMIC DRAWER KNOB,,1.25,GBP,\n\
    2,S/4 LAGOON MUGS,,4.00,GBP,en\n\
    3,Roter Keramikbecher,navy,6.50,GBP,de\n";

#[test]
fn attributes_are_told_with_their_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let input = file(folder.path(), "catalogue.csv", CATALOGUE);
    let own = file(
        folder.path(),
        "own.toml",
        "[colour.blue]\nen = [\"lagoon\"]\n",
    );
    let base = [
        "lab",
        "dna",
        "extract",
        "--input",
        text(&input),
        "--dictionary",
        text(&own),
    ];
    let told = json(&base);
    assert_eq!(told["products"], 3);
    let of = |product: usize, attribute: &str| -> Vec<String> {
        let all = told["dna"][product]["attributes"].as_array().unwrap();
        let of = all.iter().filter(|one| one["attribute"] == attribute);
        of.map(|one| one["value"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(
        (of(0, "kind"), of(0, "material")),
        (vec!["drawer knob".into()], vec!["ceramic".into()])
    );
    assert_eq!(
        (of(1, "pack"), of(1, "colour")),
        (vec!["4".into()], vec!["blue".into()])
    );
    assert_eq!(
        (of(2, "kind"), of(2, "colour")),
        (vec!["mug".into()], vec!["blue".into(), "red".into()])
    );
    assert!((0..3).all(|product| of(product, "price_tier").len() == 1));
    let output = folder.path().join("dna.csv");
    json(&[&base[..], &["--output", text(&output)]].concat());
    let lines = std::fs::read_to_string(output).unwrap();
    let lagoon = lines.lines().find(|line| line.contains("LAGOON")).unwrap();
    assert!(
        lagoon.starts_with("2,colour,blue,0.90,text,name,4,LAGOON"),
        "{lagoon}"
    );
}

#[test]
fn corrections_go_over_every_run_and_conflicts_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let input = file(folder.path(), "catalogue.csv", CATALOGUE);
    let lines = [
        r#"{"id":"a","scope":{"product":"1"},"act":{"set":["colour",["pink"]]},"by":"ann","why":"seen","at":"today"}"#,
        r#"{"id":"b","scope":{"rule":{"words":"mug"}},"act":{"add":["style","retro"]},"by":"ann","why":"ours","at":"today"}"#,
        r#"{"id":"c","scope":{"rule":{"having":["kind","drawer knob"]}},"act":{"forbid":["pattern",null]},"by":"bob","why":"plain","at":"today"}"#,
        r#"{"id":"d","scope":{"product":"1"},"act":{"forbid":["colour","pink"]},"by":"bob","why":"no","at":"today"}"#,
        r#"{"id":"e","scope":{"product":"9"},"act":{"forbid":["kind",null]},"by":"bob","why":"gone","at":"today"}"#,
    ];
    let corrections = file(folder.path(), "corrections.jsonl", &lines.join("\n"));
    let told = json(&[
        "lab",
        "dna",
        "extract",
        "--input",
        text(&input),
        "--corrections",
        text(&corrections),
    ]);
    let all = told["dna"].to_string();
    assert!(all.contains("retro") && !all.contains("pattern"), "{all}");
    let conflicts = &told["corrections"]["conflicts"];
    assert_eq!(
        (&conflicts[0]["holds"], &conflicts[0]["yields"]),
        (&"d".into(), &"a".into())
    );
    assert_eq!(told["corrections"]["idle"], serde_json::json!(["e"]));
}

#[test]
fn a_wrong_dictionary_is_told_by_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let input = file(folder.path(), "catalogue.csv", CATALOGUE);
    let own = file(
        folder.path(),
        "own.toml",
        "[colour.blue]\nenglish = [\"lagoon\"]\n",
    );
    let out = tessera(&[
        "lab",
        "dna",
        "extract",
        "--input",
        text(&input),
        "--dictionary",
        text(&own),
    ]);
    assert_eq!(out.status.code(), Some(2));
    let words = String::from_utf8_lossy(&out.stderr).to_string();
    assert!(
        words.contains("own.toml:2: 'english' is not known"),
        "{words}"
    );
}

#[test]
fn the_open_half_of_the_labels_is_scored() {
    let labels = bundled()
        .with_file_name("labels")
        .join("online_retail/open.jsonl");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../genome/data/dna/online_retail.toml");
    let told = json(&[
        "lab",
        "dna",
        "score",
        "--labels",
        text(&labels),
        "--dictionary",
        text(&own),
        "--baseline",
        "--kinds-of",
        text(&labels),
    ]);
    let f1 = |part: &Value| part["micro"]["f1"].as_f64().unwrap();
    assert_eq!(
        (&told["products"], &told["micro"]["labels"]),
        (&240.into(), &669.into())
    );
    assert!(f1(&told) > 0.97 && f1(&told["baseline"]) < 0.85, "{told}");
    // With the kinds of the very file nothing is missing.
    assert!((f1(&told["with_known_kinds"]) - f1(&told)).abs() < 0.01);
}

#[test]
fn of_sealed_labels_totals_alone_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made_up.jsonl.gz");
    let row = r#"{"code":"S1","text":"SECRET ZEBRA MUG","labels":{"kind":["mug"],"style":["secretive"]}}"#;
    let pack = |words: &str| {
        let mut out = flate2::write::GzEncoder::new(
            std::fs::File::create(&path).unwrap(),
            flate2::Compression::fast(),
        );
        out.write_all(words.as_bytes()).unwrap();
        out.finish().unwrap();
    };
    pack(row);
    let score = ["lab", "dna", "score", "--labels", text(&path)];
    let told = json(&score);
    assert_eq!(
        (&told["sealed"], &told["products"]),
        (&true.into(), &1.into())
    );
    let people = tessera(&score);
    let refused = tessera(&[&score[..], &["--details"]].concat());
    assert_eq!(refused.status.code(), Some(2));
    let as_kinds = tessera(&[&score[..], &["--kinds-of", text(&path)]].concat());
    assert_eq!(as_kinds.status.code(), Some(2));
    pack(&format!(
        "{row}\n{{\"code\":\"S2\",\"text\":\"SECRET\",\"labels\":{{\"secret\":[]}}}}"
    ));
    let broken = tessera(&score);
    assert_eq!(broken.status.code(), Some(1));
    for out in [people, refused, as_kinds, broken] {
        let words = format!(
            "{}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
        // The folder's made-up name may hold any letters.
        let words = words.replace(folder.path().to_str().unwrap(), "");
        let lower = words.to_lowercase();
        assert!(
            !lower.contains("secret") && !lower.contains("zebra") && !words.contains("S1"),
            "{words}"
        );
    }
}

#[test]
fn words_are_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..12)
        .map(|n| format!("{n},RED ZORBLAT MUG {n}\n"))
        .collect();
    let input = file(
        folder.path(),
        "catalogue.csv",
        &format!("code,name\n{rows}"),
    );
    let told = json(&[
        "lab",
        "dna",
        "propose",
        "--input",
        text(&input),
        "--least",
        "10",
    ]);
    let first = &told["proposals"][0];
    assert_eq!(
        (&first["words"], &first["products"]),
        (&"zorblat".into(), &12.into())
    );
}
