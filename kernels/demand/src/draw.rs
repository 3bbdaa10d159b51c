//! Random numbers of the distributions that the estimates' uncertainty has.

use numeric::random::Random;

/// A gamma number of a shape above 0 and rate 1 (G. Marsaglia, W. W. Tsang, "A simple method for generating
/// gamma variables", ACM TOMS 26, 2000; shapes below 1 by their section 6).
pub(crate) fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1.0 {
        // 1 - u is above 0.
        let boost = (1.0 - random.unit_f64()).powf(1.0 / shape);
        return gamma(random, shape + 1.0) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = random.normal();
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 {
            let u = 1.0 - random.unit_f64();
            if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}

/// The value below which a share of the sorted values lies (linear between neighbours: R. J. Hyndman,
/// Y. Fan, "Sample quantiles in statistical packages", Am. Stat. 50, 1996, type 7). `sorted` is not empty.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_has_its_mean_and_variance() {
        for shape in [0.4, 1.0, 7.5] {
            let mut random = Random::new(3);
            let count = 40_000;
            let drawn: Vec<f64> = (0..count).map(|_| gamma(&mut random, shape)).collect();
            let mean = drawn.iter().sum::<f64>() / f64::from(count);
            let squares = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
            assert!((mean / shape - 1.0).abs() < 0.03, "{shape}: {mean}");
            let variance = squares / f64::from(count);
            assert!((variance / shape - 1.0).abs() < 0.06, "{shape}: {variance}");
        }
    }

    #[test]
    fn quantiles_as_numpy_has_them() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.5), 3.0);
        assert_eq!(quantile(&sorted, 0.0), 1.0);
        assert_eq!(quantile(&sorted, 1.0), 8.0);
        assert!((quantile(&sorted, 0.9) - 6.8).abs() < 1e-12);
        assert_eq!(quantile(&[5.0], 0.3), 5.0);
    }
}
