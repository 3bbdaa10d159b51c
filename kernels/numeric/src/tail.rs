//! Tails of distributions, for tests of significance.
//!
//! Holds the special functions they need and no test itself.

/// Natural logarithm of the gamma function for `x > 0` (Lanczos's approximation with g = 7 and nine
/// terms, coefficients of P. Godfrey 2001); relative error about 1e-15.
pub fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Reflection: Γ(x) Γ(1 - x) = π / sin(πx).
        let sine = (std::f64::consts::PI * x).sin();
        return (std::f64::consts::PI / sine).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut series = 0.999_999_999_999_809_9;
    for (index, term) in TERMS.iter().enumerate() {
        series += term / (x + index as f64 + 1.0);
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + series.ln()
}

/// Chance that Student's t with `degrees > 0` degrees of freedom lies further from 0 than `t`, on
/// either side: `I(ν / (ν + t²); ν/2, 1/2)` (Abramowitz and Stegun 26.7.1). Relative error below 1e-11
/// up to a few hundred degrees, 1e-8 at a million. 1 where `t` is 0 or NaN, 0 where it is infinite.
pub fn student_t_two_sided(t: f64, degrees: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    if t == 0.0 || t.is_nan() {
        return 1.0;
    }
    // The complement comes from t, too: `1 - x` would lose all digits for small t. The square may be
    // infinite; both forms bear it.
    let square = t * t;
    let (x, rest) = (degrees / (degrees + square), 1.0 / (degrees / square + 1.0));
    beta_regularised(degrees / 2.0, 0.5, x, rest).clamp(0.0, 1.0)
}

/// Chance that Fisher's F with `between > 0` and `within > 0` degrees of freedom is above `f`:
/// `I(ν₂ / (ν₂ + ν₁ f); ν₂/2, ν₁/2)` (Abramowitz and Stegun 26.6.2). 1 where `f` is not above 0 or NaN, 0
/// where it is infinite.
pub fn fisher_f_above(f: f64, between: f64, within: f64) -> f64 {
    if f <= 0.0 || f.is_nan() {
        return 1.0;
    }
    let ratio = between * f / within;
    if ratio.is_infinite() {
        return 0.0;
    }
    let (x, rest) = (1.0 / (1.0 + ratio), 1.0 / (1.0 / ratio + 1.0));
    beta_regularised(within / 2.0, between / 2.0, x, rest).clamp(0.0, 1.0)
}

/// The regularised incomplete beta function `I(x; a, b)` for `a > 0` and `b > 0`, with `rest = 1 - x` told
/// apart, as the difference would lose all digits near 1 (continued fraction of Abramowitz and Stegun
/// 26.5.8, evaluated by Lentz's method; Press and others, "Numerical Recipes", section 6.4). 0 and 1 at the ends.
pub fn beta_regularised(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 || rest <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let ln_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * rest.ln();
    let front = ln_front.exp();
    // The fraction converges fast only on this side of the mean.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, rest) / b
    }
}

/// The continued fraction of the incomplete beta function for `x` below `(a + 1) / (a + b + 2)` (Abramowitz and
/// Stegun 26.5.8); `I(x; a, b)` is it times `x^a (1 − x)^b / (a B(a, b))`. Plain arithmetic: the same bits on every
/// machine.
pub fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const TERMS_MAX: usize = 10_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..=TERMS_MAX {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(actual: f64, expected: f64) {
        assert!(
            (actual - expected).abs() <= 1e-11 * expected.abs().max(1e-3),
            "{actual} instead of {expected}"
        );
    }

    #[test]
    fn ln_gamma_of_factorials() {
        close(ln_gamma(1.0) + 1.0, 1.0);
        close(ln_gamma(5.0), 24f64.ln());
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        close(ln_gamma(171.0), 706.573_062_245_787_4);
        close(ln_gamma(0.1), 2.252_712_651_734_206);
    }

    #[test]
    fn student_tail_against_scipy() {
        close(student_t_two_sided(1.0, 1.0), 0.5000000000000001);
        close(student_t_two_sided(2.0, 3.5), 0.12613852257591343);
        close(student_t_two_sided(-2.5, 10.0), 0.03144684423660882);
        close(student_t_two_sided(0.01, 50.0), 0.992061081367143);
        close(student_t_two_sided(4.0, 200.0), 8.913095218593442e-05);
        // Differences of large logarithms cost digits here.
        let far = student_t_two_sided(1.96, 1e6);
        assert!((far - 0.04999606758526985).abs() < 1e-10, "{far}");
        close(student_t_two_sided(30.0, 5.0), 7.718648620496053e-07);
    }

    #[test]
    fn fisher_tail_against_scipy() {
        // scipy.stats.f.sf
        close(fisher_f_above(3.2, 4.0, 20.0), 0.034831623728782526);
        close(fisher_f_above(0.3, 1.0, 7.0), 0.6009026279700933);
        close(fisher_f_above(55.0, 11.0, 3000.0), 2.6267557555175533e-111);
        assert_eq!(fisher_f_above(0.0, 2.0, 3.0), 1.0);
        assert_eq!(fisher_f_above(f64::NAN, 2.0, 3.0), 1.0);
        assert_eq!(fisher_f_above(f64::INFINITY, 2.0, 3.0), 0.0);
    }

    #[test]
    fn student_tail_at_the_ends() {
        assert_eq!(student_t_two_sided(0.0, 3.0), 1.0);
        assert_eq!(student_t_two_sided(f64::INFINITY, 3.0), 0.0);
        assert_eq!(student_t_two_sided(1e200, 3.0), 0.0);
        assert_eq!(student_t_two_sided(1e-200, 3.0), 1.0);
        assert_eq!(student_t_two_sided(f64::NAN, 3.0), 1.0);
    }
}
