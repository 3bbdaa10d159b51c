//! The program with its registry on a real PostgreSQL: the same counts as with SQLite, and a restart that
//! finds them. `TESSERA_TEST_POSTGRES_PROGRAM` names an empty database of its own.

use super::*;

#[test]
fn the_program_runs_on_postgresql() {
    let Ok(url) = std::env::var("TESSERA_TEST_POSTGRES_PROGRAM") else {
        eprintln!("skipped: TESSERA_TEST_POSTGRES_PROGRAM names no empty database");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = head(folder.path(), 12_000);
    let lite = project(&folder.path().join("lite"));
    let expect = import(&lite, &file, ORDERS);
    let shop = project(&folder.path().join("post"));
    let typed = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args(args)
            .args(["--json", "--project", shop.to_str().unwrap()])
            .env("TESSERA_REGISTRY_URL", &url)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&done.stderr).to_string();
        assert!(done.status.success(), "{args:?}: {told}");
        serde_json::from_slice::<Value>(&done.stdout).unwrap()
    };
    let load = [&["import", file.to_str().unwrap()], ORDERS].concat();
    let got = typed(&load);
    for count in ["read", "loaded", "duplicate", "quarantined"] {
        assert_eq!(got[count], expect[count], "{count}");
    }
    assert_eq!(typed(&load)["loaded"], 0);
    let run = typed(&["run", "--clusters", "3"]);
    assert_eq!(run["segments"]["segments"].as_array().unwrap().len(), 3);
    assert!(
        !shop.join("registry.db").exists(),
        "SQLite was used beside PostgreSQL"
    );
    let orders = |feeds: Value| {
        let feeds = feeds["feeds"].as_array().unwrap().clone();
        feeds
            .into_iter()
            .find(|feed| feed["kind"] == "orders")
            .unwrap()
    };
    let feed = orders(typed(&["quality"]));
    // The second import of the same file counts its rows as read once more.
    assert_eq!(feed["loaded"], 12_000);
    assert_eq!(typed(&["audit", "verify"])["intact"], true);
}
