//! Additive evidence that fades: the one arithmetic of how strongly somebody leans to a value, in batch and
//! event by event.
//!
//! Holds the decay of single pieces of evidence, their exact sums, what is expected of a popular value, and
//! how sure a share is. Whole numbers in and out wherever something is summed, so that neither order nor
//! threads nor machine matter; what needs floats uses `+ − × ÷` and square roots alone, which every machine
//! rounds alike. Holds no file, no clock, and no default for any parameter: those are the caller's.
//!
//! ```text
//! decay       Params { landmark, half_life }.check() -> Decay; Decay::grow(at, weight) -> Grown; Decay::reading(as_of) -> Reading
//!             Reading::value(sum) -> score units; Reading::lines(&[grown]) -> lines that add up to value(sum)
//! tally       Tally { add, retract, merge, kept }; tallies(decay, starts, at, weights) -> one Tally per group, in parallel
//! popularity  Share::of(part, whole); Share::score(evidence, total) -> Score; concentration(…)
//! posterior   Prior { share, weight }; Posterior::new(prior, for, against); mean, below(x), quantile(q); Level: the same for means; deviations(level)
//! many        tell(&[Ask { posterior, at }], tail) -> both ends of the interval and below(at) of each, to the same bits, faster
//! portable    ln, exp, ln_gamma, normal_below: the same bits on every machine
//! ```
#![forbid(unsafe_code)]

pub mod decay;
mod error;
pub mod many;
pub mod popularity;
pub mod portable;
pub mod posterior;
mod power;
pub mod tally;

pub use error::Error;
