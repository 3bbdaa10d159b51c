//! The sizes of clusters on their way to becoming one: how uneven they are, and the smallest.
//!
//! Knows sizes only. Sums are whole numbers, kept by binary indexed trees (P. M. Fenwick, "A new data
//! structure for cumulative frequency tables", Software: Practice and Experience 24, 1994), so a merge takes
//! time in the logarithm of the rows, and nothing is rounded.

/// Sizes of clusters, at first all 1.
pub(super) struct Sizes {
    rows: usize,
    clusters: usize,
    /// How many clusters have each size.
    counts: Vec<u32>,
    /// Sums over these: how many clusters, and their rows.
    below: Vec<(u64, u64)>,
    smallest: usize,
    /// The sum of the differences of all pairs of sizes.
    differences: u64,
}

impl Sizes {
    pub fn new(rows: usize) -> Self {
        let mut sizes = Self {
            rows,
            clusters: rows,
            counts: vec![0; rows + 1],
            below: vec![(0, 0); rows + 1],
            smallest: 1,
            differences: 0,
        };
        sizes.counts[1] = rows as u32;
        sizes.change(1, |sum| {
            sum.0 += rows as u64;
            sum.1 += rows as u64;
        });
        sizes
    }

    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// The least size that a cluster has.
    pub fn smallest(&self) -> usize {
        self.smallest
    }

    /// The normalised Gini index of the sizes, `Σ|a - b| / ((clusters - 1)·rows)` over all pairs, as in
    /// the paper: 0 where all are equal, near 1 where all are single rows but one that holds the rest.
    pub fn gini(&self) -> f64 {
        self.differences as f64 / (self.rows as f64 * (self.clusters as f64 - 1.0).max(1.0))
    }

    /// Makes one cluster of two that have these sizes.
    pub fn join(&mut self, a: usize, b: usize) {
        for size in [a, b] {
            self.counts[size] -= 1;
            self.change(size, |sum| {
                sum.0 -= 1;
                sum.1 -= size as u64;
            });
            self.differences -= self.to_all(size);
        }
        let size = a + b;
        self.differences += self.to_all(size);
        self.counts[size] += 1;
        self.change(size, |sum| {
            sum.0 += 1;
            sum.1 += size as u64;
        });
        self.clusters -= 1;
        while self.counts[self.smallest] == 0 {
            self.smallest += 1;
        }
    }

    /// The sum of the differences of this size from all.
    fn to_all(&self, size: usize) -> u64 {
        let (count, rows) = self.up_to(size);
        let (all, all_rows) = self.up_to(self.rows);
        let size = size as u64;
        (size * count - rows) + ((all_rows - rows) - size * (all - count))
    }

    fn up_to(&self, size: usize) -> (u64, u64) {
        let (mut count, mut rows, mut at) = (0, 0, size);
        while at > 0 {
            count += self.below[at].0;
            rows += self.below[at].1;
            at &= at - 1;
        }
        (count, rows)
    }

    fn change(&mut self, size: usize, by: impl Fn(&mut (u64, u64))) {
        let mut at = size;
        while at <= self.rows {
            by(&mut self.below[at]);
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use numeric::random::Random;

    #[test]
    fn equals_the_definition() {
        let mut random = Random::new(4);
        let mut plain = vec![1usize; 60];
        let mut sizes = Sizes::new(60);
        while plain.len() > 1 {
            let a = plain.swap_remove(random.below(plain.len()));
            let b = plain.swap_remove(random.below(plain.len()));
            plain.push(a + b);
            sizes.join(a, b);
            let mut differences = 0;
            for (at, x) in plain.iter().enumerate() {
                differences += plain[..at].iter().map(|y| x.abs_diff(*y)).sum::<usize>();
            }
            let gini = differences as f64 / (60 * (plain.len() - 1).max(1)) as f64;
            assert_eq!(sizes.gini(), gini);
            assert_eq!(Some(&sizes.smallest()), plain.iter().min());
            assert_eq!(sizes.clusters(), plain.len());
        }
    }
}
