//! The same person in several records: loyalty account, web account, payment card, each with its own slips of
//! spelling, short names, old addresses, shared addresses. Holds the text of every identifier; the map from
//! record to person is truth.

use crate::output::Output;
use crate::people::{Person, person_id};
use crate::random::{Purpose, Random, hash};
use crate::rows::Rows;
use crate::stores::store_id;
use crate::tables::CUSTOMERS;
use crate::trips::Known;
use crate::truth::IDENTITIES;
use crate::wording::misspell;
use crate::words::{FIRST_NAMES, LAST_NAMES, MAIL_HOSTS, STREETS, TOWNS};
use crate::world::World;

/// Address that shop staff type in for those without one: hundreds of records share it.
const KIOSK_MAIL: &str = "kiosk@marketon.example";

/// The identifiers of all customers, made once.
#[derive(Debug)]
pub(crate) struct Identities {
    seed: u64,
    /// E-mail address per customer; empty without a web account.
    emails: Vec<Box<str>>,
}

/// What is true about a person's name and home.
struct Bearings {
    first: &'static str,
    short: &'static str,
    last: &'static str,
    gender: &'static str,
    street: String,
    postal_code: String,
    town: usize,
    phone: String,
}

impl Identities {
    pub(crate) fn new(world: &World) -> Self {
        let customers = 0..world.spec.customers as usize;
        let email = |index: usize| {
            let person = &world.people[index];
            if person.email {
                email(world, index, &bearings(world, index)).into_boxed_str()
            } else {
                Box::default()
            }
        };
        Self {
            seed: world.spec.seed,
            emails: customers.map(email).collect(),
        }
    }

    /// The identifier a receipt carries; empty if the shopper was not recognised.
    pub(crate) fn of(&self, text: &mut String, person: u32, known: Known, day: i32) {
        use std::fmt::Write as _;
        text.clear();
        // Writing to a string cannot fail.
        let _ = match known {
            Known::Nobody => Ok(()),
            Known::Loyalty => write!(text, "L{:08}", self.loyalty_number(person, day)),
            Known::Email => write!(text, "{}", self.emails[person as usize]),
            Known::Card => write!(text, "K{:016x}", self.card(person)),
        };
    }

    /// The best identifier of a person on any day: account, then web account, then card.
    pub(crate) fn main(&self, text: &mut String, person: &Person, index: u32, day: i32) {
        let known = match (person.loyalty, person.email, person.card) {
            (true, ..) => Known::Loyalty,
            (_, true, _) => Known::Email,
            (.., true) => Known::Card,
            _ => Known::Nobody,
        };
        self.of(text, index, known, day);
    }

    /// Browser or device of a person; some use two.
    pub(crate) fn device(&self, person: u32, app: bool) -> u64 {
        hash(
            self.seed,
            Purpose::Record,
            u64::from(person),
            20 + u64::from(app),
        )
    }

    fn card(&self, person: u32) -> u64 {
        hash(self.seed, Purpose::Record, u64::from(person), 1)
    }

    /// A shuffle of the numbers below 10^8 (7919 and 10 share no factor). One in twenty lost the card once and
    /// has an old number before that day.
    fn loyalty_number(&self, person: u32, day: i32) -> u64 {
        let old = self.lost_card(person).is_some_and(|lost| day < lost);
        let number = u64::from(person) + if old { 50_000_000 } else { 0 };
        (number * 7919 + 12_345_678) % 100_000_000
    }

    fn lost_card(&self, person: u32) -> Option<i32> {
        let bits = hash(self.seed, Purpose::Record, u64::from(person), 2);
        bits.is_multiple_of(20)
            .then_some((bits >> 32) as i32 % 600 + 60)
    }
}

fn bearings(world: &World, index: usize) -> Bearings {
    let person = &world.people[index];
    let mut own = Random::new(world.spec.seed, Purpose::Record, index as u64, 3);
    let mut home = Random::new(
        world.spec.seed,
        Purpose::Record,
        u64::from(person.household),
        4,
    );
    let gender = if person.woman { "f" } else { "m" };
    let (first, short) = loop {
        let (first, usual, short) = *own.pick(&FIRST_NAMES);
        if usual == gender || usual == "x" {
            break (first, short);
        }
    };
    let town = world.stores[person.home as usize].town;
    Bearings {
        first,
        short,
        last: home.pick::<&str>(&LAST_NAMES),
        gender,
        street: format!("{} {}", home.pick(&STREETS), home.between(1, 180)),
        postal_code: format!(
            "{:03}{:02}",
            TOWNS[town].4 + home.below(8) as u32,
            home.below(60)
        ),
        town,
        phone: format!("0{}{:07}", 150 + own.below(30), own.below(10_000_000)),
    }
}

/// Letters and digits of a name without accents, lower case, as people write them into addresses.
fn plain(name: &str) -> String {
    let fold = |letter: char| match letter {
        'ä' => "ae",
        'ö' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'é' | 'è' => "e",
        'í' | 'ı' => "i",
        'á' => "a",
        'ó' => "o",
        'ś' => "s",
        'ń' => "n",
        _ => "",
    };
    let mut text = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            text.push(letter)
        } else {
            text.push_str(fold(letter))
        }
    }
    text
}

fn email(world: &World, index: usize, who: &Bearings) -> String {
    let mut random = Random::new(world.spec.seed, Purpose::Record, index as u64, 5);
    let (first, last) = (plain(who.first), plain(who.last));
    let host = random.pick(&MAIL_HOSTS);
    // The index keeps addresses apart.
    let tail = format!("{}{}", random.below(10), index);
    match random.below(3) {
        0 => format!("{first}.{last}{tail}@{host}"),
        1 => format!("{}{last}{tail}@{host}", &first[..1]),
        _ => format!("{}_{tail}@{host}", plain(who.short)),
    }
}

/// One record as it stands in the retailer's system.
struct Record<'a> {
    id: &'a str,
    known: Known,
    /// Probability of a slip in each name.
    slips: f32,
    /// Day the record was made.
    joined: i32,
}

/// What an exact match would compare: hashes of an e-mail address, and of name and postal code; 0 if empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    pub person: u32,
    pub email: u64,
    pub name: u64,
}

impl Keys {
    /// Name and postal code only count together.
    fn of(person: usize, email: &str, name: [&str; 3]) -> Self {
        let whole = name.iter().all(|part| !part.is_empty());
        Self {
            person: person as u32,
            email: key(&[email]),
            name: if whole { key(&name) } else { 0 },
        }
    }
}

/// All customer records, the truth about whose they are, and their keys.
pub(crate) struct Customers {
    pub rows: Rows,
    pub truth: Rows,
    pub keys: Vec<Keys>,
}

/// Makes all customer records.
pub(crate) fn customer_rows(world: &World, ids: &Identities) -> Customers {
    let rows = Output::rows(world.spec.format, &CUSTOMERS);
    let mut all = Customers {
        rows,
        truth: Rows::arrow(&IDENTITIES),
        keys: Vec::new(),
    };
    let mut id = String::new();
    for (_, index, number) in shuffled(world, ids) {
        let person = &world.people[index as usize];
        let who = bearings(world, index as usize);
        let (known, slips, joined, day) = records(ids, person, index)[number];
        ids.of(&mut id, index, known, day);
        let stream = 30 + number as u64;
        let mut random = Random::new(world.spec.seed, Purpose::Record, u64::from(index), stream);
        let record = Record {
            id: &id,
            known,
            slips,
            joined,
        };
        let keys = write_record(
            world,
            ids,
            index as usize,
            &who,
            &record,
            &mut all.rows,
            &mut random,
        );
        all.keys.push(keys);
        all.truth.code(&id);
        all.truth.code(known.name());
        all.truth.code(&person_id(index as usize));
        all.truth.int(i64::from(person.household));
        all.truth.end();
    }
    all
}

/// A hash to sort by, person and number of every record, in an order that tells nothing: neighbours in the
/// file are strangers.
fn shuffled(world: &World, ids: &Identities) -> Vec<(u64, u32, usize)> {
    let mut order = Vec::new();
    for index in 0..world.spec.customers {
        for number in 0..records(ids, &world.people[index as usize], index).len() {
            let stream = 40 + number as u64;
            let place = hash(world.spec.seed, Purpose::Record, u64::from(index), stream);
            order.push((place, index, number));
        }
    }
    order.sort_unstable();
    order
}

/// Kind, probability of slips, day made and a day of use of each of a person's records.
fn records(ids: &Identities, person: &Person, index: u32) -> Vec<(Known, f32, i32, i32)> {
    let mut records = Vec::new();
    if person.loyalty {
        match ids.lost_card(index).filter(|lost| person.joined < *lost) {
            Some(lost) => {
                records.push((Known::Loyalty, 0.05, lost, lost));
                records.push((Known::Loyalty, 0.25, person.joined, lost - 1));
            }
            None => records.push((Known::Loyalty, 0.05, person.joined, i32::MAX)),
        }
    }
    if person.email {
        records.push((Known::Email, 0.1, person.joined, 0));
    }
    if person.card {
        records.push((Known::Card, 0.0, person.joined, 0));
    }
    records
}

fn write_record(
    world: &World,
    ids: &Identities,
    index: usize,
    who: &Bearings,
    record: &Record<'_>,
    rows: &mut Rows,
    random: &mut Random,
) -> Keys {
    let person = &world.people[index];
    rows.code(record.id);
    rows.code(record.known.name());
    let keys = if record.known == Known::Card {
        // A card token knows nothing but itself.
        (0..10).for_each(|_| rows.none());
        Keys::of(index, "", [""; 3])
    } else {
        let mail = &*ids.emails[index];
        write_person(person, index, who, record, mail, rows, random)
    };
    rows.date(Some(world.spec.start.plus(record.joined)));
    match record.known {
        Known::Loyalty => rows.code(&store_id(person.home as usize)),
        _ => rows.none(),
    }
    let mut consent = Random::new(world.spec.seed, Purpose::Record, index as u64, 6);
    for yes in [0.55, 0.5] {
        let word = ["yes", "no", ""][consent.weighted(&[yes, 0.22, 0.78 - yes])];
        rows.code(if record.known == Known::Card {
            ""
        } else {
            word
        });
    }
    rows.end();
    keys
}

/// Names, e-mail, contact, year of birth and gender, as far as the record has them.
fn write_person(
    person: &Person,
    index: usize,
    who: &Bearings,
    record: &Record<'_>,
    mail: &str,
    rows: &mut Rows,
    random: &mut Random,
) -> Keys {
    let slip = |name: &str, random: &mut Random| match random.chance(record.slips) {
        true => misspell(name, random),
        false => name.to_owned(),
    };
    let short = random.chance(record.slips * 2.0);
    let first = slip(if short { who.short } else { who.first }, random);
    let last = slip(who.last, random);
    let shouted = random.chance(0.06);
    let last = if shouted { last.to_uppercase() } else { last };
    rows.text(&first);
    rows.text(&last);
    let mail = match (record.known, random.chance(0.012), random.chance(0.7)) {
        (Known::Email, ..) => mail,
        (_, true, _) => KIOSK_MAIL,
        (_, _, true) => mail,
        _ => "",
    };
    rows.code(mail);
    let postal_code = write_contact(who, record, rows, random);
    match random.chance(0.75) {
        true => rows.int(i64::from(person.birth_year)),
        false => rows.none(),
    }
    let told = random.chance(0.65);
    rows.code(if told { who.gender } else { "" });
    Keys::of(index, mail, [&first, &last, &postal_code])
}

/// A hash of some texts; 0 if all are empty.
fn key(texts: &[&str]) -> u64 {
    if texts.iter().all(|text| text.is_empty()) {
        return 0;
    }
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(1, |sum, byte| {
        hash(sum, Purpose::Record, u64::from(byte), 0)
    })
}

/// Writes phone and address; returns the postal code, if there is one.
fn write_contact(
    who: &Bearings,
    record: &Record<'_>,
    rows: &mut Rows,
    random: &mut Random,
) -> String {
    let spaced = random.chance(0.4);
    match random.chance(0.65) {
        true if spaced => rows.code(&format!("+99 {} {}", &who.phone[1..4], &who.phone[4..])),
        true => rows.code(&who.phone),
        false => rows.none(),
    }
    if random.chance(0.12) {
        (0..4).for_each(|_| rows.none());
        return String::new();
    }
    if random.chance(0.06) {
        // An address from before a move.
        let town = random.below(TOWNS.len());
        rows.text(&format!(
            "{} {}",
            random.pick(&STREETS),
            random.between(1, 180)
        ));
        let postal_code = format!("{:03}{:02}", TOWNS[town].4, random.below(60));
        rows.code(&postal_code);
        rows.text(TOWNS[town].0);
        rows.code(TOWNS[town].1);
        return postal_code;
    }
    let street = if random.chance(record.slips) {
        misspell(&who.street, random)
    } else {
        who.street.clone()
    };
    rows.text(&if random.chance(0.25) {
        street.replace("straße", "str.").replace("Street", "St")
    } else {
        street
    });
    rows.code(&who.postal_code);
    rows.text(TOWNS[who.town].0);
    rows.code(TOWNS[who.town].1);
    who.postal_code.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_letters() {
        assert_eq!(plain("Müller-Wiśniewski"), "muellerwisniewski");
        assert_eq!(plain("Yılmaz"), "yilmaz");
        assert_eq!(plain("Étienne"), "etienne");
    }
}
