//! Tests of events in the inbox: each stored once, in order, sealed, and flushed once.

use std::collections::BTreeSet;

use sqlx::Executor;

use super::{LATER, NOW, Place, on_both};
use crate::{DEDUP_DAYS, InboxEvent, NewEvent, Put, Registry};

on_both!(
    a_storm_of_duplicates_stores_each_event_once,
    the_first_of_an_id_is_stored_and_sealed,
    writers_at_once_agree_on_duplicates_and_order,
    what_was_answered_outlives_a_crash,
    ids_are_known_for_the_whole_window,
    filters_change_no_answer,
    a_clock_that_is_wrong_forgets_nothing,
    numbers_follow_those_of_a_newer_lake,
    flushed_events_leave_the_disk,
    a_batch_that_fails_leaves_nothing,
);

const DAY: i64 = LATER - NOW;

pub(super) fn event(id: &str) -> NewEvent {
    NewEvent {
        message_id: Some(id.to_string()),
        received_at: NOW,
        happened_at: NOW - 5,
        payload: format!("{{\"messageId\":\"{id}\",\"email\":\"canary-{id}@example\"}}")
            .into_bytes(),
    }
}

pub(super) fn events(ids: impl IntoIterator<Item = usize>) -> Vec<NewEvent> {
    ids.into_iter()
        .map(|n| event(&format!("node-next-{n}")))
        .collect()
}

pub(super) fn stored(puts: &[Put]) -> Vec<i64> {
    let seq = |put: &Put| match put {
        Put::Stored(seq) => Some(*seq),
        Put::Duplicate => None,
    };
    puts.iter().filter_map(seq).collect()
}

/// Every event that waits, through pages of 700.
pub(super) async fn waiting(registry: &Registry) -> Vec<InboxEvent> {
    let mut all: Vec<InboxEvent> = Vec::new();
    loop {
        let after = all.last().map_or(0, |event| event.seq);
        let page = registry.events_after(after, 700).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// The numbers below `count`, each so many times, in an order that looks random and is always the same.
pub(super) fn shuffled(count: usize, times: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count * times).map(|n| n % count).collect();
    let mut state = 1_u64;
    for i in (1..numbers.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        numbers.swap(i, (state >> 33) as usize % (i + 1));
    }
    numbers
}

async fn a_storm_of_duplicates_stores_each_event_once(place: &Place) {
    let order = shuffled(2_000, 5);
    let mut seqs = Vec::new();
    // Three times the program ends without a word, in the middle of the storm, and once in the middle of a day.
    for (part, numbers) in order.chunks(2_500).enumerate() {
        let registry = place.open().await;
        for batch in numbers.chunks(100) {
            let at = NOW + part as i64 * DAY / 2;
            let puts = registry
                .put_events(&events(batch.iter().copied()), at)
                .await;
            seqs.extend(stored(&puts.unwrap()));
        }
        drop(registry);
    }
    assert_eq!(seqs.len(), 2_000);
    assert!(seqs.is_sorted());
    let registry = place.open().await;
    let all = waiting(&registry).await;
    let payloads: BTreeSet<_> = all.iter().map(|event| event.payload.clone()).collect();
    let expect: BTreeSet<_> = events(0..2_000).into_iter().map(|e| e.payload).collect();
    assert_eq!((all.len(), payloads == expect), (2_000, true));
}

async fn the_first_of_an_id_is_stored_and_sealed(place: &Place) {
    let registry = place.open().await;
    assert_eq!(registry.put_events(&[], NOW).await.unwrap(), []);
    let nameless = NewEvent {
        message_id: None,
        ..event("x")
    };
    let again = NewEvent {
        payload: b"second".to_vec(),
        ..event("a")
    };
    let batch = [
        event("a"),
        nameless.clone(),
        again,
        nameless.clone(),
        event("b"),
    ];
    let puts = registry.put_events(&batch, NOW).await.unwrap();
    let (stored, duplicate) = (Put::Stored, Put::Duplicate);
    let expect = [stored(1), stored(2), duplicate, stored(3), stored(4)];
    assert_eq!(puts, expect);
    let puts = registry.put_events(&batch[2..], NOW).await.unwrap();
    assert_eq!(puts, [duplicate, stored(6), duplicate]);
    let all = registry.take_events(100).await.unwrap();
    let first = InboxEvent {
        seq: 1,
        received_at: NOW,
        happened_at: NOW - 5,
        payload: event("a").payload,
    };
    assert_eq!((all.len(), &all[0]), (5, &first));
    let newest = registry.newest_events(2).await.unwrap();
    assert_eq!(newest.iter().map(|e| e.seq).collect::<Vec<_>>(), [6, 4]);
    // A batch of a thousand, and one that takes more than one statement.
    let puts = registry.put_events(&events(0..1_000), NOW).await.unwrap();
    assert!(puts.iter().all(|put| matches!(put, Put::Stored(_))));
    let puts = registry.put_events(&events(500..3_100), NOW).await.unwrap();
    assert!(puts[..500].iter().all(|put| *put == Put::Duplicate));
    assert_eq!(super::events::stored(&puts).len(), 2_100);
    assert!(!place.holds("canary-a@").await);
    assert!(!place.holds("node-next-7").await);
}

async fn writers_at_once_agree_on_duplicates_and_order(place: &Place) {
    let programs = [place.open().await, place.open().await];
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8_usize {
        let registry = programs[writer % 2].clone();
        // All send the same 400 ids, half of them from the front and half from the back.
        writers.spawn(async move {
            let mut numbers: Vec<usize> = (0..400).collect();
            if writer % 4 >= 2 {
                numbers.reverse();
            }
            let mut seqs = Vec::new();
            for batch in numbers.chunks(20) {
                let batch = events(batch.iter().copied());
                let puts = registry.put_events(&batch, NOW).await.unwrap();
                seqs.extend(stored(&puts));
            }
            assert!(seqs.is_sorted());
            seqs
        });
    }
    // Who reads meanwhile sees the numbers grow at their end only.
    let mut seen = Vec::new();
    while seen.len() < 400 {
        let now: Vec<_> = waiting(&programs[0]).await.iter().map(|e| e.seq).collect();
        assert!(now.starts_with(&seen), "{seen:?} is not how {now:?} begins");
        seen = now;
        tokio::task::yield_now().await;
    }
    let mut seqs: Vec<_> = writers.join_all().await.concat();
    seqs.sort_unstable();
    assert_eq!(seqs, seen);
    let payloads: BTreeSet<_> = waiting(&programs[1])
        .await
        .into_iter()
        .map(|e| e.payload)
        .collect();
    assert_eq!(payloads.len(), 400);
}

async fn what_was_answered_outlives_a_crash(place: &Place) {
    let registry = place.open().await;
    registry.put_events(&events(0..50), NOW).await.unwrap();
    // Gone without being closed, its connections still open.
    std::mem::forget(registry);
    let registry = place.open().await;
    let batch = registry.take_events(30).await.unwrap();
    assert_eq!((batch.len(), batch[29].seq), (30, 30));
    assert_eq!(registry.take_events(30).await.unwrap(), batch);
    // The lake commits with number 30, and the program ends before it says so.
    drop(registry);
    let registry = place.open().await;
    assert_eq!(registry.flush_position().await.unwrap(), 0);
    for up_to in [30, 30, 7] {
        registry.flushed(up_to, NOW).await.unwrap();
        assert_eq!(registry.flush_position().await.unwrap(), 30);
    }
    let rest = registry.take_events(99).await.unwrap();
    assert_eq!((rest.len(), rest[0].seq), (20, 31));
    let puts = registry.put_events(&events(0..51), NOW).await.unwrap();
    assert_eq!(
        stored(&puts).len(),
        1,
        "what is in the lake is still a duplicate"
    );
    let state = registry.inbox_state().await.unwrap();
    let expect = (101, 30, Some(NOW));
    assert_eq!(
        (state.last_seq, state.flushed_seq, state.waiting_since),
        expect
    );
    registry.set_position("live", 40, NOW).await.unwrap();
    registry.set_position("live", 35, NOW).await.unwrap();
    assert_eq!(registry.position("live").await.unwrap(), 40);
}

async fn ids_are_known_for_the_whole_window(place: &Place) {
    let registry = place.open().await;
    let put = async |n: usize, at: i64| {
        let puts = registry.put_events(&events([n]), at).await.unwrap();
        matches!(puts[0], Put::Stored(_))
    };
    let window = i64::from(DEDUP_DAYS);
    // The last microsecond of the first day, and every day after it.
    assert!(put(0, NOW + DAY - 1).await);
    for day in 1..window {
        assert!(put(day as usize, NOW + day * DAY).await);
    }
    let end = NOW + DAY - 1 + window * DAY;
    assert_eq!(
        registry.drop_old_event_ids(DEDUP_DAYS, end).await.unwrap(),
        0
    );
    assert!(!put(0, end).await, "known in the window's last microsecond");
    let dropped = registry.drop_old_event_ids(DEDUP_DAYS, end + 1).await;
    assert_eq!(dropped.unwrap(), 1);
    assert!(put(0, end + 1).await, "forgotten when the window is over");
    for day in 1..window {
        assert!(!put(day as usize, end + 1).await);
    }
    let dropped = registry.drop_old_event_ids(1, end + 1).await;
    assert_eq!(dropped.unwrap(), 29);
    assert!(!put(0, end + 1).await && put(1, end + 1).await);
    let failed = registry.put_events(&events([7]), -1).await;
    assert!(failed.unwrap_err().to_string().contains("1970"));
}

/// The same storm over five days with filters for none, some and all of the days that are over.
async fn filters_change_no_answer(place: &Place) {
    let registry = place.open().await;
    let order = shuffled(1_500, 2);
    let mut count = 0;
    for (day, numbers) in (0_i64..).zip(order.chunks(600)) {
        let at = NOW + day * DAY;
        let puts = registry
            .put_events(&events(numbers.iter().copied()), at)
            .await;
        count += stored(&puts.unwrap()).len();
        let over = usize::try_from(day).unwrap();
        // A day's filter takes 900 bytes at most.
        for (bytes, filtered) in [(0, 0), (10_000, over), (1_800, over.min(2))] {
            let made = registry.filter_event_ids(bytes).await.unwrap();
            assert_eq!((made.over, made.filtered >= filtered), (over, true));
            assert!(made.bytes <= bytes);
        }
    }
    assert_eq!(count, 1_500);
    let puts = registry.put_events(&events(0..1_500), NOW + 5 * DAY).await;
    assert!(stored(&puts.unwrap()).is_empty());
    // What is over may be dropped and its filter with it.
    let late = NOW + 3 * DAY;
    assert_eq!(registry.drop_old_event_ids(2, late).await.unwrap(), 1);
    let left = registry.filter_event_ids(10_000).await.unwrap();
    assert_eq!((left.over, left.filtered), (4, 4));
    let programs = place.open().await;
    let puts = programs.put_events(&events(0..1_500), late).await.unwrap();
    let gone = stored(&puts).len();
    assert!((200..=600).contains(&gone), "{gone} of the first day");
    let puts = registry.put_events(&events(0..1_500), late).await.unwrap();
    assert!(stored(&puts).is_empty());
}

async fn a_clock_that_is_wrong_forgets_nothing(place: &Place) {
    let registry = place.open().await;
    for (at, expect) in [(LATER, 3), (NOW, 0), (NOW + 90 * DAY, 0), (NOW - DAY, 0)] {
        let puts = registry.put_events(&events(0..3), at).await.unwrap();
        assert_eq!(stored(&puts).len(), expect, "at {at}");
    }
    // What is put by a clock that went back is known as long as what came before.
    registry.put_events(&events(3..4), NOW).await.unwrap();
    registry
        .drop_old_event_ids(DEDUP_DAYS, NOW + 31 * DAY)
        .await
        .unwrap();
    let puts = registry.put_events(&events(3..4), LATER).await.unwrap();
    assert_eq!(puts, [Put::Duplicate]);
}

async fn numbers_follow_those_of_a_newer_lake(place: &Place) {
    let registry = place.open().await;
    registry.put_events(&events(0..5), NOW).await.unwrap();
    // The registry was restored from a backup; the lake has events up to 900.
    registry.flushed(900, NOW).await.unwrap();
    assert!(registry.take_events(9).await.unwrap().is_empty());
    let puts = registry.put_events(&events(5..6), NOW).await.unwrap();
    assert_eq!(puts, [Put::Stored(901)]);
    assert_eq!(registry.take_events(9).await.unwrap().len(), 1);
}

async fn flushed_events_leave_the_disk(place: &Place) {
    let registry = place.open().await;
    registry.put_events(&events(0..300), NOW).await.unwrap();
    let bare = place.bare().await;
    let row = sqlx::query("SELECT sealed FROM inbox WHERE last_seq >= 150");
    let row = row.fetch_one(&bare).await.unwrap();
    bare.close().await;
    let sealed: Vec<u8> = sqlx::Row::get(&row, "sealed");
    let holds = async || {
        let bytes = place.bytes().await;
        let bytes = bytes.as_slice();
        // Pages and lines cut what is long.
        let mut parts = sealed.chunks(40).step_by(20);
        parts.any(|part| {
            let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
            let holds = |part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
            holds(part) || holds(hex.as_bytes())
        })
    };
    assert!(holds().await);
    registry.flushed(300, NOW).await.unwrap();
    registry.sweep_deleted().await.unwrap();
    assert!(!holds().await);
    // Those that come take the room of those that went; nobody has to sweep for it.
    for from in (0..4_000).step_by(100) {
        let batch = events(1_000 + from..1_100 + from);
        let puts = registry.put_events(&batch, NOW).await.unwrap();
        let last = stored(&puts).pop().unwrap();
        registry.flushed(last, NOW).await.unwrap();
    }
    let bare = place.bare().await;
    let row = sqlx::query("SELECT COUNT(*) AS blocks FROM inbox");
    let row = row.fetch_one(&bare).await.unwrap();
    bare.close().await;
    let blocks: i64 = sqlx::Row::get(&row, "blocks");
    assert_eq!(blocks, 1);
}

async fn a_batch_that_fails_leaves_nothing(place: &Place) {
    let registry = place.open().await;
    registry.put_events(&events(0..2), NOW).await.unwrap();
    let bare = place.bare().await;
    bare.execute("ALTER TABLE inbox RENAME TO away")
        .await
        .unwrap();
    assert!(registry.put_events(&events(2..9), LATER).await.is_err());
    bare.execute("ALTER TABLE away RENAME TO inbox")
        .await
        .unwrap();
    bare.close().await;
    // Neither ids nor numbers nor the next day's table were kept.
    let puts = registry.put_events(&events(2..9), NOW).await.unwrap();
    assert_eq!(stored(&puts), (3..10).collect::<Vec<_>>());
}
