//! The text that says what each number of a model stands for. It must not open a file.

use crate::PictureError;
use genome::dna::Attribute;

/// What a number stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub attribute: Attribute,
    pub value: String,
}

/// One line for each number: `attribute = value`, or `-` for one that says nothing.
pub fn parse(file: &str, text: &str) -> Result<Vec<Option<Label>>, PictureError> {
    let lines = text.trim_end().lines().enumerate();
    lines
        .map(|(at, line)| {
            let wrong = |wrong: &str, mend: &str| {
                PictureError::model(file, format!("line {}", at + 1), wrong, mend)
            };
            let line = line.trim();
            if line == "-" {
                return Ok(None);
            }
            let mend = "write `attribute = value`, such as `kind = mug`, or `-` for nothing";
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| wrong("has no `=`", mend))?;
            let value = value.trim().to_lowercase();
            let attribute = Attribute::of(name.trim())
                // A price is not to be seen.
                .filter(|one| *one != Attribute::PriceTier)
                .ok_or_else(|| {
                    let names = Attribute::ALL
                        .iter()
                        .filter(|one| **one != Attribute::PriceTier);
                    let names: Vec<&str> = names.map(|one| one.name()).collect();
                    wrong(
                        &format!(
                            "has '{}', which is no attribute that a picture shows",
                            name.trim()
                        ),
                        &format!("write one of {}", names.join(", ")),
                    )
                })?;
            match value.chars().any(char::is_alphanumeric) {
                true => Ok(Some(Label { attribute, value })),
                false => Err(wrong("has no value", mend)),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn each_line_is_an_attribute_and_a_value() {
        let labels = parse("l.txt", "kind = Tea Towel\n-\ncolour=red\n\n").unwrap();
        let told: Vec<_> = labels
            .iter()
            .flatten()
            .map(|one| one.value.as_str())
            .collect();
        assert_eq!((labels.len(), told), (3, vec!["tea towel", "red"]));
    }

    #[test]
    fn what_is_no_label_is_refused_with_its_line() {
        for (text, meant) in [
            ("kind = mug\nmug\n", "l.txt: line 2 has no `=`"),
            ("shape = round", "'shape', which is no attribute"),
            ("price_tier = low", "'price_tier', which is no attribute"),
            ("kind = ", "line 1 has no value"),
            ("kind = mug\n\nkind = cup", "line 2 has no `=`"),
        ] {
            let told = parse("l.txt", text).unwrap_err().to_string();
            assert!(told.contains(meant), "{told}");
        }
    }
}
