//! The guard: who may do what, for which purpose a person may be looked at, and which counts are too small
//! to be shown. Pure checks on plain values.
//!
//! It holds no IO, no clock and no state, so each rule is a table that a test reads whole.
#![forbid(unsafe_code)]

mod access;
mod action;
mod cells;
mod refusal;

pub use access::{key_may, may, purposes};
pub use action::Action;
pub use cells::{CELL_MIN, SmallCells, Suppressed};
pub use refusal::Refusal;
