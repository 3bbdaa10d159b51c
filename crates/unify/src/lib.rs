//! Who is who: the only room that mints a customer key, and that says which keys are one customer, with the
//! evidence of every link, what waits for a person's eye, and what was refused.
//!
//! It holds what a name, an address and an identifier are, and the rules of merging; the arithmetic is in
//! `matching`. It must not store anything (`registry` does), and must not read files, tables or a clock.
//!
//! ```
//! use unify::{Decision, Dictionary, Merges, Observed, Record, Settings, resolve};
//! # fn main() -> Result<(), unify::Error> {
//! let records: Vec<Record> = Vec::new();      // key, own identifier, what the record says of the person
//! let observed: Vec<Observed> = Vec::new();   // two identifiers in one event or on one receipt
//! let decisions: Vec<Decision> = Vec::new();  // "the same", "not the same"
//! let found = resolve(&records, &observed, &decisions, &Dictionary::bundled(), &Settings::default())?;
//! let merges = Merges::of(&found.customers);  // rows key -> customer, of merged keys alone
//! for link in &found.links {}                 // why, field by field; the list sums to the score
//! for doubt in &found.review {}               // for a person to decide
//! for value in &found.refused {}              // identifiers that too many share
//! # let _ = merges; Ok(()) }
//! ```
//!
//! A fact keeps the key of the record it came with; a merge is a row key → customer beside it. So un-merging
//! takes rows away, writes [`Decision`]s that keep the next run from merging again, and changes no fact.
#![forbid(unsafe_code)]

mod blocks;
mod dictionary;
mod error;
mod evidence;
mod fields;
mod fit;
mod identifiers;
mod merges;
mod minting;
mod normal;
mod record;
mod resolve;
mod rows;
mod settings;
mod survive;

pub use dictionary::Dictionary;
pub use error::Error;
pub use evidence::{
    Conflict, Contribution, Doubt, Evidence, FieldTold, LevelTold, Link, Refused, Rival,
    SkippedBlock, Why,
};
pub use fields::Field;
pub use merges::{Change, Merges, Move};
pub use minting::{Assignment, assign};
pub use record::{Decision, Identifier, IdentifierKind, Observed, Person, Record};
pub use resolve::{Counts, Resolution, resolve};
pub use settings::Settings;
pub use survive::{Attribute, Preference, Rule, Survivor, Value, survive};
