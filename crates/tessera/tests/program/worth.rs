//! What clusters are worth, through the real program: sums that add up to the receipts, margins that the catalogue's costs
//! give, changes since the publication before.

use super::workbench::{chain, segment};
use super::*;

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        other => other.as_f64().unwrap(),
    }
}

#[test]
fn clusters_add_up_to_what_was_sold_and_tell_how_they_changed() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    assert_eq!(segment(&shop, &["worth"])["schemes"], serde_json::json!([]));
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    segment(&shop, &["fit", "shops", "--clusters", "3"]);
    assert_eq!(segment(&shop, &["worth"])["not_live"], 1);
    segment(&shop, &["publish", "shops"]);
    let first = segment(&shop, &["worth"])["schemes"][0].clone();
    assert_eq!(first["before"], Value::Null);
    let clusters = first["clusters"].as_array().unwrap();
    let sum = |key: &str| clusters.iter().map(|each| number(&each[key])).sum::<f64>();
    for (key, all) in [
        ("members", number(&first["members"])),
        ("sales", number(&first["sales"])),
        ("margin", number(&first["margin"])),
        ("share_members", 1.0),
        ("share_sales", 1.0),
    ] {
        assert!((sum(key) - all).abs() < 1e-6 * all.abs(), "{key}: {first}");
    }
    // By another road: the shops' receipts of the period less the cost of what was on them.
    let (from, to) = (
        first["from"].as_str().unwrap(),
        first["to"].as_str().unwrap(),
    );
    let asked = format!(
        "select sum(l.amount), sum(l.amount - l.quantity * p.unit_cost) from order_lines l join current_products p \
         on p.product_id = l.product_id where l.line_type = 'sale' and not l.cancelled and p.unit_cost is not null \
         and (l.store_id is not null or l.channel in ('web', 'app', 'marketplace')) \
         and l.happened_at > timestamp '{from}' and l.happened_at <= timestamp '{to}'"
    );
    let row = sql(&shop, &asked);
    let told = number(&first["costed"]) * number(&first["sales"]);
    assert!((number(&row[0]) - told).abs() < 1e-6 * told, "{row} {told}");
    assert!(
        (number(&row[1]) - number(&first["margin"])).abs() < 0.01,
        "{row} {first}"
    );

    // One shop is moved by hand; the next publication tells of it, and of nothing else.
    segment(&shop, &["fit", "shops", "--clusters", "3"]);
    let members = segment(&shop, &["members", "shops", "--limit", "1000"]);
    let row = &members["rows"][0];
    let to = clusters
        .iter()
        .find(|each| each["cluster"] != row["cluster"])
        .unwrap()["cluster"]
        .to_string();
    segment(
        &shop,
        &[
            "move",
            "shops",
            row["member"].as_str().unwrap(),
            "--to",
            &to,
        ],
    );
    segment(&shop, &["publish", "shops"]);
    let next = segment(&shop, &["worth"])["schemes"][0].clone();
    let change = |cluster: &Value| {
        let mut all = next["clusters"].as_array().unwrap().iter();
        let own = all.find(|each| each["cluster"] == *cluster).unwrap();
        own["change"].clone()
    };
    assert_eq!(change(&serde_json::from_str(&to).unwrap())["members"], 1);
    assert_eq!(change(&row["cluster"])["members"], -1);
    let share: f64 = next["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| number(&each["change"]["share_sales"]))
        .sum();
    assert!(share.abs() < 1e-9);
    assert_eq!(next["before"]["run_id"], first["run_id"]);

    // A hand-moved shop that is nearer to another cluster is no sign of bad health.
    let health = segment(&shop, &["health", "shops"]);
    let named = |key: &str| health[key].as_array().unwrap().contains(&row["member"]);
    assert!(named("by_hand") && !named("belong_elsewhere"), "{health}");
}

#[test]
fn a_scheme_that_cannot_be_read_takes_nothing_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let mut runs = Vec::new();
    for scheme in ["shops", "formats"] {
        segment(
            &shop,
            &["recipe", scheme, "--template", "stores-by-sales-mix"],
        );
        let ran = segment(&shop, &["fit", scheme, "--clusters", "3"]);
        runs.push(ran["run_id"].as_str().unwrap().to_string());
        segment(&shop, &["publish", scheme]);
    }
    assert_eq!(segment(&shop, &["worth"])["unread"], serde_json::json!([]));
    let statement = format!(
        "UPDATE runs SET result = '{{}}' WHERE run_id = '{}'",
        runs[0]
    );
    super::versions::meddle(&shop, &statement);
    let told = segment(&shop, &["worth"]);
    assert_eq!(told["schemes"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["schemes"][0]["scheme"], "formats");
    let unread = &told["unread"][0];
    assert_eq!(unread["scheme"], "shops");
    let problem = unread["problem"].as_str().unwrap();
    assert!(
        problem.contains(&runs[0]) && problem.contains("run the scheme again"),
        "{told}"
    );
}

#[test]
fn of_customers_no_cluster_of_few_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    // The few who buy most often are a cluster of their own, too small to be told.
    let often = sql(
        &shop,
        "select count(distinct receipt_key) as n from sales where customer_key in (select customer_key from memberships) \
         group by customer_key order by n desc limit 1 offset 2",
    );
    let path = folder.path().join("value.toml");
    let text = format!(
        "title = \"Often\"\nof = \"customers\"\n[rules]\nelse = \"Others\"\n[[rules.cells]]\nname = \"Most\"\n\
         when = 'receipts(3650 days) >= {}'\n[[rules.cells]]\nname = \"Once\"\nwhen = 'receipts(3650 days) <= 1'\n",
        often[0]
    );
    std::fs::write(&path, text).unwrap();
    segment(&shop, &["recipe", "value", path.to_str().unwrap()]);
    segment(&shop, &["fit", "value"]);
    segment(&shop, &["publish", "value"]);
    let told = segment(&shop, &["worth"])["schemes"][0].clone();
    let board = segment(&shop, &["show", "value", "--run", "live"]);
    let least = board["small_cells"]["threshold"].as_u64().unwrap();
    let clusters = told["clusters"].as_array().unwrap();
    assert!(
        clusters
            .iter()
            .all(|each| each["members"].as_u64().unwrap() >= least)
    );
    assert_eq!(told["hidden"], board["small_cells"]["hidden"]);
    assert!(told["hidden"].as_u64().unwrap() >= 1, "{told}");
    assert!(!told.to_string().contains("Most"), "{told}");
    assert_eq!(clusters.len(), board["clusters"].as_array().unwrap().len());
    // Two runs side by side tell neither figure whose difference could be one customer's.
    let compared = segment(&shop, &["compare", "value", "live", "live"]);
    for side in ["a_figures", "b_figures"] {
        assert!(compared[side]["fit"].is_null(), "{compared}");
        assert!(compared[side]["at_risk"].is_null(), "{compared}");
        assert!(compared[side]["ranges"].is_u64(), "{compared}");
    }
}
