//! Catalogue fields and further attributes (`colour` = `navy`): which attribute a field's name stands for, and its value
//! in the dictionary's words. It must not read free text.

use super::{Attribute, CERTAIN, Dictionary, Evidence, Found, Language, Rule, Source};

/// Names of fields, beside the attribute's own.
const NAMES: &[(&str, Attribute)] = &[
    ("category", Attribute::Kind),
    ("product_type", Attribute::Kind),
    ("type", Attribute::Kind),
    ("subcategory", Attribute::Kind),
    ("manufacturer", Attribute::Brand),
    ("maker", Attribute::Brand),
    ("marke", Attribute::Brand),
    ("marque", Attribute::Brand),
    ("color", Attribute::Colour),
    ("farbe", Attribute::Colour),
    ("couleur", Attribute::Colour),
    ("fabric", Attribute::Material),
    ("composition", Attribute::Material),
    ("motif", Attribute::Pattern),
    ("print", Attribute::Pattern),
    ("flavor", Attribute::Flavour),
    ("scent", Attribute::Flavour),
    ("taste", Attribute::Flavour),
    ("pack_size", Attribute::Pack),
    ("pieces", Attribute::Pack),
    ("event", Attribute::Occasion),
    ("season", Attribute::Occasion),
    ("diet", Attribute::Dietary),
];

/// Strength of a field's value that the dictionary knows, and of one that it does not.
const KNOWN: u32 = CERTAIN;
const AS_TOLD: u32 = 7_000;

/// The attribute for which a field is kept; none where its name is no such.
pub fn attribute(name: &str) -> Option<Attribute> {
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    Attribute::of(&name).or_else(|| {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, attribute)| *attribute)
    })
}

/// What a field tells: several values stand apart by `,`, `;`, `|` or `/`, and of a category path the last part counts.
pub fn read(dictionary: &Dictionary, name: &str, value: &str, language: Language) -> Vec<Found> {
    let Some(attribute) = attribute(name).filter(|one| *one != Attribute::PriceTier) else {
        return Vec::new();
    };
    let whole = value.trim();
    let parts: Vec<&str> = match attribute {
        // "Kitchen > Mugs", "Home/Kitchen/Mugs": the last is the finest.
        Attribute::Kind => whole.rsplit(['>', '/', '|']).take(1).collect(),
        Attribute::Brand => vec![whole],
        Attribute::Pack => vec![whole],
        _ => whole.split([',', ';', '|', '/', '+']).collect(),
    };
    let parts = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .filter_map(|part| one(dictionary, (attribute, name), part, whole, language))
        .collect()
}

fn one(
    dictionary: &Dictionary,
    (attribute, name): (Attribute, &str),
    part: &str,
    whole: &str,
    language: Language,
) -> Option<Found> {
    let from = whole.find(part).map_or(0, |at| whole[..at].chars().count());
    let known = match attribute {
        Attribute::Pack => {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            // A pack is a number or it is nothing.
            let number: u64 = digits.parse().ok()?;
            Some((number.to_string(), "number of the field".to_string()))
        }
        // Two words for one stuff, as "60 % cotton", are one value.
        Attribute::Material => dictionary.look_up(
            attribute,
            part.trim_start_matches(|c: char| !c.is_alphabetic()),
            language,
        ),
        _ => dictionary.look_up(attribute, part, language),
    };
    let is_known = known.is_some();
    let (value, entry) =
        known.unwrap_or_else(|| (part.to_lowercase(), "as the field tells it".into()));
    Some(Found {
        attribute,
        value,
        strength: if is_known { KNOWN } else { AS_TOLD },
        source: Source::Field,
        evidence: vec![Evidence {
            field: name.to_string(),
            from,
            to: from + part.chars().count(),
            matched: part.to_string(),
            rule: if is_known { Rule::Word } else { Rule::AsTold },
            entry,
            read_as: None,
        }],
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn told(name: &str, value: &str) -> Vec<(Attribute, String, Rule)> {
        let dictionary = Dictionary::bundled().unwrap();
        let found = read(&dictionary, name, value, Language::En);
        found
            .into_iter()
            .map(|one| (one.attribute, one.value, one.evidence[0].rule))
            .collect()
    }

    #[test]
    fn fields_are_told_in_the_dictionary_s_words() {
        assert_eq!(
            told("Farbe", "Navy / weiß"),
            [
                (Attribute::Colour, "blue".into(), Rule::Word),
                (Attribute::Colour, "white".into(), Rule::Word)
            ]
        );
        assert_eq!(told("category", "Home > Kitchen > Coffee Mugs")[0].1, "mug");
        assert_eq!(
            told("composition", "60 % cotton, 40 % Polyester")[1].1,
            "polyester"
        );
        assert_eq!(told("pack_size", "6 pieces")[0].1, "6");
    }

    #[test]
    fn what_no_dictionary_knows_stays_as_it_is_told() {
        assert_eq!(
            told("brand", "Acme & Sons")[0],
            (Attribute::Brand, "acme & sons".into(), Rule::AsTold)
        );
        assert_eq!(told("warehouse", "7"), []);
        assert_eq!(told("pack_size", "some"), []);
    }
}
