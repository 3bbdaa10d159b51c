//! How fast events are taken, with few and with full tables of ids; it must not hold a limit, for machines differ.
//! `cargo test -p registry inbox_speed -- --ignored --nocapture --test-threads 1`, where `TESSERA_SPEED_IDS` says how
//! many ids each of the 30 full tables gets (1,000,000 where it says nothing) and `TESSERA_SPEED_TODAY` how many the
//! table has that takes ids (none).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::Executor;
use tokio::task::JoinSet;

use super::{LATER, NOW, Place};
use crate::event_ids::{day_of, table};
use crate::id_filter::IdFilter;
use crate::{DEDUP_DAYS, Inbox, InboxLimits, NewEvent, Registry};

const DAY: i64 = LATER - NOW;
const CALLERS: usize = 4;
const BATCH: usize = 100;
const SECONDS: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn sqlite() {
    measure(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn postgres() {
    if let Some(place) = Place::postgres().await {
        measure(&place).await;
        place.remove().await;
    }
}

/// A start after 30 days of 20 million events each: the filters are as large as they would be, the tables are not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn start() {
    let place = Place::sqlite();
    let registry = place.open().await;
    let days = i64::from(DEDUP_DAYS);
    for day in 0..days {
        fill(&place, &registry, NOW + day * DAY, 1_000).await;
    }
    callers("first", &registry, NOW + days * DAY, false).await;
    let begun = Instant::now();
    for day in 0..days {
        let day = day_of(NOW + day * DAY).unwrap();
        let bytes = IdFilter::bytes_for(20_000_000);
        let filter = registry.make_filter(day, bytes).await.unwrap();
        registry.store_filter(day, &filter).await.unwrap();
    }
    eprintln!("filters stored in {:.1?}", begun.elapsed());
    registry.close().await;
    // Out of the memory of the operating system, as after a start of the machine.
    let path = place.folder.path().join("registry %20 ü.db");
    let forget = std::process::Command::new("dd")
        .arg(format!("of={}", path.display()))
        .args(["oflag=nocache", "conv=notrunc,fdatasync", "count=0"])
        .status();
    assert!(forget.unwrap().success());
    for what in ["from the disk", "again"] {
        let begun = Instant::now();
        let registry = place.open().await;
        filters(what, &registry).await;
        eprintln!("{what}: ready in {:.1?}", begun.elapsed());
        callers(what, &registry, NOW + days * DAY, true).await;
    }
}

async fn measure(place: &Place) {
    let registry = place.open().await;
    callers("no other day", &registry, NOW, false).await;
    callers("no other day, flushed meanwhile", &registry, NOW, true).await;
    let ids = setting("TESSERA_SPEED_IDS").unwrap_or(1_000_000);
    let begun = Instant::now();
    for day in 1..=i64::from(DEDUP_DAYS) {
        fill(place, &registry, NOW + day * DAY, ids).await;
    }
    registry.sweep_deleted().await.unwrap();
    eprintln!(
        "{DEDUP_DAYS} days of {ids} ids filled in {:.0?}, {} bytes each",
        begun.elapsed(),
        table_bytes(place).await
    );
    let today = NOW + i64::from(DEDUP_DAYS) * DAY + DAY;
    callers("full days, no filters", &registry, today, false).await;
    filters("made", &registry).await;
    drop(registry);
    let registry = place.open().await;
    filters("after opening", &registry).await;
    if let Some(ids) = setting("TESSERA_SPEED_TODAY") {
        fill(place, &registry, today, ids).await;
        eprintln!("{ids} ids of today filled");
    }
    callers("full days", &registry, today, false).await;
    callers("full days, flushed meanwhile", &registry, today, true).await;
    let begun = Instant::now();
    let dropped = registry.drop_old_event_ids(DEDUP_DAYS - 1, today).await;
    eprintln!(
        "{} days dropped in {:.0?}",
        dropped.unwrap(),
        begun.elapsed()
    );
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

async fn filters(what: &str, registry: &Registry) {
    let (begun, used) = (Instant::now(), processor());
    let made = registry.filter_event_ids(usize::MAX).await.unwrap();
    let (wall, used) = (begun.elapsed(), processor() - used);
    eprintln!("{what}: {made:?} in {wall:.1?}, {used:.1} s of processor time");
}

/// Seconds of processor time that this program used.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default();
    let ticks = ticks.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn batch(from: usize) -> Vec<NewEvent> {
    let event = |n: usize| NewEvent {
        message_id: Some(format!("node-next-1767225600000-{n:032}")),
        received_at: NOW,
        happened_at: NOW,
        payload: format!("{{\"messageId\":\"{n}\",\"text\":\"{}\"}}", "x".repeat(600)).into_bytes(),
    };
    (from..from + BATCH).map(event).collect()
}

/// Callers that send the next batch when the last one is answered.
async fn callers(what: &str, registry: &Registry, at: i64, flushing: bool) {
    let last = registry.inbox_state().await.unwrap().last_seq;
    registry.flushed(last, NOW).await.unwrap();
    registry.sweep_deleted().await.unwrap();
    let inbox = Arc::new(Inbox::start(registry.clone(), InboxLimits::default()));
    let over = Arc::new(AtomicBool::new(false));
    let start = registry
        .inbox_state()
        .await
        .unwrap()
        .last_seq
        .unsigned_abs() as usize;
    let (begun, used) = (Instant::now(), processor());
    let mut tasks = JoinSet::new();
    for caller in 0..CALLERS {
        let inbox = Arc::clone(&inbox);
        tasks.spawn(async move {
            let mut waits = Vec::new();
            let mut from = start * 10 + caller * 1_000_000_000;
            while begun.elapsed() < Duration::from_secs(SECONDS) {
                let events = batch(from);
                from += BATCH;
                let asked = Instant::now();
                inbox.put(events, at).await.unwrap();
                waits.push(asked.elapsed());
            }
            waits
        });
    }
    let flusher = flushing.then(|| tokio::spawn(flush(registry.clone(), Arc::clone(&over))));
    let mut waits = tasks.join_all().await.concat();
    let (seconds, used) = (begun.elapsed().as_secs_f64(), processor() - used);
    over.store(true, Ordering::Relaxed);
    let flushed = match flusher {
        Some(flusher) => flusher.await.unwrap(),
        None => 0,
    };
    inbox.stop().await;
    waits.sort_unstable();
    let events = waits.len() * BATCH;
    let at = |part: usize| waits[(waits.len() * part / 1_000).min(waits.len() - 1)];
    eprintln!(
        "{what}: {:.0} events/s, {flushed} of {events} flushed, {:.0} events per second of this program's processor time, \
         ack p50 {:.1?} p99 {:.1?} max {:.1?}",
        events as f64 / seconds,
        events as f64 / used,
        at(500),
        at(990),
        at(1_000)
    );
}

/// Takes events every half second and says that they are in the lake, as long as events come; gives how many.
async fn flush(registry: Registry, over: Arc<AtomicBool>) -> usize {
    let mut flushed = 0;
    while !over.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(500)).await;
        loop {
            let taken = registry.take_events(2_000).await.unwrap();
            let Some(last) = taken.last() else { break };
            flushed += taken.len();
            registry.flushed(last.seq, NOW).await.unwrap();
            if over.load(Ordering::Relaxed) {
                break;
            }
        }
    }
    flushed
}

/// Gives a day's table so many ids that no event has.
async fn fill(place: &Place, registry: &Registry, at: i64, ids: u64) {
    let mut tx = registry.begin().await.unwrap();
    registry.claim(&mut tx, 0, at).await.unwrap();
    tx.commit().await.unwrap();
    let table = table(day_of(at).unwrap());
    let sql = match place.schema {
        None => format!(
            "INSERT INTO {table} (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ids}) \
             SELECT randomblob(16) FROM n ORDER BY 1"
        ),
        Some(_) => format!(
            "INSERT INTO {table} (id) SELECT decode(md5(i::text || '{table}'), 'hex') \
             FROM generate_series(1, {ids}) i; ANALYZE {table}"
        ),
    };
    let bare = place.bare().await;
    bare.execute(&*sql).await.unwrap();
    bare.close().await;
}

async fn table_bytes(place: &Place) -> i64 {
    let table = table(day_of(LATER).unwrap());
    let sql = match place.schema {
        None => format!("SELECT SUM(pgsize) AS bytes FROM dbstat WHERE name = '{table}'"),
        Some(_) => format!("SELECT pg_total_relation_size('{table}') AS bytes"),
    };
    let bare = place.bare().await;
    let row = bare.fetch_one(&*sql).await;
    bare.close().await;
    row.map_or(-1, |row| sqlx::Row::get(&row, "bytes"))
}
