//! Lasting likings of one person: for needs, need groups and single products. They are hashes, not memory: the
//! same person likes the same things on every day without a table of it. Holds no segment taste.

use crate::random::{Purpose, exp, hash, mix, normal};

/// Standard deviations of the likings of needs, groups (logarithms) and products (utility).
const NEED_SPREAD: f32 = 0.7;
const GROUP_SPREAD: f32 = 0.9;
const PRODUCT_SPREAD: f32 = 0.75;
/// Median readiness to look at a need that comes to mind.
const NEED_MEDIAN: f32 = 0.5;

/// The keys of a person's likings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likings {
    needs: u64,
    groups: u64,
    products: u64,
}

impl Likings {
    pub(crate) fn new(seed: u64, person: u32) -> Self {
        let key = |purpose| hash(seed, purpose, u64::from(person), 0);
        Self {
            needs: key(Purpose::NeedLiking),
            groups: key(Purpose::GroupLiking),
            products: key(Purpose::Liking),
        }
    }

    /// Readiness to look at a need that comes to mind; a probability where it is below 1.
    #[inline]
    pub(crate) fn need(&self, need: usize) -> f32 {
        NEED_MEDIAN * exp(NEED_SPREAD * draw(self.needs, need as u64))
    }

    /// Relative weight of a need's group.
    #[inline]
    pub(crate) fn group(&self, group: u32) -> f32 {
        exp(GROUP_SPREAD * draw(self.groups, u64::from(group)))
    }

    /// Utility of a single product beyond its attributes.
    #[inline]
    pub(crate) fn product(&self, product: usize) -> f32 {
        PRODUCT_SPREAD * draw(self.products, product as u64)
    }
}

/// Nearly standard normal, fixed by key and number.
#[inline]
fn draw(key: u64, number: u64) -> f32 {
    let bits = mix(key ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    normal(bits, bits.rotate_left(29))
}
