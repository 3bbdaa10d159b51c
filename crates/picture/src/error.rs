//! What can be wrong with a picture, a folder of pictures or a model of a retailer's own: where, what, and how to mend it.
//! It must not decide what is wrong.

use thiserror::Error;

/// Why a picture, a folder or a model was refused.
#[derive(Debug, Error)]
pub enum PictureError {
    /// A file or folder cannot be read.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// Its path.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder holds more than may be looked through.
    #[error(
        "{path} holds over {most} {of}; put the pictures of products into a folder of their own"
    )]
    Folder {
        /// The folder.
        path: String,
        /// The limit.
        most: usize,
        /// What was counted.
        of: &'static str,
    },
    /// The file is larger than the limit.
    #[error("the file has {bytes} bytes, over the limit of {most}; save it smaller")]
    Heavy {
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// The picture has more pixels than the limit.
    #[error("the picture is {width} x {height}, over the limit of {most} pixels; scale it down")]
    Large {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The limit of width x height.
        most: u64,
    },
    /// Decoding needs more memory than the limit.
    #[error(
        "decoding needs {needs}, over the limit of {most} bytes; scale the picture down or save it with 8 bits a channel"
    )]
    Memory {
        /// What it needs, in words.
        needs: String,
        /// The limit in bytes.
        most: u64,
    },
    /// The bytes are of no format that is read.
    #[error("the bytes are no picture that is read here; save it as JPEG, PNG, WebP, GIF or BMP")]
    Unknown,
    /// The bytes break off or are not as the format asks.
    #[error("the {format} is broken: {cause}; save it anew from the original")]
    Broken {
        /// Its format.
        format: &'static str,
        /// What the decoder said.
        cause: String,
    },
    /// A model's description or the model itself is not right.
    #[error("{file}: {field} {wrong}; {mend}")]
    Model {
        /// The file.
        file: String,
        /// The field of the description, or the part of the model.
        field: String,
        /// What is wrong with it.
        wrong: String,
        /// How to mend it.
        mend: String,
    },
}

impl PictureError {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            source,
        }
    }

    pub(crate) fn model(
        file: &str,
        field: impl Into<String>,
        wrong: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self::Model {
            file: file.into(),
            field: field.into(),
            wrong: wrong.into(),
            mend: mend.into(),
        }
    }
}
