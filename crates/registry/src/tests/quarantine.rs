//! Tests of rows held back.

use retail::Kind;
use serde_json::json;

use super::{NOW, Place, change, on_both};
use crate::{
    BadRow, Counts, Error, ListQuery, NewImport, QuarantineFilter, QuarantineState, Registry,
};

on_both!(
    rows_are_held_and_sealed,
    rows_are_marked_and_counted,
    rows_are_judged_again_and_given_up
);

fn new_import(id: &str) -> NewImport {
    NewImport {
        import_id: Some(id.into()),
        kind: Kind::Orders,
        file: format!("{id}.csv"),
        fingerprint: id.into(),
        content: id.into(),
        replay_of: None,
        bytes: 1,
        preset: String::new(),
        spec: json!({}),
    }
}

pub(super) async fn import(registry: &Registry, id: &str) {
    registry
        .begin_import(&new_import(id), NOW, &change("load"))
        .await
        .unwrap();
}

pub(super) fn bad(row: i64) -> BadRow {
    BadRow {
        row,
        column: (row % 2 == 0).then(|| "email".to_string()),
        value: (row % 2 == 0).then(|| format!("canary{row}@example")),
        reason: format!("'canary{row}@example' is no address"),
        reason_code: ["not_an_email", "too_few_columns"][(row % 2) as usize].into(),
        raw: format!("536365,canary{row}@example,6,\"2.55\""),
        replayable: true,
    }
}

async fn rows_are_held_and_sealed(place: &Place) {
    let registry = place.open().await;
    import(&registry, "i1").await;
    import(&registry, "i2").await;
    let rows: Vec<_> = (0..1_203).map(bad).collect();
    assert_eq!(
        registry.add_quarantine("i1", &rows, NOW).await.unwrap(),
        1_203
    );
    assert_eq!(
        registry
            .add_quarantine("i1", &rows[600..], NOW)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        registry
            .add_quarantine("i2", &rows[..3], NOW)
            .await
            .unwrap(),
        3
    );
    assert_eq!(registry.add_quarantine("i2", &[], NOW).await.unwrap(), 0);
    let filter = QuarantineFilter {
        import_id: Some("i1".into()),
        reason_code: Some("not_an_email".into()),
        state: Some(QuarantineState::Waiting),
    };
    let query = ListQuery {
        offset: 600,
        limit: 5,
        ..ListQuery::default()
    };
    let page = registry.quarantine(&filter, &query).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (602, 2));
    let row = &page.rows[1];
    assert_eq!(row.quarantine_id, "i1:1202");
    assert_eq!(row.file, "i1.csv");
    let expect = bad(1_202);
    assert_eq!(row.value, expect.value);
    assert_eq!(row.reason, expect.reason);
    assert_eq!(row.raw, expect.raw);
    assert_eq!(row.column, expect.column);
    let everything = QuarantineFilter::default();
    let all = registry
        .quarantine(&everything, &ListQuery::default())
        .await;
    assert_eq!(all.unwrap().total, 1_206);
    assert!(!place.holds("canary2@").await);
    assert!(
        registry
            .add_quarantine("none", &rows[..1], NOW)
            .await
            .is_err()
    );
}

async fn rows_are_marked_and_counted(place: &Place) {
    let registry = place.open().await;
    import(&registry, "i1").await;
    let rows: Vec<_> = (0..11).map(bad).collect();
    registry.add_quarantine("i1", &rows, NOW).await.unwrap();
    let why = change("mapping fixed");
    let settled = async |replay: &str, rows: &[i64]| {
        let new = NewImport {
            replay_of: Some("i1".into()),
            ..new_import(replay)
        };
        registry.begin_import(&new, NOW, &why).await.unwrap();
        let counts = Counts {
            read: 3,
            loaded: 3,
            ..Counts::default()
        };
        registry
            .finish_replay(replay, &counts, "i1", rows, NOW, &why)
            .await
    };
    let stranger = settled("r1", &[0, 1, 99]).await;
    assert!(matches!(stranger, Err(Error::Conflict { .. })));
    assert_eq!(registry.import("r1").await.unwrap().counts.loaded, 0);
    settled("r1", &[0, 1, 2]).await.unwrap();
    let none = Counts::default();
    let again = registry
        .finish_replay("r1", &none, "i1", &[3], NOW, &why)
        .await;
    assert!(matches!(again, Err(Error::NotFound { .. })));
    assert_eq!(registry.import("r1").await.unwrap().counts.loaded, 3);
    let drop = QuarantineFilter {
        import_id: Some("i1".into()),
        reason_code: Some("not_an_email".into()),
        state: None,
    };
    assert_eq!(registry.drop_waiting(&drop, NOW, &why).await.unwrap(), 4);
    let given_up = settled("r2", &[4, 5]).await;
    assert!(matches!(given_up, Err(Error::Conflict { .. })));
    let waiting = registry.waiting_rows("i1", 3, 3).await.unwrap();
    let numbers: Vec<_> = waiting.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [5, 7, 9]);
    let counted = async |import_id| {
        let counts = registry.quarantine_counts(import_id).await.unwrap();
        counts
            .into_iter()
            .map(|c| (c.reason_code, c.state, c.rows))
            .collect::<Vec<_>>()
    };
    let expect = [
        ("not_an_email".to_string(), QuarantineState::Dropped, 4),
        ("not_an_email".to_string(), QuarantineState::Replayed, 2),
        ("too_few_columns".to_string(), QuarantineState::Replayed, 1),
        ("too_few_columns".to_string(), QuarantineState::Waiting, 4),
    ];
    let mut counts = counted(Some("i1")).await;
    counts.sort_by_key(|(code, state, rows)| (-rows, code.clone(), state.word() == "replayed"));
    let mut expect = expect.to_vec();
    expect.sort_by_key(|(code, state, rows)| (-rows, code.clone(), state.word() == "replayed"));
    assert_eq!(counts, expect);
    assert_eq!(counted(None).await.len(), 4);
    assert!(counted(Some("i2")).await.is_empty());
}

async fn rows_are_judged_again_and_given_up(place: &Place) {
    let registry = place.open().await;
    import(&registry, "i1").await;
    let cut_short = BadRow {
        replayable: false,
        ..bad(0)
    };
    let rows = [cut_short, bad(1), bad(2), bad(3)];
    registry.add_quarantine("i1", &rows, NOW).await.unwrap();
    let waiting = async || registry.waiting_rows("i1", -1, 9).await.unwrap();
    assert_eq!(waiting().await.len(), 3, "one cannot be read again");
    let now = BadRow {
        reason: "another reason".into(),
        reason_code: "other".into(),
        ..bad(2)
    };
    let why = change("another format");
    let judged = registry.judge_again("i1", &[now], NOW, &why).await;
    judged.unwrap();
    let judged = waiting().await;
    assert_eq!((judged[1].row, &*judged[1].reason_code), (2, "other"));
    assert_eq!(judged[1].reason, "another reason");
    assert_eq!(judged[1].raw, bad(2).raw);
    let dropped = async |import_id: Option<&str>, reason_code: Option<&str>| {
        let filter = QuarantineFilter {
            import_id: import_id.map(String::from),
            reason_code: reason_code.map(String::from),
            state: None,
        };
        let why = change("test receipts");
        registry.drop_waiting(&filter, NOW, &why).await.unwrap()
    };
    assert_eq!(dropped(Some("i2"), None).await, 0);
    assert_eq!(dropped(Some("i1"), Some("other")).await, 1);
    assert_eq!(dropped(None, None).await, 3);
    assert!(waiting().await.is_empty());
}
