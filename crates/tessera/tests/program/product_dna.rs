//! Product DNA through the real program: what is read has its place in a text, a person's word holds in every run and in
//! genomes and clusters, and taking it back leaves everything as it was.

use super::workbench::{chain, segment};
use super::*;

fn dna(shop: &Path, args: &[&str]) -> Value {
    json(&[&["dna"], args, &["--project", shop.to_str().unwrap()]].concat())
}

/// Values that the newest run has of an attribute of a product.
fn values(shop: &Path, product: &str, attribute: &str) -> Vec<String> {
    let query = format!(
        "select value from current_product_dna where product_id = '{product}' and attribute = '{attribute}' and \
         state = 'has' order by value"
    );
    let rows = json(&["sql", &query, "--project", shop.to_str().unwrap()])["rows"].clone();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[0].as_str().unwrap().to_string())
        .collect()
}

/// What a product was read to be before the correction, and what changed.
fn a_past_reading_is_shown_again(shop: &Path, product: &str, was: &[String]) {
    let now = dna(shop, &["show", product]);
    let readings = now["readings"].as_array().unwrap();
    assert_eq!(readings.len(), 2, "{readings:?}");
    assert_eq!(readings[0]["at"], now["read_at"]);
    let changes = readings[0]["changes"].to_string();
    assert!(changes.contains("colour ultramarine is new"), "{changes}");
    for value in was {
        assert!(
            changes.contains(&format!("colour {value} is gone")),
            "{changes}"
        );
    }
    let then = readings[1]["at"].as_str().unwrap();
    let told = dna(shop, &["show", product, "--on", then]);
    let of = told["dna"].as_array().unwrap().iter();
    let colour = of.clone().find(|of| of["attribute"] == "colour").unwrap();
    let values = colour["values"].as_array().unwrap().iter();
    let values: Vec<_> = values.map(|one| one["value"].as_str().unwrap()).collect();
    assert_eq!(values, was);
    assert_ne!(told["run_id"], now["run_id"]);
    let before = dna(shop, &["show", product, "--on", "1999-01-01"]);
    assert_eq!(
        (before["dna"].as_array().unwrap().len(), &before["run_id"]),
        (0, &Value::Null)
    );
}

#[test]
fn what_is_read_is_corrected_by_people_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let before = dna(&shop, &["show"]);
    let run = &before["run"];
    assert_eq!(
        run["products"],
        sql(&shop, "select count(*) from current_products")[0]
    );
    // Every value has a place that tells it.
    let bare = "select count(*) from current_product_dna where length(evidence) < 10";
    assert_eq!(sql(&shop, bare)[0], 0);
    let sold = sql(
        &shop,
        "select p.product_id, p.color, count(distinct l.customer_key) from current_products p join sales l \
         on l.product_id = p.product_id where p.color is not null group by p.product_id, p.color \
         order by count(*) desc, p.product_id limit 1",
    );
    let (product, buyers) = (sold[0].as_str().unwrap().to_string(), sold[2].clone());
    let was = values(&shop, &product, "colour");
    assert!(!was.is_empty(), "{sold}");

    let set = [
        "correct",
        "--product",
        &product,
        "--set",
        "color=ultramarine",
        "--reason",
        "seen on the shelf",
    ];
    let tried = dna(&shop, &[&set[..], &["--dry-run"]].concat());
    assert_eq!(
        (&tried["correction"], &tried["changed"]),
        (&Value::Null, &1.into())
    );
    assert_eq!(tried["customers"], buyers);
    assert_eq!(values(&shop, &product, "colour"), was);
    let kept = dna(&shop, &set);
    let number = kept["correction"].to_string();
    // From the next run on: nothing changes behind anybody's back.
    assert_eq!(values(&shop, &product, "colour"), was);
    assert_eq!(dna(&shop, &["corrections"])[0]["in_effect"], false);
    json(&["genome", "run", "--project", place]);
    assert_eq!(values(&shop, &product, "colour"), ["ultramarine"]);
    assert_eq!(dna(&shop, &["corrections"])[0]["in_effect"], true);
    let told = dna(&shop, &["show", &product]);
    let colour = told["dna"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["attribute"] == "colour");
    let colour = colour.unwrap();
    assert_eq!(colour["values"][0]["source"], "person");
    assert_eq!(colour["values"][0]["correction"].to_string(), number);
    assert_eq!(colour["denied"].as_array().unwrap().len(), was.len());
    a_past_reading_is_shown_again(&shop, &product, &was);
    // Genomes rest on it: nobody had a gene of a colour that no product was told to have.
    let genes = "select count(*) from genes where run_id = (select run_id from genes order by known_at desc limit 1) \
                 and attribute = 'color' and value = 'ultramarine'";
    assert!(sql(&shop, genes)[0].as_i64().unwrap() > 0);

    // Clusters of products use it, with the correction.
    json(&[
        "segment",
        "recipe",
        "by-dna",
        "--template",
        "products-by-dna",
        "--project",
        place,
    ]);
    segment(&shop, &["fit", "by-dna", "--clusters", "4"]);
    let features =
        "select count(*) from scheme_features where feature = 'kind' or feature like 'kind=%'";
    assert!(sql(&shop, features)[0].as_i64().unwrap() > 0);

    json(&[
        "dna",
        "undo",
        &number,
        "--reason",
        "it was right",
        "--project",
        place,
    ]);
    json(&["dna", "run", "--project", place]);
    assert_eq!(values(&shop, &product, "colour"), was);
    let again = dna(&shop, &["show"]);
    assert_eq!(again["run"]["attributes"], run["attributes"]);
}

#[test]
fn a_rule_teaches_a_word_and_wrong_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let word = sql(
        &shop,
        "select name from current_products order by product_id limit 1",
    );
    let word = word[0]
        .as_str()
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_string();
    let kept = dna(
        &shop,
        &[
            "correct",
            "--words",
            &word,
            "--add",
            "style=our own",
            "--reason",
            "a word of ours",
        ],
    );
    dna(&shop, &["run"]);
    let query =
        "select count(*) from current_product_dna where attribute = 'style' and value = 'our own'";
    assert_eq!(sql(&shop, query)[0], kept["products"]);
    let place = shop.to_str().unwrap();
    for (args, code) in [
        (vec!["--product", "NOSUCH", "--add", "style=x"], 2),
        (vec!["--product", "P000001", "--add", "taste=x"], 2),
        (vec!["--words", "  ", "--add", "style=x"], 2),
        (vec!["--words", "x"], 2),
    ] {
        let all = [
            vec!["dna", "correct", "--reason", "r", "--project", place],
            args.clone(),
        ]
        .concat();
        let out = tessera(&all);
        assert_eq!(out.status.code(), Some(code), "{args:?}: {out:?}");
    }
    // The retailer's own dictionary reads on top of the bundled ones, and what is wrong in it names its line.
    let own = shop.join("dictionaries");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("ours.toml"), "[style.ours]\nen = [").unwrap();
    let out = tessera(&["dna", "run", "--project", place]);
    assert_eq!(out.status.code(), Some(1), "{out:?}");
    assert!(
        String::from_utf8_lossy(&out.stderr).contains("ours.toml"),
        "{out:?}"
    );
}

#[test]
fn the_timeline_holds_every_channel_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    for kind in ["events", "surveys", "reviews", "ads"] {
        let file = folder.path().join("files").join(format!("{kind}.csv"));
        import(&shop, &file, &["--as", kind, "--preset", "native"]);
    }
    let who = sql(
        &shop,
        "select customer_key from order_lines where customer_key is not null and customer_key not in (select customer_key from \
         customers where customer_key is not null and lower(profiling_consent) = 'no') group by customer_key \
         order by count(distinct receipt_key) desc, customer_key limit 1",
    )[0]
    .to_string();
    let ask = |purpose: &str, more: &[&str]| {
        let own = [
            "customers",
            "timeline",
            &who,
            "--purpose",
            purpose,
            "--limit",
            "1000",
            "--project",
            place,
        ];
        json(&[&own[..], more].concat())
    };
    let told = ask("privacy_request", &[]);
    let rows = told["page"]["rows"].as_array().unwrap();
    let times: Vec<&str> = rows
        .iter()
        .map(|row| row["happened_at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let receipts =
        format!("select count(distinct receipt_key) from order_lines where customer_key = {who}");
    let count = |what: &[&str]| {
        rows.iter()
            .filter(|row| what.contains(&row["what"].as_str().unwrap()))
            .count()
    };
    assert_eq!(sql(&shop, &receipts)[0], count(&["receipt", "return"]));
    for (table, channels) in [
        ("events", &["web", "app", "email", "service"][..]),
        ("survey_answers", &["survey"]),
        ("reviews", &["review", "social"]),
    ] {
        let query = format!("select count(*) from {table} where customer_key = {who}");
        let shown = rows.iter().filter(|row| {
            let is_receipt = ["receipt", "return"].contains(&row["what"].as_str().unwrap());
            channels.contains(&row["channel"].as_str().unwrap()) && !is_receipt
        });
        assert_eq!(sql(&shop, &query)[0], shown.count(), "{table}");
    }
    assert!(told["channels"].as_array().unwrap().len() >= 3, "{told}");
    // What was on each receipt, named or counted.
    let pairs = format!(
        "select count(*) from (select distinct receipt_key, product_id from order_lines where customer_key = {who} and \
         product_id is not null)"
    );
    let products = sql(&shop, &pairs)[0].as_u64().unwrap();
    let told_and_named = |told: &Value| {
        let rows = told["page"]["rows"].as_array().unwrap();
        let named = |row: &Value| row["products"].as_array().unwrap().len() as u64;
        let all = rows
            .iter()
            .map(|row| named(row) + row["further_products"].as_u64().unwrap());
        (all.sum::<u64>(), rows.iter().map(named).sum::<u64>())
    };
    let (all, named) = told_and_named(&told);
    assert_eq!(all, products);
    assert!(named > 0);
    let other = ask("analytics", &[]);
    // Products of topics without consent are not named, but counted.
    let (seen, open) = told_and_named(&other);
    assert_eq!(seen, products);
    assert!(open < named, "{open} of {named}");
    ads_are_tied_to_who_agreed_alone(&shop);
}

/// In the timeline and in SQL alike; the person's own request sees what is kept.
fn ads_are_tied_to_who_agreed_alone(shop: &Path) {
    let place = shop.to_str().unwrap();
    let all = sql(
        shop,
        "select count(*), count(customer_key), count(device_key) from ad_results",
    );
    let [rows, tied, devices] = [0, 1, 2].map(|place| all[place].as_u64().unwrap());
    assert!(0 < tied && tied < rows && devices < rows, "{all}");
    let others = "select count(*) from ad_results where customer_key is not null and customer_key not in (select customer_key from \
                  customers where lower(marketing_consent) = 'yes')";
    assert_eq!(sql(shop, others)[0], 0);
    let ads = |who: &str, purpose: &str| {
        let asked = [
            "customers",
            "timeline",
            who,
            "--purpose",
            purpose,
            "--channel",
            "ad",
            "--limit",
            "1000",
        ];
        let told = json(&[&asked[..], &["--project", place]].concat());
        (
            told["page"]["total"].as_u64().unwrap(),
            !told["notes"].as_array().unwrap().is_empty(),
        )
    };
    let by_word = |word: &str| {
        let asked = format!(
            "select customer_key from customers where lower(marketing_consent) = '{word}' and (profiling_consent is null or \
             lower(profiling_consent) = 'yes') group by customer_key order by customer_key limit 40"
        );
        let rows = json(&["sql", &asked, "--project", place])["rows"].clone();
        let rows: Vec<String> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[0].to_string())
            .collect();
        rows
    };
    let mut found = 0;
    for who in by_word("yes") {
        let (asked, kept) = (ads(&who, "analytics"), ads(&who, "privacy_request"));
        let counted = format!("select count(*) from ad_results where customer_key = {who}");
        assert_eq!(
            (asked.0, sql(shop, &counted)[0].as_u64()),
            (kept.0, Some(kept.0)),
            "{who}"
        );
        found += kept.0;
        if found > 3 {
            break;
        }
    }
    let mut hidden = 0;
    for who in by_word("no") {
        let kept = ads(&who, "privacy_request");
        assert_eq!(ads(&who, "analytics"), (0, true), "{who}");
        hidden += kept.0;
        if hidden > 3 {
            break;
        }
    }
    assert!(found > 0 && hidden > 0, "{found} {hidden}");
    // What campaigns showed is told of all.
    let campaigns = sql(
        shop,
        "select sum(impressions) + sum(clicks) from ad_campaigns",
    )[0]
    .as_u64();
    let counted = sql(
        shop,
        "select count(*) from ad_results where lower(kind) in ('impression', 'click')",
    )[0]
    .as_u64();
    assert_eq!(campaigns, counted);
}

#[test]
fn customers_see_something_in_products_and_the_finder_asks() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let file = folder.path().join("files/reviews.csv");
    import(&shop, &file, &["--as", "reviews", "--preset", "native"]);
    let most = "select product_id from reviews where text is not null group by product_id order by count(*) desc, \
                product_id limit 1";
    let product = sql(&shop, most)[0].as_str().unwrap().to_string();
    let told = dna(&shop, &["heard", &product]);
    let texts = told["texts"].as_u64().unwrap();
    assert!(
        texts > 1 && told["customers"].as_u64().unwrap() <= texts,
        "{told}"
    );
    assert!(!told["topics"].as_array().unwrap().is_empty(), "{told}");
    for topic in told["topics"].as_array().unwrap() {
        let share = &topic["share"];
        let (low, value, high) = (&share["low"], &share["value"], &share["high"]);
        assert!(
            low.as_f64() <= value.as_f64() && value.as_f64() <= high.as_f64(),
            "{topic}"
        );
        assert!(topic["mentions"][0]["quote"].is_string(), "{topic}");
    }
    // As of a day before anybody wrote nothing was seen.
    assert_eq!(
        dna(&shop, &["heard", &product, "--on", "2001-01-01"])["texts"],
        0
    );

    // The finder: every offer says how many would fit, and as many do.
    let ask = |answers: &[String]| {
        let mut args = vec!["dna", "find", "--project", place];
        for answer in answers {
            args.extend(["--answer", answer.as_str()]);
        }
        json(&args)["step"].clone()
    };
    let first = ask(&[]);
    assert_eq!(
        first["of"],
        sql(&shop, "select count(*) from current_products")[0]
    );
    let question = &first["question"];
    let offer = &question["offers"][0];
    let values = offer["answer"]["values"].as_array().unwrap();
    let values: Vec<&str> = values.iter().map(|one| one.as_str().unwrap()).collect();
    let answer = format!(
        "{}={}",
        question["attribute"].as_str().unwrap(),
        values.join(",")
    );
    let second = ask(std::slice::from_ref(&answer));
    assert_eq!(second["remain"], offer["remain"], "{offer}");
    for product in second["products"].as_array().unwrap() {
        let lines = product["lines"].as_array().unwrap().iter();
        let sum: i64 = lines.map(|line| line["points"].as_i64().unwrap()).sum();
        assert_eq!(Some(sum), product["score"].as_i64(), "{product}");
    }
    assert_eq!(second["declared"][0]["value"], values[0]);

    // A customer's answer is a gene of the next run.
    let who = sql(
        &shop,
        "select customer_key from genomes order by customer_key limit 1",
    )[0]
    .to_string();
    let kept = json(&[
        "dna",
        "find",
        "--answer",
        &answer,
        "--customer",
        &who,
        "--purpose",
        "personalisation",
        "--keep",
        "asked in the shop",
        "--project",
        place,
    ]);
    assert_eq!(kept["kept"]["declared"][0]["value"], values[0], "{kept}");
    let attribute = question["attribute"].as_str().unwrap();
    // The acts behind the gene, by the next run: the answer is one of them, though no receipt is as new.
    let answered = || {
        json(&["genome", "run", "--project", place]);
        let args = [
            "genome",
            "evidence",
            &who,
            attribute,
            values[0],
            "--purpose",
            "analytics",
            "--project",
            place,
        ];
        let told = tessera(&args);
        let told = String::from_utf8(told.stdout).unwrap();
        told.matches("answer").count()
    };
    assert_eq!(answered(), 1);
    // Taken back it counts no more.
    let response = kept["kept"]["response_id"].as_str().unwrap();
    let forget = [
        "dna",
        "forget",
        response,
        "--customer",
        &who,
        "--purpose",
        "service",
        "--reason",
        "a slip",
        "--project",
        place,
    ];
    assert_eq!(json(&forget)["answers"], 1);
    assert_eq!(tessera(&forget).status.code(), Some(2));
    assert_eq!(answered(), 0);
    // What no product has is a slip.
    let slip = format!("{attribute}=vermilionn");
    let slip = [
        "dna",
        "find",
        "--answer",
        &slip,
        "--customer",
        &who,
        "--purpose",
        "service",
        "--keep",
        "asked",
        "--project",
        place,
    ];
    assert_eq!(tessera(&slip).status.code(), Some(2));
    let without = tessera(&["dna", "find", "--answer", "color", "--project", place]);
    assert_eq!(without.status.code(), Some(2), "{without:?}");
}

#[test]
fn what_moves_choice_is_found_by_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let most = "select p.category_3 from sales l join current_products p on p.product_id = l.product_id where \
                l.customer_key is not null group by p.category_3 order by count(*) desc limit 1";
    let category = sql(&shop, most)[0].as_str().unwrap().to_string();
    let found = json(&["demand", "drivers", &category, "--project", place]);
    let groups = found["groups"].as_array().unwrap();
    assert!(
        groups[0]["cluster"].is_null() && groups.len() > 1,
        "{found}"
    );
    for group in groups {
        let shares = group["attributes"].as_array().unwrap().iter();
        let shares: Vec<f64> = shares
            .filter_map(|one| one["share"]["value"].as_f64())
            .collect();
        let sum: f64 = shares.iter().sum();
        assert!(shares.is_empty() || (sum - 1.0).abs() < 1e-6, "{group}");
    }
    let trial = &found["trials"][0];
    assert!(
        trial["by_group"]["log_likelihood"].as_f64() > trial["equal"]["log_likelihood"].as_f64(),
        "{trial}"
    );
    let none = tessera(&["demand", "drivers", "Nosuch", "--project", place]);
    assert_eq!(none.status.code(), Some(2), "{none:?}");
}
