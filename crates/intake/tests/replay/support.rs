//! Reads recordings, and requests out of them. It must not judge what comes of them.

use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use intake::{Limits, Reception, Refusal, Request, read};
use jiff::Timestamp;
use serde_json::Value;

/// The `POST` requests of a recording, in order.
pub fn posts(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(file);
    let recording: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let requests = recording.as_array().unwrap().iter();
    requests
        .filter(|request| request["method"] == "POST")
        .cloned()
        .collect()
}

/// The names of all recordings of events.
pub fn files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names
        .filter(|name| !name.starts_with("settings-"))
        .collect();
    names.sort();
    names
}

/// The events of a recorded request, as they were sent.
pub fn events(request: &Value) -> Vec<Value> {
    match request["body"].get("batch") {
        Some(batch) => batch.as_array().unwrap().clone(),
        None => vec![request["body"].clone()],
    }
}

/// When a recorded request came in.
pub fn received(request: &Value) -> Timestamp {
    Timestamp::from_millisecond(request["at_ms"].as_i64().unwrap()).unwrap()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Reads a recorded request.
pub fn reception(request: &Value) -> Reception {
    let header = |name: &str| request["headers"][name].as_str();
    let text = serde_json::to_vec(&request["body"]).unwrap();
    let body = if header("content-encoding") == Some("gzip") {
        gzip(&text)
    } else {
        text
    };
    let (path, query) = request["url"]
        .as_str()
        .unwrap()
        .split_once('?')
        .unwrap_or((request["url"].as_str().unwrap(), ""));
    let request_read = Request {
        path,
        query,
        authorization: header("authorization"),
        content_encoding: header("content-encoding"),
        sent_at: header("sentat"),
        sec_gpc: header("sec-gpc"),
        body: &body,
    };
    read(
        &request_read,
        received(request),
        &Limits::default(),
        &mut || panic!("every recorded event has an id"),
    )
    .unwrap()
}

/// Reads a body that was sent to a path with a key.
pub fn send(path: &str, body: &[u8]) -> Result<Reception, Refusal> {
    let request = Request {
        path,
        query: "writeKey=k",
        body,
        ..Request::default()
    };
    let mut next = 0;
    let mut ids = || {
        next += 1;
        format!("given-{next}")
    };
    read(
        &request,
        Timestamp::from_second(1_795_329_000).unwrap(),
        &Limits::default(),
        &mut ids,
    )
}
