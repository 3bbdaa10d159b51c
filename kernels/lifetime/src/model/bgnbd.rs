//! The likelihood of one row under BG/NBD. It must not sum or search.

use crate::customers::Customer;
use crate::newton::Derivatives;

/// `ln(A₃ + A₄)` of the paper's appendix with its slope and curvature by r, α, a, b; and the share of A₃, which is the
/// probability of being alive.
///
/// A₃ = (α + T)^-(r+x) and, where x > 0, A₄ = a / (b + x - 1) (α + t)^-(r+x).
pub(super) fn of_row(at: &[f64; 4], row: &Customer) -> (Derivatives<4>, f64) {
    let [r, alpha, a, b] = *at;
    let power = r + f64::from(row.repeats);
    let late = alpha + row.age;
    let mut found = Derivatives::ZERO;
    found.value = -power * late.ln();
    found.slope = [-late.ln(), -power / late, 0.0, 0.0];
    if row.repeats == 0 {
        found.curvature[0][1] = -1.0 / late;
        found.curvature[1][0] = -1.0 / late;
        found.curvature[1][1] = power / (late * late);
        return (found, 1.0);
    }
    let early = alpha + row.recency;
    let rest = b + f64::from(row.repeats) - 1.0;
    let gone = a.ln() - rest.ln() - power * early.ln();
    // The two as shares of their sum: what is alive and what is gone.
    let alive = 1.0 / (1.0 + (gone - found.value).exp());
    let lost = 1.0 / (1.0 + (found.value - gone).exp());
    let more = found.value.max(gone);
    found.value = more + ((found.value - more).exp() + (gone - more).exp()).ln();
    // Slope of the gone less slope of the alive: the curvature of a sum's logarithm is the mean curvature and the spread
    // of the slopes.
    let between = [
        late.ln() - early.ln(),
        power / late - power / early,
        1.0 / a,
        -1.0 / rest,
    ];
    for row in 0..4 {
        found.slope[row] += lost * between[row];
        for col in 0..4 {
            found.curvature[row][col] = alive * lost * between[row] * between[col];
        }
    }
    let mixed = alive / late + lost / early;
    found.curvature[0][1] -= mixed;
    found.curvature[1][0] -= mixed;
    found.curvature[1][1] += power * (alive / (late * late) + lost / (early * early));
    found.curvature[2][2] -= lost / (a * a);
    found.curvature[3][3] += lost / (rest * rest);
    (found, alive)
}

/// The share of A₃ alone.
pub(super) fn alive(at: &[f64; 4], row: &Customer) -> f64 {
    if row.repeats == 0 {
        return 1.0;
    }
    let [r, alpha, a, b] = *at;
    let power = r + f64::from(row.repeats);
    let rest = b + f64::from(row.repeats) - 1.0;
    // (α + T) / (α + t), without the loss of a quotient near 1.
    let ratio = ((row.age - row.recency) / (alpha + row.recency)).ln_1p();
    1.0 / (1.0 + a / rest * (power * ratio).exp())
}

/// `ln B(a, b + x) - ln B(a, b)` of all rows: the sum of `ln((b + j) / (a + b + j))` below each row's x.
pub(super) fn of_repeats(at: &[f64; 4], above: &[f64], sum: &mut Derivatives<4>) {
    let [_, _, a, b] = *at;
    for (step, count) in above.iter().enumerate() {
        let (stay, all) = (b + step as f64, a + b + step as f64);
        sum.value += count * (-a / all).ln_1p();
        sum.slope[2] -= count / all;
        sum.slope[3] += count * a / (stay * all);
        let square = count / (all * all);
        sum.curvature[2][2] += square;
        sum.curvature[2][3] += square;
        sum.curvature[3][2] += square;
        sum.curvature[3][3] -= count * a * (stay + all) / (stay * all).powi(2);
    }
}
