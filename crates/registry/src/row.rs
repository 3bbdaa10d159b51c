//! Reading the columns of a row by name, and the words that enums are stored as.
//! It must not know any table.

use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::error::{Error, Result};

/// Typed reading of columns.
pub(crate) trait Columns {
    fn int(&self, column: &str) -> Result<i64>;
    fn int_or_none(&self, column: &str) -> Result<Option<i64>>;
    fn float_or_none(&self, column: &str) -> Result<Option<f64>>;
    fn text(&self, column: &str) -> Result<String>;
    fn text_or_none(&self, column: &str) -> Result<Option<String>>;
    fn bytes(&self, column: &str) -> Result<Vec<u8>>;
    fn bytes_or_none(&self, column: &str) -> Result<Option<Vec<u8>>>;

    /// A column that holds JSON.
    fn json(&self, column: &str) -> Result<Value> {
        parse_json(&self.text(column)?)
    }

    /// A column that holds the word of an enum.
    fn word<T>(&self, column: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<T> {
        from_word(&self.text(column)?).ok_or(Error::Damaged { what: "a word" })
    }

    /// A column that holds words with commas between.
    fn words<T>(&self, column: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
        let text = self.text(column)?;
        text.split(',')
            .filter(|word| !word.is_empty())
            .map(|word| from_word(word).ok_or(Error::Damaged { what: "a word" }))
            .collect()
    }
}

impl Columns for AnyRow {
    fn int(&self, column: &str) -> Result<i64> {
        Ok(self.try_get(column)?)
    }

    fn int_or_none(&self, column: &str) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }

    fn float_or_none(&self, column: &str) -> Result<Option<f64>> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: &str) -> Result<String> {
        Ok(self.try_get(column)?)
    }

    fn text_or_none(&self, column: &str) -> Result<Option<String>> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>> {
        Ok(self.try_get(column)?)
    }

    fn bytes_or_none(&self, column: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.try_get(column)?)
    }
}

/// Parses JSON that the registry itself wrote.
pub(crate) fn parse_json(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|_| Error::Damaged { what: "a document" })
}

/// The words of a list, with commas between.
pub(crate) fn join_words<T: Copy>(values: &[T], word: impl Fn(T) -> &'static str) -> String {
    let words: Vec<_> = values.iter().map(|value| word(*value)).collect();
    words.join(",")
}

/// An enum that is stored and sent as words.
macro_rules! stored_words {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$variant_doc])* $variant),+ }

        impl $type {
            /// The word used in tables and answers.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value named by a word; `None` for a word that is none.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use stored_words;
