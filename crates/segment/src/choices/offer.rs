//! What stood on which shelf when, from what is known of it: first and last sales, stock counts, the days a product
//! was launched and withdrawn, the days a shop was open. It must not look at how much was sold.

use super::facts::{Item, Place, StockCount};
use super::find::ABSENCE;
use crate::SegmentError;
use demand::baskets::Baskets;
use demand::offer::{Offer, Span};

/// A product that was neither sold nor counted in a shop in the last so many days has left its range, unless nothing was
/// counted there since it was last counted itself; one first seen within so many days of the beginning was there from
/// the beginning. Days.
const EDGE: i64 = 90;

/// What is known of shelves.
pub(super) struct Shelf<'a> {
    pub baskets: &'a Baskets,
    pub items: &'a [Option<&'a Item>],
    pub stores: &'a [String],
    pub places: &'a [Place],
    /// The first day of all.
    pub first: i64,
}

/// Something seen of a product in a shop on a day: a sale or a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    product: u32,
    store: u32,
    day: i64,
    counted: bool,
    any: bool,
}

impl Shelf<'_> {
    /// Sales and counts by product, shop and day. `counts` are sorted so.
    fn seen(&self, counts: &[StockCount]) -> Vec<Seen> {
        let mut all: Vec<Seen> = counts
            .iter()
            .map(|count| Seen {
                product: count.product,
                store: count.store,
                day: count.day - self.first,
                counted: true,
                any: count.any,
            })
            .collect();
        for basket in 0..self.baskets.len() {
            for &product in self.baskets.products(basket) {
                all.push(Seen {
                    product,
                    store: self.baskets.stores()[basket],
                    day: i64::from(self.baskets.periods()[basket]),
                    counted: false,
                    any: true,
                });
            }
        }
        // A sale of a day comes before its count: the count is what is left.
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The days in which a shop was open, `from` and before `until`, of the days looked at.
    fn open(&self) -> Vec<(i64, i64)> {
        let periods = self.baskets.sizes().periods as i64;
        let mut traded = vec![(i64::MAX, 0); self.stores.len()];
        for (&store, &day) in self.baskets.stores().iter().zip(self.baskets.periods()) {
            let (first, until) = &mut traded[store as usize];
            *first = (*first).min(i64::from(day));
            *until = (*until).max(i64::from(day) + 1);
        }
        let place = |id: &str| self.places.iter().find(|place| place.id == id);
        let open = |(store, &(first, until)): (&String, &(i64, i64))| {
            let told = place(store);
            let opened = told.and_then(|place| place.opened);
            let closed = told.and_then(|place| place.closed);
            // A shop that trades near the edges is taken to have been open up to them.
            let first = if first < EDGE { 0 } else { first };
            let until = if until + EDGE > periods {
                periods
            } else {
                until
            };
            (
                opened.map_or(first, |day| (day - self.first).clamp(0, first.max(0))),
                closed.map_or(until, |day| (day + 1 - self.first).clamp(0, until)),
            )
        };
        self.stores.iter().zip(&traded).map(open).collect()
    }
}

/// The offer, how many spans of empty shelves are known, and how many days they have of each product. A shelf is empty
/// from the day after a count that found nothing until the next count that found something or the next sale, whichever comes first.
pub(super) fn offer(
    shelf: &Shelf<'_>,
    counts: &[StockCount],
) -> Result<(Offer, usize, Vec<u32>), SegmentError> {
    let open = shelf.open();
    // Per shop: the day on which anything was last counted.
    let mut counted: Vec<Option<i64>> = vec![None; shelf.stores.len()];
    for count in counts {
        let last = &mut counted[count.store as usize];
        *last = (*last).max(Some(count.day - shelf.first));
    }
    let mut found = Found {
        periods: shelf.baskets.sizes().periods as i64,
        spans: Vec::new(),
        gaps: 0,
        days: vec![0; shelf.items.len()],
    };
    let seen = shelf.seen(counts);
    for of in seen.chunk_by(|a, b| (a.product, a.store) == (b.product, b.store)) {
        let store = of[0].store as usize;
        let range = shelf.range(of, open[store], counted[store]);
        found.shelf(of, range);
    }
    let offer = Offer::new(&found.spans, shelf.baskets.sizes())?;
    Ok((offer, found.gaps, found.days))
}

impl Shelf<'_> {
    /// The days in which a product was in a shop's range, `from` and before `until`: what was seen of it there, when
    /// the shop was open, when anything was last counted in it.
    fn range(&self, of: &[Seen], (opened, closed): (i64, i64), counted: Option<i64>) -> (i64, i64) {
        let periods = self.baskets.sizes().periods as i64;
        let item = self.items[of[0].product as usize];
        let launched = item.and_then(|item| item.launched);
        let withdrawn = item.and_then(|item| item.withdrawn);
        let sold = || of.iter().filter(|seen| !seen.counted).map(|seen| seen.day);
        let (first, last) = (of[0].day, of[of.len() - 1].day);
        let mut from = if first < EDGE { 0 } else { first };
        let own = of.iter().filter(|seen| seen.counted).map(|seen| seen.day);
        let own = own.max();
        let still = own.is_some() && own == counted;
        let mut until = match still || last + EDGE > periods {
            true => periods,
            false => last + 1,
        };
        if let Some(day) = launched {
            from = from.max(day - self.first);
        }
        if let Some(day) = withdrawn {
            until = until.min(day + 1 - self.first);
        }
        // What was sold was there, whatever the catalogue says.
        from = from.max(opened).min(sold().min().unwrap_or(i64::MAX));
        until = until.min(closed).max(sold().max().map_or(0, |day| day + 1));
        (from, until)
    }
}

/// What is found of shelves.
struct Found {
    /// Days looked at.
    periods: i64,
    /// When something stood on a shelf.
    spans: Vec<Span>,
    /// Spans of empty shelves within a range.
    gaps: usize,
    /// Their days, per product.
    days: Vec<u32>,
}

impl Found {
    /// The spans of one product in one shop, within its range there.
    fn shelf(&mut self, of: &[Seen], (from, until): (i64, i64)) {
        let mut since = from;
        let mut empty: Option<i64> = None;
        for seen in of {
            if !seen.any {
                empty = empty.or(Some(seen.day + 1));
            } else if let Some(day) = empty.take()
                && day < seen.day
            {
                self.push(seen, since, day.min(until));
                since = seen.day.max(from);
                self.gaps += 1;
                self.days[seen.product as usize] += (seen.day - day) as u32;
            }
        }
        self.push(&of[0], since, empty.map_or(until, |day| day.min(until)));
        // A shelf that is empty at the end has not left the range until it has been so for long.
        let periods = self.periods;
        if until == periods && empty.is_some_and(|day| day + ABSENCE as i64 > periods) {
            self.push(&of[0], periods - 1, periods);
        }
    }

    fn push(&mut self, of: &Seen, from: i64, until: i64) {
        let (from, until) = (from.max(0), until.min(self.periods));
        if from < until {
            self.spans.push(Span {
                product: of.product,
                store: of.store,
                from: from as u32,
                until: until as u32,
            });
        }
    }
}
