//! Symmetric positive definite matrices of any size, row by row. It must not know what they are of.

/// Cholesky's lower factor (the upper half is left as it came); none where the matrix is not positive definite.
pub(crate) fn factor(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut lower = matrix.to_vec();
    for row in 0..size {
        for col in 0..=row {
            let (of_row, of_col) = (&lower[row * size..][..col], &lower[col * size..][..col]);
            let known: f64 = of_row.iter().zip(of_col).map(|(a, b)| a * b).sum();
            let rest = lower[row * size + col] - known;
            if row > col {
                lower[row * size + col] = rest / lower[col * size + col];
            } else if rest > 0.0 && rest.is_finite() {
                lower[row * size + row] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(lower)
}

/// The solution for one right side, of a matrix given by its factor.
pub(crate) fn solve(lower: &[f64], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let mut solution = right.to_vec();
    for row in 0..size {
        let line = &lower[row * size..][..row];
        let known: f64 = line.iter().zip(&solution).map(|(a, b)| a * b).sum();
        solution[row] = (solution[row] - known) / lower[row * size + row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size)
            .map(|at| lower[at * size + row] * solution[at])
            .sum();
        solution[row] = (solution[row] - known) / lower[row * size + row];
    }
    solution
}

/// The inverse of a matrix given by its factor.
pub(crate) fn inverse(lower: &[f64], size: usize) -> Vec<f64> {
    let mut inverse = Vec::with_capacity(size * size);
    for row in 0..size {
        let mut unit = vec![0.0; size];
        unit[row] = 1.0;
        inverse.extend(solve(lower, &unit));
    }
    inverse
}

/// The matrix with `more` added to its diagonal.
pub(crate) fn with_diagonal(matrix: &[f64], more: &[f64]) -> Vec<f64> {
    let mut sum = matrix.to_vec();
    for (at, more) in more.iter().enumerate() {
        sum[at * side(matrix) + at] += more;
    }
    sum
}

fn side(matrix: &[f64]) -> usize {
    matrix.len().isqrt()
}

/// The product of two square matrices.
pub(crate) fn product(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    for row in 0..size {
        let line = &mut product[row * size..][..size];
        for at in 0..size {
            let factor = a[row * size + at];
            for (sum, value) in line.iter_mut().zip(&b[at * size..][..size]) {
                *sum += factor * value;
            }
        }
    }
    product
}

/// `a · b · a'` of square matrices.
pub(crate) fn sandwich(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let half = product(a, b, size);
    let mut whole = vec![0.0; size * size];
    for row in 0..size {
        for col in 0..size {
            let lines = half[row * size..][..size]
                .iter()
                .zip(&a[col * size..][..size]);
            whole[row * size + col] = lines.map(|(x, y)| x * y).sum();
        }
    }
    whole
}

/// The trace of the product of two symmetric matrices.
pub(crate) fn trace_of_product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `x' · matrix · x`.
pub(crate) fn quadratic(matrix: &[f64], x: &[f64]) -> f64 {
    let lines = matrix.chunks_exact(x.len()).zip(x);
    lines
        .map(|(line, own)| own * line.iter().zip(x).map(|(a, b)| a * b).sum::<f64>())
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn inverse_product_and_quadratic_agree() {
        let matrix = [4.0, 2.0, 0.0, 2.0, 5.0, 1.0, 0.0, 1.0, 3.0];
        let lower = factor(&matrix, 3).unwrap();
        let solution = solve(&lower, &[10.0, 17.0, 14.0]);
        for (value, expected) in solution.iter().zip([1.5, 2.0, 4.0]) {
            assert!((value - expected).abs() < 1e-12, "{solution:?}");
        }
        assert!((quadratic(&matrix, &solution) - 105.0).abs() < 1e-12);
        let inverse = inverse(&lower, 3);
        let unit = product(&matrix, &inverse, 3);
        let back = sandwich(&matrix, &inverse, 3);
        for at in 0..9 {
            let own = if at % 4 == 0 { 1.0 } else { 0.0 };
            assert!((unit[at] - own).abs() < 1e-12 && (back[at] - matrix[at]).abs() < 1e-12);
        }
        assert!((trace_of_product(&matrix, &inverse) - 3.0).abs() < 1e-12);
        let flat = with_diagonal(&[1.0, 1.0, 1.0, 1.0], &[0.0, 1.0]);
        assert_eq!(flat, [1.0, 1.0, 1.0, 2.0]);
        assert!(factor(&[1.0, 1.0, 1.0, 1.0], 2).is_none());
    }
}
