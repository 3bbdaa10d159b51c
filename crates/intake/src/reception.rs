//! A request for events: from its bytes and headers to records and dead letters, or to a refusal of the whole. It
//! must not read a clock, draw ids or know which keys there are.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::body;
use crate::call::{Call, query_value};
use crate::item::Scene;
use crate::key;
use crate::letter::{Around, DeadLetter};
use crate::limits::Limits;
use crate::record::Record;
use crate::refusal::Refusal;

/// What is looked at of a request. The header Content-Type is not: libraries send JSON as `text/plain`, and gzip as a
/// form.
#[derive(Clone, Copy, Default)]
pub struct Request<'a> {
    /// The path, without the query.
    pub path: &'a str,
    /// The query, without the `?`; blank for none.
    pub query: &'a str,
    /// The header Authorization.
    pub authorization: Option<&'a str>,
    /// The header Content-Encoding.
    pub content_encoding: Option<&'a str>,
    /// The header SentAt.
    pub sent_at: Option<&'a str>,
    /// The header Sec-GPC.
    pub sec_gpc: Option<&'a str>,
    /// The bytes of the body, as they came.
    pub body: &'a [u8],
}

/// What came of a request. Records and dead letters together are its events, each once.
#[derive(Clone, PartialEq)]
pub struct Reception {
    /// The write key; the caller has yet to look whether it is one.
    pub write_key: String,
    /// The token of `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// What was taken, in order.
    pub records: Vec<Record>,
    /// What was not, in order. The answer is 200 all the same: a library drops a whole batch on a 400.
    pub dead: Vec<DeadLetter>,
}

// The token is a secret.
impl fmt::Debug for Reception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reception")
            .field("records", &self.records)
            .field("dead", &self.dead)
            .finish_non_exhaustive()
    }
}

/// Reads a request that came in at an instant. `ids` hands out an id for each event taken that has none.
///
/// Errors: [`Refusal`], with nothing taken. What is wrong with one event of a batch, or with one event alone but for
/// its size, is a dead letter instead.
pub fn read(
    request: &Request<'_>,
    received_at: Timestamp,
    limits: &Limits,
    ids: &mut dyn FnMut() -> String,
) -> Result<Reception, Refusal> {
    let event_type = match Call::of(request.path) {
        Some(Call::Event(event_type)) => Some(event_type),
        Some(Call::Batch) => None,
        _ => return Err(Refusal::Path(request.path.chars().take(100).collect())),
    };
    let authorization = key::authorization(request.authorization)?;
    let body = body::text(request.body, request.content_encoding, limits)?;
    let text = body.text.trim();
    let envelope = envelope(text, event_type.is_none())?;
    let of_query = query_value(request.query, "writeKey");
    let of_body = envelope.text(envelope.write_key);
    let of_events = || envelope.batch.iter().find_map(|raw| first_key(raw.get()));
    let stated = [
        ("the header Authorization", authorization.key.as_deref()),
        ("the address", of_query.as_deref()),
        ("the body", of_body.as_deref()),
    ];
    let write_key = key::agree(stated, of_events)?;
    let mut around = Around {
        event_type,
        header_sent_at: request.sent_at.map(str::to_string),
        gpc: request.sec_gpc.is_some_and(|value| value.trim() == "1"),
        write_key: write_key.clone(),
        ..Around::default()
    };
    if event_type.is_none() {
        envelope.check(limits)?;
        around.sent_at = envelope.text(envelope.sent_at);
        around.context = envelope.context.map(|raw| raw.get().to_string());
        around.integrations = envelope.integrations.map(|raw| raw.get().to_string());
    } else if text.len() > limits.event_bytes {
        return Err(Refusal::EventTooLarge {
            bytes: text.len(),
            limit: limits.event_bytes,
        });
    }
    let scene = Scene::new(Arc::new(around), body.replaced, received_at, limits);
    let mut reception = Reception {
        write_key,
        bearer: authorization.bearer,
        records: Vec::new(),
        dead: Vec::new(),
    };
    let mut take = |raw: &str, index: usize| match scene.read(raw, index, ids) {
        Ok(record) => reception.records.push(record),
        Err(letter) => reception.dead.push(letter),
    };
    if event_type.is_some() {
        take(text, 0);
    } else {
        envelope
            .batch
            .iter()
            .enumerate()
            .for_each(|(index, raw)| take(raw.get(), index));
    }
    Ok(reception)
}

/// Reads one event again: a dead letter's bytes, as they were or mended, with what it needs of its request.
/// `received_at` is when it came in the first time, else its time is corrected by how long it lay.
pub fn read_again(
    raw: &[u8],
    index: usize,
    around: &Arc<Around>,
    received_at: Timestamp,
    limits: &Limits,
    ids: &mut dyn FnMut() -> String,
) -> Result<Record, DeadLetter> {
    let text = String::from_utf8_lossy(raw);
    let replaced = std::str::from_utf8(raw).is_err();
    Scene::new(Arc::clone(around), replaced, received_at, limits).read(&text, index, ids)
}

/// The keys of a body that are read before its events are.
#[derive(Default)]
struct Envelope<'a> {
    batch: Vec<&'a RawValue>,
    has_batch: bool,
    write_key: Option<&'a RawValue>,
    sent_at: Option<&'a RawValue>,
    context: Option<&'a RawValue>,
    integrations: Option<&'a RawValue>,
}

impl Envelope<'_> {
    /// A key's text; a number counts as one, anything else as missing.
    fn text(&self, raw: Option<&RawValue>) -> Option<String> {
        let raw = raw?.get();
        match serde_json::from_str(raw).ok()? {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let events = self.batch.len();
        if events > limits.batch_events {
            return Err(Refusal::TooMany {
                events,
                limit: limits.batch_events,
            });
        }
        let bytes = [self.context, self.integrations]
            .iter()
            .flatten()
            .map(|raw| raw.get().len())
            .sum::<usize>();
        if bytes.saturating_mul(events) > limits.shared_bytes {
            return Err(Refusal::SharedTooLarge {
                bytes,
                events,
                limit: limits.shared_bytes,
            });
        }
        Ok(())
    }
}

fn envelope(text: &str, batch: bool) -> Result<Envelope<'_>, Refusal> {
    let refusal = |error: serde_json::Error| match error.classify() {
        serde_json::error::Category::Data => Refusal::Shape(error.to_string()),
        _ => Refusal::Json(error.to_string()),
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let envelope = Keys { batch }
        .deserialize(&mut deserializer)
        .map_err(refusal)?;
    deserializer.end().map_err(refusal)?;
    if batch && !envelope.has_batch {
        return Err(Refusal::Shape("it has no \"batch\"".to_string()));
    }
    Ok(envelope)
}

/// The write key of one event, where it states one and can be read that far.
fn first_key(raw: &str) -> Option<String> {
    let event = envelope(raw, false).ok()?;
    event
        .text(event.write_key)
        .map(|key| key.trim().to_string())
        .filter(|key| !key.is_empty())
}

/// Reads an [`Envelope`]; of a key told twice the last counts, as in the events themselves.
struct Keys {
    batch: bool,
}

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Envelope<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Envelope::default();
        while let Some(key) = map.next_key::<String>()? {
            let place = match key.as_str() {
                "writeKey" => &mut found.write_key,
                "sentAt" => &mut found.sent_at,
                "context" => &mut found.context,
                "integrations" => &mut found.integrations,
                "batch" if self.batch => {
                    found.batch = map.next_value()?;
                    found.has_batch = true;
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = Some(map.next_value()?);
        }
        Ok(found)
    }
}

#[cfg(test)]
#[path = "reception_tests.rs"]
mod tests;
