//! Life events and projects through the real program: evidence that sums to the score, a past day that stays as it was,
//! sensitive kinds with consent alone.

use super::workbench::chain;
use super::*;

#[test]
fn purchases_tell_of_lives_and_sensitive_kinds_need_consent() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let ran = json(&["life", "run", "--project", place]);
    assert!(ran["found"].as_u64().unwrap() > 20, "{ran}");
    let baby = ran["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["code"] == "baby")
        .unwrap();
    assert_eq!(
        (&baby["sensitive"], &baby["customers"]),
        (&true.into(), &0.into())
    );
    let rows = json(&[
        "sql",
        "select customer_key, count(*) from life_findings group by customer_key order by customer_key limit 5",
        "--project",
        place,
    ])["rows"]
        .clone();
    let show = |who: &str, purpose: &str| {
        json(&[
            "life",
            "show",
            who,
            "--purpose",
            purpose,
            "--project",
            place,
        ])
    };
    let mut projects = 0;
    for row in rows.as_array().unwrap() {
        let told = show(&row[0].to_string(), "analytics");
        let found = told["rows"].as_array().unwrap();
        assert_eq!(row[1], found.len());
        assert!(told["withheld"].to_string().contains("baby"), "{told}");
        for one in found {
            let lines = one["evidence"].as_array().unwrap().iter();
            let sum: i64 = lines
                .map(|line| line["contribution"].as_i64().unwrap())
                .sum();
            let baseline = one["baseline"].as_i64().unwrap();
            assert_eq!(Some(sum + baseline), one["score"].as_i64(), "{one}");
            let is_project = one["sort"] == "project";
            projects += usize::from(is_project);
            assert!(
                is_project || one["missing"].as_array().unwrap().is_empty(),
                "{one}"
            );
        }
    }
    let all = "select count(*) from life_findings where sort = 'project'";
    assert!(projects > 0 || sql(&shop, all)[0].as_u64().unwrap() > 0);
    // Who refused to be profiled is not among them.
    let refused = "select count(*) from life_findings f join customers c on c.customer_key = f.customer_key where \
                   c.profiling_consent = 'no'";
    assert_eq!(sql(&shop, refused)[0], 0);
    // The same data give the same findings.
    let first = sql(
        &shop,
        "select count(*), sum(score), min(began), max(began) from life_findings",
    );
    json(&["life", "run", "--project", place]);
    let second = "select count(*), sum(score), min(began), max(began) from life_findings where run_id = (select run_id \
                  from life_findings order by known_at desc limit 1)";
    assert_eq!(sql(&shop, second), first);
}
