//! How many times a customer who is alive will come within a horizon: the distribution, exactly. It must not know who is
//! alive.
//!
//! While he stays, purchases within u follow a negative binomial distribution of size k = r + x and mean k u / A, A = α + T.
//! Under BG/NBD he comes for the n-th time if he stayed after n - 1 and the count alone reaches n; the two are independent:
//! `P(X > n) = B(a, b+x+n) / B(a, b+x) · P(N > n)`. Under Pareto/NBD he stays for a time of the Pareto distribution of s and
//! β + T: `P(X > n)` is the mean of `P(N_u > n)` over that time, at most the horizon, by Gauss and Legendre.

use crate::customers::Customer;
use crate::model::Model;
use crate::special::EIGHT;
use numeric::tail::{beta_regularised, ln_gamma};

/// Panels of eight points at most.
const PANELS_MAX: f64 = 8.0;
/// Points at most: those of the panels, and the horizon itself.
const POINTS: usize = 65;
/// Counting from 0 starts at a probability that a float can hold.
const LIGHT_MAX: f64 = 600.0;
/// Sums end where what is left is below this.
const REST: f64 = 1e-13;
/// The most orders that are expected within a horizon.
pub(crate) const EXPECTED_MAX: f64 = 1e5;

/// The purchases ahead of one customer, given that he is alive.
pub(crate) struct Ahead {
    /// k = r + x
    size: f64,
    /// Weights that sum to 1, and for each u / (A + u).
    points: [(f64, f64); POINTS],
    used: usize,
    /// Under BG/NBD a and b + x.
    leaving: Option<(f64, f64)>,
}

impl Ahead {
    pub fn new(model: Model, parameters: &[f64; 4], row: &Customer, horizon: f64) -> Self {
        let [r, alpha, third, fourth] = *parameters;
        let (size, rate) = (r + f64::from(row.repeats), alpha + row.age);
        let mut points = [(0.0, 0.0); POINTS];
        points[0] = (1.0, horizon / (rate + horizon));
        let mut used = 1;
        let mut leaving = None;
        match model {
            Model::BgNbd => leaving = Some((third, fourth + f64::from(row.repeats))),
            Model::ParetoNbd => {
                let stay = fourth + row.age;
                points[0].0 = (-third * (horizon / stay).ln_1p()).exp();
                // By l = ln(1 + u / c), c the lesser of A and β + T: both are smooth in it. Panels double in length, as
                // few orders are a matter of short times and many of long ones.
                let unit = rate.min(stay);
                let length = (horizon / unit).ln_1p();
                let panels =
                    (((size + third) * length).log2().ceil()).clamp(1.0, PANELS_MAX) as i32;
                let mut from = 0.0;
                for panel in 1..=panels {
                    let to = length * f64::from(panel - panels).exp2();
                    let (half, middle) = (0.5 * (to - from), 0.5 * (to + from));
                    for (place, weight) in EIGHT {
                        let time = unit * (middle + half * place).exp_m1();
                        let near = (-(third + 1.0) * (time / stay).ln_1p()).exp();
                        let density = third / stay * near * (time + unit);
                        points[used] = (half * weight * density, time / (rate + time));
                        used += 1;
                    }
                    from = to;
                }
            }
        }
        Self {
            size,
            points,
            used,
            leaving,
        }
    }

    /// The mean of the count alone, if he stays to the end.
    pub fn mean_of_count(&self) -> f64 {
        let share = self.points[0].1;
        self.size * share / (1.0 - share)
    }

    fn is_light(&self) -> bool {
        -self.size * (-self.points[0].1).ln_1p() < LIGHT_MAX
    }

    /// Calls `each` with `P(X > n)` for n = 0, 1, 2, … while it says to go on.
    fn walk(&self, each: impl FnMut(f64) -> bool) {
        match (self.is_light(), self.used) {
            (false, _) => self.walk_heavy(each),
            (true, 1) => self.walk_light::<1>(each),
            (true, _) => self.walk_light::<POINTS>(each),
        }
    }

    /// Over at most N points.
    fn walk_light<const N: usize>(&self, mut each: impl FnMut(f64) -> bool) {
        let points = &self.points[..self.used];
        let mut now = [0.0; N];
        let mut above = [1.0; N];
        for ((now, above), (_, share)) in now.iter_mut().zip(&mut above).zip(points) {
            *now = (self.size * (-share).ln_1p()).exp();
            *above -= *now;
        }
        let mut stays = 1.0;
        let mut count = 0.0;
        loop {
            let more: f64 = points
                .iter()
                .zip(&above)
                .map(|((weight, _), above)| weight * above.max(0.0))
                .sum();
            if !each(stays * more) || more <= 0.0 {
                return;
            }
            if let Some((a, b)) = self.leaving {
                stays *= (b + count) / (a + b + count);
            }
            let factor = (self.size + count) / (count + 1.0);
            for ((now, above), (_, share)) in now.iter_mut().zip(&mut above).zip(points) {
                *now *= factor * share;
                *above -= *now;
            }
            count += 1.0;
        }
    }

    fn walk_heavy(&self, mut each: impl FnMut(f64) -> bool) {
        let mut n = 0;
        loop {
            let more = self.more_than(n);
            if !each(more) || more <= 0.0 {
                return;
            }
            n += 1;
        }
    }

    /// `P(X > n)` alone.
    fn more_than(&self, n: u64) -> f64 {
        let count = n as f64 + 1.0;
        let points = self.points[..self.used].iter();
        let more = points.map(|(weight, share)| {
            weight * beta_regularised(count, self.size, *share, 1.0 - share)
        });
        let stays = self.leaving.map_or(1.0, |(a, b)| {
            (ln_gamma(b + n as f64) - ln_gamma(b) + ln_gamma(a + b) - ln_gamma(a + b + n as f64))
                .exp()
        });
        stays * more.sum::<f64>()
    }

    /// The mean: the sum of `P(X > n)` over n. Under Pareto/NBD there is a shorter way ([`mean_while_staying`]).
    pub fn mean(&self) -> f64 {
        let mut mean = 0.0;
        self.walk(|more| {
            mean += more;
            more > REST
        });
        mean
    }

    /// `P(X > 0)`; and the least n with `1 - alive · P(X > n)` of at least each of two shares.
    pub fn quantiles(&self, alive: f64, shares: [f64; 2]) -> (f64, [u32; 2]) {
        let reached = |more: f64, share: f64| 1.0 - alive * more >= share;
        if !self.is_light() {
            let of = |share| self.bisect(|more| reached(more, share));
            return (self.more_than(0), shares.map(of));
        }
        let (mut any, mut n, mut found) = (0.0, 0u32, [None; 2]);
        self.walk(|more| {
            if n == 0 {
                any = more;
            }
            for (found, share) in found.iter_mut().zip(shares) {
                if found.is_none() && reached(more, share) {
                    *found = Some(n);
                }
            }
            n += 1;
            found.contains(&None)
        });
        (any, found.map(|found| found.unwrap_or(n)))
    }

    /// The least n for which `P(X > n)` is small enough.
    fn bisect(&self, enough: impl Fn(f64) -> bool) -> u32 {
        let mut high = 1u64;
        while !enough(self.more_than(high)) && high < u64::from(u32::MAX / 2) {
            high *= 2;
        }
        let mut low = 0;
        while low < high {
            let middle = (low + high) / 2;
            match enough(self.more_than(middle)) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        low as u32
    }

    /// `P(X > n - 1)` and `P(X > n)`: what lies from n on, and beyond it.
    pub fn around(&self, n: u32) -> (f64, f64) {
        if !self.is_light() {
            let before = n
                .checked_sub(1)
                .map_or(1.0, |before| self.more_than(u64::from(before)));
            return (before, self.more_than(u64::from(n)));
        }
        let (mut at, mut last, mut now) = (0u32, 1.0, 1.0);
        self.walk(|more| {
            (last, now) = (now, more);
            at += 1;
            at <= n
        });
        // The walk ended before n: nothing lies there.
        if at <= n { (0.0, 0.0) } else { (last, now) }
    }
}

/// Time that a customer of Pareto/NBD, who is alive, stays within a horizon: `∫ (B / (B + u))^s du`, B = β + T.
pub(crate) fn mean_while_staying(s: f64, stay: f64, horizon: f64) -> f64 {
    let length = (horizon / stay).ln_1p();
    let power = (s - 1.0) * length;
    // (1 - e^-z) / z, which is 1 at s = 1.
    let ratio = if power.abs() < 1e-12 {
        1.0
    } else {
        -(-power).exp_m1() / power
    };
    stay * length * ratio
}
