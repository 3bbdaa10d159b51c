//! One day of the whole chain, and the loop over days: tags, quotas, trips, stores in parallel. Equal for any
//! number of threads: every draw is keyed by person or store and day, and results keep the order of stores.

use rayon::prelude::*;

use crate::basket::{Memory, StoreDay, Visit};
use crate::calendar::{Date, traffic};
use crate::choice::Menu;
use crate::habits::{MISSIONS, SEGMENT_COUNT};
use crate::pricing::{Shelf, competitor_level};
use crate::random::{Purpose, Random};
use crate::stock::{ReturnDue, Stock};
use crate::trips::{LastTrip, Receipt, ReceiptKey, Trip, trips};
use crate::world::World;

/// Days between two counts of a core product in the same store.
const COUNT_CYCLE_DAYS: i32 = 182;

/// What holds for everybody on a day.
pub(crate) struct Day<'a> {
    pub world: &'a World,
    pub menu: &'a Menu,
    pub shelf: &'a Shelf,
    /// Days since the first one.
    pub index: i32,
    /// Running pull of the needs, per segment and mission.
    pub needs: Vec<[Vec<f32>; 8]>,
    /// Logarithm of the competitors' price level, by the number `World::category_of` gives.
    pub competitors: Vec<f32>,
}

impl<'a> Day<'a> {
    fn new(world: &'a World, menu: &'a Menu, shelf: &'a Shelf, index: i32, date: Date) -> Self {
        let of_year = date.of_year();
        let season: Vec<f32> = world
            .shelf
            .needs
            .iter()
            .map(|need| need.season_factor(of_year))
            .collect();
        let running = |segment: usize, mission: usize| {
            let mut sum = 0.0;
            let pull = world.shelf.needs.iter().enumerate().map(|(number, need)| {
                sum += need.missions[mission] * season[number] * world.need_pull[segment][number];
                sum
            });
            pull.collect::<Vec<f32>>()
        };
        let needs = (0..SEGMENT_COUNT)
            .map(|segment| std::array::from_fn(|mission| running(segment, mission)));
        let level = |category| competitor_level(world.spec.seed, category, index / 30);
        let competitors = (0..world.shelf.needs.len()).map(level);
        Self {
            world,
            menu,
            shelf,
            index,
            needs: needs.collect(),
            competitors: competitors.collect(),
        }
    }
}

/// What the chain's day leaves behind, by store.
pub(crate) struct ChainDay {
    pub index: i32,
    pub stores: Vec<StoreDay>,
}

impl ChainDay {
    pub(crate) fn lines(&self) -> usize {
        self.stores.iter().map(|store| store.lines.len()).sum()
    }
}

/// The running simulation.
pub(crate) struct Simulation<'a> {
    world: &'a World,
    pub menu: Menu,
    pub shelf: Shelf,
    pub memory: Memory,
    last_trip: LastTrip,
    pub stocks: Vec<Stock>,
    quotas: Vec<usize>,
    index: i32,
}

impl<'a> Simulation<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let daily = daily_sales(world);
        let stocks = (0..world.stores.len()).into_par_iter().map(|store| {
            let volume = store_volume(world, store);
            Stock::new(world.spec.seed, store, &world.ranges[store], |product| {
                daily[product] * volume
            })
        });
        Self {
            world,
            menu: Menu::new(world),
            shelf: Shelf::new(world.shelf.products.len()),
            memory: Memory::new(world.people.len(), world.shelf.needs.len()),
            last_trip: LastTrip::new(&world.people),
            stocks: stocks.collect(),
            quotas: quotas(world),
            index: 0,
        }
    }

    /// The last day lived through, as a shopper would meet it.
    pub(crate) fn today(&self) -> Day<'_> {
        Day::new(
            self.world,
            &self.menu,
            &self.shelf,
            self.index,
            self.world.spec.start.plus(self.index),
        )
    }

    /// Lives through one day; days must be taken in order from 0.
    pub(crate) fn day(&mut self, index: i32) -> ChainDay {
        let world = self.world;
        let date = world.spec.start.plus(index);
        self.index = index;
        self.shelf.advance(&world.shelf, &world.prices, index);
        let trips = trips(world, &self.last_trip, index, self.quotas[index as usize]);
        let day = Day::new(world, &self.menu, &self.shelf, index, date);
        let memory = &self.memory;
        let stores = self
            .stocks
            .par_iter_mut()
            .enumerate()
            .map(|(store, stock)| {
                let first = trips.partition_point(|trip| (trip.store as usize) < store);
                let count = trips[first..].partition_point(|trip| trip.store as usize == store);
                store_day(&day, memory, stock, store, &trips[first..first + count])
            });
        ChainDay {
            index,
            stores: stores.collect(),
        }
    }
}

fn store_day(
    day: &Day<'_>,
    memory: &Memory,
    stock: &mut Stock,
    store: usize,
    trips: &[Trip],
) -> StoreDay {
    let mut out = StoreDay::default();
    let returns = stock.open(day.index);
    if day.world.stores[store].open(day.index) {
        for due in returns {
            take_back(day, stock, store, due, &mut out);
        }
    }
    let mut visit = Visit {
        day,
        memory,
        stock,
        out: &mut out,
    };
    for trip in trips {
        visit.shop(trip);
    }
    count_stock(day, stock, store, &mut out);
    out
}

fn take_back(day: &Day<'_>, stock: &mut Stock, store: usize, due: ReturnDue, out: &mut StoreDay) {
    let ReturnDue {
        receipt,
        person,
        known,
        channel,
        mut line,
    } = due;
    let mut random = Random::new(
        day.world.spec.seed,
        Purpose::Trip,
        u64::from(person),
        1 << 40 | day.index as u64,
    );
    stock.put_back(line.product as usize, line.quantity);
    line.quantity = -line.quantity;
    let key = ReceiptKey {
        store: store as u32,
        day: day.index,
        number: out.receipts.len() as u32 + 1,
    };
    let second = random.between(9 * 3600, 19 * 3600) as u32;
    // A return has no mission of its own; the field keeps the first one and no reader uses it.
    let trip = Trip {
        person,
        store: store as u32,
        second,
        mission: MISSIONS[0],
        known,
        channel,
    };
    let first = out.lines.len() as u32;
    out.receipts.push(Receipt {
        key,
        trip,
        first,
        count: 1,
        return_of: Some(receipt),
    });
    out.lines.push(line);
}

/// Shelves that ran empty or were filled again, and the day's share of the core range's rolling count; all on
/// the first day and on the last.
fn count_stock(day: &Day<'_>, stock: &mut Stock, store: usize, out: &mut StoreDay) {
    let last = day.world.spec.days as i32 - 1;
    let all = day.index == 0 || day.index == last;
    let mut products = std::mem::take(&mut stock.turns);
    if all {
        products = (0..day.world.shelf.products.len() as u32).collect();
    } else if !day.world.stores[store].open(day.index) {
        return;
    } else {
        // Each product's day within the cycle is fixed by its number, another one in each store.
        let phase = (day.index + store as i32 * 37).rem_euclid(COUNT_CYCLE_DAYS);
        let all = &day.world.shelf.products;
        let due = (phase as u32..all.len() as u32).step_by(COUNT_CYCLE_DAYS as usize);
        products.extend(due.filter(|&product| all[product as usize].must_carry));
    }
    products.sort_unstable();
    products.dedup();
    let carried = products
        .into_iter()
        .filter(|&product| stock.carries(product as usize));
    out.stock.extend(carried.map(|product| {
        (
            product,
            stock.on_hand(product as usize),
            stock.on_order(product as usize),
        )
    }));
}

/// Receipts per day: the whole number asked for, spread by traffic (cumulative rounding).
fn quotas(world: &World) -> Vec<usize> {
    let days = world.spec.days as i32;
    let growth = |day: i32| 1.0 + 0.04 * f64::from(day) / 365.25;
    let traffic: Vec<f64> = (0..days)
        .map(|day| traffic(world.spec.start.plus(day)) * growth(day))
        .collect();
    let total: f64 = traffic.iter().sum();
    let (mut running, mut given) = (0.0, 0u64);
    let mut quota = |share: f64| {
        running += share;
        let due = (world.spec.orders as f64 * running / total).round() as u64;
        let today = due - given;
        given = due;
        today as usize
    };
    traffic.into_iter().map(&mut quota).collect()
}

/// Rough units of each product per receipt, to open the shelves with.
fn daily_sales(world: &World) -> Vec<f32> {
    let mut per_receipt = vec![0.0; world.shelf.products.len()];
    let total: f32 = world
        .shelf
        .needs
        .iter()
        .map(|need| need.missions.iter().sum::<f32>())
        .sum();
    for (number, group) in world.shelf.groups.iter().enumerate() {
        let need = &world.shelf.needs[usize::from(group.need)];
        let groups = world.shelf.groups_of[usize::from(group.need)].len() as f32;
        let lines = 5.0 * need.missions.iter().sum::<f32>() / total / groups;
        let weight =
            |product: u32| crate::random::exp(world.shelf.products[product as usize].appeal);
        let sum: f32 = group.products.clone().map(weight).sum();
        debug_assert_eq!(
            world.shelf.products[group.products.start as usize].group as usize,
            number
        );
        for product in group.products.clone() {
            per_receipt[product as usize] = 1.3 * lines * weight(product) / sum;
        }
    }
    per_receipt
}

/// Rough receipts of a store per day.
fn store_volume(world: &World, store: usize) -> f32 {
    let daily = world.spec.orders as f32 / world.spec.days as f32;
    let weight = |store: &crate::stores::Store| {
        if store.weight() > 0.0 {
            store.weight()
        } else {
            4000.0
        }
    };
    let total: f32 = world.stores.iter().map(weight).sum();
    let online = store + 1 == world.stores.len();
    daily
        * if online {
            0.16
        } else {
            weight(&world.stores[store]) / total
        }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::spec::{Format, Spec};
    use crate::world::world;

    #[test]
    fn the_number_of_receipts_is_the_number_asked_for() {
        let spec = Spec {
            customers: 300,
            stores: 6,
            products: 400,
            orders: 4_000,
            seed: 3,
            format: Format::Csv,
            start: Spec::DEFAULT_START,
            days: 200,
        };
        let world = world(&spec).unwrap();
        let mut simulation = Simulation::new(&world);
        let (mut sales, mut returns) = (0, 0);
        for index in 0..200 {
            let day = simulation.day(index);
            for store in &day.stores {
                returns += store
                    .receipts
                    .iter()
                    .filter(|receipt| receipt.return_of.is_some())
                    .count();
                sales += store
                    .receipts
                    .iter()
                    .filter(|receipt| receipt.return_of.is_none())
                    .count();
                for line in &store.lines {
                    assert!(line.quantity != 0 && line.price > 0);
                }
            }
        }
        assert_eq!(sales, 4_000);
        assert!(returns > 100);
    }
}
