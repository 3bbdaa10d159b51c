//! One event: from its JSON to a record, or to the reason why not. It must not know of requests; what an event needs
//! of its request comes as an [`Around`].

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::call::EventType;
use crate::layer::Layer;
use crate::letter::{Around, DeadLetter, Fault, Reason};
use crate::limits::Limits;
use crate::names;
use crate::record::{Record, Remark};
use crate::shop;
use crate::time::{self, Rule, Timing};

/// Names that `context.library` has of libraries that send one `sentAt` on all attempts (recorded of
/// `rudder-sdk-node` 3.0.13). Segment's library for Node calls itself `@segment/analytics-node` and stamps anew.
const STALE_SENT_AT: &[&str] = &["analytics-node"];

/// What is read once of a request and holds for all its events.
pub(crate) struct Scene<'a> {
    around: Arc<Around>,
    context: Arc<Map<String, Value>>,
    integrations: Arc<Map<String, Value>>,
    batch_sent: Option<Timestamp>,
    header_sent: Option<Timestamp>,
    remarks: Vec<Remark>,
    replaced: bool,
    received_at: Timestamp,
    limits: &'a Limits,
}

impl<'a> Scene<'a> {
    /// `replaced` is whether the body held bytes that are no UTF-8.
    pub fn new(
        around: Arc<Around>,
        replaced: bool,
        received_at: Timestamp,
        limits: &'a Limits,
    ) -> Self {
        let mut remarks = Vec::new();
        let mut object =
            |text: &Option<String>, field: &str| match text.as_deref().map(serde_json::from_str) {
                None | Some(Ok(Value::Null)) => Arc::default(),
                Some(Ok(Value::Object(map))) => Arc::new(map),
                Some(_) => {
                    remarks.push(Remark::new(field, "not an object: ignored"));
                    Arc::default()
                }
            };
        let context = object(&around.context, "batch.context");
        let integrations = object(&around.integrations, "batch.integrations");
        let mut instant = |text: &Option<String>, field: &str| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty())?;
            let instant = time::parse(text);
            if instant.is_none() {
                remarks.push(Remark::new(
                    field,
                    "no time: ignored; send RFC 3339, as in 2026-01-31T12:00:00Z",
                ));
            }
            instant
        };
        let batch_sent = instant(&around.sent_at, "batch.sentAt");
        let header_sent = instant(&around.header_sent_at, "header SentAt");
        Self {
            around,
            context,
            integrations,
            batch_sent,
            header_sent,
            remarks,
            replaced,
            received_at,
            limits,
        }
    }

    /// Reads the event at a place. Asks for an id only where the event is taken and has none.
    pub fn read(
        &self,
        raw: &str,
        index: usize,
        ids: &mut dyn FnMut() -> String,
    ) -> Result<Record, DeadLetter> {
        let raw = raw.trim();
        self.event(raw, index, ids).map_err(|fault| DeadLetter {
            index,
            reason: fault.reason,
            field: fault.field,
            message: fault.message,
            raw: raw.as_bytes().to_vec(),
            around: Arc::clone(&self.around),
        })
    }

    fn event(
        &self,
        raw: &str,
        index: usize,
        ids: &mut dyn FnMut() -> String,
    ) -> Result<Record, Fault> {
        let mut fields = self.fields(raw)?;
        let mut remarks = self.remarks.clone();
        let event_type = self.event_type(fields.take("type"), &mut remarks)?;
        let event_given = match event_type {
            EventType::Track => fields.text("event")?,
            _ => None,
        };
        let event = event_given.as_deref().map(names::canonical);
        let mut record = Record {
            index,
            assigned: false,
            message_id: String::new(),
            event_type,
            event: event.map(str::to_string),
            event_given,
            user_id: fields.text("userId")?,
            anonymous_id: fields.text("anonymousId")?,
            previous_id: fields.text("previousId")?,
            group_id: fields.text("groupId")?,
            device: None,
            channel: fields.text("channel")?,
            product_id: None,
            query: None,
            order_id: None,
            value: None,
            currency: None,
            store: None,
            rating: None,
            name: fields.text("name")?,
            category: fields.text("category")?,
            properties: fields.object("properties")?,
            traits: fields.object("traits")?,
            context: Layer::new(fields.object("context")?, Arc::clone(&self.context)),
            integrations: Layer::new(
                fields.object_or_extra("integrations"),
                Arc::clone(&self.integrations),
            ),
            timing: Timing::unsettled(self.received_at),
            received_at: self.received_at,
            gpc_header: self.around.gpc,
            products: Vec::new(),
            order: None,
            moved: Vec::new(),
            extra: Map::new(),
            remarks,
        };
        required(&record)?;
        record.timing = self.timing(&mut fields, &record.context, &mut record.remarks)?;
        self.key(fields.text("writeKey")?)?;
        let message_id = self.message_id(&mut fields)?;
        record.device = text_within(&record.context, "device", "id");
        record.channel = channel(record.channel.take(), event_type, &record.context);
        let columns = shop::columns(
            record.event.as_deref(),
            &mut record.properties,
            &mut record.remarks,
        );
        fill(&mut record, columns);
        record.extra = fields.0;
        record.assigned = message_id.is_none();
        record.message_id = message_id.unwrap_or_else(ids);
        Ok(record)
    }

    fn fields(&self, raw: &str) -> Result<Fields, Fault> {
        if raw.len() > self.limits.event_bytes {
            let message = format!(
                "{} bytes, more than {}: send fewer or shorter properties",
                raw.len(),
                self.limits.event_bytes
            );
            return Err(Fault::new(Reason::TooLarge, "", message));
        }
        if self.replaced && raw.contains('\u{fffd}') {
            return Err(Fault::new(
                Reason::BadEncoding,
                "",
                "bytes that are no UTF-8: send UTF-8",
            ));
        }
        match serde_json::from_str(raw) {
            Ok(Value::Object(map)) => Ok(Fields(map)),
            Ok(_) => Err(Fault::new(
                Reason::NotAnObject,
                "",
                "not an object: send {\"type\": …}",
            )),
            Err(error) => Err(Fault::new(
                Reason::BadJson,
                "",
                format!("cannot be read ({error}): mend what makes its JSON"),
            )),
        }
    }

    fn event_type(&self, stated: Value, remarks: &mut Vec<Remark>) -> Result<EventType, Fault> {
        let word = stated.as_str().and_then(EventType::from_word);
        let Some(of_path) = self.around.event_type else {
            return word.ok_or_else(|| {
                let blank =
                    stated.is_null() || stated.as_str().is_some_and(|text| text.trim().is_empty());
                let (reason, what) = if blank {
                    (Reason::MissingField, "missing")
                } else {
                    (Reason::UnknownType, "no type there is")
                };
                Fault::new(
                    reason,
                    "type",
                    format!("{what}: send identify, track, page, screen, group or alias"),
                )
            });
        };
        if word != Some(of_path) && !stated.is_null() {
            remarks.push(Remark::new(
                "type",
                "another than the path's: the path counts",
            ));
        }
        Ok(of_path)
    }

    fn timing(
        &self,
        fields: &mut Fields,
        context: &Layer,
        remarks: &mut Vec<Remark>,
    ) -> Result<Timing, Fault> {
        let mut given = None;
        // RudderStack's libraries call `originalTimestamp` what Segment's call `timestamp`; where both are, the first is
        // the client's clock and the second may be corrected already.
        for field in ["originalTimestamp", "timestamp"] {
            let text = fields.text(field)?;
            let read = text.as_deref().map(|text| {
                time::parse(text).ok_or_else(|| {
                    Fault::new(
                        Reason::BadTime,
                        field,
                        "no time: send RFC 3339, as in 2026-01-31T12:00:00Z",
                    )
                })
            });
            given = given.or(read.transpose()?);
        }
        let own = fields.take("sentAt");
        let event_sent = own.as_str().and_then(time::parse);
        if event_sent.is_none() && !own.is_null() {
            remarks.push(Remark::new(
                "sentAt",
                "no time: ignored; send RFC 3339, as in 2026-01-31T12:00:00Z",
            ));
        }
        let sent = event_sent
            .map(|sent| (sent, Rule::EventSentAt))
            .or(self.batch_sent.map(|sent| (sent, Rule::BatchSentAt)))
            .or(self.header_sent.map(|sent| (sent, Rule::HeaderSentAt)));
        let library = context.within("library", "name").and_then(Value::as_str);
        let refreshes = library.is_none_or(|name| !STALE_SENT_AT.contains(&name));
        Ok(time::settle(
            given,
            sent,
            self.received_at,
            self.limits.future_tolerance,
            refreshes,
        ))
    }

    fn key(&self, own: Option<String>) -> Result<(), Fault> {
        match own {
            Some(key) if key.trim() != self.around.write_key => {
                let message =
                    "another key than the request's: send the events of one key in one request";
                Err(Fault::new(Reason::WrongKey, "writeKey", message))
            }
            _ => Ok(()),
        }
    }

    fn message_id(&self, fields: &mut Fields) -> Result<Option<String>, Fault> {
        let id = fields.text("messageId")?;
        let most = self.limits.message_id_chars;
        match &id {
            Some(id) if id.chars().count() > most => Err(Fault::new(
                Reason::TooLong,
                "messageId",
                format!("more than {most} characters: send a shorter id"),
            )),
            _ => Ok(id),
        }
    }
}

/// The top-level keys of an event that are not read yet.
struct Fields(Map<String, Value>);

impl Fields {
    fn take(&mut self, name: &str) -> Value {
        self.0.shift_remove(name).unwrap_or_default()
    }

    /// A text, or a number as text; `null` and blank are `None`.
    fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.take(name) {
            Value::Null => Ok(None),
            Value::String(text) if text.trim().is_empty() => Ok(None),
            Value::String(text) if text.contains('\0') => Err(Fault::new(
                Reason::BadText,
                name,
                "has a character of code zero, which no table holds: leave it out",
            )),
            Value::String(text) => Ok(Some(text)),
            Value::Number(number) => Ok(Some(number.to_string())),
            _ => Err(Fault::new(
                Reason::WrongType,
                name,
                "neither text nor number: send a text",
            )),
        }
    }

    fn object(&mut self, name: &str) -> Result<Map<String, Value>, Fault> {
        match self.take(name) {
            Value::Null => Ok(Map::new()),
            Value::Object(map) => Ok(map),
            _ => Err(Fault::new(
                Reason::WrongType,
                name,
                "not an object: send {…}",
            )),
        }
    }

    /// As `object`, but what is none stays among the further keys: nothing here is read from it.
    fn object_or_extra(&mut self, name: &str) -> Map<String, Value> {
        match self.0.get(name) {
            Some(Value::Object(_) | Value::Null) => self.object(name).unwrap_or_default(),
            _ => Map::new(),
        }
    }
}

fn fill(record: &mut Record, columns: shop::Columns) {
    record.product_id = columns.product_id;
    record.query = columns.query;
    record.order_id = columns.order_id;
    record.value = columns.value;
    record.currency = columns.currency;
    record.store = columns.store;
    record.rating = columns.rating;
    record.products = columns.products;
    record.order = columns.order;
    record.moved = columns.moved;
}

/// The fields that the specification asks for.
fn required(record: &Record) -> Result<(), Fault> {
    let must = |there: bool, field: &str, message: &str| {
        if there {
            Ok(())
        } else {
            Err(Fault::missing(field, message))
        }
    };
    match record.event_type {
        EventType::Track => must(
            record.event.is_some(),
            "event",
            "missing: send the name of the event",
        )?,
        EventType::Group => must(
            record.group_id.is_some(),
            "groupId",
            "missing: send the id of the group",
        )?,
        EventType::Alias => {
            must(
                record.previous_id.is_some(),
                "previousId",
                "missing: send the id that userId replaces",
            )?;
            must(
                record.user_id.is_some(),
                "userId",
                "missing: send the id that replaces previousId",
            )?;
        }
        EventType::Identify | EventType::Page | EventType::Screen => {}
    }
    let somebody = record.user_id.is_some() || record.anonymous_id.is_some();
    must(
        somebody,
        "userId",
        "userId and anonymousId are missing: send one of them",
    )?;
    if record.event.as_deref() == Some("Segment Consent Preference Updated") {
        let stated = record
            .context
            .within("consent", "categoryPreferences")
            .is_some_and(Value::is_object);
        let field = "context.consent.categoryPreferences";
        must(
            stated,
            field,
            "missing: send {\"category\": true or false}, {} for no to all",
        )?;
    }
    Ok(())
}

fn text_within(context: &Layer, key: &str, inner: &str) -> Option<String> {
    let text = context.within(key, inner)?.as_str()?;
    (!text.trim().is_empty() && !text.contains('\0')).then(|| text.to_string())
}

/// Where somebody was, in the words of the column: what was sent (at the top, else in the context), in our words; else
/// what the type or the library tell. A server that speaks of somebody says nothing of where that was.
fn channel(sent: Option<String>, event_type: EventType, context: &Layer) -> Option<String> {
    let sent = sent.or_else(|| {
        context
            .get("channel")
            .and_then(Value::as_str)
            .map(str::to_string)
    });
    let library = context.within("library", "name").and_then(Value::as_str);
    let word = sent
        .as_deref()
        .map(str::trim)
        .unwrap_or_default()
        .to_lowercase();
    let known = match word.as_str() {
        "browser" | "web" => "web",
        "mobile" | "app" => "app",
        "" | "server" => match (event_type, library) {
            (EventType::Screen, _) => "app",
            (EventType::Page, _) => "web",
            (_, Some("analytics.js" | "RudderLabs JavaScript SDK")) => "web",
            _ => return None,
        },
        _ if word.contains('\0') => return None,
        _ => &word,
    };
    Some(known.to_string())
}
