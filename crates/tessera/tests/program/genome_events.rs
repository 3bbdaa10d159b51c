//! Genomes from everything that customers do, by a retailer's own spec, and whose moved; where a customer was over time; genes that are struck: through
//! the real program.

use super::genome::genome;
use super::workbench::chain;
use super::*;

/// A customer with receipts who did not refuse and whose e-mail address is known, as events name people here; and the address.
fn somebody(shop: &Path) -> (String, String) {
    let place = shop.to_str().unwrap();
    let who = "select customer_key from order_lines where customer_key is not null and customer_key not in (select customer_key \
               from customers where customer_key is not null and lower(profiling_consent) = 'no') group by customer_key order by \
               count(distinct receipt_key) desc, customer_key limit 40";
    let rows = json(&["sql", who, "--project", place])["rows"].clone();
    for row in rows.as_array().unwrap() {
        let who = row[0].to_string();
        let told = json(&[
            "identity",
            "show",
            &who,
            "--purpose",
            "service",
            "--project",
            place,
        ]);
        let records = told["records"].as_array().unwrap().clone();
        let ids = records
            .iter()
            .flat_map(|one| one["identifiers"].as_array().unwrap().clone());
        let address = ids
            .filter_map(|id| id["value"].as_str().map(str::to_string))
            .find(|id| id.contains('@'));
        if let Some(address) = address {
            return (who, address);
        }
    }
    panic!("nobody of forty has an address");
}

#[test]
fn every_kind_of_act_weighs_in_the_genome_as_the_spec_says() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let (who, id) = somebody(&shop);
    let branded = "select product_id, brand from current_products where brand is not null order by product_id limit 1";
    let branded = sql(&shop, branded);
    let [product, brand] = [0, 1].map(|cell| branded[cell].as_str().unwrap().to_string());
    let evidence = || {
        genome(
            &shop,
            &["evidence", &who, "brand", &brand, "--purpose", "analytics"],
        )
    };
    let newest = sql(
        &shop,
        "select cast(max(happened_at) as varchar) from order_lines",
    )[0]
    .clone();
    let day = &newest.as_str().unwrap()[..10];
    let mut text = String::from(
        "message_id,happened_at,type,event,anonymous_id,customer_id,channel,product_id,query,order_id,value,currency,properties\n",
    );
    let acts = [
        ("Product Viewed", 50_000),
        ("Product Added", 200_000),
        ("Product Added to Wishlist", 400_000),
        ("Complaint Filed", -1_000_000),
        ("Product Tried", 200_000),
        ("Product Kept", 800_000),
        ("Product Discarded", -800_000),
        // What no gene knows is no act.
        ("Page Scrolled", 0),
    ];
    for (at, (event, _)) in acts.iter().enumerate() {
        text += &format!("m{at},{day}T00:00:0{at}Z,track,{event},,{id},web,{product},,,,,\n");
    }
    text += &format!("m9,{day}T00:00:09Z,track,Products Searched,,{id},web,,{brand},,,,\n");
    text += &format!("m10,{day}T00:00:10Z,track,Workshop Attended,,{id},event,,,,,,\n");
    let file = folder.path().join("acts.csv");
    std::fs::write(&file, text).unwrap();
    let imported = import(&shop, &file, &["--as", "events", "--preset", "native"]);
    assert_eq!(imported["loaded"], 10, "{imported}");
    // What happened in the real world stands in the timeline beside the rest.
    let place = shop.to_str().unwrap();
    let asked = [
        "customers",
        "timeline",
        &who,
        "--channel",
        "event",
        "--purpose",
        "service",
        "--project",
        place,
    ];
    let told = json(&asked);
    assert_eq!(
        (&told["page"]["total"], &told["page"]["rows"][0]["what"]),
        (&1.into(), &"workshop attended".into()),
        "{told}"
    );
    // Only of whom something is new.
    let ran = genome(&shop, &["run", "--update"]);
    assert_eq!(ran["customers"], 1, "{ran}");
    // Each customer's newest genome, wherever it was kept, and nobody's who refuses or is another's by now.
    let newest = sql(
        &shop,
        "select count(*), count(distinct customer_key), count(distinct run_id) from current_genomes",
    );
    assert_eq!(
        (&newest[0], &newest[2]),
        (&newest[1], &2.into()),
        "{newest}"
    );
    let told = genome(&shop, &["show", &who, "--purpose", "analytics"]);
    let own = format!(
        "select count(distinct run_id), min(run_id) from current_genes where customer_key = {who}"
    );
    assert_eq!(sql(&shop, &own), serde_json::json!([1, told["run_id"]]));
    let wrong = "select count(*) from current_genomes where customer_key in (select customer_key from customers where \
                 lower(profiling_consent) = 'no') or customer_key in (select record_key from customer_merges where record_key \
                 <> merged_key)";
    assert_eq!(sql(&shop, wrong)[0], 0);
    let told = evidence();
    let lines = told["lines"].as_array().unwrap();
    let of_events = lines.iter().filter(|line| line["table"] == "events");
    let mut weights: Vec<i64> = of_events
        .map(|line| line["weight"].as_i64().unwrap())
        .collect();
    weights.sort_unstable();
    let mut expected: Vec<i64> = acts
        .iter()
        .map(|act| act.1)
        .filter(|weight| *weight != 0)
        .collect();
    // The search names the brand.
    expected.push(100_000);
    expected.sort_unstable();
    assert_eq!(weights, expected, "{told}");
    let sum: i64 = lines
        .iter()
        .map(|line| line["contribution"].as_i64().unwrap())
        .sum();
    assert_eq!(
        Some(sum + told["baseline"].as_i64().unwrap()),
        told["score"].as_i64()
    );

    a_spec_of_ones_own_holds_from_the_next_run_on(&shop, &evidence);
}

fn a_spec_of_ones_own_holds_from_the_next_run_on(shop: &Path, evidence: &dyn Fn() -> Value) {
    let place = shop.to_str().unwrap();
    let told = genome(shop, &["spec"]);
    assert_eq!(told["own"], false);
    let text = told["text"].as_str().unwrap();
    let own = shop.join("genome.toml");
    // A wrong field is named, and nothing is run.
    std::fs::write(&own, text.replace("view = 0.05", "view = \"much\"")).unwrap();
    let done = tessera(&["genome", "run", "--project", place]);
    let said = String::from_utf8_lossy(&done.stderr).to_string();
    assert!(
        done.status.code() == Some(1) && said.contains("genome.toml") && said.contains("view"),
        "{said}"
    );
    std::fs::write(&own, text.replace("view = 0.05", "view = 0.5")).unwrap();
    assert_eq!(genome(shop, &["spec"])["own"], true);
    // What is usual was learnt by the other one.
    let done = tessera(&["genome", "run", "--update", "--project", place]);
    let said = String::from_utf8_lossy(&done.stderr).to_string();
    assert!(
        done.status.code() == Some(1) && said.contains("--update"),
        "{said}"
    );
    genome(shop, &["run"]);
    let told = evidence();
    let lines = told["lines"].as_array().unwrap();
    let views = lines
        .iter()
        .filter(|line| line["weight"] == 500_000 && line["table"] == "events");
    assert_eq!(views.count(), 1, "{told}");
    std::fs::remove_file(&own).unwrap();
}

#[test]
fn a_list_names_the_customers_whose_genes_moved() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let newest = sql(
        &shop,
        "select cast(date_trunc('day', max(happened_at)) - interval '120' day as varchar) from order_lines",
    );
    let day = newest[0].as_str().unwrap()[..10].to_string();
    genome(&shop, &["run", "--on", &day]);
    let ask = |more: &[&str]| {
        genome(
            &shop,
            &[&["alerts", "--purpose", "analytics"], more].concat(),
        )
    };
    let told = ask(&["--limit", "5"]);
    let rows = told["rows"].as_array().unwrap();
    assert!(
        rows.len() == 5 && told["total"].as_u64().unwrap() > 5,
        "{told}"
    );
    let alerts: Vec<u64> = rows
        .iter()
        .map(|row| row["alerts"].as_u64().unwrap())
        .collect();
    assert!(alerts.is_sorted_by(|a, b| a >= b), "{alerts:?}");
    for row in rows {
        let kinds = ["appeared", "faded", "turned", "retyped", "shifted"];
        let sum: u64 = kinds.iter().map(|kind| row[kind].as_u64().unwrap()).sum();
        assert_eq!(row["alerts"], sum);
        assert!(!row["changes"].as_array().unwrap().is_empty(), "{row}");
        // As the customer's own page tells it, whatever is sensitive aside.
        let customer = row["customer_key"].to_string();
        let diff = genome(&shop, &["diff", &customer, "--purpose", "analytics"]);
        let changes = diff["changes"].as_array().unwrap();
        for kind in ["appeared", "faded", "turned", "retyped"] {
            let many = changes
                .iter()
                .filter(|change| change["kind"] == kind && change["alert"] == true);
            assert_eq!(row[kind], many.count(), "{kind}: {row} {diff}");
        }
    }
    // One gene alone, and nobody who refuses.
    let gene = sql(
        &shop,
        "select attribute, value from genes where standing = 'liked' and attribute = 'brand' group by attribute, value order by \
         count(*) desc limit 1",
    );
    let of_brand = ask(&[
        "--attribute",
        "brand",
        "--value",
        gene[1].as_str().unwrap(),
        "--limit",
        "1000",
    ]);
    assert!(of_brand["total"].as_u64().unwrap() < told["total"].as_u64().unwrap());
    for row in of_brand["rows"].as_array().unwrap() {
        assert_eq!(row["changes"].as_array().unwrap().len(), 1, "{row}");
    }
    let wrong = tessera(&[
        "genome",
        "alerts",
        "--purpose",
        "analytics",
        "--from",
        "2999-01-01",
        "--to",
        &day,
        "--project",
        place,
    ]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}

#[test]
fn a_customers_segments_are_told_over_time() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let who = "select customer_key from memberships where scheme = 'buying' order by customer_key limit 1";
    let who = sql(&shop, who)[0].to_string();
    let stays = || {
        let told = json(&[
            "customers",
            "history",
            &who,
            "--purpose",
            "analytics",
            "--project",
            place,
        ]);
        let scheme = told["schemes"][0].clone();
        assert_eq!(scheme["scheme"], "buying", "{told}");
        scheme["stays"].as_array().unwrap().clone()
    };
    let first = stays();
    assert_eq!(
        (first.len(), &first[0]["state"], &first[0]["until"]),
        (1, &"live".into(), &Value::Null)
    );
    // A second run with the same data keeps its numbers: one stay with two runs. With another count of segments there may be
    // a move, and times never overlap.
    json(&["run", "--project", place]);
    let second = stays();
    assert_eq!(
        (
            second.len(),
            second[0]["publications"].as_array().unwrap().len()
        ),
        (1, 2)
    );
    json(&["run", "--clusters", "7", "--project", place]);
    let third = stays();
    let runs: usize = third
        .iter()
        .map(|stay| stay["publications"].as_array().unwrap().len())
        .sum();
    assert_eq!(runs, 3, "{third:?}");
    for pair in third.windows(2) {
        assert_eq!(pair[1]["until"], pair[0]["from"]);
    }
    let kept = "select cluster_id from memberships where scheme = 'buying' and customer_key = {who} order by run_id desc limit 1";
    let kept = sql(&shop, &kept.replace("{who}", &who));
    assert!(
        third[0]["cluster"] == kept[0] || third[0]["hidden"] == true,
        "{third:?}"
    );
}

#[test]
fn a_gene_that_is_struck_is_told_nowhere_until_that_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let liked = "select customer_key, attribute, value from genes where standing = 'liked' and attribute = 'brand' order by score desc, \
                 customer_key limit 1";
    let liked = sql(&shop, liked);
    let who = liked[0].to_string();
    let [attribute, value] = [1, 2].map(|cell| liked[cell].as_str().unwrap().to_string());
    let named = |purpose: &str| {
        let told = genome(&shop, &["show", &who, "--all", "--purpose", purpose]);
        let genes = told["genes"].as_array().unwrap().clone();
        let found = genes
            .iter()
            .any(|one| one["attribute"] == attribute.as_str() && one["value"] == value.as_str());
        (
            found,
            genes.len(),
            told["forgotten"].as_array().unwrap().len(),
            told["hash"].clone(),
        )
    };
    let before = named("service");
    assert!(before.0 && before.2 == 0);
    let refused = |args: &[&str]| {
        let done = tessera(&[&["genome"], args, &["--project", place]].concat());
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).to_string(),
        )
    };
    let why = ["--purpose", "service", "--reason", "a present"];
    let (code, said) =
        refused(&[&["forget", &who, &attribute, "No Such Brand"], &why[..]].concat());
    assert!(code == Some(2) && said.contains("No Such Brand"), "{said}");
    let (code, _) = refused(&[
        "forget",
        &who,
        &attribute,
        &value,
        "--purpose",
        "analytics",
        "--reason",
        "x",
    ]);
    assert_eq!(code, Some(2), "groups are understood without it");
    let struck = genome(
        &shop,
        &[&["forget", &who, &attribute, &value], &why[..]].concat(),
    );
    let id = struck["id"].as_str().unwrap();
    // At once, but for the person's own request.
    let now = named("analytics");
    assert_eq!((now.0, now.1, now.2), (false, before.1 - 1, 1));
    assert!(named("privacy_request").0);
    let (code, said) = refused(&["evidence", &who, &attribute, &value, "--purpose", "service"]);
    assert!(
        code == Some(1) && said.contains("struck"),
        "{code:?} {said}"
    );
    // In the next run, of those alone of whom something is new, and of all; what nobody asked for stays.
    let ran = genome(&shop, &["run", "--update"]);
    assert_eq!(ran["customers"], 1, "{ran}");
    assert!(!named("privacy_request").0);
    let rows = format!(
        "select count(*) from current_genes where customer_key = {who} and attribute = '{attribute}' and value = '{value}'"
    );
    assert_eq!(sql(&shop, &rows)[0], 0);
    let declared = "select count(*) from declared_attributes where attribute like 'forget%'";
    assert_eq!(sql(&shop, declared)[0], 0, "it is no answer of theirs");
    genome(&shop, &["run"]);
    assert!(!named("service").0);
    // Taken back, the genome is to the byte what it was.
    genome(&shop, &[&["remember", &who, id], &why[..]].concat());
    genome(&shop, &["run"]);
    assert_eq!(named("service"), before);
    let (code, said) = refused(&[&["remember", &who, id], &why[..]].concat());
    assert!(code == Some(2) && said.contains(id), "{said}");
}
