//! What pictures tell: drawn ones against their truth, what a product's pictures say together, and that it is the same on any
//! number of threads. It must not measure (examples/drawn.rs does).
#![allow(clippy::unwrap_used)]

mod drawn;

use genome::dna::{Attribute, Found, Rule, Source};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use numeric::random::Random;
use picture::{Album, Limits, Pictured, decode, look, nearest, read_all};
use std::path::PathBuf;

fn values(found: &[Found], attribute: Attribute) -> Vec<&str> {
    let own = found.iter().filter(|one| one.attribute == attribute);
    own.map(|one| one.value.as_str()).collect()
}

#[test]
fn drawn_things_are_told_by_their_main_colour_and_pattern() {
    let (mut right, mut patterns, mut said) = (0, 0, 0);
    for at in 0..60 {
        let mut random = Random::stream(3, at);
        let (picture, truth) = drawn::draw(&mut random);
        let bytes = drawn::jpeg(&picture, &mut random);
        let small = decode(&bytes, &Limits::default()).unwrap().small();
        let found = look(&small, "drawn.jpg").found;
        let colours = values(&found, Attribute::Colour);
        right += u32::from(
            colours
                .first()
                .is_some_and(|one| truth.mains().contains(one)),
        );
        let pattern = values(&found, Attribute::Pattern);
        said += pattern.len();
        patterns += pattern.iter().filter(|one| **one == truth.pattern).count();
    }
    // About 57 of 60 on other seeds (docs/pictures.md).
    assert!(right >= 51, "{right} of 60 main colours");
    assert!(
        said >= 45 && patterns + 6 >= said,
        "{patterns} of {said} patterns"
    );
}

#[test]
fn every_value_has_its_evidence_and_yields_to_texts() {
    let mut random = Random::stream(3, 1);
    let (picture, _) = drawn::draw(&mut random);
    let small = decode(&drawn::jpeg(&picture, &mut random), &Limits::default())
        .unwrap()
        .small();
    let found = look(&small, "a/P1.jpg").found;
    assert!(!found.is_empty());
    for one in &found {
        // The weakest word of a text has 6,400.
        assert!(one.strength > 0 && one.strength < 6_400, "{one:?}");
        assert_eq!((one.source, one.evidence.len()), (Source::Picture, 1));
        let evidence = &one.evidence[0];
        assert_eq!(
            (evidence.field.as_str(), evidence.rule),
            ("a/P1.jpg", Rule::Picture)
        );
        assert!(!evidence.matched.is_empty());
    }
}

/// A square of a colour on a transparent ground.
fn square(colour: [u8; 3]) -> DynamicImage {
    let [r, g, b] = colour;
    let own = |x: u32, y: u32| match x.abs_diff(32) < 20 && y.abs_diff(32) < 20 {
        true => Rgba([r, g, b, 255]),
        false => Rgba([0, 0, 0, 0]),
    };
    DynamicImage::ImageRgba8(RgbaImage::from_fn(64, 64, own))
}

#[test]
fn what_is_transparent_is_no_colour_of_the_thing() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    square([205, 25, 30])
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    let small = decode(&bytes.into_inner(), &Limits::default())
        .unwrap()
        .small();
    let reading = look(&small, "x.png");
    assert_eq!(values(&reading.found, Attribute::Colour), ["red"]);
    assert_eq!(values(&reading.found, Attribute::Pattern), ["plain"]);
    assert!(
        (reading.look.thing - 39.0 * 39.0 / 4096.0).abs() < 0.001,
        "{}",
        reading.look.thing
    );
}

fn gathered(threads: usize) -> Vec<Pictured> {
    let folder = tempfile::tempdir().unwrap();
    let mut album = Album::default();
    for (at, colour) in [[205, 25, 30], [190, 35, 40], [25, 70, 175], [40, 140, 60]]
        .into_iter()
        .enumerate()
    {
        let name = format!("P{at}.png");
        square(colour).save(folder.path().join(&name)).unwrap();
        album.pictures.push(vec![PathBuf::from(name)]);
    }
    std::fs::write(folder.path().join("P0_0.jpg"), b"\xFF\xD8\xFFno").unwrap();
    album.pictures[0].insert(0, PathBuf::from("P0_0.jpg"));
    album.pictures.push(vec![PathBuf::from("gone.png")]);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| read_all(folder.path(), &album, &Limits::default(), None))
}

#[test]
fn the_first_picture_that_can_be_read_tells_and_the_others_are_named() {
    let told = gathered(1);
    assert_eq!(told[0].file, Some(PathBuf::from("P0.png")));
    assert_eq!(told[0].unread.len(), 1);
    assert!(
        told[0].unread[0].why.to_string().contains("JPEG"),
        "{}",
        told[0].unread[0].why
    );
    assert_eq!(values(&told[2].found, Attribute::Colour), ["blue"]);
    assert!(told[4].file.is_none() && told[4].found.is_empty() && told[4].vector.is_empty());
    assert!(told[4].unread[0].why.to_string().contains("gone.png"));
}

#[test]
fn threads_change_nothing_and_like_is_near_like() {
    let (one, four) = (gathered(1), gathered(4));
    for (a, b) in one.iter().zip(&four) {
        assert_eq!(
            (&a.file, &a.found, &a.vector),
            (&b.file, &b.found, &b.vector)
        );
    }
    let vectors: Vec<Vec<f32>> = one.into_iter().map(|told| told.vector).collect();
    let near = nearest(&vectors[0], &vectors, 2);
    assert_eq!((near[0].0, near[1].0), (0, 1));
    assert!(near[1].1 > 0.9, "{near:?}");
}
