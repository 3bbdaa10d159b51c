//! Arrays, distances, random numbers and sums for every other kernel.
//!
//! Holds what kernels share and nothing that knows a method: no clustering, no forecasting, no retail
//! word, no file, no clock. Everything here gives the same bytes for the same input and seed, on any
//! number of threads.
//!
//! ```text
//! Real          f64 or f32: MAGNITUDE_MAX; to_f64(); from_f64(f64)
//! Matrix        new(Vec<T>, rows, cols) -> Result<Matrix<T>>; view(); into_data(); T is f64 unless named
//! MatrixView    new(&[T], rows, cols) -> Result<MatrixView<T>>; rows(); cols(); data(); row(i); take(&[usize]) -> Matrix<T>
//! MAGNITUDE_MAX largest absolute value a matrix of f64 may hold
//! distance      squared_euclidean(&[f64 or f32], &[f64 or f32]) -> f64
//!               PackedRows::new(MatrixView); len(); replace(place, &[f64]); squared_distances(&[f64], &mut [f64])
//!               PackedRows::squared_distances_from(first, &[f64], &mut [f64])
//! lanes         widest(Work) -> Work::Output: the work over eight lanes of f32 (Lanes), on the widest unit there is
//! random        Random::new(seed); Random::stream(seed, index); derive(seed, index) -> u64
//!               next_u64(); below(n); unit_f64(); normal(); weighted(&[f64]); shuffle(&mut [T]); sample(n, count)
//! sum           sum(&[f64]) -> f64; Compensated { add, total }; ExactSum { add, merge, total }
//! chunks        rows_per_chunk(rows); map(rows, |Range| T) -> Vec<T>; sum(rows, |Range| f64) -> f64
//! distinct      DistinctPairs::default(); push(group, value); take(groups) -> (offsets, values); bytes()
//! eigen         symmetric_eigen(Vec<f64>, size) -> Vec<(value, vector)>, from the greatest value down
//! tail          ln_gamma(x); student_t_two_sided(t, degrees); fisher_f_above(f, between, within); beta_regularised(a, b, x, rest);
//!               beta_fraction(a, b, x)
//! fractions     beta_fractions(&[a], &[b], &[x]): beta_fraction of many, to the same bits, faster
//! Progress      tick(done, total); cancelled() -> bool; Silent
//! ```
#![deny(unsafe_code)]

pub mod chunks;
pub mod distance;
pub mod distinct;
pub mod eigen;
mod error;
pub mod fractions;
pub mod lanes;
mod matrix;
mod progress;
pub mod random;
mod real;
pub mod sum;
pub mod tail;

pub use error::Error;
pub use matrix::{MAGNITUDE_MAX, Matrix, MatrixView};
pub use progress::{Part, Progress, Silent};
pub use real::Real;
