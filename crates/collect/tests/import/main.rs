//! Whole imports, from files on disk to batches. One binary, so that it is linked once.
#![allow(clippy::unwrap_used)]

mod bounds;
mod broken;
mod dates;
mod formats;
mod identity;
mod online_retail;
mod options;
mod presets;
mod properties;
mod replay;
mod support;
