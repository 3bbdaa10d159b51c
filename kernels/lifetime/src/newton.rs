//! The highest point of a smooth function of few variables, by Newton's method kept safe. It must not know a model.

use crate::error::Error;

/// A function's value, slope and curvature at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Derivatives<const N: usize> {
    pub value: f64,
    pub slope: [f64; N],
    pub curvature: [[f64; N]; N],
}

impl<const N: usize> Derivatives<N> {
    pub const ZERO: Self = Self {
        value: 0.0,
        slope: [0.0; N],
        curvature: [[0.0; N]; N],
    };

    /// Adds another function's, times a factor.
    pub fn add(&mut self, other: &Self, factor: f64) {
        self.value += factor * other.value;
        for row in 0..N {
            self.slope[row] += factor * other.slope[row];
            for col in 0..N {
                self.curvature[row][col] += factor * other.curvature[row][col];
            }
        }
    }

    /// The same function of the logarithms of the variables.
    pub fn of_logarithms(mut self, at: &[f64; N]) -> Self {
        for row in 0..N {
            self.slope[row] *= at[row];
            for col in 0..N {
                self.curvature[row][col] *= at[row] * at[col];
            }
            self.curvature[row][row] += self.slope[row];
        }
        self
    }
}

/// Where the function is highest.
#[derive(Debug, Clone)]
pub(crate) struct Top<const N: usize> {
    pub at: [f64; N],
    pub found: Derivatives<N>,
    /// Points at which the function was computed.
    pub rounds: usize,
    /// Variables that ended at the edge of what is searched.
    pub edge: [bool; N],
}

/// Rounds after which the search gives up.
const ROUNDS_MAX: usize = 200;
/// The search ends where a Newton step promises less than this.
const GAIN_MIN: f64 = 1e-11;
/// The longest step of one variable.
const STEP_MAX: f64 = 2.0;

/// Climbs from `start` within `bounds` (lowest and highest value of each variable). The curvature is strengthened on its
/// diagonal until it is that of a hill and the step goes up (Levenberg; Marquardt 1963); variables at a bound that
/// would leave rest there.
pub(crate) fn maximise<const N: usize>(
    start: [f64; N],
    bounds: &[(f64, f64); N],
    mut function: impl FnMut(&[f64; N]) -> Derivatives<N>,
) -> Result<Top<N>, Error> {
    let inside = |at: [f64; N]| -> [f64; N] {
        std::array::from_fn(|of| at[of].clamp(bounds[of].0, bounds[of].1))
    };
    let mut at = inside(start);
    let mut found = function(&at);
    let mut strength = 0.0;
    for rounds in 1..=ROUNDS_MAX {
        if !found.value.is_finite() {
            return Err(Error::NotFound { rounds });
        }
        let resting = resting(&at, bounds, &found.slope);
        let Some(step) = step(&found, &resting, strength) else {
            strength = stronger(strength, &found);
            continue;
        };
        let promise: f64 = step
            .iter()
            .zip(&found.slope)
            .map(|(step, slope)| step * slope)
            .sum();
        // On a flat ridge a plain step never exists, and what a safe one promises says that nothing is left to gain.
        let plain = strength == 0.0 || self::step(&found, &resting, 0.0).is_none();
        if promise < GAIN_MIN && plain {
            return Ok(Top {
                at,
                found,
                rounds,
                edge: resting,
            });
        }
        let longest = step.iter().fold(0.0f64, |most, step| most.max(step.abs()));
        let factor = (STEP_MAX / longest).min(1.0);
        let next = inside(std::array::from_fn(|of| at[of] + factor * step[of]));
        let tried = function(&next);
        // A step that changes nothing within rounding is the end, too: nothing can be gained any more.
        let rounding = 1e-13 * found.value.abs();
        if tried.value.is_finite()
            && tried.value >= found.value + 1e-4 * factor * promise - rounding
        {
            (at, found) = (next, tried);
            strength = if strength > 1e-6 * steepest(&found) {
                strength / 8.0
            } else {
                0.0
            };
        } else if promise < rounding {
            return Ok(Top {
                at,
                found,
                rounds,
                edge: resting,
            });
        } else {
            strength = stronger(strength, &found);
        }
    }
    Err(Error::NotFound { rounds: ROUNDS_MAX })
}

/// Variables at a bound that the slope would carry beyond it.
fn resting<const N: usize>(at: &[f64; N], bounds: &[(f64, f64); N], slope: &[f64; N]) -> [bool; N] {
    std::array::from_fn(|of| {
        let (low, high) = bounds[of];
        at[of] <= low && slope[of] < 0.0 || at[of] >= high && slope[of] > 0.0
    })
}

fn steepest<const N: usize>(found: &Derivatives<N>) -> f64 {
    let each = (0..N).map(|of| found.curvature[of][of].abs());
    each.fold(1e-6, f64::max)
}

fn stronger<const N: usize>(strength: f64, found: &Derivatives<N>) -> f64 {
    (4.0 * strength).max(1e-4 * steepest(found))
}

/// The step to the top of the parabola through a point; none where it opens upwards.
fn step<const N: usize>(
    found: &Derivatives<N>,
    resting: &[bool; N],
    strength: f64,
) -> Option<[f64; N]> {
    let mut hill = [[0.0; N]; N];
    let mut slope = found.slope;
    for row in 0..N {
        for col in 0..N {
            if !resting[row] && !resting[col] {
                hill[row][col] = -found.curvature[row][col];
            }
        }
        hill[row][row] += if resting[row] { 1.0 } else { strength };
        if resting[row] {
            slope[row] = 0.0;
        }
    }
    Some(solve(&factor(&hill)?, &slope))
}

/// Cholesky's lower factor; none where the matrix is not positive definite.
pub(crate) fn factor<const N: usize>(matrix: &[[f64; N]; N]) -> Option<[[f64; N]; N]> {
    let mut lower = [[0.0; N]; N];
    for row in 0..N {
        for col in 0..=row {
            let known: f64 = (0..col).map(|at| lower[row][at] * lower[col][at]).sum();
            let rest = matrix[row][col] - known;
            if row > col {
                lower[row][col] = rest / lower[col][col];
            } else if rest > 1e-12 * matrix[row][row].abs() && rest.is_finite() {
                lower[row][row] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(lower)
}

/// The solution for one right side, of a matrix given by its factor.
pub(crate) fn solve<const N: usize>(lower: &[[f64; N]; N], right: &[f64; N]) -> [f64; N] {
    let mut solution = *right;
    for row in 0..N {
        let known: f64 = (0..row).map(|at| lower[row][at] * solution[at]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|at| lower[at][row] * solution[at]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    solution
}

/// The inverse of minus the curvature at a top: the covariance of estimates by maximum likelihood. None where the
/// function is flat in some direction.
pub(crate) fn covariance<const N: usize>(curvature: &[[f64; N]; N]) -> Option<[[f64; N]; N]> {
    let lower = factor(&curvature.map(|row| row.map(|value| -value)))?;
    Some(std::array::from_fn(|row| {
        let unit = std::array::from_fn(|col| if row == col { 1.0 } else { 0.0 });
        solve(&lower, &unit)
    }))
}

/// Standard errors of the variables at a top, those at an edge taken as known: none for these, and none at all where the
/// function is flat in some direction of the others.
pub(crate) fn errors<const N: usize>(
    curvature: &[[f64; N]; N],
    edge: &[bool; N],
) -> [Option<f64>; N] {
    let mut free = *curvature;
    for (row, of_row) in free.iter_mut().enumerate() {
        for (col, value) in of_row.iter_mut().enumerate() {
            if edge[row] || edge[col] {
                *value = if row == col { -1.0 } else { 0.0 };
            }
        }
    }
    let known = covariance(&free);
    std::array::from_fn(|of| {
        known
            .filter(|_| !edge[of])
            .map(|known| known[of][of].sqrt())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Minus Rosenbrock's banana: its top is 0 at (1, 1).
    fn banana(at: &[f64; 2]) -> Derivatives<2> {
        let [x, y] = *at;
        let bend = y - x * x;
        Derivatives {
            value: -(1.0 - x).powi(2) - 100.0 * bend * bend,
            slope: [2.0 * (1.0 - x) + 400.0 * x * bend, -200.0 * bend],
            curvature: [
                [-2.0 + 400.0 * bend - 800.0 * x * x, 400.0 * x],
                [400.0 * x, -200.0],
            ],
        }
    }

    #[test]
    fn climbs_a_bent_ridge() {
        let top = maximise([-1.5, 3.0], &[(-9.0, 9.0); 2], banana).unwrap();
        assert!(top.at.iter().all(|at| (at - 1.0).abs() < 1e-5), "{top:?}");
        assert_eq!(top.edge, [false; 2]);
        let covariance = covariance(&top.found.curvature).unwrap();
        // The inverse of [[802, -400], [-400, 200]].
        assert!((covariance[0][0] - 0.5).abs() < 1e-4 && (covariance[1][1] - 2.005).abs() < 1e-3);
    }

    #[test]
    fn rests_at_the_edge_of_what_is_searched() {
        let top = maximise([-1.0, 0.0], &[(-2.0, 0.5), (-2.0, 2.0)], banana).unwrap();
        assert_eq!(top.edge, [true, false]);
        // Along y alone the curvature is 200.
        let errors = errors(&top.found.curvature, &top.edge);
        assert!(errors[0].is_none() && (errors[1].unwrap() - 200f64.sqrt().recip()).abs() < 1e-12);
        assert!((top.at[1] - 0.25).abs() < 1e-6, "{top:?}");
    }

    #[test]
    fn a_function_without_values_is_refused() {
        let nothing = |_: &[f64; 2]| Derivatives {
            value: f64::NAN,
            ..Derivatives::ZERO
        };
        assert!(maximise([0.0; 2], &[(-1.0, 1.0); 2], nothing).is_err());
        assert!(covariance(&[[0.0, 0.0], [0.0, -1.0]]).is_none());
    }
}
