//! Recipes on what members are, through the real program: sets of attributes, and ages that must not drive alone.

use super::workbench::{chain, segment};
use super::*;

fn recipe(folder: &Path, shop: &Path, scheme: &str, text: &str) {
    let path = folder.join(format!("{scheme}.toml"));
    std::fs::write(&path, text).unwrap();
    segment(shop, &["recipe", scheme, path.to_str().unwrap()]);
    segment(shop, &["fit", scheme]);
}

#[test]
fn products_have_sets_of_attributes_and_age_alone_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());

    let text = "title = \"By tags\"\nof = \"products\"\n[method]\nclusters = 4\n[[features]]\nuse = \"attributes\"\n\
                columns = [\"attributes\"]\nweight = 100\n";
    recipe(folder.path(), &shop, "tags", text);
    let board = segment(&shop, &["show", "tags"]);
    let features = board["features"].as_array().unwrap();
    let keys: Vec<&str> = features
        .iter()
        .map(|feature| feature["key"].as_str().unwrap())
        .collect();
    assert!(keys.len() > 3, "{keys:?}");
    // Every column is a value that some products have beside others, and how many is counted in the catalogue.
    for key in &keys {
        let tag = key.strip_prefix("attributes=").unwrap();
        let has = sql(
            &shop,
            &format!(
                "select count(*) from current_products where ';' || replace(attributes, ' ', '') || ';' like '%;{tag};%'"
            ),
        );
        assert!(has[0].as_u64().unwrap() > 0, "{tag}");
    }
    let several = sql(
        &shop,
        "select count(*) from current_products where attributes like '%;%'",
    );
    assert!(several[0].as_u64().unwrap() > 0, "no product has two");

    let of_age = |weight: u32| {
        let rest = match weight {
            100 => String::new(),
            _ => format!(
                "[[features]]\nuse = \"sales_mix\"\nby = \"category_1\"\nweight = {}\n",
                100 - weight
            ),
        };
        let text = format!(
            "title = \"Ages\"\nof = \"customers\"\n[method]\nclusters = 4\n[[features]]\nuse = \"demographics\"\n\
             columns = [\"age\"]\nweight = {weight}\n{rest}"
        );
        recipe(folder.path(), &shop, "ages", &text);
        segment(&shop, &["show", "ages"])["notes"].to_string()
    };
    let told = of_age(100);
    assert!(told.contains("made by age alone"), "{told}");
    let told = of_age(90);
    assert!(
        told.contains("Age alone drives these segments: from age"),
        "{told}"
    );
    let told = of_age(5);
    assert!(!told.contains("ge alone"), "{told}");
}
