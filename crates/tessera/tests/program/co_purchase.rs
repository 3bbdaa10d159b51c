//! Products by what they are bought with, as a scheme that people shape: through the real program.

use super::*;
use std::collections::BTreeMap;

/// A generated chain with a scheme by co-purchase that was run once, and one by attributes.
fn chain(folder: &Path) -> PathBuf {
    let (files, shop) = (folder.join("files"), folder.join("shop"));
    let size = "--customers 1200 --stores 24 --products 500 --orders 15000 --seed 5";
    let size: Vec<&str> = size.split(' ').collect();
    json(&[&["synth", files.to_str().unwrap()], &size[..]].concat());
    json(&["new", shop.to_str().unwrap()]);
    for kind in ["products", "stores", "orders"] {
        let file = files.join(format!("{kind}.csv"));
        import(&shop, &file, &["--as", kind, "--preset", "native"]);
    }
    for (scheme, template) in [
        ("together", "products-by-co-purchase"),
        ("dna", "products-by-attributes"),
    ] {
        segment(&shop, &["recipe", scheme, "--template", template]);
        segment(&shop, &["fit", scheme, "--clusters", "6"]);
    }
    shop
}

fn segment(shop: &Path, args: &[&str]) -> Value {
    json(&[&["segment"], args, &["--project", shop.to_str().unwrap()]].concat())
}

fn members(shop: &Path) -> Vec<Value> {
    let all = segment(shop, &["members", "together", "--limit", "1000"]);
    all["rows"].as_array().unwrap().clone()
}

/// Member and cluster of a scheme's newest run.
fn of_each(shop: &Path, scheme: &str) -> BTreeMap<String, i64> {
    let all = segment(shop, &["members", scheme, "--limit", "1000"]);
    let rows = all["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let id = row["member"].as_str().unwrap().to_string();
        (id, row["cluster"].as_i64().unwrap())
    })
    .collect()
}

/// The adjusted Rand index over the members of both.
fn adjusted_rand(one: &BTreeMap<String, i64>, two: &BTreeMap<String, i64>) -> f64 {
    let pairs = |count: f64| count * (count - 1.0) / 2.0;
    let (mut both, mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut members = 0.0;
    for (id, own) in one {
        let Some(other) = two.get(id) else { continue };
        *both.entry((own, other)).or_insert(0.0) += 1.0;
        *rows.entry(own).or_insert(0.0) += 1.0;
        *columns.entry(other).or_insert(0.0) += 1.0;
        members += 1.0;
    }
    let together: f64 = both.into_values().map(pairs).sum();
    let (own, other) = (
        rows.into_values().map(pairs).sum::<f64>(),
        columns.into_values().map(pairs).sum::<f64>(),
    );
    let by_chance = own * other / pairs(members);
    (together - by_chance) / ((own + other) / 2.0 - by_chance)
}

#[test]
fn products_bought_together_are_a_scheme_that_hands_shape() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let board = segment(&shop, &["show", "together"]);
    // Reasons are what it is bought with, not the number of an axis; so are names.
    let features = board["features"].as_array().unwrap();
    assert!(features.len() > 5, "{board}");
    for feature in features {
        let label = feature["label"].as_str().unwrap();
        assert!(label.starts_with("Bought with "), "{label}");
    }
    let clusters = board["clusters"].as_array().unwrap();
    let named = clusters.iter().filter(|cluster| {
        let name = cluster["name"].as_str().unwrap();
        name.starts_with("Products bought with ")
    });
    assert!(named.count() >= 4, "{board}");

    // Products with hardly any baskets are nobody's noise: they are in no cluster, and are said to be so.
    let notes = board["notes"].to_string();
    assert!(
        notes.contains("no evidence of what is bought with them"),
        "{notes}"
    );
    let rows = members(&shop);
    let least = rows.iter().map(|row| row["receipts"].as_u64().unwrap());
    assert!(least.min().unwrap() >= 20);
    let sold = sql(
        &shop,
        "select count(distinct product_id) from order_lines where line_type = 'sale'",
    );
    assert!(sold[0].as_u64().unwrap() > rows.len() as u64 + 10, "{sold}");

    // A move has a cost before it is saved, and the next run obeys it; a lock too.
    let row = &rows[0];
    let id = row["member"].as_str().unwrap();
    let to = row["second_cluster"].to_string();
    let cost = segment(&shop, &["move", "together", id, "--to", &to, "--dry-run"]);
    assert_eq!(cost["moved"], 1);
    let fit = |when: &str| cost[when].as_f64().unwrap();
    assert!(fit("fit_after") < fit("fit_before"), "{cost}");
    let why = ["--reason", "sold on one shelf"];
    segment(
        &shop,
        &[&["move", "together", id, "--to", &to], &why[..]].concat(),
    );
    let kept = rows[1]["member"].as_str().unwrap();
    segment(&shop, &[&["lock", "together", kept], &why[..]].concat());
    segment(&shop, &["fit", "together", "--clusters", "6"]);
    let again = members(&shop);
    let now = |id: &str| again.iter().find(|row| row["member"] == id).unwrap();
    assert_eq!(now(id)["cluster"].to_string(), to);
    assert_eq!(now(id)["pinned"], true);
    assert_eq!(now(kept)["cluster"], rows[1]["cluster"]);

    let told = segment(&shop, &["explain", "together", kept]);
    let first = told["reasons"][0]["label"].as_str().unwrap();
    assert!(first.starts_with("Bought with "), "{told}");

    // The two schemes agree in part: more than two that have nothing to do with each other.
    let found = segment(&shop, &["agreement", "together", "dna"]);
    let agreement = found["adjusted_rand"].as_f64().unwrap();
    assert!(agreement > 0.02 && agreement < 0.9, "{found}");
    // And it is what the members' lists give (L. Hubert, P. Arabie, "Comparing partitions", 1985).
    let by_lists = adjusted_rand(&of_each(&shop, "together"), &of_each(&shop, "dna"));
    assert!((agreement - by_lists).abs() < 1e-9, "{by_lists} {found}");
    assert_eq!(found["both"].as_u64().unwrap(), rows.len() as u64);
    let overlaps = found["overlaps"].as_array().unwrap().iter();
    let all: u64 = overlaps.map(|each| each["members"].as_u64().unwrap()).sum();
    assert_eq!(all, rows.len() as u64);
    let same = segment(&shop, &["agreement", "dna", "dna"]);
    assert_eq!(same["adjusted_rand"], 1.0);
}
