//! What was on offer where and when: ranges, launches, withdrawals and empty shelves as spans of periods.
//!
//! Holds the spans by product; how they cut a category's history into spells is `category`'s.

use crate::{Error, baskets::Sizes, error::require_ids};

/// A product that could be bought in a store in the periods from `from` until before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The product.
    pub product: u32,
    /// The store.
    pub store: u32,
    /// First period.
    pub from: u32,
    /// The period after the last one.
    pub until: u32,
}

/// Checked spans, by product, store and time; none overlaps or touches another.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// `spans[offsets[p]..offsets[p + 1]]` are those of product p.
    offsets: Vec<usize>,
    spans: Vec<Span>,
    sizes: Sizes,
}

impl Offer {
    /// Takes spans in any order; those of one product and store that overlap or touch become one. What no
    /// span covers was not on offer.
    ///
    /// # Errors
    /// [`Error::Id`] and [`Error::Span`] naming the first bad span.
    pub fn new(spans: &[Span], sizes: Sizes) -> Result<Self, Error> {
        let products: Vec<u32> = spans.iter().map(|span| span.product).collect();
        require_ids("products of spans", &products, sizes.products, None)?;
        let stores: Vec<u32> = spans.iter().map(|span| span.store).collect();
        require_ids("stores of spans", &stores, sizes.stores, None)?;
        let bad = |span: &Span| span.from >= span.until || span.until as usize > sizes.periods;
        if let Some(place) = spans.iter().position(bad) {
            let Span { from, until, .. } = spans[place];
            return Err(Error::Span {
                place,
                from,
                until,
                periods: sizes.periods,
            });
        }
        let mut sorted = spans.to_vec();
        sorted.sort_unstable();
        sorted.dedup_by(|next, kept| {
            let same = (kept.product, kept.store) == (next.product, next.store);
            let joins = same && next.from <= kept.until;
            if joins {
                kept.until = kept.until.max(next.until);
            }
            joins
        });
        let mut offsets = vec![0; sizes.products + 1];
        for span in &sorted {
            offsets[span.product as usize + 1] += 1;
        }
        for product in 0..sizes.products {
            offsets[product + 1] += offsets[product];
        }
        Ok(Self {
            offsets,
            spans: sorted,
            sizes,
        })
    }

    /// How many products, stores and periods there are.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The spans of a product, by store and time. Like a slice, it panics where there is no such product.
    pub fn spans(&self, product: u32) -> &[Span] {
        &self.spans[self.offsets[product as usize]..self.offsets[product as usize + 1]]
    }

    /// Whether a product was on offer.
    pub fn holds(&self, product: u32, store: u32, period: u32) -> bool {
        let spans = self.spans(product);
        let after = spans.partition_point(|span| (span.store, span.from) <= (store, period));
        after > 0 && spans[after - 1].store == store && period < spans[after - 1].until
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const SIZES: Sizes = Sizes {
        products: 3,
        stores: 2,
        periods: 12,
    };

    proptest! {
        #[test]
        fn holds_what_any_span_covers(
            drawn in prop::collection::vec((0u32..3, 0u32..2, 0u32..11, 1u32..6), 0..30),
        ) {
            let spans: Vec<Span> = drawn
                .iter()
                .map(|&(product, store, from, length)| Span {
                    product,
                    store,
                    from,
                    until: (from + length).min(12),
                })
                .collect();
            let offer = Offer::new(&spans, SIZES).unwrap();
            for (product, store, period) in
                (0..3).flat_map(|p| (0..2).flat_map(move |s| (0..12).map(move |t| (p, s, t))))
            {
                let covered = spans.iter().any(|span| {
                    (span.product, span.store) == (product, store)
                        && (span.from..span.until).contains(&period)
                });
                prop_assert_eq!(offer.holds(product, store, period), covered);
            }
        }
    }

    #[test]
    fn refuses_empty_spans_and_those_beyond_the_end() {
        let span = Span {
            product: 0,
            store: 0,
            from: 3,
            until: 3,
        };
        assert!(matches!(
            Offer::new(&[span], SIZES),
            Err(Error::Span { place: 0, .. })
        ));
        let beyond = Span { until: 13, ..span };
        assert!(Offer::new(&[beyond], SIZES).is_err());
        let nowhere = Span {
            store: 2,
            until: 5,
            ..span
        };
        assert!(matches!(
            Offer::new(&[nowhere], SIZES),
            Err(Error::Id { id: 2, .. })
        ));
    }
}
