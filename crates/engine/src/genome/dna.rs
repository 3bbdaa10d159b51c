//! What the texts of products tell where the catalogue's fields say nothing: kind, brand, colour, material, … It must not know
//! a word of any language (`genome::dna`), nor what customers do.

use crate::EngineError;
use genome::dna::{Attribute, CERTAIN, Dictionary, Extractor, Found, Product};

use std::collections::BTreeSet;

/// A product's own words, and what its fields say already.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Its code.
    pub code: String,
    /// Its name in the catalogue, else the text on most of its receipt lines.
    pub name: String,
    /// The catalogue's longer text.
    pub description: Option<String>,
    /// Mean price paid, in hundredths of the currency's unit.
    pub price: Option<i64>,
    /// Attribute and value of each field.
    pub fields: Vec<(String, String)>,
}

/// Words of texts that belong to a topic which needs consent, by the category that the spec withholds.
const SENSITIVE: &str = include_str!("sensitive-words.txt");

/// A trait of a product: attribute, value, how sure.
pub(super) type Trait = (String, String, f64);

/// The attributes that are read from texts, each under the name that the catalogue's column has. Sizes and packs are of
/// the thing and not of anybody's taste.
fn column(attribute: Attribute) -> Option<&'static str> {
    match attribute {
        Attribute::Kind => Some("kind"),
        Attribute::Brand => Some("brand"),
        Attribute::Colour => Some("color"),
        Attribute::Material => Some("material"),
        Attribute::Pattern => Some("pattern"),
        Attribute::Flavour => Some("flavour"),
        Attribute::Occasion => Some("occasion"),
        Attribute::Dietary => Some("dietary"),
        Attribute::PriceTier => Some("price_tier"),
        Attribute::Style => Some("style"),
        Attribute::Size | Attribute::Pack => None,
    }
}

/// What texts add to each product, in the order of the products.
pub(super) fn read(products: &[Told]) -> Result<Vec<Vec<Trait>>, EngineError> {
    let dictionary = Dictionary::bundled().map_err(|cause| {
        EngineError::Machine(format!("the bundled dictionaries cannot be read: {cause}"))
    })?;
    let catalogue: Vec<Product> = products.iter().map(product).collect();
    let extractor = Extractor::of_catalogue(dictionary, &catalogue);
    let found = extractor.extract_all(&catalogue);
    let each = products.iter().zip(&found);
    Ok(each.map(|(told, found)| added(told, found)).collect())
}

fn product(told: &Told) -> Product {
    let name = ("name".to_string(), told.name.clone());
    let more = told.description.clone();
    let more = more.map(|text| ("description".to_string(), text));
    Product {
        code: told.code.clone(),
        texts: std::iter::once(name).chain(more).collect(),
        fields: Vec::new(),
        // One project has one currency.
        price: told.price.map(|price| (price, String::new())),
        language: None,
    }
}

/// What was found and no field says: the catalogue's own word counts before what a text may mean.
fn added(told: &Told, found: &[Found]) -> Vec<Trait> {
    let has = |name: &str| told.fields.iter().any(|(field, _)| field == name);
    let sorted = told
        .fields
        .iter()
        .any(|(field, _)| field.starts_with("category"));
    let each = found.iter().filter_map(|one| {
        let name = column(one.attribute)?;
        // A category says better than a noun what a thing is.
        let known = has(name) || (one.attribute == Attribute::Kind && sorted);
        let sure = f64::from(one.strength.min(CERTAIN)) / f64::from(CERTAIN);
        (!known && sure > 0.0).then(|| (name.to_string(), one.value.clone(), sure))
    });
    let mut all: Vec<Trait> = each.collect();
    // The retailer's categories say what a product is, where there are any; what texts add may be sensitive all the same.
    let mut texts: Vec<&str> = all.iter().map(|(_, value, _)| value.as_str()).collect();
    if !sorted {
        texts.push(&told.name);
    }
    let withheld: BTreeSet<&str> = texts.into_iter().flat_map(topics).collect();
    all.extend(withheld.into_iter().map(|topic| {
        let attribute = if topic == "kosher" {
            "dietary"
        } else {
            "category"
        };
        (attribute.into(), topic.into(), 1.0)
    }));
    all
}

/// The withheld categories that words of a text belong to.
fn topics(text: &str) -> Vec<&'static str> {
    let words: BTreeSet<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .collect();
    let lines = SENSITIVE.lines().filter(|line| !line.starts_with('#'));
    let each = lines.filter_map(|line| line.split_once(':'));
    each.filter(|(_, list)| list.split_whitespace().any(|word| words.contains(word)))
        .map(|(topic, _)| topic)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn texts_say_what_fields_do_not_and_nothing_against_them() {
        let of = |code: &str, name: &str, fields: &[(&str, &str)]| Told {
            code: code.into(),
            name: name.into(),
            fields: fields
                .iter()
                .map(|(field, value)| (field.to_string(), value.to_string()))
                .collect(),
            ..Told::default()
        };
        let products = [
            of("1", "RED RETROSPOT MUG", &[]),
            of(
                "2",
                "Red enamel mug",
                &[("category_1", "Kitchen"), ("color", "blue")],
            ),
        ];
        let read = read(&products).unwrap();
        let values = |row: usize, name: &str| -> Vec<&str> {
            let own = read[row].iter().filter(|(attribute, ..)| attribute == name);
            own.map(|(_, value, _)| value.as_str()).collect()
        };
        assert_eq!(values(0, "kind"), ["mug"]);
        assert_eq!(values(0, "color"), ["red"]);
        // The catalogue knows its colour and what it is.
        assert_eq!((values(1, "color"), values(1, "kind")), (vec![], vec![]));
        assert_eq!(values(1, "material"), ["enamel"]);
    }

    #[test]
    fn what_is_sensitive_is_a_withheld_category_and_the_spec_knows_each() {
        assert_eq!(topics("Christening mug, baby blue"), ["baby"]);
        assert_eq!(topics("WINE RACK"), ["alcohol"]);
        assert!(topics("blue mug").is_empty());
        let spec = super::super::catalogue::spec().unwrap();
        let lines = SENSITIVE.lines().filter(|line| !line.starts_with('#'));
        for (topic, _) in lines.filter_map(|line| line.split_once(':')) {
            let attribute = if topic == "kosher" {
                "dietary"
            } else {
                "category"
            };
            assert!(spec.topic(attribute, topic).is_some(), "{topic}");
        }
    }
}
