//! The shipped recipes for habits and catchments through the real program, held against the truth of the generated
//! chain: what they find must be what is there. The truth judges alone; no recipe reads it.

use super::*;

/// The adjusted Rand index of a contingency table (Hubert and Arabie 1985).
fn adjusted_rand(cells: &[(String, String, f64)]) -> f64 {
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let sums = |side: fn(&(String, String, f64)) -> &String| {
        let mut sums = std::collections::BTreeMap::<&String, f64>::new();
        for cell in cells {
            *sums.entry(side(cell)).or_default() += cell.2;
        }
        sums.into_values().map(pairs).sum::<f64>()
    };
    let (found, truth) = (sums(|cell| &cell.0), sums(|cell| &cell.1));
    let all = pairs(cells.iter().map(|cell| cell.2).sum());
    let both: f64 = cells.iter().map(|cell| pairs(cell.2)).sum();
    let chance = found * truth / all;
    (both - chance) / ((found + truth) / 2.0 - chance)
}

/// How far a run agrees with the truth, which `truth` gives as member and kind.
fn agreement(shop: &Path, files: &Path, run: &str, truth: &str) -> f64 {
    let query = format!(
        "select cast(m.cluster_id as varchar), t.kind, count(*) from scheme_members m join ({truth}) t \
         on t.member = coalesce(m.member_id, cast(m.customer_key as varchar)) where m.run_id = '{run}' and m.receipts >= 4 group by 1, 2"
    );
    let file = |name: &str| format!("{name}={}/truth/{name}.parquet", files.display());
    let named = ["persons", "receipts"].map(file);
    let types = format!("types={}/truth/stores.parquet", files.display());
    let answer = json(&[
        "sql",
        &query,
        "--file",
        &named[0],
        "--file",
        &named[1],
        "--file",
        &types,
        "--project",
        shop.to_str().unwrap(),
    ]);
    let rows = answer["rows"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let cells: Vec<(String, String, f64)> = rows
        .map(|row| (text(&row[0]), text(&row[1]), row[2].as_f64().unwrap()))
        .collect();
    assert!(cells.len() > 5, "{query}: {answer}");
    adjusted_rand(&cells)
}

#[test]
fn habits_and_catchments_are_found_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    let size = "--customers 1200 --stores 40 --products 600 --orders 24000 --seed 11";
    let size: Vec<&str> = size.split(' ').collect();
    json(&[&["synth", files.to_str().unwrap()], &size[..]].concat());
    let shop = project(folder.path());
    for kind in ["products", "stores", "customers", "orders"] {
        let file = files.join(format!("{kind}.csv"));
        import(&shop, &file, &["--as", kind, "--preset", "native"]);
    }
    let place = ["--project", shop.to_str().unwrap()];
    let segment = |args: &[&str]| json(&[&["segment"], args, &place[..]].concat());
    let fit = |scheme: &str, template: &str, clusters: &str| {
        segment(&["recipe", scheme, "--template", template]);
        let run = segment(&["fit", scheme, "--clusters", clusters]);
        run["run_id"].as_str().unwrap().to_string()
    };
    let segments = "select cast(o.customer_key as varchar) as member, p.segment as kind from (select customer_key, \
                    min(receipt_id) as receipt_id from order_lines where customer_key is not null group by customer_key) o \
                    join receipts r on r.receipt_id = o.receipt_id join persons p on p.person_id = r.person_id";
    let habits = fit("habits", "customer-habits", "8");
    let value = fit("value", "customer-value", "8");
    let (habits, value) = (
        agreement(&shop, &files, &habits, segments),
        agreement(&shop, &files, &value, segments),
    );
    assert!(habits > 0.6, "{habits}");
    assert!(value < 0.2, "{value}");

    // Without a live scheme of that name the recipe says what to do.
    segment(&["recipe", "catchment", "--template", "stores-by-catchment"]);
    let early = tessera(&[&["segment", "fit", "catchment"], &place[..]].concat());
    assert!(String::from_utf8_lossy(&early.stderr).contains("publish it first"));
    segment(&["publish", "habits"]);
    let run = segment(&["fit", "catchment", "--clusters", "6"]);
    let types = "select store_id as member, catchment_type as kind from types";
    let catchment = agreement(&shop, &files, run["run_id"].as_str().unwrap(), types);
    assert!(catchment > 0.7, "{catchment}");
}
