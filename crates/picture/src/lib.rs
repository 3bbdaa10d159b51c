//! Pictures of products.
#![forbid(unsafe_code)]

mod claims;
mod decode;
mod error;
mod scale;

pub use claims::{Look, Reading, look};
pub use decode::{Decoded, Limits, decode};
pub use error::PictureError;
pub use scale::{Resize, SIDE, Small};
