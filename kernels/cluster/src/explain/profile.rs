//! What makes a cluster: each column's mean inside against all rows, and whether the difference is more
//! than noise.
//!
//! Works on any columns, those the clustering was made of or others. A test on the former is generous,
//! because k-means looked for the difference; the bar on the size of the effect is what keeps small ones
//! out.

use numeric::{MatrixView, chunks, tail::student_t_two_sided};

use super::discovery::q_values;
use crate::{
    Error,
    error::{require, require_size},
    grouping::{Grouping, means},
};

/// When a difference counts. Becomes a [`Profiling`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Share of false alarms tolerated among the differences flagged: above 0 to below 1.
    pub false_discovery_rate: f64,
    /// Least absolute effect flagged, in deviations of the column: 0 to 10.
    pub effect_min: f64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Profiling, Error> {
        let rate = self.false_discovery_rate;
        require(
            rate > 0.0 && rate < 1.0,
            "false_discovery_rate",
            rate,
            "above 0 to below 1",
        )?;
        require(
            (0.0..=10.0).contains(&self.effect_min),
            "effect_min",
            self.effect_min,
            "0 to 10",
        )?;
        Ok(Profiling(self))
    }
}

/// Checked parameters, ready to profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profiling(Params);

/// One column in one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fact {
    /// The column, counted from 0.
    pub column: usize,
    /// Mean of the cluster's rows.
    pub mean: f64,
    /// Mean of all rows.
    pub total_mean: f64,
    /// The cluster's mean where that of all rows is 100; none where that is not above 0.
    pub index: Option<f64>,
    /// Cluster's mean less total mean, in deviations of all rows; 0 for a constant column.
    pub effect: f64,
    /// Chance of such a difference to the other rows if there were none.
    pub p_value: f64,
    /// The share of false alarms if this fact and all stronger ones were flagged.
    pub q_value: f64,
    /// Whether the fact passes both bars.
    pub significant: bool,
}

/// One cluster, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterProfile {
    /// The cluster's id.
    pub cluster: u32,
    /// Its rows.
    pub rows: usize,
    /// One fact for each column, in column order.
    pub facts: Vec<Fact>,
    /// Columns of the significant facts, from the greatest absolute effect down.
    pub top: Vec<usize>,
}

/// Number, and of every column the mean and the sum of squared deviations from it, of some rows.
pub(super) struct Moments {
    pub rows: f64,
    pub mean: Vec<f64>,
    pub squares: Vec<f64>,
}

impl Profiling {
    /// Profiles every cluster that has rows, in order of id.
    ///
    /// The test is Welch's of the cluster against all other rows (B. L. Welch, Biometrika 34, 1947); a
    /// cluster of one row, or of all, is never significant. The false discovery rate is held over all
    /// clusters and columns (Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57, 1995).
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there is not one label per row.
    pub fn profile(
        &self,
        data: MatrixView<'_>,
        labels: &[u32],
    ) -> Result<Vec<ClusterProfile>, Error> {
        require_size("labels", "rows", labels.len(), data.rows())?;
        let grouping = Grouping::of(data, labels)?;
        let all = &moments(data, 1, |_| 0)[0];
        let groups = moments(data, grouping.ids.len(), |row| grouping.group[row]);
        let constant = constant_columns(data);

        let mut profiles = Vec::with_capacity(groups.len());
        for (group, inside) in groups.iter().enumerate() {
            let rest = joined(&groups, group, data.cols());
            let fact = |column: usize| {
                let (mean, total_mean) = (inside.mean[column], all.mean[column]);
                let deviation = (all.squares[column] / (all.rows - 1.0)).sqrt();
                let blank = constant[column];
                Fact {
                    column,
                    mean,
                    total_mean,
                    index: (total_mean > 0.0).then(|| 100.0 * mean / total_mean),
                    effect: if blank {
                        0.0
                    } else {
                        (mean - total_mean) / deviation
                    },
                    p_value: if blank {
                        1.0
                    } else {
                        welch(inside, &rest, column)
                    },
                    q_value: 1.0,
                    significant: false,
                }
            };
            profiles.push(ClusterProfile {
                cluster: grouping.ids[group],
                rows: grouping.sizes[group],
                facts: (0..data.cols()).map(fact).collect(),
                top: Vec::new(),
            });
        }
        self.flag(&mut profiles);
        Ok(profiles)
    }

    /// Sets q-values and flags over all facts, and ranks the flagged ones.
    fn flag(&self, profiles: &mut [ClusterProfile]) {
        let facts: Vec<&mut Fact> = profiles
            .iter_mut()
            .flat_map(|profile| &mut profile.facts)
            .collect();
        let p_values: Vec<f64> = facts.iter().map(|fact| fact.p_value).collect();
        for (fact, q_value) in facts.into_iter().zip(q_values(&p_values)) {
            fact.q_value = q_value;
            fact.significant = q_value <= self.0.false_discovery_rate
                && fact.effect != 0.0
                && fact.effect.abs() >= self.0.effect_min;
        }
        for profile in profiles {
            let mut top: Vec<&Fact> = profile
                .facts
                .iter()
                .filter(|fact| fact.significant)
                .collect();
            top.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
            profile.top = top.into_iter().map(|fact| fact.column).collect();
        }
    }
}

/// Columns whose values are all equal: their means differ by rounding alone.
pub(super) fn constant_columns(data: MatrixView<'_>) -> Vec<bool> {
    let mut constant = vec![true; data.cols()];
    for row in 1..data.rows() {
        for (constant, (value, first)) in constant
            .iter_mut()
            .zip(data.row(row).iter().zip(data.row(0)))
        {
            *constant &= value == first;
        }
    }
    constant
}

pub(super) fn moments(
    data: MatrixView<'_>,
    groups: usize,
    group: impl Fn(usize) -> usize + Sync,
) -> Vec<Moments> {
    let cols = data.cols();
    let (centers, sizes) = means(data, groups, &group);
    // Around the means, in a second pass: sums of plain squares would lose the digits that matter.
    let parts = chunks::map(data.rows(), |range| {
        let mut squares = vec![0.0; groups * cols];
        for row in range {
            let at = group(row) * cols..(group(row) + 1) * cols;
            let pairs = data.row(row).iter().zip(&centers[at.clone()]);
            for (square, (value, mean)) in squares[at].iter_mut().zip(pairs) {
                *square += (value - mean) * (value - mean);
            }
        }
        squares
    });
    let mut squares = vec![0.0; groups * cols];
    for part in parts {
        for (square, part) in squares.iter_mut().zip(part) {
            *square += part;
        }
    }
    let groups = centers
        .chunks_exact(cols)
        .zip(squares.chunks_exact(cols))
        .zip(sizes);
    groups
        .map(|((mean, squares), rows)| Moments {
            rows: rows as f64,
            mean: mean.to_vec(),
            squares: squares.to_vec(),
        })
        .collect()
}

/// The moments of all groups but one.
fn joined(groups: &[Moments], without: usize, cols: usize) -> Moments {
    let mut joined = Moments {
        rows: 0.0,
        mean: vec![0.0; cols],
        squares: vec![0.0; cols],
    };
    let others = groups
        .iter()
        .enumerate()
        .filter(|&(group, _)| group != without);
    for (_, other) in others {
        let rows = joined.rows + other.rows;
        for col in 0..cols {
            let apart = other.mean[col] - joined.mean[col];
            joined.mean[col] += apart * other.rows / rows;
            joined.squares[col] +=
                other.squares[col] + apart * apart * joined.rows * other.rows / rows;
        }
        joined.rows = rows;
    }
    joined
}

/// Two-sided p-value of Welch's t; 1 where one side has fewer than two rows.
fn welch(a: &Moments, b: &Moments, column: usize) -> f64 {
    if a.rows < 2.0 || b.rows < 2.0 {
        return 1.0;
    }
    let of_mean = |side: &Moments| side.squares[column] / (side.rows - 1.0) / side.rows;
    let (from_a, from_b) = (of_mean(a), of_mean(b));
    let variance = from_a + from_b;
    // Both sides constant: t is infinite, or 0/0 for equal means, and the tail knows both.
    let t = (a.mean[column] - b.mean[column]) / variance.sqrt();
    // By shares, so that squares of tiny or huge variances do not leave the range of floats.
    let (share_a, share_b) = (from_a / variance, from_b / variance);
    let degrees = 1.0 / (share_a * share_a / (a.rows - 1.0) + share_b * share_b / (b.rows - 1.0));
    student_t_two_sided(t, degrees)
}

#[cfg(test)]
mod tests;
