//! What events and requests say of consent, as plain statements: for what, yes or no, by which signal, since when, who.
//! It must not remember or decide: which statement holds is the ledger's, where a browser's opt-out is not overridden
//! by an older "yes".

mod categories;
mod tcf;

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use categories::Categories;
pub use tcf::{TcString, TcfError};

use crate::record::{Record, Remark};

/// What a person may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// Counting and understanding.
    Analytics,
    /// Choosing what is shown.
    Personalisation,
    /// Being sent offers.
    MarketingMessages,
    /// Sharing with advertisers, selling, targeting elsewhere.
    AdsShare,
    /// Prices that depend on the person.
    ProfilingPrice,
    /// Developing the service.
    Research,
}

impl Use {
    /// Every use, in a fixed order.
    pub const ALL: [Use; 6] = [
        Self::Analytics,
        Self::Personalisation,
        Self::MarketingMessages,
        Self::AdsShare,
        Self::ProfilingPrice,
        Self::Research,
    ];

    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Analytics => "analytics",
            Self::Personalisation => "personalisation",
            Self::MarketingMessages => "marketing_messages",
            Self::AdsShare => "ads_share",
            Self::ProfilingPrice => "profiling_price",
            Self::Research => "research",
        }
    }
}

/// For what a statement is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// A use of ours.
    Use(Use),
    /// A category that no use of ours is known for, as it was sent: to be mapped, and not to be lost till then.
    Category(String),
}

/// By which signal it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// `context.consent.categoryPreferences` of any event.
    CategoryPreferences,
    /// The same, of the event `Segment Consent Preference Updated`: somebody has just decided.
    PreferenceUpdated,
    /// `context.consentManagement` (RudderStack).
    ConsentManagement,
    /// `context.consent.tcf`, a TC string of the IAB.
    Tcf,
    /// The header `Sec-GPC: 1`.
    GpcHeader,
    /// `context.gpc`, by which a server hands on that header.
    GpcContext,
}

/// One thing said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// For what.
    pub about: About,
    /// Yes or no.
    pub allowed: bool,
    /// By which signal.
    pub signal: Signal,
    /// Since when: when the event happened; of the header, when it came in; of a TC string, when it was last changed,
    /// so that a string carried along for weeks does not look like a new "yes".
    pub at: Timestamp,
}

/// What one event says, and who says it: it is said of both ids where both are there.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Consents {
    /// The `userId` of who says it.
    pub user_id: Option<String>,
    /// The `anonymousId` of who says it.
    pub anonymous_id: Option<String>,
    /// What was said: by signal, then in a fixed order; a use at most once by each signal, where a "no" beats a "yes".
    pub statements: Vec<Statement>,
    /// What was there and could not be read. It says nothing, so that no "yes" comes of it.
    pub remarks: Vec<Remark>,
}

/// Reads what an event says of consent.
///
/// An empty object means "no" for every use; a missing one, or a category left out, says nothing. Of values only `true`
/// is a "yes"; `null` says nothing and anything else is a "no".
pub fn consents(record: &Record, categories: &Categories) -> Consents {
    let mut out = Consents {
        user_id: record.user_id.clone(),
        anonymous_id: record.anonymous_id.clone(),
        ..Consents::default()
    };
    let happened = record.timing.happened_at;
    if let Some(preferences) = record.context.within("consent", "categoryPreferences") {
        let updated = record.event.as_deref() == Some("Segment Consent Preference Updated");
        let signal = if updated {
            Signal::PreferenceUpdated
        } else {
            Signal::CategoryPreferences
        };
        match preferences {
            Value::Object(map) => out.say(signal, happened, preferences_of(map, categories)),
            _ => out.remark(
                "context.consent.categoryPreferences",
                "not an object: ignored; send {\"category\": true or false}",
            ),
        }
    }
    match record.context.get("consentManagement") {
        Some(Value::Object(map)) => {
            let said = management(map, categories, &mut out.remarks);
            out.say(Signal::ConsentManagement, happened, said);
        }
        Some(_) => out.remark("context.consentManagement", "not an object: ignored"),
        None => {}
    }
    match record.context.within("consent", "tcf") {
        Some(Value::String(text)) => match TcString::read(text) {
            Ok(tc) => out.say(
                Signal::Tcf,
                tc.updated.min(happened),
                tc.uses().map(|(of, yes)| (About::Use(of), yes)).into(),
            ),
            Err(error) => out.remark("context.consent.tcf", &format!("{error}: ignored")),
        },
        Some(_) => out.remark(
            "context.consent.tcf",
            "not a text: ignored; send the TC string",
        ),
        None => {}
    }
    let no_ads = || vec![(About::Use(Use::AdsShare), false)];
    if record.gpc_header {
        out.say(Signal::GpcHeader, record.received_at, no_ads());
    }
    let gpc = record.context.get("gpc");
    if gpc.is_some_and(|value| {
        *value == Value::Bool(true) || value.as_i64() == Some(1) || value.as_str() == Some("1")
    }) {
        out.say(Signal::GpcContext, happened, no_ads());
    }
    out
}

// The ids must not reach a log by accident.
impl fmt::Debug for Consents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consents")
            .field("statements", &self.statements)
            .field("remarks", &self.remarks)
            .finish_non_exhaustive()
    }
}

type Said = Vec<(About, bool)>;

impl Consents {
    fn say(&mut self, signal: Signal, at: Timestamp, mut said: Said) {
        // "No" sorts before "yes", and the first of each is kept.
        said.sort();
        said.dedup_by(|later, first| later.0 == first.0);
        self.statements
            .extend(said.into_iter().map(|(about, allowed)| Statement {
                about,
                allowed,
                signal,
                at,
            }));
    }

    fn remark(&mut self, field: &str, message: &str) {
        self.remarks.push(Remark::new(field, message));
    }
}

fn no_to_all() -> Said {
    Use::ALL
        .into_iter()
        .map(|of| (About::Use(of), false))
        .collect()
}

fn preferences_of(map: &Map<String, Value>, categories: &Categories) -> Said {
    if map.is_empty() {
        return no_to_all();
    }
    map.iter()
        .filter(|(_, value)| !value.is_null())
        .flat_map(|(word, value)| categories.about(word, *value == Value::Bool(true)))
        .collect()
}

/// Two lists of ids, allowed and denied. Both empty, as before somebody has answered, say nothing.
fn management(
    map: &Map<String, Value>,
    categories: &Categories,
    remarks: &mut Vec<Remark>,
) -> Said {
    if map.is_empty() {
        return no_to_all();
    }
    let mut said = Vec::new();
    for (name, yes) in [("allowedConsentIds", true), ("deniedConsentIds", false)] {
        match map.get(name) {
            Some(Value::Array(ids)) => {
                said.extend(
                    ids.iter()
                        .filter_map(Value::as_str)
                        .flat_map(|id| categories.about(id, yes)),
                );
            }
            None | Some(Value::Null) => {}
            Some(_) => remarks.push(Remark::new(
                &format!("context.consentManagement.{name}"),
                "not an array: ignored",
            )),
        }
    }
    said
}

#[cfg(test)]
mod tests;
