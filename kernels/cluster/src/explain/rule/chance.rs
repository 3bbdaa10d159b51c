//! How likely chance alone would make a rule look as good.
//!
//! Holds Fisher's exact test on logarithms; when that is too likely is the caller's to say.

use numeric::tail::ln_gamma;

/// Natural logarithm of the chance that `support` of `rows` rows drawn at random have `members` or more of
/// the `inside` rows of a cluster: the upper tail of the hypergeometric distribution, Fisher's exact test
/// on one side (R. A. Fisher, "Statistical Methods for Research Workers", 1934, section 21.02).
pub(super) fn ln_as_many(members: usize, support: usize, inside: usize, rows: usize) -> f64 {
    let outside = rows - inside;
    let most = support.min(inside);
    // Each term over the first; they fall from the mean on, and rise to it.
    let (mut term, mut total) = (1.0, 1.0);
    for count in members..most {
        let up = (inside - count) as f64 * (support - count) as f64;
        // The others in the support once `count + 1` are members.
        let others = (outside + count + 1 - support) as f64;
        term *= up / ((count + 1) as f64 * others);
        total += term;
        if term < total * 1e-17 {
            break;
        }
    }
    let first = ln_choose(inside, members) + ln_choose(outside, support - members)
        - ln_choose(rows, support);
    (first + f64::ln(total)).min(0.0)
}

/// Natural logarithm of the number of ways to choose `count` of `of`.
pub(super) fn ln_choose(of: usize, count: usize) -> f64 {
    let ln_factorial = |n: usize| ln_gamma(n as f64 + 1.0);
    ln_factorial(of) - ln_factorial(count) - ln_factorial(of - count)
}
