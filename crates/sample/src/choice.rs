//! Which product of a need group: the innermost choice of the nest, with price, taste, habit, fit and noise.
//! A multinomial logit whose coefficients belong to the person. Holds no stock and no basket.

use crate::catalogue::GROUP_SIZE_MAX;
use crate::habits::AXES;
use crate::likings::Likings;
use crate::people::Person;
use crate::pricing::Shelf;
use crate::random::{Random, exp};
use crate::world::World;

/// Utility lost at the far end of the scale where size or shade must fit.
const MISFIT: f32 = 9.0;
/// Exponent of the inclusive value: how much a good offer widens demand rather than shifting it.
pub(crate) const WIDENING: f32 = 0.5;
/// Weight of not buying, against what the segment expects of the group, raised to [`WIDENING`].
const LEAVE: f32 = 0.18;
/// How strongly competitors' prices draw people away, per unit of log price.
const RIVALRY: f32 = 1.5;

/// What the choice utilities need of every product, laid out for the inner loop.
#[derive(Debug)]
pub(crate) struct Menu {
    pub axes: Vec<[f32; AXES]>,
    pub appeal: Vec<f32>,
    pub fit: Vec<f32>,
    /// Logarithm of each group's mean price.
    pub log_price: Vec<f32>,
}

impl Menu {
    pub(crate) fn new(world: &World) -> Self {
        let products = &world.shelf.products;
        Self {
            axes: products.iter().map(|product| product.axes).collect(),
            appeal: products.iter().map(|product| product.appeal).collect(),
            fit: products.iter().map(|product| product.fit).collect(),
            log_price: world
                .shelf
                .groups
                .iter()
                .map(|group| crate::random::ln(group.price))
                .collect(),
        }
    }
}

/// Exponentiated utilities of one group for one person; 0 for what is not for sale.
#[derive(Debug)]
pub(crate) struct Weights {
    pub first: usize,
    pub count: usize,
    pub each: [f32; SLOTS],
    pub sum: f32,
    /// One bit per slot on promotion.
    pub promoted: u32,
}

/// Room for the largest group, a whole number of lanes, and the bits of `promoted`.
const SLOTS: usize = 32;
const _: () = assert!(GROUP_SIZE_MAX <= SLOTS);

impl Weights {
    /// A slot drawn in proportion to its weight.
    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        let mut left = random.unit() * self.sum;
        for (slot, weight) in self.each[..self.count].iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return slot;
            }
        }
        // Rounding can leave a crumb: it belongs to the last slot that has any weight.
        self.each
            .iter()
            .rposition(|weight| *weight > 0.0)
            .unwrap_or(0)
    }

    /// Probability that anything of the group is bought, given that the need is looked at.
    pub(crate) fn purchase(&self, expected: f32, competitor_level: f32) -> f32 {
        let inclusive = (self.sum / expected).sqrt();
        inclusive / (inclusive + LEAVE * (1.0 - RIVALRY * competitor_level).max(0.2))
    }
}

/// Where and when a choice is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer<'a> {
    pub world: &'a World,
    pub menu: &'a Menu,
    pub shelf: &'a Shelf,
    pub zone: usize,
}

/// Weighs the products of a group that `carried` admits. `last` is the product bought last time.
pub(crate) fn weigh(
    offer: Offer<'_>,
    person: &Person,
    likings: &Likings,
    group: usize,
    last: Option<u32>,
    carried: impl Fn(usize) -> bool,
) -> Weights {
    let Offer {
        world,
        menu,
        shelf,
        zone,
    } = offer;
    let habits = person.habits();
    let range = &world.shelf.groups[group].products;
    let need = &world.shelf.needs[usize::from(world.shelf.groups[group].need)];
    let misfit = if need.fitted() { MISFIT } else { 0.0 };
    let wanted = person.fit(need.shaded);
    let log_offer = &shelf.zones[zone].log_offer;
    let first = range.start as usize;
    let mut weights = Weights {
        first,
        count: range.len(),
        each: [0.0; SLOTS],
        sum: 0.0,
        promoted: 0,
    };
    // Utilities first, then all exponentials at once: the second loop has no branch.
    let mut utilities = [f32::NEG_INFINITY; SLOTS];
    for (slot, index) in range.clone().enumerate() {
        let index = index as usize;
        if !carried(index) || log_offer[index] == f32::INFINITY {
            continue;
        }
        let mut utility = menu.appeal[index] + dot(&person.tastes, &menu.axes[index]);
        utility += person.price * (log_offer[index] - menu.log_price[group]);
        utility += likings.product(index);
        utility -= misfit * (wanted - menu.fit[index]).abs();
        if shelf.promotion[index] > 0 {
            utility += habits.promotion;
            weights.promoted |= 1 << slot;
        }
        if last == Some(index as u32) {
            utility += habits.habit;
        }
        utilities[slot] = utility;
    }
    for (weight, utility) in weights.each.iter_mut().zip(utilities) {
        *weight = if utility == f32::NEG_INFINITY {
            0.0
        } else {
            exp(utility.min(40.0))
        };
    }
    weights.sum = sum(&weights.each);
    weights
}

/// Sum in four lanes, for the same reason as in [`dot`]; slots without a product are zero.
#[inline]
pub(crate) fn sum(each: &[f32; SLOTS]) -> f32 {
    let mut lanes = [0.0; 4];
    for four in each.chunks_exact(4) {
        for lane in 0..4 {
            lanes[lane] += four[lane];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// Scalar product in four lanes, so that the compiler may use vector registers without changing the sum.
#[inline]
fn dot(a: &[f32; AXES], b: &[f32; AXES]) -> f32 {
    let mut lanes = [0.0; 4];
    for start in [0, 4, 8] {
        for lane in 0..4 {
            lanes[lane] += a[start + lane] * b[start + lane];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// Share of a product in its group without its promotion, all else equal: the counterfactual behind the
/// true uplift.
pub(crate) fn without_promotion(
    weights: &Weights,
    slot: usize,
    log_cut: f32,
    person: &Person,
) -> (f32, f32) {
    let weight = weights.each[slot];
    let plain = weight * exp(-(person.price * log_cut) - person.habits().promotion);
    (plain, weights.sum - weight + plain)
}
