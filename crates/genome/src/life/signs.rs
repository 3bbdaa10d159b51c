//! Which part of which kind each product serves, read once per run from what products are called. It counts no purchase.

use super::kinds::Kinds;
use crate::dna::words::tokens;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a product is called.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProductText<'a> {
    /// Its categories, the widest first.
    pub categories: &'a [&'a str],
    /// What the thing is, where it is known (the attribute `kind` of its DNA).
    pub kind: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
}

/// Products that are alike for life events: of one category, serving the same parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    /// The finest category, or the kind of product.
    pub shelf: String,
    /// For each kind the part that it serves, if it serves one.
    pub parts: Vec<Option<u16>>,
    /// Products, by number.
    pub products: Vec<u32>,
}

/// What each product of a catalogue serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signs {
    pub(super) items: Vec<Item>,
    item_of: Vec<u32>,
}

/// Words of one part as runs of tokens.
struct Runs {
    words: Vec<Vec<String>>,
    names: Vec<Vec<String>>,
    unless: Vec<Vec<String>>,
}

impl Signs {
    /// Reads what each product serves. A product serves at most one part of a kind: the one named by its kind, else by
    /// its finest category that names any, else by its name; among several the longest word, then the first part.
    pub fn of<'a>(kinds: &Kinds, products: impl IntoIterator<Item = ProductText<'a>>) -> Self {
        let runs = |words: &[String]| words.iter().map(|word| stems(word)).collect();
        let parts: Vec<Vec<Runs>> = kinds
            .kinds
            .iter()
            .map(|kind| {
                let of = kind.parts.iter().map(|part| Runs {
                    words: runs(&part.words),
                    names: runs(&part.names),
                    unless: runs(&part.unless),
                });
                of.collect()
            })
            .collect();
        let mut items: Vec<Item> = Vec::new();
        let mut known: BTreeMap<(String, Vec<Option<u16>>), u32> = BTreeMap::new();
        let mut item_of = Vec::new();
        for (number, product) in products.into_iter().enumerate() {
            let levels: Vec<Vec<String>> = product
                .kind
                .into_iter()
                .chain(product.categories.iter().rev().copied())
                .map(stems)
                .collect();
            let name = stems(product.name);
            let serves: Vec<Option<u16>> =
                parts.iter().map(|of| served(of, &levels, &name)).collect();
            let shelf = product.categories.last().copied().or(product.kind);
            let shelf = shelf.unwrap_or_default().trim().to_string();
            let item = *known.entry((shelf, serves)).or_insert_with_key(|key| {
                items.push(Item {
                    shelf: key.0.clone(),
                    parts: key.1.clone(),
                    products: Vec::new(),
                });
                items.len() as u32 - 1
            });
            items[item as usize].products.push(number as u32);
            item_of.push(item);
        }
        Self { items, item_of }
    }

    /// The number of products.
    pub(super) fn len(&self) -> usize {
        self.item_of.len()
    }

    /// The item of a product; none where the catalogue does not hold it.
    pub(super) fn item(&self, product: u32) -> Option<u32> {
        self.item_of.get(product as usize).copied()
    }

    /// The number of the part of a kind (both by number) that a product serves.
    #[must_use]
    pub fn part(&self, product: u32, kind: usize) -> Option<usize> {
        let item = &self.items[self.item(product)? as usize];
        item.parts.get(kind).copied().flatten().map(usize::from)
    }

    /// The products that serve a part of a kind, in the order of the catalogue.
    #[must_use]
    pub fn products(&self, kind: usize, part: usize) -> Vec<u32> {
        let mut found: Vec<u32> = self
            .serving(kind, part)
            .flat_map(|item| item.products.iter().copied())
            .collect();
        found.sort_unstable();
        found
    }

    /// The items that serve a part of a kind.
    pub(super) fn serving(&self, kind: usize, part: usize) -> impl Iterator<Item = &Item> {
        let serves =
            move |item: &&Item| item.parts[kind].is_some_and(|one| usize::from(one) == part);
        self.items.iter().filter(serves)
    }
}

/// The part named by the first level that names one, else by the product's name.
fn served(parts: &[Runs], levels: &[Vec<String>], name: &[String]) -> Option<u16> {
    let best = |text: &[String], of: fn(&Runs) -> &[Vec<String>]| {
        let mut best = (0, None);
        for (number, part) in parts.iter().enumerate() {
            if part
                .unless
                .iter()
                .any(|run| levels.iter().any(|level| holds(level, run)) || holds(name, run))
            {
                continue;
            }
            for run in of(part) {
                if run.len() > best.0 && holds(text, run) {
                    best = (run.len(), Some(number as u16));
                }
            }
        }
        best.1
    };
    levels
        .iter()
        .find_map(|level| best(level, |part| &part.words))
        .or_else(|| best(name, |part| &part.names))
}

fn holds(text: &[String], run: &[String]) -> bool {
    text.windows(run.len()).any(|window| window == run)
}

/// Tokens without accents, small, singular as far as a final s tells.
fn stems(text: &str) -> Vec<String> {
    let stem = |text: String| match text.strip_suffix('s') {
        Some(rest) if rest.len() > 2 && !rest.ends_with('s') => rest.to_string(),
        _ => text,
    };
    tokens(text)
        .into_iter()
        .map(|token| stem(token.text))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::DEFAULT;
    use super::*;

    fn part(categories: &[&str], kind: Option<&str>, name: &str, code: &str) -> Option<String> {
        let kinds = Kinds::parse(DEFAULT).unwrap();
        let text = ProductText {
            categories,
            kind,
            name,
        };
        let signs = Signs::of(&kinds, [text]);
        let number = kinds
            .kinds
            .iter()
            .position(|kind| kind.code == code)
            .unwrap();
        let part = signs.part(0, number)?;
        Some(kinds.kinds[number].parts[part].title.clone())
    }

    #[test]
    fn the_finest_category_that_names_a_part_decides() {
        let brushes = ["DIY", "Paint", "Brushes and Tape"];
        let found = part(&brushes, None, "Roller", "room_makeover");
        assert_eq!(found.unwrap(), "Brushes and masking tape");
        let found = part(&["DIY", "Paint", "Varnish"], None, "", "room_makeover");
        assert_eq!(found.unwrap(), "Paint or wallpaper");
        let cat = ["Pet", "Cat", "Cat Litter"];
        assert_eq!(part(&cat, None, "", "new_cat").unwrap(), "Cat litter");
        assert_eq!(part(&cat, None, "", "new_dog"), None);
    }

    #[test]
    fn names_kinds_and_other_languages_tell_too() {
        let found = part(&[], None, "Eco Windeln Größe 3", "baby");
        assert_eq!(found.unwrap(), "Nappies");
        let found = part(&["Misc"], Some("wallpaper"), "Rosa", "room_makeover");
        assert_eq!(found.unwrap(), "Paint or wallpaper");
        let found = part(&["Garten", "Gartenmöbel"], None, "Stuhl", "garden_makeover");
        assert_eq!(found.unwrap(), "Garden furniture and grill");
        // Whole words alone: a caterpillar is no cat, painting by numbers no paint.
        assert_eq!(part(&["Toys", "Caterpillars"], None, "", "new_cat"), None);
    }
}
