//! The shoppers: households, segments, tastes, budgets, rhythm, and how they can be recognised. All of it is
//! ground truth. Holds no name or address (see `identities`) and no behaviour (see `shopping`).

use rayon::prelude::*;

use crate::habits::{AXES, Axis, SEGMENTS, Segment};
use crate::needs::Gate;
use crate::random::{Purpose, Random};
use crate::spec::Spec;
use crate::stores::{CATCHMENTS, Store};

/// People who never identify themselves, per customer.
const WALK_IN_SHARE: f64 = 0.15;

/// Kind of household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Household {
    Single,
    Couple,
    Family,
    Senior,
}

impl Household {
    pub(crate) fn name(self) -> &'static str {
        ["single", "couple", "family", "senior"][self as usize]
    }
}

/// One shopper. Days count from the first day of the spec.
#[derive(Debug)]
pub(crate) struct Person {
    pub segment: u8,
    pub household: u32,
    pub household_kind: Household,
    pub household_size: u8,
    /// One bit per [`Gate`].
    pub gates: u16,
    pub home: u32,
    /// Budget against the country's median.
    pub budget: f32,
    /// Trips against the average shopper.
    pub rate: f32,
    pub tastes: [f32; AXES],
    /// Running total of the missions' weights.
    pub missions: [f32; 8],
    /// Body size and skin shade, 0 to 1.
    pub size: f32,
    pub skin: f32,
    /// Coefficient of the logarithm of price.
    pub price: f32,
    pub hour: f32,
    pub weekday: u8,
    pub online: f32,
    /// First day with a customer record; from then on may be recognised.
    pub joined: i32,
    pub left: i32,
    /// Which records the person has.
    pub loyalty: bool,
    pub email: bool,
    pub card: bool,
    pub birth_year: u16,
    pub woman: bool,
}

impl Person {
    pub(crate) fn habits(&self) -> &'static Segment {
        &SEGMENTS[usize::from(self.segment)]
    }

    pub(crate) fn has(&self, gate: Gate) -> bool {
        self.gates >> gate as u16 & 1 == 1
    }

    /// Place on the scale of sizes or shades that suits the person.
    pub(crate) fn fit(&self, shaded: bool) -> f32 {
        if shaded { self.skin } else { self.size }
    }
}

/// The id outside, in the truth only.
pub(crate) fn person_id(index: usize) -> String {
    format!("H{:07}", index + 1)
}

/// Makes customers first, then those who never identify.
pub(crate) fn people(spec: &Spec, stores: &[Store]) -> Vec<Person> {
    let walk_ins = (f64::from(spec.customers) * WALK_IN_SHARE) as usize;
    let mut running = Vec::with_capacity(stores.len());
    let mut total = 0.0;
    for store in stores {
        total += store.weight();
        running.push(total);
    }
    (0..spec.customers as usize + walk_ins)
        .into_par_iter()
        .map(|index| person(spec, stores, &running, index))
        .collect()
}

fn person(spec: &Spec, stores: &[Store], running: &[f32], index: usize) -> Person {
    // Two neighbours in the list share a household now and then: same name, address, segment and budget.
    let pair = (index / 2) as u64;
    let mut shared = Random::new(spec.seed, Purpose::Person, pair, 0);
    let together = shared.chance(0.3);
    if !together {
        shared = Random::new(spec.seed, Purpose::Person, pair, 1 + index as u64 % 2);
    }
    let mut random = Random::new(spec.seed, Purpose::Person, index as u64, 9);
    let home = shared.cumulative(running);
    let around = stores[home]
        .catchment
        .map_or(&CATCHMENTS[0], |catchment| &CATCHMENTS[catchment]);
    let segment = shared.weighted(&around.mix);
    let (kind, size) = household(segment, together, &mut shared);
    let budget = shared.lognormal(0.45) * (stores[home].income / 100.0).sqrt();
    let habits = &SEGMENTS[segment];
    let mut tastes = habits.tastes;
    for taste in &mut tastes {
        *taste += 0.45 * random.normal();
    }
    tastes[Axis::Premium as usize] += 0.35 * (budget - 1.0).clamp(-1.0, 1.5);
    let mut missions = [0.0; 8];
    let mut sum = 0.0;
    for (running, weight) in missions.iter_mut().zip(habits.missions) {
        sum += weight * random.lognormal(0.3);
        *running = sum;
    }
    let customer = index < spec.customers as usize;
    let days = spec.days as i32;
    let settled = random.chance(0.78);
    let (loyalty, mail, card) = (random.chance(0.9), random.chance(0.55), random.chance(0.5));
    let online = if customer {
        habits.online * random.lognormal(0.5)
    } else {
        0.0
    };
    Person {
        segment: segment as u8,
        household: (pair * 2 + u64::from(!together && index % 2 == 1)) as u32,
        household_kind: kind,
        household_size: size,
        gates: gates(habits, kind, &mut shared),
        home: home as u32,
        budget,
        rate: random.lognormal(0.5) * (0.8 + 0.1 * f32::from(size)),
        tastes,
        missions,
        size: (0.5 + 0.22 * random.normal()).clamp(0.0, 1.0),
        skin: (0.4 + 0.25 * random.normal()).clamp(0.0, 1.0),
        price: habits.price * random.lognormal(0.15),
        hour: habits.hour + 0.6 * random.normal(),
        weekday: random.weighted(&habits.week) as u8,
        online: online.min(0.9),
        joined: if settled {
            -(random.between(0, 1500) as i32)
        } else {
            random.between(0, i64::from(days)) as i32
        },
        left: if random.chance(0.08) {
            random.between(i64::from(days) / 4, i64::from(days)) as i32
        } else {
            i32::MAX
        },
        loyalty: customer && (loyalty || !(mail || card)),
        email: customer && (mail || online > 0.2),
        card: customer && card,
        birth_year: birth_year(kind, &mut random),
        woman: random.chance(0.54),
    }
}

/// Kind and size of the household. Families lie in every segment, most in theirs: what people want cuts
/// across household and age.
fn household(segment: usize, together: bool, random: &mut Random) -> (Household, u8) {
    let family = if SEGMENTS[segment].name == "young_families" {
        0.88
    } else {
        0.22
    };
    if random.chance(family) {
        return (Household::Family, random.between(3, 5) as u8);
    }
    match (together, random.below(3)) {
        (_, 0) => (
            Household::Senior,
            1 + u8::from(together || random.chance(0.5)),
        ),
        (false, 1) => (Household::Single, 1),
        _ => (Household::Couple, 2),
    }
}

fn gates(habits: &Segment, kind: Household, random: &mut Random) -> u16 {
    let family = kind == Household::Family;
    let vegan = habits.tastes[Axis::Vegan as usize] > 1.0;
    let (dog, cat) = (random.chance(0.16), random.chance(0.19));
    let open = [
        (Gate::Anyone, true),
        (
            Gate::MeatEater,
            !random.chance(if vegan { 0.7 } else { 0.05 }),
        ),
        (Gate::Adult, !random.chance(0.12)),
        (Gate::Baby, family && random.chance(0.45)),
        (Gate::Child, family || random.chance(0.1)),
        (Gate::Dog, dog),
        (Gate::Cat, cat),
        (Gate::Pet, dog || cat),
        (Gate::Garden, random.chance(0.45)),
        (Gate::Mover, false),
    ];
    open.iter()
        .filter(|(_, open)| *open)
        .map(|(gate, _)| 1 << *gate as u16)
        .sum()
}

/// Age follows the household, hardly the segment.
fn birth_year(kind: Household, random: &mut Random) -> u16 {
    let (low, high) = match kind {
        Household::Single => (1950, 2006),
        Household::Couple => (1948, 2004),
        Household::Family => (1966, 2001),
        Household::Senior => (1935, 1962),
    };
    random.between(low, high) as u16
}
