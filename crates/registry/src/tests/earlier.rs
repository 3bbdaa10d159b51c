//! Tests of what imports have to do with earlier ones: superseded rows, withdrawals, files without their end.

use retail::Kind;

use super::imports::{begun, counts, end, new_import};
use super::quarantine::bad;
use super::{LATER, NOW, Place, change, on_both};
use crate::{Counts, Error, Import, ImportState, NewImport, Registry};

on_both!(
    a_later_import_of_the_file_settles_earlier_ones,
    a_withdrawn_import_counts_no_more,
    an_import_is_unfinished_until_its_rows_came_to_their_end,
    an_earlier_reading_without_rows_hides_no_unfinished_one,
    what_a_kill_left_is_found_and_closed
);

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
    done.await.unwrap();
    assert_eq!(registry.loaded_of(&first.import_id).await.unwrap(), 8);
    // The same file by mistake: it supersedes what waits, and taken back it gives that back.
    let second = begun(&registry, Kind::Orders, "f1", LATER).await;
    hold(&second).await;
    end(&registry, &second, ImportState::Done).await;
    assert_eq!(registry.supersede(&second, LATER, &why).await.unwrap(), 1);
    let brought = async |import: &Import| registry.imports_of_file(import).await.unwrap().len();
    assert_eq!((brought(&first).await, brought(&second).await), (3, 3));
    // What the second holds back, the replay of the first brought: it does not stand before it.
    let before = async |import: &Import| registry.imports_before_held(import).await.unwrap().len();
    assert_eq!((before(&first).await, before(&second).await), (3, 2));
    assert_eq!(registry.duplicates_since(&first).await.unwrap(), 1);
    // A third that failed superseded nothing, and keeps nothing from waiting again.
    let third = begun(&registry, Kind::Orders, "f1", LATER + 1).await;
    end(&registry, &third, ImportState::Failed).await;
    registry
        .withdraw_import(&second, LATER, &why)
        .await
        .unwrap();
    assert_eq!(waiting(&registry).await, [(Kind::Orders, 1)]);
    registry.withdraw_import(&third, LATER, &why).await.unwrap();
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

async fn an_earlier_reading_without_rows_hides_no_unfinished_one(place: &Place) {
    let registry = place.open().await;
    let why = change("load");
    let none = new_import(Kind::Orders, "f1");
    let none = registry.begin_import(&none, NOW, &why).await.unwrap();
    let all_held = Counts {
        read: 20,
        quarantined: 20,
        ..Counts::default()
    };
    let id = &none.import.import_id;
    registry.record_part(id, 0, &all_held, NOW).await.unwrap();
    end(&registry, &none.import, ImportState::Done).await;
    let cut = begun(&registry, Kind::Orders, "f1", LATER + 1).await;
    let unfinished = async || {
        registry
            .unfinished_imports(Kind::Orders)
            .await
            .unwrap()
            .len()
    };
    assert_eq!(unfinished().await, 1);
    end(&registry, &cut, ImportState::Failed).await;
    assert_eq!(unfinished().await, 1);
}

async fn what_a_kill_left_is_found_and_closed(place: &Place) {
    let registry = place.open().await;
    let why = change("load");
    let half = async |gone: &[String]| {
        let found = registry.half_done(gone).await.unwrap();
        let ids = found.into_iter().map(|import| import.import_id);
        ids.collect::<Vec<_>>()
    };
    let first = begun(&registry, Kind::Orders, "f1", NOW).await;
    let root = first.import_id.clone();
    end(&registry, &first, ImportState::Done).await;
    assert!(half(&[]).await.is_empty());
    // The lake knows a withdrawal of which this registry was not told.
    let told = [root.clone(), "of another registry".into()];
    assert_eq!(half(&told).await, [&*root]);

    let replay = NewImport {
        replay_of: Some(root.clone()),
        content: String::new(),
        ..new_import(Kind::Orders, "replay")
    };
    let replay = registry.begin_import(&replay, LATER, &why).await.unwrap();
    let replay = replay.import.import_id;
    assert_eq!(half(&[]).await, [&*root]);
    let cut_off = registry.cut_off_replays(&root).await.unwrap();
    assert_eq!(cut_off, [&*replay]);
    registry
        .withdraw_cut_off(&root, &cut_off, LATER, &why)
        .await
        .unwrap();
    assert!(half(&[]).await.is_empty());
    let state = async |id: &str| registry.import(id).await.unwrap().state;
    assert_eq!(state(&replay).await, ImportState::Withdrawn);
    assert_eq!(state(&root).await, ImportState::Done);
    registry.withdraw_import(&first, LATER, &why).await.unwrap();
    assert!(half(&told).await.is_empty());
}
