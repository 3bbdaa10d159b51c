//! Clusters that are the same under other numbers, through the real program: matched by their members, said in words,
//! and no moves. Scenarios do not renumber one another.

use super::workbench::{chain, clusters, segment};
use super::*;

/// A recipe of the shops of one format.
fn recipe(folder: &Path, shop: &Path, format: &str) {
    let text = format!(
        "title = \"Shops\"\nof = \"stores\"\n[where]\nformat = [\"{format}\"]\n[method]\nclusters = 2\n[[features]]\n\
         use = \"sales_mix\"\nby = \"category_1\"\nweight = 60\n[[features]]\nuse = \"performance\"\nweight = 40\n"
    );
    let path = folder.join("recipe.toml");
    std::fs::write(&path, text).unwrap();
    segment(shop, &["recipe", "shops", path.to_str().unwrap()]);
}

fn fit(shop: &Path, more: &[&str]) -> String {
    let ran = segment(shop, &[&["fit", "shops"], more].concat());
    ran["run_id"].as_str().unwrap().to_string()
}

#[test]
fn the_same_clusters_under_other_numbers_are_no_moves() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let formats = json(&[
        "sql",
        "select format, count(*) from current_stores group by format order by count(*) desc, format limit 2",
        "--project",
        shop.to_str().unwrap(),
    ]);
    let format = |row: usize| formats["rows"][row][0].as_str().unwrap().to_string();
    // What is found between shares no shop with either side, so that no number comes through.
    recipe(folder.path(), &shop, &format(0));
    let first = fit(&shop, &[]);
    recipe(folder.path(), &shop, &format(1));
    fit(&shop, &[]);
    recipe(folder.path(), &shop, &format(0));
    let last = fit(&shop, &[]);

    let told = segment(&shop, &["compare", "shops", &first, &last]);
    let all = told["both"].as_u64().unwrap();
    assert!(all >= 6, "{told}");
    assert_eq!(told["agreement"], 1.0);
    assert_eq!(told["moved"], 0, "{told}");
    let flows = told["flows"].as_array().unwrap();
    for flow in flows {
        assert_ne!(flow["from"], flow["to"], "the numbers are others: {told}");
        assert_eq!(flow["stays"], true);
    }
    let same = told["same"].as_array().unwrap();
    assert_eq!(same.len(), 2);
    assert!(
        same.iter()
            .all(|pair| pair["by_members"] == true && pair["share"] == 1.0)
    );
    let words = told["matched"].as_str().unwrap();
    let pair = format!(
        "{} of the first is {} of the second (100 %",
        same[0]["before"], same[0]["now"]
    );
    assert!(words.contains(&pair), "{words}");

    // The same between two dates, and for one shop.
    segment(&shop, &["publish", "shops", "--run", &first]);
    let next = super::history::day(3);
    segment(
        &shop,
        &["publish", "shops", "--run", &last, "--from", &next],
    );
    let told = segment(&shop, &["migration", "shops"]);
    assert_eq!(
        (&told["moved"], &told["stayed"]),
        (&0.into(), &all.into()),
        "{told}"
    );
    let notes = told["notes"].to_string();
    assert!(notes.contains("matched by their members"), "{notes}");
    let member = segment(&shop, &["members", "shops"])["rows"][0]["member"].clone();
    let told = segment(&shop, &["history-of", "shops", member.as_str().unwrap()]);
    let stays = told["stays"].as_array().unwrap();
    assert_eq!(stays.len(), 1, "{told}");
    assert_eq!(stays[0]["publications"].as_array().unwrap().len(), 2);
}

#[test]
fn scenarios_do_not_renumber_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    fit(&shop, &["--clusters", "4"]);
    let four = clusters(&shop, "shops");
    fit(&shop, &["--clusters", "2"]);
    // A try with two clusters went between; the four are numbered as they were.
    let again = fit(&shop, &["--clusters", "4"]);
    assert_eq!(clusters(&shop, "shops"), four);
    // What is live numbers a draft, and clusters that it does not have are those of the scenario's own run before.
    segment(&shop, &["publish", "shops", "--run", &again]);
    fit(&shop, &["--clusters", "6"]);
    let six = clusters(&shop, "shops");
    fit(&shop, &["--clusters", "5"]);
    fit(&shop, &["--clusters", "6"]);
    assert_eq!(clusters(&shop, "shops"), six);
}
