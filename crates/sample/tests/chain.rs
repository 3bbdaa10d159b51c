//! The written chain as its readers meet it: the same bytes on any number of threads, the columns the importer
//! expects, and records that agree with each other and with the truth.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, Float64Array, StringArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sample::{Format, Progress, Quiet, SampleError, Spec, check, write};

fn small(seed: u64, format: Format) -> Spec {
    Spec {
        customers: 400,
        stores: 8,
        products: 500,
        orders: 5_000,
        seed,
        format,
        start: Spec::DEFAULT_START,
        days: 240,
    }
}

fn written(spec: Spec, threads: usize) -> (tempfile::TempDir, sample::Report) {
    let dir = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    let report = pool
        .install(|| write(&check(spec).unwrap(), dir.path(), &Quiet))
        .unwrap();
    (dir, report)
}

/// Every file below a folder with its bytes.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(
                files(&path)
                    .into_iter()
                    .map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else {
            found.insert(name, std::fs::read(path).unwrap());
        }
    }
    found
}

/// Rows of a CSV file as columns by name. Cells with quotes are beyond this reader and not asked for.
fn csv(dir: &Path, name: &str) -> Vec<HashMap<String, String>> {
    let text = std::fs::read_to_string(dir.join(name)).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .zip(line.split(',').map(str::to_owned))
            .collect()
    };
    lines.map(row).collect()
}

/// Two text columns of a truth table.
fn truth(dir: &Path, name: &str, columns: [&str; 2]) -> Vec<(String, String)> {
    let file = File::open(dir.join("truth").join(name)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let texts: Vec<&StringArray> = columns
            .iter()
            .map(|column| {
                batch
                    .column_by_name(column)
                    .unwrap()
                    .as_any()
                    .downcast_ref()
                    .unwrap()
            })
            .collect();
        rows.extend((0..batch.num_rows()).map(|row| {
            (
                texts[0].value(row).to_owned(),
                texts[1].value(row).to_owned(),
            )
        }));
    }
    rows
}

#[test]
fn bytes_do_not_depend_on_threads() {
    for format in [Format::Csv, Format::Parquet] {
        let (one, report_one) = written(small(11, format), 1);
        let (three, report_three) = written(small(11, format), 3);
        assert_eq!(report_one, report_three);
        let (one, three) = (files(one.path()), files(three.path()));
        assert_eq!(
            one.keys().collect::<Vec<_>>(),
            three.keys().collect::<Vec<_>>()
        );
        for (name, bytes) in &one {
            assert!(bytes == &three[name], "{name} differs");
        }
    }
    let (other, _) = written(small(12, Format::Csv), 2);
    let (first, _) = written(small(11, Format::Csv), 2);
    assert_ne!(
        files(other.path())["orders.csv"],
        files(first.path())["orders.csv"]
    );
}

#[test]
fn columns_are_the_importers() {
    let (dir, report) = written(small(1, Format::Csv), 2);
    let wanted = [
        (
            "orders.csv",
            "receipt_id,line_no,happened_at,store_id,till,channel,customer_id,id_kind,card_token,product_id,description,quantity,unit_price,discount,currency,promotion_id,options,return_of",
        ),
        (
            "products.csv",
            "product_id,gtin,name,description,brand,category_1,category_2,category_3,need_group,color,material,pattern,flavour,size,price_tier,attributes,unit_cost,list_price,width_cm,height_cm,depth_cm,option_sets,image,launched_on,withdrawn_on,must_carry",
        ),
        (
            "stores.csv",
            "store_id,name,format,region,city,lat,lon,area_m2,opened_on,closed_on,refit_on,banner,catchment_households,median_income_index,households_with_children_share,urban_share,parking,competitor_distance_km,price_zone",
        ),
        (
            "customers.csv",
            "customer_id,id_kind,first_name,last_name,email,phone,street,postal_code,city,region,birth_year,gender,joined_on,home_store_id,marketing_consent,profiling_consent",
        ),
        (
            "inventory.csv",
            "store_id,product_id,happened_at,on_hand,on_order",
        ),
        (
            "prices.csv",
            "product_id,zone,valid_from,valid_to,price,kind,competitor",
        ),
        (
            "promotions.csv",
            "promotion_id,name,product_id,zone,starts_at,ends_at,mechanic,depth",
        ),
        (
            "events.csv",
            "message_id,happened_at,type,event,anonymous_id,customer_id,channel,product_id,query,order_id,value,currency,properties",
        ),
        (
            "surveys.csv",
            "response_id,happened_at,customer_id,survey_id,question_id,question,answer",
        ),
        (
            "ads.csv",
            "ad_id,happened_at,campaign,platform,kind,customer_id,anonymous_id,cost,currency",
        ),
        (
            "reviews.csv",
            "review_id,happened_at,customer_id,product_id,rating,title,text,source",
        ),
    ];
    let files = files(dir.path());
    for (name, header) in wanted {
        let text = std::str::from_utf8(&files[name]).unwrap();
        assert_eq!(text.lines().next().unwrap(), header, "{name}");
        assert!(report.rows[name] > 0, "{name} is empty");
        assert_eq!(text.lines().count() as u64, report.rows[name] + 1, "{name}");
    }
    assert_eq!(report.images, 500);
    assert_eq!(
        files
            .keys()
            .filter(|name| name.starts_with("images/"))
            .count(),
        500
    );
    assert!(files["README.md"].starts_with(b"# A made-up retailer"));
}

#[test]
fn records_agree_with_each_other() {
    let (dir, _) = written(small(2, Format::Csv), 2);
    let dir = dir.path();
    let orders = csv(dir, "orders.csv");
    let sales: HashSet<&str> = orders
        .iter()
        .filter(|line| line["return_of"].is_empty())
        .map(|line| line["receipt_id"].as_str())
        .collect();
    assert_eq!(sales.len(), 5_000);
    let ids = |name: &str, column: &str| -> HashSet<String> {
        csv(dir, name)
            .iter()
            .map(|row| row[column].clone())
            .collect()
    };
    let (stores, customers) = (
        ids("stores.csv", "store_id"),
        ids("customers.csv", "customer_id"),
    );
    let promotions = ids("promotions.csv", "promotion_id");
    let products: HashSet<String> = truth(dir, "products.parquet", ["product_id", "need"])
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    for line in &orders {
        assert!(stores.contains(&line["store_id"]) && products.contains(&line["product_id"]));
        assert_eq!(
            line["customer_id"].is_empty(),
            line["id_kind"].is_empty(),
            "{line:?}"
        );
        assert!(
            line["customer_id"].is_empty() || customers.contains(&line["customer_id"]),
            "{}",
            line["customer_id"]
        );
        assert!(line["promotion_id"].is_empty() || promotions.contains(&line["promotion_id"]));
        let money = |name: &str| line[name].parse::<f64>().unwrap();
        assert_eq!(money("quantity") < 0.0, !line["return_of"].is_empty());
        assert!(money("quantity") * money("unit_price") - money("discount") != 0.0);
        assert!(line["return_of"].is_empty() || sales.contains(line["return_of"].as_str()));
    }
    let levels = csv(dir, "inventory.csv");
    assert!(
        levels
            .iter()
            .all(|row| row["on_hand"].parse::<i32>().unwrap() >= 0)
    );
    assert!(levels.iter().any(|row| row["on_hand"] == "0"));
}

#[test]
fn truth_knows_every_record_and_receipt() {
    let (dir, report) = written(small(3, Format::Csv), 2);
    let dir = dir.path();
    let persons: HashSet<String> = truth(dir, "persons.parquet", ["person_id", "segment"])
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let owner: HashMap<String, String> =
        truth(dir, "identities.parquet", ["record_id", "person_id"])
            .into_iter()
            .collect();
    let buyer: HashMap<String, String> =
        truth(dir, "receipts.parquet", ["receipt_id", "person_id"])
            .into_iter()
            .collect();
    assert_eq!(owner.len() as u64, report.rows["customers.csv"]);
    assert!(
        owner
            .values()
            .chain(buyer.values())
            .all(|person| persons.contains(person))
    );
    for line in csv(dir, "orders.csv") {
        let person = &buyer[&line["receipt_id"]];
        assert!(line["customer_id"].is_empty() || &owner[&line["customer_id"]] == person);
    }
    let records: HashSet<&String> = owner.values().collect();
    assert!(
        owner.len() > records.len() + records.len() / 3,
        "people should have several records"
    );
}

#[test]
fn receipts_tell_whose_cards_are_and_now_and_then_of_a_lent_one() {
    let (dir, _) = written(small(6, Format::Csv), 2);
    let dir = dir.path();
    let owner: HashMap<String, String> =
        truth(dir, "identities.parquet", ["record_id", "person_id"])
            .into_iter()
            .collect();
    let kind: HashMap<String, String> = truth(dir, "identities.parquet", ["record_id", "id_kind"])
        .into_iter()
        .collect();
    let buyer: HashMap<String, String> =
        truth(dir, "receipts.parquet", ["receipt_id", "person_id"])
            .into_iter()
            .collect();
    let orders = csv(dir, "orders.csv");
    let mut tokens: HashMap<&str, &str> = HashMap::new();
    let (mut both, mut lent) = (0, 0);
    for line in &orders {
        let token = line["card_token"].as_str();
        let first = tokens.insert(&line["receipt_id"], token);
        assert!(first.is_none_or(|first| first == token), "{line:?}");
        match line["id_kind"].as_str() {
            "card" => assert_eq!(token, line["customer_id"]),
            "loyalty" if line["channel"] == "shop" => {}
            _ => assert_eq!(token, "", "{line:?}"),
        }
        // A refund goes back to the card that paid.
        if let Some(paid) = tokens.get(line["return_of"].as_str()) {
            assert_eq!(*paid, token, "{line:?}");
        }
        if first.is_none() && !token.is_empty() && line["id_kind"] == "loyalty" {
            assert_eq!(kind[token], "card");
            both += 1;
            lent += usize::from(owner[token] != buyer[&line["receipt_id"]]);
        }
    }
    assert!(both > 500, "{both} receipts with both");
    assert!(lent > 0 && lent * 20 < both, "{lent} of {both} lent");
}

/// A number column of a truth table, without its missing values.
fn numbers(dir: &Path, name: &str, column: &str) -> Vec<f64> {
    let file = File::open(dir.join("truth").join(name)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let mut values = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let cells: &Float64Array = batch
            .column_by_name(column)
            .unwrap()
            .as_any()
            .downcast_ref()
            .unwrap();
        values.extend(cells.iter().flatten());
    }
    values
}

#[test]
fn responses_make_sense() {
    let (dir, _) = written(small(4, Format::Parquet), 2);
    let dir = dir.path();
    let ids = truth(dir, "substitutes.parquet", ["product_id", "substitute_id"]);
    let mut sums: HashMap<String, f64> = HashMap::new();
    for ((id, _), share) in ids
        .into_iter()
        .zip(numbers(dir, "substitutes.parquet", "diversion"))
    {
        *sums.entry(id).or_default() += share;
    }
    assert!(sums.len() > 300);
    assert!(
        sums.values().all(|sum| (sum - 1.0).abs() < 0.001),
        "diversion adds up to 1"
    );
    let elasticities = numbers(dir, "elasticities.parquet", "elasticity");
    assert!(elasticities.iter().all(|value| (-6.0..0.0).contains(value)));
    let mean = elasticities.iter().sum::<f64>() / elasticities.len() as f64;
    assert!((-3.0..-1.0).contains(&mean), "mean elasticity {mean}");
    let uplifts = numbers(dir, "promotion_uplift.parquet", "uplift");
    assert!(
        uplifts.iter().all(|value| *value > 1.0),
        "a promotion never repels"
    );
    let mean = uplifts.iter().sum::<f64>() / uplifts.len() as f64;
    assert!((1.2..4.0).contains(&mean), "mean uplift {mean}");
}

#[test]
fn a_wish_to_stop_is_heard() {
    struct Stop;
    impl Progress for Stop {
        fn tick(&self, _: &str, done: u64, _: u64) {
            assert!(done <= 1);
        }
        fn cancelled(&self) -> bool {
            true
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let result = write(&check(small(5, Format::Csv)).unwrap(), dir.path(), &Stop);
    assert!(matches!(result, Err(SampleError::Cancelled)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 12, ..Default::default() })]

    /// Any legal spec can be written, with as many sales receipts as asked for.
    #[test]
    fn any_legal_spec_is_written(
        customers in 10u32..80, stores in 2u32..7, products in 200u32..320, orders in 1u64..150, days in 56u32..100, seed: u64,
    ) {
        let spec = Spec { customers, stores, products, orders, seed, days, ..small(0, Format::Csv) };
        let (dir, _) = written(spec, 2);
        let lines = csv(dir.path(), "orders.csv");
        let sales: HashSet<&String> =
            lines.iter().filter(|line| line["return_of"].is_empty()).map(|line| &line["receipt_id"]).collect();
        assert_eq!(sales.len() as u64, orders);
    }
}
