//! The leading right singular vectors of a sparse matrix.
//!
//! Subspace iteration from random directions, with more of them than asked for (N. Halko, P. G. Martinsson,
//! J. A. Tropp, "Finding structure with randomness", SIAM Review 53, 2011, algorithms 4.4 and 5.1); orthonormal by
//! Cholesky's factors of the Gram matrix, twice (Y. Yamamoto and others, "Roundoff error analysis of the CholeskyQR2
//! algorithm", ETNA 44, 2015). Numbers are `f32`, Gram matrices `f64`.

use numeric::{
    Progress,
    eigen::symmetric_eigen,
    lanes::{Lanes, Work, widest},
    random::Random,
};
use rayon::prelude::*;

use crate::{
    Error,
    dense::{Panels, add_in, gram},
    error::go_on,
    sparse::Sparse,
};

/// Directions beyond those asked for.
const SPARE: usize = 16;
/// Rows of a piece of work.
const ROWS_PER_CHUNK: usize = 384;
/// Added to the diagonal, as a share of its mean, so that directions that vanish stay finite.
const SHIFT: f64 = 1e-9;

/// Columns × `wanted` (or fewer, where the matrix is smaller) orthonormal vectors, row by row, their number and the
/// singular values, greatest first. The greatest part of a vector is above 0.
pub(crate) fn right_vectors(
    of: &Sparse,
    wanted: usize,
    rounds: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<(Vec<f32>, usize, Vec<f32>), Error> {
    let turned = of.transpose();
    let width = (wanted + SPARE).min(of.cols()).min(of.rows());
    let draw = |row: usize| {
        let mut random = Random::stream(seed, row as u64);
        (0..width).map(move |_| random.normal() as f32)
    };
    let drawn = (0..of.cols()).into_par_iter().flat_map_iter(draw).collect();
    let mut basis = orthonormal(drawn, width);
    for round in 0..rounds as u64 {
        go_on(progress)?;
        basis = orthonormal(times(&turned, &times(of, &basis, width), width), width);
        progress.tick(round + 1, rounds as u64);
    }
    let pairs = symmetric_eigen(gram(&times(of, &basis, width), width), width);
    let kept = wanted.min(width);
    let axes: Vec<f32> = pairs[..kept]
        .iter()
        .flat_map(|pair| &pair.1)
        .map(|&v| v as f32)
        .collect();
    let mut vectors = multiplied(&basis, &Panels::from_rows(&axes, width));
    fix_signs(&mut vectors, kept);
    let values = pairs[..kept]
        .iter()
        .map(|pair| pair.0.max(0.0).sqrt() as f32)
        .collect();
    Ok((vectors, kept, values))
}

/// A sparse matrix times a tall one.
fn times(sparse: &Sparse, tall: &[f32], width: usize) -> Vec<f32> {
    let mut out = vec![0.0; sparse.rows() * width];
    let chunks = out
        .par_chunks_mut((ROWS_PER_CHUNK * width).max(1))
        .enumerate();
    chunks.for_each(|(chunk, out)| {
        widest(Times {
            sparse,
            tall,
            width,
            first: chunk * ROWS_PER_CHUNK,
            out,
        });
    });
    out
}

struct Times<'a> {
    sparse: &'a Sparse,
    tall: &'a [f32],
    width: usize,
    first: usize,
    out: &'a mut [f32],
}

impl Work for Times<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (place, out) in self.out.chunks_exact_mut(self.width).enumerate() {
            for (col, weight) in self.sparse.row(self.first + place).pairs() {
                let from = &self.tall[col * self.width..(col + 1) * self.width];
                add_in(lanes, out, weight, from);
            }
        }
    }
}

/// A tall matrix times a small one.
fn multiplied(tall: &[f32], small: &Panels) -> Vec<f32> {
    let rows = tall.len() / small.depth().max(1);
    let mut out = vec![0.0; rows * small.cols()];
    let chunks = out.par_chunks_mut((ROWS_PER_CHUNK * small.cols()).max(1));
    let from = tall.par_chunks((ROWS_PER_CHUNK * small.depth()).max(1));
    chunks
        .zip(from)
        .for_each(|(out, tall)| small.product(tall, out));
    out
}

/// Orthonormal columns that span the same.
fn orthonormal(mut tall: Vec<f32>, width: usize) -> Vec<f32> {
    for _ in 0..2 {
        let inverse = inverse_of_upper(&gram(&tall, width), width);
        tall = multiplied(&tall, &Panels::from_matrix(&inverse, width));
    }
    tall
}

/// `R⁻¹` of `RᵀR`, row by row.
fn inverse_of_upper(gram: &[f64], size: usize) -> Vec<f32> {
    let trace: f64 = (0..size).map(|k| gram[k * size + k]).sum();
    let shift = SHIFT * trace / (size as f64).max(1.0) + f64::MIN_POSITIVE;
    // Lower factor, row by row: L Lᵀ.
    let mut lower = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let (a, b) = (
                &lower[i * size..i * size + j],
                &lower[j * size..j * size + j],
            );
            let sum: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            let left = gram[i * size + j] - sum;
            lower[i * size + j] = match i == j {
                true => (left + shift).max(shift).sqrt(),
                false => left / lower[j * size + j],
            };
        }
    }
    // Row j of the inverse's transpose solves L y = e_j; that is column j of R⁻ᵀ, so R⁻¹ row by row.
    let solve = |j: usize| {
        let mut y = vec![0.0f64; size];
        y[j] = 1.0 / lower[j * size + j];
        for i in j + 1..size {
            let known = lower[i * size + j..i * size + i].iter().zip(&y[j..i]);
            let sum: f64 = known.map(|(l, y)| l * y).sum();
            y[i] = -sum / lower[i * size + i];
        }
        y.into_iter()
            .map(|value| value as f32)
            .collect::<Vec<f32>>()
    };
    (0..size).into_par_iter().flat_map_iter(solve).collect()
}

/// A vector and its opposite are equally right.
fn fix_signs(vectors: &mut [f32], cols: usize) {
    let mut greatest = vec![0.0f32; cols];
    for row in vectors.chunks_exact(cols.max(1)) {
        for (greatest, value) in greatest.iter_mut().zip(row) {
            if value.abs() > greatest.abs() * 1.000_1 {
                *greatest = *value;
            }
        }
    }
    for row in vectors.chunks_exact_mut(cols.max(1)) {
        for (value, greatest) in row.iter_mut().zip(&greatest) {
            *value *= greatest.signum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::blocks;
    use numeric::Silent;

    #[test]
    fn vectors_are_orthonormal_and_eigenvectors_of_the_gram_matrix() {
        let of = blocks(3);
        let found = right_vectors(&of, 5, 30, 1, &Silent).expect("not cancelled");
        let (vectors, cols, values) = found;
        assert_eq!(cols, 5);
        assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
        let products = gram(&vectors, cols);
        let image = times(&of.transpose(), &times(&of, &vectors, cols), cols);
        for i in 0..cols {
            for j in 0..cols {
                let want = if i == j { 1.0 } else { 0.0 };
                assert!((products[i * cols + j] - want).abs() < 1e-5);
            }
            for item in 0..60 {
                let at = item * cols + i;
                let want = values[i] * values[i] * vectors[at];
                assert!((image[at] - want).abs() < 0.02 * values[0], "{i} {item}");
            }
        }
    }

    #[test]
    fn a_matrix_smaller_than_what_is_asked_for() {
        let of = Sparse::from_lists(3, &[vec![0, 1], vec![2]]).expect("legal");
        let (vectors, cols, values) = right_vectors(&of, 9, 5, 1, &Silent).expect("not cancelled");
        assert_eq!((cols, vectors.len()), (2, 6));
        assert!((values[0] - 2f32.sqrt()).abs() < 1e-4 && (values[1] - 1.0).abs() < 1e-4);
    }
}
