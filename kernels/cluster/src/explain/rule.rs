//! A short IF rule for each cluster: up to a few thresholds on columns in their own units, that most of
//! its rows pass and few others do.
//!
//! Holds the parameters and the rule itself; binning, search and the test against chance have their own
//! files. A rule describes a labelling, it does not replace it: how far it fits is said beside it, and
//! where none fits there are no conditions.

mod bins;
mod chance;
mod search;
#[cfg(test)]
mod tests;

use numeric::MatrixView;
use rayon::prelude::*;

use crate::{
    Error,
    error::{require, require_size},
    grouping::Grouping,
};

/// What a rule should be good at, from `members` rows of the cluster among the `support` rows that
/// satisfy it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// `F = (1 + β²) · purity · coverage / (β² · purity + coverage)`, 0 to 1; a β above 1 asks for
    /// coverage, below 1 for purity (C. J. van Rijsbergen, "Information Retrieval", 1979, chapter 7).
    FBeta(f64),
    /// Weighted relative accuracy: `support / rows · (purity - share of the cluster)`, -1/4 to 1/4
    /// (N. Lavrač, P. Flach, B. Zupan, "Rule Evaluation Measures", ILP 1999).
    WeightedRelativeAccuracy,
}

/// What is looked for. Becomes a [`Ruling`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Most conditions of a rule: 1 to 5.
    pub conditions_max: usize,
    /// What is maximised.
    pub measure: Measure,
    /// Least that a condition must add to the measure: 0 to 1.
    pub gain_min: f64,
    /// Chance tolerated that a cluster drawn at random would get a rule as good: above 0 to below 1.
    pub significance: f64,
    /// Rules kept from each length to the next: 1 to 100.
    pub beam: usize,
    /// Most bins of a column in the search, of about equally many rows: 2 to 256. The thresholds found
    /// are then moved to the best value there is.
    pub bins_max: usize,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Ruling, Error> {
        let conditions = self.conditions_max;
        let legal = (1..=5).contains(&conditions);
        require(legal, "conditions_max", conditions, "1 to 5")?;
        if let Measure::FBeta(beta) = self.measure {
            let legal = (0.01..=100.0).contains(&beta);
            require(legal, "measure", beta, "a beta of 0.01 to 100")?;
        }
        let (gain, significance) = (self.gain_min, self.significance);
        require((0.0..=1.0).contains(&gain), "gain_min", gain, "0 to 1")?;
        require(
            significance > 0.0 && significance < 1.0,
            "significance",
            significance,
            "above 0 to below 1",
        )?;
        require(
            (1..=100).contains(&self.beam),
            "beam",
            self.beam,
            "1 to 100",
        )?;
        let legal = (2..=256).contains(&self.bins_max);
        require(legal, "bins_max", self.bins_max, "2 to 256")?;
        Ok(Ruling(self))
    }
}

/// Checked parameters, ready to find rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ruling(Params);

/// Which values of a column pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// `value >= threshold`.
    AtLeast,
    /// `value < threshold`.
    Below,
}

/// One threshold on one column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// The column, counted from 0.
    pub column: usize,
    /// Which side passes.
    pub side: Side,
    /// A value that occurs in the column.
    pub threshold: f64,
}

impl Condition {
    /// Whether the row passes. Panics where it has no such column.
    pub fn holds(&self, row: &[f64]) -> bool {
        match self.side {
            Side::AtLeast => row[self.column] >= self.threshold,
            Side::Below => row[self.column] < self.threshold,
        }
    }
}

/// The rule of one cluster, and how well it tells the cluster's rows from the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The cluster's id.
    pub cluster: u32,
    /// Its rows.
    pub rows: usize,
    /// All of them must hold, in order of column and side. None where no rule is better than "every row"
    /// by `gain_min` and beyond chance; the numbers below are then those of every row.
    pub conditions: Vec<Condition>,
    /// Rows that satisfy the rule, of any cluster.
    pub support: usize,
    /// Rows of the cluster among them.
    pub members: usize,
    /// Share of the cluster's rows that satisfy the rule.
    pub coverage: f64,
    /// Share of the rows that satisfy the rule that are in the cluster.
    pub purity: f64,
    /// The measure of the rule.
    pub score: f64,
    /// The measure of "every row".
    pub baseline: f64,
    /// Bound on the chance that a cluster of as many rows drawn at random would get a rule of this length
    /// and as good; 1 without conditions.
    pub p_value: f64,
}

impl Rule {
    /// Whether a row satisfies every condition. Panics where it has fewer columns than the data.
    pub fn holds(&self, row: &[f64]) -> bool {
        self.conditions.iter().all(|condition| condition.holds(row))
    }
}

impl Ruling {
    /// The rule of each cluster that has rows, in order of id. `data` may have any columns, those the
    /// clustering was made of or others.
    ///
    /// Beam search over conjunctions of thresholds (P. Clark, T. Niblett, "The CN2 Induction Algorithm",
    /// Machine Learning 3, 1989), on columns cut at quantiles; then each threshold is moved to the best
    /// value while the others stay, and conditions that add less than `gain_min` are dropped. A rule
    /// stands where Fisher's exact test, times the number of rules of its length, is below `significance`
    /// (G. I. Webb, "Discovering Significant Patterns", Machine Learning 68, 2007). Rows that a clustering
    /// was made of are no random draw, so the test keeps out noise and proves no more. Time grows with
    /// rows × columns × clusters × `beam`.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where there is not one label per row.
    pub fn rules(&self, data: MatrixView<'_>, labels: &[u32]) -> Result<Vec<Rule>, Error> {
        require_size("labels", "rows", labels.len(), data.rows())?;
        let grouping = Grouping::of(data, labels)?;
        let binned = bins::Binned::new(data, self.0.bins_max);
        let rules = (0..grouping.ids.len()).into_par_iter().map(|group| {
            let inside: Vec<bool> = grouping.group.iter().map(|&other| other == group).collect();
            let search = search::Search {
                data,
                binned: &binned,
                inside: &inside,
                rows: grouping.sizes[group],
                params: self.0,
            };
            search.rule(grouping.ids[group])
        });
        Ok(rules.collect())
    }
}

impl Measure {
    /// The measure of a rule that `support` rows satisfy, `members` of them in the cluster, which has
    /// `inside` of the `rows` rows.
    fn of(self, members: usize, support: usize, inside: usize, rows: usize) -> f64 {
        let (members, support) = (members as f64, support as f64);
        let (inside, rows) = (inside as f64, rows as f64);
        match self {
            // F by counts: no division by an empty support.
            Self::FBeta(beta) => {
                let square = beta * beta;
                (1.0 + square) * members / (square * inside + support)
            }
            Self::WeightedRelativeAccuracy => (members - support * (inside / rows)) / rows,
        }
    }
}
