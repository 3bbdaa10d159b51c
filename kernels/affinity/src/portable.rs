//! Exponential, logarithm and what is built of them, from `+ − × ÷` alone.
//!
//! The functions of the system's library differ in the last bit from machine to machine; numbers that are stored
//! and compared byte by byte may not. IEEE 754 says how the four operations round, and nothing here is contracted
//! or reordered, so every machine gets the same bits.

/// High and low part of ln 2: the first has zeros at its end, so that small multiples of it are exact.
const LN_2: (f64, f64) = (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10);

/// e to the power of `x`, relative error below 1e-15; 0 below -708, infinite above 709.
pub fn exp(x: f64) -> f64 {
    let [found] = exp_each([x]);
    found
}

/// [`exp`] of each of some numbers, side by side.
#[inline]
pub(crate) fn exp_each<const N: usize>(x: [f64; N]) -> [f64; N] {
    let (mut whole, mut rest, mut series) = ([0.0; N], [0.0; N], [1.0; N]);
    for i in 0..N {
        let inside = if (-708.0..=709.0).contains(&x[i]) {
            x[i]
        } else {
            0.0
        };
        whole[i] = nearest(inside * std::f64::consts::LOG2_E);
        rest[i] = (inside - whole[i] * LN_2.0) - whole[i] * LN_2.1;
    }
    for term in (1..=14).rev() {
        for i in 0..N {
            series[i] = 1.0 + rest[i] / f64::from(term) * series[i];
        }
    }
    let mut found = [0.0; N];
    for i in 0..N {
        let power = f64::from_bits(((whole[i] as i64 + 1_023) as u64) << 52);
        found[i] = match x[i] {
            x if x < -708.0 => 0.0,
            x if x > 709.0 => f64::INFINITY,
            x if x.is_nan() => x,
            _ => series[i] * power,
        };
    }
    found
}

/// The nearest whole number, halves away from 0, of one within a million; without a call of the system's library.
#[inline]
fn nearest(x: f64) -> f64 {
    let cut = f64::from(x as i32);
    let rest = x - cut;
    if rest >= 0.5 {
        cut + 1.0
    } else if rest <= -0.5 {
        cut - 1.0
    } else {
        cut
    }
}

/// Natural logarithm of a normal number above 0, relative error below 1e-15 (absolute near 1).
pub fn ln(x: f64) -> f64 {
    let [found] = ln_each([x]);
    found
}

/// [`ln`] of each of some numbers, side by side.
#[inline]
pub(crate) fn ln_each<const N: usize>(x: [f64; N]) -> [f64; N] {
    let (mut exponent, mut s, mut square, mut series) = ([0.0; N], [0.0; N], [0.0; N], [0.0; N]);
    for i in 0..N {
        let bits = x[i].to_bits();
        let power = (bits >> 52) as i32 - 1_023;
        let mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1_023 << 52));
        let is_high = mantissa > std::f64::consts::SQRT_2;
        let mantissa = if is_high { mantissa / 2.0 } else { mantissa };
        exponent[i] = f64::from(power + i32::from(is_high));
        // ln m = 2 artanh((m − 1) / (m + 1)), whose series falls by 0.03 each term.
        s[i] = (mantissa - 1.0) / (mantissa + 1.0);
        square[i] = s[i] * s[i];
    }
    for term in (0..=11).rev() {
        for i in 0..N {
            series[i] = 1.0 / f64::from(2 * term + 1) + square[i] * series[i];
        }
    }
    let mut found = [0.0; N];
    for i in 0..N {
        found[i] = exponent[i] * LN_2.0 + (exponent[i] * LN_2.1 + 2.0 * s[i] * series[i]);
    }
    found
}

/// Natural logarithm of the gamma function for `x > 0`: Stirling's series (Abramowitz and Stegun 6.1.41) above 10,
/// by the recurrence below. Absolute error about 1e-14 times its size.
pub fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1_260.0,
        -1.0 / 1_680.0,
        1.0 / 1_188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let mut series = 0.0;
    for term in TERMS.iter().rev() {
        series = term + square * series;
    }
    (x - 0.5) * ln(x) - x + HALF_LN_TAU + series / x - ln(product)
}

/// Chance that a standard normal number is below `z`: G. Marsaglia, "Evaluating the Normal Distribution", J. Stat.
/// Softw. 11(4), 2004, absolute error about 1e-15; 0 or 1 beyond 8.
pub fn normal_below(z: f64) -> f64 {
    if z < -8.0 {
        return 0.0;
    }
    if z > 8.0 {
        return 1.0;
    }
    const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;
    let (mut sum, mut term, mut odd) = (z, z, 1.0);
    loop {
        odd += 2.0;
        term *= z * z / odd;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    (0.5 + sum * exp(-0.5 * z * z - LN_SQRT_TAU)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(actual: f64, expected: f64, relative: f64) {
        let slack = relative * expected.abs().max(1e-3);
        assert!(
            (actual - expected).abs() <= slack,
            "{actual} instead of {expected}"
        );
    }

    #[test]
    fn they_are_what_the_library_says() {
        for i in 1..4_000 {
            let x = f64::from(i) * 0.173 - 340.0;
            close(exp(x) / x.exp(), 1.0, 1e-14);
            let y = f64::from(i) * f64::from(i) * 0.000_37;
            close(ln(y), y.ln(), 1e-15);
            let error = ln_gamma(y) - numeric::tail::ln_gamma(y);
            assert!(error.abs() < 1e-14 * (10.0 + y * y), "{y}: {error}");
        }
        close(ln(1e-300), 1e-300f64.ln(), 1e-15);
        close(ln_gamma(1e-9), 20.723_265_836_369_195, 1e-14);
        close(ln_gamma(171.0), 706.573_062_245_787_4, 1e-14);
        assert_eq!((exp(-1e9), exp(1e9), exp(0.0)), (0.0, f64::INFINITY, 1.0));
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn the_normal_table() {
        close(normal_below(0.0), 0.5, 0.0);
        close(normal_below(1.644_853_626_951_472_2), 0.95, 1e-14);
        close(normal_below(-2.326_347_874_040_840_8), 0.01, 1e-12);
        close(normal_below(6.0), 1.0 - 9.865_876_450_377e-10, 1e-14);
        assert_eq!((normal_below(-9.0), normal_below(9.0)), (0.0, 1.0));
    }

    /// Golden bits: another machine must get these.
    #[test]
    fn bits_do_not_change() {
        let bits = |x: f64| x.to_bits();
        let found = [
            exp(1.0),
            exp(-3.7),
            ln(10.0),
            ln_gamma(2.5),
            normal_below(1.0),
        ]
        .map(bits);
        assert_eq!(found, GOLDEN);
    }

    const GOLDEN: [u64; 5] = [
        4_613_303_445_314_885_482,
        4_582_783_292_742_766_660,
        4_612_367_379_483_415_830,
        4_598_800_010_595_428_288,
        4_605_753_379_315_045_246,
    ];
}
