//! Shares and means of thin histories made comparable with those of rich ones. It knows numbers only, neither
//! members nor questions.

/// Steadies estimates `x_i`, each made from `n_i` observations: `m + (x_i − m) · √(n_i / (n_i + κ))`, where `m` is
/// the mean over all observations and `κ = σ² / τ²` the number of observations at which chance and true
/// differences are equally large. After it the estimates of members with few observations spread as far as
/// those of members with many (`τ²`), so that neither chance makes outliers of thin histories nor a full
/// shrinking (the same without the root) heaps them up in the middle as if they were alike.
///
/// `τ²` and `σ²` are the moments of `E (x_i − m)² = τ² + σ² / n_i`, by least squares with weights `n_i` (as in
/// the method of moments for empirical Bayes; Morris 1983, "Parametric Empirical Bayes Inference").
///
/// Gives none where the differences are no larger than chance makes them (`τ² ≤ 0`), and the values as they are
/// where all have equally many observations or fewer observations do not scatter more. Values without
/// observations become missing.
pub(crate) fn steady(values: &[Option<f64>], counts: &[f64]) -> Option<Vec<Option<f64>>> {
    let known: Vec<(f64, f64)> = values
        .iter()
        .zip(counts)
        .filter_map(|(value, count)| value.filter(|_| *count > 0.0).map(|value| (value, *count)))
        .collect();
    let observations: f64 = known.iter().map(|(_, count)| count).sum();
    let mean = known.iter().map(|(x, n)| x * n).sum::<f64>() / observations.max(1.0);
    let kappa = kappa(&known, mean, observations)?;
    let each = values.iter().zip(counts).map(|(value, &count)| {
        value
            .filter(|_| count > 0.0)
            .map(|value| mean + (value - mean) * (count / (count + kappa)).sqrt())
    });
    Some(each.collect())
}

/// `σ² / τ²`, 0 where it cannot be told; none where `τ² ≤ 0`.
fn kappa(known: &[(f64, f64)], mean: f64, observations: f64) -> Option<f64> {
    let rows = known.len() as f64;
    let (mut inverse, mut squares, mut weighted) = (0.0, 0.0, 0.0);
    for &(value, count) in known {
        let square = (value - mean) * (value - mean);
        inverse += 1.0 / count;
        squares += square;
        weighted += count * square;
    }
    // The normal equations: N τ² + m σ² = Σ n d and m τ² + Σ 1/n σ² = Σ d.
    let determinant = observations * inverse - rows * rows;
    if determinant <= 1e-9 * rows * rows {
        return Some(0.0);
    }
    let apart = (inverse * weighted - rows * squares) / determinant;
    let chance = (observations * squares - rows * weighted) / determinant;
    match (apart > 0.0, chance > 0.0) {
        (false, _) => None,
        (true, false) => Some(0.0),
        (true, true) => Some(chance / apart),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Shares that truly are `.5 ± apart`, seen through 4 or 400 purchases, with the scatter of a coin.
    fn seen(apart: f64) -> (Vec<Option<f64>>, Vec<f64>) {
        let mut values = Vec::new();
        let mut counts = Vec::new();
        for place in 0..4_000_u32 {
            let count = if place % 2 == 0 { 4.0 } else { 400.0 };
            // Low discrepancy in place of a generator: a sum of four even draws, nearly normal.
            let draw: f64 = [0.754_877, 0.569_840, 0.328_718, 0.156_123]
                .iter()
                .map(|step| (f64::from(place) * step).fract() - 0.5)
                .sum();
            let chance = draw * 3f64.sqrt() * 0.5 / f64::sqrt(count);
            let side = if place / 2 % 2 == 0 { apart } else { -apart };
            values.push(Some(0.5 + side + chance));
            counts.push(count);
        }
        (values, counts)
    }

    fn spread(values: &[Option<f64>], thin: bool) -> f64 {
        let own: Vec<f64> = values
            .iter()
            .enumerate()
            .filter(|(place, _)| (place % 2 == 0) == thin)
            .map(|(_, value)| value.unwrap() - 0.5)
            .collect();
        (own.iter().map(|x| x * x).sum::<f64>() / own.len() as f64).sqrt()
    }

    #[test]
    fn thin_histories_spread_as_far_as_rich_ones() {
        let (values, counts) = seen(0.1);
        assert!(spread(&values, true) > 2.0 * spread(&values, false));
        let steadied = steady(&values, &counts).unwrap();
        let (thin, rich) = (spread(&steadied, true), spread(&steadied, false));
        assert!((thin - rich).abs() < 0.02, "{thin} {rich}");
        assert!((rich - 0.1).abs() < 0.01, "{rich}");
    }

    #[test]
    fn differences_that_chance_makes_are_none() {
        let (mut values, counts) = seen(0.0);
        // Rich histories that agree to the digit leave nothing but chance to the thin ones.
        for (value, count) in values.iter_mut().zip(&counts) {
            if *count > 4.0 {
                *value = Some(0.5);
            }
        }
        assert_eq!(steady(&values, &counts), None);
    }

    #[test]
    fn equal_counts_change_nothing_and_no_observations_are_a_missing_value() {
        let values = [Some(0.2), Some(0.4), Some(0.9)];
        assert_eq!(steady(&values, &[7.0; 3]).unwrap(), values);
        let steadied = steady(&values, &[7.0, 7.0, 0.0]).unwrap();
        assert_eq!(steadied, [Some(0.2), Some(0.4), None]);
        assert_eq!(steady(&[], &[]), Some(Vec::new()));
    }
}
