//! From the bytes of a request to its JSON text: inflation within bounds, byte-order mark, bytes that are no text.
//! It must not look into the JSON, nor at the header Content-Type, which libraries fill in with anything.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::limits::Limits;
use crate::refusal::Refusal;

/// The text of a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Body<'a> {
    /// The JSON.
    pub text: Cow<'a, str>,
    /// Whether bytes that are no UTF-8 were replaced by U+FFFD.
    pub replaced: bool,
}

/// Reads a body. Its first two bytes say whether it is gzip, for no JSON begins with them; the header
/// Content-Encoding is looked at only where they say no, since proxies inflate bodies and leave the header.
///
/// Memory: at most `limits.batch_bytes` and one byte, whatever the body inflates to.
pub fn text<'a>(
    bytes: &'a [u8],
    encoding: Option<&str>,
    limits: &Limits,
) -> Result<Body<'a>, Refusal> {
    if bytes.len() > limits.batch_bytes {
        return Err(Refusal::TooLarge {
            limit: limits.batch_bytes,
        });
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut inflated = Vec::new();
        MultiGzDecoder::new(bytes)
            .take(limits.batch_bytes as u64 + 1)
            .read_to_end(&mut inflated)
            .map_err(|error| Refusal::Gzip(error.to_string()))?;
        if inflated.len() > limits.batch_bytes {
            return Err(Refusal::InflatedTooLarge {
                limit: limits.batch_bytes,
            });
        }
        let body = plain(&inflated);
        return Ok(Body {
            text: Cow::Owned(body.text.into_owned()),
            replaced: body.replaced,
        });
    }
    match encoding.map(str::trim) {
        Some(word)
            if !["", "gzip", "x-gzip", "identity"]
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known)) =>
        {
            Err(Refusal::Encoding(word.chars().take(40).collect()))
        }
        _ => Ok(plain(bytes)),
    }
}

fn plain(bytes: &[u8]) -> Body<'_> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let replaced = std::str::from_utf8(bytes).is_err();
    Body {
        text: String::from_utf8_lossy(bytes),
        replaced,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_known_by_its_bytes() {
        let limits = Limits::default();
        let wire = gzip(b"{}");
        for encoding in [Some("gzip"), Some("identity"), None] {
            assert_eq!(text(&wire, encoding, &limits).unwrap().text, "{}");
            assert_eq!(
                text(b"\xef\xbb\xbf{}", encoding, &limits).unwrap().text,
                "{}"
            );
        }
    }

    #[test]
    fn a_bomb_is_refused_within_the_bound() {
        let limits = Limits::default();
        let bomb = gzip(&vec![b' '; 100 << 20]);
        assert!(bomb.len() < limits.batch_bytes);
        assert_eq!(
            text(&bomb, None, &limits),
            Err(Refusal::InflatedTooLarge { limit: 500 << 10 })
        );
        // Its end is cut off: who inflates beyond the bound meets broken gzip instead.
        let cut = text(&bomb[..bomb.len() - 1_000], None, &limits);
        assert_eq!(cut, Err(Refusal::InflatedTooLarge { limit: 500 << 10 }));
        let fits = gzip(&vec![b' '; limits.batch_bytes]);
        assert!(text(&fits, None, &limits).is_ok());
        let plain = vec![b' '; limits.batch_bytes + 1];
        assert_eq!(
            text(&plain, None, &limits),
            Err(Refusal::TooLarge { limit: 500 << 10 })
        );
    }

    #[test]
    fn broken_and_other_encodings_are_told() {
        let limits = Limits::default();
        let mut wire = gzip(b"{\"batch\":[]}");
        wire.truncate(wire.len() - 6);
        assert!(matches!(text(&wire, None, &limits), Err(Refusal::Gzip(_))));
        assert_eq!(
            text(b"\x0b\x01", Some("br"), &limits),
            Err(Refusal::Encoding("br".into()))
        );
        assert!(text(b"\"caf\xe9\"", None, &limits).unwrap().replaced);
    }
}
