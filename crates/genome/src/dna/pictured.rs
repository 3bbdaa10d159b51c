//! What pictures tell, put beside what fields and texts tell. It must not look at a picture.

use super::Found;
use super::found::{add, sort};

/// Puts values that pictures tell beside those that were read before, and gives those that had to yield.
///
/// Of an attribute of which fields, texts, the price or a person say anything, a picture's value counts only where it is the
/// same: it becomes another evidence, and the value as much surer as if it were told twice. Anything else that the picture
/// says of it yields. Where they are silent the picture's values are taken; of an attribute with one value, the surest.
pub fn join_pictured(found: &mut Vec<Found>, mut pictured: Vec<Found>) -> Vec<Found> {
    sort(&mut pictured);
    let told: Vec<_> = found.iter().map(|one| one.attribute).collect();
    let mut yielded = Vec::new();
    for one in pictured {
        let same = |other: &Found| other.attribute == one.attribute && other.value == one.value;
        let has_one = || found.iter().any(|other| other.attribute == one.attribute);
        let is_open = match one.attribute.is_many() {
            true => !told.contains(&one.attribute),
            false => !has_one(),
        };
        match is_open || found.iter().any(same) {
            true => add(found, one),
            false => yielded.push(one),
        }
    }
    sort(found);
    yielded
}

#[cfg(test)]
mod tests {
    use super::super::{Attribute, Evidence, Rule, Source};
    use super::*;

    fn one(attribute: Attribute, value: &str, strength: u32, source: Source) -> Found {
        Found {
            attribute,
            value: value.into(),
            strength,
            source,
            evidence: vec![Evidence {
                field: "picture".into(),
                from: 0,
                to: 0,
                matched: value.into(),
                rule: Rule::Picture,
                entry: String::new(),
                read_as: None,
            }],
        }
    }

    #[test]
    fn texts_go_first_and_pictures_fill_what_is_silent() {
        let mut found = vec![one(Attribute::Colour, "red", 9_000, Source::Text)];
        let pictured = vec![
            one(Attribute::Pattern, "stripe", 5_000, Source::Picture),
            one(Attribute::Colour, "red", 5_000, Source::Picture),
            one(Attribute::Colour, "white", 4_000, Source::Picture),
        ];
        let yielded = join_pictured(&mut found, pictured);
        let told: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.value.as_str(),
                    one.strength,
                    one.source,
                    one.evidence.len(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("red", 9_500, Source::Text, 2),
                ("stripe", 5_000, Source::Picture, 1)
            ]
        );
        assert_eq!((yielded.len(), yielded[0].value.as_str()), (1, "white"));
    }

    #[test]
    fn a_silent_attribute_takes_all_colours_but_one_brand() {
        let mut found = Vec::new();
        let pictured = vec![
            one(Attribute::Brand, "acme", 3_000, Source::Picture),
            one(Attribute::Brand, "globex", 4_000, Source::Picture),
            one(Attribute::Colour, "red", 5_000, Source::Picture),
            one(Attribute::Colour, "blue", 4_000, Source::Picture),
        ];
        let yielded = join_pictured(&mut found, pictured);
        let told: Vec<_> = found.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(told, ["globex", "red", "blue"]);
        assert_eq!(yielded[0].value, "acme");
    }
}
