//! The population stability index of every column.
//!
//! Bins come from the earlier values alone, so that later ones are measured on a fixed scale.

use numeric::MatrixView;
use rayon::prelude::*;

use super::ColumnDrift;

/// The index of each column, in order.
pub(super) fn columns(
    before: MatrixView<'_>,
    now: MatrixView<'_>,
    bins: usize,
) -> Vec<ColumnDrift> {
    (0..before.cols())
        .into_par_iter()
        .map(|column| {
            let values = |of: MatrixView<'_>| -> Vec<f64> {
                (0..of.rows()).map(|row| of.row(row)[column]).collect()
            };
            let mut before = values(before);
            before.sort_unstable_by(f64::total_cmp);
            let (stability_index, by_chance) = index(&before, &values(now), bins);
            ColumnDrift {
                column,
                stability_index,
                by_chance,
            }
        })
        .collect()
}

/// The index of later values against earlier ones, which are sorted, and the index by chance.
fn index(before: &[f64], now: &[f64], bins: usize) -> (f64, f64) {
    let edges = edges(before, bins);
    let counts = |values: &[f64]| {
        let mut counts = vec![0usize; edges.len() + 1];
        for value in values {
            counts[edges.partition_point(|edge| edge <= value)] += 1;
        }
        counts
    };
    let (earlier, later) = (counts(before), counts(now));
    // A bin that nobody was ever in is none.
    let pairs: Vec<(usize, usize)> = earlier
        .into_iter()
        .zip(later)
        .filter(|pair| *pair != (0, 0))
        .collect();
    let half_each = pairs.len() as f64 / 2.0;
    let (n, m) = (before.len() as f64, now.len() as f64);
    let mut total = 0.0;
    for &(earlier, later) in &pairs {
        let p = (earlier as f64 + 0.5) / (n + half_each);
        let q = (later as f64 + 0.5) / (m + half_each);
        total += (q - p) * (q / p).ln();
    }
    let used = pairs.iter().filter(|(earlier, _)| *earlier > 0).count();
    (total, used.saturating_sub(1) as f64 * (1.0 / n + 1.0 / m))
}

/// Lower edges of all bins but the first: the quantiles of the sorted values, each value once, and where a
/// value fills a bin by itself the next number above it, too.
fn edges(sorted: &[f64], bins: usize) -> Vec<f64> {
    let mut quantiles: Vec<f64> = (0..bins)
        .map(|bin| sorted[bin * sorted.len() / bins])
        .collect();
    quantiles.dedup();
    let mut edges = Vec::new();
    for value in quantiles {
        let from = sorted.partition_point(|other| *other < value);
        let to = sorted.partition_point(|other| *other <= value);
        let fills_a_bin = (to - from) * bins >= sorted.len() && to - from > 1;
        if from > 0 || fills_a_bin {
            edges.push(value);
        }
        if fills_a_bin {
            edges.push(value.next_up());
        }
    }
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Halves of 2 and 2 against 1 and 3, with 1/2 added to each: shares 1/2, 1/2 and .3, .7.
        let (index, by_chance) = index(&[1.0, 2.0, 3.0, 4.0], &[1.5, 3.0, 3.5, 9.0], 2);
        let expected = -0.2 * (0.3f64 / 0.5).ln() + 0.2 * (0.7f64 / 0.5).ln();
        assert!((index - expected).abs() < 1e-15);
        assert_eq!(by_chance, 0.5);
    }

    #[test]
    fn a_constant_that_changes_is_seen() {
        let (same, by_chance) = index(&[2.0; 50], &[2.0; 50], 10);
        assert_eq!((same, by_chance), (0.0, 0.0));
        for other in [1.0, 3.0] {
            assert!(index(&[2.0; 50], &[other; 50], 10).0 > 5.0);
        }
        // Half zeros, as counts have them: zeros keep a bin of their own.
        let mut many = vec![0.0; 50];
        many.extend((1..=50).map(f64::from));
        assert_eq!(edges(&many, 4), [0.0, 0.0f64.next_up(), 1.0, 26.0]);
    }
}
