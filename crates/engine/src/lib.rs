//! The operations in the user's words: import this file, find segments, look at this customer, rename this
//! segment. It orders the stages, carries rows between lake, registry and stages, and asks `govern` before
//! anything is shown or changed.
//!
//! It takes and gives plain data (`views`); it must not know HTTP, terminals or settings files.
#![forbid(unsafe_code)]

mod actor;
mod ask;
mod authors;
mod cells;
mod clock;
mod counted;
mod customers;
mod dedup;
mod demand;
mod dna;
mod drivers;
mod earlier;
mod error;
mod facts;
mod finder;
mod genome;
mod health;
mod heard;
mod home;
mod home_people;
mod identity;
mod importing;
mod jobs;
mod kept_runs;
mod kinds;
mod letter;
mod life;
mod lists;
mod locks;
mod measures;
mod naming;
mod numbered;
mod people;
mod pictures;
mod project;
mod reads;
mod receipts;
mod refusals;
mod replay;
mod report;
mod returns;
mod running;
mod schemes;
mod segment_history;
mod segmenting;
mod settling;
mod snapshot;
mod spelling;
mod sql;
mod timeline;
mod uploads;
pub mod views;
mod workbench;
mod workspaces;

pub use actor::{Actor, Credentials};
pub use ask::PageAsk;
pub use clock::parse as parse_instant;
pub use collect::{ImportSpec, presets};
pub use error::EngineError;
pub use facts::Fact;
pub use genome::AlertAsk;
pub use health::GATE_SETTING;
pub use importing::{ImportAsk, Imported};
pub use kinds::kinds;
pub use lake::{Answer, Beside};
pub use pictures::PicturesAsk;
pub use project::{Project, ProjectSettings};
pub use replay::Replayed;
pub use report::{Quiet, Report};
pub use running::Ran;
pub use segment::Search;
pub use segment::Spec as SegmentSpec;
pub use segment::templates::Template;
pub use segmenting::{SCHEME, SegmentLine, Segmented, default_spec};
pub use uploads::{UploadPlace, apply_options};
pub use workbench::{
    AssignAsk, AssignPage, AssignRow, AssignedBy, MigrationAsk, NewcomerAsk, RunAsk, RunAt,
    SchemeRan, choose_cluster, methods, template_text, templates,
};
pub use workspaces::Workspaces;
