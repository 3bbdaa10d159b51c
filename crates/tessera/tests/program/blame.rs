//! Whose a move is, through the real program: locks and drafts that explain nothing, names as of a date, and what is
//! told of few people.

use super::history::{clusters, copied, day, near, refused};
use super::workbench::{chain, segment};
use super::*;

/// The notes of a migration, in one text.
fn notes(told: &Value) -> String {
    let all = told["notes"].as_array().unwrap().iter();
    all.map(|note| note.as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn neither_a_lock_nor_a_change_of_another_draft_explains_a_move_by_data() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let recipe = ["recipe", "shops", "--template", "stores-by-sales-mix"];
    segment(&shop, &recipe);
    let fit = |title: &str, more: &[&str]| {
        let asked = ["fit", "shops", "--clusters", "3", "--title", title];
        let board = segment(&shop, &[&asked[..], more].concat());
        board["run_id"].as_str().unwrap().to_string()
    };
    let first = fit("First", &[]);
    let published = segment(&shop, &["publish", "shops"]);
    let began = published["effective_at"].as_str().unwrap();
    let was = clusters(&shop, &["shops", "--run", "live"]);

    // A name given later does not show at an earlier date.
    let (member, own) = was.iter().next().unwrap();
    segment(&shop, &["rename", "shops", &own.to_string(), "Renamed"]);
    let named = |on: &str| {
        let board = segment(&shop, &["show", "shops", "--on", on]);
        let all = board["clusters"].as_array().unwrap().iter();
        let names: Vec<_> = all
            .map(|one| one["name"].as_str().unwrap().to_string())
            .collect();
        names.contains(&"Renamed".to_string())
    };
    assert!(!named(began) && named(&day(0)));
    let asked = ["members", "shops", "--on", began, "--cluster", "Renamed"];
    assert_eq!(refused(&shop, &asked).0, Some(2));
    let told = segment(&shop, &["explain", "shops", member, "--on", began]);
    assert_ne!(told["member"]["cluster_name"], "Renamed");

    // By data, in two drafts; a merge in one of them, in the other a lock and a move of somebody else.
    let old = fit("Old", &["--method", "ward"]);
    let (changed, like) = near(&shop, member);
    let file = copied(folder.path(), &like, &changed);
    import(&shop, &file, &["--as", "orders", "--preset", "native"]);
    let (a, b) = (fit("A", &[]), fit("B", &[]));
    let is = clusters(&shop, &["shops", "--run", &a]);
    let (left, entered) = (was[&changed].to_string(), is[&changed].to_string());
    assert_ne!(left, entered, "{changed} sells what {like} does");
    segment(
        &shop,
        &["merge", "shops", &left, "--into", &entered, "--run", &b],
    );
    segment(&shop, &["lock", "shops", &changed, "--run", &a]);
    let other = is
        .iter()
        .find(|(id, at)| **id != changed && at.to_string() == left && was[*id] == **at);
    let other = other.unwrap().0;
    segment(
        &shop,
        &["move", "shops", other, "--to", &entered, "--run", &a],
    );
    segment(&shop, &["publish", "shops", "--run", &a, "--from", &day(2)]);
    let told = segment(&shop, &["migration", "shops", "--members"]);
    let rows = told["members"]["rows"].as_array().unwrap();
    let cause = |id: &str| {
        let row = rows.iter().find(|row| row["member"] == id);
        row.unwrap_or_else(|| panic!("{id} in {told}"))["cause"].clone()
    };
    assert_eq!(cause(&changed), "data", "{told}");
    assert_eq!(cause(other), "hand", "{told}");
    let flows = told["flows"].as_array().unwrap();
    let flow = flows.iter().find(|flow| {
        flow["from"].as_i64() == left.parse().ok() && flow["to"].as_i64() == entered.parse().ok()
    });
    let flow = flow.unwrap();
    let causes = flow["causes"].as_array().unwrap();
    let sum: u64 = causes
        .iter()
        .map(|one| one["members"].as_u64().unwrap())
        .sum();
    assert_eq!(flow["members"].as_u64(), Some(sum), "{flow}");
    assert!(causes.iter().any(|one| one["cause"] == "data"), "{flow}");
    let stays = &segment(&shop, &["history-of", "shops", &changed])["stays"];
    assert_eq!(stays[0]["cause"], "data", "{stays}");

    // An older draft that was never live brings nobody back; the first run does.
    segment(
        &shop,
        &["publish", "shops", "--run", &old, "--from", &day(4)],
    );
    let told = notes(&segment(&shop, &["migration", "shops"]));
    assert!(!told.contains("live earlier"), "{told}");
    assert!(
        told.contains("by k-means at the earlier date and by Ward"),
        "{told}"
    );
    segment(
        &shop,
        &["publish", "shops", "--run", &first, "--from", &day(6)],
    );
    let told = notes(&segment(&shop, &["migration", "shops"]));
    assert!(told.contains("a run that was live earlier"), "{told}");
}

#[test]
fn a_change_of_few_customers_is_told_to_nobody_without_a_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let purpose = ["--purpose", "analytics", "--limit", "5000"];
    segment(&shop, &["recipe", "value", "--template", "customer-value"]);
    segment(&shop, &["fit", "value", "--clusters", "3"]);
    segment(&shop, &["publish", "value"]);
    segment(&shop, &["fit", "value", "--clusters", "3"]);
    let all = clusters(&shop, &["value", "--purpose", "analytics"]);
    let from = *all.values().next().unwrap();
    let to = all
        .values()
        .find(|cluster| **cluster != from)
        .unwrap()
        .to_string();
    let inside = all.iter().filter(|(_, cluster)| **cluster == from);
    let inside: Vec<&str> = inside.map(|(member, _)| member.as_str()).take(31).collect();
    let (one, many) = inside.split_first().unwrap();
    let moved = |members: &[&str], to: &str, reason: &str| {
        let end = ["--to", to, "--reason", reason];
        segment(&shop, &[&["move", "value"], members, &end].concat());
    };
    moved(&[*one], &to, "called us on the phone");
    moved(many, &to, "a campaign");
    segment(&shop, &["publish", "value", "--from", &day(2)]);

    let told = segment(&shop, &["migration", "value"]);
    assert!(told["rounded_to"].as_u64().unwrap() > 1);
    assert!(!told.to_string().contains("phone"), "{told}");
    let flow = told["flows"].as_array().unwrap().iter();
    let flow = flow
        .clone()
        .find(|flow| flow["to"].as_i64() == to.parse().ok() && flow["kind"] == "moved");
    let hands = &flow.unwrap()["hands"];
    assert_eq!(hands.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(hands[0]["sentence"], "move of customers");
    let listed = segment(
        &shop,
        &[&["migration", "value", "--members"], &purpose[..]].concat(),
    );
    assert!(listed["members"].to_string().contains("phone"), "{listed}");

    // In a cluster of too few it is hidden, which is not in none, and nothing tells how it came there.
    segment(&shop, &["fit", "value", "--clusters", "3"]);
    segment(&shop, &["create", "value", "VIP"]);
    moved(&inside[..3], "VIP", "a dinner");
    segment(&shop, &["publish", "value", "--from", &day(4)]);
    let history = segment(
        &shop,
        &["history-of", "value", one, "--purpose", "analytics"],
    );
    let stay = |place: usize| &history["stays"][place];
    assert_eq!(
        (&stay(0)["hidden"], &stay(1)["hidden"]),
        (&true.into(), &false.into()),
        "{history}"
    );
    assert!(
        stay(0)["cluster"].is_null() && stay(0)["cause"].is_null(),
        "{history}"
    );
    assert!(!stay(0).to_string().contains("dinner"), "{history}");
    let place = shop.to_str().unwrap();
    let asked = [
        "segment",
        "history-of",
        "value",
        one,
        "--purpose",
        "analytics",
        "--project",
        place,
    ];
    let done = tessera(&asked);
    let shown = String::from_utf8_lossy(&done.stdout).to_string();
    assert!(shown.contains("not shown"), "{shown}");
}
