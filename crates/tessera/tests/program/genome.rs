//! Genomes through the real program: every gene's evidence sums to its score, a date's genome stays the same to the byte,
//! late data make a revision that is told, who refused has none.

use super::workbench::chain;
use super::*;

pub fn genome(shop: &Path, args: &[&str]) -> Value {
    json(&[&["genome"], args, &["--project", shop.to_str().unwrap()]].concat())
}

pub fn show(shop: &Path, customer: &str, more: &[&str]) -> Value {
    genome(
        shop,
        &[&["show", customer, "--purpose", "analytics"], more].concat(),
    )
}

#[test]
fn a_genes_evidence_is_its_score_and_a_dates_genome_stays() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let busiest = "select customer_key from genes where standing = 'liked' group by customer_key \
                   order by count(*) desc, customer_key limit 3";
    let rows = json(&["sql", busiest, "--project", place])["rows"].clone();
    let mut lines = 0;
    for row in rows.as_array().unwrap() {
        let customer = row[0].to_string();
        let told = show(&shop, &customer, &[]);
        assert!(!told["habits"].as_array().unwrap().is_empty(), "{told}");
        for gene in told["genes"].as_array().unwrap().iter().take(6) {
            let named = [
                gene["attribute"].as_str().unwrap(),
                gene["value"].as_str().unwrap(),
            ];
            let asked = [
                "evidence",
                &customer,
                named[0],
                named[1],
                "--purpose",
                "analytics",
            ];
            let evidence = genome(&shop, &asked);
            let each = evidence["lines"].as_array().unwrap();
            let sum: i64 = each
                .iter()
                .map(|line| line["contribution"].as_i64().unwrap())
                .sum();
            let baseline = evidence["baseline"].as_i64().unwrap();
            assert_eq!(Some(sum + baseline), gene["score"].as_i64(), "{evidence}");
            assert!(baseline <= 0);
            lines += each.len();
        }
    }
    assert!(lines > 30, "{lines}");

    // The newest receipt once more a second later is new data; the genome of before stays what it was.
    let customer = rows[0][0].to_string();
    let first = show(&shop, &customer, &[]);
    let on = first["as_of"].as_str().unwrap().to_string();
    let late = folder.path().join("late.csv");
    let key = format!(
        "select product_id, store_id from order_lines where customer_key = {customer} and line_type = 'sale' \
         and store_id is not null order by happened_at desc limit 1"
    );
    let line = sql(&shop, &key);
    let who = json(&[
        "identity",
        "show",
        &customer,
        "--purpose",
        "service",
        "--project",
        place,
    ]);
    let id = &who["records"][0]["identifiers"][0];
    let text = format!(
        "receipt_id,line_no,happened_at,store_id,channel,customer_id,id_kind,product_id,quantity,unit_price,discount,currency\n\
         LATE1,1,{day},{store},shop,{id},{kind},{product},1,9.99,0,EUR\n",
        day = &on[..10],
        store = line[1].as_str().unwrap(),
        id = id["value"].as_str().unwrap(),
        kind = id["field"].as_str().unwrap(),
        product = line[0].as_str().unwrap(),
    );
    std::fs::write(&late, text).unwrap();
    import(&shop, &late, &["--as", "orders", "--preset", "native"]);
    assert_eq!(
        show(&shop, &customer, &["--on", &on])["hash"],
        first["hash"]
    );
    genome(&shop, &["run"]);
    let second = show(&shop, &customer, &[]);
    assert_eq!(
        second["as_of"], first["as_of"],
        "the late act is before the newest one"
    );
    assert_eq!(
        (second["revision"].as_i64(), second["late"].as_i64()),
        (Some(2), Some(1)),
        "{second}"
    );
    assert_ne!(second["hash"], first["hash"]);
    let other = rows[1][0].to_string();
    assert_eq!(
        show(&shop, &other, &[])["revision"],
        1,
        "nobody else was revised"
    );

    let refused = |args: &[&str]| {
        let done = tessera(&[&["genome"], args, &["--project", place]].concat());
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).to_string(),
        )
    };
    let (code, told) = refused(&[
        "evidence",
        &customer,
        "brand",
        "Nobody's",
        "--purpose",
        "analytics",
    ]);
    assert!(code == Some(2) && told.contains("has no gene"), "{told}");
    let (code, told) = refused(&[
        "show",
        &customer,
        "--on",
        "1999-01-01",
        "--purpose",
        "analytics",
    ]);
    assert!(
        code == Some(2) && told.contains("the first genomes are of"),
        "{told}"
    );
}

#[test]
fn who_refused_to_be_profiled_has_no_genome() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let refusing =
        "select count(distinct customer_key) from customers where profiling_consent = 'no'";
    assert!(sql(&shop, refusing)[0].as_i64().unwrap() > 20);
    // The newest word of each record counts, and of merged records the strictest.
    let told = "select count(*) from genomes g join (select customer_key, profiling_consent from customers) c \
                on c.customer_key = g.customer_key where c.profiling_consent = 'no'";
    assert_eq!(sql(&shop, told)[0], 0);
    let some = sql(&shop, "select count(*) from genomes")[0]
        .as_i64()
        .unwrap();
    assert!(some > 100, "{some}");
    // Sensitive topics are withheld from everybody, and none is in any gene.
    let body = sql(&shop, "select body from genomes limit 1");
    assert!(body[0].as_str().unwrap().contains("\"withheld\":["));
    // Nor is anybody of them in a segment by how they buy.
    let in_segments = "select count(*) from memberships m join (select customer_key, profiling_consent from customers) c \
                       on c.customer_key = m.customer_key where c.profiling_consent = 'no'";
    assert_eq!(sql(&shop, in_segments)[0], 0);
    let all = sql(&shop, "select count(*) from memberships")[0]
        .as_i64()
        .unwrap();
    assert!(all > 100, "{all}");
}

#[test]
fn a_topic_is_looked_at_with_consent_and_groups_have_genomes() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    // Who buys most wine, and did not refuse.
    let fan = sql(
        &shop,
        "select l.customer_key from sales l join current_products p on p.product_id = l.product_id where \
         p.category_3 = 'Red Wine' and l.customer_key in (select customer_key from genomes) group by l.customer_key \
         order by count(*) desc, l.customer_key limit 1",
    )[0]
    .to_string();
    let wine = |told: &Value| {
        let genes = told["genes"].as_array().unwrap().iter();
        genes.filter(|gene| gene["value"] == "Red Wine").count()
    };
    let before = show(&shop, &fan, &[]);
    assert_eq!(wine(&before), 0, "{before}");
    assert!(
        before["withheld"].to_string().contains("alcohol"),
        "{before}"
    );
    let shown = [
        "identity",
        "show",
        &fan,
        "--purpose",
        "service",
        "--project",
        place,
    ];
    let who = json(&shown)["records"][0]["identifiers"][0].clone();
    let answer = |number: u32, word: &str| {
        let file = folder.path().join(format!("consent{number}.csv"));
        let text = format!(
            "response_id,happened_at,customer_id,survey_id,question_id,question,answer\n\
             C{number},2026-12-0{number}T10:00:00,{},consents,consent:alcohol,May we look at drinks?,{word}\n",
            who["value"].as_str().unwrap(),
        );
        std::fs::write(&file, text).unwrap();
        let kind = who["field"].as_str().unwrap();
        import(
            &shop,
            &file,
            &[
                "--as",
                "surveys",
                "--preset",
                "native",
                "--option",
                &format!("id_kind={kind}"),
            ],
        );
        json(&["genome", "run", "--project", place]);
        show(&shop, &fan, &[])
    };
    let given = answer(1, "yes");
    assert!(
        !given["withheld"].to_string().contains("alcohol"),
        "{given}"
    );
    assert_eq!(wine(&given), 1, "{given}");
    let taken = answer(2, "no");
    assert_eq!(wine(&taken), 0, "{taken}");

    let sizes = "select cluster_id, count(*) from memberships where run_id = (select max(run_id) from memberships) \
                 and customer_key in (select customer_key from genomes) group by cluster_id order by cluster_id";
    let rows = json(&["sql", sizes, "--project", place])["rows"].clone();
    for row in rows.as_array().unwrap() {
        let told = genome(&shop, &["cluster", "buying", &row[0].to_string()]);
        if told["note"].is_null() {
            assert_eq!(told["members"], row[1], "{told}");
        }
        for gene in told["more"].as_array().unwrap() {
            let (share, all) = (
                gene["share"].as_f64().unwrap(),
                gene["share_all"].as_f64().unwrap(),
            );
            assert!(
                share > all && gene["members"].as_u64().unwrap() >= 10,
                "{gene}"
            );
        }
    }
    let drift = genome(&shop, &["drift"]);
    assert!(drift["sentence"].is_string(), "{drift}");
}

#[test]
fn a_further_day_costs_in_proportion_to_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let two = "select customer_key from genes where standing = 'liked' group by customer_key order by count(*) desc, \
               customer_key limit 2";
    let rows = json(&["sql", two, "--project", place])["rows"].clone();
    let (one, other) = (rows[0][0].to_string(), rows[1][0].to_string());
    let (was, stays) = (show(&shop, &one, &[]), show(&shop, &other, &[]));
    // A receipt on the next day, of one customer.
    let bought = format!(
        "select product_id, store_id, cast(cast(max(happened_at) over () as date) + interval '1 day' as varchar) from \
         order_lines where customer_key = {one} and line_type = 'sale' and store_id is not null limit 1"
    );
    let line = sql(&shop, &bought);
    let shown = [
        "identity",
        "show",
        &one,
        "--purpose",
        "service",
        "--project",
        place,
    ];
    let id = json(&shown)["records"][0]["identifiers"][0].clone();
    let newest = was["as_of"].as_str().unwrap();
    let next = sql(
        &shop,
        &format!(
            "select cast(timestamp '{}' + interval '1 day' as varchar)",
            &newest[..19]
        ),
    );
    let file = folder.path().join("day.csv");
    let text = format!(
        "receipt_id,line_no,happened_at,store_id,channel,customer_id,id_kind,product_id,quantity,unit_price,discount,currency\n\
         DAY1,1,{},{},shop,{},{},{},1,9.99,0,EUR\n",
        next[0].as_str().unwrap(),
        line[1].as_str().unwrap(),
        id["value"].as_str().unwrap(),
        id["field"].as_str().unwrap(),
        line[0].as_str().unwrap(),
    );
    std::fs::write(&file, text).unwrap();
    let day = import(&shop, &file, &["--as", "orders", "--preset", "native"]);
    let ran = genome(&shop, &["run", "--update"]);
    assert_eq!(ran["customers"], 1, "{ran}");
    let now = show(&shop, &one, &[]);
    assert!(now["as_of"].as_str() > was["as_of"].as_str(), "{now}");
    assert!(!now["predicted"].as_array().unwrap().is_empty(), "{now}");
    // Of whom nothing is new the genome is the kept one, to the byte.
    let same = show(&shop, &other, &[]);
    assert_eq!(
        (&same["hash"], &same["as_of"]),
        (&stays["hash"], &stays["as_of"])
    );
    for (who, told) in [(&one, &now), (&other, &same)] {
        let gene = &told["genes"][0];
        let (attribute, value) = (
            gene["attribute"].as_str().unwrap(),
            gene["value"].as_str().unwrap(),
        );
        let evidence = genome(
            &shop,
            &["evidence", who, attribute, value, "--purpose", "analytics"],
        );
        let lines = evidence["lines"].as_array().unwrap().iter();
        let sum: i64 = lines
            .map(|line| line["contribution"].as_i64().unwrap())
            .sum();
        let baseline = evidence["baseline"].as_i64().unwrap();
        assert_eq!(Some(sum + baseline), gene["score"].as_i64(), "{evidence}");
    }
    // Groups count everybody, and the date before is what it was.
    let drift = genome(&shop, &["drift"]);
    // In tens, so that two dates tell of nobody alone.
    let tens = |number: i64| (number + 5) / 10 * 10;
    let everybody = sql(&shop, "select count(distinct customer_key) from genomes")[0]
        .as_i64()
        .unwrap();
    assert_eq!(drift["customers"], tens(everybody));
    assert_eq!(show(&shop, &one, &["--on", newest])["hash"], was["hash"]);
    // Nothing new, nobody computed.
    assert_eq!(genome(&shop, &["run", "--update"])["customers"], 0);
    // A correction is heard: of all who bought the product, and of nobody else.
    let product = line[0].as_str().unwrap();
    let set = [
        "dna",
        "correct",
        "--product",
        product,
        "--set",
        "color=ultramarine",
        "--reason",
        "seen",
        "--project",
        place,
    ];
    let corrected = json(&set)["correction"].to_string();
    let buyers = format!(
        "select count(distinct g.customer_key) from (select distinct customer_key from genomes) g join order_lines l on \
         l.customer_key = g.customer_key where l.product_id = '{product}'"
    );
    let ran = genome(&shop, &["run", "--update"]);
    assert_eq!(ran["customers"], sql(&shop, &buyers)[0], "{ran}");
    json(&[
        "dna",
        "undo",
        &corrected,
        "--reason",
        "it was right",
        "--project",
        place,
    ]);
    // What is taken back leaves the genome as it was, to the byte.
    let id_of = day["files"][0]["import_id"].as_str().unwrap();
    json(&[
        "imports",
        "withdraw",
        id_of,
        "--reason",
        "a wrong file",
        "--project",
        place,
    ]);
    genome(&shop, &["run", "--update"]);
    let back = show(&shop, &one, &[]);
    assert_eq!(
        (&back["hash"], &back["as_of"]),
        (&was["hash"], &was["as_of"])
    );
    // Who refuses has none from the next run on, and counts in no group.
    let (value, kind) = (id["value"].as_str().unwrap(), id["field"].as_str().unwrap());
    let refusal = format!("customer_id,id_kind,profiling_consent\n{value},{kind},no\n");
    let file = folder.path().join("refusal.csv");
    std::fs::write(&file, refusal).unwrap();
    import(&shop, &file, &["--as", "customers", "--preset", "native"]);
    genome(&shop, &["run", "--update"]);
    let refused = show(&shop, &one, &[]);
    assert_eq!(
        (
            &refused["revision"],
            refused["genes"].as_array().map(Vec::len)
        ),
        (&0.into(), Some(0))
    );
    let runs = ["--from", newest, "--to", newest];
    let fewer = genome(&shop, &[&["drift"], &runs[..]].concat())["customers"]
        .as_i64()
        .unwrap();
    assert_eq!(fewer, tens(everybody - 1));
}
