//! A made-up town for tests: its people, two by two in households, and three records of each. Holds no test.

use crate::record::{Identifier, IdentifierKind, Person, Record};
use retail::CustomerKey;

const FIRST: [&str; 16] = [
    "Anna",
    "Robert",
    "Katharina",
    "Matthias",
    "Olivia",
    "Paul",
    "Ines",
    "Jonas",
    "Zofia",
    "Piotr",
    "Mei",
    "Karim",
    "Elena",
    "Viktor",
    "Hedwig",
    "Luca",
];
const LAST: [&str; 20] = [
    "Müller",
    "Chen",
    "Okafor",
    "Lindqvist",
    "Rossi",
    "Novak",
    "Bauer",
    "Dubois",
    "Garcia",
    "Hughes",
    "Petrov",
    "Yilmaz",
    "Schneider",
    "Keller",
    "Moreau",
    "Santos",
    "Kowalski",
    "Jansen",
    "Weiss",
    "O'Brien",
];
const STREETS: [&str; 8] = [
    "Gartenstraße",
    "High Street",
    "Lindenweg",
    "Rue du Port",
    "Marktplatz",
    "Chapel Hill",
    "Birkenallee",
    "Via Roma",
];

/// A stream of numbers for tests.
pub(super) struct Draw(pub u64);

impl Draw {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        (1..items.len())
            .rev()
            .for_each(|place| items.swap(place, self.below(place + 1)));
    }
}

pub(super) fn record(key: i64, kind: IdentifierKind, value: &str, person: Person) -> Record {
    Record {
        key: CustomerKey(key),
        id: Identifier::new(kind, value),
        others: Vec::new(),
        person,
        source: String::new(),
        declared: false,
        at: key,
    }
}

/// The person of a number: two by two they share a household.
pub(super) fn person(number: usize) -> Person {
    let mut home = Draw(number as u64 / 2 + 77);
    let mut own = Draw(number as u64 * 13 + 5);
    (0..3).for_each(|_| {
        let _ = (home.below(2), own.below(2));
    });
    // Two of a household never have one name here; that is a case of its own below.
    let first = (own.below(8) * 2 + number % 2) % FIRST.len();
    Person {
        first_name: FIRST[first].into(),
        last_name: LAST[home.below(LAST.len())].into(),
        email: format!("{}.{number}@post.example", FIRST[first].to_lowercase()),
        phone: format!("0152{:07}", home.below(9_999_999)),
        street: format!(
            "{} {}",
            STREETS[home.below(STREETS.len())],
            home.below(90) + 1
        ),
        postal_code: format!("50{:03}", home.below(40)),
        city: "Grünau".into(),
        birth_year: Some(1950 + own.below(50) as u16),
        ..Person::default()
    }
}

/// Per person a loyalty record, a web account and an older loyalty record without an address of mail, with slips.
pub(super) fn town(people: usize) -> Vec<Record> {
    let mut records = Vec::new();
    for number in 0..people {
        let whole = person(number);
        let key = 3 * number as i64 + 1;
        records.push(record(
            key,
            IdentifierKind::Loyalty,
            &format!("L{number:04}"),
            whole.clone(),
        ));
        let web = Person {
            phone: String::new(),
            street: String::new(),
            ..whole.clone()
        };
        records.push(record(key + 1, IdentifierKind::Email, &whole.email, web));
        let old = Person {
            email: String::new(),
            last_name: whole.last_name.to_uppercase(),
            street: whole.street.replace("straße", "str."),
            phone: whole.phone.replacen('0', "+49 ", 1),
            ..whole
        };
        records.push(record(
            key + 2,
            IdentifierKind::Loyalty,
            &format!("K{number:04}"),
            old,
        ));
    }
    records
}
