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
