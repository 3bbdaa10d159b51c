//! How alike two strings are. Strings are slices of anything that can be equal: bytes or characters. Holds no
//! folding of case or accents: that is the caller's.

/// Prefix that counts in [`jaro_winkler`], and how much each of its symbols does (W. E. Winkler, 1990).
const PREFIX_MAX: usize = 4;
const PREFIX_WEIGHT: f64 = 0.1;

/// Jaro's similarity, 0 to 1: common symbols within half the longer length, less half the transpositions.
/// Two empty strings are equal.
///
/// M. A. Jaro, "Advances in Record-Linkage Methodology as Applied to Matching the 1985 Census of Tampa,
/// Florida", JASA 84 (1989).
pub fn jaro<T: Eq>(a: &[T], b: &[T]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; b.len()];
    let mut common = Vec::with_capacity(a.len());
    for (i, symbol) in a.iter().enumerate() {
        let window = i.saturating_sub(reach)..b.len().min(i + reach + 1);
        let found = window.into_iter().find(|&j| !taken[j] && b[j] == *symbol);
        if let Some(j) = found {
            taken[j] = true;
            common.push(symbol);
        }
    }
    if common.is_empty() {
        return 0.0;
    }
    let other = b.iter().zip(&taken).filter(|(_, taken)| **taken);
    let moved = other.zip(&common).filter(|((b, _), a)| *b != **a).count();
    let matches = common.len() as f64;
    let straight = matches - (moved / 2) as f64;
    (matches / a.len() as f64 + matches / b.len() as f64 + straight / matches) / 3.0
}

/// Jaro's similarity, raised by up to four equal first symbols.
///
/// W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record
/// Linkage", Proceedings of the Section on Survey Research Methods, ASA (1990). Unlike some programs it raises
/// low similarities, too, as the paper's formula does.
pub fn jaro_winkler<T: Eq>(a: &[T], b: &[T]) -> f64 {
    let plain = jaro(a, b);
    let equal = a.iter().zip(b).take(PREFIX_MAX).take_while(|(a, b)| a == b);
    plain + equal.count() as f64 * PREFIX_WEIGHT * (1.0 - plain)
}

/// Fewest insertions, deletions, changes and swaps of neighbours that make one string the other, no part edited
/// twice: Damerau's distance as optimal string alignment (F. J. Damerau, "A technique for computer detection and
/// correction of spelling errors", CACM 7 (1964)).
pub fn alignment<T: Eq>(a: &[T], b: &[T]) -> usize {
    let width = b.len() + 1;
    // Three rows of the table: two symbols ago, one ago, now.
    let mut before = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut now = vec![0; width];
    for i in 1..=a.len() {
        now[0] = i;
        for j in 1..width {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j - 1] + change).min(last[j] + 1).min(now[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                least = least.min(before[j - 2] + 1);
            }
            now[j] = least;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut now);
    }
    last[width - 1]
}

/// Whether [`alignment`] is at most 1, without its table: what is left between the equal ends is one symbol, or two swapped.
pub fn is_one_edit<T: Eq>(a: &[T], b: &[T]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let front = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    a.len().max(b.len()) <= 1 || matches!((a, b), ([a, b], [c, d]) if a == d && b == c)
}

/// The American Soundex code of a word: its first letter and three digits for the sounds that follow; `None`
/// where it has no letter of A to Z. Letters apart by H or W count as neighbours, by a vowel they do not.
///
/// As the U.S. National Archives give it ("The Soundex Indexing System", 2007), after the patent of R. C. Russell (1918).
pub fn soundex(word: &[u8]) -> Option<[u8; 4]> {
    let digit = |letter: u8| match letter {
        b'b' | b'f' | b'p' | b'v' => b'1',
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
        b'd' | b't' => b'3',
        b'l' => b'4',
        b'm' | b'n' => b'5',
        b'r' => b'6',
        _ => 0,
    };
    let mut letters = word
        .iter()
        .map(u8::to_ascii_lowercase)
        .filter(u8::is_ascii_lowercase);
    let first = letters.next()?;
    let (mut code, mut filled, mut last) = (
        [first.to_ascii_uppercase(), b'0', b'0', b'0'],
        1,
        digit(first),
    );
    for letter in letters {
        let sound = digit(letter);
        if sound != 0 && sound != last {
            code[filled] = sound;
            filled += 1;
            if filled == code.len() {
                break;
            }
        }
        if !matches!(letter, b'h' | b'w') {
            last = sound;
        }
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, published: f64) -> bool {
        (got - published).abs() < 5e-4
    }

    #[test]
    fn published_similarities_come_out() {
        // Winkler (1990), table of examples, as repeated in his later reports.
        for (a, b, plain, raised) in [
            ("MARTHA", "MARHTA", 0.944, 0.961),
            ("DIXON", "DICKSONX", 0.767, 0.813),
            ("DWAYNE", "DUANE", 0.822, 0.840),
            ("JONES", "JOHNSON", 0.790, 0.832),
            ("ABROMS", "ABRAMS", 0.889, 0.922),
        ] {
            assert!(near(jaro(a.as_bytes(), b.as_bytes()), plain), "{a} {b}");
            assert!(
                near(jaro_winkler(a.as_bytes(), b.as_bytes()), raised),
                "{a} {b}"
            );
        }
        assert_eq!(jaro(b"abc", b""), 0.0);
        assert_eq!(jaro::<u8>(&[], &[]), 1.0);
    }

    #[test]
    fn edits_are_counted_with_swaps_as_one() {
        for (a, b, edits) in [
            ("kitten", "sitting", 3),
            ("ca", "ac", 1),
            // Where a part may be edited twice this is 2; in an alignment it is 3.
            ("ca", "abc", 3),
            ("", "abc", 3),
            ("same", "same", 0),
        ] {
            assert_eq!(alignment(a.as_bytes(), b.as_bytes()), edits, "{a} {b}");
        }
    }

    #[test]
    fn published_sounds_come_out() {
        for (word, code) in [
            ("Robert", "R163"),
            ("Rupert", "R163"),
            ("Rubin", "R150"),
            ("Ashcraft", "A261"),
            ("Tymczak", "T522"),
            ("Pfister", "P236"),
            ("Honeyman", "H555"),
            ("Lee", "L000"),
        ] {
            let got = soundex(word.as_bytes());
            assert_eq!(
                got.as_ref().map(|code| &code[..]),
                Some(code.as_bytes()),
                "{word}"
            );
        }
        assert_eq!(soundex(b"12"), None);
    }

    proptest! {
        #[test]
        fn similarities_are_symmetric_and_bounded(a in "[a-d]{0,9}", b in "[a-d]{0,9}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let alike = jaro_winkler(a, b);
            prop_assert!((0.0..=1.0).contains(&alike));
            prop_assert!((jaro(a, b) - jaro(b, a)).abs() < 0.08, "greedy matching differs little");
            prop_assert_eq!(alignment(a, b), alignment(b, a));
            prop_assert!(alignment(a, b) >= a.len().abs_diff(b.len()));
            prop_assert_eq!(alignment(a, b) == 0, a == b);
            prop_assert_eq!(is_one_edit(a, b), alignment(a, b) <= 1);
            if a == b { prop_assert!((alike - 1.0).abs() < 1e-12); }
        }
    }
}
