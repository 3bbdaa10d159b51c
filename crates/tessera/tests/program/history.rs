//! Time in the workbench through the real program: what was live when, who moved between two dates by hand or by data,
//! where one member was, and what of it is said of people.

use super::workbench::{chain, segment};
use super::*;
use std::collections::BTreeMap;

/// A day so many days after today (UTC), as people write it.
pub fn day(ahead: i64) -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = (since.unwrap().as_secs() / 86_400) as i64 + ahead;
    // Days since 1970 to a date (H. Hinnant, "chrono-compatible low-level date algorithms").
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (
        of_year - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// What the program says where it refuses, and its exit code.
pub fn refused(shop: &Path, args: &[&str]) -> (Option<i32>, String) {
    let place = shop.to_str().unwrap();
    let done = tessera(&[&["segment"], args, &["--project", place]].concat());
    (
        done.status.code(),
        String::from_utf8_lossy(&done.stderr).to_string(),
    )
}

/// Member and cluster of every member that is listed.
pub fn clusters(shop: &Path, args: &[&str]) -> BTreeMap<String, i64> {
    let page = segment(shop, &[&["members"], args, &["--limit", "5000"]].concat());
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let member = row["member"].as_str().unwrap().to_string();
        (member, row["cluster"].as_i64().unwrap())
    })
    .collect()
}

/// The receipts of one shop, many times over, as those of another: new data that makes the two alike.
pub fn copied(folder: &Path, from: &str, to: &str) -> PathBuf {
    let path = folder.join("copied.csv");
    let mut reader = csv::Reader::from_path(folder.join("files/orders.csv")).unwrap();
    let mut writer = csv::Writer::from_path(&path).unwrap();
    let header = reader.headers().unwrap().clone();
    writer.write_record(&header).unwrap();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (receipt, shop, customer, back) = (
        at("receipt_id"),
        at("store_id"),
        at("customer_id"),
        at("return_of"),
    );
    for row in reader.records().map(Result::unwrap) {
        if &row[shop] != from || !row[back].is_empty() {
            continue;
        }
        for copy in 0..4 {
            let fields = row.iter().enumerate().map(|(place, field)| match place {
                place if place == receipt => format!("C{copy}-{field}"),
                place if place == shop => to.to_string(),
                place if place == customer => String::new(),
                _ => field.to_string(),
            });
            writer.write_record(fields).unwrap();
        }
    }
    writer.flush().unwrap();
    path
}

/// A small shop that is near the cluster of the large ones, and the one that is most at home in that.
pub fn near(shop: &Path, not: &str) -> (String, String) {
    let page = segment(
        shop,
        &["members", "shops", "--on", &day(4), "--limit", "1000"],
    );
    let number = |row: &Value, key: &str| match &row[key] {
        Value::String(text) => text.parse::<f64>().unwrap(),
        other => other.as_f64().unwrap(),
    };
    let margin = |row: &&&Value| (number(row, "margin") * 1e6) as i64;
    let rows: Vec<&Value> = page["rows"].as_array().unwrap().iter().collect();
    let rows: Vec<&Value> = rows
        .into_iter()
        .filter(|row| row["member"] != not)
        .collect();
    let sales = |row: &&&Value| number(row, "sales") as i64;
    let large = &rows.iter().max_by_key(sales).unwrap()["cluster"];
    let small = rows.iter().filter(|row| row["second_cluster"] == *large);
    let changed = small.min_by_key(margin).unwrap();
    let at_home = rows.iter().filter(|row| row["cluster"] == *large);
    let like = at_home.max_by_key(margin).unwrap();
    let id = |row: &Value| row["member"].as_str().unwrap().to_string();
    (id(changed), id(like))
}

/// A migration must add up: rows to the earlier population, columns to the later one, reasons to their change.
fn adds_up(told: &Value) {
    let whole = |value: &Value| value.as_u64().unwrap_or(0);
    let flows = told["flows"].as_array().unwrap();
    for (side, key) in [("from", "from"), ("to", "to")] {
        let mut all = 0;
        for cluster in told[side]["clusters"].as_array().unwrap() {
            let own = flows.iter().filter(|flow| flow[key] == cluster["cluster"]);
            let sum: u64 = own.map(|flow| whole(&flow["members"])).sum();
            assert_eq!(sum, whole(&cluster["members"]), "{side} {cluster}");
            all += sum;
        }
        assert_eq!(all, whole(&told[side]["members"]), "{side}");
    }
    let both = whole(&told["stayed"]) + whole(&told["moved"]);
    assert_eq!(both + whole(&told["left"]), whole(&told["from"]["members"]));
    assert_eq!(
        both + whole(&told["entered"]),
        whole(&told["to"]["members"])
    );
    for flow in flows.iter().filter(|flow| !flow["why"].is_null()) {
        let why = &flow["why"];
        let named = why["reasons"].as_array().unwrap().iter();
        let sum: f64 = named.map(|one| one["change"].as_f64().unwrap()).sum();
        let rest = why["rest"].as_f64().unwrap();
        assert!(
            (sum + rest - why["change"].as_f64().unwrap()).abs() < 1e-9,
            "{why}"
        );
    }
}

#[test]
fn three_dates_tell_who_moved_by_hand_and_who_by_data() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    segment(
        &shop,
        &["fit", "shops", "--clusters", "3", "--title", "First"],
    );
    let (code, told) = refused(&shop, &["show", "shops", "--on", &day(0)]);
    assert_eq!(code, Some(2));
    assert!(told.contains("no run of it was made live yet"), "{told}");
    segment(&shop, &["publish", "shops"]);
    let first = clusters(&shop, &["shops", "--run", "live"]);
    // On the data of the run everybody is where the run has it.
    let alike = segment(&shop, &["assign", "shops"]);
    let counts = ["members", "changed", "new", "gone"].map(|key| alike[key].as_u64().unwrap());
    assert_eq!(counts, [first.len() as u64, 0, 0, 0]);

    // By hand, to a cluster by its name; live from a later day on, which shows before it is in effect.
    segment(
        &shop,
        &["fit", "shops", "--clusters", "3", "--title", "Second"],
    );
    let (member, own) = first.iter().next().unwrap();
    let to = first.values().find(|cluster| *cluster != own).unwrap();
    segment(&shop, &["rename", "shops", &to.to_string(), "Premium city"]);
    let (code, told) = refused(&shop, &["move", "shops", member, "--to", "Premium"]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("is called 'Premium'") && told.contains("'Premium city'"),
        "{told}"
    );
    let reason = "new fit-out";
    segment(
        &shop,
        &[
            "move",
            "shops",
            member,
            "--to",
            "premium CITY",
            "--reason",
            reason,
        ],
    );
    let published = segment(&shop, &["publish", "shops", "--from", &day(3)]);
    assert_eq!(published["live"], false);
    assert!(
        published["live_from"]
            .as_str()
            .unwrap()
            .starts_with(&day(3))
    );
    let scheme = &segment(&shop, &["schemes"])["schemes"][0];
    assert_eq!(scheme["live"]["title"], "First");
    // A run with changes is told from the one that it comes from.
    assert_eq!(scheme["planned"]["title"], "Second, with 2 changes");
    let shown =
        |args: &[&str]| segment(&shop, &[&["show", "shops"], args].concat())["shown"].clone();
    assert_eq!(shown(&["--run", "live"])["word"], "live");
    assert_eq!(shown(&["--on", &day(4)])["word"], "planned");
    assert!(
        shown(&["--on", &day(4)])["on"]
            .as_str()
            .unwrap()
            .starts_with(&day(4))
    );
    let second = segment(&shop, &["history", "shops"])["scheme"]["scenarios"].clone();
    let second = second
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["title"] == "Second")
        .unwrap();
    assert_eq!(
        shown(&["--run", second["run_id"].as_str().unwrap()])["word"],
        "draft"
    );

    // By data: a shop that sells what one of another cluster does.
    let second = clusters(&shop, &["shops", "--on", &day(4)]);
    assert_eq!(second[member], *to);
    assert_eq!(clusters(&shop, &["shops", "--on", &day(2)]), first);
    let (changed, like) = near(&shop, member);
    import(
        &shop,
        &copied(folder.path(), &like, &changed),
        &["--as", "orders", "--preset", "native"],
    );
    // Where it would be today is known without another run, and a person's placing holds.
    let ahead = segment(&shop, &["assign", "shops", "--run", "newest", "--changed"]);
    let rows = ahead["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["member"] == changed.as_str());
    let row = row.unwrap();
    assert_eq!(
        [&row["was"], &row["cluster"]].map(Value::as_i64),
        [Some(second[&changed]), Some(second[&like])]
    );
    assert_eq!(row["by"], "distance");
    let margin = row["margin"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&margin), "{row}");
    assert_eq!(ahead["changed"].as_u64(), Some(rows.len() as u64));
    let placed = segment(&shop, &["assign", "shops", member, "--run", "newest"]);
    let placed = &placed["rows"][0];
    assert_eq!(
        (placed["by"].as_str(), placed["cluster"].as_i64()),
        (Some("hand"), Some(*to))
    );
    let (code, told) = refused(&shop, &["assign", "shops", "S9999"]);
    assert_eq!(code, Some(2), "{told}");
    segment(
        &shop,
        &["fit", "shops", "--clusters", "3", "--title", "Third"],
    );
    // Runs keep the numbers of what is live, and the move holds.
    segment(&shop, &["publish", "shops", "--from", &day(6)]);
    // Each says until when: the one that is live, and the one whose day comes before.
    let told = segment(&shop, &["history", "shops"])["scheme"]["scenarios"].clone();
    let until = |title: &str| {
        let mut all = told.as_array().unwrap().iter();
        let row = all.find(|row| row["title"] == title && row["state"] == "deployed");
        row.unwrap()["live_until"]
            .as_str()
            .map(|at| at[..10].to_string())
    };
    assert_eq!(until("First"), Some(day(3)), "{told}");
    assert_eq!(until("Second, with 2 changes"), Some(day(6)), "{told}");
    let third = clusters(&shop, &["shops", "--on", &day(7)]);
    assert_eq!(third[member], *to);
    assert_eq!(
        third[&changed], third[&like],
        "{changed} sells what {like} does"
    );

    let hand = segment(
        &shop,
        &[
            "migration",
            "shops",
            "--from",
            &day(1),
            "--to",
            &day(4),
            "--members",
        ],
    );
    adds_up(&hand);
    assert_eq!(
        (&hand["moved"], &hand["by_hand"]),
        (&1.into(), &1.into()),
        "{hand}"
    );
    let mover = &hand["members"]["rows"][0];
    assert_eq!(
        (mover["member"].as_str(), &mover["cause"]),
        (Some(member.as_str()), &"hand".into())
    );
    assert_eq!(mover["hand"]["reason"], reason);
    assert_eq!(mover["to_name"], "Premium city");

    let (from, to_day) = (day(4), day(7));
    let dates = [
        "migration",
        "shops",
        "--from",
        &from,
        "--to",
        &to_day,
        "--members",
    ];
    let data = segment(&shop, &dates);
    adds_up(&data);
    assert_eq!(data["by_hand"], 0, "{data}");
    let movers = data["members"]["rows"].as_array().unwrap();
    let mover = movers
        .iter()
        .find(|row| row["member"] == changed.as_str())
        .unwrap();
    assert_eq!(mover["cause"], "data", "{mover}");
    let top = &mover["why"]["reasons"][0];
    assert!(
        top["by_member"].as_f64() > top["by_centers"].as_f64(),
        "{mover}"
    );
    let out_of = second[&changed].to_string();
    let listed = segment(
        &shop,
        &[&dates[..], &["--out-of", &out_of, "--kind", "moved"]].concat(),
    );
    let rows = listed["members"]["rows"].as_array().unwrap();
    assert!(
        !rows.is_empty()
            && rows
                .iter()
                .all(|row| row["from"].as_i64() == Some(second[&changed]))
    );

    // Back to the first run: the hand that it does not have is why.
    let run = scheme["live"]["run_id"].as_str().unwrap();
    segment(
        &shop,
        &[
            "publish",
            "shops",
            "--run",
            run,
            "--from",
            &day(9),
            "--reason",
            "too early",
        ],
    );
    // What is planned goes on where the member is, and is not called so yet.
    let quiet = first
        .iter()
        .find(|(id, own)| second[*id] == **own && third[*id] == **own);
    let (stayed, own_of_it) = quiet.unwrap();
    let live = segment(
        &shop,
        &["members", "shops", "--run", "live", "--limit", "5000"],
    );
    let named = live["rows"].as_array().unwrap().iter();
    let named = named.into_iter().find(|row| row["member"] == *stayed);
    let told = segment(&shop, &["history-of", "shops", stayed])["stays"][0].clone();
    assert_eq!(told["cluster"], *own_of_it, "{told}");
    assert_eq!(told["name"], named.unwrap()["cluster_name"], "{told}");
    let history = segment(&shop, &["history-of", "shops", member]);
    let stays = history["stays"].as_array().unwrap();
    let told: Vec<_> = stays
        .iter()
        .map(|stay| stay["cluster"].as_i64().unwrap())
        .collect();
    assert_eq!(told, [*own, *to, *own]);
    assert_eq!(stays[0]["hand"]["reason"], "too early");
    assert_eq!(stays[1]["hand"]["reason"], reason);
    assert_eq!(stays[1]["publications"].as_array().unwrap().len(), 2);
    assert_eq!(stays[2]["state"], "live");
    assert!(stays[1]["from"].as_str().unwrap().starts_with(&day(3)));
    assert!(stays[1]["until"].as_str().unwrap().starts_with(&day(9)));
    let (code, _) = refused(&shop, &["history-of", "shops", "S9999"]);
    assert_eq!(code, Some(2));

    // The history is dated and newest first, of runs as of what was live.
    let history = segment(&shop, &["history", "shops"]);
    let runs = history["scheme"]["scenarios"].as_array().unwrap();
    let made: Vec<_> = runs
        .iter()
        .map(|run| run["run_id"].as_str().unwrap())
        .collect();
    assert!(made.is_sorted_by(|a, b| a > b), "{made:?}");
    let states = history["scheme"]["publications"].as_array().unwrap().iter();
    let states: Vec<_> = states.map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["planned", "planned", "planned", "live"]);
    let (code, told) = refused(&shop, &["migration", "shops", "--from", "2001-01-01"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("its first run is live from"), "{told}");
}

#[test]
fn of_customers_no_few_people_are_told_and_each_look_has_a_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    segment(&shop, &["recipe", "value", "--template", "customer-value"]);
    segment(&shop, &["fit", "value", "--clusters", "3"]);
    segment(&shop, &["publish", "value"]);
    let (code, why) = refused(&shop, &["assign", "value"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("--purpose analytics"), "{why}");
    let told = segment(
        &shop,
        &[
            "assign",
            "value",
            "--purpose",
            "analytics",
            "--limit",
            "5000",
        ],
    );
    let rows = told["rows"].as_array().unwrap();
    assert!(rows.len() > 100 && rows.iter().all(|row| row["label"].is_null()));
    assert!(
        rows.iter().all(|row| row["was"] == row["cluster"]),
        "{told}"
    );
    let k = told["members"].as_u64().unwrap();
    assert_eq!((k % 10, told["new"].as_u64()), (0, Some(0)));
    let alone = segment(&shop, &["migration", "value"]);
    assert_eq!(alone["moved"], 0);
    assert!(
        alone["notes"][0]
            .as_str()
            .unwrap()
            .contains("only one publication"),
        "{alone}"
    );
    segment(&shop, &["fit", "value", "--clusters", "5"]);
    segment(&shop, &["publish", "value", "--from", &day(2)]);
    let told = segment(&shop, &["migration", "value"]);
    let notes = told["notes"].to_string();
    assert!(notes.contains("The search made 3 "), "{notes}");
    let k = told["rounded_to"].as_u64().unwrap();
    assert!(k >= 10 && told["moved"].as_u64().unwrap() > 0, "{told}");
    for flow in told["flows"].as_array().unwrap() {
        assert_eq!(flow["members"].as_u64().unwrap() % k, 0, "{flow}");
        assert!(
            flow["sales_now"].is_null() && flow["sales_before"].is_null(),
            "{flow}"
        );
    }
    let (code, why) = refused(&shop, &["migration", "value", "--members"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("--purpose analytics"), "{why}");
    let listed = segment(
        &shop,
        &[
            "migration",
            "value",
            "--members",
            "--purpose",
            "analytics",
            "--limit",
            "5000",
        ],
    );
    let rows = listed["members"]["rows"].as_array().unwrap();
    let mut ways: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        *ways
            .entry(format!("{} {}", row["from"], row["to"]))
            .or_default() += 1;
    }
    assert!(
        !ways.is_empty() && ways.values().all(|members| *members >= k),
        "{ways:?}"
    );
    let member = rows[0]["member"].as_str().unwrap();
    let (code, _) = refused(&shop, &["history-of", "value", member]);
    assert_eq!(code, Some(2));
    let place = shop.to_str().unwrap();
    let entries = || json(&["audit", "verify", "--project", place])["entries"].as_u64();
    let before = entries();
    let history = segment(
        &shop,
        &["history-of", "value", member, "--purpose", "analytics"],
    );
    assert_eq!(history["stays"].as_array().unwrap().len(), 2, "{history}");
    // Each look at people is an entry of the audit.
    assert!(entries() > before);
}
