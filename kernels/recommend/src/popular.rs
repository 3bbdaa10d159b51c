//! What most take, in all and by group: the baseline that every other model must beat.
//!
//! Holds counts. Groups are numbers from 0 that the caller has from elsewhere, such as clusters of customers.

use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::{require, require_size},
    recommender::Recommender,
    sparse::{Row, Sparse},
};

/// Scores by how many rows hold an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Popular {
    scores: Vec<f32>,
}

impl Popular {
    /// Counts the rows that hold each item.
    pub fn fit(train: &Sparse) -> Self {
        let counts = train.column_counts();
        let scores = counts.into_iter().map(|count| count as f32).collect();
        Self { scores }
    }

    /// The score of each item.
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }
}

impl Recommender for Popular {
    fn items(&self) -> usize {
        self.scores.len()
    }

    fn score_many(&self, _: &[Row<'_>], scores: &mut [f32]) {
        for scores in scores.chunks_exact_mut(self.scores.len().max(1)) {
            scores.copy_from_slice(&self.scores);
        }
    }
}

/// Popularity within each group, drawn towards that of all where a group is small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PopularByGroup {
    groups: Vec<Popular>,
}

impl PopularByGroup {
    /// The share of group `g` that took item `i`, with `prior` customers of the whole's shares added:
    /// `(n_gi + prior · n_i / n) / (n_g + prior)` (the mean of a beta posterior; A. Gelman and others, "Bayesian
    /// Data Analysis", 3rd edition, section 2.4). `group_of` names the group of each row.
    ///
    /// # Errors
    /// [`Error::Mismatch`] unless there is a group for each row; [`Error::Parameter`] for a prior that is not a
    /// number from 0 to 1e9; [`Error::Value`] for a group that is not below `groups`; [`Error::Empty`] without rows.
    pub fn fit(train: &Sparse, group_of: &[u32], groups: usize, prior: f32) -> Result<Self, Error> {
        require_size("group_of", group_of.len(), train.rows())?;
        let legal = "a number from 0 to 1e9";
        require((0.0..=1e9).contains(&prior), "prior", prior, legal)?;
        if let Some(at) = group_of.iter().position(|&group| group as usize >= groups) {
            return Err(Error::Value {
                field: "group_of",
                value: group_of[at].to_string(),
                at,
                legal: "groups are below the number of groups",
            });
        }
        if train.rows() == 0 {
            return Err(Error::Empty { field: "train" });
        }
        let mut counts = vec![vec![0u32; train.cols()]; groups];
        let mut sizes = vec![0u32; groups];
        for (row, &group) in group_of.iter().enumerate() {
            sizes[group as usize] += 1;
            for &item in train.row(row).items {
                counts[group as usize][item as usize] += 1;
            }
        }
        let all = Popular::fit(train);
        let rows = train.rows() as f32;
        let group = |(counts, size): (Vec<u32>, u32)| {
            let each = counts.into_iter().zip(&all.scores);
            let whole = (size as f32 + prior).max(f32::MIN_POSITIVE);
            let scores = each.map(|(count, all)| (count as f32 + prior * all / rows) / whole);
            Popular {
                scores: scores.collect(),
            }
        };
        let groups = counts.into_iter().zip(sizes).map(group).collect();
        Ok(Self { groups })
    }

    /// The model of one group; none where there is no such group.
    pub fn group(&self, group: u32) -> Option<&Popular> {
        self.groups.get(group as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn train() -> Sparse {
        Sparse::from_lists(3, &[vec![0, 1], vec![0], vec![2], vec![0, 2]]).expect("legal")
    }

    #[test]
    fn counts_are_the_scores() {
        let model = Popular::fit(&train());
        assert_eq!(model.scores(), [3.0, 1.0, 2.0]);
        let items: Vec<u32> = model
            .top(train().row(2), &[], 2)
            .iter()
            .map(|s| s.item)
            .collect();
        assert_eq!(items, [0, 1]);
    }

    #[test]
    fn a_small_group_is_drawn_towards_all() {
        let model = PopularByGroup::fit(&train(), &[0, 0, 1, 1], 3, 2.0).expect("legal");
        // Two customers of group 0 took item 0; of all, three of four.
        let group = model.group(0).expect("there");
        assert_eq!(
            group.scores(),
            [(2.0 + 1.5) / 4.0, (1.0 + 0.5) / 4.0, 1.0 / 4.0]
        );
        // Nobody is in group 2: it is as all.
        assert_eq!(model.group(2).expect("there").scores(), [0.75, 0.25, 0.5]);
        assert!(model.group(3).is_none());
    }

    #[test]
    fn wrong_groups_are_refused() {
        assert!(PopularByGroup::fit(&train(), &[0, 0, 1], 2, 1.0).is_err());
        assert!(PopularByGroup::fit(&train(), &[0, 0, 1, 2], 2, 1.0).is_err());
        assert!(PopularByGroup::fit(&train(), &[0, 0, 1, 1], 2, f32::NAN).is_err());
    }
}
