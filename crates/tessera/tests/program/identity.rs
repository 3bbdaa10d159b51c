//! Who is whom through the real program: records become customers with the evidence of each link, every query sees them,
//! a person's word holds in every later run, and taking it back leaves everything as it was.

use super::workbench::chain;
use super::*;

pub fn identity(shop: &Path, args: &[&str]) -> Value {
    json(&[&["identity"], args, &["--project", shop.to_str().unwrap()]].concat())
}

/// Whose the facts of each customer are, over all feeds: what an undone decision must leave as it was.
fn whose(shop: &Path) -> Value {
    let query = "select customer_key, count(*) from (select customer_key from order_lines union all select customer_key \
                 from customers) where customer_key is not null group by customer_key order by customer_key";
    json(&["sql", query, "--project", shop.to_str().unwrap()])["rows"].clone()
}

/// Every column of every row of some customers, over all feeds, and their profiles: as they are told.
fn all_of(shop: &Path, customers: &[&str]) -> Vec<Value> {
    let place = shop.to_str().unwrap();
    let feeds = [
        "customers",
        "order_lines",
        "events",
        "reviews",
        "survey_answers",
        "ad_results",
    ];
    let keys = customers.join(", ");
    let rows = feeds.iter().flat_map(|feed| {
        let sorts = if *feed == "order_lines" {
            "receipt_key, line_key"
        } else {
            "entity_key, row_key"
        };
        let query = format!("select * from {feed} where customer_key in ({keys}) order by {sorts}");
        let asked = json(&["sql", &query, "--limit", "10000", "--project", place]);
        assert_eq!(asked["truncated"], false, "{feed}");
        asked["rows"].as_array().unwrap().clone()
    });
    let mut all: Vec<Value> = rows.collect();
    for customer in customers {
        let told = identity(shop, &["show", customer, "--purpose", "service"]);
        all.push(serde_json::json!([
            told["customer_key"],
            told["records"],
            told["profile"],
            told["links"]
        ]));
    }
    all
}

fn whole(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn records_become_customers_and_a_persons_word_holds() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let status = identity(&shop, &["status"]);
    let run = &status["run"];
    assert!(whole(&run["customers"]) < whole(&run["records"]), "{run}");
    assert!(
        whole(&run["by_identifier"]) > 0 && whole(&run["by_likeness"]) > 0,
        "{run}"
    );
    // The address that staff type in for those without one links nobody, and is told by its first letter alone.
    let refused = run["refused"].as_array().unwrap();
    let kiosk = refused
        .iter()
        .find(|one| one["hint"] == "k…@marketon.example");
    assert!(whole(&kiosk.unwrap()["records"]) > 5, "{run}");
    // Every query sees customers; the rows stay those of records.
    let records =
        "select count(distinct record_key) from customer_merges where record_key <> merged_key";
    let merged = whole(&sql(&shop, records)[0]);
    assert!(merged > 100, "{merged}");
    let seen = "select count(*) from customers c join customer_merges m on m.record_key = c.customer_key \
                where m.record_key <> m.merged_key";
    assert_eq!(
        sql(&shop, seen)[0],
        0,
        "a merged record's key is in no answer"
    );

    // A customer of several records: links with evidence whose points sum to the score, a profile that says why.
    let largest = "select merged_key from customer_merges where record_key <> merged_key group by merged_key \
                   order by count(*) desc, merged_key limit 1";
    let customer = sql(&shop, largest)[0].to_string();
    let told = identity(&shop, &["show", &customer, "--purpose", "service"]);
    let records = told["records"].as_array().unwrap();
    assert!(records.len() >= 2, "{told}");
    let mut alike = 0;
    for link in told["links"].as_array().unwrap() {
        let lines = link["evidence"].as_array().unwrap();
        assert!(!lines.is_empty(), "{link}");
        if let Some(score) = link["score"].as_i64() {
            alike += 1;
            let sum: i64 = lines
                .iter()
                .filter_map(|line| line["points"].as_i64())
                .sum();
            assert_eq!(sum, score, "{link}");
        }
    }
    assert!(
        alike > 0 || told["links"].as_array().unwrap().len() > 1,
        "{told}"
    );
    assert!(!told["profile"].as_array().unwrap().is_empty());

    // Who only wants to understand groups learns of records and links, and no name.
    let unnamed = identity(&shop, &["show", &customer, "--purpose", "analytics"]);
    assert_eq!(
        (unnamed["named"].as_bool(), told["named"].as_bool()),
        (Some(false), Some(true))
    );
    let values = |told: &Value| -> Vec<String> {
        let records = told["records"].as_array().unwrap().iter();
        let each = records.flat_map(|one| {
            let both = ["identifiers", "fields"].map(|of| one[of].as_array().unwrap().clone());
            both.concat()
        });
        each.map(|one| one["value"].as_str().unwrap().to_string())
            .collect()
    };
    assert!(values(&unnamed).iter().all(String::is_empty), "{unnamed}");
    assert!(
        values(&told).iter().all(|value| !value.is_empty()),
        "{told}"
    );
    assert_eq!(unnamed["links"], told["links"]);

    // Parted at once; the next run keeps to it; taken back, everything is as it was.
    let before = whose(&shop);
    let own = whole(&records.last().unwrap()["record_key"]);
    let record = own.to_string();
    let parted = identity(&shop, &["unmerge", &record, "--reason", "somebody else's"]);
    assert_eq!(parted["moved"][0]["after"].to_string(), record, "{parted}");
    assert_ne!(whose(&shop), before);
    let again = identity(&shop, &["run"]);
    assert_eq!(again["conflicts"], serde_json::json!([]));
    let alone = identity(&shop, &["show", &record, "--purpose", "service"]);
    let others: Vec<&Value> = records
        .iter()
        .filter(|one| whole(&one["record_key"]) != own)
        .collect();
    for other in &others {
        let keys = alone["records"].as_array().unwrap();
        assert!(
            keys.iter()
                .all(|one| one["record_key"] != other["record_key"]),
            "{alone}"
        );
    }
    let back = identity(
        &shop,
        &["undo", &record, "--reason", "it was the same person"],
    );
    let moved = back["moved"].as_array().unwrap();
    // The run in between may have moved others whom this record held together; then it says that the next run ends it.
    match back["sentence"].as_str().unwrap().contains("next run") {
        true => assert_ne!(whose(&shop), before, "{back}"),
        false => {
            assert_eq!(whose(&shop), before, "taken back at once: {back}");
            assert!(!moved.is_empty(), "{back}");
        }
    }
    identity(&shop, &["run"]);
    assert_eq!(whose(&shop), before, "found again as before");
}

#[test]
fn a_decision_joins_at_once_and_undoing_it_is_exact() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    for kind in ["events", "reviews", "surveys", "ads"] {
        let file = folder.path().join(format!("files/{kind}.csv"));
        import(&shop, &file, &["--as", kind, "--preset", "native"]);
    }
    let before = whose(&shop);
    // Two records that stand alone, of whom most is kept.
    let alone = "select customer_key from events where customer_key not in (select record_key from customer_merges) and \
                 customer_key not in (select merged_key from customer_merges) and customer_key in (select customer_key from \
                 order_lines) group by customer_key order by count(*) desc, customer_key limit 2";
    let rows = json(&["sql", alone, "--project", place])["rows"].clone();
    let mut pair = [whole(&rows[0][0]), whole(&rows[1][0])];
    pair.sort_unstable();
    let [a, b] = pair.map(|key| key.to_string());
    let of_both = all_of(&shop, &[&a, &b]);
    assert!(of_both.len() > 20, "{}", of_both.len());
    let joined = identity(
        &shop,
        &["decide", &a, &b, "--same", "--reason", "showed both cards"],
    );
    assert_eq!(joined["moved"].as_array().unwrap().len(), 1, "{joined}");
    assert_eq!(joined["moved"][0]["after"].to_string(), a);
    let told = identity(&shop, &["show", &b, "--purpose", "service"]);
    assert_eq!(told["customer_key"].to_string(), a);
    assert_eq!(told["decisions"][0]["reason"], "showed both cards");
    assert_ne!(all_of(&shop, &[&a, &b]), of_both);
    let undone = identity(&shop, &["undo", &b, "--reason", "a mistake"]);
    assert!(
        undone["sentence"]
            .as_str()
            .unwrap()
            .contains("as it was before"),
        "{undone}"
    );
    assert_eq!(whose(&shop), before, "to the last row");
    assert_eq!(all_of(&shop, &[&a, &b]), of_both, "and to the last column");
    // Wrong use says what to do.
    let refused = |args: &[&str]| {
        let done = tessera(&[&["identity"], args, &["--project", place]].concat());
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).to_string(),
        )
    };
    let (code, told) = refused(&["decide", &a, "99999999", "--same", "--reason", "x"]);
    assert!(
        code == Some(2) && told.contains("no record '99999999'"),
        "{told}"
    );
    let (code, told) = refused(&["undo", &a, "--reason", "x"]);
    assert!(
        code == Some(2) && told.contains("nothing that stands"),
        "{told}"
    );
    let (code, told) = refused(&["show", &a, "--purpose", "curiosity"]);
    assert!(code == Some(2) && told.contains("service"), "{told}");
}

#[test]
fn a_blocked_value_links_nobody_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let file = folder.path().join("two.csv");
    let two = "customer_id,id_kind,first_name,last_name,email\n\
               L900001,loyalty,Zora,Quist,zora.quist@mail.example\n\
               L900002,loyalty,Zora,Quist,zora.quist@mail.example\n";
    std::fs::write(&file, two).unwrap();
    import(&shop, &file, &["--as", "customers", "--preset", "native"]);
    let records = || {
        json(&["identity", "run", "--project", place]);
        let who = sql(&shop, "select min(customer_key) from (select distinct record_key as customer_key from customer_merges \
                              union select distinct customer_key from customers order by customer_key desc limit 2)")[0].to_string();
        let told = json(&[
            "identity",
            "show",
            &who,
            "--purpose",
            "service",
            "--project",
            place,
        ]);
        told["records"].as_array().unwrap().len()
    };
    assert_eq!(records(), 2);
    let block = [
        "identity",
        "block",
        "email",
        " Zora.Quist@MAIL.example",
        "--reason",
        "the till's own",
        "--project",
        place,
    ];
    json(&block);
    assert_eq!(records(), 1);
}

#[test]
fn rules_are_kept_and_obeyed_by_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let customers = || {
        json(&["identity", "status", "--project", place])["run"]["customers"]
            .as_u64()
            .unwrap()
    };
    let before = customers();
    let file = folder.path().join("rules.toml");
    std::fs::write(
        &file,
        "[merge]\nlink_at = 0.9999999999\n[profile.address]\nprefer = [\"newest\"]\n",
    )
    .unwrap();
    let path = file.to_str().unwrap();
    json(&[
        "identity",
        "rules",
        "--file",
        path,
        "--reason",
        "only the surest",
        "--project",
        place,
    ]);
    json(&["identity", "run", "--project", place]);
    assert!(customers() > before, "{} {before}", customers());
    let text = json(&["identity", "rules", "--project", place])["text"].to_string();
    assert!(
        text.contains("0.9999999999") && text.contains("newest"),
        "{text}"
    );
    let value = [
        "email",
        "kiosk@shop.example",
        "--reason",
        "the till's own",
        "--project",
        place,
    ];
    let blocked = json(&[&["identity", "block"], &value[..]].concat());
    assert_eq!(blocked["blocked"], 1);
    // What is kept of it is no address.
    let audit = std::fs::read(shop.join("registry.db")).unwrap();
    assert!(!audit.windows(18).any(|part| part == b"kiosk@shop.example"));
    assert_eq!(
        json(&[&["identity", "unblock"], &value[..]].concat())["blocked"],
        0
    );
    let again = tessera(&[&["identity", "unblock"], &value[..]].concat());
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    std::fs::write(&file, "[merge]\nlink_at = 7\n").unwrap();
    let wrong = tessera(&[
        "identity",
        "rules",
        "--file",
        path,
        "--reason",
        "r",
        "--project",
        place,
    ]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}
