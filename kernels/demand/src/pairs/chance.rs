//! What chance would make of pairs, given the sizes of the baskets and what their store sold at the time;
//! and how pairs of two categories differ from that.
//!
//! Holds expectations and the prior of a pair; the counts are `counts`'.

use rayon::prelude::*;

use super::counts::Together;
use crate::baskets::{Baskets, NONE};

/// Products whose pairs the prior's strength is measured on: the best sellers, which tell most.
const MEASURED_MAX: usize = 1_000;
/// Limits of a prior's strength, in baskets.
const STRENGTH: (f64, f64) = (0.1, 1e4);

/// Purchases of one thing in each stratum that has any, scaled so that a scalar product of two is the
/// number of baskets that chance gives the pair.
pub(crate) type Spread = Vec<(u32, f64)>;

/// What chance would do.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    spreads: Vec<Spread>,
    /// Per product: the place of its category, or none.
    places: Vec<Option<usize>>,
    /// Ratio of each pair of categories, `count × count`.
    ratios: Vec<f64>,
    count: usize,
    strength: f64,
}

/// Scalar product; both are sorted by stratum.
pub(crate) fn dot(a: &Spread, b: &Spread) -> f64 {
    let (mut sum, mut i, mut j) = (0.0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += a[i].1 * b[j].1;
                i += 1;
                j += 1;
            }
        }
    }
    sum
}

/// Adds up the numbers of equal strata.
pub(crate) fn gathered(mut entries: Spread) -> Spread {
    entries.sort_by_key(|entry| entry.0);
    entries.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    entries
}

impl Chance {
    pub fn fit(baskets: &Baskets, together: &Together, categories: &[u32], season: usize) -> Self {
        let spreads = spreads(baskets, season);
        let mut ids: Vec<u32> = categories
            .iter()
            .copied()
            .filter(|&id| id != NONE)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let place = |id: &u32| (*id != NONE).then(|| ids.partition_point(|other| other < id));
        let places: Vec<Option<usize>> = categories.iter().map(place).collect();
        let ratios = ratios(&spreads, together, &places, ids.len());
        let mut chance = Self {
            spreads,
            places,
            ratios,
            count: ids.len(),
            strength: STRENGTH.1,
        };
        chance.strength = chance.measured_strength(baskets, together);
        chance
    }

    /// Baskets with both, by chance.
    pub fn of(&self, a: u32, b: u32) -> f64 {
        dot(&self.spreads[a as usize], &self.spreads[b as usize])
    }

    /// Shape and rate of a pair's ratio to chance, given its baskets: gamma, as [`crate::likeness`] has it.
    pub fn given(&self, a: u32, b: u32, together: f64, by_chance: f64) -> (f64, f64) {
        let rate = by_chance + self.strength / self.ratio(a, b);
        (together + self.strength, rate)
    }

    /// Whether so many baskets can be more than chance has, however few those are.
    pub fn may_exceed(&self, a: u32, b: u32, together: f64) -> bool {
        together + self.strength > self.strength / self.ratio(a, b)
    }

    /// The ratio to chance that the pair's categories show.
    fn ratio(&self, a: u32, b: u32) -> f64 {
        match (self.places[a as usize], self.places[b as usize]) {
            (Some(a), Some(b)) => self.ratios[a * self.count + b],
            _ => 1.0,
        }
    }

    /// How far pairs of the same two categories differ: the shape of a negative binomial by moments.
    fn measured_strength(&self, baskets: &Baskets, together: &Together) -> f64 {
        let mut sold = vec![0usize; self.spreads.len()];
        for basket in 0..baskets.len() {
            for &product in baskets.products(basket) {
                sold[product as usize] += 1;
            }
        }
        let mut best: Vec<u32> = (0..sold.len() as u32).collect();
        best.sort_by_key(|&product| (std::cmp::Reverse(sold[product as usize]), product));
        best.truncate(MEASURED_MAX);
        let sums: Vec<(f64, f64)> = best
            .par_iter()
            .enumerate()
            .map(|(place, &a)| {
                let others = best[place + 1..].iter();
                others.fold((0.0, 0.0), |(excess, squares), &b| {
                    let mean = self.of(a, b) * self.ratio(a, b);
                    let apart = together.of(a, b) as f64 - mean;
                    (excess + apart * apart - mean, squares + mean * mean)
                })
            })
            .collect();
        strength(sums.into_iter())
    }
}

/// The shape of a negative binomial from sums of `(seen - mean)² - mean` and of `mean²`.
fn strength(sums: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (excess, squares) = sums.fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
    if excess <= 0.0 {
        return STRENGTH.1;
    }
    (squares / excess).clamp(STRENGTH.0, STRENGTH.1)
}

/// Per product: its purchases in each stratum (a store in a season), scaled. In a stratum with `n` lines of
/// which `nᵢ` are of product i, and with `m` ordered pairs of different lines in its baskets, chance puts
/// `m nᵢ nⱼ / (n² - Σ n²)` baskets' worth of the pair i, j: a pair of lines is of two different products.
pub(crate) fn spreads(baskets: &Baskets, season: usize) -> Vec<Spread> {
    let seasons = baskets.sizes().periods.div_ceil(season);
    let strata = baskets.sizes().stores * seasons;
    let (mut lines, mut pairs) = (vec![0.0; strata], vec![0.0; strata]);
    let mut spreads = vec![Vec::new(); baskets.sizes().products];
    for basket in 0..baskets.len() {
        let season = baskets.periods()[basket] as usize / season;
        let stratum = baskets.stores()[basket] as usize * seasons + season;
        let size = baskets.products(basket).len() as f64;
        lines[stratum] += size;
        pairs[stratum] += size * (size - 1.0);
        for &product in baskets.products(basket) {
            spreads[product as usize].push((stratum as u32, 1.0));
        }
    }
    let mut spreads: Vec<Spread> = spreads.into_par_iter().map(gathered).collect();
    let mut squares = vec![0.0; strata];
    for &(stratum, bought) in spreads.iter().flatten() {
        squares[stratum as usize] += bought * bought;
    }
    for (stratum, bought) in spreads.iter_mut().flatten() {
        let at = *stratum as usize;
        let different = lines[at] * lines[at] - squares[at];
        *bought *= if different > 0.0 {
            (pairs[at] / different).sqrt()
        } else {
            0.0
        };
    }
    spreads
}

/// How much more often than by chance products of each two categories are bought together, drawn towards 1
/// by how far pairs of categories differ beyond chance.
fn ratios(
    spreads: &[Spread],
    together: &Together,
    places: &[Option<usize>],
    count: usize,
) -> Vec<f64> {
    let mut seen = vec![0.0; count * count];
    // What a category's products make with themselves, which is no pair.
    let mut alone = vec![0.0; count];
    let mut entries = vec![Vec::new(); count];
    for (product, place) in places.iter().enumerate() {
        let Some(place) = *place else { continue };
        alone[place] += dot(&spreads[product], &spreads[product]);
        entries[place].extend_from_slice(&spreads[product]);
        for &(other, baskets) in together.with(product as u32) {
            if let Some(other) = places[other as usize] {
                seen[place * count + other] += f64::from(baskets);
            }
        }
    }
    let entries: Vec<Spread> = entries.into_par_iter().map(gathered).collect();
    // Pairs within a category are counted from both sides, and so they are here.
    let by_chance: Vec<f64> = (0..count * count)
        .into_par_iter()
        .map(|pair| {
            let (a, b) = (pair / count, pair % count);
            let itself = if a == b { alone[a] } else { 0.0 };
            (dot(&entries[a], &entries[b]) - itself).max(0.0)
        })
        .collect();
    let sums = seen.iter().zip(&by_chance).map(|(seen, mean)| {
        let apart: f64 = seen - mean;
        (apart * apart - mean, mean * mean)
    });
    let strength = strength(sums);
    let pairs = seen.iter().zip(&by_chance);
    pairs
        .map(|(seen, mean)| (seen + strength) / (mean + strength))
        .collect()
}
