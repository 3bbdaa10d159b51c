//! The registry: what people decide and what names a person, in SQLite or PostgreSQL. The only room that
//! names sqlx.
//!
//! It holds people, roles and keys; runs and which of them is live; imports and rows held back; the map
//! from outside identifiers to customer keys, which of these are one customer and why; corrections of product DNA; names of clusters; recipes of schemes,
//! scenarios and changes by hand; settings; jobs; events that are on their way into the lake; and the audit chain that
//! each change is written to in its own transaction. It holds no retail facts (those are in the lake) and
//! no rule about who may do what (that is `govern`). It has no clock: times come from the caller, in
//! microseconds since 1970 UTC.
#![forbid(unsafe_code)]

mod audit;
mod audit_check;
mod blocks;
mod bulk;
mod corrections;
mod customers;
mod dead_letters;
mod earlier;
mod error;
mod event_ids;
mod events;
mod flush;
mod hands;
mod id_days;
mod id_filter;
mod identities;
mod imports;
mod inbox;
mod jobs;
mod keys;
mod links;
mod marks;
mod migrate;
mod page;
mod people;
mod quarantine;
mod recipes;
mod records;
mod row;
mod runs;
mod scenarios;
mod schemes;
mod secret;
mod settings;
mod sign_in;
mod store;
mod stored_filters;
#[cfg(test)]
mod tests;
mod versions;
mod versions_check;

pub use audit::AuditEntry;
pub use audit_check::AuditCheck;
pub use corrections::DnaCorrection;
pub use customers::CustomerNames;
pub use dead_letters::{DeadLetter, LetterCount, LetterFilter, NewDeadLetter};
pub use error::{Error, Result};
pub use event_ids::DEDUP_DAYS;
pub use events::{NewEvent, Put};
pub use flush::{InboxEvent, InboxState};
pub use hands::{HandEntry, NewHand, standing_hands};
pub use id_days::FilteredDays;
pub use imports::{Counts, FeedTotal, Import, ImportStart, ImportState, NewImport};
pub use inbox::{Inbox, InboxLimits};
pub use jobs::{Job, JobEnd, JobState, Progress};
pub use keys::{ApiKey, NewApiKey};
pub use links::{IdentityDecision, IdentityLink, LinkState, LinksKept, NewLink, Verdict};
pub use marks::{Mark, NewMark, SchemeMark};
pub use page::{Direction, ListQuery, Page};
pub use people::{NewPerson, Person, PersonUpdate};
pub use quarantine::{BadRow, QuarantineFilter, QuarantineRow, QuarantineState, ReasonCount};
pub use recipes::{NewRecipe, RecipeVersion, Schedule};
pub use records::PersonRecord;
pub use runs::{NewRun, Run, RunEnd, RunFilter, RunInput, RunStatus, Step, StepState};
pub use scenarios::{NewScenario, NewStep, Scenario, ScenarioState, ScenarioStep};
pub use schemes::{ClusterName, Publication, SchemeEntry};
pub use secret::ProjectSecret;
pub use settings::Setting;
pub use sign_in::Session;
pub use store::{Registry, sqlite_url};
pub use versions::{Genuine, NewRestore, SchemePart, VersionEntry};
pub use versions_check::VersionsCheck;
