//! Words of a closed list: the macro that makes one, and the schemas of the words that `retail` owns.
//! It must not hold a list of its own.

use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

/// The schema of a closed list of words.
pub(super) fn schema(words: impl Iterator<Item = &'static str>, about: &str) -> RefOr<Schema> {
    let about = about.trim();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(about))
        .enum_values(Some(words))
        .into()
}

/// A closed list of words: the enum, its word, and the value named by a word.
macro_rules! words {
    (#[doc = $about:literal] $name:ident { $($(#[$says:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        #[doc = $about]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$says])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in a fixed order.
            pub const ALL: &'static [$name] = &[$(Self::$variant),+];

            /// The word used in requests and answers.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value named by a word; `None` for a word that is none.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::views::words::schema(Self::ALL.iter().map(|value| value.word()), $about)
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(super) use words;

/// The schema of a closed list that `retail` owns.
macro_rules! schema_of {
    ($(#[$about:meta])* $name:ident = $retail:ident as $schema:literal: $description:literal) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema(retail::$retail::ALL.iter().map(|value| value.word()), $description)
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed($schema)
            }
        }
    };
}

schema_of!(
    /// The schema of [`retail::Purpose`].
    PurposeWord = Purpose as "Purpose": "For what a person is looked at."
);
schema_of!(
    /// The schema of [`retail::Role`].
    RoleWord = Role as "Role": "What a person does at the retailer."
);
schema_of!(
    /// The schema of [`retail::Scope`].
    ScopeWord = Scope as "Scope": "What an API key may do."
);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::views::{LineType, RoleWord};
    use utoipa::PartialSchema;

    #[test]
    fn words_are_what_is_sent_and_documented() {
        for value in LineType::ALL {
            assert_eq!(LineType::from_word(value.word()), Some(*value));
            assert_eq!(serde_json::to_value(value).unwrap(), value.word());
        }
        let documented = serde_json::to_value(LineType::schema()).unwrap();
        assert_eq!(
            documented["enum"],
            serde_json::json!(["sale", "return", "service"])
        );
        let roles = serde_json::to_value(RoleWord::schema()).unwrap();
        assert_eq!(
            roles["enum"].as_array().unwrap().len(),
            retail::Role::ALL.len()
        );
    }
}
