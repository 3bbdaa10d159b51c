//! Collect: feed files of every kind and format into typed, checked rows, with quarantine and row identity.
//!
//! It holds reading, mapping, checking, and measuring of feeds; it must not touch the lake, the registry, the
//! network or the clock, and it mints no customer key. It is synchronous. `engine` drives it:
//!
//! ```no_run
//! use collect::{ImportArgs, ImportSpec, Importer, sniff};
//! # fn main() -> Result<(), collect::CollectError> {
//! let spec = ImportSpec::preset(retail::Kind::Orders, "online-retail");   // or ImportSpec::from_toml(text)?
//! let sniffed = sniff("orders.csv.gz".as_ref(), &spec.options)?;          // format, columns, samples, guesses
//! let valid = spec.check(&sniffed)?;                                      // names what is missing
//! for choice in valid.choices() {}                                        // what was detected, and why
//! let _ = valid.resolved();                                               // the same as a spec, for a replay
//! let args = ImportArgs::new("import-1", jiff::Timestamp::UNIX_EPOCH, [0; 32]);
//! for chunk in Importer::open(&valid, args)? {
//!     let chunk = chunk?;           // an Err is the last item; the chunks before it stand
//!     let _ = &chunk.rows;          // RecordBatch of Table::of_feed(kind), the keys of persons null
//!     let _ = &chunk.who;           // per row: index into chunk.ids, None for an anonymous basket
//!     let _ = &chunk.quarantined;   // BadRow { row, column, value, reason, code, raw, replayable }
//!     let _ = chunk.late_columns;   // keys of JSON that were no columns of its first lines: nothing loads them
//!     assert_eq!(chunk.read, chunk.rows.num_rows() as u64 + chunk.duplicate + chunk.quarantined.len() as u64);
//! }
//! # Ok(()) }
//! ```
//!
//! **Identity.** A row's identity is two integers (`Table::identity`): what it is about, and which row of that
//! it is: its own number where the feed gives one, else its content (typed values, so the same in any format)
//! and how many equal rows of the same receipt came before it in the file. So the same file twice, or two
//! overlapping exports, give equal identities, while true repeats on a receipt stay apart (`repeats = "drop"`
//! drops them). It cannot catch: a line whose text, price or time was edited between two exports; exports of
//! which one has a content column that the other lacks; a receipt that an export cuts in two, whose equal
//! lines then count from one again; the same sale under another `source` name or receipt number; a source that
//! uses one receipt number for two receipts. Whoever bought is no part of a line's content.
//!
//! **Cancelled orders.** A line of a cancelled order stays what it was, a sale, with `cancelled = true`; only a
//! negative quantity makes a return. Whether an order is cancelled is no part of a line's content: an order that
//! is exported once before and once after its cancellation is a duplicate the second time, so the line loaded
//! first stands, as not cancelled. What was given back must come as lines of negative quantity.
//!
//! **Duplicates** against the lake are told by the engine: `Importer::sameness` says how, and where
//! `Importer::numbers_itself` it also keeps an `IdentitySet` for repeats within the file.
//!
//! **Time.** A time without an offset is local to `timezone`. One that a clock change skips moves forward by
//! the change; one that it repeats is the first of the two. `weekday` and `hour` are the shop's.
//!
//! **Money** off a returned line (quantity below 0) takes the quantity's sign, so that `amount = quantity ×
//! unit_price − discount` gives back what was paid. Where a feed gives only the line's total, the unit price is
//! worked back from it and rounded to four places, and the total stands.
#![forbid(unsafe_code)]

mod build;
mod check;
mod choose;
mod chunk;
mod error;
pub mod fields;
mod headings;
mod identity;
mod importer;
mod limits;
mod mapping;
mod occurrence;
mod orders;
mod parse;
pub mod presets;
mod preview;
mod problem;
pub mod quality;
mod read;
mod row;
pub mod sniff;
pub mod spec;
mod stream;
mod value;

pub use check::ValidSpec;
pub use chunk::{Chunk, PersonField};
pub use error::CollectError;
pub use fields::{Field, FieldType, fields_of, identity_fields, kind_text, sample_csv};
pub use identity::{IdentitySet, Sameness};
pub use importer::{ImportArgs, Importer};
pub use limits::Limits;
pub use presets::{PRESETS, Preset};
pub use preview::{Preview, preview};
pub use problem::{BadCode, BadRow};
pub use read::stored::StoredRow;
pub use sniff::{Choice, Format, Sniffed, SniffedColumn, sniff, sniff_stored, sniff_within};
pub use spec::{
    Carry, ImportSpec, Options, OrderRules, Repeats, ServiceRule, Source, SourceRule, Tax,
};
