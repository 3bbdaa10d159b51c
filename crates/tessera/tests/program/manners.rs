//! What the program says to somebody who wrote a name nearly right, asked for what is so already, or will be surprised
//! later: through the real program.

use super::history::refused;
use super::workbench::{chain, clusters, segment};
use super::*;

/// What a command prints for people.
fn printed(shop: &Path, args: &[&str]) -> String {
    let place = shop.to_str().unwrap();
    let done = tessera(&[&["segment"], args, &["--project", place]].concat());
    assert!(done.status.success(), "{args:?}");
    String::from_utf8_lossy(&done.stdout).to_string()
}

#[test]
fn names_that_are_nearly_right_are_told_and_nothing_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let template = ["--template", "stores-by-sales-mix"];
    segment(&shop, &[&["recipe", "shops"], &template[..]].concat());
    let ran = segment(&shop, &["fit", "shops", "--clusters", "3"]);
    let run = ran["run_id"].as_str().unwrap();
    let says = |args: &[&str], words: &str| {
        let (code, told) = refused(&shop, args);
        assert_eq!(code, Some(2), "{args:?}: {told}");
        assert!(told.contains(words), "{args:?}: {told}");
    };
    says(&["show", "shop"], "did you mean 'shops'?");
    says(&["members", "shosp"], "did you mean 'shops'?");
    says(
        &["recipe", "more", "--template", "stores-by-sale-mix"],
        "did you mean 'stores-by-sales-mix'?",
    );
    let all = clusters(&shop, "shops");
    let (member, own) = all.iter().next().unwrap();
    let own_number = &own.to_string()[..];
    let wrong = format!("{}x", member);
    let moved = ["move", "shops", &wrong, "--to", "1"];
    says(&moved, "did you mean 'S0");

    // A run by the beginning of its id.
    let short = &run[..run.len() - 4];
    let board = segment(&shop, &["show", "shops", "--run", short]);
    assert_eq!(board["run"]["run_id"], run);
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    let (code, told) = refused(&shop, &["show", "shops", "--run", &run[..4]]);
    assert_eq!(code, Some(2));
    assert!(told.contains("write more of the id"), "{told}");

    // A name that another cluster has, or that a command would take for a number, says nothing.
    segment(
        &shop,
        &["rename", "shops", own_number, "Coast", "--run", run],
    );
    let other = all
        .values()
        .find(|cluster| *cluster != own)
        .unwrap()
        .to_string();
    let taken = ["rename", "shops", &other, "coast", "--run", run];
    says(&taken, "is called 'coast' already");
    let taken = ["create", "shops", "COAST", "--run", run];
    says(&taken, "is called 'COAST' already");
    says(
        &["rename", "shops", &other, "12", "--run", run],
        "is a number",
    );

    // A move to where it is changes nothing, and is no change.
    let own = own.to_string();
    let same = ["move", "shops", member, "--to", &own, "--run", run];
    says(&same, "already, so nothing would move");
    let history = segment(&shop, &["history", "shops"]);
    let hands = history["hands"]["hands"].as_array().unwrap();
    assert_eq!(hands.len(), 1, "the rename alone: {history}");

    // Filters by values that nobody has; a second scheme under one title is told of.
    let path = folder.path().join("filtered.toml");
    let text = |value: &str| {
        format!(
            "title = \"Filtered\"\nof = \"stores\"\n[where]\nformat = [\"{value}\"]\n[[features]]\nuse = \"performance\"\nweight = 100\n"
        )
    };
    std::fs::write(&path, text("supermarkt")).unwrap();
    let file = path.to_str().unwrap();
    says(&["recipe", "filtered", file], "did you mean 'supermarket'?");
    std::fs::write(&path, text("supermarket")).unwrap();
    let saved = segment(&shop, &["recipe", "filtered", file]);
    assert_eq!(saved["notes"], serde_json::json!([]));
    let again = segment(&shop, &["recipe", "filtered-too", file]);
    let note = again["notes"][0].as_str().unwrap();
    assert!(note.contains("'filtered' clusters stores under the same title"));
    // Who the filters left out is told where the run is.
    let told = printed(&shop, &["fit", "filtered", "--clusters", "2"]);
    assert!(told.contains("left out by the recipe's filters"), "{told}");

    // People read minutes and currencies, programs read instants.
    let told = printed(&shop, &["history", "shops"]);
    assert!(told.contains(" UTC") && !told.contains('Z'), "{told}");
    let told = printed(&shop, &["members", "shops"]);
    assert!(told.contains("probability"), "{told}");
    let currency = board["currency"].as_str().unwrap();
    assert!(told.contains(&format!("sales, {currency}")), "{told}");
}
