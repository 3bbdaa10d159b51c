//! What shoppers choose among: which products stand for each other, which go together, and where demand goes
//! when one leaves; and which are bought in the same company.
//!
//! Holds estimates from baskets and from what was on offer: arrays, a seed and checked parameters in, arrays
//! out. Holds no file, no clock, and no default for any parameter: those are the caller's. The same data and
//! seed give the same bytes on any number of threads.
//!
//! A parameter set named `Params` becomes, by `check`, a form that nobody else can build, and only that form
//! computes. Products, stores, periods and categories are numbers counted from 0; [`baskets::NONE`] stands
//! for none.
#![forbid(unsafe_code)]

pub mod baskets;
mod category;
pub mod company;
pub mod copurchase;
mod draw;
pub mod embedding;
mod error;
mod gamma;
mod likeness;
mod loss;
pub mod offer;
pub mod pairs;
mod ppml;
mod promoted;
mod pull;
mod solve;
mod switching;
#[cfg(test)]
mod test_data;
pub mod transference;
pub mod tree;

pub use error::Error;
