//! Categories that the catalogue does not have, through the real program: refused where a recipe is saved, with the nearest
//! spelling; templates begin with one that there is.

use super::history::refused;
use super::workbench::{chain, segment};
use super::*;

#[test]
fn a_category_that_is_not_there_is_refused_before_it_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let template = [
        "recipe",
        "wine",
        "--template",
        "stores-for-category",
        "--category",
    ];
    let (code, told) = refused(&shop, &[&template[..], &["Red Wien"]].concat());
    assert_eq!(code, Some(2));
    assert!(
        told.contains("no category 'Red Wien'") && told.contains("did you mean Red Wine"),
        "{told}"
    );
    let none = segment(&shop, &["schemes"]);
    assert_eq!(none["schemes"], serde_json::json!([]), "nothing was saved");

    // In rules, too, where it would count nothing without a word: saved, tried and run.
    let path = folder.path().join("rules.toml");
    let rules = |category: &str| {
        let text = format!(
            "title = \"Drinkers\"\nof = \"customers\"\n[rules]\nelse = \"Others\"\n[[rules.cells]]\nname = \"Drinkers\"\n\
             when = 'receipts(\"{category}\", 365 days) >= 1'\n"
        );
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    for more in [&["--dry-run"][..], &[]] {
        let (code, told) = refused(
            &shop,
            &[&["recipe", "drinkers", &rules("red wine")], more].concat(),
        );
        assert_eq!(code, Some(2), "{told}");
        assert!(
            told.contains("no category 'red wine'") && told.contains("Red Wine"),
            "{told}"
        );
    }
    segment(&shop, &["recipe", "drinkers", &rules("Red Wine")]);

    // Without a category a template takes the one that sells most, which there is.
    segment(
        &shop,
        &["recipe", "best", "--template", "stores-for-category"],
    );
    let text = segment(&shop, &["recipe", "best"])["text"]
        .as_str()
        .unwrap()
        .to_string();
    let best = sql(
        &shop,
        "select p.category_2 from order_lines l join current_products p on p.product_id = l.product_id \
         group by 1 order by sum(l.amount) desc limit 1",
    );
    let best = best[0].as_str().unwrap();
    assert!(
        text.contains(&format!("category = \"{best}\"")),
        "{best}: {text}"
    );
    segment(&shop, &["fit", "best", "--clusters", "2"]);
}
