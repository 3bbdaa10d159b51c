//! Pictures of products, read from a folder: the main one of each speaks for its product. It must not decide which file is of
//! which product (`folder`), nor weigh what it says against texts.

use crate::{Album, Decoded, Limits, Model, PictureError, Said, decode, look};
use genome::dna::{Found, join_pictured};
use rayon::prelude::*;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A picture that was not read, or of which the model said nothing for it failed.
#[derive(Debug)]
pub struct Unread {
    /// Its path within the folder.
    pub file: PathBuf,
    /// Why, and how to mend it.
    pub why: PictureError,
}

/// What the pictures of a product tell.
#[derive(Debug, Default)]
pub struct Pictured {
    /// The picture that was read; none where none could be.
    pub file: Option<PathBuf>,
    /// Values with their evidence, to be put beside what texts say (`genome::dna::join_pictured`).
    pub found: Vec<Found>,
    /// By which pictures are near each other: the model's vector where the model gives one, else the built-in one; empty where
    /// no picture was read.
    pub vector: Vec<f32>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// Reads the pictures of all products of an album, on all threads, in the order of the products.
#[must_use]
pub fn read_all(
    folder: &Path,
    album: &Album,
    limits: &Limits,
    model: Option<&Model>,
) -> Vec<Pictured> {
    let products = album.pictures.par_iter();
    products
        .map(|files| read(folder, files, limits, model))
        .collect()
}

/// Reads the pictures of one product: the first that can be read is the one that tells.
#[must_use]
pub fn read(folder: &Path, files: &[PathBuf], limits: &Limits, model: Option<&Model>) -> Pictured {
    let mut pictured = Pictured::default();
    for file in files {
        match open(&folder.join(file), limits) {
            Ok(decoded) => {
                told(&mut pictured, file, &decoded, model);
                break;
            }
            Err(why) => pictured.unread.push(Unread {
                file: file.clone(),
                why,
            }),
        }
    }
    pictured
}

/// Reads and decodes a file within limits.
///
/// # Errors
/// A file that cannot be read, and those of [`decode`].
pub fn open(path: &Path, limits: &Limits) -> Result<Decoded, PictureError> {
    let io = |cause| PictureError::io(path, cause);
    let mut file = fs::File::open(path).map_err(io)?;
    let bytes = file.metadata().map_err(io)?.len();
    if bytes > limits.file_bytes {
        return Err(PictureError::Heavy {
            bytes,
            most: limits.file_bytes,
        });
    }
    let mut all = Vec::with_capacity(usize::try_from(bytes).unwrap_or(0));
    // A file that grows while it is read is cut off, and refused by its size.
    let mut within = file.by_ref().take(limits.file_bytes + 1);
    within.read_to_end(&mut all).map_err(io)?;
    decode(&all, limits)
}

fn told(pictured: &mut Pictured, file: &Path, decoded: &Decoded, model: Option<&Model>) {
    let name = file.display().to_string();
    let counted = look(&decoded.small(), &name);
    pictured.file = Some(file.to_path_buf());
    pictured.vector = counted.look.vector.to_vec();
    match model.map(|model| model.run(decoded, &name)) {
        None => pictured.found = counted.found,
        Some(Ok(Said::Vector(vector))) => {
            pictured.found = counted.found;
            pictured.vector = vector;
        }
        Some(Ok(Said::Found(found))) => {
            // The retailer's own model goes before what is counted, where both speak of an attribute.
            pictured.found = found;
            join_pictured(&mut pictured.found, counted.found);
        }
        Some(Err(why)) => {
            pictured.found = counted.found;
            pictured.unread.push(Unread {
                file: file.to_path_buf(),
                why,
            });
        }
    }
}
