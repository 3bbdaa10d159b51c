//! `tessera demo`: the counts of the real data and the segments found in them.

use super::*;

#[test]
fn the_demo_counts_the_real_data_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let demo = json(&[
        "demo",
        "--only",
        "real",
        "--no-serve",
        "--dir",
        folder.path().to_str().unwrap(),
    ]);
    let real = &demo["real"];
    assert_eq!(real["imports"][0]["read"], 541_909);
    assert_eq!(real["imports"][0]["loaded"], 541_909);
    let expect = [
        ("lines", 541_909),
        ("invoices", 25_900),
        ("customer_ids", 4_372),
        ("cancellation_lines", 9_288),
        ("lines_without_customer", 135_080),
        ("known_sale_lines", 397_884),
        ("known_sale_customers", 4_338),
        ("known_sale_invoices", 18_532),
        ("products", 4_070),
    ];
    let project = folder.path().join("gift-wholesaler");
    for (key, count) in expect {
        assert_eq!(real["facts"][key], count, "{key}");
        // The statement that the demo names gives the same count on its own.
        assert_eq!(
            sql(&project, real["how_counted"][key].as_str().unwrap())[0],
            count,
            "{key} by sql"
        );
    }
    assert_eq!(real["facts"]["quantity"], "5176450.0000");
    assert_eq!(real["facts"]["amount"], "9747747.9340");
    let again = import(&project, &bundled(), ORDERS);
    assert_eq!(
        (&again["read"], &again["loaded"]),
        (&541_909.into(), &0.into())
    );
    assert_eq!(again["duplicate"], 541_909);
    segments_add_up(&project, &real["run"]["segments"]);
    // One customer is told with the evidence of a gene, which is its score to the last place.
    let evidence = &real["customer"]["evidence"];
    let lines = evidence["lines"].as_array().unwrap().iter();
    let sum: i64 = lines
        .map(|line| line["contribution"].as_i64().unwrap())
        .sum();
    let baseline = evidence["baseline"].as_i64().unwrap();
    assert_eq!(evidence["score"], sum + baseline);
    assert!(sum > 0 && baseline < 0, "{evidence}");
}

/// Shares, members and spend of the published segments agree with the receipts.
fn segments_add_up(project: &Path, segments: &Value) {
    let found = segments["segments"].as_array().unwrap();
    assert!((3..=10).contains(&found.len()), "{} segments", found.len());
    let members: i64 = found
        .iter()
        .map(|segment| segment["customers"].as_i64().unwrap())
        .sum();
    let buyers = sql(
        project,
        "select count(distinct customer_key) from order_lines where line_type = 'sale' and amount > 0",
    );
    assert_eq!(buyers[0], members);
    let kept = sql(
        project,
        "select sum(members), cast(sum(spend) as varchar), round(sum(share_spend), 9) from segments \
         where scheme = 'buying'",
    );
    assert_eq!(kept[0], members);
    assert_eq!(kept[2], 1.0);
    let sold = sql(
        project,
        "select cast(sum(amount) as varchar) from order_lines where line_type = 'sale' and customer_key is not null",
    );
    assert_eq!(kept[1], sold[0]);
    let names: std::collections::BTreeSet<&str> =
        found.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), found.len(), "two segments share a name");
}
