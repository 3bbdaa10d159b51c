//! Small symmetric systems of linear equations.

/// Solves `size` equations with a positive definite matrix, each row followed by its right side, by
/// Cholesky's method; the rows are used up. None where the matrix is not positive definite.
pub(crate) fn solve(system: &mut [f64], size: usize) -> Option<Vec<f64>> {
    let width = size + 1;
    for row in 0..size {
        for col in 0..=row {
            let below: f64 = (0..col)
                .map(|at| system[row * width + at] * system[col * width + at])
                .sum();
            let rest = system[row * width + col] - below;
            if row > col {
                system[row * width + col] = rest / system[col * width + col];
            } else if rest > 0.0 && rest.is_finite() {
                system[row * width + row] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    let mut solution: Vec<f64> = (0..size).map(|row| system[row * width + size]).collect();
    for row in 0..size {
        let known: f64 = (0..row)
            .map(|at| system[row * width + at] * solution[at])
            .sum();
        solution[row] = (solution[row] - known) / system[row * width + row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size)
            .map(|at| system[at * width + row] * solution[at])
            .sum();
        solution[row] = (solution[row] - known) / system[row * width + row];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn solves_what_has_a_solution() {
        let mut system = [
            4.0, 2.0, 0.0, 10.0, 2.0, 5.0, 1.0, 17.0, 0.0, 1.0, 3.0, 14.0,
        ];
        let solution = solve(&mut system, 3).unwrap();
        for (value, expected) in solution.iter().zip([1.5, 2.0, 4.0]) {
            assert!((value - expected).abs() < 1e-12, "{solution:?}");
        }
        assert_eq!(solve(&mut [1.0, 2.0, 0.0, 2.0, 1.0, 0.0], 2), None);
    }
}
