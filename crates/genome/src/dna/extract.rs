//! The extractor: what each product of a catalogue is told to be, with strength and evidence. It must not hold a word of
//! any language, nor read a file.

use super::claim::{Line, Match, longest, matches};
use super::found::{Reading, Said, Writer, add, sort};
use super::fronts;
use super::kinds::{Kind, Reader};
use super::layers::Figure;
use super::spell::{Speller, mended};
use super::words::{Token, tokens};
use super::{
    Attribute, Dictionary, Found, Language, Priced, Product, Rule, fields, measure, price_tiers,
};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// How sure a reading is, per 10,000: a word as it is listed, one that was mended, what another value implies, numbers,
/// a figure without a noun, a noun that no dictionary knows. Set by hand in this order; they are no probabilities.
const WORD: u32 = 9_000;
const MENDED: u32 = 8_000;
const GIVEN: u32 = 8_000;
const NUMBER: u32 = 9_500;
const FIGURE: u32 = 6_000;
const NOUN: u32 = 3_000;

/// What is left of a strength where the text is not the one that names the thing, of 10: descriptions also speak of
/// what the thing goes with.
const BESIDE: u32 = 8;

/// A guess of a language must be ahead of the catalogue's by so many words.
const AHEAD: usize = 2;

/// Reads products by a dictionary and by what it has seen of their catalogue.
#[derive(Debug, Clone)]
pub struct Extractor {
    dictionary: Dictionary,
    speller: Speller,
    language: Language,
    /// Kinds that the catalogue puts first and the variant behind them, by their entries.
    fronts: BTreeSet<usize>,
}

impl Extractor {
    /// By a dictionary alone: English unless a product says otherwise, misspellings by the dictionary's words.
    #[must_use]
    pub fn new(dictionary: Dictionary) -> Self {
        let speller = Speller::new(&dictionary, HashMap::new());
        Self {
            dictionary,
            speller,
            language: Language::En,
            fronts: BTreeSet::new(),
        }
    }

    /// By a dictionary and a catalogue: its most used language, and how often it uses each word. The same catalogue in
    /// another order gives the same.
    #[must_use]
    pub fn of_catalogue(dictionary: Dictionary, products: &[Product]) -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        let mut hits = [0_usize; Language::ALL.len()];
        let without = Speller::new(&dictionary, HashMap::new());
        for product in products {
            for (_, text) in &product.texts {
                let tokens = tokens(text);
                for (at, language) in Language::ALL.into_iter().enumerate() {
                    hits[at] += match product.language {
                        Some(told) => usize::from(told == language) * tokens.len(),
                        None => known(&without, &tokens, language),
                    };
                }
                for token in tokens {
                    *counts.entry(token.text).or_default() += 1;
                }
            }
        }
        let most = hits.iter().max().copied().unwrap_or(0);
        let language = Language::ALL
            .into_iter()
            .zip(hits)
            .find(|(_, hits)| *hits == most);
        let language = language.map_or(Language::En, |(language, _)| language);
        let mut speller = Speller::new(&dictionary, counts);
        speller.learn(&dictionary, language);
        let texts = products.iter().flat_map(|one| &one.texts);
        speller.cut_at(
            texts
                .map(|(_, text)| text.trim().chars().count())
                .max()
                .unwrap_or(0),
        );
        let mut whole = Self {
            dictionary,
            speller,
            language,
            fronts: BTreeSet::new(),
        };
        whole.fronts = fronts::find(&whole, products);
        whole
    }

    /// The dictionary it reads by.
    #[must_use]
    pub const fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// What each product is told to be, in the order of the products; price tiers among all of them. The same on any
    /// number of threads.
    #[must_use]
    pub fn extract_all(&self, products: &[Product]) -> Vec<Vec<Found>> {
        let mut all: Vec<Vec<Found>> = products.par_iter().map(|one| self.extract(one)).collect();
        let priced: Vec<Priced<'_>> = products
            .iter()
            .zip(&all)
            .enumerate()
            .filter_map(|(product, (one, found))| {
                let (price, currency) = one.price.as_ref()?;
                let kind = found.iter().find(|one| one.attribute == Attribute::Kind);
                Some(Priced {
                    product,
                    price: *price,
                    currency,
                    group: kind.map(|kind| kind.value.as_str()),
                })
            })
            .collect();
        let tiers: Vec<_> = price_tiers(&priced)
            .iter()
            .map(|one| (one.product, one.found()))
            .collect();
        for (product, found) in tiers {
            all[product].push(found);
            sort(&mut all[product]);
        }
        all
    }

    /// What a product is told to be by its fields and texts. Its price tier needs the others (`extract_all`).
    #[must_use]
    pub fn extract(&self, product: &Product) -> Vec<Found> {
        let mut found = Vec::new();
        let language = product.language.unwrap_or(self.language);
        for (name, value) in &product.fields {
            for one in fields::read(&self.dictionary, name, value, language) {
                add(&mut found, one);
            }
        }
        for (place, (field, text)) in product.texts.iter().enumerate() {
            let reading = self.read(product, field, text);
            for mut one in reading.found {
                if place > 0 {
                    one.strength = one.strength * BESIDE / 10;
                    // The thing is named once; a brand and a number too.
                    let single = one.attribute == Attribute::Kind || !one.attribute.is_many();
                    let differs = |other: &Found| {
                        other.attribute == one.attribute && other.value != one.value
                    };
                    if single && found.iter().any(differs) {
                        continue;
                    }
                }
                add(&mut found, one);
            }
        }
        sort(&mut found);
        found
    }

    /// The language in which a text is read: the product's, else a guess, else the catalogue's.
    fn language_of(&self, product: &Product, tokens: &[Token]) -> Language {
        if let Some(language) = product.language {
            return language;
        }
        let of_catalogue = known(&self.speller, tokens, self.language);
        let (mut best, mut language) = (of_catalogue + AHEAD - 1, self.language);
        if of_catalogue < tokens.len() {
            for other in Language::ALL {
                let hits = known(&self.speller, tokens, other);
                if hits > best {
                    (best, language) = (hits, other);
                }
            }
        }
        language
    }

    pub(super) fn read(&self, product: &Product, field: &str, text: &str) -> Reading {
        let raw = tokens(text);
        let language = self.language_of(product, &raw);
        let line = Line::new(
            mended(&self.speller, &self.dictionary, raw, language),
            language,
        );
        let mut reading = Reading {
            used: vec![None; line.tokens.len()],
            line,
            found: Vec::new(),
        };
        let letters: Vec<char> = text.chars().collect();
        let mut out = Writer {
            field,
            letters: &letters,
            reading: &mut reading,
        };
        let found = matches(&self.dictionary, &out.reading.line);
        self.numbers(&mut out, &found);
        self.words(&mut out, &found);
        reading
    }

    fn numbers(&self, out: &mut Writer<'_>, found: &[Match]) {
        let measures = measure::measures(&out.reading.line.tokens);
        for one in &measures {
            let said = said(
                Attribute::Size,
                &one.value,
                NUMBER,
                Rule::Measure,
                "number and unit",
            );
            out.put(&said, one.from, one.to);
        }
        let line = &out.reading.line;
        let is_taken = |at: usize| measures.iter().any(|one| (one.from..one.to).contains(&at));
        let is_named = |at: usize| {
            let names = |one: &Match| {
                let known = self.dictionary.known(one.known);
                known.key.0 == Attribute::Kind && !known.entry.weak && one.to <= at
            };
            found.iter().any(names)
        };
        let pack = measure::pack(
            &line.tokens,
            &self.dictionary,
            line.language,
            &is_taken,
            &is_named,
        );
        if let Some(one) = pack {
            let said = said(
                Attribute::Pack,
                &one.value,
                NUMBER,
                Rule::Pack,
                "number of pieces",
            );
            out.put(&said, one.from, one.to);
        }
    }

    fn words(&self, out: &mut Writer<'_>, found: &[Match]) {
        let dictionary = &self.dictionary;
        let brands = longest(dictionary, found, &out.taken(), |one| {
            one == Attribute::Brand
        });
        if let Some(brand) = brands.first() {
            self.tell(out, brand);
        }
        let taken = out.taken();
        let kinds = distinct(longest(dictionary, found, &taken, |one| {
            one == Attribute::Kind
        }));
        let others = self.others(found, &taken);
        let reader = Reader {
            dictionary,
            line: &out.reading.line,
            kinds: &kinds,
            others: &others,
            taken: &taken,
            fronts: &self.fronts,
        };
        let kind = reader.choose();
        let chosen = self.kind(out, kind);
        // The name of another thing is used up, too: the tree of a Christmas tree decoration is no motif.
        let named = |one: &&Match| one.to - one.from > 1 && !chosen.contains(one);
        for one in kinds.iter().filter(named) {
            let kept = self.dictionary.known(one.known);
            for (attribute, value) in &kept.entry.gives {
                self.give(out, *attribute, value, one);
            }
            out.reading.used[one.from..one.to].fill(Some(Attribute::Kind));
        }
        let taken = out.taken();
        for one in others
            .iter()
            .filter(|one| !taken[one.from..one.to].contains(&true))
        {
            self.tell(out, one);
        }
    }

    /// Matches of attributes other than kind and brand; a word that is a taste or scent is neither motif nor colour.
    fn others(&self, found: &[Match], taken: &[bool]) -> Vec<Match> {
        let mut others = longest(&self.dictionary, found, taken, |one| {
            !matches!(one, Attribute::Kind | Attribute::Brand)
        });
        let of = |one: &Match| self.dictionary.known(one.known).key.0;
        let flavours: Vec<(usize, usize)> = others
            .iter()
            .filter(|one| of(one) == Attribute::Flavour)
            .map(|one| (one.from, one.to))
            .collect();
        others
            .retain(|one| of(one) == Attribute::Flavour || !flavours.contains(&(one.from, one.to)));
        others
    }

    /// Puts the kind down; gives the matches that told it.
    fn kind(&self, out: &mut Writer<'_>, kind: Kind) -> Vec<Match> {
        let is_kind = |one: &Found| one.attribute == Attribute::Kind;
        // A line of designs that is of one kind tells it where no noun does.
        let is_told = out.reading.found.iter().any(is_kind);
        match kind {
            Kind::Told(told) => {
                out.reading.found.retain(|one| !is_kind(one));
                for one in &told {
                    self.tell(out, one);
                }
                return told;
            }
            Kind::Figure(..) | Kind::Noun(_) if is_told => {}
            Kind::Figure(how, on) => self.figure(out, how, &on),
            Kind::Noun(at) => {
                let value = Language::En.stem(&out.reading.line.tokens[at].text);
                let why = "last noun of the name";
                let said = said(Attribute::Kind, &value, NOUN, Rule::HeadNoun, why);
                out.put_beside(&said, at, at + 1);
            }
            Kind::None => {}
        }
        Vec::new()
    }

    /// A match as a value, and what it tells beside it.
    fn tell(&self, out: &mut Writer<'_>, one: &Match) {
        let known = self.dictionary.known(one.known);
        let origin = &known.entry.words[one.word].origin;
        let mended = out.reading.line.tokens[one.from..one.to]
            .iter()
            .any(|token| token.was.is_some());
        let strength = if mended { MENDED } else { WORD };
        out.put(
            &said(known.key.0, &known.key.1, strength, Rule::Word, origin),
            one.from,
            one.to,
        );
        for (attribute, value) in &known.entry.gives {
            self.give(out, *attribute, value, one);
        }
    }

    fn give(&self, out: &mut Writer<'_>, attribute: Attribute, value: &str, by: &Match) {
        let origin = &self.dictionary.known(by.known).entry.origin;
        out.put_beside(
            &said(attribute, value, GIVEN, Rule::Given, origin),
            by.from,
            by.to,
        );
    }

    fn figure(&self, out: &mut Writer<'_>, how: Figure, on: &Match) {
        let of = |figure| {
            self.dictionary
                .all()
                .iter()
                .find(|known| known.entry.figure == Some(figure))
        };
        let Some(known) = of(how).or_else(|| of(Figure::Standing)) else {
            return;
        };
        let (value, origin) = (&known.key.1, &known.entry.origin);
        out.put_beside(
            &said(Attribute::Kind, value, FIGURE, Rule::Figure, origin),
            on.from,
            on.to,
        );
    }
}

const fn said<'a>(
    attribute: Attribute,
    value: &'a str,
    strength: u32,
    rule: Rule,
    entry: &'a str,
) -> Said<'a> {
    Said {
        attribute,
        value,
        strength,
        rule,
        entry,
    }
}

/// Of kinds that one span reads, the first.
pub(super) fn distinct(mut kinds: Vec<Match>) -> Vec<Match> {
    kinds.dedup_by_key(|one| (one.from, one.to));
    kinds
}

fn known(speller: &Speller, tokens: &[Token], language: Language) -> usize {
    tokens
        .iter()
        .filter(|token| speller.knows_in(&token.text, language))
        .count()
}
