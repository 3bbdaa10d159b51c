//! Bytes of a picture file to pixels, within limits. It must not open a file, nor look at what a picture shows.

use crate::PictureError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbaImage};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How much a picture may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Width times height.
    pub pixels: u32,
    /// Bytes that the decoded pixels take, and that a decoder is told to stay within. Decoders of JPEG and WebP hold to
    /// it by the number of pixels alone: a progressive JPEG takes up to 6 bytes more for each.
    pub memory: u64,
}

impl Default for Limits {
    /// 32 MiB of file, 40 million pixels, 256 MiB of memory: what cameras give, and no more.
    fn default() -> Self {
        Self {
            file_bytes: 32 << 20,
            pixels: 40_000_000,
            memory: 256 << 20,
        }
    }
}

/// A decoded picture in full size.
#[derive(Debug, Clone)]
pub struct Decoded {
    pub(crate) pixels: RgbaImage,
    /// How it has to be turned to stand upright, from EXIF. Turned after scaling: that is less to move.
    pub(crate) turn: Orientation,
}

impl Decoded {
    /// Width and height in pixels as it stands upright.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        let (width, height) = self.pixels.dimensions();
        match self.turn {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }
}

/// Decodes JPEG, PNG, WebP, GIF or BMP, told by the first bytes and not by the file's name; of a moving picture the first
/// frame.
///
/// # Errors
/// What breaks a limit, is of another format or is broken. No bytes make it panic.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, PictureError> {
    let size = bytes.len() as u64;
    if size > limits.file_bytes {
        return Err(PictureError::Heavy {
            bytes: size,
            most: limits.file_bytes,
        });
    }
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| PictureError::Unknown)?;
    let format = reader
        .format()
        .and_then(name)
        .ok_or(PictureError::Unknown)?;
    // Decoders of others are trusted to return errors; where one fails to, the picture is broken and the run goes on.
    let done = catch_unwind(AssertUnwindSafe(|| decoded(reader, format, limits)));
    done.unwrap_or_else(|_| Err(broken(format, "its decoder gave up".into())))
}

fn decoded(
    mut reader: ImageReader<Cursor<&[u8]>>,
    format: &'static str,
    limits: &Limits,
) -> Result<Decoded, PictureError> {
    let mut own = image::Limits::default();
    own.max_image_width = Some(limits.pixels);
    own.max_image_height = Some(limits.pixels);
    own.max_alloc = Some(limits.memory);
    reader.limits(own);
    let wrong = |cause| refused(format, limits, cause);
    let mut decoder = reader.into_decoder().map_err(wrong)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > u64::from(limits.pixels) {
        return Err(PictureError::Large {
            width,
            height,
            most: u64::from(limits.pixels),
        });
    }
    // Beside what the decoder gives, its pixels stand once with four channels.
    let needs = decoder.total_bytes().saturating_add(4 * pixels);
    if pixels == 0 || needs > limits.memory {
        return Err(match pixels {
            0 => broken(format, "it has no pixels".into()),
            _ => PictureError::Memory {
                needs: format!("{needs} bytes"),
                most: limits.memory,
            },
        });
    }
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(wrong)?;
    Ok(Decoded {
        pixels: pixels.into_rgba8(),
        turn,
    })
}

const fn name(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Jpeg => Some("JPEG"),
        ImageFormat::Png => Some("PNG"),
        ImageFormat::WebP => Some("WebP"),
        ImageFormat::Gif => Some("GIF"),
        ImageFormat::Bmp => Some("BMP"),
        _ => None,
    }
}

fn broken(format: &'static str, cause: String) -> PictureError {
    PictureError::Broken { format, cause }
}

fn refused(format: &'static str, limits: &Limits, cause: ImageError) -> PictureError {
    match cause {
        ImageError::Limits(_) => PictureError::Memory {
            needs: "more".into(),
            most: limits.memory,
        },
        other => broken(format, other.to_string()),
    }
}
