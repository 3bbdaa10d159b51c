//! Languages that texts can be in, and the light stemming of each. It must not hold a word of any.

use serde::{Deserialize, Serialize};

/// A language that dictionaries can have words of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Dutch.
    Nl,
    /// Italian.
    It,
    /// Polish.
    Pl,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::En,
        Self::De,
        Self::Fr,
        Self::Es,
        Self::Nl,
        Self::It,
        Self::Pl,
    ];

    /// Its code of two letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Nl => "nl",
            Self::It => "it",
            Self::Pl => "pl",
        }
    }

    /// The language of a code, or of a tag that begins with one (`en-GB`).
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        let code = tag.split(['-', '_']).next()?.to_lowercase();
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether its words are written together, so that a word unknown may be two known ones.
    #[must_use]
    pub const fn is_compounding(self) -> bool {
        matches!(self, Self::De | Self::Nl)
    }

    /// A word without the endings of number, gender and case: light on purpose, as both texts and dictionaries go
    /// through it, and a stem need not be a word.
    ///
    /// `word` is in lower case without accents. Words of 3 letters or with digits stay as they are.
    #[must_use]
    pub fn stem(self, word: &str) -> String {
        if word.len() <= 3 || word.bytes().any(|byte| byte.is_ascii_digit()) {
            return word.to_string();
        }
        let endings: &[&str] = match self {
            Self::En => return english(word),
            Self::De => &["en", "er", "es", "em", "e", "n", "s"],
            Self::Fr => &["es", "e", "s", "x"],
            Self::Es => &["os", "as", "es", "o", "a", "s", "e"],
            Self::Nl => &["en", "e", "s"],
            Self::It => &["a", "e", "i", "o"],
            Self::Pl => &[
                "ego", "emu", "ych", "ymi", "ich", "imi", "ej", "ym", "im", "ow", "ami", "ach",
                "y", "a", "e", "i", "u", "o",
            ],
        };
        // Endings again and again, as that of one form may be the stem's of another ("kaars", "kaarsen"). At least three
        // letters stay, and four when more than one ending goes, or short words would fall together.
        let (mut stem, mut least) = (word, 3);
        while let Some(shorter) = endings
            .iter()
            .find_map(|ending| stem.strip_suffix(ending).filter(|stem| stem.len() >= least))
        {
            (stem, least) = (shorter, 4);
        }
        stem.to_string()
    }
}

/// An English noun in the singular.
fn english(word: &str) -> String {
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_string();
    }
    if word.len() > 4 {
        if let Some(stem) = word.strip_suffix("ies") {
            return format!("{stem}y");
        }
        // Birdie and birdy, cookie and cookies fall together.
        if let Some(stem) = word.strip_suffix("ie") {
            return format!("{stem}y");
        }
        for ending in ["sses", "shes", "ches", "xes"] {
            if word.ends_with(ending) {
                return word[..word.len() - 2].to_string();
            }
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_and_genders_fall_together() {
        let alike = [
            (Language::En, "boxes", "box"),
            (Language::En, "daisies", "daisy"),
            (Language::En, "cookies", "cookie"),
            (Language::En, "cases", "case"),
            (Language::De, "rotes", "rote"),
            (Language::De, "schwarzen", "schwarz"),
            (Language::Fr, "vertes", "vert"),
            (Language::Es, "rojas", "rojo"),
            (Language::It, "rossi", "rossa"),
            (Language::Pl, "czerwonej", "czerwony"),
            (Language::Nl, "houten", "houte"),
            (Language::Nl, "kaarsen", "kaars"),
            (Language::De, "weissen", "weiss"),
        ];
        for (language, one, other) in alike {
            assert_eq!(
                language.stem(one),
                language.stem(other),
                "{one} and {other} in {}",
                language.code()
            );
        }
    }

    #[test]
    fn what_only_looks_like_a_plural_stays() {
        for word in ["glass", "iris", "cactus", "50s", "gas"] {
            assert_eq!(Language::En.stem(word), word);
        }
    }

    #[test]
    fn a_tag_names_its_language() {
        assert_eq!(Language::of("en-GB"), Some(Language::En));
        assert_eq!(Language::of("pl"), Some(Language::Pl));
        assert_eq!(Language::of("tlh"), None);
    }
}
