//! What is said about products: name, description, till text, attribute cell, GTIN. A small grammar over the
//! words of the need table, with synonyms, other languages, abbreviations and misspellings. Holds no choice
//! of attributes: it only says what the catalogue decided, sometimes badly.

use std::fmt::Write as _;

use crate::catalogue::{Catalogue, Product};
use crate::habits::Axis;
use crate::random::{Purpose, Random};
use crate::words::{BRANDS, COLOURS, OWN_LABELS, PATTERNS};

/// Words for an attribute in a name, in a description, in another language, and the attribute cell.
const SAYINGS: [(Axis, &str, &str, &str, &str); 9] = [
    (
        Axis::Organic,
        "Organic",
        "from certified organic farming",
        "aus biologischem Anbau",
        "organic=yes",
    ),
    (
        Axis::Vegan,
        "Vegan",
        "plant-based, free from animal products",
        "rein pflanzlich",
        "vegan=yes",
    ),
    (
        Axis::Convenience,
        "Easy",
        "ready in minutes",
        "prêt en quelques minutes",
        "convenience=ready",
    ),
    (
        Axis::Family,
        "Family Pack",
        "value pack for the whole family",
        "formato familiar",
        "pack=family",
    ),
    (
        Axis::Indulgent,
        "",
        "a real treat",
        "ein echter Genuss",
        "occasion=treat",
    ),
    (
        Axis::Novelty,
        "New",
        "new this season",
        "nouveau",
        "edition=new",
    ),
    (
        Axis::Local,
        "Local",
        "made in our region",
        "aus der Region",
        "origin=local",
    ),
    (
        Axis::Kids,
        "Kids",
        "loved by children",
        "pour les enfants",
        "audience=children",
    ),
    (
        Axis::Natural,
        "",
        "made with natural materials",
        "aus Naturmaterial",
        "natural=yes",
    ),
];

/// The brand's name.
pub(crate) fn brand(product: &Product) -> &'static str {
    match product.brand {
        Some(index) => BRANDS[usize::from(index)],
        None => OWN_LABELS[product.tier as usize],
    }
}

/// The colour's name, or the shade's.
pub(crate) fn colour(shelf: &Catalogue, index: usize) -> String {
    let product = &shelf.products[index];
    match product.colour {
        Some(colour) => COLOURS[usize::from(colour)].0.to_owned(),
        None if shelf.need_of(index).shaded => {
            format!("shade {:03}", (product.fit * 400.0) as u32 + 100)
        }
        None => String::new(),
    }
}

/// The material's name, or nothing.
pub(crate) fn material(shelf: &Catalogue, index: usize) -> &'static str {
    let product = &shelf.products[index];
    product.material.map_or("", |material| {
        shelf.need_of(index).materials[usize::from(material)]
    })
}

/// The pattern's name, or nothing for goods without colour.
pub(crate) fn pattern(product: &Product) -> &'static str {
    if product.colour.is_some() {
        PATTERNS[usize::from(product.pattern)]
    } else {
        ""
    }
}

/// The catalogue name.
pub(crate) fn name(shelf: &Catalogue, index: usize) -> String {
    let (product, need) = (&shelf.products[index], shelf.need_of(index));
    let mut text = brand(product).to_owned();
    for (axis, word, ..) in SAYINGS {
        if product.axes[axis as usize] > 0.0 && !word.is_empty() && axis != Axis::Family {
            push(&mut text, word);
        }
    }
    let noun = need.nouns[usize::from(product.noun)];
    let kind = need.kinds[usize::from(product.kind)];
    if need.coloured {
        push(&mut text, &capital(material(shelf, index)));
    }
    if !["plain", "classic", "natural"].contains(&kind) {
        push(&mut text, &capital(kind));
    }
    push(&mut text, noun);
    push(&mut text, &capital(&colour(shelf, index)));
    push(&mut text, need.sizes[usize::from(product.size)]);
    text
}

fn push(text: &mut String, word: &str) {
    if !word.is_empty() {
        text.push(' ');
        text.push_str(word);
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The catalogue description: the attributes as prose, now and then in another language, now and then
/// misspelt.
pub(crate) fn description(seed: u64, shelf: &Catalogue, index: usize) -> String {
    let (product, need) = (&shelf.products[index], shelf.need_of(index));
    let mut random = Random::new(seed, Purpose::Product, index as u64, 1);
    let foreign = random.chance(0.08);
    let noun = need.nouns[usize::from(product.noun)].to_lowercase();
    let kind = need.kinds[usize::from(product.kind)];
    let mut text = match random.below(4) {
        0 => format!("{} {noun}", capital(kind)),
        1 => format!("{} by {}, {kind}", capital(&noun), brand(product)),
        2 => format!("Our {noun}: {kind}"),
        _ => format!("{}, {kind}", capital(&noun)),
    };
    for (axis, _, phrase, other, _) in SAYINGS {
        if product.axes[axis as usize] > 0.0 {
            text.push_str(", ");
            text.push_str(if foreign { other } else { phrase });
        }
    }
    let (cloth, colour) = (material(shelf, index), colour(shelf, index));
    if !cloth.is_empty() {
        let _ = write!(text, ". Material: {cloth}");
    }
    if !colour.is_empty() {
        let _ = write!(text, ". Colour: {colour}");
        if product.pattern > 0 {
            let _ = write!(text, ", {}", pattern(product));
        }
    }
    let _ = write!(text, ". {}.", need.sizes[usize::from(product.size)]);
    if random.chance(0.12) {
        misspell(&text, &mut random)
    } else {
        text
    }
}

/// Text of the till: capitals, some 25 letters, vowels dropped where it is too long; no commas or quotes, so
/// that it needs no quoting in CSV.
pub(crate) fn till_text(shelf: &Catalogue, index: usize) -> String {
    let product = &shelf.products[index];
    let full = name(shelf, index);
    let short = full
        .replace("Marketon", "MKT")
        .replace("Organic", "BIO")
        .replace("Family Pack", "FP")
        .replace([',', '"'], "");
    let words: Vec<String> = short
        .split(' ')
        .map(|word| {
            let mut letters = word.chars();
            let first: String = letters.by_ref().take(1).collect();
            let rest: String = letters
                .filter(|letter| !"aeiouäöüéè,".contains(*letter))
                .take(4)
                .collect();
            if word.len() <= 4 {
                word.to_owned()
            } else {
                first + &rest
            }
        })
        .collect();
    let text: String = words.join(" ").to_uppercase().chars().take(26).collect();
    format!("{} {}", text.trim_end(), product.number % 100)
}

/// `k=v;…` as the shop keeps it; a quarter of the products lack what their text says.
pub(crate) fn attributes(shelf: &Catalogue, index: usize) -> String {
    let (product, need) = (&shelf.products[index], shelf.need_of(index));
    let mut cells: Vec<String> = Vec::new();
    if !product.sparse {
        let said = SAYINGS
            .iter()
            .filter(|(axis, ..)| product.axes[*axis as usize] > 0.0);
        cells.extend(said.map(|(.., cell)| (*cell).to_owned()));
    }
    cells.push(format!("style={}", need.kinds[usize::from(product.kind)]));
    if let Some(colour) = product.colour {
        let [r, g, b] = COLOURS[usize::from(colour)].1;
        cells.push(format!("rgb=#{r:02x}{g:02x}{b:02x}"));
    }
    if need.shaded {
        let [l, a, b] = product.lab();
        cells.push(format!("lab={l:.1} {a:.1} {b:.1}"));
    }
    cells.join(";")
}

/// Option sets as `name=a|b|c;…`, for goods made to order.
pub(crate) fn option_sets(shelf: &Catalogue, index: usize) -> String {
    let sets = shelf.products[index]
        .made
        .map_or(&[][..], |made| made.sets());
    let cells: Vec<String> = sets
        .iter()
        .map(|(name, values)| format!("{name}={}", values.join("|")))
        .collect();
    cells.join(";")
}

/// GTIN-13 with its check digit (GS1 General Specifications 7.9); goods made in the shop get prefix 20.
pub(crate) fn gtin(shelf: &Catalogue, index: usize) -> String {
    let product = &shelf.products[index];
    let prefix = if shelf.products[index].made.is_some() {
        200
    } else {
        400 + u32::from(product.brand.unwrap_or(0)) % 40
    };
    let body = format!(
        "{prefix:03}{:09}",
        u64::from(product.number) * 7919 % 1_000_000_000
    );
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, c)| u32::from(c - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// One slip of the finger in a text of at least four letters: two letters swapped, one lost or one doubled.
pub(crate) fn misspell(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let place = 1 + random.below(letters.len() - 2);
    match random.below(3) {
        0 => letters.swap(place, place + 1),
        1 => {
            letters.remove(place);
        }
        _ => letters.insert(place, letters[place]),
    }
    letters.into_iter().collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::needs::needs;
    use crate::spec::Spec;
    use crate::{Format, catalogue};

    #[test]
    fn texts_say_what_the_catalogue_decided() {
        let spec = Spec {
            customers: 100,
            stores: 4,
            products: 1_000,
            orders: 100,
            seed: 5,
            format: Format::Csv,
            start: Spec::DEFAULT_START,
            days: 100,
        };
        let shelf = catalogue::catalogue(&spec, needs().unwrap());
        for index in 0..shelf.products.len() {
            let product = &shelf.products[index];
            let organic = product.axes[Axis::Organic as usize] > 0.0;
            let cotton = material(&shelf, index).starts_with("organic");
            assert_eq!(name(&shelf, index).contains("Organic"), organic || cotton);
            let code: Vec<u32> = gtin(&shelf, index)
                .bytes()
                .map(|c| u32::from(c - b'0'))
                .collect();
            assert_eq!(code.len(), 13);
            let sum: u32 = code
                .iter()
                .rev()
                .enumerate()
                .map(|(i, d)| d * if i % 2 == 0 { 1 } else { 3 })
                .sum();
            assert_eq!(sum % 10, 0);
            assert!(till_text(&shelf, index).chars().count() <= 29);
        }
    }

    #[test]
    fn a_misspelling_is_one_slip() {
        let mut random = Random::new(1, Purpose::Survey, 0, 0);
        for _ in 0..100 {
            let slip = misspell("Hoffmann", &mut random);
            assert!(slip.len().abs_diff(8) <= 1);
            assert!(slip.starts_with('H'));
        }
    }
}
