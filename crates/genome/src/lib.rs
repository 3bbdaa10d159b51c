//! The genome of a customer: which values of products somebody leans to, why and how somebody buys, with the
//! evidence of each, as of any date; snapshots, what changed between two, and the live state between two runs.
//!
//! It holds plain values and computes; it must not open the lake or the registry, read a clock, or decide who may
//! see what. `engine` reads rows into [`Act`]s and products into a [`Frame`], and keeps what comes out.
//!
//! ```text
//! Spec::parse(text)                      what acts weigh, half-lives, thresholds, sensitive topics, motivations
//! Frame::new(run, landmark, spec)        + product(&[(attribute, value, sure)]) for each product, then end_catalogue()
//! State::rebuild(frame, consents, acts)  or apply / retract act by act; genes(frame, &state, as_of) are live genes
//! BaselineBuilder::add(...) … finish()   what is usual; frame.with_baseline(…); frame.text() keeps it
//! genome(frame, customer, acts, Clocks { as_of, known_by }, consents, predicted) -> Genome; bytes, Snapshot
//! evidence(frame, acts, clocks, consents, value) -> lines and one baseline line that add up to the score
//! heard::read(lexicon, dictionary, text) -> topics, tone, attributes; perceived(told, on); against(stated, perceived)
//! many::usual(…), many::genomes(…)        the same of many customers, on all threads
//! touched(acts, before, now)             whether a later view tells more of a customer than the one of the last run
//! diff(&from, &to, spec) -> changes; sentence(…), is_alert(spec)
//! ```
#![forbid(unsafe_code)]

mod act;
mod baseline;
mod calendar;
mod diff;
pub mod dna;
mod error;
mod evidence;
pub mod finder;
pub mod forecast;
mod frame;
mod gene;
mod genome;
mod habits;
pub mod heard;
pub mod life;
pub mod many;
pub mod spec;
mod state;
mod told;
mod update;
mod words;

pub use act::{Act, ActKind, Clocks, Line, Rows, Source};
pub use baseline::{Baseline, BaselineBuilder};
pub use diff::{Change, ChangeKind, diff};
pub use error::GenomeError;
pub use evidence::{BaselineLine, Evidence, EvidenceLine, evidence};
pub use frame::{CHANNEL, Consents, Frame, MOTIVATION, PROMOTION};
pub use gene::{Gene, GeneType, Range, Standing, Sure, genes};
pub use genome::{Genome, Predicted, Snapshot, genome, late_rows};
pub use habits::{HABITS, Habit, HabitInfo, Observed, Unit, Usual, observe};
pub use spec::Spec;
pub use state::State;
pub use told::{Named, joined};
pub use update::touched;
