//! What genomes take of what products are: the catalogue's fields as they stand, what a run read where these are silent, and
//! a person's word over both. It must not read a text (`crate::dna`), nor know what customers do.

use crate::cells::{ints, texts};
use crate::dna::Told;
use crate::{EngineError, Project};
use genome::dna::{Attribute, CERTAIN, field_attribute};

use std::collections::{BTreeSet, HashMap};

/// Words of texts that belong to a topic which needs consent, by the category that the spec withholds.
const SENSITIVE: &str = include_str!("sensitive-words.txt");

/// The values of all products as the newest run read them.
const SQL: &str = "select product_id, attribute, value, state, source, strength from current_product_dna \
     order by product_id, attribute, strength desc, value";

/// A trait of a product: attribute, value, how sure.
pub(crate) type Trait = (String, String, f64);

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    attribute: Attribute,
    value: String,
    /// Whether the product has it; else a person said that it has it not.
    has: bool,
    /// The word of where it comes from.
    source: String,
    sure: f64,
}

impl Project {
    /// What was read of each product, as a session of an instant sees it.
    pub(crate) async fn dna_values(
        &self,
        known_by: i64,
    ) -> Result<HashMap<String, Vec<Value>>, EngineError> {
        let mut all: HashMap<String, Vec<Value>> = HashMap::new();
        for batch in self.lake().rows(SQL, Some(known_by), vec![]).await? {
            let text = |column| texts(&batch, column);
            let (product, attribute, value) = (text(0)?, text(1)?, text(2)?);
            let (state, source, strength) = (text(3)?, text(4)?, ints(&batch, 5)?);
            for row in 0..batch.num_rows() {
                let Some(attribute) = Attribute::of(attribute.value(row)) else {
                    continue;
                };
                let sure = strength.must(row).clamp(0, i64::from(CERTAIN));
                let own = all.entry(product.value(row).to_string()).or_default();
                own.push(Value {
                    attribute,
                    value: value.value(row).to_string(),
                    has: state.value(row) == "has",
                    source: source.value(row).to_string(),
                    sure: sure as f64 / f64::from(CERTAIN),
                });
            }
        }
        Ok(all)
    }
}

/// What the thing is, by the surest word.
pub(crate) fn kind_of(read: &[Value]) -> Option<&str> {
    let mut kinds = read
        .iter()
        .filter(|one| one.has && one.attribute == Attribute::Kind);
    kinds.next().map(|one| one.value.as_str())
}

/// The attributes that are read from texts, each under the name that the catalogue's column has. Sizes and packs are of
/// the thing and not of anybody's taste.
fn column(attribute: Attribute) -> Option<&'static str> {
    match attribute {
        Attribute::Size | Attribute::Pack => None,
        Attribute::Colour => Some("color"),
        other => Some(other.name()),
    }
}

/// The traits of a product: its fields, and what was read and no field says, as the catalogue's own word counts before what
/// a text may mean. What a person said of an attribute holds instead of both.
pub(crate) fn traits(told: &Told, read: &[Value]) -> Vec<Trait> {
    let corrected: BTreeSet<Attribute> = read
        .iter()
        .filter(|one| !one.has || one.source == "person")
        .map(|one| one.attribute)
        .collect();
    let stands = |name: &str| field_attribute(name).is_none_or(|of| !corrected.contains(&of));
    let fields = told.fields.iter().filter(|(name, _)| stands(name));
    let own = fields.map(|(name, value)| (name.clone(), value.clone(), 1.0));
    let mut all: Vec<Trait> = own.collect();
    let has = |name: &str| told.fields.iter().any(|(field, _)| field == name);
    let is_sorted = told
        .fields
        .iter()
        .any(|(field, _)| field.starts_with("category"));
    let found = read.iter().filter_map(|one| {
        let name = column(one.attribute)?;
        let by_person = corrected.contains(&one.attribute);
        // A category says better than a noun what a thing is.
        let is_known =
            one.source == "field" || has(name) || (one.attribute == Attribute::Kind && is_sorted);
        let counts = one.has && one.sure > 0.0 && (by_person || !is_known);
        counts.then(|| (name.to_string(), one.value.clone(), one.sure))
    });
    let found: Vec<Trait> = found.collect();
    // The retailer's categories say what a product is, where there are any; what texts add may be sensitive all the same.
    let mut texts: Vec<&str> = found.iter().map(|(_, value, _)| value.as_str()).collect();
    if !is_sorted {
        texts.push(&told.name);
    }
    let withheld: BTreeSet<&str> = texts.into_iter().flat_map(topics).collect();
    let withheld = withheld.into_iter().map(|topic| {
        let attribute = if topic == "kosher" {
            "dietary"
        } else {
            "category"
        };
        (attribute.into(), topic.into(), 1.0)
    });
    let withheld: Vec<Trait> = withheld.collect();
    all.extend(found);
    all.extend(withheld);
    all
}

/// The withheld categories that words of a text belong to.
pub(crate) fn topics(text: &str) -> Vec<&'static str> {
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

    fn value(attribute: Attribute, value: &str, source: &str, has: bool) -> Value {
        Value {
            attribute,
            value: value.into(),
            has,
            source: source.into(),
            sure: 1.0,
        }
    }

    fn product(name: &str, fields: &[(&str, &str)]) -> Told {
        Told {
            name: name.into(),
            fields: fields
                .iter()
                .map(|(field, value)| (field.to_string(), value.to_string()))
                .collect(),
            ..Told::default()
        }
    }

    fn of<'a>(all: &'a [Trait], name: &str) -> Vec<&'a str> {
        let own = all.iter().filter(|(attribute, ..)| attribute == name);
        own.map(|(_, value, _)| value.as_str()).collect()
    }

    #[test]
    fn texts_say_what_fields_do_not_and_nothing_against_them() {
        let read = [
            value(Attribute::Kind, "mug", "text", true),
            value(Attribute::Colour, "red", "text", true),
            value(Attribute::Material, "enamel", "text", true),
        ];
        let bare = traits(&product("Red enamel mug", &[]), &read);
        assert_eq!(
            (of(&bare, "kind"), of(&bare, "color")),
            (vec!["mug"], vec!["red"])
        );
        // The catalogue knows its colour and what it is.
        let fields = [("category_1", "Kitchen"), ("color", "blue")];
        let known = traits(&product("Red enamel mug", &fields), &read);
        assert_eq!(
            (of(&known, "kind"), of(&known, "color")),
            (vec![], vec!["blue"])
        );
        assert_eq!(of(&known, "material"), ["enamel"]);
    }

    #[test]
    fn a_persons_word_holds_instead_of_field_and_text() {
        let told = product("Red mug", &[("color", "blue")]);
        let set = [
            value(Attribute::Colour, "navy", "person", true),
            value(Attribute::Colour, "blue", "person", false),
        ];
        assert_eq!(of(&traits(&told, &set), "color"), ["navy"]);
        let none = [value(Attribute::Colour, "blue", "person", false)];
        assert!(of(&traits(&told, &none), "color").is_empty());
    }

    #[test]
    fn what_is_sensitive_is_a_withheld_category_and_the_spec_knows_each() {
        assert_eq!(topics("Christening mug, baby blue"), ["baby"]);
        assert_eq!(topics("WINE RACK"), ["alcohol"]);
        assert!(topics("blue mug").is_empty());
        let spec = super::super::spec::bundled().unwrap();
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
