//! How answers weigh on products: lines in thousandths of a bit, their sums, and the chances that follow from them.
//! It chooses no question and ranks nothing.

use super::answer::{Heard, Reading};
use super::index::WHOLE;
use super::{Finder, Standing};

/// Below it a share counts as this, so that a value which only products with no chance left have stays finite.
const LEAST_SHARE: f64 = 1e-12;

/// What one answer says, by the set of values that a product has.
#[derive(Debug, Clone)]
pub(super) struct Said<'a> {
    pub heard: Heard<'a>,
    /// By number of the set: thousandths of a bit.
    pub points: Vec<i64>,
    /// By number of the set.
    pub standing: Vec<Standing>,
}

/// Products after some answers.
#[derive(Debug, Clone)]
pub(super) struct Weighed<'a> {
    pub said: Vec<Said<'a>>,
    /// Thousandths of a bit by product.
    pub scores: Vec<i64>,
    /// The chance of each product to be the one that is wanted; they sum to 1.
    pub chances: Vec<f64>,
    /// Whether no answer rules the product out.
    pub fits: Vec<bool>,
}

impl Weighed<'_> {
    /// How many products no answer rules out.
    pub fn fitting(&self) -> usize {
        self.fits.iter().filter(|fits| **fits).count()
    }

    /// As how many products that are alike likely the chances are: 2 to their entropy; 0 without products.
    pub fn alike(&self) -> f64 {
        if self.chances.is_empty() {
            return 0.0;
        }
        let bits: f64 = self.chances.iter().map(|chance| times_log(*chance)).sum();
        (-bits).exp2()
    }
}

/// `x log2 x`, 0 at 0.
pub(super) fn times_log(x: f64) -> f64 {
    if x > 0.0 { x * x.log2() } else { 0.0 }
}

fn thousandths(bits: f64) -> i64 {
    (bits * 1e3).round() as i64
}

/// A share of certainty from thousandths.
pub(super) fn part(sure: u16) -> f64 {
    f64::from(sure) / f64::from(WHOLE)
}

/// By how much an answer multiplies the chance of a product that stands so to it. `share` is that of the value among
/// the products that have one; `wrong` the share of answers that are random. See the head of [`crate::finder`].
pub(super) fn ratio(reading: Reading, share: f64, wrong: f64) -> f64 {
    let met = part(reading.meets) / share.max(LEAST_SHARE);
    wrong + (1.0 - wrong) * (met + 1.0 - part(reading.known))
}

/// Whether a product meets a wish, fails it, or could do either.
pub(super) fn standing(reading: Reading) -> Standing {
    let half = WHOLE / 2;
    if reading.meets >= half {
        Standing::Met
    } else if reading.known - reading.meets >= half {
        Standing::Failed
    } else {
        Standing::Unknown
    }
}

/// Lines of a prior: how much likelier a product is than if all were alike.
pub(super) fn prior_points(weights: &[f64], kept: f64) -> Vec<i64> {
    let sound = |weight: &f64| {
        if *weight > 0.0 {
            weight.min(f64::MAX)
        } else {
            0.0
        }
    };
    let most = weights.iter().map(sound).fold(0.0, f64::max);
    if most == 0.0 {
        return vec![0; weights.len()];
    }
    // Against the largest, as sums of very large weights would overflow.
    let total: f64 = weights.iter().map(|weight| sound(weight) / most).sum();
    let all = weights.len() as f64;
    let times = |weight: &f64| kept * all * (sound(weight) / most / total) + 1.0 - kept;
    weights
        .iter()
        .map(|weight| thousandths(times(weight).log2()))
        .collect()
}

/// Chances from scores: in proportion to `2^score`.
fn chances(scores: &[i64]) -> Vec<f64> {
    let Some(most) = scores.iter().max() else {
        return Vec::new();
    };
    let mut chances: Vec<f64> = scores
        .iter()
        .map(|score| ((score - most) as f64 / 1e3).exp2())
        .collect();
    let total: f64 = chances.iter().sum();
    chances.iter_mut().for_each(|chance| *chance /= total);
    chances
}

impl Finder<'_> {
    /// Products after the answers. Each is worked in with the chances that those before it left, so that a colour is
    /// held against the colours of what is still likely; the order is the index's, not the shopper's.
    pub(super) fn weigh<'a>(&self, heard: Vec<Heard<'a>>) -> Weighed<'a> {
        let products = self.index.products();
        let mut scores = if self.prior.is_empty() {
            vec![0; products]
        } else {
            self.prior.clone()
        };
        let mut left = chances(&scores);
        let mut fits = vec![true; products];
        let mut said = Vec::with_capacity(heard.len());
        for heard in heard {
            let one = self.say(heard, &left);
            let of = &self.index.attributes()[one.heard.attribute].of;
            for ((score, fits), set) in scores.iter_mut().zip(&mut fits).zip(of) {
                *score += one.points[*set as usize];
                *fits &= one.standing[*set as usize] != Standing::Failed;
            }
            left = chances(&scores);
            said.push(one);
        }
        Weighed {
            said,
            scores,
            chances: left,
            fits,
        }
    }

    /// What an answer says of each set of values.
    fn say<'a>(&self, heard: Heard<'a>, chances: &[f64]) -> Said<'a> {
        let attribute = &self.index.attributes()[heard.attribute];
        let readings: Vec<Reading> = (0..attribute.profiles())
            .map(|set| heard.wish.reading(attribute.open(set, self.consents)))
            .collect();
        let mut of_set = vec![0.0; readings.len()];
        for (set, chance) in attribute.of.iter().zip(chances) {
            of_set[*set as usize] += chance;
        }
        let (mut meets, mut known) = (0.0, 0.0);
        for (reading, chance) in readings.iter().zip(&of_set) {
            meets += chance * part(reading.meets);
            known += chance * part(reading.known);
        }
        let share = if known > 0.0 { meets / known } else { 0.0 };
        let wrong = self.settings.asking.wrong_answers;
        let points = |reading: &Reading| thousandths(ratio(*reading, share, wrong).log2());
        Said {
            points: readings.iter().map(points).collect(),
            standing: readings.into_iter().map(standing).collect(),
            heard,
        }
    }
}
