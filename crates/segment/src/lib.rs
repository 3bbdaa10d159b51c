//! Segments of customers: which features describe them, how the segments are found, what they are called
//! and the table rows that keep them.
//!
//! It must not open the lake or the registry (`engine` carries rows in and out), nor decide who may see what.
#![forbid(unsafe_code)]

mod error;
mod features;
mod fit;
mod heirs;
mod model;
mod names;
mod read;
mod rows;
pub mod rules;
mod words;

pub use error::SegmentError;
pub use features::{Feature, Shape, features, mix_key, sql as feature_sql};
pub use fit::{Member, Score, Segment, SegmentFact, Segmentation, Spec, ValidSpec, fit};
pub use heirs::same_segments;
pub use model::{Contribution, Model};
pub use names::{Trait, names};
pub use read::{FeatureTable, products, read_features};
pub use rows::{
    Stamp, fact_rows, feature_rows, group_rows, membership_rows, placement_rows, segment_rows,
};
pub use words::{Group, Mix, Product, mix};
