//! A made-up omnichannel retailer with its ground truth, for demos and tests.
//!
//! It simulates shoppers, not the equations of our models: households with budgets, missions, tastes, habits
//! and seasons choose stores, needs and products; stores run out; life goes on. The truth about all of it is
//! written beside the data and no model may read it. Pure and seeded: equal specs give equal bytes on any
//! number of threads. Holds no clock, no network and no code that any model shares.
#![forbid(unsafe_code)]

mod ads;
mod baselines;
mod basket;
mod calendar;
mod catalogue;
mod choice;
mod day;
mod error;
mod habits;
mod identities;
mod journal;
mod life;
mod likings;
mod listings;
mod metrics;
mod needs;
mod output;
mod payments;
mod people;
mod pictures;
mod pricing;
mod random;
mod readme;
mod receipts;
mod response;
mod reviews;
mod rows;
mod score;
mod score_projects;
mod score_supply;
mod spec;
mod stock;
mod stores;
mod surveys;
mod tables;
mod trips;
mod truth;
mod visits;
mod wording;
mod words;
mod world;
mod write;

pub use baselines::baselines;
pub use calendar::Date;
pub use error::SampleError;
pub use score::Scores;
pub use spec::{Format, Spec, ValidSpec, check};
pub use write::{Progress, Quiet, Report, write};
