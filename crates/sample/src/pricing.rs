//! Prices over time: regular prices by zone with their changes, promotions, competitors' price levels, and
//! the tags on the shelf on a given day. Holds no shopper.

use crate::catalogue::{Catalogue, price_ending};
use crate::random::{Purpose, Random, exp, hash, ln, normal};
use crate::spec::Spec;
use crate::stores::ZONES;

/// How a promotion works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanic {
    PercentOff,
    ThreeForTwo,
}

impl Mechanic {
    pub(crate) fn name(self) -> &'static str {
        ["percent_off", "three_for_two"][self as usize]
    }
}

/// One promotion, in all stores. Days count from the first day of the spec; the end is exclusive.
#[derive(Clone, Debug)]
pub(crate) struct Promotion {
    pub product: u32,
    pub starts: i32,
    pub ends: i32,
    pub mechanic: Mechanic,
    /// Share of the price taken off (of three, for three-for-two).
    pub depth: f32,
}

/// A regular price of a product from a day on, before zones, in cents.
#[derive(Clone, Debug)]
pub(crate) struct RegularPrice {
    pub product: u32,
    pub from: i32,
    pub cents: f32,
}

/// All prices of the spec's days.
#[derive(Debug)]
pub(crate) struct PriceBook {
    /// Sorted by product, then day.
    pub regular: Vec<RegularPrice>,
    /// Sorted by start, then product.
    pub promotions: Vec<Promotion>,
    /// Products whose tag changes, per day.
    touched: Vec<Vec<u32>>,
}

/// A zone's price from the chain's price.
pub(crate) fn zone_price(cents: f32, zone: usize) -> u32 {
    price_ending(cents * ZONES[zone].1)
}

/// Makes the price book.
pub(crate) fn price_book(spec: &Spec, shelf: &Catalogue) -> PriceBook {
    let days = spec.days as i32;
    let mut touched = vec![Vec::new(); spec.days as usize];
    let mut touch = |day: i32, product: u32| {
        if (0..days).contains(&day) {
            touched[day as usize].push(product);
        }
    };
    let regular = regular_prices(spec, shelf);
    for price in &regular {
        touch(price.from, price.product);
    }
    let promotions = promotions(spec, shelf);
    for promotion in &promotions {
        touch(promotion.starts, promotion.product);
        touch(promotion.ends, promotion.product);
    }
    for (index, product) in shelf.products.iter().enumerate() {
        touch(product.launched.max(0), index as u32);
        if let Some(end) = product.withdrawn {
            touch(end, index as u32);
        }
    }
    for products in &mut touched {
        products.sort_unstable();
        products.dedup();
    }
    PriceBook {
        regular,
        promotions,
        touched,
    }
}

/// One to three price moves a year per product, more up than down, each of 2 to 9 %.
fn regular_prices(spec: &Spec, shelf: &Catalogue) -> Vec<RegularPrice> {
    let mut prices = Vec::new();
    for (index, product) in shelf.products.iter().enumerate() {
        let mut random = Random::new(spec.seed, Purpose::Price, index as u64, 0);
        let mut cents = product.list_price as f32 + 1.0;
        prices.push(RegularPrice {
            product: index as u32,
            from: 0,
            cents,
        });
        let mut day = random.between(20, 300) as i32;
        while day < spec.days as i32 {
            let step = 0.02 + 0.07 * random.unit();
            cents *= if random.chance(0.68) {
                1.0 + step
            } else {
                1.0 - step
            };
            prices.push(RegularPrice {
                product: index as u32,
                from: day,
                cents,
            });
            day += random.between(90, 330) as i32;
        }
    }
    prices
}

/// Each week some 4 % of the products are promoted, rather in their season: this ties promotions to demand
/// and misleads whoever does not look at the season.
fn promotions(spec: &Spec, shelf: &Catalogue) -> Vec<Promotion> {
    let mut found = Vec::new();
    let mut busy_until = vec![i32::MIN; shelf.products.len()];
    let count = shelf.products.len().div_ceil(25);
    for week in 0..spec.days.div_ceil(7) {
        let starts = week as i32 * 7;
        let of_year = spec.start.plus(starts).of_year();
        for slot in 0..count {
            let mut random =
                Random::new(spec.seed, Purpose::Promotion, u64::from(week), slot as u64);
            let season = |product: usize| shelf.need_of(product).season_factor(of_year);
            let (a, b) = (
                random.below(shelf.products.len()),
                random.below(shelf.products.len()),
            );
            let product = if season(a) >= season(b) { a } else { b };
            let ends = starts + if random.chance(0.7) { 7 } else { 14 };
            let whole =
                shelf.products[product].on_sale(starts) && shelf.products[product].on_sale(ends);
            if busy_until[product] > starts || !whole || shelf.products[product].made.is_some() {
                continue;
            }
            busy_until[product] = ends + 21;
            let bulk = shelf.need_of(product).cycle_days <= 45;
            let mechanic = if bulk && random.chance(0.2) {
                Mechanic::ThreeForTwo
            } else {
                Mechanic::PercentOff
            };
            let depth = match mechanic {
                Mechanic::PercentOff => *random.pick(&[0.1, 0.15, 0.2, 0.25, 0.3, 0.4]),
                Mechanic::ThreeForTwo => 1.0 / 3.0,
            };
            found.push(Promotion {
                product: product as u32,
                starts,
                ends,
                mechanic,
                depth,
            });
        }
    }
    found.sort_by_key(|promotion| (promotion.starts, promotion.product));
    found
}

/// Logarithm of the competitors' price level for a category in a month, 0 on average: a smooth wander.
pub(crate) fn competitor_level(seed: u64, category: usize, month: i32) -> f32 {
    let step = |month: i32| {
        let bits = hash(seed, Purpose::Competitor, category as u64, month as u64);
        normal(bits, bits.rotate_left(23))
    };
    0.03 * (step(month) + 0.8 * step(month - 1) + 0.6 * step(month - 2) + 0.4 * step(month - 3))
}

/// The tags of one zone.
#[derive(Clone, Debug)]
pub(crate) struct Tags {
    /// Regular price in cents.
    pub price: Vec<u32>,
    /// Logarithm of the price people reckon with, in cents; infinite while not on sale.
    pub log_offer: Vec<f32>,
}

/// The tags of a day. Move it forward one day after the other from day 0.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub zones: Vec<Tags>,
    /// Number of the running promotion plus one, or 0.
    pub promotion: Vec<u32>,
    cents: Vec<f32>,
    next_promotion: usize,
}

impl Shelf {
    pub(crate) fn new(products: usize) -> Self {
        let tags = Tags {
            price: vec![0; products],
            log_offer: vec![f32::INFINITY; products],
        };
        let zones = vec![tags; ZONES.len()];
        Self {
            zones,
            promotion: vec![0; products],
            cents: vec![0.0; products],
            next_promotion: 0,
        }
    }

    /// Changes the tags that change on the day.
    pub(crate) fn advance(&mut self, shelf: &Catalogue, book: &PriceBook, day: i32) {
        while let Some(promotion) = book
            .promotions
            .get(self.next_promotion)
            .filter(|next| next.starts <= day)
        {
            self.promotion[promotion.product as usize] = self.next_promotion as u32 + 1;
            self.next_promotion += 1;
        }
        for &product in &book.touched[day as usize] {
            let index = product as usize;
            let first = book
                .regular
                .partition_point(|price| (price.product, price.from) <= (product, day));
            self.cents[index] = book.regular[first - 1].cents;
            let running = self.promotion[index]
                .checked_sub(1)
                .map(|number| &book.promotions[number as usize]);
            let running = running.filter(|promotion| day < promotion.ends);
            if running.is_none() {
                self.promotion[index] = 0;
            }
            let on_sale = shelf.products[index].on_sale(day);
            for (zone, tags) in self.zones.iter_mut().enumerate() {
                tags.price[index] = zone_price(self.cents[index], zone);
                // Three for two tempts those who can use three: reckoned as a fifth off.
                let factor = running.map_or(1.0, |promotion| match promotion.mechanic {
                    Mechanic::PercentOff => 1.0 - promotion.depth,
                    Mechanic::ThreeForTwo => 0.8,
                });
                let offer = ln(tags.price[index] as f32 * factor);
                tags.log_offer[index] = if on_sale { offer } else { f32::INFINITY };
            }
        }
    }
}

/// Cents taken off a line of `quantity` at `price` cents.
pub(crate) fn discount(promotion: &Promotion, quantity: i32, price: u32) -> u32 {
    match promotion.mechanic {
        Mechanic::PercentOff => (quantity as f32 * price as f32 * promotion.depth + 0.5) as u32,
        Mechanic::ThreeForTwo => quantity as u32 / 3 * price,
    }
}

/// What a competitor asks for a product in a month, cents.
pub(crate) fn competitor_price(
    seed: u64,
    shelf: &Catalogue,
    product: usize,
    competitor: usize,
    month: i32,
) -> u32 {
    let place = (product * 3 + competitor) as u64;
    let bits = hash(seed, Purpose::Competitor, 1000 + place, month as u64);
    let category = category_slot(shelf, product);
    let level = [-0.02, 0.03, -0.08][competitor] + competitor_level(seed, category, month);
    let noise = 0.03 * normal(bits, bits.rotate_left(9));
    price_ending(shelf.products[product].list_price as f32 * exp(level + noise))
}

/// A number for the product's first category.
pub(crate) fn category_slot(shelf: &Catalogue, product: usize) -> usize {
    let name = shelf.need_of(product).categories[0];
    shelf
        .needs
        .iter()
        .position(|need| need.categories[0] == name)
        .unwrap_or(0)
}
