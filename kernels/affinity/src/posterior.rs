//! How sure a share or a mean is after some observations, drawn towards what is usual.
//!
//! Holds two conjugate models. Floats, but the same bits on every machine (`portable`); nothing here is summed
//! into a score.

use numeric::tail::beta_fraction;

use crate::portable::{exp, ln, ln_gamma, normal_below};

/// What is believed of a share before there is evidence: a beta distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// The usual share: above 0, below 1.
    pub share: f64,
    /// How many observations the belief is worth: above 0.
    pub weight: f64,
}

/// What is believed of a share with the evidence: beta with `weight · share + for` and
/// `weight · (1 − share) + against` (A. Gelman and others, "Bayesian Data Analysis", 3rd ed., section 2.4). Counts need
/// not be whole: evidence that has faded counts for what is left of it, which is the discounting of J. Q. Smith,
/// "A generalization of the Bayesian steady forecasting model", J. R. Stat. Soc. B 41, 1979.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    a: f64,
    b: f64,
    /// Logarithm of the beta function of both.
    ln_beta: f64,
}

/// The smallest parameter of a beta distribution that is computed with.
const LEAST: f64 = 1e-9;

impl Posterior {
    /// The belief after so many observations for and against; both at least 0.
    pub fn new(prior: Prior, speaks_for: f64, speaks_against: f64) -> Self {
        let a = (prior.weight * prior.share + speaks_for).max(LEAST);
        let b = (prior.weight * (1.0 - prior.share) + speaks_against).max(LEAST);
        let ln_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
        Self { a, b, ln_beta }
    }

    /// The share to be expected.
    pub fn mean(&self) -> f64 {
        self.a / (self.a + self.b)
    }

    /// Chance that the share is below `x`: the regularised incomplete beta function (continued fraction of
    /// Abramowitz and Stegun 26.5.8).
    pub fn below(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        if x >= 1.0 {
            return 1.0;
        }
        let (a, b) = (self.a, self.b);
        let front = exp(a * ln(x) + b * ln(1.0 - x) - self.ln_beta);
        let left = Self::is_left(a, b, x);
        let (first, second, at) = if left { (a, b, x) } else { (b, a, 1.0 - x) };
        Self::side(left, front, beta_fraction(first, second, at), first)
    }

    /// Whether the fraction converges fast from below a point; from above it does on the other side of the mean.
    pub(crate) fn is_left(a: f64, b: f64, x: f64) -> bool {
        x < (a + 1.0) / (a + b + 2.0)
    }

    /// The chance below a point from the fraction of its side and the first parameter there.
    pub(crate) fn side(left: bool, front: f64, fraction: f64, first: f64) -> f64 {
        let part = front * fraction / first;
        let below = if left { part } else { 1.0 - part };
        below.clamp(0.0, 1.0)
    }

    /// The most steps towards a quantile.
    pub(crate) const STEPS_MAX: usize = 60;

    /// The share below which it lies with chance `q` (above 0, below 1), to 1e-7: Newton's steps from a first guess,
    /// inside a bracket that is halved where a step would leave it.
    pub fn quantile(&self, q: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        let mut x = self.start(q);
        for _ in 0..Self::STEPS_MAX {
            let miss = self.below(x) - q;
            let density = exp((self.a - 1.0) * ln(x) + (self.b - 1.0) * ln(1.0 - x) - self.ln_beta);
            let (next, near) = Self::step(x, miss, density, (&mut low, &mut high));
            x = next;
            if near {
                break;
            }
        }
        x
    }

    /// Where the search for a quantile begins.
    pub(crate) fn start(&self, q: f64) -> f64 {
        self.guess(q).clamp(1e-12, 1.0 - 1e-12)
    }

    /// One step of the search from a point, where the chance below it misses the wanted one by so much: the next point,
    /// and whether it is near enough.
    pub(crate) fn step(
        x: f64,
        miss: f64,
        density: f64,
        (low, high): (&mut f64, &mut f64),
    ) -> (f64, bool) {
        if miss > 0.0 {
            *high = x;
        } else {
            *low = x;
        }
        let step = x - miss / density;
        // Also where the density is 0 or infinite: the comparison fails, and the bracket is halved.
        let next = if step > *low && step < *high {
            step
        } else {
            f64::midpoint(*low, *high)
        };
        // Steps that follow would be of the square of this one.
        (next, (next - x).abs() < 1e-7 || *high - *low < 1e-8)
    }

    /// Both parameters, and the logarithm of the beta function of them.
    pub(crate) fn parts(&self) -> (f64, f64, f64) {
        (self.a, self.b, self.ln_beta)
    }

    /// A first guess at a quantile (K. L. Majumder, G. P. Bhattacharjee, "Inverse of the incomplete beta function
    /// ratio", algorithm AS 64, Appl. Stat. 22, 1973).
    fn guess(&self, q: f64) -> f64 {
        if q > 0.5 {
            return 1.0 - guess_low(1.0 - q, self.b, self.a, self.ln_beta);
        }
        guess_low(q, self.a, self.b, self.ln_beta)
    }
}

/// [`Posterior::guess`] for a chance of at most a half.
fn guess_low(q: f64, a: f64, b: f64, ln_beta: f64) -> f64 {
    let r = (-2.0 * ln(q)).sqrt();
    let y = r - (2.307_53 + 0.270_61 * r) / (1.0 + (0.992_29 + 0.044_81 * r) * r);
    if a > 1.0 && b > 1.0 {
        let r = (y * y - 3.0) / 6.0;
        let (s, t) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let h = 2.0 / (s + t);
        let w = y * (h + r).max(0.0).sqrt() / h - (t - s) * (r + 5.0 / 6.0 - 2.0 / (3.0 * h));
        return a / (a + b * exp(2.0 * w));
    }
    let root = 1.0 / (9.0 * b);
    let cube = 1.0 - root + y * root.sqrt();
    let t = 2.0 * b * cube * cube * cube;
    if t <= 0.0 {
        return 1.0 - exp((ln((1.0 - q) * b) + ln_beta) / b);
    }
    let t = (4.0 * a + 2.0 * b - 2.0) / t;
    if t <= 1.0 {
        return exp((ln(q * a) + ln_beta) / a);
    }
    1.0 - 2.0 / (t + 1.0)
}

/// What is believed of somebody's mean: normal, drawn towards the mean of all (B. Efron, C. Morris, "Data analysis
/// using Stein's estimator and its generalizations", J. Am. Stat. Assoc. 70, 1975, section 2, variances taken as
/// known).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The mean to be expected.
    pub mean: f64,
    /// Standard deviation of the belief.
    pub deviation: f64,
}

impl Level {
    /// The belief from `count` observations with the given `mean`, where all have the mean `usual`, somebody's
    /// observations scatter with variance `within` and means with variance `between` (both above 0).
    pub fn new(usual: f64, within: f64, between: f64, count: f64, mean: f64) -> Self {
        let precision = 1.0 / between + count / within;
        Self {
            mean: (usual / between + count * mean / within) / precision,
            deviation: (1.0 / precision).sqrt(),
        }
    }

    /// Chance that the mean is below `x`.
    pub fn below(&self, x: f64) -> f64 {
        normal_below((x - self.mean) / self.deviation)
    }
}

/// Standard deviations to either side of a normal mean that hold it with chance `level` (above 0, below 1), to
/// 1e-9; at most 8.
pub fn deviations(level: f64) -> f64 {
    let below = 0.5 + level / 2.0;
    let (mut low, mut high) = (0.0, 8.0);
    while high - low > 1e-9 {
        let middle = f64::midpoint(low, high);
        if normal_below(middle) < below {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn beta(a: f64, b: f64) -> Posterior {
        let prior = Prior {
            share: 0.5,
            weight: 1e-12,
        };
        Posterior::new(prior, a, b)
    }

    #[track_caller]
    fn close(actual: f64, expected: f64, slack: f64) {
        assert!(
            (actual - expected).abs() <= slack,
            "{actual} instead of {expected}"
        );
    }

    /// Expected values from closed forms: Beta(1, b) has 1 − (1 − x)^b below x, Beta(2, 2) has 3x² − 2x³.
    #[test]
    fn closed_forms() {
        close(beta(1.0, 5.0).below(0.3), 1.0 - 0.7f64.powi(5), 1e-13);
        close(beta(2.0, 2.0).below(0.3), 0.27 - 0.054, 1e-13);
        close(
            beta(1.0, 20.0).quantile(0.05),
            1.0 - 0.95f64.powf(0.05),
            1e-8,
        );
        close(
            beta(1.0, 20.0).quantile(0.95),
            1.0 - 0.05f64.powf(0.05),
            1e-8,
        );
        close(beta(3.0, 1.0).quantile(0.5), 0.5f64.cbrt(), 1e-8);
        close(
            beta(0.5, 0.5).quantile(0.25),
            0.146_446_609_406_726_24,
            1e-8,
        );
        close(beta(3.0, 7.0).mean(), 0.3, 1e-12);
    }

    #[test]
    fn one_observation_is_unsure_and_many_are_sure() {
        let prior = Prior {
            share: 0.01,
            weight: 20.0,
        };
        let one = Posterior::new(prior, 1.0, 0.0);
        let many = Posterior::new(prior, 30.0, 0.0);
        let width = |p: &Posterior| (p.quantile(0.95) - p.quantile(0.05)) / p.mean();
        assert!(width(&one) > 2.0, "{}", width(&one));
        assert!(width(&many) < 0.7, "{}", width(&many));
        assert!(one.below(0.02) > 0.2 && many.below(0.02) < 1e-9);
    }

    #[test]
    fn means_are_drawn_towards_what_is_usual() {
        let none = Level::new(5.0, 4.0, 1.0, 0.0, 0.0);
        close(none.mean, 5.0, 1e-12);
        close(none.deviation, 1.0, 1e-12);
        let four = Level::new(5.0, 4.0, 1.0, 4.0, 7.0);
        close(four.mean, 6.0, 1e-12);
        close(four.deviation, 0.5f64.sqrt(), 1e-12);
        close(four.below(6.0), 0.5, 1e-12);
        close(deviations(0.9), 1.644_853_626_951_472_2, 2e-9);
    }

    proptest! {
        #[test]
        fn quantiles_undo_chances(
            share in 0.000_001f64..0.999, weight in 0.1f64..2_000.0,
            speaks_for in 0.0f64..50.0, speaks_against in 0.0f64..50.0, q in 0.02f64..0.98,
        ) {
            let posterior = Posterior::new(Prior { share, weight }, speaks_for, speaks_against);
            let x = posterior.quantile(q);
            prop_assert!((0.0..=1.0).contains(&x));
            let (low, high) = (posterior.below(x - 2e-7), posterior.below(x + 2e-7));
            prop_assert!(low <= q + 1e-9 && q <= high + 1e-9, "{low} {q} {high}");
        }

        #[test]
        fn evidence_against_lowers(
            share in 0.001f64..0.9, weight in 0.5f64..100.0,
            speaks_for in 0.0f64..20.0, speaks_against in 0.0f64..20.0, more in 0.01f64..5.0,
        ) {
            let prior = Prior { share, weight };
            let before = Posterior::new(prior, speaks_for, speaks_against);
            let after = Posterior::new(prior, speaks_for, speaks_against + more);
            prop_assert!(after.mean() < before.mean());
            prop_assert!(after.below(share) >= before.below(share) - 1e-12);
        }
    }
}
