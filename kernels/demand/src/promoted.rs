//! How much a category's demand grows when what it offers is promoted: what is not taken from its other products.
//!
//! Holds one elasticity per category. A promotion makes the category more attractive by as much as it makes its
//! products chosen more often among the others; purchases per visit tell how much of that the category gains. In a
//! nested choice the same number says how much it loses when a product leaves for good. A level for each range that
//! each store had and one for each season, common to all stores, are taken away; what is busy about a season in some
//! stores only is not. Holds no depth and no price: all promotions of a category count alike. What shoppers only bring
//! forward counts as gained.

use rayon::prelude::*;

use crate::{
    category::{Category, Visits},
    loss::{Estimate, Part},
    offer::Offer,
    ppml,
};

/// Range of the logarithm of how much likelier a promoted product is chosen, and steps of the search in it.
const LIFT_MAX: f64 = 4.0;
const STEPS: usize = 60;

/// A stretch of time in one store with one offer, one set of promotions, in one season.
struct Block {
    spell: usize,
    season: usize,
    from: u32,
    until: u32,
    /// The promoted slots on offer.
    slots: Vec<usize>,
    bought: f64,
    /// Purchases of the promoted slots.
    promoted: f64,
}

/// The own estimate of each category; infinitely uncertain where nothing was promoted.
pub(crate) fn estimates(
    parts: &[Part<'_>],
    promoted: &Offer,
    visits: &Visits,
    season: usize,
) -> Vec<Estimate> {
    parts
        .par_iter()
        .map(|part| own(part, promoted, visits, season))
        .collect()
}

fn own(
    &(category, pulls, held): &Part<'_>,
    promoted: &Offer,
    visits: &Visits,
    season: usize,
) -> Estimate {
    let blocks = blocks(category, promoted, season);
    // Per spell: what its shelves hold together.
    let shelf: Vec<f64> = (0..category.spells.len())
        .map(|spell| category.slots(spell).map(|slot| pulls[slot]).sum())
        .collect();
    let lift = lift(&blocks, pulls, &shelf);
    let ranges = category.ranges();
    let rows: Vec<ppml::Row> = blocks
        .iter()
        .filter_map(|block| {
            let store = category.spells[block.spell].store as usize;
            let exposure = visits.between(store, block.from as usize, block.until as usize);
            let gain = |&slot: &usize| pulls[slot] / shelf[block.spell] * gained(lift, held[slot]);
            (exposure > 0.0).then(|| ppml::Row {
                groups: [ranges[block.spell], block.season],
                exposure,
                count: block.bought,
                column: block.slots.iter().map(gain).sum(),
            })
        })
        .collect();
    let (value, error) = ppml::fit(&rows);
    Estimate { value, error }
}

/// By how much the logarithm of what a buyer finds grows when a product gets more attractive by the factor `1 +
/// lift`, per share of the demand that it holds: it is `held` of the demand of its buyers and none of others'.
fn gained(lift: f64, held: f64) -> f64 {
    if held < 1e-6 {
        return lift;
    }
    (lift * held).ln_1p() / held
}

/// By how much more than by its pull a promoted product is chosen: the greatest likelihood of the purchases of
/// what was promoted among those of the category (R. D. Luce, "Individual Choice Behavior", 1959), with the
/// logarithm of the factor drawn towards 0 as by one purchase.
fn lift(blocks: &[Block], pulls: &[f64], shelf: &[f64]) -> f64 {
    let seen: Vec<(f64, f64, f64)> = blocks
        .iter()
        .filter(|block| !block.slots.is_empty() && block.bought > 0.0)
        .map(|block| {
            let pull: f64 = block.slots.iter().map(|&slot| pulls[slot]).sum();
            (
                block.promoted,
                block.bought,
                (pull / shelf[block.spell]).min(1.0),
            )
        })
        .collect();
    let slope = |log: f64| {
        let factor = log.exp();
        let score = |&(promoted, bought, share): &(f64, f64, f64)| {
            promoted - bought * factor * share / (factor * share + 1.0 - share)
        };
        seen.iter().map(score).sum::<f64>() - log
    };
    let (mut low, mut high) = (-LIFT_MAX, LIFT_MAX);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if slope(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high).exp_m1()
}

/// The blocks by spell and time.
fn blocks(category: &Category, promoted: &Offer, season: usize) -> Vec<Block> {
    // Per store: from when to when a slot was promoted.
    let mut spans: Vec<(u32, u32, u32, usize)> = Vec::new();
    for (slot, &product) in category.products.iter().enumerate() {
        let each = promoted.spans(product).iter();
        spans.extend(each.map(|span| (span.store, span.from, span.until, slot)));
    }
    spans.sort_unstable();
    let mut blocks = Vec::new();
    let mut firsts = Vec::with_capacity(category.spells.len());
    for (number, spell) in category.spells.iter().enumerate() {
        firsts.push(blocks.len());
        let first = spans.partition_point(|span| span.0 < spell.store);
        let here: Vec<&(u32, u32, u32, usize)> = spans[first..]
            .iter()
            .take_while(|span| span.0 == spell.store && span.1 < spell.until)
            .filter(|span| span.2 > spell.from && category.on_offer(number, span.3))
            .collect();
        let mut cuts = vec![spell.from, spell.until];
        cuts.extend(here.iter().flat_map(|span| [span.1, span.2]));
        let length = season as u32;
        let next = (spell.from / length + 1) * length;
        cuts.extend((next..spell.until).step_by(season));
        cuts.retain(|cut| (spell.from..=spell.until).contains(cut));
        cuts.sort_unstable();
        cuts.dedup();
        for ends in cuts.windows(2) {
            let covers = |span: &&&(u32, u32, u32, usize)| span.1 <= ends[0] && span.2 >= ends[1];
            blocks.push(Block {
                spell: number,
                season: (ends[0] / length) as usize,
                from: ends[0],
                until: ends[1],
                slots: here.iter().filter(covers).map(|span| span.3).collect(),
                bought: 0.0,
                promoted: 0.0,
            });
        }
    }
    firsts.push(blocks.len());
    for purchase in &category.purchases {
        let of_spell = &mut blocks[firsts[purchase.spell]..firsts[purchase.spell + 1]];
        let after = of_spell.partition_point(|block| block.from <= purchase.period);
        // A purchase lies within its spell, so in one of its blocks.
        if let Some(block) = after.checked_sub(1).and_then(|at| of_spell.get_mut(at)) {
            block.bought += 1.0;
            block.promoted += f64::from(u8::from(block.slots.contains(&purchase.slot)));
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        baskets::{Lines, NONE, Sizes},
        category::{Cut, split},
        offer::Span,
    };
    use numeric::random::Random;

    const SIZES: Sizes = Sizes {
        products: 5,
        stores: 3,
        periods: 400,
    };
    const PULLS: [f64; 4] = [4.0, 3.0, 2.0, 1.0];
    const FACTOR: f64 = 3.0;

    /// Visits that buy of the category by the pull of what is there, promoted products pulling three times as much,
    /// raised to `elasticity`; which of them, by pull.
    fn elasticity_of(elasticity: f64, promotions: bool) -> Estimate {
        let mut random = Random::new(11);
        let (mut always, mut deals) = (Vec::new(), Vec::new());
        for store in 0..3 {
            for product in 0..4 {
                always.push(Span {
                    product,
                    store,
                    from: 0,
                    until: 400,
                });
                for week in (0..57).filter(|week| week % 5 == product && promotions) {
                    let from = 7 * week;
                    deals.push(Span {
                        product,
                        store,
                        from,
                        until: (from + 7).min(400),
                    });
                }
            }
        }
        let (offer, promoted) = (
            Offer::new(&always, SIZES).unwrap(),
            Offer::new(&deals, SIZES).unwrap(),
        );
        let (mut of, mut bought, mut stores, mut periods) = (vec![], vec![], vec![], vec![]);
        for basket in 0..120_000u32 {
            let (store, period) = (random.below(3) as u32, random.below(400) as u32);
            let weights: Vec<f64> = (0..4)
                .map(
                    |product| match promoted.holds(product as u32, store, period) {
                        true => FACTOR * PULLS[product],
                        false => PULLS[product],
                    },
                )
                .collect();
            let all: f64 = weights.iter().sum();
            // Busier at the end of the year and in store 2, whatever is promoted.
            let usual =
                0.2 * (1.0 + 0.3 * f64::from(store)) * (1.0 + f64::from(period / 100) / 4.0);
            if random.unit_f64() < usual * (all / 10.0).powf(elasticity) {
                of.push(basket);
                bought.push(random.weighted(&weights).unwrap() as u32);
            }
            stores.push(store);
            periods.push(period);
        }
        let lines = Lines {
            baskets: &of,
            products: &bought,
            customers: &vec![NONE; stores.len()],
            stores: &stores,
            periods: &periods,
        };
        let baskets = lines.check(SIZES).unwrap();
        let cut = Cut {
            season: 400,
            absence: 1,
        };
        let categories = split(&baskets, &offer, &[0, 0, 0, 0, NONE], cut).unwrap();
        let pulls: Vec<f64> = PULLS.iter().map(|pull| pull / 10.0).collect();
        // All shoppers are alike, so each product holds of everybody's demand what it pulls.
        let part: Part<'_> = (&categories[0], &pulls, &pulls);
        own(&part, &promoted, &Visits::new(&baskets), 28)
    }

    #[test]
    fn tells_what_a_category_gains_from_what_its_products_take_from_each_other() {
        for elasticity in [0.0, 0.1, 0.4] {
            let found = elasticity_of(elasticity, true);
            assert!(found.error < 0.05, "{found:?}");
            assert!(
                (found.value - elasticity).abs() < 3.0 * found.error,
                "{elasticity}: {found:?}"
            );
        }
    }

    #[test]
    fn knows_nothing_without_promotions() {
        assert_eq!(elasticity_of(0.1, false).error, f64::INFINITY);
    }

    #[test]
    fn buyers_of_one_product_alone_gain_less_from_more_of_it() {
        assert!((gained(1.0, 0.0) - 1.0).abs() < 1e-12);
        assert!((gained(1.0, 1.0) - 2f64.ln()).abs() < 1e-12);
        assert!(gained(1.0, 0.5) < 1.0 && gained(1.0, 0.5) > gained(1.0, 0.9));
    }
}
