//! Tests of the inbox's door: callers at once, a full queue, a commit that fails, callers that leave, the end.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Executor;
use tokio::task::JoinSet;

use super::events::{event, events, shuffled, stored, waiting};
use super::{NOW, Place, on_both};
use crate::{Error, Inbox, InboxLimits, Put};

on_both!(
    callers_at_once_are_answered_for_their_own_events,
    two_inboxes_store_each_event_once,
    a_full_queue_refuses_at_once_and_recovers,
    a_failing_commit_fails_its_callers_only,
    who_leaves_changes_nothing,
    stopping_finishes_what_was_handed_in,
);

async fn callers_at_once_are_answered_for_their_own_events(place: &Place) {
    let registry = place.open().await;
    let inbox = Arc::new(Inbox::start(registry.clone(), InboxLimits::default()));
    let mut callers = JoinSet::new();
    for caller in 0..8_usize {
        let inbox = Arc::clone(&inbox);
        callers.spawn(async move {
            let mut own = Vec::new();
            for call in 0..20 {
                let from = caller * 1_000 + call * 10;
                let batch = events(from..from + 10);
                let puts = inbox.put(batch.clone(), NOW).await.unwrap();
                let seqs = stored(&puts);
                assert_eq!(seqs.len(), 10);
                own.extend(seqs.into_iter().zip(batch));
            }
            own
        });
    }
    let mut answered: Vec<_> = callers.join_all().await.concat();
    answered.sort_by_key(|(seq, _)| *seq);
    let all = waiting(&registry).await;
    assert_eq!(all.len(), 1_600);
    for (kept, (seq, event)) in all.iter().zip(&answered) {
        assert_eq!((kept.seq, &kept.payload), (*seq, &event.payload));
    }
    assert_eq!(inbox.waiting_bytes(), 0);
    assert_eq!(inbox.put(Vec::new(), NOW).await.unwrap(), []);
}

async fn two_inboxes_store_each_event_once(place: &Place) {
    let programs = [place.open().await, place.open().await];
    let inboxes =
        [0, 1].map(|i| Arc::new(Inbox::start(programs[i].clone(), InboxLimits::default())));
    let mut callers = JoinSet::new();
    for (caller, numbers) in shuffled(500, 8).chunks(500).enumerate() {
        let (inbox, numbers) = (Arc::clone(&inboxes[caller % 2]), numbers.to_vec());
        callers.spawn(async move {
            let mut count = 0;
            for batch in numbers.chunks(10) {
                let puts = inbox.put(events(batch.iter().copied()), NOW).await;
                count += stored(&puts.unwrap()).len();
            }
            count
        });
    }
    assert_eq!(callers.join_all().await.iter().sum::<usize>(), 500);
    assert_eq!(waiting(&programs[0]).await.len(), 500);
}

async fn a_full_queue_refuses_at_once_and_recovers(place: &Place) {
    let registry = place.open().await;
    let limits = InboxLimits {
        queue_bytes: 30_000,
        gather_events: 50,
    };
    let inbox = Arc::new(Inbox::start(registry.clone(), limits));
    let too_large = inbox.put(events(0..1_000), NOW).await.unwrap_err();
    assert!(matches!(too_large, Error::Invalid { .. }), "{too_large}");
    // Somebody else has the lock.
    let mut tx = registry.begin().await.unwrap();
    registry.claim(&mut tx, 0, NOW).await.unwrap();
    let mut callers = JoinSet::new();
    for caller in 0..200 {
        let inbox = Arc::clone(&inbox);
        callers.spawn(async move { inbox.put(events(caller * 10..caller * 10 + 10), NOW).await });
    }
    let mut refused = 0;
    while let Ok(Some(answer)) =
        tokio::time::timeout(Duration::from_millis(300), callers.join_next()).await
    {
        let error = answer.unwrap().unwrap_err();
        assert!(matches!(error, Error::Overloaded { .. }), "{error}");
        refused += 1;
    }
    assert!(inbox.waiting_bytes() <= 30_000);
    assert!((180..200).contains(&refused), "{refused} were refused");
    drop(tx);
    let answers = callers.join_all().await;
    assert_eq!(answers.len(), 200 - refused);
    assert!(
        answers
            .iter()
            .all(|puts| stored(puts.as_ref().unwrap()).len() == 10)
    );
    assert_eq!(inbox.waiting_bytes(), 0);
    inbox.put(events(5_000..5_010), NOW).await.unwrap();
    let kept = waiting(&registry).await.len();
    assert_eq!(kept, (200 - refused) * 10 + 10);
}

async fn a_failing_commit_fails_its_callers_only(place: &Place) {
    let registry = place.open().await;
    let inbox = Inbox::start(registry.clone(), InboxLimits::default());
    inbox.put(events(0..3), NOW).await.unwrap();
    let bare = place.bare().await;
    bare.execute("ALTER TABLE inbox RENAME TO away")
        .await
        .unwrap();
    let (a, b) = tokio::join!(inbox.put(events(3..5), NOW), inbox.put(events(5..7), NOW));
    for failed in [a, b] {
        let error = failed.unwrap_err();
        assert!(matches!(error, Error::NotStored { .. }), "{error}");
    }
    assert_eq!(inbox.waiting_bytes(), 0);
    bare.execute("ALTER TABLE away RENAME TO inbox")
        .await
        .unwrap();
    bare.close().await;
    let puts = inbox.put(events(2..7), NOW).await.unwrap();
    assert_eq!((puts[0], stored(&puts).len()), (Put::Duplicate, 4));
    assert_eq!(waiting(&registry).await.len(), 7);
}

async fn who_leaves_changes_nothing(place: &Place) {
    let registry = place.open().await;
    let inbox = Arc::new(Inbox::start(registry.clone(), InboxLimits::default()));
    let mut tx = registry.begin().await.unwrap();
    registry.claim(&mut tx, 0, NOW).await.unwrap();
    let mut callers = Vec::new();
    for caller in 0..6 {
        let inbox = Arc::clone(&inbox);
        let call = async move { inbox.put(events(caller * 5..caller * 5 + 5), NOW).await };
        callers.push(tokio::spawn(call));
    }
    while inbox.waiting_bytes() < 6 * 5 * 200 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for leaver in &callers[..3] {
        leaver.abort();
    }
    drop(tx);
    for (caller, answer) in callers.into_iter().enumerate() {
        match answer.await {
            Ok(puts) => assert_eq!((caller >= 3, stored(&puts.unwrap()).len()), (true, 5)),
            Err(left) => assert!(left.is_cancelled() && caller < 3),
        }
    }
    let puts = inbox.put(events(0..30), NOW).await.unwrap();
    assert!(stored(&puts).is_empty(), "those of the leavers are stored");
    assert_eq!(waiting(&registry).await.len(), 30);
}

async fn stopping_finishes_what_was_handed_in(place: &Place) {
    let registry = place.open().await;
    let inbox = Arc::new(Inbox::start(registry.clone(), InboxLimits::default()));
    let mut tx = registry.begin().await.unwrap();
    registry.claim(&mut tx, 0, NOW).await.unwrap();
    let waits = {
        let inbox = Arc::clone(&inbox);
        tokio::spawn(async move { inbox.put(events(0..20), NOW).await })
    };
    while inbox.waiting_bytes() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let stopping = {
        let inbox = Arc::clone(&inbox);
        tokio::spawn(async move { inbox.stop().await })
    };
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!stopping.is_finished());
    let late = inbox.put(vec![event("late")], NOW).await.unwrap_err();
    assert!(matches!(late, Error::Overloaded { .. }), "{late}");
    drop(tx);
    stopping.await.unwrap();
    assert_eq!(stored(&waits.await.unwrap().unwrap()).len(), 20);
    inbox.stop().await;
    assert_eq!(waiting(&registry).await.len(), 20);
}
