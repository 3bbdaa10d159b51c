//! The highest point of a likelihood with a normal prior, by Newton's method with a line search. It must not know a model.
//!
//! The curvature of a conditional logit is that of a hill everywhere (K. Train 2009, section 3.7.1), and the prior makes the
//! hill pointed, so every Newton step goes up and halving it finds a step that gains.

use crate::dense;
use crate::error::Error;
use crate::likelihood::Curve;

/// Rounds after which the search gives up, and halvings of one step.
const ROUNDS_MAX: usize = 100;
const HALVINGS_MAX: usize = 40;
/// A search to the top ends where a Newton step promises less than this, in units of the log-likelihood.
pub(crate) const GAIN_MIN: f64 = 1e-10;

/// Independent normal priors of the coefficients; the likelihood counts `temper` times.
#[derive(Debug, Clone)]
pub(crate) struct Prior {
    pub temper: f64,
    pub centre: Vec<f64>,
    pub precision: Vec<f64>,
}

/// Where likelihood and prior together are highest.
#[derive(Debug, Clone)]
pub(crate) struct Top {
    pub at: Vec<f64>,
    /// Of the likelihood alone, neither tempered nor with the prior.
    pub curve: Curve,
    /// The inverse of minus the curvature of both together.
    pub inverse: Vec<f64>,
    /// Points at which the likelihood was computed.
    pub rounds: usize,
}

impl Prior {
    pub(crate) fn value(&self, at: &[f64], curve: &Curve) -> f64 {
        let away = at.iter().zip(&self.centre).zip(&self.precision);
        let lost: f64 = away
            .map(|((at, centre), sure)| sure * (at - centre).powi(2))
            .sum();
        self.temper * curve.value - 0.5 * lost
    }

    fn slope(&self, at: &[f64], curve: &Curve) -> Vec<f64> {
        let of = |of: usize| {
            self.temper * curve.slope[of] - self.precision[of] * (at[of] - self.centre[of])
        };
        (0..at.len()).map(of).collect()
    }

    /// Cholesky's factor of minus the curvature of both together.
    fn factor(&self, curve: &Curve) -> Option<Vec<f64>> {
        let tempered: Vec<f64> = curve.hill.iter().map(|value| self.temper * value).collect();
        dense::factor(
            &dense::with_diagonal(&tempered, &self.precision),
            self.centre.len(),
        )
    }
}

impl Top {
    /// Where the next step would lead.
    pub fn ahead(&self, prior: &Prior) -> Vec<f64> {
        let slope = prior.slope(&self.at, &self.curve);
        let lines = self.inverse.chunks_exact(slope.len()).zip(&self.at);
        lines
            .map(|(line, at)| at + line.iter().zip(&slope).map(|(a, b)| a * b).sum::<f64>())
            .collect()
    }
}

/// Climbs from `start` until a step promises less than `least`.
pub(crate) fn climb(
    start: Vec<f64>,
    prior: &Prior,
    least: f64,
    curve: impl Fn(&[f64]) -> Curve,
) -> Result<Top, Error> {
    let mut at = start;
    let mut found = curve(&at);
    let mut rounds = 1;
    while rounds <= ROUNDS_MAX {
        let value = prior.value(&at, &found);
        let slope = prior.slope(&at, &found);
        let Some(lower) = prior.factor(&found).filter(|_| value.is_finite()) else {
            break;
        };
        let step = dense::solve(&lower, &slope);
        let promise: f64 = step
            .iter()
            .zip(&slope)
            .map(|(step, slope)| step * slope)
            .sum();
        // Values are sums of many logarithms; below their rounding no step can be judged.
        let rounding = 1e-13 * value.abs();
        let end = promise < least.max(rounding);
        let mut share = 1.0;
        let mut better = None;
        for _ in 0..if end { 0 } else { HALVINGS_MAX } {
            let next: Vec<f64> = at
                .iter()
                .zip(&step)
                .map(|(at, step)| at + share * step)
                .collect();
            let tried = curve(&next);
            rounds += 1;
            if prior.value(&next, &tried) >= value + 1e-4 * share * promise - rounding {
                better = Some((next, tried));
                break;
            }
            share /= 2.0;
        }
        match better {
            Some(better) => (at, found) = better,
            None if end => {
                return Ok(Top {
                    inverse: dense::inverse(&lower, at.len()),
                    at,
                    curve: found,
                    rounds,
                });
            }
            None => break,
        }
    }
    Err(Error::NotFound { rounds })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A logistic curve's likelihood: of `n` trials, `taken` succeeded.
    fn logistic(taken: f64, n: f64) -> impl Fn(&[f64]) -> Curve {
        move |at: &[f64]| {
            let chance = 1.0 / (1.0 + (-at[0]).exp());
            Curve {
                value: taken * at[0] - n * (at[0].max(0.0) + (-at[0].abs()).exp().ln_1p()),
                slope: vec![taken - n * chance],
                hill: vec![n * chance * (1.0 - chance)],
            }
        }
    }

    fn prior(precision: f64) -> Prior {
        Prior {
            temper: 1.0,
            centre: vec![0.0],
            precision: vec![precision],
        }
    }

    #[test]
    fn finds_the_top_from_far_away() {
        let top = climb(vec![30.0], &prior(1e-12), GAIN_MIN, logistic(30.0, 40.0)).unwrap();
        assert!((top.at[0] - 3f64.ln()).abs() < 1e-5, "{top:?}");
        assert!((top.inverse[0] - 1.0 / 7.5).abs() < 1e-5, "{top:?}");
    }

    #[test]
    fn what_never_fails_stays_finite_and_nonsense_is_refused() {
        let top = climb(vec![0.0], &prior(0.1), GAIN_MIN, logistic(40.0, 40.0)).unwrap();
        // Where the slope of the likelihood is that of the prior.
        assert!(
            (40.0 / (1.0 + top.at[0].exp()) - 0.1 * top.at[0]).abs() < 1e-6,
            "{top:?}"
        );
        let nothing = |_: &[f64]| Curve {
            value: f64::NAN,
            slope: vec![0.0],
            hill: vec![0.0],
        };
        assert!(climb(vec![0.0], &prior(1.0), GAIN_MIN, nothing).is_err());
    }
}
