//! Recordings of what real libraries sent, read as the server would, and hostile input of every kind. The recordings
//! hold bodies as JSON, not as wire bytes: what was gzip is compressed again here.
#![allow(clippy::unwrap_used)]

mod called;
mod properties;
mod recordings;
mod support;
