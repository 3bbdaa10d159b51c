//! The HTTP coat over the engine: routes as a tree of nouns, sessions and keys, problems, the OpenAPI
//! document, downloads, and the embedded pages. The only room that names axum.
//!
//! It holds no rule: a route reads the request, asks the engine, writes the answer. It must not read
//! settings files or the environment, and must not open the lake or the registry.
#![forbid(unsafe_code)]

mod ask;
mod document;
mod download;
mod guard;
mod pages;
mod problem;
mod router;
mod routes;
mod serve;
mod settings;
mod shared;

pub use router::{openapi, router};
pub use serve::{Bound, ServerError, serve};
pub use settings::ServerSettings;
