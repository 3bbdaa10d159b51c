//! How well clusters agree with a truth, counted in pairs of rows. Holds no clustering.

/// Pairs of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairs {
    /// Together in the clusters.
    pub said: u64,
    /// Together in truth.
    pub truly: u64,
    /// Together in both.
    pub both: u64,
}

/// Counts pairs of rows given as (cluster, truth); a row without a cluster is together with none.
pub fn pairs<C: Ord + Copy, T: Ord + Copy>(rows: &[(Option<C>, T)]) -> Pairs {
    let mut truths: Vec<T> = rows.iter().map(|row| row.1).collect();
    let clustered = rows.iter().filter_map(|row| Some((row.0?, row.1)));
    let mut clustered: Vec<(C, T)> = clustered.collect();
    truths.sort_unstable();
    clustered.sort_unstable();
    let among = |rows: usize| rows as u64 * (rows as u64).saturating_sub(1) / 2;
    Pairs {
        said: clustered
            .chunk_by(|a, b| a.0 == b.0)
            .map(|run| among(run.len()))
            .sum(),
        truly: truths
            .chunk_by(|a, b| a == b)
            .map(|run| among(run.len()))
            .sum(),
        both: clustered
            .chunk_by(|a, b| a == b)
            .map(|run| among(run.len()))
            .sum(),
    }
}

impl Pairs {
    /// Share of the pairs said that are true; 1 where none is said.
    pub fn precision(self) -> f64 {
        if self.said == 0 {
            1.0
        } else {
            self.both as f64 / self.said as f64
        }
    }

    /// Share of the true pairs that are said; 1 where there is none.
    pub fn recall(self) -> f64 {
        if self.truly == 0 {
            1.0
        } else {
            self.both as f64 / self.truly as f64
        }
    }

    /// Harmonic mean of precision and recall; 0 where both are.
    pub fn f1(self) -> f64 {
        2.0 * self.both as f64 / (self.said + self.truly).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted() {
        // Said: two of (a, a), and b with b; truly: the first three, and the last two.
        let rows = [
            (Some('a'), 1),
            (Some('a'), 1),
            (None, 1),
            (Some('b'), 2),
            (Some('b'), 3),
            (None, 3),
        ];
        let got = pairs(&rows);
        assert_eq!(
            got,
            Pairs {
                said: 2,
                truly: 4,
                both: 1
            }
        );
        assert_eq!((got.precision(), got.recall()), (0.5, 0.25));
        assert!((got.f1() - 1.0 / 3.0).abs() < 1e-12);
        let none: [(Option<u8>, u8); 1] = [(None, 1)];
        assert_eq!(pairs(&none).precision(), 1.0);
    }
}
