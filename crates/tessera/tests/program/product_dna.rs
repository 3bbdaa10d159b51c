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

fn an_answer_about_a_product_is_of_it_and_not_of_who_answers(
    shop: &Path,
    product: &str,
    texts: u64,
) {
    let place = shop.to_str().unwrap();
    let told = |word: &str| {
        let told = dna(shop, &["heard", product]);
        let topics = told["topics"].as_array().unwrap();
        let of = topics.iter().find(|one| one["topic"] == word).cloned();
        (
            told["texts"].as_u64().unwrap(),
            of.map_or(0, |one| one["unhappy"].as_u64().unwrap()),
        )
    };
    let (_, before) = told("price");
    let mut text = String::from(
        "response_id,happened_at,customer_id,survey_id,question_id,question,answer,product_id\n",
    );
    for n in 0..12 {
        text += &format!(
            "own{n},2025-12-01 10:00:00,L70000{n:02},after,liked,What do you think of it?,Far too expensive,{product}\n"
        );
        text += &format!(
            "own{n},2025-12-01 10:00:00,L70000{n:02},after,garden,Do you have a garden?,yes,\n"
        );
    }
    let file = shop.join("answers.csv");
    std::fs::write(&file, text).unwrap();
    let imported = import(shop, &file, &["--as", "surveys", "--preset", "native"]);
    assert_eq!(imported["loaded"], 24, "{imported}");
    let (many, after) = told("price");
    assert_eq!(many, texts + 12);
    assert!(after >= before + 12, "{before} {after}");
    // What is said of a product is no attribute of the person; a yes is, typed and with its source.
    let declared = "select attribute, value_type, source, count(*) from declared_attributes where attribute in ('liked', 'garden') \
                    group by attribute, value_type, source";
    let rows = json(&["sql", declared, "--project", place])["rows"].clone();
    assert_eq!(
        rows,
        serde_json::json!([["garden", "boolean", "declared", 12]])
    );
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
    an_answer_about_a_product_is_of_it_and_not_of_who_answers(&shop, &product, texts);
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
