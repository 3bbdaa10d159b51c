//! Tests of the audit chain: what an attacker with the database's password can do to it is found.

use retail::{CustomerKey, Purpose};
use serde_json::json;
use sqlx::{AnyPool, Executor, Row};

use super::{NOW, Place, change, on_both};
use crate::audit::entry_hash;
use crate::{Direction, Error, ListQuery, Registry};

on_both!(
    entries_are_listed,
    every_edit_is_found,
    moved_entries_are_found,
    deletions_cuts_and_additions_are_found,
    a_rewritten_chain_is_found,
    nothing_is_added_to_a_broken_head,
);

const ENTRIES: i64 = 12;

async fn filled(place: &Place) -> (Registry, AnyPool) {
    let registry = place.open().await;
    for i in 1..=ENTRIES {
        let (subject, detail) = (format!("thing:{i}"), json!({ "i": i }));
        let seq = registry
            .audit(NOW + i, &change("a test"), "thing.do", &subject, detail)
            .await;
        assert_eq!(seq.unwrap(), i);
    }
    let check = registry.audit_verify().await.unwrap();
    assert!(check.intact && check.entries == ENTRIES && check.first_broken.is_none());
    (registry, place.bare().await)
}

async fn run(bare: &AnyPool, sql: &str) {
    bare.execute(sql).await.unwrap();
}

async fn check(registry: &Registry, first_broken: Option<i64>, what: &str) {
    let check = registry.audit_verify().await.unwrap();
    assert_eq!(check.first_broken, first_broken, "{what}");
    assert_eq!(check.intact, first_broken.is_none(), "{what}");
}

async fn entries_are_listed(place: &Place) {
    let (registry, _) = filled(place).await;
    let seq = registry
        .record_read(
            NOW,
            "person:1",
            Purpose::Service,
            CustomerKey(42),
            "receipts",
        )
        .await
        .unwrap();
    let page = registry.audit_entries(&ListQuery::default()).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (13, 13));
    let newest = &page.rows[0];
    assert_eq!(newest.seq, seq);
    assert_eq!(newest.author, "person:1");
    assert_eq!(newest.reason, "service");
    assert_eq!(newest.subject, "customer:42");
    assert_eq!(newest.detail, json!({ "what": "receipts" }));
    assert_eq!(newest.hash.len(), 64);
    let query = ListQuery {
        offset: 1,
        limit: 2,
        sort: Some("seq".into()),
        direction: Direction::Ascending,
        search: Some("THING:1".into()),
    };
    let page = registry.audit_entries(&query).await.unwrap();
    let seqs: Vec<_> = page.rows.iter().map(|row| row.seq).collect();
    assert_eq!((page.total, seqs), (4, vec![10, 11]));
    let none = ListQuery {
        search: Some("100%_\\".into()),
        ..ListQuery::default()
    };
    assert_eq!(registry.audit_entries(&none).await.unwrap().total, 0);
    let wrong = ListQuery {
        sort: Some("seq; DROP TABLE audit".into()),
        ..ListQuery::default()
    };
    let refused = registry.audit_entries(&wrong).await;
    assert!(matches!(refused, Err(Error::Invalid { .. })));
}

async fn every_edit_is_found(place: &Place) {
    let (registry, bare) = filled(place).await;
    for seq in 1..=ENTRIES {
        for column in [
            "at", "author", "action", "subject", "reason", "detail", "hash",
        ] {
            let (edit, restore) = match column {
                "at" => ("at + 1".to_string(), "at - 1"),
                "hash" => (
                    format!("(SELECT hash FROM audit WHERE seq = {})", seq % ENTRIES + 1),
                    "",
                ),
                _ => (format!("{column} || ' '"), ""),
            };
            let before = sqlx::query("SELECT * FROM audit WHERE seq = $1").bind(seq);
            let before = before.fetch_one(&bare).await.unwrap();
            run(
                &bare,
                &format!("UPDATE audit SET {column} = {edit} WHERE seq = {seq}"),
            )
            .await;
            check(&registry, Some(seq), &format!("{column} of {seq}")).await;
            let sql = format!("UPDATE audit SET {column} = $1 WHERE seq = $2");
            let undo = sqlx::query(&sql);
            let undo = match column {
                "at" => {
                    run(
                        &bare,
                        &format!("UPDATE audit SET at = {restore} WHERE seq = {seq}"),
                    )
                    .await;
                    continue;
                }
                "hash" => undo.bind(before.get::<Vec<u8>, _>("hash")),
                _ => undo.bind(before.get::<String, _>(column)),
            };
            undo.bind(seq).execute(&bare).await.unwrap();
        }
    }
    check(&registry, None, "everything restored").await;
}

async fn moved_entries_are_found(place: &Place) {
    let (registry, bare) = filled(place).await;
    for seq in 1..=ENTRIES {
        run(
            &bare,
            &format!("UPDATE audit SET seq = seq + 1000 WHERE seq = {seq}"),
        )
        .await;
        check(&registry, Some(seq), &format!("{seq} moved to the end")).await;
        run(
            &bare,
            &format!(
                "UPDATE audit SET seq = seq - 1000 WHERE seq = {}",
                seq + 1000
            ),
        )
        .await;
        check(&registry, None, "restored").await;
    }
    for seq in 1..ENTRIES {
        let swap = async || {
            run(
                &bare,
                &format!("UPDATE audit SET seq = -1 WHERE seq = {seq}"),
            )
            .await;
            run(
                &bare,
                &format!("UPDATE audit SET seq = {seq} WHERE seq = {}", seq + 1),
            )
            .await;
            run(
                &bare,
                &format!("UPDATE audit SET seq = {} WHERE seq = -1", seq + 1),
            )
            .await;
        };
        swap().await;
        check(
            &registry,
            Some(seq),
            &format!("{seq} swapped with the next"),
        )
        .await;
        swap().await;
    }
    check(&registry, None, "restored").await;
}

async fn deletions_cuts_and_additions_are_found(place: &Place) {
    let (registry, bare) = filled(place).await;
    run(&bare, "CREATE TABLE kept AS SELECT * FROM audit").await;
    for seq in 1..=ENTRIES {
        run(&bare, &format!("DELETE FROM audit WHERE seq = {seq}")).await;
        check(&registry, Some(seq), &format!("{seq} deleted")).await;
        run(
            &bare,
            &format!("INSERT INTO audit SELECT * FROM kept WHERE seq = {seq}"),
        )
        .await;
        run(&bare, &format!("DELETE FROM audit WHERE seq > {}", seq - 1)).await;
        check(&registry, Some(seq), &format!("cut before {seq}")).await;
        run(
            &bare,
            &format!(
                "INSERT INTO audit SELECT * FROM kept WHERE seq > {}",
                seq - 1
            ),
        )
        .await;
    }
    check(&registry, None, "restored").await;
    run(&bare, "INSERT INTO audit SELECT seq + 12, at, author, action, subject, reason, detail, hash FROM kept WHERE seq = 1").await;
    check(&registry, Some(ENTRIES + 1), "an entry added").await;
}

async fn a_rewritten_chain_is_found(place: &Place) {
    let (registry, bare) = filled(place).await;
    // The attacker edits entry 5 and computes every hash after it anew, and the head, but for its seal.
    run(
        &bare,
        "UPDATE audit SET author = 'somebody else' WHERE seq = 5",
    )
    .await;
    let rows = sqlx::query("SELECT * FROM audit ORDER BY seq");
    let mut hash = [0; 32];
    for row in rows.fetch_all(&bare).await.unwrap() {
        let columns = ["author", "action", "subject", "reason", "detail"];
        let texts = columns.map(|column| row.get::<String, _>(column));
        let seq: i64 = row.get("seq");
        hash = entry_hash(&hash, seq, row.get("at"), texts.each_ref().map(|t| &**t));
        let update = sqlx::query("UPDATE audit SET hash = $1 WHERE seq = $2");
        update
            .bind(&hash[..])
            .bind(seq)
            .execute(&bare)
            .await
            .unwrap();
    }
    check(&registry, Some(ENTRIES), "the chain does not end as sealed").await;
    let head = sqlx::query("UPDATE audit_head SET hash = $1");
    head.bind(&hash[..]).execute(&bare).await.unwrap();
    check(&registry, Some(ENTRIES), "the head's seal is broken").await;
}

async fn nothing_is_added_to_a_broken_head(place: &Place) {
    let (registry, bare) = filled(place).await;
    // Cut the last entry and set the head back: with a fresh seal on the next change, nobody would know.
    run(&bare, "DELETE FROM audit WHERE seq = 12").await;
    run(
        &bare,
        "UPDATE audit_head SET entries = 11, hash = (SELECT hash FROM audit WHERE seq = 11)",
    )
    .await;
    check(&registry, Some(11), "the head's seal is broken").await;
    let refused = registry
        .audit(NOW, &change("go on"), "a", "b", json!({}))
        .await;
    assert!(matches!(refused, Err(Error::AuditBroken)), "{refused:?}");
    run(&bare, "DELETE FROM audit_head").await;
    run(&bare, "DELETE FROM audit").await;
    check(&registry, Some(1), "all gone").await;
    let refused = registry
        .audit(NOW, &change("go on"), "a", "b", json!({}))
        .await;
    assert!(matches!(refused, Err(Error::AuditBroken)));
    let registry = place.open().await;
    check(&registry, Some(1), "opening again makes no new head").await;
}
