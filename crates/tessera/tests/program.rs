//! The real program from outside: what a new user does, what the issue promises, what goes wrong.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn tessera(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tessera"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs a command that must go well and returns its JSON object.
fn json(args: &[&str]) -> Value {
    let done = tessera(&[args, &["--json"]].concat());
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "{args:?}: {told} {}",
        String::from_utf8_lossy(&done.stderr)
    );
    serde_json::from_str(&told)
        .unwrap_or_else(|cause| panic!("{args:?} printed no JSON object: {cause}: {told}"))
}

fn sql(project: &Path, query: &str) -> Value {
    json(&["sql", query, "--project", project.to_str().unwrap()])["rows"][0].clone()
}

/// An empty project; imports go in small parts so that a stop has something to go on from.
fn project(folder: &Path) -> PathBuf {
    let project = folder.join("shop");
    json(&["new", project.to_str().unwrap()]);
    let settings = project.join("tessera.toml");
    let text = std::fs::read_to_string(&settings)
        .unwrap()
        .replace("part_rows = 250000", "part_rows = 5000");
    std::fs::write(&settings, text).unwrap();
    project
}

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/online_retail.csv.gz")
}

/// The first lines of the bundled data as plain text.
fn head(folder: &Path, lines: usize) -> PathBuf {
    let zipped = std::fs::File::open(bundled()).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(zipped)
        .read_to_string(&mut text)
        .unwrap();
    let text: Vec<&str> = text.lines().take(lines + 1).collect();
    let path = folder.join(format!("head-{lines}.csv"));
    std::fs::write(&path, text.join("\n")).unwrap();
    path
}

fn import(project: &Path, file: &Path, more: &[&str]) -> Value {
    let place = [
        file.to_str().unwrap(),
        "--project",
        project.to_str().unwrap(),
    ];
    json(&[&["import"], &place[..], more].concat())
}

const ORDERS: &[&str] = &["--as", "orders", "--preset", "online-retail"];
/// Everything about the lines that must not depend on how they came in.
const SUMS: &str = "select count(*), sum(quantity), sum(amount), count(distinct customer_key), sum(customer_key), \
                    sum(line_key % 1000003), sum(receipt_key % 1000003), count(distinct import_id) from order_lines";

#[test]
fn the_demo_counts_the_real_data_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let demo = json(&[
        "demo",
        "--only",
        "real",
        "--no-serve",
        "--dir",
        folder.path().to_str().unwrap(),
    ]);
    let real = &demo["real"];
    assert_eq!(real["imports"][0]["read"], 541_909);
    assert_eq!(real["imports"][0]["loaded"], 541_909);
    let expect = [
        ("lines", 541_909),
        ("invoices", 25_900),
        ("customer_ids", 4_372),
        ("cancellation_lines", 9_288),
        ("lines_without_customer", 135_080),
        ("known_sale_lines", 397_884),
        ("known_sale_customers", 4_338),
        ("known_sale_invoices", 18_532),
        ("products", 4_070),
    ];
    let project = folder.path().join("gift-wholesaler");
    for (key, count) in expect {
        assert_eq!(real["facts"][key], count, "{key}");
        // The statement that the demo names gives the same count on its own.
        assert_eq!(
            sql(&project, real["how_counted"][key].as_str().unwrap())[0],
            count,
            "{key} by sql"
        );
    }
    assert_eq!(real["facts"]["quantity"], "5176450.0000");
    assert_eq!(real["facts"]["amount"], "9747747.9340");
    let again = import(&project, &bundled(), ORDERS);
    assert_eq!(
        (&again["read"], &again["loaded"]),
        (&541_909.into(), &0.into())
    );
    assert_eq!(again["duplicate"], 541_909);
    segments_add_up(&project, &real["run"]["segments"]);
}

/// Shares, members and spend of the published segments agree with the receipts.
fn segments_add_up(project: &Path, segments: &Value) {
    let found = segments["segments"].as_array().unwrap();
    assert!((3..=10).contains(&found.len()), "{} segments", found.len());
    let members: i64 = found
        .iter()
        .map(|segment| segment["customers"].as_i64().unwrap())
        .sum();
    let buyers = sql(
        project,
        "select count(distinct customer_key) from order_lines where line_type = 'sale' and amount > 0",
    );
    assert_eq!(buyers[0], members);
    let kept = sql(
        project,
        "select sum(members), cast(sum(spend) as varchar), round(sum(share_spend), 9) from segments",
    );
    assert_eq!(kept[0], members);
    assert_eq!(kept[2], 1.0);
    let sold = sql(
        project,
        "select cast(sum(amount) as varchar) from order_lines where line_type = 'sale' and customer_key is not null",
    );
    assert_eq!(kept[1], sold[0]);
    let names: std::collections::BTreeSet<&str> =
        found.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), found.len(), "two segments share a name");
}

#[test]
fn an_import_killed_at_twenty_points_equals_an_undisturbed_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = head(folder.path(), 60_000);
    let calm = project(&folder.path().join("calm"));
    let whole = import(&calm, &file, ORDERS);
    let mut expect = sql(&calm, SUMS);
    assert_eq!(expect[0], 60_000);
    let mut killed = 0;
    for point in 0..20_u64 {
        let shop = project(&folder.path().join(format!("killed-{point}")));
        let mut running = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args([
                "import",
                file.to_str().unwrap(),
                "--project",
                shop.to_str().unwrap(),
            ])
            .args(ORDERS)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(30 + 60 * point));
        if running.try_wait().unwrap().is_none() {
            killed += 1;
        }
        // SIGKILL: nothing of the program runs any more.
        running.kill().unwrap();
        running.wait().unwrap();
        let resumed = import(&shop, &file, ORDERS);
        let got = sql(&shop, SUMS);
        // Row identities rest on each project's own secret.
        for own in [5, 6] {
            expect[own] = got[own].clone();
        }
        assert_eq!(got, expect, "killed at point {point}");
        assert_eq!(resumed["read"], whole["read"], "killed at point {point}");
        let kept = resumed["loaded"].as_i64().unwrap() + resumed["duplicate"].as_i64().unwrap();
        assert_eq!(kept + resumed["quarantined"].as_i64().unwrap(), 60_000);
        let again = import(&shop, &file, ORDERS);
        assert_eq!(again["loaded"], 0, "killed at point {point}");
    }
    assert!(
        killed >= 10,
        "only {killed} imports were still running when killed"
    );
}

#[test]
fn overlapping_exports_count_no_line_twice_and_keep_true_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let header = "receipt_id,happened_at,product_id,quantity,unit_price,customer_id\n";
    let line = |receipt: u32, product: &str| {
        format!("R{receipt},2024-03-0{receipt} 10:00:00,{product},1,2.50,C1\n")
    };
    // Two equal lines on receipt 1 are two sold units.
    let march = header.to_string() + &line(1, "A") + &line(1, "A") + &line(2, "B");
    let april = header.to_string() + &line(2, "B") + &line(3, "C");
    for (name, text, loaded, duplicate) in [("march", march, 3, 0), ("april", april, 1, 1)] {
        let file = folder.path().join(format!("{name}.csv"));
        std::fs::write(&file, text).unwrap();
        let done = import(
            &shop,
            &file,
            &["--as", "orders", "--currency", "EUR", "--source", "pos"],
        );
        assert_eq!(
            (&done["loaded"], &done["duplicate"]),
            (&loaded.into(), &duplicate.into()),
            "{name}"
        );
    }
    assert_eq!(sql(&shop, "select count(*) from order_lines")[0], 4);
}

#[test]
fn bad_rows_are_held_back_and_load_after_a_fix() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let mut text =
        String::from("receipt_id,happened_at,product_id,quantity,unit_price,customer_id\n");
    for day in 1..=20 {
        text.push_str(&format!("R{day},2024-03-{day:02} 10:00:00,A,1,2.50,C1\n"));
    }
    text.push_str("R21,31/03/2024 10:00,A,1,2.50,C1\nR22,2024-03-30 10:00:00,A,many,2.50,C1\n");
    let file = folder.path().join("mixed.csv");
    std::fs::write(&file, text).unwrap();
    let done = import(
        &shop,
        &file,
        &[
            "--as",
            "orders",
            "--currency",
            "EUR",
            "--date-format",
            "%Y-%m-%d %H:%M:%S",
        ],
    );
    assert_eq!(
        (&done["read"], &done["loaded"], &done["quarantined"]),
        (&22.into(), &20.into(), &2.into())
    );
    let shown = shop.to_str().unwrap();
    let held = json(&["quarantine", "list", "--project", shown]);
    let rows = held["rows"].as_array().unwrap();
    let by = |column: &str| {
        rows.iter()
            .find(|row| row["column"] == column)
            .unwrap_or_else(|| panic!("{held}"))
    };
    assert_eq!(by("happened_at")["value"], "31/03/2024 10:00");
    assert_eq!(by("quantity")["value"], "many");
    let again = json(&[
        "quarantine",
        "replay",
        "--date-format",
        "%d/%m/%Y %H:%M",
        "--project",
        shown,
    ]);
    assert_eq!(
        (&again["read"], &again["loaded"], &again["quarantined"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(sql(&shop, "select count(*) from order_lines")[0], 21);
}

#[test]
fn a_stage_refuses_a_feed_below_its_limits_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let shown = shop.to_str().unwrap();
    let file = head(folder.path(), 2_000);
    import(&shop, &file, ORDERS);
    json(&[
        "quality",
        "--set",
        "orders.anonymous_max=0.01",
        "--reason",
        "a strict limit",
        "--project",
        shown,
    ]);
    let refused = tessera(&["run", "--project", shown]);
    let told = String::from_utf8_lossy(&refused.stderr).to_string();
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("share without a customer") && told.contains("0.01"),
        "{told}"
    );
    json(&[
        "quality",
        "--set",
        "orders.anonymous_max=0.9",
        "--project",
        shown,
    ]);
    json(&["run", "--clusters", "3", "--project", shown]);
    let verdict = json(&["audit", "verify", "--project", shown]);
    assert_eq!(verdict["intact"], true);
}

#[test]
fn wrong_use_ends_with_two_and_failure_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let shown = shop.to_str().unwrap();
    let check = |args: &[&str], code: i32, words: &str| {
        let done = tessera(args);
        let told = String::from_utf8_lossy(&done.stderr).to_string();
        assert_eq!(done.status.code(), Some(code), "{args:?}: {told}");
        assert!(told.contains(words), "{args:?}: {told}");
    };
    check(&["frobnicate"], 2, "frobnicate");
    check(
        &["import", "x.csv", "--as", "robots", "--project", shown],
        2,
        "write one of",
    );
    check(
        &["sql", "selec 1", "--project", shown],
        2,
        "cannot be planned",
    );
    check(
        &["sql", "drop table order_lines", "--project", shown],
        2,
        "",
    );
    check(
        &[
            "sql",
            "select 1",
            "--project",
            folder.path().to_str().unwrap(),
        ],
        1,
        "is no project",
    );
    check(
        &["run", "--clusters", "1", "--project", shown],
        2,
        "clusters",
    );
    check(&["new", shown], 1, "already");
}

#[test]
fn what_names_a_person_is_nowhere_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let canary = "canary.person@example.org";
    let text = format!(
        "receipt_id,happened_at,product_id,quantity,unit_price,customer_id,id_kind\nR1,2024-03-01 10:00:00,A,1,2.50,{canary},email\n"
    );
    let file = folder.path().join("orders.csv");
    std::fs::File::create(&file)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    import(&shop, &file, &["--as", "orders", "--currency", "EUR"]);
    let people = format!(
        "customer_id,id_kind,first_name,last_name,email,city,happened_at\n{canary},email,Canaria,Birdwell,{canary},Paris,2024-03-01\n"
    );
    let file = folder.path().join("customers.csv");
    std::fs::write(&file, people).unwrap();
    import(&shop, &file, &["--as", "customers"]);
    let joined =
        "select count(*) from order_lines l join customers c on c.customer_key = l.customer_key";
    assert_eq!(sql(&shop, joined)[0], 1);
    let mut found = Vec::new();
    search(&shop, &["canary.person", "Canaria", "Birdwell"], &mut found);
    assert!(found.is_empty(), "{found:?}");
}

fn search(folder: &Path, words: &[&str], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, words, found);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for word in words {
            if bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes())
            {
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
}

/// As people type it: from a folder, everything named by relative paths.
#[test]
fn relative_paths_lead_from_the_working_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(head(folder.path(), 500), folder.path().join("orders.csv")).unwrap();
    let typed = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args(args)
            .arg("--json")
            .current_dir(folder.path())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&done.stdout).to_string();
        assert!(done.status.success(), "{args:?}: {told}");
        serde_json::from_str::<Value>(&told).unwrap()
    };
    let shop = ["--project", "shop"];
    typed(&["new", "shop"]);
    let import = typed(&[&["import", "orders.csv"], ORDERS, &shop[..]].concat());
    assert_eq!(import["loaded"], 500);
    assert!(folder.path().join("shop/lake/order_lines").is_dir());

    // A whole answer to a file, and that file read beside the lake.
    let keys = "select line_key, receipt_key, quantity from order_lines";
    let lines = typed(&[&["sql", keys, "--output", "lines.parquet"], &shop[..]].concat());
    assert_eq!(lines["rows"], 500);
    let both = "select l.receipt_key, count(distinct l.line_key) as lines, count(distinct o.product_id) as products, \
                count(*) filter (where l.quantity > 0) as sold \
                from lines l join order_lines o on o.line_key = l.line_key group by l.receipt_key";
    let joined = [
        "sql",
        both,
        "--file",
        "lines=lines.parquet",
        "--output",
        "joined.csv",
    ];
    let receipts = typed(&[&joined, &shop[..]].concat())["rows"]
        .as_u64()
        .unwrap();
    let text = std::fs::read_to_string(folder.path().join("joined.csv")).unwrap();
    assert_eq!(text.lines().next(), Some("receipt_key,lines,products,sold"));
    assert_eq!(text.lines().count() as u64, receipts + 1);
    let counted: u64 = text
        .lines()
        .skip(1)
        .map(|l| l.split(',').nth(1).unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(counted, 500);
}
