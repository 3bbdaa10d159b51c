//! Who sets out on a day, why, where to and when; and the records a trip leaves. The first two choices of the
//! nest: mission, then store. Holds no basket (see `basket`).

use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

use rayon::prelude::*;

use crate::calendar::{Date, payday};
use crate::habits::{MISSIONS, Mission};
use crate::people::Person;
use crate::random::{GOLDEN, Purpose, Random, hash, mix, unit};
use crate::stores::StoreFormat;
use crate::world::World;

/// How a shopper is recognised on a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Nobody,
    Loyalty,
    Email,
    Card,
}

impl Known {
    pub(crate) fn name(self) -> &'static str {
        ["", "loyalty", "email", "card"][self as usize]
    }
}

/// Where an order is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Shop,
    Web,
    App,
}

impl Channel {
    pub(crate) fn name(self) -> &'static str {
        ["shop", "web", "app"][self as usize]
    }
}

/// One trip to one store.
#[derive(Clone, Debug)]
pub(crate) struct Trip {
    pub person: u32,
    pub store: u32,
    pub second: u32,
    pub mission: Mission,
    pub known: Known,
    pub channel: Channel,
}

/// What identifies a receipt: store, day, running number of the store's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceiptKey {
    pub store: u32,
    pub day: i32,
    pub number: u32,
}

/// One bought line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub product: u32,
    pub quantity: i16,
    /// Option values chosen, two decimal digits (first set, second set).
    pub options: u8,
    /// Cents.
    pub price: u32,
    /// Cents taken off the line.
    pub discount: u32,
    /// Promotion number plus one, or 0.
    pub promotion: u32,
}

/// One receipt with its lines `lines[first..first + count]` of the store's day.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    pub key: ReceiptKey,
    pub trip: Trip,
    pub first: u32,
    pub count: u32,
    /// The receipt this one takes back.
    pub return_of: Option<ReceiptKey>,
}

/// What deciding about trips remembers of people.
pub(crate) struct LastTrip {
    /// Day of the last trip plus one; 0 before the first.
    day: Vec<AtomicU16>,
    /// Inclination to set out, per weekday and person: laid out to be passed over quickly.
    by_weekday: [Vec<f32>; 7],
}

impl LastTrip {
    pub(crate) fn new(people: &[Person]) -> Self {
        let inclination = |person: &Person, weekday: usize| {
            let own = usize::from(person.weekday) == weekday;
            let day = if own { OWN_DAY } else { OTHER_DAY };
            person.rate * person.habits().week[weekday] * day
        };
        let column = |weekday| {
            people
                .iter()
                .map(|person| inclination(person, weekday))
                .collect()
        };
        Self {
            day: people.iter().map(|_| AtomicU16::new(0)).collect(),
            by_weekday: std::array::from_fn(column),
        }
    }
}

/// Inclination on the person's own weekday, and on others, so that a week has seven.
const OWN_DAY: f32 = 2.2;
const OTHER_DAY: f32 = 0.8;
/// Share of trips to a shop on which who has a payment card pays by card.
pub(crate) const PAYS_BY_CARD: f32 = 0.6;
/// Highest factor that wages just paid can have.
const PAID_MAX: f32 = 1.25;

/// Picks exactly `quota` people, each at most once, with chances proportional to their rates (weighted
/// sampling without replacement by smallest keys u / rate; Efraimidis and Spirakis 2006, for small rates),
/// and plans their trips, sorted by store and time.
pub(crate) fn trips(world: &World, last: &LastTrip, day: i32, quota: usize) -> Vec<Trip> {
    let mut keys = candidates(world, last, day, quota);
    let quota = quota.min(keys.len());
    if quota < keys.len() {
        keys.select_nth_unstable(quota);
        keys.truncate(quota);
    }
    keys.sort_unstable_by_key(|key| *key as u32);
    let date = world.spec.start.plus(day);
    let mut trips: Vec<Trip> = keys
        .par_iter()
        .with_min_len(256)
        .map(|key| {
            let index = *key as u32;
            // One trip a day: no other thread touches this person.
            last.day[index as usize].store(day as u16 + 1, Relaxed);
            plan(world, index, day, date)
        })
        .collect();
    trips.sort_unstable_by_key(|trip| (trip.store, trip.second, trip.person));
    trips
}

/// Keys (u / rate as sortable bits, then the person) of at least `quota` people if there are so many.
fn candidates(world: &World, last: &LastTrip, day: i32, quota: usize) -> Vec<u64> {
    let date = world.spec.start.plus(day);
    let (weekday, paid) = (date.weekday(), payday(date));
    let seed = hash(world.spec.seed, Purpose::TripKey, day as u64, 0);
    // Rates are near 1, so quota / people is near the wanted key; twice that seldom falls short.
    let mut limit = 2.0 * quota as f32 / world.people.len() as f32;
    loop {
        let keys: Vec<u64> = last.by_weekday[weekday]
            .par_iter()
            .enumerate()
            .with_min_len(4096)
            .filter_map(|(index, inclination)| {
                let u = unit(mix(seed.wrapping_add((index as u64).wrapping_mul(GOLDEN))));
                // Most people are passed over without a look at who they are.
                if u >= limit * inclination * PAID_MAX {
                    return None;
                }
                let mood = mood(
                    &world.people[index],
                    last.day[index].load(Relaxed),
                    day,
                    paid,
                );
                let key = u / (inclination * mood);
                (key < limit).then(|| u64::from(key.to_bits()) << 32 | index as u64)
            })
            .collect();
        if keys.len() >= quota || limit > 1e6 {
            return keys;
        }
        limit *= 2.5;
    }
}

/// Factor of the day's circumstances on a person's inclination, at most [`PAID_MAX`] and never zero. `paid` is 1
/// when wages have just come in, else 0.
fn mood(person: &Person, last: u16, day: i32, paid: f32) -> f32 {
    if day >= person.left {
        return 1e-5;
    }
    let rest = match day - i32::from(last) + 1 {
        _ if last == 0 => 1.0,
        ..=1 => 0.25,
        2 => 0.6,
        _ => 1.0,
    };
    let keen = 0.25 * (person.habits().promotion - 0.3);
    rest * (1.0 + paid * keen)
}

fn plan(world: &World, index: u32, day: i32, date: Date) -> Trip {
    let person = &world.people[index as usize];
    let mut random = Random::new(world.spec.seed, Purpose::Trip, u64::from(index), day as u64);
    let mut mission = MISSIONS[random.cumulative(&person.missions)];
    if date.weekday() < 4 && mission == Mission::StockUp && random.chance(0.3) {
        mission = Mission::TopUp;
    }
    let habits = person.habits();
    let online = random.chance(
        person.online
            * if mission == Mission::Wardrobe {
                1.3
            } else {
                1.0
            },
    );
    let store = if online {
        world.stores.len() as u32 - 1
    } else {
        visit(world, person, mission, day, &mut random)
    };
    let online = world.stores[store as usize].format == StoreFormat::Online;
    let channel = match online {
        true if random.chance(habits.app) => Channel::App,
        true => Channel::Web,
        false => Channel::Shop,
    };
    let spread = habits.hour_spread * random.normal();
    let hour = if online {
        (person.hour + 2.0 + 1.4 * spread).rem_euclid(24.0)
    } else {
        (person.hour + spread).clamp(7.0, 21.45)
    };
    let second = (hour * 3600.0) as u32 + random.below(600) as u32;
    let known = known(person, channel, day, &mut random);
    Trip {
        person: index,
        store,
        second: second.min(86_399),
        mission,
        known,
        channel,
    }
}

/// The store, by fitness for the mission and distance; the online shop if nothing in reach is open or fit.
fn visit(world: &World, person: &Person, mission: Mission, day: i32, random: &mut Random) -> u32 {
    let reach = &world.stores[person.home as usize].reach;
    let mut running = [0.0; 16];
    let mut sum = 0.0;
    for (slot, (store, near)) in running.iter_mut().zip(reach) {
        let place = &world.stores[*store as usize];
        let fit = place.format.fitness()[mission as usize];
        sum += if place.open(day) { fit * near } else { 0.0 };
        *slot = sum;
    }
    if sum < 0.02 {
        return world.stores.len() as u32 - 1;
    }
    reach[random.cumulative(&running[..reach.len()])].0
}

fn known(person: &Person, channel: Channel, day: i32, random: &mut Random) -> Known {
    if day < person.joined || !(person.loyalty || person.email || person.card) {
        return Known::Nobody;
    }
    match channel {
        Channel::App if person.loyalty => Known::Loyalty,
        Channel::App | Channel::Web if person.email => Known::Email,
        Channel::App | Channel::Web => Known::Nobody,
        Channel::Shop if person.loyalty && random.chance(0.88) => Known::Loyalty,
        Channel::Shop if person.card && random.chance(PAYS_BY_CARD) => Known::Card,
        Channel::Shop => Known::Nobody,
    }
}
