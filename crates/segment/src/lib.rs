//! Segments of customers: which features describe them, how the segments are found, what they are called
//! and the table rows that keep them.
//!
//! It must not open the lake or the registry (`engine` carries rows in and out), nor decide who may see what.
#![forbid(unsafe_code)]

mod assign;
mod blame;
pub mod blocks;
pub mod choices;
mod columns;
pub mod company;
mod cost;
pub mod drivers;
mod entity;
mod error;
mod features;
mod fit;
mod found;
pub mod hands;
mod health;
mod heirs;
mod lines;
mod migrate;
mod model;
mod names;
pub mod newcomers;
mod periods;
mod prepare;
mod read;
mod recipe;
mod rows;
mod ruled;
pub mod rules;
mod sameness;
pub mod scheme;
mod scheme_rows;
mod search;
pub mod settle;
mod shares;
mod steady;
mod tags;
mod telling;
pub mod templates;
mod tree;
mod words;

pub use assign::{Nearest, nearest_then, nearest_today};
pub use blame::{Between, Cause, HandsAt, Named};
pub use columns::{Cell, Columns, columns};
pub use cost::{Cost, cost};
pub use entity::Entity;
pub use error::SegmentError;
pub use features::{Feature, Shape, features, mix_key, sql as feature_sql};
pub use fit::{Score, Spec, ValidSpec, fit};
pub use found::{Member, Segment, SegmentFact, Segmentation};
pub use health::{ClusterHealth, Health, Then, health};
pub use heirs::{agreement, same_segments};
pub use lines::{Line, line_changes};
pub use migrate::{Migration, Moved, Place, Push, Standing, Why, migrate, usual, why_moved};
pub use model::{Contribution, Model};
pub use names::{Trait, names};
pub use periods::{Deployment, Period, periods};
pub use prepare::{Prepared, prepare};
pub use read::{FeatureTable, products, read_features};
pub use recipe::{Block, Method, Recipe};
pub use rows::{
    Stamp, fact_rows, feature_rows, group_rows, membership_rows, placement_rows, segment_rows,
};
pub use ruled::{CellText, Needs, RuleSpec, score_questions};
pub use sameness::{Numbers, Same, same_clusters};
pub use scheme_rows::{Known, scheme_feature_rows, scheme_member_rows};
pub use search::{SEARCHES, Search, SearchInfo};
pub use telling::IfRule;
pub use tree::{Join, Leaf, Tree};
pub use words::{Group, Mix, Product, mix};
