//! Arrays, distances, random numbers and sums for every other kernel.
//!
//! Holds what kernels share and nothing that knows a method: no clustering, no forecasting, no retail
//! word, no file, no clock. Everything here gives the same bytes for the same input and seed, on any
//! number of threads.
//!
//! ```text
//! Matrix        new(Vec<f64>, rows, cols) -> Result<Matrix>; view(); into_data()
//! MatrixView    new(&[f64], rows, cols) -> Result<MatrixView>; rows(); cols(); data(); row(i); take(&[usize]) -> Matrix
//! MAGNITUDE_MAX largest absolute value a matrix may hold
//! distance      squared_euclidean(&[f64], &[f64]) -> f64
//!               PackedRows::new(MatrixView); len(); replace(place, &[f64]); squared_distances(&[f64], &mut [f64])
//!               PackedRows::squared_distances_from(first, &[f64], &mut [f64])
//! random        Random::new(seed); Random::stream(seed, index); derive(seed, index) -> u64
//!               next_u64(); below(n); unit_f64(); normal(); weighted(&[f64]); shuffle(&mut [T]); sample(n, count)
//! sum           sum(&[f64]) -> f64; Compensated { add, total }; ExactSum { add, merge, total }
//! chunks        rows_per_chunk(rows); map(rows, |Range| T) -> Vec<T>; sum(rows, |Range| f64) -> f64
//! distinct      DistinctPairs::default(); push(group, value); take(groups) -> (offsets, values); bytes()
//! tail          ln_gamma(x); student_t_two_sided(t, degrees)
//! Progress      tick(done, total); cancelled() -> bool; Silent
//! ```
#![deny(unsafe_code)]

pub mod chunks;
pub mod distance;
pub mod distinct;
mod error;
mod matrix;
mod progress;
pub mod random;
pub mod sum;
pub mod tail;

pub use error::Error;
pub use matrix::{MAGNITUDE_MAX, Matrix, MatrixView};
pub use progress::{Progress, Silent};
