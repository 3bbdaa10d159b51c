//! A plain look-up of canonical words, for comparison. It must not stem, mend or weigh anything.

use super::claim::{Line, Match, longest};
use super::found::{Reading, Said, Writer, add, sort};
use super::words::tokens;
use super::{Attribute, CERTAIN, Extractor, Found, Language, Product, Rule};

impl Extractor {
    /// What a plain look-up of canonical words gives: every canonical word that stands in a text as it is listed, the
    /// longest first, of kinds the last. It is what the extractor is compared with.
    #[must_use]
    pub fn baseline(&self, product: &Product) -> Vec<Found> {
        let mut found = Vec::new();
        for (field, text) in &product.texts {
            let line = Line::new(tokens(text), Language::En);
            let letters: Vec<char> = text.chars().collect();
            let mut reading = Reading {
                used: vec![None; line.tokens.len()],
                line,
                found: Vec::new(),
            };
            let mut all = Vec::new();
            for (at, known) in self.dictionary().all().iter().enumerate() {
                let name: Vec<String> = tokens(&known.key.1)
                    .into_iter()
                    .map(|one| one.text)
                    .collect();
                for from in 0..reading.line.tokens.len() {
                    let here = reading.line.tokens.get(from..from + name.len());
                    if here.is_some_and(|here| {
                        here.iter()
                            .zip(&name)
                            .all(|(token, word)| token.text == *word)
                    }) {
                        all.push(Match {
                            known: at,
                            word: 0,
                            from,
                            to: from + name.len(),
                            exact: true,
                        });
                    }
                }
            }
            let free = vec![false; reading.line.tokens.len()];
            let mut out = Writer {
                field,
                letters: &letters,
                reading: &mut reading,
            };
            for attribute in Attribute::ALL {
                let mut words = longest(self.dictionary(), &all, &free, |one| one == attribute);
                if attribute == Attribute::Kind || !attribute.is_many() {
                    words = words.pop().into_iter().collect();
                }
                for one in words {
                    let known = self.dictionary().known(one.known);
                    let origin = &known.entry.origin;
                    let said = Said {
                        attribute,
                        value: &known.key.1,
                        strength: CERTAIN,
                        rule: Rule::Word,
                        entry: origin,
                    };
                    out.put(&said, one.from, one.to);
                }
            }
            for one in reading.found {
                add(&mut found, one);
            }
        }
        sort(&mut found);
        found
    }
}
