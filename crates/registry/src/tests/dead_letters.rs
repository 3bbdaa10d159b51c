//! Tests of dead letters: kept once and sealed, listed, counted, replayed once, dropped, too old.

use super::events::{event, waiting};
use super::{LATER, NOW, Place, change, on_both};
use crate::{Direction, Error, LetterFilter, ListQuery, NewDeadLetter, Put, Registry};

on_both!(
    letters_are_kept_once_sealed_and_listed,
    a_letter_is_replayed_once,
    letters_are_given_up_and_grow_too_old,
);

fn letter(n: i64) -> NewDeadLetter {
    NewDeadLetter {
        received_at: NOW + n,
        reason: format!("'canary{n}@example' is no time"),
        reason_code: ["bad_time", "no_user"][(n % 2) as usize].into(),
        raw: [
            b"\xff\x00{".as_slice(),
            format!("canary{n}@example").as_bytes(),
        ]
        .concat(),
    }
}

async fn ids(registry: &Registry) -> Vec<String> {
    let all = (&LetterFilter::default(), &ListQuery::default());
    let page = registry.dead_letters(all.0, all.1).await.unwrap();
    page.rows.into_iter().map(|row| row.letter_id).collect()
}

async fn letters_are_kept_once_sealed_and_listed(place: &Place) {
    let registry = place.open().await;
    let letters: Vec<_> = (0..1_203).map(letter).collect();
    let put = async |letters: &[NewDeadLetter]| registry.put_dead_letters(letters).await.unwrap();
    assert_eq!(put(&[]).await, 0);
    assert_eq!(put(&letters).await, 1_203);
    // Sent again later, twice in one call.
    let later = NewDeadLetter {
        received_at: LATER,
        ..letter(3)
    };
    assert_eq!(put(&[later.clone(), later, letter(1_203)]).await, 1);
    let filter = LetterFilter {
        reason_code: Some("no_user".into()),
        ..LetterFilter::default()
    };
    let query = ListQuery {
        offset: 600,
        limit: 5,
        ..ListQuery::default()
    };
    let page = registry.dead_letters(&filter, &query).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (602, 2));
    let (row, expect) = (&page.rows[0], letter(3));
    assert_eq!((&row.reason, &row.raw), (&expect.reason, &expect.raw));
    assert_eq!((row.received_at, &*row.reason_code), (NOW + 3, "no_user"));
    assert_eq!(registry.dead_letter(&row.letter_id).await.unwrap(), *row);
    let query = ListQuery {
        sort: Some("received_at".into()),
        direction: Direction::Ascending,
        limit: 1,
        ..ListQuery::default()
    };
    let oldest = registry
        .dead_letters(&LetterFilter::default(), &query)
        .await;
    assert_eq!(oldest.unwrap().rows[0].raw, letter(0).raw);
    let counts = registry.dead_letter_counts().await.unwrap();
    let counts: Vec<_> = counts
        .iter()
        .map(|c| (&*c.reason_code, c.letters, c.newest))
        .collect();
    let expect = [
        ("bad_time", 602, NOW + 1_202),
        ("no_user", 602, NOW + 1_203),
    ];
    assert_eq!(counts, expect);
    assert!(!place.holds("canary2@").await);
    let missing = registry.dead_letter("none").await.unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }));
}

async fn a_letter_is_replayed_once(place: &Place) {
    let registry = place.open().await;
    registry
        .put_dead_letters(&[letter(0), letter(1)])
        .await
        .unwrap();
    let ids = ids(&registry).await;
    let why = change("time read in another way");
    let replay = async |id: &str, name: &str| {
        registry
            .replay_dead_letter(id, &event(name), NOW, &why)
            .await
    };
    assert_eq!(replay(&ids[0], "a").await.unwrap(), Put::Stored(1));
    let again = replay(&ids[0], "b").await.unwrap_err();
    assert!(matches!(again, Error::NotFound { .. }), "{again}");
    // An event that came in another way meanwhile is not stored twice, and its letter is settled.
    assert_eq!(replay(&ids[1], "a").await.unwrap(), Put::Duplicate);
    assert_eq!(waiting(&registry).await.len(), 1);
    assert!(super::dead_letters::ids(&registry).await.is_empty());
    assert_eq!(registry.audit_verify().await.unwrap().entries, 2);
}

async fn letters_are_given_up_and_grow_too_old(place: &Place) {
    let registry = place.open().await;
    let letters: Vec<_> = (0..20).map(letter).collect();
    registry.put_dead_letters(&letters).await.unwrap();
    let why = change("test traffic");
    let drop = async |letter_id: Option<String>, reason_code: Option<&str>| {
        let filter = LetterFilter {
            letter_id,
            reason_code: reason_code.map(String::from),
        };
        let dropped = registry.drop_dead_letters(&filter, NOW, &why).await;
        dropped.unwrap()
    };
    let newest = ids(&registry).await.remove(0);
    assert_eq!(drop(Some(newest.clone()), Some("bad_time")).await, 0);
    assert_eq!(drop(Some(newest), None).await, 1);
    assert_eq!(drop(None, Some("bad_time")).await, 10);
    assert_eq!(registry.remove_old_dead_letters(NOW + 5).await.unwrap(), 2);
    assert_eq!(ids(&registry).await.len(), 7);
    assert_eq!(drop(None, None).await, 7);
    assert!(ids(&registry).await.is_empty());
}
