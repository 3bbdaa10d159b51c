//! The likelihood of one row under Pareto/NBD. It must not sum or search.
//!
//! Alive at T, or gone at some τ between the last purchase and T:
//! `L = Γ(r+x)/Γ(r) α^r β^s [ (α+T)^-(r+x) (β+T)^-s + s ∫ (α+τ)^-(r+x) (β+τ)^-(s+1) dτ ]`,
//! τ from t to T. The integral is the difference of two Gaussian hypergeometric functions of the usual form (P. S. Fader,
//! B. G. S. Hardie, "A Note on Deriving the Pareto/NBD Model and Related Expressions", 2005), which takes one of two
//! transformations by whether α ≥ β and loses digits where the two are near. As an integral of positive values nothing
//! is lost, and slope and curvature are means over the same points.

use crate::customers::Customer;
use crate::newton::Derivatives;
use crate::special::EIGHT;

/// Panels of `ln(c + τ)`, c the lesser of α and β, are at most so long: the nearest point at which the integrand is not
/// smooth lies π off.
const LONGEST: f64 = 1.2;
/// And so short that the integrand falls by about so many powers of e. The error of eight points is then below 1e-12.
const STEEPEST: f64 = 4.0;
/// What is left out is below this share of what was summed.
const LEFT_OUT: f64 = 1e-17;
/// Points of a panel.
const POINTS: usize = EIGHT.len();

/// Points τ of the integral: `ln(α + τ)`, `ln(β + τ)`, 1 / (α + τ), 1 / (β + τ), and weights whose sum is the integral as
/// a multiple of e^scale.
struct Panel {
    buy: [f64; POINTS],
    stay: [f64; POINTS],
    to_buy: [f64; POINTS],
    to_stay: [f64; POINTS],
    weight: [f64; POINTS],
}

/// The integrand `(α+τ)^-(r+x) (β+τ)^-(s+1)` of one row.
struct Integrand {
    /// r + x
    power: f64,
    /// s + 1
    fall: f64,
    /// c, the lesser of α and β; and by how much the other is greater.
    near: f64,
    apart: f64,
    /// The powers of the lesser and of the greater.
    powers: [f64; 2],
    /// Whether α is the lesser.
    buy_is_near: bool,
    /// The logarithm of the integrand at the row's recency.
    scale: f64,
}

impl Integrand {
    fn new(at: &[f64; 4], row: &Customer) -> Self {
        let [r, alpha, s, beta] = *at;
        let (power, fall) = (r + f64::from(row.repeats), s + 1.0);
        let scale = -power * (alpha + row.recency).ln() - fall * (beta + row.recency).ln();
        let buy_is_near = alpha <= beta;
        let powers = if buy_is_near {
            [power, fall]
        } else {
            [fall, power]
        };
        Self {
            power,
            fall,
            near: alpha.min(beta),
            apart: (alpha - beta).abs(),
            powers,
            buy_is_near,
            scale,
        }
    }

    /// Calls `each` with panels from one time to a later one.
    fn walk(&self, from: f64, to: f64, mut each: impl FnMut(&Panel)) {
        let [power, other] = self.powers;
        let mut start = self.near + from;
        let mut at = start.ln();
        let mut rest = ((to - from) / start).ln_1p();
        let (mut sum, mut height) = (0.0, 1.0);
        while rest > 0.0 && height * (to + self.near - start) > LEFT_OUT * sum {
            let slope = power + other * start / (start + self.apart);
            // Within a panel the slope grows by at most e^LONGEST, and never beyond the sum of the powers.
            let gentle = (STEEPEST / (power + other)).max(STEEPEST * (-LONGEST).exp() / slope);
            let length = gentle.min(LONGEST).min(rest);
            let panel = self.panel(at + 0.5 * length, 0.5 * length);
            sum += panel.weight.iter().sum::<f64>();
            each(&panel);
            at += length;
            rest -= length;
            start = at.exp();
            height = (-power * at - other * (start + self.apart).ln() - self.scale).exp();
        }
    }

    /// Eight points around a middle. Logarithms and powers are those of the middle and small steps from it, by series
    /// that run side by side.
    fn panel(&self, middle: f64, half: f64) -> Panel {
        let [power, other] = self.powers;
        let near = middle.exp();
        let far = near + self.apart;
        let (ln_far, part) = (far.ln(), near / far);
        let height = half * (-power * middle - other * ln_far - self.scale).exp() * near;
        let steps = EIGHT.map(|(place, _)| half * place);
        let grown = exp_m1_small(&steps);
        let moved = ln_1p_small(&grown.map(|grown| part * grown));
        let fall = std::array::from_fn(|of| steps[of] - power * steps[of] - other * moved[of]);
        let weight = times(
            &exp_of_eighths(&fall),
            &EIGHT.map(|(_, weight)| weight * height),
        );
        let (ln_near, ln_far) = (
            steps.map(|step| middle + step),
            moved.map(|moved| ln_far + moved),
        );
        let to_near = grown.map(|grown| 1.0 / (near + near * grown));
        let to_far = grown.map(|grown| 1.0 / (far + near * grown));
        if self.buy_is_near {
            Panel {
                buy: ln_near,
                stay: ln_far,
                to_buy: to_near,
                to_stay: to_far,
                weight,
            }
        } else {
            Panel {
                buy: ln_far,
                stay: ln_near,
                to_buy: to_far,
                to_stay: to_near,
                weight,
            }
        }
    }
}

/// 1 / (k + 1)!: Taylor's series of (e^x - 1) / x.
const EXPONENTIAL: [f64; 15] = {
    let mut terms = [1.0; 15];
    let mut at = 1;
    while at < 15 {
        terms[at] = terms[at - 1] / (at + 1) as f64;
        at += 1;
    }
    terms
};

/// 1 / (2k + 1): the series of artanh(z) / z, by z².
const ARTANH: [f64; 15] = {
    let mut terms = [1.0; 15];
    let mut at = 1;
    while at < 15 {
        terms[at] = 1.0 / (2 * at + 1) as f64;
        at += 1;
    }
    terms
};

/// A polynomial at eight places, side by side.
fn polynomial(terms: &[f64; 15], at: &[f64; POINTS]) -> [f64; POINTS] {
    let mut value = [terms[14]; POINTS];
    for term in terms[..14].iter().rev() {
        for of in 0..POINTS {
            value[of] = value[of] * at[of] + term;
        }
    }
    value
}

/// `e^x - 1`, for |x| up to .6: relative error about 1e-16.
fn exp_m1_small(x: &[f64; POINTS]) -> [f64; POINTS] {
    times(x, &polynomial(&EXPONENTIAL, x))
}

/// `ln(1 + x)` as twice artanh(x / (2 + x)), for x from -.46 to .83: relative error about 1e-16.
fn ln_1p_small(x: &[f64; POINTS]) -> [f64; POINTS] {
    let ratio: [f64; POINTS] = std::array::from_fn(|of| 2.0 * x[of] / (2.0 + x[of]));
    let square = ratio.map(|ratio| 0.25 * ratio * ratio);
    times(&ratio, &polynomial(&ARTANH, &square))
}

/// `e^x` as the eighth power of the series at an eighth, for |x| up to 5: relative error below 1e-13.
fn exp_of_eighths(x: &[f64; POINTS]) -> [f64; POINTS] {
    let part = exp_m1_small(&x.map(|x| 0.125 * x)).map(|part| 1.0 + part);
    let square = times(&part, &part);
    let fourth = times(&square, &square);
    times(&fourth, &fourth)
}

/// The bracket's logarithm with its slope and curvature by r, α, s, β; and the share of its first part, which is the
/// probability of being alive.
pub(super) fn of_row(at: &[f64; 4], row: &Customer) -> (Derivatives<4>, f64) {
    let [_, alpha, s, beta] = *at;
    let integrand = Integrand::new(at, row);
    let (power, fall) = (integrand.power, integrand.fall);
    let (late, end) = (alpha + row.age, beta + row.age);
    let (buy_end, stay_end) = (late.ln(), end.ln());
    // Weights, slopes' sums and their squares, as deviations from those of being alive, and mean curvatures.
    let alive = (-power * buy_end - s * stay_end - integrand.scale).exp();
    let base = [-buy_end, -power / late, -stay_end, -s / end];
    let (mut all, mut first, mut second) = (alive, [0.0; 4], [[0.0; 4]; 4]);
    let mut bends = [
        alive / late,
        alive * power / (late * late),
        0.0,
        alive / end,
        alive * s / (end * end),
    ];
    integrand.walk(row.recency, row.age, |panel| {
        let weights = panel.weight.map(|weight| s * weight);
        let apart = [
            panel.buy.map(|buy| -buy - base[0]),
            panel.to_buy.map(|to_buy| -power * to_buy - base[1]),
            panel.stay.map(|stay| 1.0 / s - stay - base[2]),
            panel.to_stay.map(|to_stay| -fall * to_stay - base[3]),
        ];
        let total: f64 = weights.iter().sum();
        all += total;
        for row in 0..4 {
            let of = times(&weights, &apart[row]);
            first[row] += of.iter().sum::<f64>();
            for col in 0..=row {
                second[row][col] += times(&of, &apart[col]).iter().sum::<f64>();
            }
        }
        let (buys, stays) = (
            times(&weights, &panel.to_buy),
            times(&weights, &panel.to_stay),
        );
        bends[0] += buys.iter().sum::<f64>();
        bends[1] += power * times(&buys, &panel.to_buy).iter().sum::<f64>();
        bends[2] += total / (s * s);
        bends[3] += stays.iter().sum::<f64>();
        bends[4] += fall * times(&stays, &panel.to_stay).iter().sum::<f64>();
    });
    let mean = first.map(|value| value / all);
    let mut found = Derivatives {
        value: all.ln() + integrand.scale,
        slope: std::array::from_fn(|of| base[of] + mean[of]),
        curvature: [[0.0; 4]; 4],
    };
    for row in 0..4 {
        for col in 0..=row {
            let value = second[row][col] / all - mean[row] * mean[col];
            found.curvature[row][col] = value;
            found.curvature[col][row] = value;
        }
    }
    let bends = bends.map(|bend| bend / all);
    for (row, col, value) in [(0, 1, -bends[0]), (2, 3, -bends[3])] {
        found.curvature[row][col] += value;
        found.curvature[col][row] += value;
    }
    for (of, value) in [(1, bends[1]), (2, -bends[2]), (3, bends[4])] {
        found.curvature[of][of] += value;
    }
    (found, alive / all)
}

fn times(a: &[f64; POINTS], b: &[f64; POINTS]) -> [f64; POINTS] {
    std::array::from_fn(|of| a[of] * b[of])
}

/// The share of the bracket's first part alone.
pub(super) fn alive(at: &[f64; 4], row: &Customer) -> f64 {
    let [_, alpha, s, beta] = *at;
    let integrand = Integrand::new(at, row);
    let mut gone = 0.0;
    integrand.walk(row.recency, row.age, |panel| {
        gone += panel.weight.iter().sum::<f64>()
    });
    let still =
        -integrand.power * (alpha + row.age).ln() - s * (beta + row.age).ln() - integrand.scale;
    1.0 / (1.0 + s * gone * (-still).exp())
}

/// Every row: s ln β.
pub(super) fn of_all(at: &[f64; 4], customers: f64, sum: &mut Derivatives<4>) {
    let [_, _, s, beta] = *at;
    sum.value += customers * s * beta.ln();
    sum.slope[2] += customers * beta.ln();
    sum.slope[3] += customers * s / beta;
    sum.curvature[2][3] += customers / beta;
    sum.curvature[3][2] += customers / beta;
    sum.curvature[3][3] -= customers * s / (beta * beta);
}

/// `ln ∫ (α+τ)^-(r+x) (β+τ)^-(s+1) dτ` over a customer's time since his last purchase: what the literature writes as a
/// difference of hypergeometric functions. Minus infinity where that time is 0.
pub fn log_integral(parameters: &[f64; 4], row: &Customer) -> f64 {
    let integrand = Integrand::new(parameters, row);
    let mut sum = 0.0;
    integrand.walk(row.recency, row.age, |panel| {
        sum += panel.weight.iter().sum::<f64>()
    });
    sum.ln() + integrand.scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_steps_are_those_of_the_standard_functions() {
        for step in -60..=60 {
            let x = f64::from(step) / 100.0;
            assert!(
                (exp_m1_small(&[x; POINTS])[3] - x.exp_m1()).abs() <= 4e-16 * x.abs(),
                "{x}"
            );
            let y = x.exp_m1();
            assert!(
                (ln_1p_small(&[y; POINTS])[5] - y.ln_1p()).abs() <= 1e-15 * y.abs(),
                "{y}"
            );
            let z = x / 0.12;
            assert!(
                (exp_of_eighths(&[z; POINTS])[7] / z.exp() - 1.0).abs() < 1e-13,
                "{z}"
            );
        }
    }

    #[test]
    fn the_integral_is_the_closed_form_where_there_is_one() {
        // α = β: (α + τ)^-(r + x + s + 1) has an antiderivative.
        for (repeats, alpha, age) in [
            (0, 3.0, 40.0),
            (5, 1e-4, 90.0),
            (400, 70.0, 90.0),
            (1_000_000, 5.0, 50.0),
        ] {
            let row = Customer {
                repeats,
                recency: if repeats == 0 { 0.0 } else { 11.0 },
                age,
            };
            let (r, s) = (0.7, 0.4);
            let power = r + f64::from(repeats) + s;
            let (from, to): (f64, f64) = (alpha + row.recency, alpha + age);
            let closed =
                -power * from.ln() - power.ln() + (-(-power * (to / from).ln()).exp_m1()).ln();
            let told = log_integral(&[r, alpha, s, alpha], &row);
            assert!(
                (told - closed).abs() < 1e-11 * closed.abs().max(1.0),
                "{repeats}: {told} {closed}"
            );
        }
    }
}
