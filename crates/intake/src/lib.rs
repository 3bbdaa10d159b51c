//! What analytics libraries send, as event records: requests of Segment's and RudderStack's libraries, read into the
//! columns of `events`, with dead letters for what cannot be read and plain statements of consent.
//!
//! It holds plain values: bytes and the instant of reception in, records out. It must not read a clock, do IO, draw
//! random numbers, or know which write keys there are; the server hands in ids and keeps what comes out, and a
//! replay reads the same bytes to the same records.
//!
//! ```text
//! Call::of(path)                                         which path asks for what
//! read(&Request { path, query, headers, body }, received_at, &limits, &mut ids) -> Reception | Refusal
//! Reception { write_key, bearer, records, dead }         every event is in one of the two lists
//! Record::dedup_key()                                    the messageId, where the sender gave one
//! consents(&record, &categories) -> statements           for what, yes or no, by which signal, since when
//! read_again(&letter.raw, index, &letter.around, …)      a dead letter, as it was or mended
//! settings::segment(place, key), settings::rudder(key)   what browser libraries ask for first
//! ```
#![forbid(unsafe_code)]

mod body;
mod call;
mod consent;
mod item;
mod key;
mod layer;
mod letter;
mod limits;
pub mod names;
mod reception;
mod record;
mod refusal;
pub mod settings;
mod shop;
pub mod time;

pub use call::{Call, EventType, query_value};
pub use consent::{
    About, Categories, Consents, Signal, Statement, TcString, TcfError, Use, consents,
};
pub use layer::{Layer, merge};
pub use letter::{Around, DeadLetter, Reason};
pub use limits::Limits;
pub use reception::{Reception, Request, read, read_again};
pub use record::{Record, Remark};
pub use refusal::Refusal;
pub use shop::{Act, Order, Product};
