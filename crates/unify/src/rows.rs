//! Records in one form, ready to be compared: texts normalised and numbered, values counted. Holds no likeness.

use crate::dictionary::Dictionary;
use crate::normal;
use crate::record::Record;
use matching::similarity::soundex;
use matching::weights::Commonness;
use rayon::prelude::*;
use std::collections::HashMap;

/// Records normalised at a time: what is in hand as text, not as numbers, stays small.
const AT_ONCE: usize = 1 << 16;

/// Texts by numbers counted from 1; 0 is none.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
    counts: Vec<u64>,
    total: u64,
}

impl Vocabulary {
    fn number(&mut self, text: String) -> u32 {
        if text.is_empty() {
            return 0;
        }
        self.total += 1;
        if let Some(&number) = self.numbers.get(&text) {
            self.counts[number as usize - 1] += 1;
            return number;
        }
        let number = self.texts.len() as u32 + 1;
        self.texts.push(text.clone());
        self.counts.push(1);
        self.numbers.insert(text, number);
        number
    }

    /// The text of a number; empty for 0.
    pub(crate) fn text(&self, number: u32) -> &str {
        number
            .checked_sub(1)
            .map_or("", |place| &self.texts[place as usize])
    }

    /// How many rows have the text, and how many any.
    pub(crate) fn commonness(&self, number: u32) -> Commonness {
        let rows = number
            .checked_sub(1)
            .map_or(0, |place| self.counts[place as usize]);
        Commonness {
            rows,
            of: self.total,
        }
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// One record as numbers of texts; 0 where it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Row {
    pub first: u32,
    pub last: u32,
    /// Street with its number.
    pub street: u32,
    /// Digits of the house number.
    pub house: u32,
    pub postal: u32,
    pub city: u32,
    /// Street and postal code together.
    pub place: u32,
    pub phone: u32,
    pub email: u32,
    pub birth: u16,
    pub gender: u8,
}

impl Row {
    /// Whether there is anything to compare.
    pub(crate) fn says_something(&self) -> bool {
        let texts = [
            self.first,
            self.last,
            self.street,
            self.postal,
            self.phone,
            self.email,
        ];
        texts.iter().any(|number| *number != 0)
    }
}

/// What is known of a first name beside its text.
#[derive(Debug, Default, Clone)]
pub(crate) struct Forms {
    /// Numbers of the full names it may stand for, in order.
    pub full: Vec<u32>,
}

/// All records as numbers, in the order given.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub rows: Vec<Row>,
    pub first: Vocabulary,
    pub last: Vocabulary,
    pub street: Vocabulary,
    pub house: Vocabulary,
    pub postal: Vocabulary,
    pub city: Vocabulary,
    pub place: Vocabulary,
    pub phone: Vocabulary,
    pub email: Vocabulary,
    /// Per first name.
    pub forms: Vec<Forms>,
    /// Full names of the dictionary, by number.
    pub full: Vocabulary,
    /// Per last name its Soundex code as a number; 0 where it has none.
    pub sounds: Vec<u32>,
}

/// A record's texts in one form.
struct Texts {
    first: String,
    last: String,
    street: String,
    house: String,
    postal: String,
    city: String,
    phone: String,
    email: String,
    birth: u16,
    gender: u8,
}

impl Texts {
    /// `shares` tells of an address of mail whether too many have it: such an address says nothing.
    fn of(
        record: &Record,
        dictionary: &Dictionary,
        shares: &(impl Fn(&str) -> bool + Sync),
    ) -> Self {
        let person = &record.person;
        let (street, house) = normal::street(&person.street, dictionary);
        let email = normal::email(&person.email);
        Self {
            first: normal::name(&person.first_name, dictionary),
            last: normal::name(&person.last_name, dictionary),
            street: format!("{street}{house}"),
            house,
            postal: normal::postal_code(&person.postal_code),
            city: normal::fold(&person.city),
            phone: normal::phone(&person.phone),
            email: if shares(&email) { String::new() } else { email },
            birth: person.birth_year.unwrap_or(0),
            gender: normal::gender(&person.gender),
        }
    }
}

impl Rows {
    /// Normalises and numbers records, in the order in which `order` names them.
    pub(crate) fn new(
        records: &[Record],
        order: &[u32],
        dictionary: &Dictionary,
        shares: &(impl Fn(&str) -> bool + Sync),
    ) -> Self {
        let mut all = Self {
            rows: Vec::with_capacity(order.len()),
            ..Self::default()
        };
        for part in order.chunks(AT_ONCE) {
            let texts: Vec<Texts> = part
                .par_iter()
                .map(|&place| Texts::of(&records[place as usize], dictionary, shares))
                .collect();
            texts.into_iter().for_each(|texts| all.push(texts));
        }
        all.know(dictionary);
        all
    }

    fn push(&mut self, texts: Texts) {
        let (street, postal) = (
            self.street.number(texts.street),
            self.postal.number(texts.postal),
        );
        let place = match street != 0 && postal != 0 {
            true => format!("{street} {postal}"),
            false => String::new(),
        };
        self.rows.push(Row {
            first: self.first.number(texts.first),
            last: self.last.number(texts.last),
            street,
            house: self.house.number(texts.house),
            postal,
            city: self.city.number(texts.city),
            place: self.place.number(place),
            phone: self.phone.number(texts.phone),
            email: self.email.number(texts.email),
            birth: texts.birth,
            gender: texts.gender,
        });
    }

    /// Takes addresses of mail out that say nothing.
    pub(crate) fn forget_emails(&mut self, shares: impl Fn(&str) -> bool) {
        let email = &self.email;
        let shared: Vec<bool> = email.texts.iter().map(|text| shares(text)).collect();
        for row in &mut self.rows {
            let is_shared = row
                .email
                .checked_sub(1)
                .is_some_and(|place| shared[place as usize]);
            row.email = if is_shared { 0 } else { row.email };
        }
    }

    fn know(&mut self, dictionary: &Dictionary) {
        for number in 1..=self.first.len() as u32 {
            // Of several given names the first is the one that has a short form.
            let name = self
                .first
                .text(number)
                .split(' ')
                .next()
                .unwrap_or_default();
            let names: Vec<String> = dictionary.full_names(name).map(str::to_string).collect();
            let mut full: Vec<u32> = names
                .into_iter()
                .map(|name| self.full.number(name))
                .collect();
            full.sort_unstable();
            self.forms.push(Forms { full });
        }
        let sound =
            |number: u32| soundex(self.last.text(number).as_bytes()).map_or(0, u32::from_be_bytes);
        self.sounds = (1..=self.last.len() as u32).map(sound).collect();
    }

    /// The Soundex code of a last name.
    pub(crate) fn sound(&self, last: u32) -> u32 {
        last.checked_sub(1)
            .map_or(0, |place| self.sounds[place as usize])
    }

    /// Numbers of the full names that a first name may stand for.
    pub(crate) fn full_names(&self, first: u32) -> &[u32] {
        first
            .checked_sub(1)
            .map_or(&[], |place| &self.forms[place as usize].full)
    }
}
