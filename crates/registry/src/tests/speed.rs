//! How fast bulk work is; it must not hold a limit, for machines differ. Not run by default, because a busy machine says nothing:
//! `cargo test -p registry speed -- --ignored --nocapture --test-threads 1`.

use std::time::Instant;

use retail::{CustomerKey, SourceId};
use serde_json::json;

use super::customers::email;
use super::quarantine::{bad, import};
use super::{NOW, Place, change};

#[tokio::test]
#[ignore = "a measurement"]
async fn sqlite() {
    measure(&Place::sqlite()).await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn postgres() {
    if let Some(place) = Place::postgres().await {
        measure(&place).await;
        place.remove().await;
    }
}

fn report(what: &str, count: i64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!(
        "{what}: {count} in {seconds:.2} s, {:.0}/s",
        count as f64 / seconds
    );
}

async fn measure(place: &Place) {
    let registry = place.open().await;
    import(&registry, "i1").await;

    let rows: Vec<_> = (0..100_000).map(bad).collect();
    let begun = Instant::now();
    for batch in rows.chunks(1_000) {
        registry.add_quarantine("i1", batch, NOW).await.unwrap();
    }
    report("quarantine, 1,000 a call", 100_000, begun);

    let pairs: Vec<(SourceId, CustomerKey)> =
        (1..=100_000).map(|n| (email(n), CustomerKey(n))).collect();
    let begun = Instant::now();
    registry.assign(&pairs, CustomerKey(1), NOW).await.unwrap();
    report("new identities, one call", 100_000, begun);

    let ids: Vec<_> = pairs.into_iter().map(|(id, _)| id).collect();
    let begun = Instant::now();
    for batch in ids.chunks(10_000) {
        let found = registry.lookup(batch).await.unwrap();
        assert!(found.iter().all(Option::is_some));
    }
    report("lookups, 10,000 a call", 100_000, begun);

    let field = |n| {
        (
            CustomerKey(n),
            "street".to_string(),
            format!("Elm Row {n}"),
            NOW,
        )
    };
    let fields: Vec<_> = (1..=100_000).map(field).collect();
    let begun = Instant::now();
    registry.put_customer_fields(&fields).await.unwrap();
    report("naming fields, one call", 100_000, begun);

    let begun = Instant::now();
    for i in 0..2_000 {
        let detail = json!({ "i": i });
        registry
            .audit(NOW, &change("speed"), "a.b", "c", detail)
            .await
            .unwrap();
    }
    report("audited changes, one after another", 2_000, begun);

    let begun = Instant::now();
    let check = registry.audit_verify().await.unwrap();
    report("audit entries verified", check.entries, begun);
}
