//! Tests of imports, their parts and the totals of feeds.

use retail::Kind;
use serde_json::json;

use super::{LATER, NOW, Place, change, on_both};
use crate::{Counts, Error, Import, ImportState, ListQuery, NewImport, Registry};

on_both!(parts_count_once, imports_resume, feeds_sum_up);

pub(super) fn new_import(kind: Kind, fingerprint: &str) -> NewImport {
    NewImport {
        import_id: None,
        kind,
        file: "receipts.csv".into(),
        fingerprint: fingerprint.into(),
        content: fingerprint.into(),
        replay_of: None,
        bytes: 12_345,
        preset: "gift".into(),
        spec: json!({ "mapping": { "receipt": "Invoice" } }),
    }
}

pub(super) fn counts(read: i64, quarantined: i64, first: Option<i64>, last: Option<i64>) -> Counts {
    Counts {
        read,
        loaded: read - quarantined - 1,
        duplicate: 1,
        quarantined,
        first_happened_at: first,
        last_happened_at: last,
    }
}

async fn parts_count_once(place: &Place) {
    let registry = place.open().await;
    let new = new_import(Kind::Orders, "f1");
    let start = registry
        .begin_import(&new, NOW, &change("load"))
        .await
        .unwrap();
    assert!(!start.resumed && start.parts.is_empty());
    let id = start.import.import_id.clone();
    assert_eq!(registry.import(&id).await.unwrap(), start.import);
    let parts = [
        counts(100, 2, None, None),
        counts(50, 0, Some(NOW - 5), Some(NOW - 1)),
        counts(10, 3, Some(NOW - 9), Some(NOW - 8)),
        counts(7, 1, None, None),
    ];
    for _ in 0..2 {
        for (part, counts) in parts.iter().enumerate() {
            registry
                .record_part(&id, part as i64, counts, NOW)
                .await
                .unwrap();
        }
    }
    let lost = Counts {
        read: 5,
        ..Counts::default()
    };
    let refused = registry.record_part(&id, 9, &lost, NOW).await;
    assert!(matches!(refused, Err(Error::Invalid { .. })));
    let import = registry.import(&id).await.unwrap();
    assert_eq!(import.parts, 4);
    let expect = Counts {
        read: 167,
        loaded: 157,
        duplicate: 4,
        quarantined: 6,
        first_happened_at: Some(NOW - 9),
        last_happened_at: Some(NOW - 1),
    };
    assert_eq!(import.counts, expect);
    let done = registry
        .finish_import(&id, ImportState::Done, "all read", LATER, &change("load"))
        .await
        .unwrap();
    assert_eq!((done.counts, done.finished_at), (expect, Some(LATER)));
    let again = registry
        .finish_import(&id, ImportState::Failed, "", LATER, &change("load"))
        .await;
    assert!(matches!(again, Err(Error::NotFound { .. })));
    let orphan = registry.record_part("none", 0, &parts[0], NOW).await;
    assert!(orphan.is_err());
}

async fn imports_resume(place: &Place) {
    let registry = place.open().await;
    let new = new_import(Kind::Orders, "f1");
    let begin = async |new: &NewImport| {
        let why = change("load");
        registry.begin_import(new, NOW + 1, &why).await.unwrap()
    };
    let first = begin(&new).await;
    let id = &first.import.import_id;
    registry
        .record_part(id, 0, &counts(9, 1, None, None), NOW)
        .await
        .unwrap();
    let other_spec = NewImport {
        spec: json!({ "mapping": {} }),
        ..new.clone()
    };
    for other in [
        new_import(Kind::Prices, "f1"),
        new_import(Kind::Orders, "f2"),
        other_spec,
    ] {
        assert!(!begin(&other).await.resumed, "{other:?}");
    }
    let second = begin(&new).await;
    assert!(second.resumed);
    assert_eq!(&second.import.import_id, id);
    assert_eq!(second.parts, [(0, counts(9, 1, None, None))]);
    assert_eq!(second.import.started_at, NOW + 1);
    registry
        .finish_import(
            id,
            ImportState::Stopped,
            "stopped",
            NOW,
            &change("wrong file"),
        )
        .await
        .unwrap();
    let third = begin(&new).await;
    assert!(third.resumed && third.import.state == ImportState::Running);
    registry
        .finish_import(id, ImportState::Done, "", NOW, &change("load"))
        .await
        .unwrap();
    let fourth = begin(&new).await;
    assert!(!fourth.resumed, "a file loaded before is a new import");
    let page = registry
        .imports(Some(Kind::Prices), &ListQuery::default())
        .await
        .unwrap();
    assert_eq!(page.total, 1);
    let query = ListQuery {
        sort: Some("read".into()),
        search: Some("RECEIPTS".into()),
        limit: 2,
        ..ListQuery::default()
    };
    let page = registry.imports(None, &query).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (5, 2));
}

async fn feeds_sum_up(place: &Place) {
    let registry = place.open().await;
    assert!(registry.feed_totals().await.unwrap().is_empty());
    for (kind, fingerprint, state) in [
        (Kind::Orders, "f1", ImportState::Done),
        (Kind::Orders, "f2", ImportState::Done),
        (Kind::Orders, "f3", ImportState::Failed),
        (Kind::Stores, "f4", ImportState::Done),
        (Kind::Stores, "replay", ImportState::Done),
        (Kind::Orders, "taken back", ImportState::Done),
    ] {
        let new = NewImport {
            replay_of: (fingerprint == "replay").then(|| "f4".into()),
            ..new_import(kind, fingerprint)
        };
        let start = registry
            .begin_import(&new, NOW, &change("load"))
            .await
            .unwrap();
        let id = start.import.import_id;
        let part = counts(10, 2, Some(NOW - 7), Some(NOW - 3));
        registry.record_part(&id, 0, &part, NOW).await.unwrap();
        registry
            .finish_import(&id, state, "", LATER, &change("load"))
            .await
            .unwrap();
        if fingerprint == "taken back" {
            let why = change("the wrong file");
            let import = registry.import(&id).await.unwrap();
            registry
                .withdraw_import(&import, LATER, &why)
                .await
                .unwrap();
        }
    }
    let totals = registry.feed_totals().await.unwrap();
    assert_eq!(totals.len(), 2);
    assert_eq!((totals[0].kind, totals[0].imports), (Kind::Orders, 3));
    assert_eq!(totals[0].counts.read, 30);
    assert_eq!(totals[0].counts.first_happened_at, Some(NOW - 7));
    assert_eq!(totals[0].last_import_at, Some(LATER));
    assert_eq!((totals[1].kind, totals[1].imports), (Kind::Stores, 1));
    for total in &totals {
        let c = &total.counts;
        assert_eq!(c.read, c.loaded + c.duplicate + c.quarantined);
    }
}

/// An import of a file, begun and with one part.
pub(super) async fn begun(registry: &Registry, kind: Kind, content: &str, at: i64) -> Import {
    let new = new_import(kind, content);
    let why = change("load");
    let import = registry.begin_import(&new, at, &why).await.unwrap().import;
    let part = counts(10, 2, None, None);
    let recorded = registry.record_part(&import.import_id, 0, &part, at).await;
    recorded.unwrap();
    import
}

pub(super) async fn end(registry: &Registry, import: &Import, state: ImportState) {
    let (id, why) = (&import.import_id, change("load"));
    let ended = registry.finish_import(id, state, "", LATER, &why).await;
    ended.unwrap();
}
