//! Using the program as people do, rightly and wrongly.

use super::*;

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
        2,
        "is no project",
    );
    check(
        &["run", "--clusters", "1", "--project", shown],
        2,
        "clusters",
    );
    check(&["new", shown], 2, "already");
    let file = head(folder.path(), 20);
    let place = file.to_str().unwrap();
    for wrong in [
        ["--currency", "ZZZ", "ISO 4217"],
        ["--timezone", "Mars/Olympus", "time zone"],
        ["--decimal", "x", "give . or ,"],
        ["--preset", "robots", "choose one of"],
        ["--mapping", "nowhere.toml", "cannot read"],
        ["--option", "id_kind=robots", "id_kind"],
        ["--option", "colour=red", "colour"],
    ] {
        let mut load = vec!["import", place, "--as", "orders", "--project", shown];
        if wrong[0] != "--currency" {
            load.extend(["--currency", "GBP"]);
        }
        load.extend(&wrong[..2]);
        check(&load, 2, wrong[2]);
    }
    let mapping = folder.path().join("of-orders.toml");
    std::fs::write(&mapping, "kind = \"orders\"\n").unwrap();
    let load = ["import", place, "--as", "products", "--project", shown];
    let with = ["--mapping", mapping.to_str().unwrap()];
    check(&[&load[..], &with[..]].concat(), 2, "--as orders");
    for limit in ["orders.customer_share_min=7", "orders.outlier_share_max=-1"] {
        let set = ["quality", "--set", limit, "--project", shown];
        check(&set, 2, "from 0 to 1");
    }
    check(&["synth", shown], 2, "--overwrite");
    let none = folder.path().join("none");
    let none = none.to_str().unwrap();
    check(&["synth", none, "--customers", "0"], 2, "customers");
    let json = tessera(&["frobnicate", "--json"]);
    let told: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(told["error"].as_str().unwrap().contains("frobnicate"));
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

#[test]
fn what_the_first_files_brought_is_told_when_a_later_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let file = head(folder.path(), 200);
    let (good, none) = (file.to_str().unwrap(), "nowhere.csv");
    let load = ["import", good, none, "--project", shop.to_str().unwrap()];
    let done = tessera(&[&load[..], ORDERS, &["--json"]].concat());
    assert_eq!(done.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told["loaded"], 200);
    assert!(told["error"].as_str().unwrap().contains(none), "{told}");
}

#[test]
fn a_project_without_its_key_does_not_get_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    import(&shop, &head(folder.path(), 20), ORDERS);
    std::fs::remove_file(shop.join("secret.key")).unwrap();
    let done = tessera(&["imports", "list", "--project", shop.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&done.stderr).to_string();
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(
        told.contains("secret.key") && told.contains("back"),
        "{told}"
    );
    assert!(!shop.join("secret.key").exists());
}

/// A file beside the lake, as spreadsheets write it in half of Europe, in an answer that is printed.
#[test]
fn a_file_with_semicolons_is_read_beside_the_lake() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let file = folder.path().join("shops.csv");
    std::fs::write(&file, "shop;town\nS1;Lyon\nS2;Turin\n").unwrap();
    let named = format!("shops={}", file.display());
    let asked = ["sql", "select max(town) from shops", "--file", &named];
    let told = json(&[&asked[..], &["--project", shop.to_str().unwrap()]].concat());
    assert_eq!(told["rows"][0][0], "Turin");
}
