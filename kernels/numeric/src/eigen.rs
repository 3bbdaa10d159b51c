//! Eigenvalues and eigenvectors of a symmetric matrix.
//!
//! Cyclic Jacobi rotations (C. G. J. Jacobi 1846; G. H. Golub, C. F. Van Loan, "Matrix Computations",
//! 4th edition, section 8.5): the same steps for the same matrix, and accurate to the last digits.

/// Sweeps after which even large matrices have long converged.
const SWEEPS_MAX: usize = 60;

/// Pairs of eigenvalue and unit eigenvector, from the greatest value down, of the symmetric matrix of
/// `size × size` values. A vector and its opposite are equally right. Time grows with size³: meant for some
/// hundred rows. Panics where `matrix` does not hold `size × size` values.
pub fn symmetric_eigen(mut matrix: Vec<f64>, size: usize) -> Vec<(f64, Vec<f64>)> {
    // One eigenvector per row, so that rotations run along rows.
    let mut vectors = vec![0.0; size * size];
    for place in 0..size {
        vectors[place * size + place] = 1.0;
    }
    let whole: f64 = matrix.iter().map(|value| value * value).sum();
    for _ in 0..SWEEPS_MAX {
        let mut off_diagonal = 0.0;
        for p in 0..size {
            for q in p + 1..size {
                off_diagonal += matrix[p * size + q] * matrix[p * size + q];
                rotate(&mut matrix, &mut vectors, size, p, q);
            }
        }
        if off_diagonal <= whole * 1e-30 {
            break;
        }
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = vectors
        .chunks_exact(size.max(1))
        .enumerate()
        .map(|(place, vector)| (matrix[place * size + place], vector.to_vec()))
        .collect();
    // Stable: equal values keep their order.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs
}

/// Turns the plane of `p` and `q` so that their off-diagonal value becomes 0.
fn rotate(matrix: &mut [f64], vectors: &mut [f64], size: usize, p: usize, q: usize) {
    let off = matrix[p * size + q];
    if off == 0.0 {
        return;
    }
    let theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * off);
    // The smaller of the two angles; `hypot` keeps a large theta from overflowing.
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let turn = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for k in 0..size {
        let (x, y) = turn(matrix[k * size + p], matrix[k * size + q]);
        matrix[k * size + p] = x;
        matrix[k * size + q] = y;
    }
    for values in [matrix, vectors] {
        for k in 0..size {
            let (x, y) = turn(values[p * size + k], values[q * size + k]);
            values[p * size + k] = x;
            values[q * size + k] = y;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_matrix() {
        let pairs = symmetric_eigen(vec![2.0, 1.0, 0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 5.0], 3);
        let values: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
        for (value, expected) in values.iter().zip([5.0, 3.0, 1.0]) {
            assert!((value - expected).abs() < 1e-14);
        }
        assert_eq!(pairs[0].1, [0.0, 0.0, 1.0]);
        let diagonal = 0.5f64.sqrt();
        assert!(
            pairs[1].1[..2]
                .iter()
                .all(|value| (value.abs() - diagonal).abs() < 1e-14)
        );
    }
}
