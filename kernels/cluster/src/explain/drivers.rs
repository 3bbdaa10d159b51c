//! Which columns carry a clustering, alone and in groups.
//!
//! Holds, for each column, its share of the spread that lies between clusters and how well it tells the
//! clusters by itself and how well the others do without it; and the same for one group of columns
//! beside another, so that a caller can warn where one alone drives a segment. Plain numbers: what is too
//! much is not known here.

mod telling;
#[cfg(test)]
mod tests;

use numeric::{MatrixView, tail::fisher_f_above};

use super::{
    discovery::q_values,
    profile::{Moments, constant_columns, moments},
};
use crate::{Error, error::require, grouping::Grouping};
use telling::Telling;

/// When a column counts as a driver. Becomes a [`Driving`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Share of false alarms tolerated among the columns flagged: above 0 to below 1.
    pub false_discovery_rate: f64,
    /// Least ω² of a column flagged: 0 to below 1.
    pub omega_squared_min: f64,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Driving, Error> {
        let (rate, least) = (self.false_discovery_rate, self.omega_squared_min);
        require(
            rate > 0.0 && rate < 1.0,
            "false_discovery_rate",
            rate,
            "above 0 to below 1",
        )?;
        let legal = (0.0..1.0).contains(&least);
        require(legal, "omega_squared_min", least, "0 to below 1")?;
        Ok(Driving(self))
    }
}

/// Checked parameters, ready to look for drivers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Driving(Params);

/// One column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Driver {
    /// The column, counted from 0.
    pub column: usize,
    /// η²: share of the column's squared deviations that lies between clusters, 0 to 1.
    pub eta_squared: f64,
    /// ω²: the same less what chance alone gives; may be a little below 0.
    pub omega_squared: f64,
    /// Spread between clusters over spread inside, each by its degrees of freedom; infinite where there
    /// is none inside.
    pub f: f64,
    /// Chance of such an `f` if the clusters did not differ.
    pub p_value: f64,
    /// The share of false alarms if this column and all stronger ones were flagged.
    pub q_value: f64,
    /// Whether the column passes both bars.
    pub significant: bool,
    /// Accuracy by this column alone.
    pub accuracy_alone: f64,
    /// Accuracy by all columns but this; `accuracy_by_chance` where there is no other.
    pub accuracy_without: f64,
}

/// What carries a clustering. An accuracy is the mean, over clusters, of the share of their rows that are
/// told to be theirs by values of columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// One for each column, in column order.
    pub columns: Vec<Driver>,
    /// The significant columns, from the greatest η² down.
    pub top: Vec<usize>,
    /// η² to be expected of a column that has nothing to do with the clusters.
    pub eta_squared_by_chance: f64,
    /// Accuracy by all columns.
    pub accuracy: f64,
    /// Accuracy of a guess: one over the number of clusters.
    pub accuracy_by_chance: f64,
}

/// One group of columns over all clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Mean η² of the group's columns: its share of the spread between clusters once each column is
    /// brought to deviation 1; constant columns are passed over.
    pub eta_squared: f64,
    /// Accuracy by the group's columns alone.
    pub accuracy: f64,
}

/// One group of columns in one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterPart {
    /// Root of the mean square, over the group's columns, of the cluster's mean less the total mean in
    /// deviations of all rows.
    pub effect: f64,
    /// Share of the cluster's rows that the group's columns tell to be its.
    pub recall: f64,
}

/// One cluster, by either group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterComparison {
    /// The cluster's id.
    pub cluster: u32,
    /// Its rows.
    pub rows: usize,
    /// By the first group.
    pub first: ClusterPart,
    /// By the second.
    pub second: ClusterPart,
    /// By both together.
    pub both: ClusterPart,
}

/// One group of columns against another: where the first tells the clusters and the second does not, the
/// first alone drives them.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The first group.
    pub first: Part,
    /// The second.
    pub second: Part,
    /// Both together.
    pub both: Part,
    /// Accuracy of a guess: one over the number of clusters.
    pub accuracy_by_chance: f64,
    /// Each cluster that has rows, in order of id.
    pub clusters: Vec<ClusterComparison>,
}

/// What every question here starts from.
struct Spread {
    grouping: Grouping,
    all: Moments,
    groups: Vec<Moments>,
    constant: Vec<bool>,
    /// For each column, squared deviations between clusters.
    between: Vec<f64>,
    /// For each column, squared deviations inside clusters.
    within: Vec<f64>,
}

impl Driving {
    /// Looks at every column.
    ///
    /// η² is `B / (B + W)` (J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988,
    /// section 8.2: .01 is small, .06 medium, .14 large), ω² `(B - (k - 1) w) / (B + W + w)` with
    /// `w = W / (n - k)` (W. L. Hays, "Statistics for Psychologists", 1963); the test is
    /// the F test of one-way analysis of variance, its false discovery rate held over all columns. As in
    /// the profiles, the test is generous to columns that the clustering was made of. Rows are told by a
    /// diagonal linear discriminant of equal priors, each left out of the mean it is held against
    /// (S. Dudoit, J. Fridlyand, T. Speed, J. Am. Stat. Assoc. 97, 2002): it sees clusters
    /// that differ in their means, not in their spread alone. Time grows with rows × columns × clusters.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there is not one label per row; [`Error::Undefined`] unless there are 2
    /// clusters and a cluster of 2 rows.
    pub fn drivers(&self, data: MatrixView<'_>, labels: &[u32]) -> Result<Drivers, Error> {
        let spread = Spread::new(data, labels)?;
        let (cols, rows) = (data.cols(), data.rows() as f64);
        let clusters = spread.groups.len() as f64;
        // All columns, then each alone, then all but each.
        let recalls = Telling::new(&spread).recalls(data, 1 + 2 * cols, |parts, out| {
            let (all, rest) = out.split_at_mut(1);
            let (alone, without) = rest.split_at_mut(parts.len());
            alone.copy_from_slice(parts);
            // Sums from both ends: the difference to the total would drown beside a large part.
            let mut before = 0.0;
            for (without, part) in without.iter_mut().zip(parts) {
                *without = before;
                before += part;
            }
            all[0] = before;
            let mut after = 0.0;
            for (without, part) in without.iter_mut().zip(parts).rev() {
                *without += after;
                after += part;
            }
        });
        let mut columns: Vec<Driver> = (0..cols)
            .map(|column| Driver {
                accuracy_alone: mean(&recalls[1 + column]),
                accuracy_without: mean(&recalls[1 + cols + column]),
                ..spread.driver(column)
            })
            .collect();
        let p_values: Vec<f64> = columns.iter().map(|driver| driver.p_value).collect();
        for (driver, q_value) in columns.iter_mut().zip(q_values(&p_values)) {
            driver.q_value = q_value;
            driver.significant = q_value <= self.0.false_discovery_rate
                && driver.omega_squared > 0.0
                && driver.omega_squared >= self.0.omega_squared_min;
        }
        let mut top: Vec<&Driver> = columns.iter().filter(|driver| driver.significant).collect();
        top.sort_by(|a, b| b.eta_squared.total_cmp(&a.eta_squared));
        Ok(Drivers {
            top: top.into_iter().map(|driver| driver.column).collect(),
            columns,
            eta_squared_by_chance: (clusters - 1.0) / (rows - 1.0),
            accuracy: mean(&recalls[0]),
            accuracy_by_chance: 1.0 / clusters,
        })
    }
}

/// Holds one group of columns against another, in the measures of [`Driving::drivers`].
///
/// # Errors
/// As [`Driving::drivers`]; [`Error::Parameter`] where a group is empty, names a column that is not there,
/// or one that was named before.
pub fn compare(
    data: MatrixView<'_>,
    labels: &[u32],
    first: &[usize],
    second: &[usize],
) -> Result<Comparison, Error> {
    let mut named = vec![false; data.cols()];
    for (field, group) in [("first", first), ("second", second)] {
        require(!group.is_empty(), field, "empty", "at least one column")?;
        for &column in group {
            let fresh = named
                .get_mut(column)
                .is_some_and(|named| !std::mem::replace(named, true));
            let legal = format!("columns below {}, each once", data.cols());
            require(fresh, field, column, legal)?;
        }
    }
    let spread = Spread::new(data, labels)?;
    let both: Vec<usize> = first.iter().chain(second).copied().collect();
    let sets = [first, second, &both];
    let recalls = Telling::new(&spread).recalls(data, sets.len(), |parts, out| {
        for (out, set) in out.iter_mut().zip(sets) {
            *out = set.iter().map(|&column| parts[column]).sum();
        }
    });
    let part = |set: usize| Part {
        eta_squared: spread.mean_over(sets[set], |column| spread.driver(column).eta_squared),
        accuracy: mean(&recalls[set]),
    };
    let clusters = (0..spread.groups.len()).map(|group| {
        let part = |set: usize| ClusterPart {
            effect: spread
                .mean_over(sets[set], |column| spread.effect(group, column).powi(2))
                .sqrt(),
            recall: recalls[set][group],
        };
        ClusterComparison {
            cluster: spread.grouping.ids[group],
            rows: spread.grouping.sizes[group],
            first: part(0),
            second: part(1),
            both: part(2),
        }
    });
    Ok(Comparison {
        first: part(0),
        second: part(1),
        both: part(2),
        accuracy_by_chance: 1.0 / spread.groups.len() as f64,
        clusters: clusters.collect(),
    })
}

impl Spread {
    fn new(data: MatrixView<'_>, labels: &[u32]) -> Result<Self, Error> {
        let grouping = Grouping::comparable(data, labels)?;
        let all = moments(data, 1, |_| 0).swap_remove(0);
        let groups = moments(data, grouping.ids.len(), |row| grouping.group[row]);
        let constant = constant_columns(data);
        let over_groups = |of: &dyn Fn(&Moments, usize) -> f64| -> Vec<f64> {
            let of_column = |column| groups.iter().map(|group| of(group, column)).sum();
            (0..data.cols()).map(of_column).collect()
        };
        let between = over_groups(&|group, column| {
            group.rows * (group.mean[column] - all.mean[column]).powi(2)
        });
        let within = over_groups(&|group, column| group.squares[column]);
        Ok(Self {
            grouping,
            all,
            groups,
            constant,
            between,
            within,
        })
    }

    /// The column's numbers, without those that need other columns.
    fn driver(&self, column: usize) -> Driver {
        let clusters = self.groups.len() as f64;
        let (more, rest) = (clusters - 1.0, self.all.rows - clusters);
        let (between, within) = (self.between[column], self.within[column]);
        let inside = within / rest;
        // The means of equal values differ by rounding: not a spread.
        let (eta_squared, omega_squared, f) = if self.constant[column] {
            (0.0, 0.0, 0.0)
        } else {
            (
                between / (between + within),
                (between - more * inside) / (between + within + inside),
                between / more / inside,
            )
        };
        Driver {
            column,
            eta_squared,
            omega_squared,
            f,
            p_value: fisher_f_above(f, more, rest),
            q_value: 1.0,
            significant: false,
            accuracy_alone: 0.0,
            accuracy_without: 0.0,
        }
    }

    /// The cluster's mean less the total mean, in deviations of all rows.
    fn effect(&self, group: usize, column: usize) -> f64 {
        let apart = self.groups[group].mean[column] - self.all.mean[column];
        apart / (self.all.squares[column] / self.all.rows).sqrt()
    }

    /// The mean over the columns that are not constant; 0 where all are.
    fn mean_over(&self, columns: &[usize], of: impl Fn(usize) -> f64) -> f64 {
        let varying: Vec<f64> = columns
            .iter()
            .filter(|&&column| !self.constant[column])
            .map(|&column| of(column))
            .collect();
        if varying.is_empty() {
            0.0
        } else {
            mean(&varying)
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
