//! Which rows of a list are the same thing written twice: strings, keys and levels of agreement in, scores and
//! links out.
//!
//! Holds similarity of strings, blocking, the weights of Fellegi and Sunter with their estimation, and the
//! forming of clusters from links. Holds no file, no clock, no word of what a row stands for, and no default for
//! any parameter: those are the caller's. The same input and seed give the same bytes on any number of threads.
//!
//! ```text
//! similarity  jaro(&[T], &[T]); jaro_winkler(&[T], &[T]) -> 0 … 1; alignment(&[T], &[T]) -> edits; is_one_edit;
//!             soundex(&[u8]) -> code
//! blocking    candidates(&[Pass], rows, size_max) -> Candidates { pairs, skipped }; random_pairs(rows, count, seed)
//! levels      Levels::new(&[u8]); of(field); Patterns::count(&[Levels])
//! mixture     Params.check() -> Mixture; fit(candidates, random, rows) -> Model { same, kin, stranger, … }
//! weights     Model::weights() -> Weights; prior(rival); weight(field, level, rival, frequency): thousandths of a bit
//! linking     link(rows, &[Tie], apart, &Judge, &Limits) -> Linked { cluster, outcomes }
//! score       pairs(&[(cluster, truth)]) -> Pairs { said, truly, both }; precision(); recall(); f1()
//! ```
#![forbid(unsafe_code)]

pub mod blocking;
mod error;
pub mod levels;
pub mod linking;
pub mod mixture;
pub mod score;
pub mod similarity;
pub mod weights;

pub use error::Error;
