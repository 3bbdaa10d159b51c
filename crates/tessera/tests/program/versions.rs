//! Past versions of a scheme through the real program: each with who, when and why, two of them held against each
//! other, going back to one to the byte, and what is changed from outside is found.

use super::history::refused;
use super::workbench::{chain, segment};
use super::*;

/// Changes the registry from outside, as somebody with its file can.
pub fn meddle(shop: &Path, statement: &str) {
    let code =
        "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db: db.execute(sys.argv[2])";
    let registry = shop.join("registry.db");
    let done = Command::new("python3")
        .args(["-c", code, registry.to_str().unwrap(), statement])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// What a scheme is made of, as bytes: its recipe, the changes that stand, who is where in what is live.
fn held(shop: &Path) -> [String; 3] {
    let hands = segment(shop, &["history", "shops"])["hands"].clone();
    let stand = hands["hands"].as_array().unwrap().iter();
    let stand: Vec<&Value> = stand.filter(|hand| hand["stands"] == true).collect();
    let live = segment(
        shop,
        &["members", "shops", "--run", "live", "--limit", "1000"],
    );
    [
        segment(shop, &["recipe", "shops"])["text"].to_string(),
        serde_json::json!(stand).to_string(),
        live["rows"].to_string(),
    ]
}

fn newest(shop: &Path) -> String {
    segment(shop, &["versions", "shops"])["version"].to_string()
}

fn saved(folder: &Path, shop: &Path, text: &str) {
    let path = folder.join("shops.toml");
    std::fs::write(&path, text).unwrap();
    segment(shop, &["recipe", "shops", path.to_str().unwrap()]);
}

#[test]
fn any_past_version_is_told_and_comes_back_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let text = "title = \"Shops\"\nof = \"stores\"\n\n# As agreed:  \n[method]\nclusters = 3\n\n\
                [[features]]\nuse = \"sales_mix\"\nby = \"category_1\"\nweight = 100\n";
    saved(folder.path(), &shop, text);
    segment(&shop, &["fit", "shops"]);
    segment(&shop, &["rename", "shops", "1", "City"]);
    segment(&shop, &["lock", "shops", "S0001", "S0002"]);
    segment(&shop, &["publish", "shops", "--reason", "for spring"]);
    let (then, was) = (newest(&shop), held(&shop));

    // Everything changes: weights, a name and a lock, what is live.
    saved(
        folder.path(),
        &shop,
        &text.replace("clusters = 3", "clusters = 4"),
    );
    let lock = segment(&shop, &["versions", "shops"])["versions"][2].clone();
    assert!(lock["sentence"].as_str().unwrap().contains("locked"));
    segment(&shop, &["undo", "shops", &lock["version"].to_string()]);
    segment(&shop, &["rename", "shops", "1", "Centre"]);
    segment(&shop, &["fit", "shops"]);
    segment(&shop, &["publish", "shops"]);
    let (now, is) = (newest(&shop), held(&shop));
    assert!(was.iter().zip(&is).all(|(was, is)| was != is));

    let told = segment(&shop, &["versions", "shops", &then, "--against", &now]);
    let lines = told["recipe"].as_array().unwrap().iter();
    let changed: Vec<&Value> = lines.filter(|line| line["word"] != "same").collect();
    assert_eq!(
        (changed[0]["text"].as_str(), changed[1]["text"].as_str()),
        (Some("clusters = 3"), Some("clusters = 4"))
    );
    assert_eq!(told["hands_a"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["hands_b"][0]["sentence"], "cluster 1 named 'Centre'");
    assert_eq!(told["live_a"]["comment"], "for spring");
    let differs = serde_json::json!(["recipe", "hands", "live"]);
    assert_eq!(told["differs"], differs);
    let one = segment(&shop, &["versions", "shops", &then]);
    assert_eq!(one["recipe"]["text"], text);
    assert_eq!(one["live"]["run_id"], told["live_a"]["run_id"]);
    // What touched one cluster: its two names; the lock names the clusters of its shops.
    let of_one = segment(&shop, &["versions", "shops", "--cluster", "1"]);
    let of_one = of_one["versions"].to_string();
    assert!(of_one.contains("'City'") && of_one.contains("'Centre'"));
    assert!(!of_one.contains("of the recipe"), "{of_one}");
    // By a name that it had and has no more, too.
    for name in ["city", "Centre"] {
        let named = segment(&shop, &["versions", "shops", "--cluster", name]);
        assert_eq!(named["versions"].to_string(), of_one, "{name}");
    }

    // Part by part, then nothing is left to bring back.
    let why = ["--reason", "the old plan"];
    let back = [&["restore", "shops", "--version", &then], &why[..]].concat();
    let done = segment(&shop, &back);
    assert_eq!(
        done["version"]["parts"],
        serde_json::json!(["hands", "recipe"])
    );
    assert_eq!(done["version"]["reason"], "the old plan");
    let half = held(&shop);
    assert_eq!((&half[0], &half[1]), (&was[0], &was[1]));
    let (code, words) = refused(&shop, &back);
    assert_eq!(code, Some(2));
    assert!(words.contains("nothing to bring back"), "{words}");
    segment(&shop, &[&back[..], &["--part", "live"]].concat());
    assert_eq!(held(&shop), was);
    // Names too, and nothing was rewritten: what was left behind can be gone back to as well.
    let clusters = segment(&shop, &["show", "shops", "--run", "live"])["clusters"].clone();
    assert!(clusters.to_string().contains("City"), "{clusters}");
    let parts = ["--part", "recipe", "--part", "hands", "--part", "live"];
    let again = ["restore", "shops", "--version", &now];
    segment(&shop, &[&again[..], &why, &parts].concat());
    assert_eq!(held(&shop), is);
    let all = segment(&shop, &["versions", "shops"]);
    assert_eq!(all["broken"], 0);
    assert!(
        all["versions"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["genuine"] == "sealed" && row["hash"].as_str().unwrap().len() == 64)
    );
    let place = shop.to_str().unwrap();
    assert_eq!(
        json(&["audit", "verify", "--project", place])["intact"],
        true
    );

    // What is changed from outside is found, and nothing goes back by it.
    meddle(
        &shop,
        "UPDATE recipes SET text = replace(text, 'sales_mix', 'geography') WHERE version = 1",
    );
    let all = segment(&shop, &["versions", "shops"]);
    assert_eq!(all["broken"], 1);
    let changed = all["versions"].as_array().unwrap().last().unwrap();
    assert_eq!(changed["genuine"], "changed", "{changed}");
    let (code, words) = refused(&shop, &back);
    assert_eq!(code, Some(1));
    assert!(words.contains("is not as it was written"), "{words}");
    // Nor is a recipe that holds now, and was changed where it stands, called alike.
    let latest = newest(&shop);
    for part in [&[][..], &["--part", "recipe"]] {
        let again = [&["restore", "shops", "--version", &latest], &why[..], part].concat();
        let (code, words) = refused(&shop, &again);
        assert_eq!(code, Some(1), "{words}");
        assert!(words.contains("is not as it was written"), "{words}");
    }
    let done = tessera(&["audit", "verify", "--project", place]);
    assert_eq!(done.status.code(), Some(1));
    let words = String::from_utf8_lossy(&done.stderr).to_string();
    let number = changed["version"].to_string();
    assert!(
        words.contains(&format!("version {number} of 'shops' was changed")),
        "{words}"
    );
    let (code, words) = refused(&shop, &["versions", "shops", "999999"]);
    assert_eq!(code, Some(2));
    assert!(words.contains("has no version 999999"), "{words}");

    // An entry that cannot even be read is told by its number, too.
    let cut = format!("UPDATE audit SET detail = '{{' WHERE seq = {number}");
    meddle(&shop, &cut);
    let done = tessera(&["audit", "verify", "--project", place]);
    let words = String::from_utf8_lossy(&done.stderr).to_string();
    assert_eq!(done.status.code(), Some(1), "{words}");
    assert!(
        words.contains(&format!("first at entry {number}")),
        "{words}"
    );
}
