//! Sums over the rows of each cluster, and the means they give.
//!
//! Holds how work is cut so that partial sums stay small and their order is that of the rows. Knows no
//! distance.

use numeric::chunks;
use rayon::prelude::*;

use super::{
    feature::{Kind, share_of_set},
    prototypes::Prototypes,
    table::Table,
};

/// Values that all partial sums together may hold: 256 MiB. Many categories times many clusters are cut
/// into fewer parts.
const VALUES_MAX: usize = 1 << 25;

/// What the rows of each cluster sum to.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub sizes: Vec<usize>,
    numbers: Vec<f64>,
    numbers_missing: Vec<u32>,
    slots: Vec<f64>,
    sets_missing: Vec<u32>,
}

/// Rows of a part, for sums over so many clusters. Depends on the table and the clusters alone.
pub(super) fn rows_per_part(table: &Table, clusters: usize) -> usize {
    let values = clusters * (table.extent.numbers * 2 + table.extent.slots);
    let parts = (VALUES_MAX / values.max(1)).max(1);
    chunks::rows_per_chunk(table.rows()).max(table.rows().div_ceil(parts))
}

impl Sums {
    pub fn new(table: &Table, clusters: usize) -> Self {
        let extent = table.extent;
        Self {
            sizes: vec![0; clusters],
            numbers: vec![0.0; clusters * extent.numbers],
            numbers_missing: vec![0; clusters * extent.numbers],
            slots: vec![0.0; clusters * extent.slots],
            sets_missing: vec![0; clusters * extent.sets],
        }
    }

    /// The sums of all rows as one cluster.
    pub fn of_all(table: &Table) -> Self {
        let step = rows_per_part(table, 1);
        let parts = table.rows().div_ceil(step);
        let parts: Vec<Self> = (0..parts)
            .into_par_iter()
            .map(|part| {
                let mut sums = Self::new(table, 1);
                for row in part * step..table.rows().min((part + 1) * step) {
                    sums.add(table, row, 0);
                }
                sums
            })
            .collect();
        let mut sums = Self::new(table, 1);
        parts.iter().for_each(|part| sums.merge(part));
        sums
    }

    /// Adds one row.
    pub fn add(&mut self, table: &Table, row: usize, cluster: usize) {
        let extent = table.extent;
        self.sizes[cluster] += 1;
        let range = cluster * extent.numbers..(cluster + 1) * extent.numbers;
        let places = self.numbers[range.clone()]
            .iter_mut()
            .zip(&mut self.numbers_missing[range]);
        for ((sum, missing), &x) in places.zip(table.numbers_of(row)) {
            // Chosen, not branched, so that vector units can be used.
            let known = !x.is_nan();
            *sum += if known { f64::from(x) } else { 0.0 };
            *missing += u32::from(!known);
        }
        let slots = &mut self.slots[cluster * extent.slots..(cluster + 1) * extent.slots];
        for &slot in table.categories_of(row) {
            slots[slot as usize] += 1.0;
        }
        for set in 0..extent.sets {
            let labels = table.set_of(row, set);
            if labels.is_empty() {
                self.sets_missing[cluster * extent.sets + set] += 1;
            }
            for &slot in labels {
                slots[slot as usize] += share_of_set(labels.len());
            }
        }
    }

    /// Adds all that the other sums hold.
    pub fn merge(&mut self, other: &Self) {
        add_each(&mut self.sizes, &other.sizes);
        add_each(&mut self.numbers, &other.numbers);
        add_each(&mut self.numbers_missing, &other.numbers_missing);
        add_each(&mut self.slots, &other.slots);
        add_each(&mut self.sets_missing, &other.sets_missing);
    }

    /// The means; where no row of a cluster knows a feature, that of `all`.
    pub fn prototypes(&self, table: &Table, all: Option<&Prototypes>) -> Prototypes {
        let mut prototypes = Prototypes {
            clusters: self.sizes.len(),
            features: table.features.clone(),
            numbers: self.numbers.clone(),
            slots: self.slots.clone(),
            squares: Vec::with_capacity(self.sizes.len() * table.features.len()),
        };
        for cluster in 0..self.sizes.len() {
            self.divide_numbers(cluster, all, &mut prototypes.numbers);
            self.divide_slots(cluster, all, &mut prototypes);
        }
        prototypes
    }

    fn divide_numbers(&self, cluster: usize, all: Option<&Prototypes>, numbers: &mut [f64]) {
        let width = numbers.len() / self.sizes.len();
        for place in 0..width {
            let at = cluster * width + place;
            let known = self.sizes[cluster] - self.numbers_missing[at] as usize;
            numbers[at] = match known {
                0 => all.map_or(0.0, |all| all.numbers[place]),
                _ => numbers[at] / known as f64,
            };
        }
    }

    fn divide_slots(&self, cluster: usize, all: Option<&Prototypes>, to: &mut Prototypes) {
        let width = to.slots.len() / self.sizes.len();
        let own = &mut to.slots[cluster * width..(cluster + 1) * width];
        let sets = self.sets_missing.len() / self.sizes.len();
        for feature in &*to.features {
            let (dictionary, set) = match &feature.kind {
                Kind::Category(dictionary) => (dictionary, None),
                Kind::Set(dictionary) => (dictionary, Some(feature.place)),
                _ => {
                    to.squares.push(0.0);
                    continue;
                }
            };
            let values = &mut own[dictionary.slots()];
            let known = match set {
                None => values.iter().sum(),
                Some(set) => {
                    let missing = self.sets_missing[cluster * sets + set] as usize;
                    (self.sizes[cluster] - missing) as f64
                }
            };
            match all {
                Some(all) if known == 0.0 => values.copy_from_slice(&all.slots[dictionary.slots()]),
                _ => values
                    .iter_mut()
                    .for_each(|value| *value /= f64::max(known, 1.0)),
            }
            to.squares
                .push(values.iter().map(|value| value * value).sum());
        }
    }
}

fn add_each<T: Copy + std::ops::AddAssign>(to: &mut [T], from: &[T]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
