//! The encoding of a text: declared, by its mark, or by what its bytes can be.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Choice;
use crate::error::CollectError;
use crate::spec::Options;

pub(super) fn choose(
    head: &[u8],
    options: &Options,
    choices: &mut Vec<Choice>,
) -> Result<&'static Encoding, CollectError> {
    if let Some(label) = &options.encoding {
        return Encoding::for_label(label.as_bytes()).ok_or_else(|| CollectError::BadOption {
            option: "encoding",
            value: label.clone(),
            why: "give utf-8, utf-16le, utf-16be, windows-1252 or another label of the WHATWG standard".to_string(),
        });
    }
    let (encoding, why) = detect(head);
    choices.push(Choice::new("encoding", encoding.name(), why));
    Ok(encoding)
}

fn detect(head: &[u8]) -> (&'static Encoding, &'static str) {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return (encoding, "by the mark at its start");
    }
    let zeros = |parity: usize| {
        head.iter()
            .take(2_000)
            .skip(parity)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = head.len().min(2_000) / 2;
    if half > 2 && zeros(1) * 2 > half && zeros(0) * 10 < half {
        return (UTF_16LE, "every other byte is zero");
    }
    if half > 2 && zeros(0) * 2 > half && zeros(1) * 10 < half {
        return (UTF_16BE, "every other byte is zero");
    }
    match std::str::from_utf8(head) {
        Ok(_) if head.is_ascii() => (UTF_8, "its first part is plain ASCII"),
        Ok(_) => (UTF_8, "its first part is valid UTF-8"),
        // A character cut by the end of what was read is no error.
        Err(e) if e.error_len().is_none() => (UTF_8, "its first part is valid UTF-8"),
        Err(_) => (
            WINDOWS_1252,
            "its first part is no UTF-8; give encoding if it is not western European",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], expect: &'static Encoding) {
        assert_eq!(detect(head).0, expect);
    }

    #[test]
    fn encodings_by_their_bytes() {
        check(b"a,b\n1,2\n", UTF_8);
        check("a,caf\u{e9}\n".as_bytes(), UTF_8);
        check(b"a,caf\xe9\n", WINDOWS_1252);
        check(b"\xef\xbb\xbfa,b\n", UTF_8);
        check(b"\xff\xfea\0,\0", UTF_16LE);
        check(b"a\0,\0b\0\n\x001\0,\0", UTF_16LE);
        check(b"\0a\0,\0b\0\n\x001\0,", UTF_16BE);
        check(&"caf\u{e9}".as_bytes()[..4], UTF_8);
    }
}
