//! Tests of the filters over event ids: no answer depends on them, and a start reads those that are stored.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::Executor;

use super::events::{events, stored};
use super::{LATER, NOW, Place, on_both};
use crate::{Put, Registry};

on_both!(
    a_start_reads_what_is_stored,
    no_answer_depends_on_filters,
    the_newest_days_come_first_where_room_is_short,
);

const DAY: i64 = LATER - NOW;

/// What may happen to an inbox.
#[derive(Debug, Clone)]
enum Step {
    /// So many days later or earlier these ids come.
    Put(i64, Vec<usize>),
    /// Filters are made or read, as many as fit into so many bytes.
    Filter(usize),
    /// Days older than so many are dropped.
    Drop(u32),
    /// The program ends and starts.
    Open,
    /// Somebody writes zeros over every stored filter, and the program ends and starts.
    Damage,
}

fn step() -> impl Strategy<Value = Step> {
    let put = (-1..3_i64, vec(0..400_usize, 0..80)).prop_map(|(days, ids)| Step::Put(days, ids));
    prop_oneof![
        8 => put,
        3 => prop_oneof![Just(usize::MAX), 0..1_000_usize].prop_map(Step::Filter),
        1 => (0..6_u32).prop_map(Step::Drop),
        1 => Just(Step::Open),
        1 => Just(Step::Damage),
    ]
}

/// The ids of each day, as they should be.
#[derive(Default)]
struct Days {
    head: i64,
    ids: BTreeMap<i64, BTreeSet<usize>>,
}

impl Days {
    fn put(&mut self, at: i64, ids: &[usize]) -> Vec<bool> {
        if ids.is_empty() {
            return Vec::new();
        }
        self.head = self.head.max(at / DAY);
        let mut put = |id: &usize| {
            let known = self.ids.values().any(|day| day.contains(id));
            !known && self.ids.entry(self.head).or_default().insert(*id)
        };
        ids.iter().map(&mut put).collect()
    }
}

/// The same steps with filters and without, beside what should be.
async fn no_answer_depends_on_filters(place: &Place) {
    let cases = if place.schema.is_some() { 6 } else { 24 };
    let postgres = place.schema.is_some();
    let test = move || {
        let mut runner = TestRunner::new(Config::with_cases(cases));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let run = |steps: Vec<Step>| {
            runtime.block_on(async {
                let places = if postgres {
                    [Place::postgres().await, Place::postgres().await].map(Option::unwrap)
                } else {
                    [Place::sqlite(), Place::sqlite()]
                };
                walk(&places, &steps).await;
                for place in places {
                    place.remove().await;
                }
            });
            Ok(())
        };
        runner.run(&vec(step(), 4..24), run).unwrap();
    };
    // A runtime cannot wait within another one.
    tokio::task::spawn_blocking(test).await.unwrap();
}

async fn walk(places: &[Place; 2], steps: &[Step]) {
    let (mut with, without) = (places[0].open().await, places[1].open().await);
    let (mut days, mut at) = (Days::default(), NOW);
    for step in steps {
        match step {
            Step::Put(later, ids) => {
                at += later * DAY;
                let expect = days.put(at, ids);
                for registry in [&with, &without] {
                    let batch = events(ids.iter().copied());
                    let puts = registry.put_events(&batch, at).await.unwrap();
                    let is_stored = |put: &Put| matches!(put, Put::Stored(_));
                    let puts: Vec<_> = puts.iter().map(is_stored).collect();
                    assert_eq!(puts, expect);
                }
            }
            Step::Filter(bytes) => {
                let made = with.filter_event_ids(*bytes).await.unwrap();
                assert!(made.bytes <= *bytes);
                assert!(*bytes < usize::MAX || made.filtered == made.over);
            }
            Step::Drop(keep) => {
                let first = at / DAY - i64::from(*keep);
                days.ids.retain(|day, _| *day >= first);
                for registry in [&with, &without] {
                    registry.drop_old_event_ids(*keep, at).await.unwrap();
                }
            }
            Step::Open => with = places[0].open().await,
            Step::Damage => {
                damage(&places[0]).await;
                with = places[0].open().await;
            }
        }
    }
}

async fn damage(place: &Place) {
    let zeros = match place.schema {
        None => "zeroblob(length(bits))",
        Some(_) => "decode(repeat('00', length(bits)), 'hex')",
    };
    let bare = place.bare().await;
    let sql = format!("UPDATE event_filters SET bits = {zeros}");
    bare.execute(&*sql).await.unwrap();
    bare.close().await;
}

async fn filter(registry: &Registry, bytes: usize) -> (usize, usize, usize) {
    let made = registry.filter_event_ids(bytes).await.unwrap();
    assert!(made.bytes <= bytes);
    (made.over, made.filtered, made.made)
}

async fn a_start_reads_what_is_stored(place: &Place) {
    let registry = place.open().await;
    for day in 0..4 {
        let batch = events(day * 500..day * 500 + 500);
        let at = NOW + day as i64 * DAY;
        registry.put_events(&batch, at).await.unwrap();
    }
    assert_eq!(filter(&registry, usize::MAX).await, (3, 3, 3));
    assert_eq!(filter(&registry, usize::MAX).await, (3, 3, 0));
    let registry = place.open().await;
    assert_eq!(filter(&registry, usize::MAX).await, (3, 3, 0));
    let batch = events(0..2_001);
    let now = NOW + 4 * DAY;
    let puts = registry.put_events(&batch, now).await.unwrap();
    assert_eq!(stored(&puts).len(), 1);
    // A day began, so that there is one more to be made; and one filter is damaged, and one is cut off.
    let bare = place.bare().await;
    let day = NOW / DAY;
    let sql = format!(
        "UPDATE event_filters SET bits = (SELECT bits FROM event_filters WHERE day = {day}) WHERE day = {}",
        day + 1
    );
    bare.execute(&*sql).await.unwrap();
    let sql = format!("DELETE FROM event_filters WHERE day = {}", day + 2);
    bare.execute(&*sql).await.unwrap();
    let registry = place.open().await;
    assert_eq!(filter(&registry, usize::MAX).await, (4, 4, 3));
    assert!(stored(&registry.put_events(&batch, now).await.unwrap()).is_empty());
    let registry = place.open().await;
    assert_eq!(filter(&registry, usize::MAX).await, (4, 4, 0));
    assert!(stored(&registry.put_events(&batch, now).await.unwrap()).is_empty());
    // Filters go with their days.
    assert_eq!(registry.drop_old_event_ids(2, now).await.unwrap(), 2);
    let row = sqlx::query("SELECT MIN(day) AS day FROM event_filters");
    let row = row.fetch_one(&bare).await.unwrap();
    assert_eq!(sqlx::Row::get::<i64, _>(&row, "day"), day + 2);
    bare.close().await;
}

async fn the_newest_days_come_first_where_room_is_short(place: &Place) {
    let registry = place.open().await;
    let put = async |day: usize| {
        let batch = events(day * 100..day * 100 + 100);
        let at = NOW + day as i64 * DAY;
        registry.put_events(&batch, at).await.unwrap();
    };
    // 192 bytes a day.
    for day in 0..3 {
        put(day).await;
    }
    assert_eq!(filter(&registry, 400).await, (2, 2, 2));
    put(3).await;
    // The new day's filter takes the room of the oldest.
    assert_eq!(filter(&registry, 400).await, (3, 2, 1));
    assert_eq!(filter(&registry, 200).await, (3, 1, 0));
    assert_eq!(filter(&registry, 600).await, (3, 3, 0));
    assert_eq!(filter(&registry, 100).await, (3, 0, 0));
}
