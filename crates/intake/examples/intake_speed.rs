//! How many events one core reads in a second of its own time: batches of 100 of the recorded events, as JSON and as
//! gzip. Time is what the thread ran, as Linux tells it, so that others on the machine count for little; each number is
//! the median of its rounds, taken in turns.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use intake::{Categories, Limits, Request, consents, read};
use serde_json::{Value, json};

const EVENTS: usize = 100;
const BATCHES: usize = 100;
const ROUNDS: usize = 31;

/// A batch of 100 events of a recording, each with an id of its own.
fn batch(recording: &str) -> Vec<u8> {
    let requests: Value = serde_json::from_str(recording).unwrap();
    let bodies = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| &request["body"])
        .filter(|body| body.is_object());
    let events: Vec<Value> = bodies
        .flat_map(|body| {
            body.get("batch")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_else(|| vec![body.clone()])
        })
        .collect();
    let batch: Vec<Value> = (0..EVENTS)
        .map(|at| {
            let mut event = events[at % events.len()].clone();
            event["messageId"] = json!(format!("m-{at}"));
            event
        })
        .collect();
    serde_json::to_vec(
        &json!({"batch": batch, "sentAt": "2026-11-22T06:30:00Z", "writeKey": "WK_TEST"}),
    )
    .unwrap()
}

/// Nanoseconds that this thread has run.
fn ran() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split_whitespace().next().unwrap().parse().unwrap()
}

struct Case {
    name: String,
    wire: Vec<u8>,
    bytes: usize,
    with_consent: bool,
    /// Nanoseconds of an event, by round.
    rounds: Vec<f64>,
}

impl Case {
    fn round(&mut self) {
        let request = Request {
            path: "/v1/batch",
            body: &self.wire,
            ..Request::default()
        };
        let received = "2026-11-22T06:30:01Z".parse().unwrap();
        let (limits, categories) = (Limits::default(), Categories::default());
        let began = ran();
        let mut said = 0;
        for _ in 0..BATCHES {
            let reception = read(&request, received, &limits, &mut String::new).unwrap();
            assert_eq!((reception.records.len(), reception.dead.len()), (EVENTS, 0));
            if self.with_consent {
                said += reception
                    .records
                    .iter()
                    .map(|record| consents(record, &categories).statements.len())
                    .sum::<usize>();
            }
        }
        std::hint::black_box(said);
        self.rounds
            .push((ran() - began) as f64 / (BATCHES * EVENTS) as f64);
    }

    fn tell(&mut self) {
        self.rounds.sort_by(f64::total_cmp);
        let at = |share: usize| self.rounds[(self.rounds.len() - 1) * share / 4];
        println!(
            "{}: {:.0} events/s ({:.0} to {:.0}, middle half), {:.2} µs and {} bytes an event",
            self.name,
            1e9 / at(2),
            1e9 / at(3),
            1e9 / at(1),
            at(2) / 1e3,
            self.bytes / EVENTS,
        );
    }
}

fn main() {
    let mut cases = Vec::new();
    for (name, recording) in [
        (
            "python-segment",
            include_str!("../tests/fixtures/python-segment.json"),
        ),
        (
            "browser-segment-batching",
            include_str!("../tests/fixtures/browser-segment-batching.json"),
        ),
        (
            "browser-rudder-beacon",
            include_str!("../tests/fixtures/browser-rudder-beacon.json"),
        ),
    ] {
        let body = batch(recording);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&body).unwrap();
        let zipped = encoder.finish().unwrap();
        for (name, wire, with_consent) in [
            (name.to_string(), body.clone(), false),
            (format!("{name}, with consent"), body.clone(), true),
            (format!("{name}, gzip"), zipped, false),
        ] {
            cases.push(Case {
                name,
                wire,
                bytes: body.len(),
                with_consent,
                rounds: Vec::new(),
            });
        }
    }
    for _ in 0..ROUNDS {
        cases.iter_mut().for_each(Case::round);
    }
    cases.iter_mut().for_each(Case::tell);
}
