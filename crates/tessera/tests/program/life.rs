//! Life events and projects through the real program: evidence that sums to the score, the same findings from the same data,
//! sensitive kinds with consent alone, until it is taken back.

use super::workbench::chain;
use super::*;

#[test]
fn purchases_tell_of_lives_and_sensitive_kinds_need_consent() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    // The run of all stages looked already.
    let ran = json(&["life", "status", "--project", place])["run"].clone();
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

#[test]
fn a_consent_opens_a_sensitive_kind_and_closes_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let customers = std::fs::read_to_string(folder.path().join("files/customers.csv")).unwrap();
    let ids = customers.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let id = cells.next()?;
        (cells.next() == Some("loyalty")).then_some(id)
    });
    let ids: std::collections::BTreeSet<&str> = ids.collect();
    let say = |number: u32, word: &str| {
        let mut text = String::from(
            "response_id,happened_at,customer_id,survey_id,question_id,question,answer\n",
        );
        for id in &ids {
            text += &format!(
                "C{number}{id},2026-10-0{number}T10:00:00,{id},consents,consent:baby,May we?,{word}\n"
            );
        }
        let file = folder.path().join(format!("{word}.csv"));
        std::fs::write(&file, text).unwrap();
        import(
            &shop,
            &file,
            &[
                "--as",
                "surveys",
                "--preset",
                "native",
                "--option",
                "id_kind=loyalty",
            ],
        );
    };
    say(1, "yes");
    json(&["life", "run", "--project", place]);
    let babies = "select min(customer_key), count(*) from life_findings where kind = 'baby'";
    let found = sql(&shop, babies);
    assert!(found[1].as_u64().unwrap() > 0, "{found}");
    let who = found[0].to_string();
    let has = |purpose: &str| {
        let told = json(&[
            "life",
            "show",
            &who,
            "--purpose",
            purpose,
            "--project",
            place,
        ]);
        told["rows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["code"] == "baby")
    };
    assert!(has("analytics"));
    // Taken back it is told no more, before any run; and none is found in the next.
    say(2, "no");
    assert!(!has("analytics") && has("privacy_request"));
    json(&["life", "run", "--project", place]);
    assert_eq!(sql(&shop, babies)[1], found[1]);
}
