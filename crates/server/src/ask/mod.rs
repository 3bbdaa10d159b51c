//! Reading a request: path, query, body, and who asks in which project. Each extractor refuses with a
//! problem that names the field. It must not decide anything.

mod if_match;
mod json;
mod page;
mod path;
mod purpose;
mod query;
mod seat;

pub(crate) use if_match::{IfMatch, IfMatchParam};
pub(crate) use json::{BYTES_MAX, Json};
pub(crate) use page::{Page, PageParams, Whole, WholeParams};
pub(crate) use path::{Path, ProjectPath};
pub(crate) use purpose::{For, PurposeParam, some_purpose};
pub(crate) use query::{KnownQueries, Query, only_known_queries};
pub(crate) use seat::{Seat, Who};
