//! The bounds of one request. Plain numbers; where each is kept is named beside it. How fast requests may come is
//! the server's.

use jiff::SignedDuration;

/// Bounds of one request. Bytes are bytes of JSON after inflation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one event. A larger one alone in its request is refused, in a batch it is a dead letter.
    pub event_bytes: usize,
    /// Of a whole request, as sent and once inflated.
    pub batch_bytes: usize,
    /// Events of one batch. No event that could be accepted is shorter than 27 bytes, so that 500 KB hold no
    /// more than 18,285; the bound keeps a batch of `1,1,1,…` from becoming a quarter of a million dead letters.
    pub batch_events: usize,
    /// Of what a batch says for all its events (`context`, `integrations`), times the number of its events: each
    /// event carries it, so a small body must not become gigabytes.
    pub shared_bytes: usize,
    /// Characters of a `messageId`.
    pub message_id_chars: usize,
    /// How far after the reception an event may lie; later ones are set to this (`time`).
    pub future_tolerance: SignedDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            event_bytes: 32 << 10,
            batch_bytes: 500 << 10,
            batch_events: 20_000,
            shared_bytes: 16 << 20,
            message_id_chars: 100,
            future_tolerance: SignedDuration::from_mins(5),
        }
    }
}
