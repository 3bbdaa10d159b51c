//! The timeline of one customer through the real program: every channel in order, and ads of those alone who agreed.

use super::workbench::chain;
use super::*;

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
