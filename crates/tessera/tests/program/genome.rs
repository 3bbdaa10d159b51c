//! Genomes through the real program: every gene's evidence sums to its score, a date's genome stays the same to the byte,
//! late data make a revision that is told, who refused has none.

use super::workbench::chain;
use super::*;

fn genome(shop: &Path, args: &[&str]) -> Value {
    json(&[&["genome"], args, &["--project", shop.to_str().unwrap()]].concat())
}

fn show(shop: &Path, customer: &str, more: &[&str]) -> Value {
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
}
