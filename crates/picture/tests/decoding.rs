//! Decoding: formats, limits, orientation, transparency, and that no bytes make it panic. It must not test colours.
#![allow(clippy::unwrap_used)]

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use picture::{Decoded, Limits, PictureError, Resize, decode};
use proptest::prelude::*;
use std::io::Cursor;

const FORMATS: [ImageFormat; 5] = [
    ImageFormat::Jpeg,
    ImageFormat::Png,
    ImageFormat::WebP,
    ImageFormat::Gif,
    ImageFormat::Bmp,
];

/// Red on the left, blue on the right, 40 x 20.
fn halves() -> DynamicImage {
    let own = |x: u32| if x < 20 { [200, 20, 20] } else { [20, 20, 200] };
    DynamicImage::ImageRgb8(RgbImage::from_fn(40, 20, |x, _| Rgb(own(x))))
}

fn bytes(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(bytes: &[u8]) -> Result<Decoded, PictureError> {
    decode(bytes, &Limits::default())
}

#[test]
fn every_format_gives_the_same_picture() {
    for format in FORMATS {
        let decoded = read(&bytes(&halves(), format)).unwrap();
        assert_eq!(decoded.size(), (40, 20));
        let small = decoded.small();
        for (at, meant) in [(5, [200, 20, 20]), (35, [20, 20, 200])] {
            let own = small.pixels[10 * small.width + at];
            let far = (0..3).any(|axis| u8::abs_diff(own[axis], meant[axis]) > 12);
            assert!(!far, "{format:?}: {own:?} at {at}");
        }
    }
}

/// A JPEG with the orientation of EXIF put behind its first marker.
fn turned(orientation: u8) -> Vec<u8> {
    let plain = bytes(&halves(), ImageFormat::Jpeg);
    let mut exif = b"\xFF\xE1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    [&plain[..2], &exif, &plain[2..]].concat()
}

#[test]
fn a_picture_taken_on_its_side_stands_upright() {
    // 6: the camera was held so that its right is above.
    let decoded = read(&turned(6)).unwrap();
    assert_eq!(decoded.size(), (20, 40));
    let small = decoded.small();
    assert_eq!((small.width, small.pixels.len()), (20, 800));
    let (above, below) = (small.pixels[5 * 20 + 10], small.pixels[35 * 20 + 10]);
    assert!(above[0] > 150 && below[2] > 150, "{above:?} {below:?}");
    let input = decoded.input(10, 10, Resize::Crop);
    assert!(input.get_pixel(5, 1).0[0] > 150 && input.get_pixel(5, 8).0[2] > 150);
}

#[test]
fn limits_are_kept_and_told_with_their_numbers() {
    let png = bytes(&halves(), ImageFormat::Png);
    let plain = Limits::default();
    let told = |limits: Limits| decode(&png, &limits).unwrap_err();
    let heavy = told(Limits {
        file_bytes: 10,
        ..plain
    });
    assert!(
        matches!(heavy, PictureError::Heavy { most: 10, .. }),
        "{heavy}"
    );
    for format in FORMATS {
        let limits = Limits {
            pixels: 799,
            ..plain
        };
        let large = decode(&bytes(&halves(), format), &limits).unwrap_err();
        let meant = PictureError::Large {
            width: 40,
            height: 20,
            most: 799,
        };
        assert_eq!(large.to_string(), meant.to_string(), "{format:?}");
    }
    // 40 x 20 pixels of three channels, and once of four.
    let least = 40 * 20 * 7;
    let memory = told(Limits {
        memory: least - 1,
        ..plain
    });
    assert!(matches!(memory, PictureError::Memory { .. }), "{memory}");
    // A header that claims more than there is costs nothing.
    let mut bomb = png.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0x1F, 0xFF, 0, 0, 0x1F, 0xFF]);
    assert!(decode(&bomb, &plain).is_err());
}

#[test]
fn what_is_no_picture_is_told_how_to_mend() {
    for text in [
        &b"code;name\n1;mug\n"[..],
        b"",
        b"II*\0\0\0\0\0",
        b"<svg></svg>",
    ] {
        assert!(matches!(read(text), Err(PictureError::Unknown)));
    }
    let jpeg = bytes(&halves(), ImageFormat::Jpeg);
    let told = read(&jpeg[..40]).unwrap_err().to_string();
    assert!(
        told.starts_with("the JPEG is broken") && told.ends_with("save it anew from the original"),
        "{told}"
    );
}

#[test]
fn what_hides_behind_transparency_does_not_shine_through() {
    // A green square on transparent magenta, large enough to be scaled down.
    let own = |x: u32, y: u32| match (200..=400).contains(&x) && (200..=400).contains(&y) {
        true => Rgba([0, 160, 0, 255]),
        false => Rgba([255, 0, 255, 0]),
    };
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_fn(600, 600, own));
    let decoded = read(&bytes(&picture, ImageFormat::Png)).unwrap();
    let small = decoded.small();
    assert_eq!((small.width, small.pixels.len()), (256, 256 * 256));
    let reddish = small.pixels.iter().filter(|[r, g, _]| r > g).count();
    assert_eq!(reddish, 0);
    let opaque = small.opaque.iter().filter(|one| **one).count();
    assert!(opaque.abs_diff(86 * 86) < 200, "{opaque}");
    assert_eq!(decoded.input(8, 8, Resize::Fit).get_pixel(0, 0).0, [255; 3]);
}

#[test]
fn scaling_keeps_the_light_of_fine_lines() {
    // Lines of black and white are half the light: 188 of sRGB and not 128.
    let picture = RgbImage::from_fn(512, 512, |x, _| Rgb([if x % 2 == 0 { 0 } else { 255 }; 3]));
    let decoded = read(&bytes(&DynamicImage::ImageRgb8(picture), ImageFormat::Png)).unwrap();
    assert!(decoded.small().pixels.iter().all(|one| *one == [188; 3]));
}

#[test]
fn an_input_is_fitted_or_cropped() {
    let decoded = read(&bytes(&halves(), ImageFormat::Png)).unwrap();
    let fit = decoded.input(20, 20, Resize::Fit);
    assert_eq!(
        (fit.get_pixel(0, 0).0, fit.get_pixel(2, 10).0),
        ([255; 3], [200, 20, 20])
    );
    let crop = decoded.input(20, 20, Resize::Crop);
    assert_eq!(
        (crop.get_pixel(0, 0).0, crop.get_pixel(19, 19).0),
        ([200, 20, 20], [20, 20, 200])
    );
    // One row of pixels has a middle, too.
    let line = DynamicImage::ImageRgb8(RgbImage::from_pixel(300, 1, Rgb([9, 9, 9])));
    let line = read(&bytes(&line, ImageFormat::Png)).unwrap();
    assert_eq!(line.input(4, 4, Resize::Crop).get_pixel(2, 2).0, [9; 3]);
    assert_eq!(line.input(4, 4, Resize::Fit).dimensions(), (4, 4));
    assert_eq!(line.small().pixels.len(), 256);
}

/// Small limits keep made-up sizes cheap.
const TIGHT: Limits = Limits {
    file_bytes: 1 << 20,
    pixels: 1 << 16,
    memory: 1 << 20,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(start in 0_usize..6, rest in prop::collection::vec(any::<u8>(), 0..600)) {
        let magic: &[u8] = [&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8 ", b"GIF89a", b"BM", b""][start];
        if let Ok(decoded) = decode(&[magic, &rest].concat(), &TIGHT) {
            prop_assert!(!decoded.small().pixels.is_empty());
        }
    }

    #[test]
    fn broken_files_give_a_picture_or_an_error(
        format in 0_usize..5,
        cut in 0.0_f64..1.5,
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 0..12),
    ) {
        let mut own = bytes(&halves(), FORMATS[format]);
        own.truncate(((own.len() as f64 * cut) as usize).max(1));
        for (at, bit) in flips {
            let at = at.index(own.len());
            own[at] ^= 1 << bit;
        }
        if let Ok(decoded) = decode(&own, &TIGHT) {
            let small = decoded.small();
            prop_assert_eq!(small.pixels.len(), small.opaque.len());
            prop_assert_eq!(small.pixels.len() % small.width, 0);
            prop_assert_eq!(decoded.input(5, 7, Resize::Crop).dimensions(), (5, 7));
        }
    }
}
