//! Poisson regression with one column and a level for each of two groupings.
//!
//! Holds the regression only. Method: S. Correia, P. Guimarães, T. Zylkin, "Fast Poisson estimation with
//! high-dimensional fixed effects", Stata Journal 20, 2020: levels by scaling, the column freed of what
//! levels explain, Newton's steps.

/// Rounds of scaling and freeing, and steps.
const SWEEPS: usize = 4;
const STEPS: usize = 25;
/// Longest step of the coefficient: far off, Newton's method overshoots.
const STEP_MAX: f64 = 0.5;
/// Least information that is not rounding.
const INFORMATION_MIN: f64 = 1e-6;

/// One count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Its place in both groupings.
    pub groups: [usize; 2],
    /// What the count is in proportion to, above 0.
    pub exposure: f64,
    pub count: f64,
    pub column: f64,
}

/// The coefficient with its standard error, infinite where the column does not vary within the groupings.
/// Counts are taken to vary as much more than Poisson's as they do (quasi-likelihood: P. McCullagh, J. A.
/// Nelder, "Generalized Linear Models", 2nd ed. 1989, section 6.2).
pub(crate) fn fit(rows: &[Row]) -> (f64, f64) {
    let sizes = [0, 1].map(|side| {
        rows.iter()
            .map(|row| row.groups[side] + 1)
            .max()
            .unwrap_or(0)
    });
    let mut levels = sizes.map(|size| vec![1.0; size]);
    let (mut value, mut error) = (0.0, f64::INFINITY);
    for _ in 0..STEPS {
        for _ in 0..SWEEPS {
            scale(rows, &mut levels, value);
        }
        let means: Vec<f64> = rows.iter().map(|row| mean(row, &levels, value)).collect();
        let free = freed(rows, &means, sizes);
        let (mut score, mut information, mut chi_square) = (0.0, 0.0, 0.0);
        for ((row, mean), free) in rows.iter().zip(&means).zip(&free) {
            score += (row.count - mean) * free;
            information += mean * free * free;
            chi_square += (row.count - mean).powi(2) / mean.max(1e-9);
        }
        if information < INFORMATION_MIN {
            break;
        }
        let spare = rows.len().saturating_sub(sizes[0] + sizes[1] + 1).max(1) as f64;
        error = ((chi_square / spare).max(1.0) / information).sqrt();
        let step = (score / information).clamp(-STEP_MAX, STEP_MAX);
        value += step;
        if step.abs() < 1e-6 {
            break;
        }
    }
    (value, error)
}

fn mean(row: &Row, levels: &[Vec<f64>; 2], value: f64) -> f64 {
    let level = levels[0][row.groups[0]] * levels[1][row.groups[1]];
    row.exposure * level * (value * row.column).exp()
}

/// Scales the levels of each grouping so that its totals are those counted.
fn scale(rows: &[Row], levels: &mut [Vec<f64>; 2], value: f64) {
    for side in 0..2 {
        let mut sums = vec![(0.0, 0.0); levels[side].len()];
        for row in rows {
            let (counted, expected) = &mut sums[row.groups[side]];
            *counted += row.count;
            *expected += mean(row, levels, value);
        }
        for (level, (counted, expected)) in levels[side].iter_mut().zip(sums) {
            if expected > 0.0 {
                *level *= counted / expected;
            }
        }
    }
}

/// The column less its means in each grouping, weighted by `means`.
fn freed(rows: &[Row], means: &[f64], sizes: [usize; 2]) -> Vec<f64> {
    let mut free: Vec<f64> = rows.iter().map(|row| row.column).collect();
    for _ in 0..SWEEPS {
        for (side, &size) in sizes.iter().enumerate() {
            let mut sums = vec![(0.0, 0.0); size];
            for ((row, mean), free) in rows.iter().zip(means).zip(&free) {
                let (sum, weight) = &mut sums[row.groups[side]];
                *sum += mean * free;
                *weight += mean;
            }
            for (row, free) in rows.iter().zip(&mut free) {
                let (sum, weight) = sums[row.groups[side]];
                *free -= sum / f64::max(weight, f64::MIN_POSITIVE);
            }
        }
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use numeric::random::Random;

    #[test]
    fn finds_the_coefficient_behind_levels() {
        let mut random = Random::new(4);
        let mut rows = Vec::new();
        for store in 0..20 {
            for season in 0..20 {
                let column = random.unit_f64();
                let level = (0.1 * store as f64 - 0.05 * season as f64).exp();
                let rate = 30.0 * level * (0.6 * column).exp();
                // Poisson's variance is near enough to a normal's at such rates.
                let count = (rate + rate.sqrt() * random.normal()).round().max(0.0);
                rows.push(Row {
                    groups: [store, season],
                    exposure: 30.0,
                    count,
                    column,
                });
            }
        }
        let (value, error) = fit(&rows);
        assert!(
            (value - 0.6).abs() < 3.0 * error && error < 0.06,
            "{value} {error}"
        );
    }

    #[test]
    fn knows_when_it_knows_nothing() {
        assert_eq!(fit(&[]), (0.0, f64::INFINITY));
        let row = Row {
            groups: [0, 0],
            exposure: 1.0,
            count: 3.0,
            column: 0.5,
        };
        assert_eq!(fit(&[row; 4]), (0.0, f64::INFINITY));
    }
}
