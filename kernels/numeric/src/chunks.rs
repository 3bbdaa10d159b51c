//! Work cut into chunks that depend on the number of rows alone.
//!
//! Threads come and go, the chunks stay, and their results are joined in chunk order: that is what
//! makes a parallel sum give the same bytes on one thread and on sixty.

use std::ops::Range;

use rayon::prelude::*;

use crate::sum::Compensated;

/// Below this a chunk costs more to hand over than to compute.
const ROWS_MIN: usize = 512;
/// More chunks than this only cost memory for partial results.
const CHUNKS_MAX: usize = 256;

/// Rows in each chunk (the last may be shorter): 512, or what makes at most 256 chunks.
pub fn rows_per_chunk(rows: usize) -> usize {
    ROWS_MIN.max(rows.div_ceil(CHUNKS_MAX))
}

/// Calls `work` for the row range of every chunk, in parallel; results come in chunk order.
pub fn map<T: Send>(rows: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let step = rows_per_chunk(rows);
    (0..rows.div_ceil(step))
        .into_par_iter()
        .map(|chunk| work(chunk * step..rows.min((chunk + 1) * step)))
        .collect()
}

/// Adds what `work` gives for every chunk, in chunk order.
pub fn sum(rows: usize, work: impl Fn(Range<usize>) -> f64 + Sync) -> f64 {
    let mut total = Compensated::default();
    for part in map(rows, work) {
        total.add(part);
    }
    total.total()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_every_row_once() {
        for rows in [0, 1, 511, 512, 513, 5_000, 200_001] {
            let ranges = map(rows, |range| range);
            let mut next = 0;
            for range in ranges {
                assert_eq!(range.start, next);
                assert!(range.end > range.start);
                next = range.end;
            }
            assert_eq!(next, rows);
        }
    }
}
