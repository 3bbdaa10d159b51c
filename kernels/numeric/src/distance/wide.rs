//! The inner loop of many distances, compiled once for each vector unit and chosen when it runs.
//!
//! Holds one loop and the choice. Every variant is that same loop: additions keep their order and nothing is
//! contracted, so all give the same bits. It must not know how rows are packed beyond groups of eight.
//!
//! `bench/kmeans.py` shows what it gains.
#![allow(unsafe_code)]

use super::LANES;

/// Compiles a loop for each vector unit and runs it on the widest of this processor.
macro_rules! widest {
    ($(#[$told:meta])* $name:ident, $avx512:ident, $avx2:ident, $any:ident, ($($arg:ident: $kind:ty),*)) => {
        $(#[$told])*
        #[inline]
        pub(super) fn $name($($arg: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            {
                if std::is_x86_feature_detected!("avx512f") {
                    // SAFETY: the processor has AVX-512F, the one thing that the call requires.
                    return unsafe { $avx512($($arg),*) };
                }
                if std::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has AVX2, the one thing that the call requires.
                    return unsafe { $avx2($($arg),*) };
                }
            }
            $any($($arg),*);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f")]
        fn $avx512($($arg: $kind),*) {
            $any($($arg),*);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn $avx2($($arg: $kind),*) {
            $any($($arg),*);
        }
    };
}

widest! {
    /// Writes the squared distance from `row` to each packed row into `out`; `groups` holds `row.len()` columns of eight
    /// packed rows after one another.
    squared_distances, distances_avx512, distances_avx2, any,
    (groups: &[[f64; LANES]], row: &[f64], out: &mut [f64])
}

widest! {
    /// Writes the squared distance from each packed row to a box into `out`; `groups` as above, the box by its least
    /// and greatest value in each column.
    squared_gaps, gaps_avx512, gaps_avx2, any_gaps,
    (groups: &[[f64; LANES]], low: &[f64], high: &[f64], out: &mut [f64])
}

widest! {
    /// The squared distance between two boxes, each its least values and then its greatest ones, or a little less: four
    /// columns are summed side by side, and rounding must not put the sum above a distance.
    squared_gap, gap_avx512, gap_avx2, any_gap,
    (a: &[f64], b: &[f64], out: &mut f64)
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

#[inline(always)]
fn any_gaps(groups: &[[f64; LANES]], low: &[f64], high: &[f64], out: &mut [f64]) {
    for (out, group) in out.chunks_mut(LANES).zip(groups.chunks_exact(low.len())) {
        let mut totals = [0.0; LANES];
        for ((&low, &high), values) in low.iter().zip(high).zip(group) {
            for lane in 0..LANES {
                let gap = greater(greater(low - values[lane], values[lane] - high), 0.0);
                totals[lane] += gap * gap;
            }
        }
        out.copy_from_slice(&totals[..out.len()]);
    }
}

#[inline(always)]
fn any_gap(a: &[f64], b: &[f64], out: &mut f64) {
    let cols = a.len() / 2;
    let (a_low, a_high) = a.split_at(cols);
    let (b_low, b_high) = b.split_at(cols);
    let mut sums = [0.0; 4];
    let whole = cols / 4 * 4;
    for from in (0..whole).step_by(4) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += side(a_low, a_high, b_low, b_high, from + lane);
        }
    }
    for (lane, col) in (whole..cols).enumerate() {
        sums[lane] += side(a_low, a_high, b_low, b_high, col);
    }
    let total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    // Twice the error that either sum can have.
    *out = total * (1.0 - 2.0 * (cols + 2) as f64 * f64::EPSILON);
}

/// The square of how far two boxes are apart in one column.
#[inline(always)]
fn side(a_low: &[f64], a_high: &[f64], b_low: &[f64], b_high: &[f64], col: usize) -> f64 {
    let gap = greater(b_low[col] - a_high[col], a_low[col] - b_high[col]);
    let gap = greater(gap, 0.0);
    gap * gap
}

/// Not `max`, which minds numbers that are none: there are none here.
#[inline(always)]
fn greater(x: f64, y: f64) -> f64 {
    if x > y { x } else { y }
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
                unsafe { distances_avx2(&groups, &row, &mut chosen) };
                assert_eq!(plain, chosen);
            }
            let high: Vec<f64> = row.iter().map(|low| low + random.unit_f64()).collect();
            any_gaps(&groups, &row, &high, &mut plain);
            squared_gaps(&groups, &row, &high, &mut chosen);
            assert_eq!(plain, chosen);
            let (a, b) = ([&row[..], &high].concat(), [&high[..], &high].concat());
            let (mut plain, mut chosen) = (f64::NAN, 0.0);
            any_gap(&a, &b, &mut plain);
            squared_gap(&a, &b, &mut chosen);
            assert_eq!(plain, chosen);
        }
    }
}
