//! Many posteriors asked at once: to the bit what [`Posterior`] says of each, in a fraction of the time, as the same
//! steps are done for several side by side. It must not know a formula that `posterior` does not have.

use numeric::fractions::beta_fractions;

use crate::portable::{exp_each, ln_each};
use crate::posterior::Posterior;

/// How many are worked on side by side.
const LANES: usize = 4;

/// What is asked of one posterior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ask {
    /// The posterior.
    pub posterior: Posterior,
    /// The share of which the chance to lie below it is asked.
    pub at: f64,
}

/// What is told of one posterior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// [`Posterior::quantile`] of the tail.
    pub low: f64,
    /// [`Posterior::quantile`] of one less the tail.
    pub high: f64,
    /// [`Posterior::below`] of [`Ask::at`].
    pub below: f64,
}

/// What each posterior says; `tail` (above 0, below 1) is the chance on either side of the interval.
pub fn tell(asked: &[Ask], tail: f64) -> Vec<Told> {
    let mut told: Vec<Told> = asked
        .iter()
        .map(|one| Told {
            low: 0.0,
            high: 0.0,
            below: if one.at <= 0.0 { 0.0 } else { 1.0 },
        })
        .collect();
    let inside: Vec<usize> = (0..asked.len())
        .filter(|&row| asked[row].at > 0.0 && asked[row].at < 1.0)
        .collect();
    let mut points = Points::default();
    for &row in &inside {
        points.push(&asked[row].posterior, asked[row].at);
    }
    let (below, _) = points.values();
    for (&row, below) in inside.iter().zip(below) {
        told[row].below = below;
    }
    let ends = quantiles(asked, tail);
    for (told, ends) in told.iter_mut().zip(ends.chunks_exact(2)) {
        (told.low, told.high) = (ends[0], ends[1]);
    }
    told
}

/// A quantile that is looked for.
struct Search {
    place: usize,
    q: f64,
    low: f64,
    high: f64,
    x: f64,
}

/// Lower and upper quantile of each, by the steps of [`Posterior::quantile`].
fn quantiles(asked: &[Ask], tail: f64) -> Vec<f64> {
    let mut found = vec![0.0; 2 * asked.len()];
    let mut open = Vec::with_capacity(found.len());
    for place in 0..found.len() {
        let q = if place % 2 == 0 { tail } else { 1.0 - tail };
        let x = asked[place / 2].posterior.start(q);
        open.push(Search {
            place,
            q,
            low: 0.0,
            high: 1.0,
            x,
        });
    }
    let mut points = Points::default();
    for _ in 0..Posterior::STEPS_MAX {
        points.clear();
        for one in &open {
            points.push(&asked[one.place / 2].posterior, one.x);
        }
        let (below, density) = points.values();
        let mut row = 0;
        open.retain_mut(|one| {
            let bracket = (&mut one.low, &mut one.high);
            let (next, near) = Posterior::step(one.x, below[row] - one.q, density[row], bracket);
            row += 1;
            one.x = next;
            found[one.place] = next;
            !near
        });
        if open.is_empty() {
            break;
        }
    }
    found
}

/// Points of posteriors, column by column.
#[derive(Default)]
struct Points {
    a: Vec<f64>,
    b: Vec<f64>,
    ln_beta: Vec<f64>,
    x: Vec<f64>,
}

impl Points {
    fn clear(&mut self) {
        for column in [&mut self.a, &mut self.b, &mut self.ln_beta, &mut self.x] {
            column.clear();
        }
    }

    fn push(&mut self, of: &Posterior, x: f64) {
        let (a, b, ln_beta) = of.parts();
        self.a.push(a);
        self.b.push(b);
        self.ln_beta.push(ln_beta);
        self.x.push(x);
    }

    /// Chance below each point, which lies inside 0 and 1, and the density there.
    fn values(&self) -> (Vec<f64>, Vec<f64>) {
        let count = self.x.len();
        let mut left = vec![false; count];
        let (mut front, mut density) = (vec![0.0; count], vec![0.0; count]);
        let [mut first, mut second, mut at] = [(); 3].map(|()| vec![0.0; count]);
        for start in (0..count).step_by(LANES) {
            let some = LANES.min(count - start);
            let mut x = [0.5; LANES];
            let (mut a, mut b, mut ln_beta) = ([1.0; LANES], [1.0; LANES], [0.0; LANES]);
            x[..some].copy_from_slice(&self.x[start..start + some]);
            a[..some].copy_from_slice(&self.a[start..start + some]);
            b[..some].copy_from_slice(&self.b[start..start + some]);
            ln_beta[..some].copy_from_slice(&self.ln_beta[start..start + some]);
            let (mut rest, mut powers, mut slopes) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for lane in 0..LANES {
                rest[lane] = 1.0 - x[lane];
            }
            let (ln_x, ln_rest) = (ln_each(x), ln_each(rest));
            for lane in 0..LANES {
                let (a, b, ln_beta) = (a[lane], b[lane], ln_beta[lane]);
                powers[lane] = a * ln_x[lane] + b * ln_rest[lane] - ln_beta;
                slopes[lane] = (a - 1.0) * ln_x[lane] + (b - 1.0) * ln_rest[lane] - ln_beta;
            }
            let (powers, slopes) = (exp_each(powers), exp_each(slopes));
            front[start..start + some].copy_from_slice(&powers[..some]);
            density[start..start + some].copy_from_slice(&slopes[..some]);
            for lane in 0..some {
                let (a, b, row) = (a[lane], b[lane], start + lane);
                left[row] = Posterior::is_left(a, b, x[lane]);
                (first[row], second[row], at[row]) = match left[row] {
                    true => (a, b, x[lane]),
                    false => (b, a, rest[lane]),
                };
            }
        }
        let fractions = beta_fractions(&first, &second, &at);
        let below = (0..count)
            .map(|row| Posterior::side(left[row], front[row], fractions[row], first[row]))
            .collect();
        (below, density)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::posterior::Prior;

    fn ask() -> impl Strategy<Value = Ask> {
        let share = prop_oneof![1e-9f64..1e-4, 1e-4f64..0.999_999];
        let count = prop_oneof![Just(0.0), 0.0f64..2.0, 0.0f64..3_000.0];
        let weight = prop_oneof![1e-3f64..1.0, 0.1f64..10_000.0];
        let at = prop_oneof![Just(0.0), Just(1.0), -0.1f64..1.1, 0.0f64..0.01];
        (share, weight, count.clone(), count, at).prop_map(|(share, weight, yes, no, at)| Ask {
            posterior: Posterior::new(Prior { share, weight }, yes, no),
            at,
        })
    }

    proptest! {
        #[test]
        fn many_are_to_the_bit_what_one_is(
            asked in prop::collection::vec(ask(), 0..40),
            tail in prop_oneof![Just((1.0 - 0.9) / 2.0), 0.001f64..0.4],
        ) {
            let told = tell(&asked, tail);
            prop_assert_eq!(told.len(), asked.len());
            for (told, Ask { posterior, at }) in told.iter().zip(&asked) {
                let alone = [posterior.quantile(tail), posterior.quantile(1.0 - tail), posterior.below(*at)];
                let found = [told.low, told.high, told.below];
                prop_assert_eq!(found.map(f64::to_bits), alone.map(f64::to_bits), "{:?}", posterior);
            }
        }
    }
}
