//! The stock of one store: what is on hand and on order, reorders with lead times that sometimes slip, and
//! goods on their way back. Holds no demand: it only answers it.

use crate::random::{Purpose, Random};
use crate::trips::{Line, ReceiptKey};

/// Days the rings of deliveries and returns reach ahead.
const RING: usize = 32;
/// Highest level ordered up to, units.
const TARGET_MAX: i16 = 30_000;
/// On hand of a product that the store does not carry.
const NOT_CARRIED: i16 = -1;

/// A line that will be brought back.
#[derive(Clone, Debug)]
pub(crate) struct ReturnDue {
    pub receipt: ReceiptKey,
    pub person: u32,
    pub known: crate::trips::Known,
    pub channel: crate::trips::Channel,
    pub line: Line,
}

/// Stock of one store over all products.
#[derive(Debug)]
pub(crate) struct Stock {
    store: u32,
    seed: u64,
    on_hand: Vec<i16>,
    on_order: Vec<i16>,
    /// Level up to which is ordered.
    target: Vec<i16>,
    deliveries: Vec<Vec<(u32, i16)>>,
    returns: Vec<Vec<ReturnDue>>,
    /// Products that ran out or came back today, with the new level.
    pub turns: Vec<u32>,
}

impl Stock {
    /// Opens with every carried product at its target: a lead time of expected sales, and some more.
    pub(crate) fn new(
        seed: u64,
        store: usize,
        carried: &[bool],
        daily_sales: impl Fn(usize) -> f32,
    ) -> Self {
        let level =
            |product: usize| (3.0 + 9.0 * daily_sales(product)).min(f32::from(TARGET_MAX)) as i16;
        let target: Vec<i16> = (0..carried.len()).map(level).collect();
        let on_hand = carried
            .iter()
            .zip(&target)
            .map(|(&carried, &target)| if carried { target } else { NOT_CARRIED });
        Self {
            store: store as u32,
            seed,
            on_hand: on_hand.collect(),
            on_order: vec![0; carried.len()],
            target,
            deliveries: vec![Vec::new(); RING],
            returns: vec![Vec::new(); RING],
            turns: Vec::new(),
        }
    }

    pub(crate) fn carries(&self, product: usize) -> bool {
        self.on_hand[product] != NOT_CARRIED
    }

    pub(crate) fn on_hand(&self, product: usize) -> i16 {
        self.on_hand[product]
    }

    pub(crate) fn on_order(&self, product: usize) -> i16 {
        self.on_order[product]
    }

    /// Takes in what arrives on the day and hands out what is brought back.
    pub(crate) fn open(&mut self, day: i32) -> Vec<ReturnDue> {
        self.turns.clear();
        let slot = day as usize % RING;
        for (product, quantity) in std::mem::take(&mut self.deliveries[slot]) {
            let index = product as usize;
            if self.on_hand[index] == 0 {
                self.turns.push(product);
            }
            self.on_hand[index] = self.on_hand[index].saturating_add(quantity);
            self.on_order[index] -= quantity;
        }
        std::mem::take(&mut self.returns[slot])
    }

    /// Takes up to `wanted` units off the shelf and reorders when half the target is gone. Returns the units.
    pub(crate) fn take(&mut self, product: usize, wanted: i16, day: i32) -> i16 {
        let taken = wanted.min(self.on_hand[product]);
        self.on_hand[product] -= taken;
        // In 32 bits: what is on hand and on order may together pass the 16 bits each has.
        let position = i32::from(self.on_hand[product]) + i32::from(self.on_order[product]);
        if position * 2 <= i32::from(self.target[product]) {
            self.reorder(product, position as i16, day);
        }
        if self.on_hand[product] == 0 && taken > 0 {
            self.turns.push(product as u32);
        }
        taken
    }

    fn reorder(&mut self, product: usize, position: i16, day: i32) {
        let place = u64::from(self.store) << 32 | product as u64;
        let mut random = Random::new(self.seed, Purpose::Supply, place, day as u64);
        let mut lead = random.between(1, 6);
        if random.chance(0.06) {
            lead += random.between(6, 18);
        }
        if self.on_hand[product] == 0 {
            // The manager learns from an empty shelf.
            let target = i32::from(self.target[product]) * 5 / 4 + 1;
            self.target[product] = target.min(i32::from(TARGET_MAX)) as i16;
        }
        let quantity = self.target[product] - position;
        self.on_order[product] += quantity;
        self.deliveries[(day as usize + lead as usize) % RING].push((product as u32, quantity));
    }

    /// Puts a returned unit back.
    pub(crate) fn put_back(&mut self, product: usize, quantity: i16) {
        if self.carries(product) {
            self.on_hand[product] = self.on_hand[product].saturating_add(quantity);
        }
    }

    /// Notes a line that will be back in `days` (under the ring's length).
    pub(crate) fn expect_back(&mut self, day: i32, days: usize, due: ReturnDue) {
        self.returns[(day as usize + days) % RING].push(due);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sold_that_is_not_there_and_orders_arrive() {
        let mut stock = Stock::new(1, 0, &[true, false], |_| 0.5);
        assert!(stock.carries(0) && !stock.carries(1));
        let level = stock.on_hand(0);
        assert_eq!(stock.take(0, 100, 0), level);
        assert_eq!(stock.take(0, 1, 0), 0);
        let mut ordered = stock.on_order(0);
        assert!(ordered > 0);
        for day in 1..30 {
            stock.open(day);
            ordered = stock.on_order(0);
        }
        assert_eq!(ordered, 0);
        assert!(stock.on_hand(0) >= level);
    }
}
