//! Times what a run does for each customer, without the lake: processor milliseconds of each part, one thread.
//!
//! ```text
//! cargo run --release -p genome --example genome_timing -- 2000
//! ```
//! Prints a line of JSON for each of three rounds, with the hash of all bytes; holds no check.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

#[path = "../tests/made/crowd.rs"]
mod crowd;

use crowd::{crowd_frame, history, today};
use genome::{BaselineBuilder, Consents, Snapshot, State, genes, genome, observe};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = match std::env::args().nth(1) {
        Some(count) => count.parse()?,
        None => 2_000,
    };
    let frame = crowd_frame(400);
    let none = Consents::default();
    let people: Vec<_> = (0..count)
        .map(|one| history(&frame, one, 50, 100))
        .collect();
    for _ in 0..3 {
        let mut spent = [Duration::ZERO; 7];
        let (mut found, mut size, mut all) = (0, 0, blake3::Hasher::new());
        let mut usual = BaselineBuilder::default();
        for acts in &people {
            let state = timed(&mut spent[0], || State::rebuild(&frame, none, acts))?;
            let observed = timed(&mut spent[1], || observe(&frame, acts, today(), none))?;
            timed(&mut spent[2], || usual.add(&frame, &state, &observed));
            let of_state = timed(&mut spent[3], || genes(&frame, &state, crowd::TODAY))?;
            let whole = timed(&mut spent[4], || {
                genome(&frame, 7, acts, today(), none, Vec::new())
            })?;
            let bytes = timed(&mut spent[5], || whole.bytes())?;
            timed(&mut spent[6], || Snapshot::first(&whole, 0))?;
            found += of_state.len();
            size += bytes.len();
            all.update(&bytes);
        }
        let each = spent.map(|spent| spent.as_secs_f64() * 1e3 / count as f64);
        println!(
            "{{\"customers\": {count}, \"genes\": {:.1}, \"bytes\": {:.0}, \"state\": {:.4}, \"observe\": {:.4}, \
             \"usual\": {:.4}, \"genes_of_state\": {:.4}, \"genome\": {:.4}, \"json\": {:.4}, \"snapshot\": {:.4}, \
             \"hash\": \"{}\"}}",
            found as f64 / count as f64,
            size as f64 / count as f64,
            each[0],
            each[1],
            each[2],
            each[3],
            each[4],
            each[5],
            each[6],
            all.finalize().to_hex()
        );
    }
    Ok(())
}

/// What a computation gives; its processor time is added.
fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let before = processor();
    let made = work();
    *spent += processor().saturating_sub(before);
    made
}

/// Time on a processor of this thread so far, as Linux counts it; 0 elsewhere.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = stat.split_whitespace().next();
    Duration::from_nanos(first.and_then(|text| text.parse().ok()).unwrap_or(0))
}
