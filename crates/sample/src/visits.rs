//! Web and app behaviour: sessions that end in an order, sessions that do not, failed searches, wishes to be
//! told when a thing is back, and calls to the service desk. E-commerce events by their standard names. Holds
//! no purchase: orders are settled before their session is told.

use crate::basket::StoreDay;
use crate::identities::Identities;
use crate::random::{Purpose, Random, hash};
use crate::receipts::{CURRENCY, Labels, ascii, lines};
use crate::rows::{Rows, Stamp};
use crate::trips::{Channel, Known, Line, Receipt};
use crate::wording::misspell;
use crate::world::World;

/// Browsing sessions without an order, per online order.
const BROWSING_PER_ORDER: f32 = 1.2;
/// Searches for what the catalogue does not hold: the gap that somebody should find.
const WANTED_IN_VAIN: [&str; 10] = [
    "gluten free croissant",
    "oat skyr",
    "refillable shampoo",
    "insect protein",
    "linen curtains blackout",
    "vegan parmesan",
    "solar lamp balcony",
    "plus size jeans",
    "lactose free ice cream",
    "cargo bike basket",
];

/// One event; empty fields stay empty cells.
#[derive(Default)]
struct Event<'a> {
    kind: &'a str,
    name: &'a str,
    second: u32,
    product: Option<usize>,
    query: &'a str,
    order: &'a str,
    /// Ten-thousandths of the currency.
    value: Option<i64>,
    properties: &'a str,
}

impl<'a> Event<'a> {
    fn page(properties: &'a str, second: u32) -> Self {
        Self {
            kind: "page",
            second,
            properties,
            ..Self::default()
        }
    }

    fn track(name: &'a str, second: u32) -> Self {
        Self {
            kind: "track",
            name,
            second,
            ..Self::default()
        }
    }

    fn product(self, product: usize, value: i64) -> Self {
        Self {
            product: Some(product),
            value: Some(value),
            ..self
        }
    }

    fn order(self, order: &'a str, value: i64) -> Self {
        Self {
            order,
            value: Some(value),
            ..self
        }
    }

    fn properties(self, properties: &'a str) -> Self {
        Self { properties, ..self }
    }
}

/// Properties of the page that every session starts on.
const HOME: &str = r#"{"name":"Home"}"#;

/// Who is on the site, and with what.
struct Session<'a> {
    labels: &'a Labels,
    stamp: &'a Stamp,
    channel: &'static str,
    device: u64,
    customer: &'a str,
    /// Numbers the messages of the session.
    key: u64,
    sent: u64,
}

impl Session<'_> {
    fn send(&mut self, event: &Event<'_>, rows: &mut Rows) {
        let message = hash(self.key, Purpose::Browse, self.sent, 7);
        self.sent += 1;
        rows.code(ascii(&hexadecimal(b'm', message)));
        rows.time(self.stamp, event.second.min(86_399));
        rows.code(event.kind);
        rows.code(event.name);
        if self.device == 0 {
            rows.none();
        } else {
            rows.code(ascii(&hexadecimal(b'a', self.device)));
        }
        rows.code(self.customer);
        rows.code(self.channel);
        rows.code(
            event
                .product
                .map_or("", |product| &self.labels.products[product]),
        );
        rows.text(event.query);
        rows.code(event.order);
        match event.value {
            Some(value) => {
                rows.money(value);
                rows.code(CURRENCY);
            }
            None => {
                rows.none();
                rows.none();
            }
        }
        rows.text(event.properties);
        rows.end();
    }
}

/// A letter and the sixteen digits of a number, without a trip through the heap.
fn hexadecimal(letter: u8, number: u64) -> [u8; 17] {
    let mut text = [letter; 17];
    for (place, digit) in text[1..].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (60 - 4 * place) & 15) as usize];
    }
    text
}

/// Writes what visitors of the online shop did on a day, and which shoppers called the service desk.
pub(crate) fn write_visits(
    world: &World,
    labels: &Labels,
    day: i32,
    store: usize,
    left: &StoreDay,
    rows: &mut Rows,
) {
    for receipt in &left.receipts {
        match (receipt.trip.channel, receipt.return_of) {
            (_, Some(_)) => write_service(world, labels, left, receipt, rows),
            (Channel::Web | Channel::App, None) => {
                write_order_session(world, labels, left, receipt, rows)
            }
            (Channel::Shop, None) => {}
        }
    }
    if store + 1 == world.stores.len() {
        write_browsing(world, labels, day, left, rows);
    }
}

fn write_order_session(
    world: &World,
    labels: &Labels,
    left: &StoreDay,
    receipt: &Receipt,
    rows: &mut Rows,
) {
    let (trip, day) = (&receipt.trip, receipt.key.day);
    let mut random = Random::new(
        world.spec.seed,
        Purpose::Browse,
        u64::from(trip.person),
        day as u64,
    );
    let mut customer = String::new();
    labels.ids.of(&mut customer, trip.person, trip.known, day);
    let mut session = Session {
        labels,
        stamp: &labels.days[day as usize].1,
        channel: trip.channel.name(),
        device: device(&labels.ids, trip.person, trip.channel),
        customer: "",
        key: random.bits(),
        sent: 0,
    };
    let start = trip.second.saturating_sub(900);
    session.send(&Event::page(HOME, start), rows);
    if trip.known != Known::Nobody {
        session.customer = &customer;
        let signed_in = Event {
            kind: "identify",
            second: start + 20,
            ..Event::default()
        };
        session.send(&signed_in, rows);
    }
    let bought = lines(left, receipt);
    let mut total = 0;
    for (number, line) in bought.iter().enumerate() {
        let second = start + 40 + 700 * number as u32 / bought.len() as u32;
        total += i64::from(line.quantity) * i64::from(line.price) - i64::from(line.discount);
        write_line(world, &mut session, line, second, &mut random, rows);
    }
    let mut order = Vec::new();
    labels.receipt(&mut order, receipt.key);
    let (order, value) = (ascii(&order), total * 100);
    let properties = format!(
        r#"{{"affiliation":"Marketon Online","lines":{}}}"#,
        bought.len()
    );
    let done = trip.second.max(start + 860);
    for (name, second) in [("Checkout Started", start + 800), ("Order Completed", done)] {
        let event = Event::track(name, second).order(order, value);
        session.send(&event.properties(&properties), rows);
    }
}

/// How one bought line came into the cart: perhaps searched for, perhaps looked at, then added.
fn write_line(
    world: &World,
    session: &mut Session<'_>,
    line: &Line,
    second: u32,
    random: &mut Random,
    rows: &mut Rows,
) {
    let (product, price) = (line.product as usize, i64::from(line.price) * 100);
    if random.chance(0.12) {
        let query = query(world, product, random);
        let searched = Event {
            query: &query,
            ..Event::track("Products Searched", second)
        };
        session.send(&searched, rows);
    }
    if random.chance(0.55) {
        let viewed = Event::track("Product Viewed", second);
        session.send(&viewed.product(product, price), rows);
    }
    let properties = format!(r#"{{"quantity":{}}}"#, line.quantity);
    let added = Event::track("Product Added", second + 9).product(product, price);
    session.send(&added.properties(&properties), rows);
}

/// Text a shopper types to find a product: its noun, at times with a slip.
fn query(world: &World, product: usize, random: &mut Random) -> String {
    let need = world.shelf.need_of(product);
    let noun = need.nouns[usize::from(world.shelf.products[product].noun)].to_lowercase();
    if random.chance(0.15) {
        misspell(&noun, random)
    } else {
        noun
    }
}

fn device(ids: &Identities, person: u32, channel: Channel) -> u64 {
    ids.device(person, channel == Channel::App)
}

/// Sessions of those who only look: as many as the day's online orders call for, by online shoppers.
fn write_browsing(world: &World, labels: &Labels, day: i32, left: &StoreDay, rows: &mut Rows) {
    let seed = world.spec.seed;
    let orders = left
        .receipts
        .iter()
        .filter(|receipt| receipt.return_of.is_none())
        .count();
    for number in 0..(orders as f32 * BROWSING_PER_ORDER) as u64 {
        let mut random = Random::new(seed, Purpose::Browse, 1 << 40 | day as u64, number);
        // The more online a person is, the likelier it is the one who browses; a few tries keep it cheap.
        let mut index = random.below(world.spec.customers as usize);
        for _ in 0..12 {
            if random.chance(world.people[index].online * 2.0) {
                break;
            }
            index = random.below(world.spec.customers as usize);
        }
        browse(world, labels, day, index as u32, &mut random, rows);
    }
}

fn browse(
    world: &World,
    labels: &Labels,
    day: i32,
    index: u32,
    random: &mut Random,
    rows: &mut Rows,
) {
    let person = &world.people[index as usize];
    let channel = if random.chance(person.habits().app) {
        Channel::App
    } else {
        Channel::Web
    };
    let mut customer = String::new();
    if random.chance(0.45) && day >= person.joined {
        labels.ids.main(&mut customer, person, index, day);
    }
    let mut session = Session {
        labels,
        stamp: &labels.days[day as usize].1,
        channel: channel.name(),
        device: device(&labels.ids, index, channel),
        customer: &customer,
        key: random.bits(),
        sent: 0,
    };
    let hour = (person.hour + 2.0 + 2.0 * random.normal()).rem_euclid(23.0);
    let mut second = (hour * 3600.0) as u32;
    session.send(&Event::page(HOME, second), rows);
    if random.chance(0.1) {
        let query = *random.pick(&WANTED_IN_VAIN);
        let searched = Event {
            query,
            ..Event::track("Products Searched", second + 5)
        };
        session.send(&searched.properties(r#"{"results":0}"#), rows);
    }
    for _ in 0..1 + random.poisson(1.5) {
        second += random.between(15, 140) as u32;
        let product = liked(world, index, day, random);
        let value = i64::from(world.shelf.products[product].list_price) * 100;
        let viewed = Event::track("Product Viewed", second);
        session.send(&viewed.product(product, value), rows);
        let then = match random.unit() {
            u if u < 0.1 => "Product Added",
            u if u < 0.14 => "Product Added to Wishlist",
            u if u < 0.15 => "Back In Stock Requested",
            _ => continue,
        };
        session.send(
            &Event::track(then, second + 8).product(product, value),
            rows,
        );
    }
}

/// A product that the person might look at: of a few at random, the one whose attributes suit best.
fn liked(world: &World, index: u32, day: i32, random: &mut Random) -> usize {
    let person = &world.people[index as usize];
    let mut best = (f32::NEG_INFINITY, 0);
    for _ in 0..5 {
        let product = random.below(world.shelf.products.len());
        let item = &world.shelf.products[product];
        let taste: f32 = person
            .tastes
            .iter()
            .zip(item.axes)
            .map(|(taste, share)| taste * share)
            .sum();
        let score = if item.on_sale(day) {
            item.appeal + taste
        } else {
            -1e6
        };
        if score > best.0 {
            best = (score, product);
        }
    }
    best.1
}

/// A return is seldom silent: some call or write, and some complain.
fn write_service(
    world: &World,
    labels: &Labels,
    left: &StoreDay,
    receipt: &Receipt,
    rows: &mut Rows,
) {
    let (trip, day) = (&receipt.trip, receipt.key.day);
    let mut random = Random::new(
        world.spec.seed,
        Purpose::Browse,
        2 << 40 | u64::from(trip.person),
        day as u64,
    );
    if !random.chance(0.3) || trip.known == Known::Nobody {
        return;
    }
    let mut customer = String::new();
    labels.ids.of(&mut customer, trip.person, trip.known, day);
    let mut order = Vec::new();
    if let Some(key) = receipt.return_of {
        labels.receipt(&mut order, key);
    }
    let stamp = &labels.days[day as usize].1;
    let mut session = Session {
        labels,
        stamp,
        channel: "service",
        device: 0,
        customer: &customer,
        key: random.bits(),
        sent: 0,
    };
    let name = if random.chance(0.35) {
        "Complaint Filed"
    } else {
        "Service Contacted"
    };
    let reason = *random.pick(&[
        "damaged",
        "does not fit",
        "not as described",
        "arrived late",
        "changed mind",
    ]);
    let properties = format!(r#"{{"reason":"{reason}"}}"#);
    let called = Event {
        product: lines(left, receipt)
            .first()
            .map(|line| line.product as usize),
        order: ascii(&order),
        ..Event::track(name, trip.second.saturating_sub(3600))
    };
    session.send(&called.properties(&properties), rows);
}
