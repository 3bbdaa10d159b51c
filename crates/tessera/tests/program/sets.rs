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
    // Every column says of how many of the products with attributes the value is one, counted here in the catalogue.
    // Compared as text between separators: in a pattern the `_` of a value would stand for any letter.
    let members: Vec<String> = super::workbench::clusters(&shop, "tags")
        .into_keys()
        .map(|id| format!("'{id}'"))
        .collect();
    let profile = board["clusters"][0]["profile"].as_array().unwrap();
    for key in &keys {
        let tag = key.strip_prefix("attributes=").unwrap();
        let counted = sql(
            &shop,
            &format!(
                "select avg(case when strpos(';' || replace(attributes, ' ', '') || ';', ';{tag};') > 0 then 1.0 else 0.0 end) \
                 from current_products where trim(attributes) <> '' and product_id in ({})",
                members.join(", ")
            ),
        );
        let told = profile.iter().find(|cell| cell["feature"] == *key);
        let told = told.unwrap()["total"].as_f64().unwrap();
        let counted = counted[0].as_f64().unwrap();
        assert!((told - counted).abs() < 1e-6, "{tag}: {told}, {counted}");
        assert!(told > 0.0 && told < 1.0, "{tag}: {told}");
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
