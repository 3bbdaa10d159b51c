//! What each level and number adds to utility, with intervals. It must not fit.

use numeric::tail::student_t_two_sided;

use crate::alternatives::Alternatives;
use crate::dense;
use crate::evidence::{Attribute, Level, Standing};

/// A number with its standard error and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// `quantile`: half the interval's width in standard errors.
    pub(crate) fn new(value: f64, error: f64, quantile: f64) -> Self {
        Self {
            value,
            error,
            low: value - quantile * error,
            high: value + quantile * error,
        }
    }
}

/// What a level or a number does to utility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The attribute, counted from 0.
    pub attribute: usize,
    /// The level; none for a number.
    pub level: Option<usize>,
    /// Of a level: utility less that of the mean level, levels that stand beside others weighted by how often
    /// they would be taken if all alternatives were alike. Of a number: utility of one unit. In logits: 0.1 more is about 10 % more odds.
    pub utility: Estimate,
}

/// The effects of coefficients with their covariance. `evidence`: of all, so that every group's are against one mean level.
pub(crate) fn effects(
    alternatives: &Alternatives,
    evidence: &[Attribute],
    (coefficients, covariance): (&[f64], &[f64]),
    quantile: f64,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (attribute, of) in evidence.iter().enumerate() {
        let range = alternatives.range(attribute);
        let mut weights = vec![0.0; coefficients.len()];
        let Attribute::Levels(levels) = of else {
            let scale = alternatives.scales()[attribute - alternatives.sizes().len()];
            let at = range.start;
            let error = covariance[at * coefficients.len() + at].sqrt();
            effects.push(Effect {
                attribute,
                level: None,
                utility: Estimate::new(coefficients[at] / scale, error / scale, quantile),
            });
            continue;
        };
        let mean = mean_level(levels);
        for level in 0..levels.len() {
            for (other, share) in mean.iter().enumerate() {
                weights[range.start + other] = -share;
            }
            weights[range.start + level] += 1.0;
            let value: f64 = weights.iter().zip(coefficients).map(|(a, b)| a * b).sum();
            // Rounding may leave a trace of the wrong sign where nothing is unsure.
            let error = dense::quadratic(covariance, &weights).max(0.0).sqrt();
            effects.push(Effect {
                attribute,
                level: Some(level),
                utility: Estimate::new(value, error, quantile),
            });
        }
    }
    effects
}

/// The shares of levels in the mean level: those expected if all alternatives were alike, of levels that stand beside
/// others; all the same where none does.
pub(crate) fn mean_level(levels: &[Level]) -> Vec<f64> {
    let of = |level: &Level| match level.standing {
        Standing::NotOffered | Standing::NotCompared => 0.0,
        _ => level.expected,
    };
    let total: f64 = levels.iter().map(of).sum();
    let share = |level| {
        if total > 0.0 {
            of(level) / total
        } else {
            1.0 / levels.len() as f64
        }
    };
    levels.iter().map(share).collect()
}

/// The standard error of `Σ values / Σ weights` over choosers, by what each one's value is away from the ratio times its
/// own weight: who chooses often adds much to both sums, which is no error of their ratio (W. Cochran, "Sampling Techniques",
/// 3rd ed. 1977, chapter 6). Of `C` choosers times `C / (C - 1)`, as the scores are.
pub(crate) fn error_of_ratio(values: &[f64], weights: &[f64]) -> f64 {
    let choosers = values.len() as f64;
    let weight = numeric::sum::sum(weights);
    let ratio = numeric::sum::sum(values) / weight;
    let away = values.iter().zip(weights);
    let squares: Vec<f64> = away
        .map(|(value, weight)| (value - ratio * weight).powi(2))
        .collect();
    (choosers / (choosers - 1.0) * numeric::sum::sum(&squares)).sqrt() / weight
}

/// How many standard errors an interval of this level spans to either side, by Student's t with one degree of freedom
/// fewer than there are choosers.
pub(crate) fn quantile(level: f64, choosers: usize) -> f64 {
    let degrees = choosers.saturating_sub(1).max(1) as f64;
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if student_t_two_sided(middle, degrees) > 1.0 - level {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_sure_where_all_have_it_however_often_they_choose() {
        let weights: Vec<f64> = (0..400).map(|at| [1.0, 50.0][at % 2]).collect();
        let same: Vec<f64> = weights.iter().map(|weight| 0.3 * weight).collect();
        // The spread of the sums would say .0144.
        assert!(error_of_ratio(&same, &weights) < 1e-12);
        // Where all choose as often it is the error of a mean.
        let values: Vec<f64> = (0..400).map(|at| f64::from(at % 2)).collect();
        let error = error_of_ratio(&values, &[2.0; 400]);
        assert!((error - 0.25 / 399f64.sqrt()).abs() < 1e-12, "{error}");
    }

    #[test]
    fn quantiles_are_those_of_tables() {
        for (level, choosers, expected) in [
            (0.95, 11, 2.228_139),
            (0.9, 1_000_001, 1.644_855),
            (0.9, 0, 6.313_752),
        ] {
            assert!(
                (quantile(level, choosers) - expected).abs() < 1e-5,
                "{level} {choosers}"
            );
        }
    }
}
