//! Genomes of past dates through the real program: nothing later counts, and the newest stay the newest.

use super::genome::{genome, show};
use super::workbench::chain;
use super::*;

#[test]
fn genomes_of_a_past_date_are_computed_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let who = "select customer_key from order_lines where customer_key in (select customer_key from genes where standing = \
               'liked') group by customer_key order by count(*) desc, customer_key limit 1";
    let customer = sql(&shop, who)[0].to_string();
    let newest = show(&shop, &customer, &[]);
    let day = sql(
        &shop,
        "select cast(cast(max(happened_at) - interval '120 days' as date) as varchar) from order_lines",
    )[0]
    .as_str()
    .unwrap()
    .to_string();
    let early = ["show", &customer, "--on", &day, "--purpose", "analytics"];
    let refused = tessera(&[&["genome"], &early[..], &["--project", place]].concat());
    let told = String::from_utf8_lossy(&refused.stderr).to_string();
    assert!(told.contains("genome run --on"), "{told}");

    // Two dates in one command; both describe the newest act until then.
    let first = sql(
        &shop,
        "select cast(cast(max(happened_at) - interval '200 days' as date) as varchar) from order_lines",
    );
    let both = ["run", "--on", first[0].as_str().unwrap(), "--on", &day];
    let ran = genome(&shop, &both);
    assert_eq!(ran["runs"].as_array().unwrap().len(), 2, "{ran}");
    let then = show(&shop, &customer, &["--on", &day]);
    let end = format!("{day}T23:59:59.999999Z");
    assert!(then["as_of"].as_str().unwrap() <= end.as_str(), "{then}");
    let known = "select count(*) from order_lines where customer_key = {who} and line_type = 'sale' and happened_at <= \
                 timestamp '{end}'";
    let known = known.replace("{who}", &customer);
    let bought = sql(&shop, &known.replace("{end}", &end))[0]
        .as_i64()
        .unwrap();
    let all = sql(&shop, &known.replace("{end}", "2199-01-01T00:00:00Z"))[0]
        .as_i64()
        .unwrap();
    assert!(0 < bought && bought < all, "{bought} of {all}");

    // The evidence of then sums to the score of then, and none of it is of later.
    let gene = then["genes"].as_array().unwrap().first().unwrap().clone();
    let named = [
        gene["attribute"].as_str().unwrap(),
        gene["value"].as_str().unwrap(),
    ];
    let asked = [
        "evidence",
        &customer,
        named[0],
        named[1],
        "--on",
        &day,
        "--purpose",
        "analytics",
    ];
    let evidence = genome(&shop, &asked);
    let lines = evidence["lines"].as_array().unwrap();
    let sum: i64 = lines
        .iter()
        .map(|line| line["contribution"].as_i64().unwrap())
        .sum();
    assert_eq!(
        Some(sum + evidence["baseline"].as_i64().unwrap()),
        gene["score"].as_i64()
    );
    assert!(
        lines
            .iter()
            .all(|line| line["at"].as_str().unwrap() <= end.as_str()),
        "{evidence}"
    );

    // The newest stays the newest, and is compared with the date before it.
    assert_eq!(show(&shop, &customer, &[])["hash"], newest["hash"]);
    assert_eq!(
        show(&shop, &customer, &[])["dates"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let diff = genome(&shop, &["diff", &customer, "--purpose", "analytics"]);
    assert_eq!(
        (&diff["from"], &diff["to"]),
        (&then["as_of"], &newest["as_of"])
    );
    let drift = genome(&shop, &["drift"]);
    assert_eq!(
        (&drift["from"], &drift["to"]),
        (&then["as_of"], &newest["as_of"])
    );
    who_cannot_be_compared_reads_why(&shop, (&day, first[0].as_str().unwrap()));
    assert_eq!(
        genome(&shop, &["run", "--update"])["customers"],
        0,
        "it goes on from the newest"
    );

    // The same date once more is the same genome, to the byte; a date without later acts, or without earlier, is refused.
    genome(&shop, &["run", "--on", &day]);
    let again = show(&shop, &customer, &["--on", &day]);
    assert_eq!(
        (&again["hash"], &again["revision"]),
        (&then["hash"], &then["revision"])
    );
    for on in ["2999-01-01", "1999-01-01"] {
        let done = tessera(&["genome", "run", "--on", on, "--project", place]);
        assert_eq!(done.status.code(), Some(2), "{on}");
    }
    // One that cannot be had keeps the others from being begun.
    let runs = || sql(&shop, "select count(distinct run_id) from genomes")[0].clone();
    let kept = runs();
    let done = tessera(&[
        "genome",
        "run",
        "--on",
        &day,
        "--on",
        "2999-01-01",
        "--project",
        place,
    ]);
    assert_eq!((done.status.code(), runs()), (Some(2), kept));
}

/// A customer who came later, and dates in the wrong order.
fn who_cannot_be_compared_reads_why(shop: &Path, (day, first): (&str, &str)) {
    let late = format!(
        "select customer_key from order_lines where customer_key is not null and line_type = 'sale' group by customer_key \
         having min(happened_at) > timestamp '{day}T23:59:59Z' order by 1 limit 1"
    );
    let late = sql(shop, &late)[0].to_string();
    let asked = ["diff", &late, "--from", day, "--purpose", "analytics"];
    let told = genome(shop, &asked);
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.contains("had no genome by"), "{told}");
    assert_eq!(told["changes"].as_array().unwrap().len(), 0);
    let turned = [
        "genome",
        "diff",
        &late,
        "--from",
        day,
        "--to",
        first,
        "--purpose",
        "analytics",
    ];
    let done = tessera(&[&turned[..], &["--project", shop.to_str().unwrap()]].concat());
    assert_eq!(done.status.code(), Some(2));
    let nobody = ["genome", "diff", "999999999", "--purpose", "analytics"];
    let done = tessera(&[&nobody[..], &["--project", shop.to_str().unwrap()]].concat());
    assert_eq!(done.status.code(), Some(2));
}
