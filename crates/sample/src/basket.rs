//! One trip at the shelves: which needs are looked at, what is bought of each, what happens when it is sold
//! out, how much is taken. Reads the shopper's memory and leaves it changed. Holds no choice of store.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering::Relaxed};

use crate::choice::{Offer, Weights, sum, weigh, without_promotion};
use crate::day::Day;
use crate::habits::MISSIONS;
use crate::life::Span;
use crate::likings::Likings;
use crate::needs::Gate;
use crate::people::Person;
use crate::pricing::{Mechanic, discount};
use crate::random::{Purpose, Random, ln};
use crate::stock::{ReturnDue, Stock};
use crate::trips::{Channel, Line, Receipt, ReceiptKey, Trip};

/// Euros that a shopper of median budget pays for one thing without hesitating, and spends on one trip.
const EASY_PRICE: f32 = 70.0;
const EASY_TRIP: f32 = 240.0;

/// What shoppers remember: per person and need, the day of the last purchase plus one (0: never) and the
/// product bought. Atomics only because the rows of one table are written by several threads; nobody goes
/// twice on one day, so no cell is shared and the order of threads does not matter.
pub(crate) struct Memory {
    needs: usize,
    day: Vec<AtomicU16>,
    product: Vec<AtomicU32>,
}

impl Memory {
    pub(crate) fn new(people: usize, needs: usize) -> Self {
        let cells = people * needs;
        Self {
            needs,
            day: (0..cells).map(|_| AtomicU16::new(0)).collect(),
            product: (0..cells).map(|_| AtomicU32::new(0)).collect(),
        }
    }

    /// Days since the last purchase of the need and what it was.
    pub(crate) fn recall(&self, person: u32, need: usize, day: i32) -> Option<(i32, u32)> {
        let cell = person as usize * self.needs + need;
        let last = self.day[cell].load(Relaxed);
        (last > 0).then(|| (day + 1 - i32::from(last), self.product[cell].load(Relaxed)))
    }

    fn note(&self, person: u32, need: usize, day: i32, product: u32) {
        let cell = person as usize * self.needs + need;
        self.day[cell].store(day as u16 + 1, Relaxed);
        self.product[cell].store(product, Relaxed);
    }
}

/// Demand that met an empty shelf.
#[derive(Clone, Debug)]
pub(crate) struct Missed {
    pub product: u32,
    pub switched_to: Option<u32>,
}

/// What one store's day leaves behind.
#[derive(Debug, Default)]
pub(crate) struct StoreDay {
    pub receipts: Vec<Receipt>,
    pub lines: Vec<Line>,
    pub missed: Vec<Missed>,
    /// Promotion number, expected units with it, expected units without it.
    pub uplift: Vec<(u32, f32, f32)>,
    /// Product, on hand, on order: shelves that ran empty or were filled, and counts.
    pub stock: Vec<(u32, i16, i16)>,
}

/// The shelves of one store on one day.
pub(crate) struct Visit<'a> {
    pub day: &'a Day<'a>,
    pub memory: &'a Memory,
    pub stock: &'a mut Stock,
    pub out: &'a mut StoreDay,
}

/// What a shopper brings to the shelves.
struct Shopper<'a> {
    trip: &'a Trip,
    person: &'a Person,
    spans: &'a [Span],
    gates: u16,
    likings: Likings,
    random: Random,
}

impl Visit<'_> {
    /// Goes through the store and writes the receipt. Leaves none only if the store is sold out entirely.
    pub(crate) fn shop(&mut self, trip: &Trip) {
        let (world, index) = (self.day.world, self.day.index);
        let person = &world.people[trip.person as usize];
        let seed = world.spec.seed;
        let mut shopper = Shopper {
            trip,
            person,
            spans: world.spans.of(trip.person),
            gates: person.gates,
            likings: Likings::new(seed, trip.person),
            random: Random::new(seed, Purpose::Basket, u64::from(trip.person), index as u64),
        };
        for span in shopper
            .spans
            .iter()
            .filter(|span| span.from <= index && index < span.to)
        {
            shopper.gates |= span.gates;
        }
        let household = 0.7 + 0.15 * f32::from(person.household_size);
        let looks = 1 + shopper
            .random
            .poisson(trip.mission.extra_needs() * household * 1.15);
        let first = self.out.lines.len();
        let (mut spent, budget) = (0.0, EASY_TRIP * person.budget * household * 100.0);
        for _ in 0..looks {
            spent += self.look(&mut shopper, false).unwrap_or(0.0);
            if spent > budget {
                break;
            }
        }
        for _ in 0..60 {
            if self.out.lines.len() > first {
                break;
            }
            self.look(&mut shopper, true);
        }
        if self.out.lines.len() == first {
            self.grab(&mut shopper);
        }
        self.write_receipt(&mut shopper, first);
    }

    /// Buys the next best thing on any shelf: nobody leaves with nothing, so that the receipts are as many as
    /// were asked for.
    fn grab(&mut self, shopper: &mut Shopper<'_>) {
        let world = self.day.world;
        let tags = &self.day.shelf.zones[world.stores[shopper.trip.store as usize].zone];
        let count = world.shelf.products.len();
        let start = shopper.random.below(count);
        let around = (start..count).chain(0..start);
        let there = |&product: &usize| {
            self.stock.on_hand(product) > 0 && tags.log_offer[product] < f32::INFINITY
        };
        if let Some(product) = around.into_iter().find(there) {
            let need = usize::from(world.shelf.products[product].need);
            self.buy(shopper, need, product, tags.price[product]);
        }
    }

    fn write_receipt(&mut self, shopper: &mut Shopper<'_>, first: usize) {
        let count = self.out.lines.len() - first;
        if count == 0 {
            return;
        }
        let trip = shopper.trip;
        let key = ReceiptKey {
            store: trip.store,
            day: self.day.index,
            number: self.out.receipts.len() as u32 + 1,
        };
        let receipt = Receipt {
            key,
            trip: trip.clone(),
            first: first as u32,
            count: count as u32,
            return_of: None,
        };
        self.out.receipts.push(receipt);
        // What cannot be touched or tried on before comes back more often.
        let unseen = if trip.channel == Channel::Shop {
            1.0
        } else {
            1.9
        };
        for line in &self.out.lines[first..] {
            let chance = self.day.world.shelf.need_of(line.product as usize).returns * unseen;
            if shopper.random.chance(chance) {
                let days = shopper.random.between(2, 24) as usize;
                let Trip {
                    person,
                    known,
                    channel,
                    ..
                } = *trip;
                let due = ReturnDue {
                    receipt: key,
                    person,
                    known,
                    channel,
                    line: line.clone(),
                };
                self.stock.expect_back(self.day.index, days, due);
            }
        }
    }

    /// Looks at one need and perhaps buys; returns what was spent, in cents. `must` buys whatever can be.
    fn look(&mut self, shopper: &mut Shopper<'_>, must: bool) -> Option<f32> {
        let day = self.day;
        let world = day.world;
        let need = draw_need(day, self.memory, shopper, must)?;
        let recall = self.memory.recall(shopper.trip.person, need, day.index);
        let last = recall.map(|(_, product)| product);
        let group = draw_group(day, shopper, need, last);
        let offer = Offer {
            world,
            menu: day.menu,
            shelf: day.shelf,
            zone: world.stores[shopper.trip.store as usize].zone,
        };
        let stock = &*self.stock;
        let weights = weigh(
            offer,
            shopper.person,
            &shopper.likings,
            group,
            last,
            |product| stock.carries(product),
        );
        if weights.sum <= 0.0 {
            return None;
        }
        let expected = world.expected[usize::from(shopper.person.segment)][group];
        let level = day.competitors[world.category_of[need]];
        let purchase = weights.purchase(expected, level);
        self.note_uplift(shopper, &weights, expected, level, purchase);
        if !must && !shopper.random.chance(purchase) {
            return None;
        }
        let slot = weights.draw(&mut shopper.random);
        let product = self.find(shopper, weights, slot)?;
        let price = offer.shelf.zones[offer.zone].price[product];
        let ease = EASY_PRICE * 100.0 * shopper.person.budget / price as f32;
        if !must && !shopper.random.chance(ease) {
            return None;
        }
        Some(self.buy(shopper, need, product, price))
    }

    /// The wanted product if it is there, else a substitute or nothing.
    fn find(
        &mut self,
        shopper: &mut Shopper<'_>,
        mut weights: Weights,
        slot: usize,
    ) -> Option<usize> {
        let product = weights.first + slot;
        if self.stock.on_hand(product) > 0 {
            return Some(product);
        }
        let whole = weights.sum;
        for other in 0..weights.count {
            if self.stock.on_hand(weights.first + other) <= 0 {
                weights.each[other] = 0.0;
            }
        }
        weights.sum = sum(&weights.each);
        // The less is left of what was wanted, the likelier the shopper leaves without.
        let stays = 0.25 + 0.65 * (weights.sum / whole).min(1.0).sqrt();
        let switched = weights.sum > 0.0 && shopper.random.chance(stays);
        let found = switched.then(|| weights.first + weights.draw(&mut shopper.random));
        let found = found.filter(|&product| self.stock.on_hand(product) > 0);
        self.out.missed.push(Missed {
            product: product as u32,
            switched_to: found.map(|product| product as u32),
        });
        found
    }

    fn buy(&mut self, shopper: &mut Shopper<'_>, need: usize, product: usize, price: u32) -> f32 {
        let world = self.day.world;
        let random = &mut shopper.random;
        let number = self.day.shelf.promotion[product];
        let promotion = number
            .checked_sub(1)
            .map(|number| &world.prices.promotions[number as usize]);
        let mut quantity = 1;
        if world.shelf.needs[need].cycle_days <= 45 {
            quantity += random.poisson(0.13 * f32::from(shopper.person.household_size)) as i16;
            quantity += i16::from(promotion.is_some() && random.chance(0.3));
        }
        if promotion.is_some_and(|promotion| promotion.mechanic == Mechanic::ThreeForTwo)
            && random.chance(0.6)
        {
            quantity = quantity.max(3);
        }
        let made = world.shelf.products[product].made;
        let options = made.map_or(0, |_| options(usize::from(shopper.person.segment), random));
        let quantity = self.stock.take(product, quantity, self.day.index);
        let discount = promotion.map_or(0, |promotion| {
            discount(promotion, i32::from(quantity), price)
        });
        let promotion = if discount > 0 { number } else { 0 };
        self.out.lines.push(Line {
            product: product as u32,
            quantity,
            options,
            price,
            discount,
            promotion,
        });
        self.memory
            .note(shopper.trip.person, need, self.day.index, product as u32);
        i32::from(quantity) as f32 * price as f32 - discount as f32
    }

    /// Notes the expected units of each promoted product with its promotion and without.
    fn note_uplift(
        &mut self,
        shopper: &Shopper<'_>,
        weights: &Weights,
        expected: f32,
        level: f32,
        purchase: f32,
    ) {
        let mut promoted = weights.promoted;
        while promoted != 0 {
            let slot = promoted.trailing_zeros() as usize;
            promoted &= promoted - 1;
            let number = self.day.shelf.promotion[weights.first + slot] - 1;
            let promotion = &self.day.world.prices.promotions[number as usize];
            let cut = if promotion.mechanic == Mechanic::ThreeForTwo {
                0.8
            } else {
                1.0 - promotion.depth
            };
            let (plain, sum) = without_promotion(weights, slot, ln(cut), shopper.person);
            let without = Weights { sum, ..*weights }.purchase(expected, level) * plain / sum;
            self.out
                .uplift
                .push((number, purchase * weights.each[slot] / weights.sum, without));
        }
    }
}

/// Draws a need by life span, mission, season and taste, and lets go of those the shopper does not have, does
/// not care for or has just served (satiation).
fn draw_need(
    day: &Day<'_>,
    memory: &Memory,
    shopper: &mut Shopper<'_>,
    must: bool,
) -> Option<usize> {
    let world = day.world;
    let (segment, mission) = (
        usize::from(shopper.person.segment),
        shopper.trip.mission as usize,
    );
    debug_assert_eq!(MISSIONS[mission], shopper.trip.mission);
    for _ in 0..12 {
        let random = &mut shopper.random;
        let active = shopper
            .spans
            .iter()
            .find(|span| span.from <= day.index && day.index < span.to);
        if let Some(span) = active.filter(|span| random.chance(span.intensity)) {
            // Most needed first, and each at most once while it is fresh.
            let place = random
                .below(span.needs.len())
                .min(random.below(span.needs.len()));
            let need = usize::from(span.needs[place]);
            let fresh = memory
                .recall(shopper.trip.person, need, day.index)
                .is_none_or(|(gap, _)| gap > 3);
            if fresh {
                return Some(need);
            }
        }
        let need = random.cumulative(&day.needs[segment][mission]);
        let gate = world.shelf.needs[need].gate;
        if shopper.gates >> gate as u16 & 1 == 0 && gate != Gate::Anyone {
            continue;
        }
        if must {
            return Some(need);
        }
        let cares = shopper.likings.need(need);
        let luck = random.unit();
        if luck >= cares {
            // No memory can make up for it: spare the look-up.
            continue;
        }
        let recall = memory.recall(shopper.trip.person, need, day.index);
        let cycle = f32::from(world.shelf.needs[need].cycle_days);
        let gap = recall.map_or(1.0, |(gap, _)| gap as f32 / cycle);
        if luck < cares * (gap * gap).clamp(0.04, 1.0) {
            return Some(need);
        }
    }
    None
}

/// One of a need's groups: often the one bought from last, else by lasting liking.
fn draw_group(day: &Day<'_>, shopper: &mut Shopper<'_>, need: usize, last: Option<u32>) -> usize {
    let world = day.world;
    let groups = world.shelf.groups_of[need].clone();
    let first = groups.start as usize;
    if groups.len() == 1 {
        return first;
    }
    if let Some(product) = last.filter(|_| shopper.random.chance(0.5)) {
        return world.shelf.products[product as usize].group as usize;
    }
    let mut running = [0.0; 128];
    let mut sum = 0.0;
    for (slot, group) in running.iter_mut().zip(groups.clone()) {
        sum += shopper.likings.group(group);
        *slot = sum;
    }
    let count = groups.len().min(running.len());
    first + shopper.random.cumulative(&running[..count])
}

/// Values of up to two option sets, with a favourite per segment: the truth behind option demand.
fn options(segment: usize, random: &mut Random) -> u8 {
    let mut pick = |shift: usize| {
        let mut weights = [1.0f32, 0.8, 0.7, 0.6];
        weights[(segment * 3 + shift) % 4] *= 3.5;
        random.weighted(&weights) as u8
    };
    pick(0) * 10 + pick(2)
}
