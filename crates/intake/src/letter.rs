//! An event that could not be taken: where it stood, why, and all that is needed to read it again. Where dead letters
//! are kept, for how long, and who mends them is the server's.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::call::EventType;

/// Why an event is a dead letter, as a word that does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// JSON on the surface, but not within: half of a surrogate pair, a number beyond all bounds, nested too deep.
    BadJson,
    /// The body held bytes that are no UTF-8, and some of them stood here.
    BadEncoding,
    /// Not an object.
    NotAnObject,
    /// More bytes than an event may have.
    TooLarge,
    /// A field that must be there is missing, `null` or blank.
    MissingField,
    /// A field is of another type than asked for.
    WrongType,
    /// A text that no table can hold: it has a character of code zero.
    BadText,
    /// A text is longer than it may be.
    TooLong,
    /// A time that is none.
    BadTime,
    /// A type of event that there is not.
    UnknownType,
    /// The event's write key is another than the request's.
    WrongKey,
}

impl Reason {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::BadEncoding => "bad_encoding",
            Self::NotAnObject => "not_an_object",
            Self::TooLarge => "too_large",
            Self::MissingField => "missing_field",
            Self::WrongType => "wrong_type",
            Self::BadText => "bad_text",
            Self::TooLong => "too_long",
            Self::BadTime => "bad_time",
            Self::UnknownType => "unknown_type",
            Self::WrongKey => "wrong_key",
        }
    }
}

/// What an event needs of the request that it came in, to be read again alone. Events of one batch share it.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Around {
    /// The type that the path stated.
    pub event_type: Option<EventType>,
    /// The batch's `sentAt`.
    pub sent_at: Option<String>,
    /// The header `SentAt`.
    pub header_sent_at: Option<String>,
    /// The batch's `context`, as JSON.
    pub context: Option<String>,
    /// The batch's `integrations`, as JSON.
    pub integrations: Option<String>,
    /// Whether the request said `Sec-GPC: 1`.
    pub gpc: bool,
    /// The write key that was agreed on, against which an event's own is held.
    pub write_key: String,
}

/// An event that could not be taken.
#[derive(Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its place in the batch, from 0; 0 where it came alone.
    pub index: usize,
    /// Why.
    pub reason: Reason,
    /// The field at fault, as in `context.consent.categoryPreferences`.
    pub field: Option<String>,
    /// What is wrong and how to mend it. It never repeats a value, for values may name persons.
    pub message: String,
    /// The event's JSON as it was sent (with U+FFFD for bytes that are no UTF-8).
    pub raw: Vec<u8>,
    /// What it needs of its request.
    pub around: Arc<Around>,
}

// Both hold what people sent of themselves; that must not reach a log by accident.
impl fmt::Debug for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Around")
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("index", &self.index)
            .field("reason", &self.reason)
            .field("field", &self.field)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// Why one event cannot be taken, before it is known which one it is.
#[derive(Debug)]
pub(crate) struct Fault {
    pub reason: Reason,
    pub field: Option<String>,
    pub message: String,
}

impl Fault {
    pub fn new(reason: Reason, field: &str, message: impl Into<String>) -> Self {
        Self {
            reason,
            field: (!field.is_empty()).then(|| field.to_string()),
            message: message.into(),
        }
    }

    pub fn missing(field: &str, message: &str) -> Self {
        Self::new(Reason::MissingField, field, message)
    }
}
