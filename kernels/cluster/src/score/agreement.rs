//! How far two labellings of the same rows agree, whatever the names of their clusters.
//!
//! Holds the three scores in use; matching one labelling's clusters to the other's is `matching`'s.

use numeric::sum::Compensated;

use crate::{Error, error::require_size, grouping::Grouping};

/// Agreement of two labellings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Adjusted Rand index: 1 same grouping, 0 as by chance, may be negative.
    pub adjusted_rand: f64,
    /// Normalised mutual information, 0 to 1, by the mean of both entropies.
    pub normalised_mutual: f64,
    /// Adjusted mutual information: 1 same grouping, 0 as by chance, by the mean of both entropies.
    pub adjusted_mutual: f64,
}

/// The table of two labellings: rows in each pair of groups.
struct Contingency {
    rows: usize,
    a: Vec<usize>,
    b: Vec<usize>,
    /// Pairs of groups that have rows, in order, and how many.
    cells: Vec<((usize, usize), usize)>,
}

impl Contingency {
    fn new(a: &[u32], b: &[u32]) -> Result<Self, Error> {
        require_size("labels", "rows", b.len(), a.len())?;
        let (a, b) = (Grouping::new(a), Grouping::new(b));
        let mut pairs: Vec<(usize, usize)> = a
            .group
            .iter()
            .copied()
            .zip(b.group.iter().copied())
            .collect();
        pairs.sort_unstable();
        let cells = pairs
            .chunk_by(|x, y| x == y)
            .map(|run| (run[0], run.len()))
            .collect();
        Ok(Self {
            rows: a.group.len(),
            a: a.sizes,
            b: b.sizes,
            cells,
        })
    }

    /// Both say the same: one group each, or a group per row each, or the same groups.
    fn same(&self) -> bool {
        self.cells.len() == self.a.len() && self.cells.len() == self.b.len()
    }
}

/// The adjusted Rand index of two labellings (L. Hubert, P. Arabie, "Comparing partitions", J. Classif. 2,
/// 1985, equation 5). 1 where both have no rows.
///
/// # Errors
/// [`Error::Mismatch`] where they label different numbers of rows.
pub fn adjusted_rand(a: &[u32], b: &[u32]) -> Result<f64, Error> {
    Ok(rand_of(&Contingency::new(a, b)?))
}

/// All three scores of two labellings. Time grows with rows × clusters.
///
/// # Errors
/// [`Error::Mismatch`] where they label different numbers of rows.
pub fn agreement(a: &[u32], b: &[u32]) -> Result<Agreement, Error> {
    let table = Contingency::new(a, b)?;
    let adjusted_rand = rand_of(&table);
    if table.same() {
        return Ok(Agreement {
            adjusted_rand,
            normalised_mutual: 1.0,
            adjusted_mutual: 1.0,
        });
    }
    let mutual = mutual_information(&table);
    let mean = (entropy(&table.a, table.rows) + entropy(&table.b, table.rows)) / 2.0;
    let chance = mutual_by_chance(&table);
    // As scikit-learn: a denominator of 0 is kept from dividing, with its sign.
    let room = mean - chance;
    let room = if room < 0.0 {
        room.min(-f64::EPSILON)
    } else {
        room.max(f64::EPSILON)
    };
    Ok(Agreement {
        adjusted_rand,
        normalised_mutual: mutual / mean,
        adjusted_mutual: (mutual - chance) / room,
    })
}

fn rand_of(table: &Contingency) -> f64 {
    if table.same() {
        return 1.0;
    }
    // Pairs are counted in whole numbers, so the index does not depend on any order.
    let pairs = |size: usize| (size as u128) * (size as u128).saturating_sub(1) / 2;
    let both: u128 = table.cells.iter().map(|&(_, count)| pairs(count)).sum();
    let in_a: u128 = table.a.iter().copied().map(pairs).sum();
    let in_b: u128 = table.b.iter().copied().map(pairs).sum();
    let chance = in_a as f64 * in_b as f64 / pairs(table.rows) as f64;
    (both as f64 - chance) / ((in_a + in_b) as f64 / 2.0 - chance)
}

fn entropy(sizes: &[usize], rows: usize) -> f64 {
    let mut total = Compensated::default();
    for &size in sizes {
        let share = size as f64 / rows as f64;
        total.add(-share * share.ln());
    }
    total.total()
}

fn mutual_information(table: &Contingency) -> f64 {
    let rows = table.rows as f64;
    let mut total = Compensated::default();
    for &((a, b), count) in &table.cells {
        let count = count as f64;
        let by_chance = table.a[a] as f64 * table.b[b] as f64 / rows;
        total.add(count / rows * (count / by_chance).ln());
    }
    total.total().max(0.0)
}

/// Mean mutual information of labellings with these sizes but random rows (N. X. Vinh, J. Epps, J. Bailey,
/// "Information Theoretic Measures for Clusterings Comparison", JMLR 11, 2010, equation 24a).
fn mutual_by_chance(table: &Contingency) -> f64 {
    let rows = table.rows;
    // ln n! for every n that occurs, summed once.
    let mut running = Compensated::default();
    let mut ln_factorial = Vec::with_capacity(rows + 1);
    ln_factorial.push(0.0);
    for n in 1..=rows {
        running.add((n as f64).ln());
        ln_factorial.push(running.total());
    }
    let mut total = Compensated::default();
    for &a in &table.a {
        for &b in &table.b {
            let fixed =
                ln_factorial[a] + ln_factorial[b] + ln_factorial[rows - a] + ln_factorial[rows - b]
                    - ln_factorial[rows];
            for count in (a + b).saturating_sub(rows).max(1)..=a.min(b) {
                let share = count as f64 / rows as f64;
                let gain = (count as f64 * rows as f64 / (a as f64 * b as f64)).ln();
                let ln_chance = fixed
                    - ln_factorial[count]
                    - ln_factorial[a - count]
                    - ln_factorial[b - count]
                    - ln_factorial[rows + count - a - b];
                total.add(share * gain * ln_chance.exp());
            }
        }
    }
    total.total()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::random::Random;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_scikit_learn() {
        let check = |a: &[u32], b: &[u32], expected: f64| {
            assert!((adjusted_rand(a, b).unwrap() - expected).abs() < 1e-12);
        };
        check(&[0, 0, 1, 1], &[1, 1, 0, 0], 1.0);
        check(&[0, 0, 1, 2], &[0, 0, 1, 1], 0.571_428_571_428_571_4);
        check(&[0, 0, 1, 1], &[0, 0, 1, 2], 0.571_428_571_428_571_4);
        check(&[0, 0, 0, 0], &[0, 1, 2, 3], 0.0);
        check(&[0, 0, 1, 1], &[0, 1, 0, 1], -0.5);
        check(&[], &[], 1.0);
        check(&[4], &[9], 1.0);
        let halves = agreement(&[0, 0, 0, 0], &[0, 1, 2, 3]).unwrap();
        assert_eq!(
            (halves.normalised_mutual, halves.adjusted_mutual),
            (0.0, 0.0)
        );
        assert!(agreement(&[0], &[0, 1]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn names_order_and_sides_do_not_matter(
            pairs in prop::collection::vec((0u32..5, 0u32..4), 1..60), seed in 0u64..1_000,
        ) {
            let (a, b): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
            let score = agreement(&a, &b).unwrap();
            let close = |other: Agreement| {
                (score.adjusted_rand - other.adjusted_rand).abs() < 1e-12
                    && (score.normalised_mutual - other.normalised_mutual).abs() < 1e-12
                    && (score.adjusted_mutual - other.adjusted_mutual).abs() < 1e-9
            };
            prop_assert!(close(agreement(&b, &a).unwrap()));
            let renamed: Vec<u32> = a.iter().map(|label| 1_000_000 - label * 3).collect();
            prop_assert!(close(agreement(&renamed, &b).unwrap()));
            let mut mixed = pairs.clone();
            Random::new(seed).shuffle(&mut mixed);
            let (a, b): (Vec<u32>, Vec<u32>) = mixed.into_iter().unzip();
            prop_assert!(close(agreement(&a, &b).unwrap()));
            prop_assert!(score.adjusted_rand <= 1.0 && score.normalised_mutual <= 1.0 + 1e-12);
        }
    }
}
