//! What a picture shows, as values of Product DNA with evidence: colours with shares, and words of its surface where the
//! numbers are clear. It must not decode, nor weigh a picture against texts (`genome::dna::join_pictured`).

use crate::Small;
use genome::dna::{Attribute, CERTAIN, ColourShare, Evidence, Found, Picture, Rule, Source, Texture};

/// Strength of a colour of no share, and what a share of all adds. Both together stay below the weakest word that a
/// dictionary reads in a text, a mended one of a description (6,400).
const COLOUR: u32 = 3_000;
const BY_SHARE: u32 = 3_000;

/// Strength of a word of the surface.
const SURFACE: u32 = 4_000;

/// Shares, per 10,000, below which a picture tells no main colour, and no further one.
const MAIN_LEAST: u32 = 4_000;
const FURTHER_LEAST: u32 = 1_000;

/// What was counted in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Its colours, the largest share first.
    pub colours: Vec<ColourShare>,
    /// Its surface.
    pub texture: Texture,
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What was counted.
    pub look: Look,
    /// What is told by it.
    pub found: Vec<Found>,
}

/// Looks at a picture; `file` names it in the evidence.
#[must_use]
pub fn look(small: &Small, file: &str) -> Reading {
    let picture = Picture::new(&small.pixels, small.width).expect("x");
    let look = Look {
        colours: picture.colours(),
        texture: picture.texture(),
    };
    let mut found = Vec::new();
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
    Reading { look, found }
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
