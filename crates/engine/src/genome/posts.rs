//! Stars of posts and reviews that have none, from what their words say. It must not weigh an act.

use crate::project::beside;
use crate::{EngineError, Project, heard};
use genome::dna::Dictionary;
use genome::heard::{Lexicon, read};

/// Words must lean so far, of 1,000, to be praise or blame, and so far to be much of it.
const CLEAR: i32 = 200;
const STRONG: i32 = 600;

/// What is needed to read a tone.
#[derive(Debug)]
pub(super) struct Tones {
    lexicon: Lexicon,
    dictionary: Dictionary,
}

impl Tones {
    /// The stars that the words stand for; none where they lean to neither side.
    pub(super) fn stars(&self, text: &str) -> Option<u8> {
        let heard = read(&self.lexicon, &self.dictionary, text, None, None);
        match heard.by_words? {
            tone if tone >= STRONG => Some(5),
            tone if tone >= CLEAR => Some(4),
            tone if tone <= -STRONG => Some(1),
            tone if tone <= -CLEAR => Some(2),
            _ => None,
        }
    }
}

impl Project {
    /// The bundled words of praise and blame with the project's own.
    pub(super) async fn tones(&self) -> Result<Tones, EngineError> {
        let dictionary = self.dna_dictionary().await?;
        let folder = self.folder().join(heard::folder());
        beside(move || {
            Ok(Tones {
                lexicon: heard::lexicon(&folder)?,
                dictionary,
            })
        })
        .await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn words_without_stars_are_praise_blame_or_neither() {
        let tones = Tones {
            lexicon: Lexicon::bundled().unwrap(),
            dictionary: Dictionary::bundled().unwrap(),
        };
        assert!(tones.stars("I love it, a wonderful mug, great quality!") >= Some(4));
        let blame = tones.stars("Terrible. It broke after a day, awful quality.");
        assert!(blame.is_some_and(|stars| stars <= 2), "{blame:?}");
        assert_eq!(tones.stars("Bought on Tuesday."), None);
    }
}
