//! The lake: Delta tables on disk, read and written through DataFusion. The only room that names
//! DataFusion, Delta or Ballista.
//!
//! It holds storage and SQL: exactly-once appends, reads as of an instant, read-only queries with limits,
//! compaction. It must not hold what the rows mean (`retail`), who may read them (`govern`), or anything
//! that names a person.
#![forbid(unsafe_code)]

mod ads;
mod answer;
mod codec;
mod dealt;
mod distinct;
mod durable;
mod error;
mod export;
mod gather;
mod merged;
mod provider;
mod query;
mod session;
mod settings;
mod store;
mod views;
mod withdrawn;

pub use ads::AGREE;
pub use answer::{Answer, cell};
pub use codec::SnapshotCodec;
pub use dealt::Dealt;
pub use error::LakeError;
pub use export::{Beside, Question};
pub use provider::SnapshotTable;
pub use query::Limits;
pub use settings::LakeSettings;
pub use store::{Appended, Commit, Lake, TableState, Writing};
pub use views::VIEWS;
