//! How far two records agree, field by field. Holds the fields and their levels, and what is assumed of them before
//! data speak; the weights come from `matching`.

use crate::rows::{Row, Rows};
use matching::levels::{Levels, MISSING};
use matching::mixture;
use matching::similarity::{is_one_edit, jaro_winkler};
use matching::weights::Commonness;
use serde::{Deserialize, Serialize};

/// Names at least as alike by Jaro and Winkler are similar.
const NAME_ALIKE: f64 = 0.9;
/// Streets at least as alike are similar.
const STREET_ALIKE: f64 = 0.88;
/// Texts shorter than this are not similar by one edit alone.
const EDITED_MIN: usize = 4;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Given names.
    FirstName,
    /// Family name.
    LastName,
    /// Street, number, postal code and town as one, because people move with all of it.
    Address,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// Year of birth.
    BirthYear,
    /// Gender, where first names do not say it already.
    Gender,
}

impl Field {
    /// Every field, in the order of a pair's levels.
    pub const ALL: [Self; 7] = [
        Self::FirstName,
        Self::LastName,
        Self::Address,
        Self::Phone,
        Self::Email,
        Self::BirthYear,
        Self::Gender,
    ];

    /// The words of its levels, from the best to the worst.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::FirstName => &["same", "short form", "similar", "different"],
            Self::LastName => &["same", "similar", "part", "different"],
            Self::Address => &[
                "same",
                "similar",
                "same street elsewhere",
                "same postal code",
                "same town",
                "different",
            ],
            Self::Phone => &["same", "one digit off", "different"],
            Self::Email => &["same", "similar", "different"],
            Self::BirthYear => &["same", "one slip off", "different"],
            Self::Gender => &["same", "different"],
        }
    }

    /// What is assumed of the levels: among records of one person, and of a household where it shares the field.
    fn assumed(self) -> mixture::Field {
        let (same, kin): (&[f64], Option<&[f64]>) = match self {
            Self::FirstName => (&[0.9, 0.04, 0.04, 0.02], None),
            Self::LastName => (&[0.93, 0.04, 0.01, 0.02], Some(&[0.8, 0.04, 0.06, 0.1])),
            Self::Address => {
                let same: &[f64] = &[0.75, 0.09, 0.02, 0.03, 0.03, 0.08];
                (same, Some(same))
            }
            Self::Phone => (&[0.85, 0.05, 0.1], Some(&[0.4, 0.02, 0.58])),
            Self::Email => (&[0.7, 0.02, 0.28], Some(&[0.1, 0.02, 0.88])),
            Self::BirthYear => (&[0.95, 0.02, 0.03], None),
            Self::Gender => (&[0.98, 0.02], None),
        };
        mixture::Field {
            same: same.to_vec(),
            kin: kin.map(<[f64]>::to_vec),
        }
    }

    /// Whether agreement counts by how common the value is.
    pub(crate) fn commonness(self, rows: &Rows, row: &Row) -> Option<Commonness> {
        match self {
            Self::FirstName => Some(rows.first.commonness(row.first)),
            Self::LastName => Some(rows.last.commonness(row.last)),
            Self::Address => Some(rows.place.commonness(row.place)),
            Self::Phone => Some(rows.phone.commonness(row.phone)),
            Self::Email => Some(rows.email.commonness(row.email)),
            Self::BirthYear | Self::Gender => None,
        }
    }

    /// Whether a household shares the field.
    pub(crate) fn is_shared(self) -> bool {
        self.assumed().kin.is_some()
    }
}

/// What is assumed of all fields.
pub(crate) fn assumed() -> Vec<mixture::Field> {
    Field::ALL.map(Field::assumed).to_vec()
}

/// The levels of two rows.
pub(crate) fn compare(rows: &Rows, a: &Row, b: &Row) -> Levels {
    let first = known(a.first, b.first, || first_name(rows, a.first, b.first));
    Levels::new(&[
        first,
        known(a.last, b.last, || last_name(rows, a.last, b.last)),
        address(rows, a, b),
        known(a.phone, b.phone, || {
            edited(rows.phone.text(a.phone), rows.phone.text(b.phone))
        }),
        known(a.email, b.email, || {
            email(rows.email.text(a.email), rows.email.text(b.email))
        }),
        birth(a.birth, b.birth),
        gender(first, a.gender, b.gender),
    ])
}

/// 0 where two numbers are the same, missing where one is 0, else what `level` says.
fn known(a: u32, b: u32, level: impl FnOnce() -> u8) -> u8 {
    match (a, b) {
        (0, _) | (_, 0) => MISSING,
        _ if a == b => 0,
        _ => level(),
    }
}

/// 1 for texts that one edit makes equal, 2 for others.
fn edited(a: &str, b: &str) -> u8 {
    if is_one_edit(a.as_bytes(), b.as_bytes()) {
        1
    } else {
        2
    }
}

/// Whether two texts are the same but for a slip. Jaro's matching looks from one side: texts come in order first. It is asked
/// only where the first letters agree: slips seldom touch them (Winkler), and it is the dear part.
fn similar(a: &str, b: &str, alike: f64) -> bool {
    let (a, b) = if a <= b {
        (a.as_bytes(), b.as_bytes())
    } else {
        (b.as_bytes(), a.as_bytes())
    };
    let is_edited = a.len().min(b.len()) >= EDITED_MIN && is_one_edit(a, b);
    is_edited || a.first() == b.first() && jaro_winkler(a, b) >= alike
}

fn first_name(rows: &Rows, a: u32, b: u32) -> u8 {
    let [full_a, full_b] = [a, b].map(|name| rows.full_names(name));
    if full_a.iter().any(|name| full_b.binary_search(name).is_ok()) {
        return 1;
    }
    let [name_a, name_b] = [a, b].map(|name| rows.first.text(name));
    let [one, other] = [name_a, name_b].map(|name| name.split(' ').next().unwrap_or_default());
    if one == other {
        return 1;
    }
    let is_initial = one.chars().count().min(other.chars().count()) == 1
        && one.chars().next() == other.chars().next();
    // A slip in the full form, or in the short one: Micheal and Mike.
    let near_full = |name: &str, full: &[u32]| {
        full.iter()
            .any(|full| similar(name, rows.full.text(*full), NAME_ALIKE))
    };
    let is_near =
        similar(one, other, NAME_ALIKE) || near_full(one, full_b) || near_full(other, full_a);
    if is_initial || is_near { 2 } else { 3 }
}

fn last_name(rows: &Rows, a: u32, b: u32) -> u8 {
    let [a, b] = [a, b].map(|name| rows.last.text(name));
    if similar(a, b, NAME_ALIKE) {
        return 1;
    }
    // One name of a double name.
    let shares = a
        .split(' ')
        .any(|part| part.len() >= 3 && b.split(' ').any(|other| other == part));
    if shares { 2 } else { 3 }
}

fn address(rows: &Rows, a: &Row, b: &Row) -> u8 {
    let said = |row: &Row| row.street != 0 || row.postal != 0 || row.city != 0;
    if !said(a) || !said(b) {
        return MISSING;
    }
    let street = known(a.street, b.street, || street(rows, a, b));
    let postal = known(a.postal, b.postal, || {
        edited(rows.postal.text(a.postal), rows.postal.text(b.postal))
    });
    let is_town = a.city != 0 && a.city == b.city;
    match (street, postal) {
        (0, 0) => 0,
        (0, 1) | (1, 0) => 1,
        (0 | 1, MISSING) if is_town => 1,
        (0 | 1, _) => 2,
        (_, 0) => 3,
        _ if is_town => 4,
        _ => 5,
    }
}

/// 1 for streets alike with the same number, 2 for others.
fn street(rows: &Rows, a: &Row, b: &Row) -> u8 {
    let [one, other] = [a, b].map(|row| rows.street.text(row.street));
    // A blank in the wrong place moves the number: all digits count then.
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    let same_number = a.house == b.house || digits(one) == digits(other);
    if same_number && similar(one, other, STREET_ALIKE) {
        1
    } else {
        2
    }
}

fn email(a: &str, b: &str) -> u8 {
    let is_local = a.split('@').next() == b.split('@').next();
    if is_local { 1 } else { edited(a, b) }
}

fn birth(a: u16, b: u16) -> u8 {
    if a == 0 || b == 0 {
        return MISSING;
    }
    let swapped = a / 100 == b / 100 && a % 10 == b / 10 % 10 && b % 10 == a / 10 % 10;
    match a.abs_diff(b) {
        0 => 0,
        1 => 1,
        _ if swapped => 1,
        _ => 2,
    }
}

/// Gender says nothing where first names are the same: it went into them.
fn gender(first: u8, a: u8, b: u8) -> u8 {
    match (first, a, b) {
        (0, ..) | (_, 0, _) | (.., 0) => MISSING,
        _ if a == b => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Dictionary;
    use crate::record::{Identifier, IdentifierKind, Person, Record};

    fn record(fields: [&str; 6], birth_year: Option<u16>, gender: &str) -> Record {
        let [first_name, last_name, street, postal_code, phone, email] = fields.map(str::to_string);
        Record {
            key: retail::CustomerKey(0),
            id: Identifier::new(IdentifierKind::Loyalty, ""),
            others: Vec::new(),
            person: Person {
                first_name,
                last_name,
                street,
                postal_code,
                phone,
                email,
                birth_year,
                gender: gender.to_string(),
                ..Person::default()
            },
            source: String::new(),
            declared: false,
            at: 0,
        }
    }

    /// The words of the levels of two records; "" where nothing is known.
    fn told(a: Record, b: Record) -> [&'static str; 7] {
        let rows = Rows::new(&[a, b], &[0, 1], &Dictionary::bundled(), &|_| false);
        let levels = compare(&rows, &rows.rows[0], &rows.rows[1]);
        let back = compare(&rows, &rows.rows[1], &rows.rows[0]);
        assert_eq!(levels, back, "which record comes first says nothing");
        let word = |place: usize| {
            levels
                .of(place)
                .map_or("", |level| Field::ALL[place].levels()[usize::from(level)])
        };
        [0, 1, 2, 3, 4, 5, 6].map(word)
    }

    #[test]
    fn what_people_write_differently_is_the_same() {
        let a = record(
            [
                "Katharina",
                "Müller",
                "Gartenstraße 17",
                "50123",
                "+99 152 5917563",
                "k.m@post.example",
            ],
            Some(1980),
            "f",
        );
        let b = record(
            [
                "Kathi",
                "MUELLER",
                "Gartenstr. 17",
                "50123",
                "01525917563",
                " K.M@post.example",
            ],
            Some(1980),
            "female",
        );
        assert_eq!(
            told(a, b),
            ["short form", "same", "same", "same", "same", "same", "same"]
        );
    }

    #[test]
    fn slips_are_similar_and_others_differ() {
        let a = record(
            [
                "Mei",
                "Chen",
                "Lindenweg 17",
                "50123",
                "01525917563",
                "mei@post.example",
            ],
            Some(1979),
            "",
        );
        let b = record(
            [
                "Mei",
                "Chhen",
                "Lindnweg 17",
                "50123",
                "01525917653",
                "mei@mail.example",
            ],
            Some(1997),
            "",
        );
        assert_eq!(
            told(a.clone(), b),
            [
                "same",
                "similar",
                "similar",
                "one digit off",
                "similar",
                "one slip off",
                ""
            ]
        );
        let c = record(
            [
                "Paul",
                "Chen-Okafor",
                "Lindenweg 175",
                "50123",
                "",
                "p@post.example",
            ],
            Some(1955),
            "m",
        );
        assert_eq!(
            told(a, c),
            [
                "different",
                "part",
                "same postal code",
                "",
                "different",
                "different",
                ""
            ]
        );
    }

    #[test]
    fn a_house_number_is_no_slip() {
        let at = |street| record(["", "", street, "50123", "", ""], None, "");
        assert_eq!(
            told(at("Hauptstr. 17"), at("Hauptstr. 175"))[2],
            "same postal code"
        );
        assert_eq!(told(at("Hauptstr. 175"), at("Hauptstr.1 75"))[2], "same");
        assert_eq!(told(at("Hauptstr. 175"), at("Huaptstr. 175"))[2], "similar");
    }
}
