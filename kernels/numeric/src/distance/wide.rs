//! The inner loop of many distances, compiled once for each vector unit and chosen when it runs.
//!
//! Holds one loop and the choice. Every variant is that same loop: additions keep their order and nothing is
//! contracted, so all give the same bits. It must not know how rows are packed beyond groups of eight.
//!
//! `bench/kmeans.py` shows what it gains.
#![allow(unsafe_code)]

use super::LANES;

/// Writes the squared distance from `row` to each packed row into `out`; `groups` holds `row.len()` columns of eight
/// packed rows after one another.
#[inline]
pub(super) fn squared_distances(groups: &[[f64; LANES]], row: &[f64], out: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512F, the one thing that the call requires.
            return unsafe { with_avx512(groups, row, out) };
        }
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2, the one thing that the call requires.
            return unsafe { with_avx2(groups, row, out) };
        }
    }
    any(groups, row, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn with_avx512(groups: &[[f64; LANES]], row: &[f64], out: &mut [f64]) {
    any(groups, row, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(groups: &[[f64; LANES]], row: &[f64], out: &mut [f64]) {
    any(groups, row, out);
}

#[inline(always)]
fn any(groups: &[[f64; LANES]], row: &[f64], out: &mut [f64]) {
    let cols = row.len();
    // Two groups are summed side by side: one sum waits for its last addition, the other fills the unit meanwhile.
    // Three or four were slower.
    let whole = out.len() / (2 * LANES) * 2;
    let (pairs, rest) = out.split_at_mut(whole * LANES);
    let (blocks, groups) = groups.split_at(whole * cols);
    let each = pairs.chunks_exact_mut(2 * LANES);
    for (out, block) in each.zip(blocks.chunks_exact(2 * cols)) {
        let (first, second) = block.split_at(cols);
        let mut totals = [[0.0; LANES]; 2];
        for ((&x, a), b) in row.iter().zip(first).zip(second) {
            add_squares(x, a, &mut totals[0]);
            add_squares(x, b, &mut totals[1]);
        }
        out[..LANES].copy_from_slice(&totals[0]);
        out[LANES..].copy_from_slice(&totals[1]);
    }
    for (out, group) in rest.chunks_mut(LANES).zip(groups.chunks(cols)) {
        let mut totals = [0.0; LANES];
        for (&x, ys) in row.iter().zip(group) {
            add_squares(x, ys, &mut totals);
        }
        out.copy_from_slice(&totals[..out.len()]);
    }
}

#[inline(always)]
fn add_squares(x: f64, ys: &[f64; LANES], totals: &mut [f64; LANES]) {
    for lane in 0..LANES {
        let difference = x - ys[lane];
        totals[lane] += difference * difference;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::random::Random;

    /// Every variant that this processor has gives the bits of the plain one.
    #[test]
    fn every_vector_unit_gives_the_same_bits() {
        let mut random = Random::new(11);
        for (packed, cols) in [
            (1, 1),
            (3, 7),
            (8, 4),
            (17, 12),
            (48, 16),
            (50, 16),
            (200, 64),
        ] {
            let groups: Vec<[f64; LANES]> = (0..usize::div_ceil(packed, LANES) * cols)
                .map(|_| std::array::from_fn(|_| random.normal()))
                .collect();
            let row: Vec<f64> = (0..cols).map(|_| random.normal()).collect();
            let mut plain = vec![0.0; packed];
            any(&groups, &row, &mut plain);
            let mut chosen = vec![0.0; packed];
            squared_distances(&groups, &row, &mut chosen);
            assert_eq!(plain, chosen);
            #[cfg(target_arch = "x86_64")]
            if std::is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has AVX2.
                unsafe { with_avx2(&groups, &row, &mut chosen) };
                assert_eq!(plain, chosen);
            }
        }
    }
}
