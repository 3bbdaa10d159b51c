//! Tests of many writers at once, in one program and in two.

use serde_json::json;

use super::{NOW, Place, change, on_both};
use crate::Error;

on_both!(
    changes_from_two_programs_follow_one_another,
    readers_do_not_wait_for_writers
);

async fn changes_from_two_programs_follow_one_another(place: &Place) {
    let programs = [place.open().await, place.open().await];
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..16_i64 {
        let registry = programs[(writer % 2) as usize].clone();
        writers.spawn(async move {
            for i in 0..10 {
                let (name, why) = (format!("name {writer}-{i}"), change("many at once"));
                registry
                    .rename_cluster("value", i, &name, NOW, &why)
                    .await
                    .unwrap();
            }
        });
    }
    writers.join_all().await;
    let registry = &programs[0];
    let check = registry.audit_verify().await.unwrap();
    assert!(check.intact && check.entries == 160, "{check:?}");
    let history = registry.scheme_history("value").await.unwrap();
    assert_eq!(history.len(), 160);
    // No lost update: each rename starts from the name the one before it gave.
    for cluster in 0..10 {
        let mut renames: Vec<_> = history
            .iter()
            .filter(|e| e.cluster == Some(cluster))
            .collect();
        renames.reverse();
        assert_eq!(renames[0].from, None);
        for pair in renames.windows(2) {
            assert_eq!(pair[1].from.as_ref(), Some(&pair[0].to));
        }
    }
}

async fn readers_do_not_wait_for_writers(place: &Place) {
    let registry = place.open().await;
    let mut writing = registry.begin_change().await.unwrap();
    let insert = "INSERT INTO settings (setting, value, at, author) VALUES ('a', '1', 0, '')";
    sqlx::query(insert).execute(&mut *writing.tx).await.unwrap();
    assert_eq!(registry.setting("a").await.unwrap(), None);
    assert!(registry.audit_verify().await.unwrap().intact);
    drop(writing);
    // A change that is dropped leaves nothing: neither its rows nor its entry.
    registry
        .set_setting("b", &json!(2), NOW, &change("after"))
        .await
        .unwrap();
    assert_eq!(registry.setting("a").await.unwrap(), None);
    assert_eq!(registry.audit_verify().await.unwrap().entries, 1);
    let missing = registry.revoke_key("key:none", NOW, &change("gone")).await;
    assert!(matches!(missing, Err(Error::NotFound { .. })));
    assert_eq!(registry.audit_verify().await.unwrap().entries, 1);
}
