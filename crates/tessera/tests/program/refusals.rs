//! Who refuses to be profiled, through the real program: told of no more at once, and in no run from then on.

use super::workbench::chain;
use super::*;

#[test]
fn who_refuses_is_told_of_no_more_before_the_next_run_leaves_them_out() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    json(&[
        "segment",
        "recipe",
        "value",
        "--template",
        "customer-rfm",
        "--reason",
        "a test",
        "--project",
        place,
    ]);
    json(&[
        "segment",
        "fit",
        "value",
        "--reason",
        "a test",
        "--project",
        place,
    ]);
    let listed = |purpose: &str| {
        json(&[
            "segment",
            "members",
            "value",
            "--purpose",
            purpose,
            "--limit",
            "5000",
            "--project",
            place,
        ])
    };
    let before = listed("analytics");
    let all = before["total"].as_u64().unwrap();
    // Somebody with a record that can be named.
    let member = before["rows"][3]["member"].as_str().unwrap().to_string();
    let shown = json(&[
        "identity",
        "show",
        &member,
        "--purpose",
        "service",
        "--project",
        place,
    ]);
    let id = shown["records"][0]["identifiers"][0].clone();
    let (value, kind) = (id["value"].as_str().unwrap(), id["field"].as_str().unwrap());
    let file = folder.path().join("refusal.csv");
    std::fs::write(
        &file,
        format!("customer_id,id_kind,profiling_consent\n{value},{kind},no\n"),
    )
    .unwrap();
    import(&shop, &file, &["--as", "customers", "--preset", "native"]);
    assert_eq!(listed("analytics")["total"].as_u64(), Some(all - 1));
    assert_eq!(listed("privacy_request")["total"].as_u64(), Some(all));
    let why = tessera(&[
        "segment",
        "explain",
        "value",
        &member,
        "--purpose",
        "analytics",
        "--project",
        place,
    ]);
    let told = String::from_utf8_lossy(&why.stderr).to_string();
    assert!(
        why.status.code() != Some(0) && told.contains("refused to be profiled"),
        "{told}"
    );
    let outcome = |args: &[&str]| {
        let done = tessera(&[args, &["--project", place]].concat());
        format!(
            "{}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        )
    };
    let letter = outcome(&["customers", "letter", &member, "--purpose", "service"]);
    assert!(letter.contains("you refused it"), "{letter}");
    // Nor is anything said of what changed, which is no error: whoever looks reads why.
    let changed = ["genome", "diff", &member, "--purpose"];
    let refused = json(&[&changed[..], &["analytics", "--project", place]].concat());
    assert!(
        refused["sentence"]
            .as_str()
            .unwrap()
            .contains("refused to be profiled"),
        "{refused}"
    );
    assert_eq!(refused["changes"].as_array().unwrap().len(), 0);
    let own = json(&[&changed[..], &["privacy_request", "--project", place]].concat());
    assert!(
        !own["sentence"].as_str().unwrap().contains("refused"),
        "{own}"
    );
    let history = [
        "segment",
        "history-of",
        "value",
        &member,
        "--purpose",
        "analytics",
    ];
    assert!(outcome(&history).contains("refused to be profiled"));
    let newcomers = ["segment", "newcomers", "value", "--purpose", "analytics"];
    let listed_new = json(&[&newcomers[..], &["--limit", "200", "--project", place]].concat());
    let rows = listed_new["rows"].as_array().unwrap().iter();
    let of_them = rows.filter(|row| row["member"] == member.as_str()).count();
    assert_eq!(of_them, 0, "{listed_new}");
    // Nor is a change by hand about them.
    let change = [
        "segment",
        "lock",
        "value",
        &member,
        "--reason",
        "a test",
        "--dry-run",
    ];
    assert!(outcome(&change).contains("refused to be profiled"));
    json(&[
        "segment",
        "fit",
        "value",
        "--reason",
        "a test",
        "--project",
        place,
    ]);
    assert_eq!(listed("privacy_request")["total"].as_u64(), Some(all - 1));
}
