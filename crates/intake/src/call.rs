//! Which path asks for what, and what is read of the text after `?`. Methods and CORS are the server's.

use serde::{Deserialize, Serialize};

/// The type of an event, as in the `type` column of `events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventType {
    /// Who somebody is.
    Identify,
    /// What somebody did.
    Track,
    /// A page that was seen.
    Page,
    /// A screen of an app that was seen.
    Screen,
    /// What somebody belongs to.
    Group,
    /// Two ids of one person.
    Alias,
}

impl EventType {
    /// Every type, in a fixed order.
    pub const ALL: [EventType; 6] = [
        Self::Identify,
        Self::Track,
        Self::Page,
        Self::Screen,
        Self::Group,
        Self::Alias,
    ];

    /// The word used in events and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Track => "track",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    /// The type named by a word, whatever its case; `None` for a word that is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call<'a> {
    /// One event of this type (`POST`).
    Event(EventType),
    /// Many events (`POST`).
    Batch,
    /// The settings of Segment's browser library for a write key (`GET`).
    Settings(&'a str),
    /// The settings of RudderStack's browser library (`GET`); its write key is in the query.
    SourceConfig,
}

impl<'a> Call<'a> {
    /// What a path without its query asks for; `None` where it is none of ours. A slash at the end counts for
    /// nothing: RudderStack's library asks for `/sourceConfig/`.
    pub fn of(path: &'a str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        if let Some(rest) = path.strip_prefix("/v1/projects/") {
            let key = rest.strip_suffix("/settings")?;
            return (!key.is_empty() && !key.contains('/')).then_some(Self::Settings(key));
        }
        Some(match path {
            "/v1/identify" | "/v1/i" => Self::Event(EventType::Identify),
            "/v1/track" | "/v1/t" => Self::Event(EventType::Track),
            "/v1/page" | "/v1/p" => Self::Event(EventType::Page),
            "/v1/screen" | "/v1/s" => Self::Event(EventType::Screen),
            "/v1/group" | "/v1/g" => Self::Event(EventType::Group),
            "/v1/alias" | "/v1/a" => Self::Event(EventType::Alias),
            "/v1/batch" | "/v1/b" | "/beacon/v1/batch" => Self::Batch,
            "/sourceConfig" => Self::SourceConfig,
            _ => return None,
        })
    }
}

/// The first value of a name in a query (`a=1&b=2`), decoded; `None` where it is missing or blank.
pub fn query_value(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| decode(value))
        .filter(|value| !value.trim().is_empty())
}

/// Text with `%41` and `+` decoded; what is no code stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', _, _) => out.push(b' '),
            (other, _, _) => out.push(other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_paths_ask_for_the_same() {
        for kind in EventType::ALL {
            let long = format!("/v1/{}", kind.word());
            let short = format!("/v1/{}", &kind.word()[..1]);
            assert_eq!(Call::of(&long), Some(Call::Event(kind)));
            assert_eq!(Call::of(&short), Some(Call::Event(kind)));
            assert_eq!(
                EventType::from_word(&kind.word().to_uppercase()),
                Some(kind)
            );
        }
        for batch in ["/v1/batch", "/v1/b", "/beacon/v1/batch", "/v1/batch/"] {
            assert_eq!(Call::of(batch), Some(Call::Batch));
        }
        assert_eq!(
            Call::of("/v1/projects/k/settings"),
            Some(Call::Settings("k"))
        );
        assert_eq!(Call::of("/sourceConfig/"), Some(Call::SourceConfig));
        for none in [
            "",
            "/",
            "/v1",
            "/v1/x",
            "/v1/track/x",
            "/v1/projects//settings",
            "/v1/projects/a/b/settings",
        ] {
            assert_eq!(Call::of(none), None, "{none}");
        }
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(
            query_value("a=1&writeKey=W%4B+%zz", "writeKey").as_deref(),
            Some("WK %zz")
        );
        for none in ["", "writeKey", "writeKey=", "writekey=a", "xwriteKey=a"] {
            assert_eq!(query_value(none, "writeKey"), None, "{none}");
        }
    }
}
