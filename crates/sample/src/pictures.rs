//! Pictures of products: a colour field with the product's pattern, as a small palette PNG. Holds no other
//! picture format and no compression: the fields are tiny.

use std::path::Path;

use rayon::prelude::*;

use crate::SampleError;
use crate::catalogue::Product;
use crate::listings::PICTURED_PRODUCTS_MAX;
use crate::random::{Purpose, Random};
use crate::words::COLOURS;
use crate::world::World;

/// Width and height, pixels.
const SIDE: usize = 48;

/// Draws `images/<product_id>.png` for every product, if they are few enough.
pub(crate) fn write_pictures(world: &World, dir: &Path) -> Result<u64, SampleError> {
    if world.shelf.products.len() > PICTURED_PRODUCTS_MAX {
        return Ok(0);
    }
    let folder = dir.join("images");
    std::fs::create_dir_all(&folder).map_err(|source| SampleError::io(&folder, source))?;
    (0..world.shelf.products.len())
        .into_par_iter()
        .try_for_each(|index| {
            let path = folder.join(format!("{}.png", world.shelf.products[index].id()));
            std::fs::write(&path, picture(world, index))
                .map_err(|source| SampleError::io(path, source))
        })?;
    Ok(world.shelf.products.len() as u64)
}

fn picture(world: &World, index: usize) -> Vec<u8> {
    let product = &world.shelf.products[index];
    let need = world.shelf.need_of(index);
    let mut random = Random::new(world.spec.seed, Purpose::Product, index as u64, 3);
    let main = match product.colour {
        Some(colour) => COLOURS[usize::from(colour)].1,
        None if need.shaded => srgb_of_lab(product.lab()),
        // A pack: the hue of its kind, the same for all of one kind.
        None => COLOURS[(usize::from(product.kind) * 5 + need.name.len()) % COLOURS.len()].1,
    };
    let main = main.map(|value| value.saturating_add_signed(random.between(-6, 6) as i8));
    let second = main.map(|value| if value > 127 { value - 90 } else { value + 90 });
    let pixels =
        (0..SIDE * SIDE).map(|place| u8::from(marked(product, place % SIDE, place / SIDE)));
    png(
        &pixels.collect::<Vec<u8>>(),
        [main, second, [250, 250, 250]],
    )
}

/// Whether the pattern paints a pixel in the second colour.
fn marked(product: &Product, x: usize, y: usize) -> bool {
    let near = |period: usize, radius: usize| {
        let (dx, dy) = (
            (x % period).abs_diff(period / 2),
            (y % period).abs_diff(period / 2),
        );
        dx * dx + dy * dy <= radius * radius
    };
    match product.pattern {
        1 => y % 12 < 4,
        2 => near(12, 3),
        3 => (x / 8 + y / 8).is_multiple_of(2),
        4 => near(16, 6) && !near(16, 2),
        _ => false,
    }
}

/// CIELAB (D65) to sRGB; Lindbloom's inverse of the CIE formulas and the sRGB transfer curve (IEC 61966-2-1).
pub(crate) fn srgb_of_lab([l, a, b]: [f32; 3]) -> [u8; 3] {
    let fy = (l + 16.0) / 116.0;
    let undo = |f: f32| {
        if f > 6.0 / 29.0 {
            f * f * f
        } else {
            3.0 * (6.0f32 / 29.0).powi(2) * (f - 4.0 / 29.0)
        }
    };
    let (x, y, z) = (
        0.95047 * undo(fy + a / 500.0),
        undo(fy),
        1.08883 * undo(fy - b / 200.0),
    );
    let linear = [
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.2040 * y + 1.0570 * z,
    ];
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let curved = if value <= 0.003_130_8 {
            12.92 * value
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        (curved * 255.0).round() as u8
    })
}

/// A palette PNG with stored (uncompressed) data: PNG specification, third edition, and RFC 1950/1951.
fn png(pixels: &[u8], palette: [[u8; 3]; 3]) -> Vec<u8> {
    let mut raw = Vec::with_capacity(SIDE * (SIDE + 1));
    for row in pixels.chunks(SIDE) {
        raw.push(0);
        raw.extend_from_slice(row);
    }
    let mut data = vec![0x78, 0x01, 0x01];
    let size = raw.len() as u16;
    data.extend_from_slice(&size.to_le_bytes());
    data.extend_from_slice(&(!size).to_le_bytes());
    data.extend_from_slice(&raw);
    data.extend_from_slice(&adler32(&raw).to_be_bytes());
    let mut header = Vec::new();
    header.extend_from_slice(&(SIDE as u32).to_be_bytes());
    header.extend_from_slice(&(SIDE as u32).to_be_bytes());
    header.extend_from_slice(&[8, 3, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in [
        (b"IHDR", &header),
        (b"PLTE", &palette.concat()),
        (b"IDAT", &data),
        (b"IEND", &Vec::new()),
    ] {
        file.extend_from_slice(&(body.len() as u32).to_be_bytes());
        let start = file.len();
        file.extend_from_slice(name);
        file.extend_from_slice(body);
        let sum = crc32(&file[start..]);
        file.extend_from_slice(&sum.to_be_bytes());
    }
    file
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_and_colours_match_known_values() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
        assert_eq!(srgb_of_lab([100.0, 0.0, 0.0]), [255, 255, 255]);
        assert_eq!(srgb_of_lab([53.24, 80.09, 67.20]), [255, 0, 0]);
    }
}
