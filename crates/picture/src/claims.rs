//! What a picture shows, as values of Product DNA with evidence: colours with shares, and words of its surface where the
//! numbers are clear. It must not decode, nor weigh a picture against texts (`genome::dna::join_pictured`).

use crate::Small;
use genome::dna::{
    Attribute, CERTAIN, ColourShare, Evidence, Found, Picture, Rule, Source, Texture, VECTOR,
};

/// Strength of a colour of no share, and what a share of all adds. Both together stay below the weakest word that a
/// dictionary reads in a text, a mended one of a description (6,400).
pub const SURE: u32 = COLOUR + BY_SHARE;
const COLOUR: u32 = 3_000;
const BY_SHARE: u32 = 3_000;

/// Strength of a word of the surface.
const SURFACE: u32 = 4_000;

/// Shares, per 10,000, below which a picture tells no main colour, and no further one.
const MAIN_LEAST: u32 = 3_000;
const FURTHER_LEAST: u32 = 1_500;

/// Texture by which a surface is called plain, striped or patterned; between them nothing is said. Chosen on drawn pictures
/// of seed 1 (docs/pictures.md).
const PLAIN_MOST: f64 = 0.015;
const PATTERN_LEAST: f64 = 0.03;
const STRIPE_LEAST: f64 = 0.7;
const SPREAD_MOST: f64 = 0.4;

/// What was counted in a picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Look {
    /// Its colours, the largest share first.
    pub colours: Vec<ColourShare>,
    /// Its surface.
    pub texture: Texture,
    /// The share of the picture that is the thing, from 0 to 1.
    pub thing: f64,
    /// By which pictures are near each other (`genome::dna::Picture::vector`).
    pub vector: [f32; VECTOR],
}

/// What a picture shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What was counted.
    pub look: Look,
    /// What is told by it.
    pub found: Vec<Found>,
}

/// Looks at a picture; `file` names it in the evidence.
#[must_use]
pub fn look(small: &Small, file: &str) -> Reading {
    let mut reading = Reading::default();
    let Some(picture) = Picture::with_opaque(&small.pixels, &small.opaque, small.width) else {
        return reading;
    };
    let look = Look {
        colours: picture.colours(),
        texture: picture.texture(),
        thing: picture.thing(),
        vector: picture.vector(),
    };
    let found = &mut reading.found;
    for (at, one) in look.colours.iter().enumerate() {
        let least = if at == 0 { MAIN_LEAST } else { FURTHER_LEAST };
        if one.share < least {
            break;
        }
        found.push(told(
            (Attribute::Colour, one.colour),
            COLOUR + BY_SHARE * one.share / CERTAIN,
            (file, &format!("{} % of the thing", (one.share + 50) / 100)),
            "nearest named colour in CIELAB",
        ));
    }
    if let Some(word) = surface(&look.texture) {
        let numbers = format!(
            "edges {:.3}, direction {:.2}",
            look.texture.edges, look.texture.direction
        );
        let own = (Attribute::Pattern, word);
        found.push(told(
            own,
            SURFACE,
            (file, &numbers),
            "edges inside the thing",
        ));
    }
    reading.look = look;
    reading
}

/// The word of a surface; none where the numbers are not clear.
fn surface(texture: &Texture) -> Option<&'static str> {
    match (texture.edges, texture.direction) {
        (edges, _) if edges <= PLAIN_MOST => Some("plain"),
        (edges, direction) if edges >= PATTERN_LEAST && direction >= STRIPE_LEAST => Some("stripe"),
        (edges, direction) if edges >= PATTERN_LEAST && direction <= SPREAD_MOST => {
            Some("patterned")
        }
        _ => None,
    }
}

fn told(
    (attribute, value): (Attribute, &str),
    strength: u32,
    (file, matched): (&str, &str),
    entry: &str,
) -> Found {
    Found {
        attribute,
        value: value.to_string(),
        strength,
        source: Source::Picture,
        evidence: vec![Evidence {
            field: file.to_string(),
            from: 0,
            to: 0,
            matched: matched.to_string(),
            rule: Rule::Picture,
            entry: entry.to_string(),
            read_as: None,
        }],
    }
}
