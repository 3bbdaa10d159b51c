//! What stands for each cluster: means of its numbers, and how often its rows hold each category and label.
//!
//! Holds what they say in the caller's words and what each feature adds to a row's distance. Searches nothing
//! and sums nothing up.

use std::sync::Arc;

use super::{
    feature::{Dictionary, Feature, Kind, share_of_set},
    sums::Sums,
    table::Table,
};
use crate::{Error, error::require};

/// One prototype for each cluster.
///
/// A prototype is the mean of its rows in the embedding of [`Table`]: no other point has less summed
/// dissimilarity to them. Where no row of a cluster knows a feature, the mean of all rows stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Prototypes {
    pub(super) clusters: usize,
    pub(super) features: Arc<[Feature]>,
    /// clusters × numbers.
    pub(super) numbers: Vec<f64>,
    /// clusters × slots: the mean of the rows' indicators.
    pub(super) slots: Vec<f64>,
    /// clusters × features: the squared length of a feature's slots.
    pub(super) squares: Vec<f64>,
}

/// What a prototype says of one feature, in the caller's units and codes.
#[derive(Debug, Clone, PartialEq)]
pub enum Typical {
    /// The feature has weight 0.
    Dropped,
    /// The mean.
    Number(f64),
    /// The share of rows of each category, the greatest first (the lowest code of equals).
    Category(Vec<(u32, f64)>),
    /// What each label weighs, the greatest first: the mean over rows of `1 / √size` of the sets that hold
    /// it.
    Set(Vec<(u32, f64)>),
    /// The centre of the compositions: their geometric means, closed to 1 (Aitchison 1986, section 9.5).
    Shares(Vec<f64>),
}

impl Prototypes {
    /// Number of clusters.
    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// What one cluster's prototype says of one feature. Like a slice, it panics where there is no such
    /// cluster or feature.
    pub fn typical(&self, cluster: usize, feature: usize) -> Typical {
        let feature = &self.features[feature];
        let numbers = self.numbers_of(cluster);
        // A feature without spread has the scale 0 and stays at its middle.
        let factor = match feature.scale > 0.0 {
            true => feature.scale.sqrt().recip(),
            false => 0.0,
        };
        match &feature.kind {
            Kind::Dropped => Typical::Dropped,
            Kind::Number { middle } => Typical::Number(numbers[feature.place] * factor + middle),
            Kind::Shares { middles, .. } => {
                let ratios = numbers[feature.place..].iter().zip(middles);
                let parts: Vec<f64> = ratios
                    .map(|(y, middle)| (y * factor + middle).exp())
                    .collect();
                let sum: f64 = parts.iter().sum();
                Typical::Shares(parts.iter().map(|part| part / sum).collect())
            }
            Kind::Category(dictionary) => Typical::Category(self.most(cluster, dictionary)),
            Kind::Set(dictionary) => Typical::Set(self.most(cluster, dictionary)),
        }
    }

    /// What each feature adds to the dissimilarity of a row from a prototype; 0 where the row does not know
    /// it. Like a slice, it panics where there is no such row or cluster.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where the table has other features.
    pub fn contributions(
        &self,
        table: &Table,
        row: usize,
        cluster: usize,
    ) -> Result<Vec<f64>, Error> {
        self.check(table)?;
        let mut out = vec![0.0; self.features.len()];
        self.add_contributions(table, row, cluster, &mut out);
        Ok(out)
    }

    /// Refuses a table that was not encoded on the footing of these prototypes.
    pub(super) fn check(&self, table: &Table) -> Result<(), Error> {
        let same = Arc::ptr_eq(&self.features, &table.features) || self.features == table.features;
        require(
            same,
            "table",
            "encoded otherwise than the prototypes",
            "the table of the fit, or what its `like` gave",
        )
    }

    /// As `contributions`, added to `out`.
    pub(super) fn add_contributions(
        &self,
        table: &Table,
        row: usize,
        cluster: usize,
        out: &mut [f64],
    ) {
        let (means, numbers) = (self.numbers_of(cluster), table.numbers_of(row));
        let slots = self.slots_of(cluster);
        let squares = &self.squares[cluster * self.features.len()..];
        for (at, feature) in self.features.iter().enumerate() {
            if !table.knows(row, feature) {
                continue;
            }
            let place = feature.place;
            out[at] += match &feature.kind {
                Kind::Dropped => 0.0,
                Kind::Number { .. } => (f64::from(numbers[place]) - means[place]).powi(2),
                Kind::Shares { middles, .. } => {
                    let range = place..place + middles.len();
                    let pairs = numbers[range.clone()].iter().zip(&means[range]);
                    pairs.map(|(&x, mean)| (f64::from(x) - mean).powi(2)).sum()
                }
                Kind::Category(_) => {
                    let own = slots[table.categories_of(row)[place] as usize];
                    feature.scale * (0.5 * (1.0 + squares[at]) - own)
                }
                Kind::Set(_) => {
                    let set = table.set_of(row, place);
                    let own: f64 = set.iter().map(|&slot| slots[slot as usize]).sum();
                    let own = own * share_of_set(set.len());
                    feature.scale * (0.5 * (1.0 + squares[at]) - own).max(0.0)
                }
            };
        }
    }

    /// The mean of all rows, for one cluster.
    pub(super) fn of_all(table: &Table) -> Self {
        Sums::of_all(table).prototypes(table, None)
    }

    /// The rows themselves as prototypes; what they do not know comes from `all`.
    pub(super) fn of_rows(table: &Table, rows: &[usize], all: &Self) -> Self {
        let mut sums = Sums::new(table, rows.len());
        for (cluster, &row) in rows.iter().enumerate() {
            sums.add(table, row, cluster);
        }
        sums.prototypes(table, Some(all))
    }

    /// Puts the only prototype of `from` in the place of one of these.
    pub(super) fn replace(&mut self, cluster: usize, from: &Self) {
        let put = |to: &mut [f64], from: &[f64]| {
            to[cluster * from.len()..(cluster + 1) * from.len()].copy_from_slice(from);
        };
        put(&mut self.numbers, &from.numbers);
        put(&mut self.slots, &from.slots);
        put(&mut self.squares, &from.squares);
    }

    pub(super) fn numbers_of(&self, cluster: usize) -> &[f64] {
        let width = self.numbers.len() / self.clusters;
        &self.numbers[cluster * width..(cluster + 1) * width]
    }

    pub(super) fn slots_of(&self, cluster: usize) -> &[f64] {
        let width = self.slots.len() / self.clusters;
        &self.slots[cluster * width..(cluster + 1) * width]
    }

    /// The codes that the cluster's rows hold, by weight.
    fn most(&self, cluster: usize, dictionary: &Dictionary) -> Vec<(u32, f64)> {
        let weights = &self.slots_of(cluster)[dictionary.slots()];
        let pairs = dictionary
            .codes
            .iter()
            .copied()
            .zip(weights.iter().copied());
        let mut held: Vec<(u32, f64)> = pairs.filter(|pair| pair.1 > 0.0).collect();
        // Stable, so equals stay in order of code.
        held.sort_by(|a, b| b.1.total_cmp(&a.1));
        held
    }
}
