//! When an event happened: times as libraries write them, and the correction by the clock of who sent it. It reads
//! no clock; the caller says when the request came in.
//!
//! Rules, in order, from the public documentation of the Segment specification ("timestamp = receivedAt − (sentAt −
//! originalTimestamp)") and from what real libraries were recorded to send:
//! 1. The sender's clock is read from the event's `sentAt`, else the batch's, else the header `SentAt`; without any the
//!    time stays as given, and without a time the event happened when it was received.
//! 2. `sentAt` is that of the attempt that was accepted; it is no part of what tells two events apart.
//! 3. The correction moves a time by the same span however old it is: what is imported of 2024 stays in 2024.
//! 4. Times are RFC 3339 with any offset; single digits, a blank for the `T`, a missing offset (UTC) and a day alone
//!    are read too. Anything else fails that event alone.
//! 5. What would lie further ahead than the tolerance is set to reception plus tolerance; the given time is kept.
//!
//! Some libraries stamp `sentAt` once and send the same on each retry (recorded: `rudder-sdk-node` 3.0.13, three
//! attempts over 1.4 s, one `sentAt`). Rule 1 would take the wait for a slow clock and move the event to when the retry
//! came in. Of these, times stay as given while the reception is at most [`RETRIES`] after `sentAt`; an earlier or
//! later `sentAt` is a wrong clock and is corrected.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// How long a library that does not refresh `sentAt` is taken to retry. Chosen, not measured: longer than ten waits
/// that double from 0.2 s.
pub const RETRIES: SignedDuration = SignedDuration::from_mins(15);

/// By which rule a time was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Corrected by the event's own `sentAt`.
    EventSentAt,
    /// Corrected by the batch's `sentAt`.
    BatchSentAt,
    /// Corrected by the header `SentAt`.
    HeaderSentAt,
    /// As given: nobody said when it was sent.
    AsGiven,
    /// As given: the library does not refresh `sentAt`, so the span since then may be its retries.
    NotRefreshed,
    /// The event has no time: when it was received.
    Received,
}

/// How the time of an event came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// What counts.
    pub happened_at: Timestamp,
    /// What the event said.
    pub given: Option<Timestamp>,
    /// When it was sent, by the sender's clock.
    pub sent: Option<Timestamp>,
    /// By which rule.
    pub rule: Rule,
    /// Whether it lay too far ahead and was set back.
    pub clamped: bool,
}

impl Timing {
    /// Of an event whose time is not read yet: when it was received.
    pub(crate) fn unsettled(received: Timestamp) -> Self {
        Self {
            happened_at: received,
            given: None,
            sent: None,
            rule: Rule::Received,
            clamped: false,
        }
    }
}

/// Settles the time of an event. `refreshes` is whether the library stamps `sentAt` anew on each attempt.
///
/// A later `given` never yields an earlier `happened_at`, all else equal: what would lie beyond the ends of what a
/// timestamp holds (years −9999 and 9999) is set to that end.
pub fn settle(
    given: Option<Timestamp>,
    sent: Option<(Timestamp, Rule)>,
    received: Timestamp,
    tolerance: SignedDuration,
    refreshes: bool,
) -> Timing {
    let (wanted, rule) = match (given, sent) {
        (None, _) => (received, Rule::Received),
        (Some(given), None) => (given, Rule::AsGiven),
        (Some(given), Some((sent, rule))) => {
            let skew = received.duration_since(sent);
            if !refreshes && skew >= SignedDuration::ZERO && skew <= RETRIES {
                (given, Rule::NotRefreshed)
            } else {
                let end = if skew.is_negative() {
                    Timestamp::MIN
                } else {
                    Timestamp::MAX
                };
                (given.checked_add(skew).unwrap_or(end), rule)
            }
        }
    };
    let latest = received.checked_add(tolerance).unwrap_or(Timestamp::MAX);
    Timing {
        happened_at: wanted.min(latest),
        given,
        sent: sent.map(|(sent, _)| sent),
        rule,
        clamped: wanted > latest,
    }
}

/// Reads a time; `None` where it is none. Digits after the ninth of a second are cut; a leap second is the one before.
pub fn parse(text: &str) -> Option<Timestamp> {
    let mut rest = text.trim();
    let year = digits(&mut rest, 4, 4)?;
    mark(&mut rest, "-")?;
    let month = digits(&mut rest, 1, 2)?;
    mark(&mut rest, "-")?;
    let day = digits(&mut rest, 1, 2)?;
    let date = Date::new(year as i16, month as i8, day as i8).ok()?;
    if rest.is_empty() {
        return Offset::UTC
            .to_timestamp(date.to_datetime(Time::midnight()))
            .ok();
    }
    mark(&mut rest, "Tt ")?;
    let hour = digits(&mut rest, 1, 2)?;
    mark(&mut rest, ":")?;
    let minute = digits(&mut rest, 1, 2)?;
    let (mut second, mut nanos) = (0, 0);
    if mark(&mut rest, ":").is_some() {
        second = digits(&mut rest, 1, 2)?;
        if mark(&mut rest, ".,").is_some() {
            nanos = fraction(&mut rest)?;
        }
    }
    if second == 60 {
        (second, nanos) = (59, 999_999_999);
    }
    let time = Time::new(hour as i8, minute as i8, second as i8, nanos).ok()?;
    offset(rest)?
        .to_timestamp(DateTime::from_parts(date, time))
        .ok()
}

/// Between `least` and `most` digits from the front of a text, as a number.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i32> {
    let count = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if count < least {
        return None;
    }
    let (number, after) = rest.split_at(count);
    *rest = after;
    number.parse().ok()
}

/// One of some signs from the front of a text.
fn mark(rest: &mut &str, signs: &str) -> Option<char> {
    let sign = rest.chars().next().filter(|sign| signs.contains(*sign))?;
    *rest = &rest[sign.len_utf8()..];
    Some(sign)
}

/// The digits of a second's fraction, as nanoseconds.
fn fraction(rest: &mut &str) -> Option<i32> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at(count);
    *rest = after;
    if count == 0 {
        return None;
    }
    format!("{number:0<9}")[..9].parse().ok()
}

/// An offset that is all of a text: blank or `Z`, `+01`, `+0100`, `+01:00`.
fn offset(mut rest: &str) -> Option<Offset> {
    if rest.is_empty() || rest.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let sign = if mark(&mut rest, "+-")? == '-' { -1 } else { 1 };
    let hours = digits(&mut rest, 2, 2)?;
    let _ = mark(&mut rest, ":");
    let minutes = if rest.is_empty() {
        0
    } else {
        digits(&mut rest, 2, 2)?
    };
    if !rest.is_empty() || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
