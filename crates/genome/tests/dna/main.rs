//! Product DNA on whole texts: labels, languages, layers of dictionaries, corrections, a real catalogue. It must not open
//! the sealed labels.
#![allow(clippy::unwrap_used)]

mod any;
mod catalogue;
mod corrections;
mod heard;
mod labels;
mod languages;
mod layers;

use genome::dna::{Attribute, Dictionary, Extractor, Found, Language, Product};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The general dictionaries.
static GENERAL: LazyLock<Extractor> =
    LazyLock::new(|| Extractor::new(Dictionary::bundled().unwrap()));

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// The general dictionaries with those of the bundled data on top.
fn gift_shop() -> Dictionary {
    let own = include_str!("../../data/dna/online_retail.toml");
    Dictionary::bundled()
        .unwrap()
        .with("online_retail.toml", own)
        .unwrap()
}

fn product(code: &str, text: &str) -> Product {
    Product {
        code: code.into(),
        texts: vec![("description".into(), text.into())],
        ..Product::default()
    }
}

fn values(found: &[Found], attribute: Attribute) -> Vec<&str> {
    let of = found.iter().filter(|one| one.attribute == attribute);
    of.map(|one| one.value.as_str()).collect()
}

/// What a text tells, as `attribute=value`, sorted.
fn told(text: &str, language: Language) -> Vec<String> {
    let one = Product {
        language: Some(language),
        ..product("1", text)
    };
    let found = GENERAL.extract(&one);
    let mut all: Vec<String> = found
        .iter()
        .map(|one| format!("{}={}", one.attribute.name(), one.value))
        .collect();
    all.sort();
    all
}
