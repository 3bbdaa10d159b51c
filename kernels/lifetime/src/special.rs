//! Derivatives of the logarithm of the gamma function, and the nodes of Gauss and Legendre. It must not know a model.

/// The first derivative of `ln Γ(x)` for `x > 0`: steps up to 10 and more, then the asymptotic series (Abramowitz and
/// Stegun 6.3.18). Relative error about 1e-14.
pub(crate) fn digamma(mut x: f64) -> f64 {
    let mut value = 0.0;
    while x < 10.0 {
        value -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = 1.0 / 12.0
        - square
            * (1.0 / 120.0
                - square
                    * (1.0 / 252.0
                        - square
                            * (1.0 / 240.0 - square * (1.0 / 132.0 - square * 691.0 / 32_760.0))));
    value + x.ln() - 0.5 / x - square * series
}

/// The second derivative of `ln Γ(x)` for `x > 0` (Abramowitz and Stegun 6.4.12).
pub(crate) fn trigamma(mut x: f64) -> f64 {
    let mut value = 0.0;
    while x < 10.0 {
        value += 1.0 / (x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = 1.0 / 6.0
        - square
            * (1.0 / 30.0
                - square
                    * (1.0 / 42.0
                        - square
                            * (1.0 / 30.0 - square * (5.0 / 66.0 - square * 691.0 / 2_730.0))));
    value + 1.0 / x + 0.5 * square + series * square / x
}

/// Nodes and weights of the rule of eight points on [-1, 1] (Abramowitz and Stegun 25.4.30): exact for polynomials up to
/// degree 15.
pub(crate) const EIGHT: [(f64, f64); 8] = [
    (-0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
    (-0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (-0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (-0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_of_scipy() {
        // scipy.special.digamma and polygamma(1, x), version 1.17.1.
        for (x, first, second) in GOLDEN {
            let (one, two) = (digamma(x), trigamma(x));
            assert!(
                (one - first).abs() < 1e-13 * first.abs().max(1.0),
                "{x}: {one}"
            );
            assert!((two / second - 1.0).abs() < 1e-13, "{x}: {two}");
        }
    }

    const GOLDEN: [(f64, f64, f64); 6] = [
        (0.001, -1000.5755719318103, 1000001.6425331959),
        (0.3, -3.502524222200133, 12.245364546107734),
        (1.0, -0.5772156649015329, 1.6449340668482266),
        (3.7, 1.1671535393615113, 0.31003785767003833),
        (12.5, 2.4851956512749123, 0.08328522460157839),
        (100000.0, 11.512920464961896, 1.0000050000166665e-05),
    ];

    #[test]
    fn eight_points_are_exact_for_polynomials() {
        for degree in [0, 2, 8, 14] {
            let found: f64 = EIGHT
                .iter()
                .map(|(at, weight)| weight * at.powi(degree))
                .sum();
            assert!(
                (found - 2.0 / f64::from(degree + 1)).abs() < 1e-15,
                "{degree}: {found}"
            );
        }
    }
}
