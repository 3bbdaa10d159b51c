//! What cannot be resolved, and how to mend it.

/// Why nothing was resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Two records have one key.
    #[error("key {key} stands for two records; give each record its own key")]
    KeyTwice {
        /// The key.
        key: i64,
    },
    /// Two records have one own identifier.
    #[error(
        "records {first} and {second} have the same own {kind}; give one record for each identifier"
    )]
    IdentifierTwice {
        /// Key of one record.
        first: i64,
        /// Key of the other.
        second: i64,
        /// Kind of the identifier.
        kind: &'static str,
    },
    /// A setting outside its legal range.
    #[error("{setting} is {value}; give {legal}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// The value given.
        value: String,
        /// The legal range in words.
        legal: &'static str,
    },
    /// A line of a dictionary that cannot be read.
    #[error("line {line} of the dictionary of {of} is '{text}'; write it as {form}")]
    Dictionary {
        /// Which dictionary.
        of: &'static str,
        /// The line, counted from 1.
        line: usize,
        /// What it says.
        text: String,
        /// What is expected.
        form: &'static str,
    },
    /// A change of merges that does not fit what stands there now.
    #[error(
        "key {key} belongs to customer {found}, not to {expected} as when the change was made; load the merges again and make the change anew"
    )]
    Changed {
        /// The key.
        key: i64,
        /// Its customer now.
        found: i64,
        /// Its customer when the change was made.
        expected: i64,
    },
    /// Keys that are not of one customer.
    #[error("keys {first} and {second} are not one customer; only what is merged can be parted")]
    NotTogether {
        /// One key.
        first: i64,
        /// Another.
        second: i64,
    },
    /// The kernel refused its input.
    #[error(transparent)]
    Matching(#[from] matching::Error),
}
