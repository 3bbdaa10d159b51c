//! A category's history: in each store the spells during which the same products were on offer, and what
//! was bought in them.
//!
//! Holds facts only; every estimate from them has its own file. Spells keep the offer small: shelves change
//! seldom against the number of periods, so a table of all periods is never made.

use rayon::prelude::*;

use crate::{
    Error,
    baskets::{Baskets, NONE},
    error::{require_ids, require_size},
    offer::Offer,
};

/// Most products of one category: tables of all its pairs are held.
pub(crate) const PRODUCTS_MAX: usize = 2_000;
/// A stretch of time in one store with one offer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spell {
    pub store: u32,
    pub from: u32,
    pub until: u32,
    /// Purchases of the category meanwhile.
    pub bought: usize,
}

/// The part of a spell that lies in one season.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub spell: usize,
    pub season: usize,
    /// Baskets in the store meanwhile.
    pub visits: f64,
    /// Purchases of the category meanwhile.
    pub bought: f64,
}

/// One product bought in one basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Purchase {
    pub customer: u32,
    pub period: u32,
    pub basket: u32,
    pub slot: usize,
    pub spell: usize,
}

/// The history of one category. Products are known by their slot, the place in `products`.
#[derive(Debug, Clone)]
pub(crate) struct Category {
    pub id: u32,
    /// Ascending.
    pub products: Vec<u32>,
    /// By store and time.
    pub spells: Vec<Spell>,
    /// By customer and time; those of nobody last.
    pub purchases: Vec<Purchase>,
    /// By spell and season.
    pub cells: Vec<Cell>,
    /// Purchases of what was not on offer, left out.
    pub contradictions: usize,
    /// Bits of the slots on offer, `words` for each spell.
    on: Vec<u64>,
    /// Bits of the slots in the store's range, be the shelf empty for a while.
    carried: Vec<u64>,
    words: usize,
}

/// Baskets per store and period, as running sums.
pub(crate) struct Visits {
    running: Vec<u32>,
    periods: usize,
}

impl Visits {
    pub(crate) fn new(baskets: &Baskets) -> Self {
        let (stores, periods) = (baskets.sizes().stores, baskets.sizes().periods);
        let mut running = vec![0u32; stores * (periods + 1)];
        for (&store, &period) in baskets.stores().iter().zip(baskets.periods()) {
            running[store as usize * (periods + 1) + period as usize + 1] += 1;
        }
        for of_store in running.chunks_exact_mut(periods + 1) {
            for period in 0..periods {
                of_store[period + 1] += of_store[period];
            }
        }
        Self { running, periods }
    }

    pub(crate) fn between(&self, store: usize, from: usize, until: usize) -> f64 {
        let row = store * (self.periods + 1);
        f64::from(self.running[row + until] - self.running[row + from])
    }
}

/// How time is cut, in periods.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    /// Length of a season.
    pub season: usize,
    /// A product that is away for less has left the shelf, not the range.
    pub absence: usize,
}

/// Cuts baskets and offer by category, in order of id. Products of category [`NONE`] are left out.
pub(crate) fn split(
    baskets: &Baskets,
    offer: &Offer,
    categories: &[u32],
    cut: Cut,
) -> Result<Vec<Category>, Error> {
    require_size(
        "categories",
        "products",
        categories.len(),
        baskets.sizes().products,
    )?;
    require_ids("categories", categories, NONE as usize, Some(NONE))?;
    let mut ids: Vec<u32> = categories
        .iter()
        .copied()
        .filter(|&id| id != NONE)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut members = vec![Vec::new(); ids.len()];
    // Per product: place of its category, and its slot there.
    let mut places = vec![None; categories.len()];
    for (product, &id) in categories.iter().enumerate().filter(|&(_, &id)| id != NONE) {
        let place = ids.partition_point(|&other| other < id);
        places[product] = Some((place, members[place].len()));
        members[place].push(product as u32);
    }
    if let Some(place) = members
        .iter()
        .position(|products| products.len() > PRODUCTS_MAX)
    {
        return Err(Error::Category {
            category: ids[place],
            products: members[place].len(),
            limit: PRODUCTS_MAX,
        });
    }
    let mut lines = vec![Vec::new(); ids.len()];
    for basket in 0..baskets.len() {
        for &product in baskets.products(basket) {
            if let Some((place, slot)) = places[product as usize] {
                lines[place].push((basket as u32, slot));
            }
        }
    }
    let visits = Visits::new(baskets);
    let parts: Vec<_> = ids.into_iter().zip(members).zip(lines).collect();
    Ok(parts
        .into_par_iter()
        .map(|((id, products), lines)| {
            let mut category = Category::with_spells(id, products, offer, cut.absence);
            category.fill(baskets, &lines);
            category.cells = category.in_seasons(&visits, cut.season);
            category
        })
        .collect())
}

impl Category {
    /// The spells, each still without purchases. Times at which nothing is on offer are left out.
    fn with_spells(id: u32, products: Vec<u32>, offer: &Offer, absence: usize) -> Self {
        let words = products.len().div_ceil(64);
        // Store, time, slot, and whether it is the range that turns rather than the shelf.
        let mut turns = Vec::new();
        for (slot, &product) in products.iter().enumerate() {
            for of_store in offer.spans(product).chunk_by(|a, b| a.store == b.store) {
                let mut until = None;
                for span in of_store {
                    turns.push((span.store, span.from, slot, false));
                    turns.push((span.store, span.until, slot, false));
                    match until {
                        Some(until) if ((span.from - until) as usize) < absence => {}
                        Some(until) => {
                            turns.push((span.store, until, slot, true));
                            turns.push((span.store, span.from, slot, true));
                        }
                        None => turns.push((span.store, span.from, slot, true)),
                    }
                    until = Some(span.until);
                }
                if let Some(until) = until {
                    turns.push((of_store[0].store, until, slot, true));
                }
            }
        }
        turns.sort_unstable();
        let mut category = Self {
            id,
            products,
            spells: Vec::new(),
            purchases: Vec::new(),
            cells: Vec::new(),
            contradictions: 0,
            on: Vec::new(),
            carried: Vec::new(),
            words,
        };
        for of_store in turns.chunk_by(|a, b| a.0 == b.0) {
            let (mut on, mut carried) = (vec![0u64; words], vec![0u64; words]);
            let mut from = 0;
            for at_once in of_store.chunk_by(|a, b| a.1 == b.1) {
                let (store, until, ..) = at_once[0];
                if on.iter().any(|&word| word != 0) {
                    category.spells.push(Spell {
                        store,
                        from,
                        until,
                        bought: 0,
                    });
                    category.on.extend_from_slice(&on);
                    category.carried.extend_from_slice(&carried);
                }
                // Spans of one product neither overlap nor touch, so each turn changes its bit.
                for &(_, _, slot, of_range) in at_once {
                    let bits = if of_range { &mut carried } else { &mut on };
                    bits[slot / 64] ^= 1 << (slot % 64);
                }
                from = until;
            }
        }
        category
    }

    fn fill(&mut self, baskets: &Baskets, lines: &[(u32, usize)]) {
        for &(basket, slot) in lines {
            let at = basket as usize;
            let (store, period) = (baskets.stores()[at], baskets.periods()[at]);
            match self
                .spell_at(store, period)
                .filter(|&spell| self.on_offer(spell, slot))
            {
                Some(spell) => {
                    self.spells[spell].bought += 1;
                    self.purchases.push(Purchase {
                        customer: baskets.customers()[at],
                        period,
                        basket,
                        slot,
                        spell,
                    });
                }
                None => self.contradictions += 1,
            }
        }
        self.purchases.sort_unstable();
    }

    fn in_seasons(&self, visits: &Visits, season: usize) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut firsts = Vec::with_capacity(self.spells.len());
        for (spell, of) in self.spells.iter().enumerate() {
            firsts.push(cells.len());
            let (from, until) = (of.from as usize, of.until as usize);
            for block in from / season..=(until - 1) / season {
                let (first, end) = (block * season, (block + 1) * season);
                cells.push(Cell {
                    spell,
                    season: block,
                    visits: visits.between(of.store as usize, from.max(first), until.min(end)),
                    bought: 0.0,
                });
            }
        }
        for purchase in &self.purchases {
            let from = self.spells[purchase.spell].from as usize;
            let place = purchase.period as usize / season - from / season;
            cells[firsts[purchase.spell] + place].bought += 1.0;
        }
        cells
    }

    /// The spell that covers a period in a store.
    pub fn spell_at(&self, store: u32, period: u32) -> Option<usize> {
        let after = self
            .spells
            .partition_point(|spell| (spell.store, spell.from) <= (store, period));
        let spell = after.checked_sub(1)?;
        let Spell {
            store: at, until, ..
        } = self.spells[spell];
        (at == store && period < until).then_some(spell)
    }

    /// Whether the product in a slot was on offer.
    pub fn on_offer(&self, spell: usize, slot: usize) -> bool {
        self.on[spell * self.words + slot / 64] >> (slot % 64) & 1 == 1
    }

    /// The slots on offer in a spell, ascending.
    pub fn slots(&self, spell: usize) -> impl Iterator<Item = usize> + '_ {
        set_bits(&self.on[spell * self.words..(spell + 1) * self.words])
    }

    /// The slots in the range of the store in a spell, ascending.
    pub fn range(&self, spell: usize) -> impl Iterator<Item = usize> + '_ {
        set_bits(&self.carried[spell * self.words..(spell + 1) * self.words])
    }

    /// Numbers the ranges that stores had, one after another; per spell the number of its range.
    pub fn ranges(&self) -> Vec<usize> {
        let mut number = 0;
        (0..self.spells.len())
            .map(|spell| {
                number += usize::from(spell > 0 && !self.same_range(spell - 1, spell));
                number
            })
            .collect()
    }

    /// Whether two spells are of one store and one range.
    fn same_range(&self, a: usize, b: usize) -> bool {
        let range = |spell: usize| &self.carried[spell * self.words..(spell + 1) * self.words];
        self.spells[a].store == self.spells[b].store && range(a) == range(b)
    }

    /// The purchases of each known customer, in time.
    pub fn histories(&self) -> impl Iterator<Item = &[Purchase]> {
        let known = self
            .purchases
            .partition_point(|purchase| purchase.customer != NONE);
        self.purchases[..known].chunk_by(|a, b| a.customer == b.customer)
    }
}

/// The places of the bits that are set, ascending.
fn set_bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(place, &word)| {
        let mut left = word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            (left != 0).then(|| {
                left &= left - 1;
                place * 64 + bit
            })
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        baskets::{Lines, Sizes},
        offer::Span,
    };

    const SIZES: Sizes = Sizes {
        products: 4,
        stores: 2,
        periods: 10,
    };

    fn span(product: u32, store: u32, from: u32, until: u32) -> Span {
        Span {
            product,
            store,
            from,
            until,
        }
    }

    #[test]
    fn spells_follow_the_shelf_and_purchases_fall_into_them() {
        let spans = [
            span(0, 0, 0, 10),
            span(2, 0, 0, 3),
            span(2, 0, 5, 10),
            span(3, 1, 2, 4),
            span(3, 1, 6, 8),
        ];
        let offer = Offer::new(&spans, SIZES).unwrap();
        let lines = Lines {
            baskets: &[0, 0, 1, 2, 3],
            products: &[0, 1, 2, 2, 3],
            customers: &[7, NONE, 7, 1],
            stores: &[0, 0, 0, 1],
            periods: &[2, 5, 4, 5],
        };
        let baskets = lines.check(SIZES).unwrap();
        let categories = [4, NONE, 4, 4];
        let cut = Cut {
            season: 5,
            absence: 3,
        };
        let split = split(&baskets, &offer, &categories, cut).unwrap();
        let category = &split[0];
        assert_eq!(category.products, [0, 2, 3]);
        let spells: Vec<_> = (0..category.spells.len())
            .map(|spell| {
                let Spell {
                    store, from, until, ..
                } = category.spells[spell];
                (
                    store,
                    from,
                    until,
                    category.slots(spell).collect::<Vec<_>>(),
                )
            })
            .collect();
        let expected = vec![
            (0, 0, 3, vec![0, 1]),
            (0, 3, 5, vec![0]),
            (0, 5, 10, vec![0, 1]),
            (1, 2, 4, vec![2]),
            (1, 6, 8, vec![2]),
        ];
        assert_eq!(spells, expected);
        // Basket 2 bought product 2 while it was out, basket 3 product 3 between its spans.
        assert_eq!(category.contradictions, 2);
        assert_eq!(category.purchases.len(), 2);
        assert_eq!(category.histories().count(), 1);
        assert_eq!(category.spell_at(1, 5), None);
        // Two periods without product 2 are an empty shelf.
        assert_eq!(category.range(1).collect::<Vec<_>>(), [0, 1]);
        let cells: Vec<_> = category
            .cells
            .iter()
            .map(|cell| (cell.spell, cell.season, cell.visits, cell.bought))
            .collect();
        let expected = [
            (0, 0, 1.0, 1.0),
            (1, 0, 1.0, 0.0),
            (2, 1, 1.0, 1.0),
            (3, 0, 0.0, 0.0),
            (4, 1, 0.0, 0.0),
        ];
        assert_eq!(cells, expected);
    }
}
