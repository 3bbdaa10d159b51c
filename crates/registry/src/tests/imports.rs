//! Tests of imports, their parts and the totals of feeds.

use retail::Kind;
use serde_json::json;

use super::quarantine::bad;
use super::{LATER, NOW, Place, change, on_both};
use crate::{Counts, Error, Import, ImportState, ListQuery, NewImport, Registry};

on_both!(
    parts_count_once,
    imports_resume,
    feeds_sum_up,
    a_later_import_of_the_file_settles_earlier_ones,
    a_withdrawn_import_counts_no_more,
    an_import_is_unfinished_until_its_rows_came_to_their_end
);

fn new_import(kind: Kind, fingerprint: &str) -> NewImport {
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

fn counts(read: i64, quarantined: i64, first: Option<i64>, last: Option<i64>) -> Counts {
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
async fn begun(registry: &Registry, kind: Kind, content: &str, at: i64) -> Import {
    let new = new_import(kind, content);
    let why = change("load");
    let import = registry.begin_import(&new, at, &why).await.unwrap().import;
    let part = counts(10, 2, None, None);
    let recorded = registry.record_part(&import.import_id, 0, &part, at).await;
    recorded.unwrap();
    import
}

async fn end(registry: &Registry, import: &Import, state: ImportState) {
    let (id, why) = (&import.import_id, change("load"));
    let ended = registry.finish_import(id, state, "", LATER, &why).await;
    ended.unwrap();
}

async fn waiting(registry: &Registry) -> Vec<(Kind, i64)> {
    registry.waiting_by_kind().await.unwrap()
}

async fn a_later_import_of_the_file_settles_earlier_ones(place: &Place) {
    let registry = place.open().await;
    let cut = begun(&registry, Kind::Orders, "f1", NOW).await;
    end(&registry, &cut, ImportState::Failed).await;
    let held = [bad(1), bad(2)];
    for import in [&cut, &begun(&registry, Kind::Orders, "f2", NOW).await] {
        let id = &import.import_id;
        registry.add_quarantine(id, &held, NOW).await.unwrap();
    }
    let unfinished = async || {
        let found = registry.unfinished_imports(Kind::Orders).await.unwrap();
        found.into_iter().map(|i| i.content).collect::<Vec<_>>()
    };
    let mut both = unfinished().await;
    both.sort();
    assert_eq!(both, ["f1", "f2"]);
    let whole = begun(&registry, Kind::Orders, "f1", NOW + 1).await;
    end(&registry, &whole, ImportState::Done).await;
    assert_eq!(unfinished().await, ["f2"]);
    let had = registry.imports_of_content(Kind::Orders, "f1").await;
    let had: Vec<_> = had.unwrap().into_iter().map(|i| i.import_id).collect();
    assert_eq!(had, [&*whole.import_id, &*cut.import_id]);
    assert_eq!(waiting(&registry).await, [(Kind::Orders, 4)]);
    let why = change("load");
    let settled = async || registry.supersede(&whole, LATER, &why).await.unwrap();
    assert_eq!((settled().await, settled().await), (2, 0));
    assert_eq!(waiting(&registry).await, [(Kind::Orders, 2)]);
}

async fn a_withdrawn_import_counts_no_more(place: &Place) {
    let registry = place.open().await;
    let first = begun(&registry, Kind::Orders, "f1", NOW).await;
    let held = [bad(1), bad(2)];
    let hold = async |import: &Import| {
        let id = &import.import_id;
        registry.add_quarantine(id, &held, NOW).await.unwrap();
    };
    hold(&first).await;
    end(&registry, &first, ImportState::Done).await;
    let replay = NewImport {
        replay_of: Some(first.import_id.clone()),
        content: String::new(),
        ..new_import(Kind::Orders, "replay")
    };
    let why = change("load");
    let replay = registry.begin_import(&replay, LATER, &why).await.unwrap();
    let replay = replay.import.import_id;
    let brought = Counts {
        read: 1,
        loaded: 1,
        ..Counts::default()
    };
    let done = registry.finish_replay(&replay, &brought, &first.import_id, &[1], LATER, &why);
    assert_eq!(done.await.unwrap(), 1);
    assert_eq!(registry.loaded_of(&first.import_id).await.unwrap(), 8);
    // The same file by mistake: it supersedes what waits, and taken back it gives that back.
    let second = begun(&registry, Kind::Orders, "f1", LATER).await;
    hold(&second).await;
    end(&registry, &second, ImportState::Done).await;
    assert_eq!(registry.supersede(&second, LATER, &why).await.unwrap(), 1);
    let brought = async |import: &Import| registry.imports_of_file(import).await.unwrap().len();
    assert_eq!((brought(&first).await, brought(&second).await), (3, 3));
    assert_eq!(registry.duplicates_since(&first).await.unwrap(), 1);
    registry
        .withdraw_import(&second, LATER, &why)
        .await
        .unwrap();
    assert_eq!(waiting(&registry).await, [(Kind::Orders, 1)]);
    assert_eq!(brought(&first).await, 2);
    let totals = registry.feed_totals().await.unwrap();
    let c = totals[0].counts;
    assert_eq!(
        [c.read, c.loaded, c.duplicate, c.quarantined],
        [10, 8, 1, 1]
    );
    // With its replay.
    registry.withdraw_import(&first, LATER, &why).await.unwrap();
    assert!(registry.feed_totals().await.unwrap().is_empty());
    assert!(waiting(&registry).await.is_empty());
    let replay = registry.import(&replay).await.unwrap();
    assert_eq!(replay.state, ImportState::Withdrawn);
    let had = registry.imports_of_content(Kind::Orders, "f1").await;
    assert!(had.unwrap().is_empty());
    let anew = begun(&registry, Kind::Orders, "f1", LATER).await;
    assert_ne!(anew.import_id, first.import_id);
    let none = Import {
        import_id: "none".into(),
        ..anew
    };
    let missing = registry.withdraw_import(&none, LATER, &why).await;
    assert!(matches!(missing, Err(Error::NotFound { .. })));
}

async fn an_import_is_unfinished_until_its_rows_came_to_their_end(place: &Place) {
    let registry = place.open().await;
    let unfinished = async || {
        let found = registry.unfinished_imports(Kind::Orders).await.unwrap();
        found.into_iter().map(|i| i.content).collect::<Vec<_>>()
    };
    let cut = begun(&registry, Kind::Orders, "cut", NOW).await;
    assert_eq!(unfinished().await, ["cut"], "under way");
    end(&registry, &cut, ImportState::Failed).await;
    assert_eq!(unfinished().await, ["cut"]);
    // Tomorrow's file has the same name, and other rows.
    let other = begun(&registry, Kind::Orders, "tomorrow", LATER).await;
    end(&registry, &other, ImportState::Done).await;
    assert_eq!(unfinished().await, ["cut"]);
    let whole = begun(&registry, Kind::Orders, "whole", LATER).await;
    let rest = Counts {
        read: 20,
        loaded: 10,
        duplicate: 10,
        ..Counts::default()
    };
    let id = &whole.import_id;
    registry.record_part(id, 1, &rest, LATER).await.unwrap();
    end(&registry, &whole, ImportState::Done).await;
    assert!(
        unfinished().await.is_empty(),
        "the whole file has the rows of the part"
    );
    let span = |first, last| Counts {
        first_happened_at: Some(first),
        last_happened_at: Some(last),
        ..counts(9, 0, None, None)
    };
    let dated = begun(&registry, Kind::Orders, "dated", LATER).await;
    let id = &dated.import_id;
    registry
        .record_part(id, 1, &span(50, 60), LATER)
        .await
        .unwrap();
    let others = async |import: &Import, first, last| {
        registry.others_in_span(import, first, last).await.unwrap()
    };
    assert!(others(&whole, 55, 70).await);
    assert!(!others(&whole, 61, 70).await);
    assert!(!others(&dated, 55, 70).await, "not by its own rows");
}
