//! Pictures of products as a source of product DNA: which file shows which product, its pixels within limits, what is counted
//! in them, what a model of the retailer's own says, and which pictures are like one.
//!
//! It must not fetch anything from the network, keep a table, or weigh what a picture says against fields and texts
//! (`genome::dna::join_pictured`).
//!
//! ```text
//! let album = find(folder, &[Wanted { code, links }])?;          which file shows which product, the main one first
//! let model = Model::load(toml)?;                                with the feature `onnx`
//! let pictured = read_all(folder, &album, &Limits::default(), Some(&model));
//! genome::dna::join_pictured(&mut found, pictured[at].found)     fields and texts go first
//! nearest(&vector, &vectors, 10)                                 search by picture
//! ```
#![forbid(unsafe_code)]

mod claims;
mod decode;
mod error;
mod folder;
mod model;
mod nearest;
mod read;
mod scale;

pub use claims::{Look, Reading, look};
pub use decode::{Decoded, Limits, decode};
pub use error::PictureError;
pub use folder::{Album, Wanted, find};
pub use model::{Model, Said};
pub use nearest::nearest;
pub use read::{Pictured, Unread, open, read, read_all};
pub use scale::{Resize, SIDE, Small};
