//! Why a whole request is refused: nothing of it was taken. What is wrong with one event is `letter`'s.

/// Why a request as a whole is refused. Client libraries drop a request for good on any of these, so that there are
/// few: a body that cannot be read, one that is too large, a key that is missing or ambiguous.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No path of ours for events.
    #[error(
        "'{0}' takes no events: send to /v1/batch, or to /v1/ and the type of the event, as in /v1/track"
    )]
    Path(String),
    /// More bytes than a request may have.
    #[error("the body has more than {limit} bytes: send fewer events in a batch")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// More bytes than a request may have, once inflated.
    #[error("the body inflates to more than {limit} bytes: send fewer events in a batch")]
    InflatedTooLarge {
        /// The bound.
        limit: usize,
    },
    /// The one event of a request has more bytes than an event may have.
    #[error("the event has {bytes} bytes, more than {limit}: send fewer or shorter properties")]
    EventTooLarge {
        /// Its bytes.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// More events than a batch may have.
    #[error("the batch has {events} events, more than {limit}: send them in several batches")]
    TooMany {
        /// Its events.
        events: usize,
        /// The bound.
        limit: usize,
    },
    /// What a batch says for all its events is too large for so many events.
    #[error(
        "the batch's context and integrations have {bytes} bytes and go to each of {events} events, more than {limit} bytes \
         in all: put into the context of the batch only what is short"
    )]
    SharedTooLarge {
        /// Bytes of `context` and `integrations`.
        bytes: usize,
        /// Events of the batch.
        events: usize,
        /// The bound of their product.
        limit: usize,
    },
    /// The body says that it is gzip and cannot be inflated.
    #[error("the body is broken gzip ({0}): send it whole, or without compression")]
    Gzip(String),
    /// An encoding other than gzip.
    #[error("the body is encoded as '{0}': send it as gzip or without compression")]
    Encoding(String),
    /// The body is no JSON.
    #[error("the body is no JSON ({0}): send one JSON object")]
    Json(String),
    /// The body is JSON of another shape.
    #[error(
        "the body has another shape ({0}): send one event as an object, or a batch as {{\"batch\": [event, …]}}"
    )]
    Shape(String),
    /// No write key anywhere.
    #[error(
        "there is no write key: send it as the user of basic authentication, as \"writeKey\" in the body, or as ?writeKey= in \
         the address"
    )]
    NoKey,
    /// A header of authorization that cannot be read.
    #[error(
        "the header Authorization cannot be read ({0}): send 'Basic ' and base64 of the write key and a colon"
    )]
    Authorization(String),
    /// Two write keys that differ.
    #[error("the write key in {first} is another than the one in {second}: send one")]
    KeysDiffer {
        /// Where one is.
        first: &'static str,
        /// Where the other is.
        second: &'static str,
    },
}

impl Refusal {
    /// The status of the answer: 404 for a path, 401 for a key, else 400. Never 413, which no library knows.
    pub fn status(&self) -> u16 {
        match self {
            Self::Path(_) => 404,
            Self::NoKey | Self::Authorization(_) | Self::KeysDiffer { .. } => 401,
            _ => 400,
        }
    }
}
