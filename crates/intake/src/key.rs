//! The write key of a request, from wherever a library puts it. Whether the key is known and what it may write is
//! the server's.
//!
//! A key may be the user of basic authentication (with or without a colon after it; a password counts for nothing),
//! `?writeKey=`, `"writeKey"` in the body, and `"writeKey"` in each event of a batch. A bearer's token is handed on
//! beside the key and is none. All keys that the request as a whole states must be equal: the server cannot know
//! which of two was meant, and the wrong guess writes into somebody else's data. Where only events state one, the first
//! that does states it for all. An event whose own key is another than the request's becomes a dead letter.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::refusal::Refusal;

/// Libraries differ in whether they pad.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a header Authorization holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Authorization {
    /// The write key of `Basic`.
    pub key: Option<String>,
    /// The token of `Bearer`.
    pub bearer: Option<String>,
}

/// Reads a header Authorization.
pub fn authorization(header: Option<&str>) -> Result<Authorization, Refusal> {
    let Some(header) = header.map(str::trim).filter(|header| !header.is_empty()) else {
        return Ok(Authorization::default());
    };
    let broken = |what: &str| Refusal::Authorization(what.to_string());
    let (scheme, rest) = header.split_once(' ').ok_or_else(|| broken("one word"))?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Authorization {
            key: None,
            bearer: filled(rest),
        });
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(broken("neither Basic nor Bearer"));
    }
    let bytes = LENIENT.decode(rest).map_err(|_| broken("no base64"))?;
    let text = String::from_utf8(bytes).map_err(|_| broken("no text"))?;
    Ok(Authorization {
        key: filled(text.split_once(':').map_or(text.as_str(), |(user, _)| user)),
        bearer: None,
    })
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_string())
}

/// The one key of a request: of (where, key), those that are stated must be equal; else the first event's, which is
/// only asked for then.
pub fn agree(
    stated: [(&'static str, Option<&str>); 3],
    of_events: impl FnOnce() -> Option<String>,
) -> Result<String, Refusal> {
    let mut found: Option<(&'static str, &str)> = None;
    for (place, key) in stated {
        match (found, key.map(str::trim).filter(|key| !key.is_empty())) {
            (Some((first, known)), Some(key)) if known != key => {
                return Err(Refusal::KeysDiffer {
                    first,
                    second: place,
                });
            }
            (None, Some(key)) => found = Some((place, key)),
            _ => {}
        }
    }
    found
        .map(|(_, key)| key.to_string())
        .or_else(of_events)
        .ok_or(Refusal::NoKey)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_read_with_and_without_a_colon() {
        // "WK_TEST:", "WK_TEST", "WK_TEST:secret", the last without padding.
        for text in [
            "Basic V0tfVEVTVDo=",
            "Basic V0tfVEVTVA==",
            "basic  V0tfVEVTVDpzZWNyZXQ",
            "Basic V0tfVEVTVA",
        ] {
            assert_eq!(
                authorization(Some(text)).unwrap().key.as_deref(),
                Some("WK_TEST"),
                "{text}"
            );
        }
        assert_eq!(
            authorization(Some("Bearer t")).unwrap().bearer.as_deref(),
            Some("t")
        );
        assert_eq!(
            authorization(Some("Basic Og==")).unwrap(),
            Authorization::default()
        );
        for broken in ["Basic", "Digest a", "Basic ?", "Basic /w=="] {
            assert!(authorization(Some(broken)).is_err(), "{broken}");
        }
    }

    #[test]
    fn keys_must_agree() {
        let agreed = |a, b, c, d: Option<&str>| {
            agree([("a", a), ("b", b), ("c", c)], || d.map(str::to_string))
        };
        assert_eq!(
            agreed(None, Some("k"), Some("k"), Some("other")).unwrap(),
            "k"
        );
        assert_eq!(agreed(None, Some(" "), None, Some("e")).unwrap(), "e");
        assert_eq!(agreed(None, None, None, None), Err(Refusal::NoKey));
        let differ = Refusal::KeysDiffer {
            first: "a",
            second: "c",
        };
        assert_eq!(agreed(Some("k"), None, Some("l"), None), Err(differ));
    }
}
