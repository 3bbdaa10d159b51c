//! Dissimilarities of one row from many prototypes at once.
//!
//! Holds the layout and the inner loop: prototypes lie side by side in groups of sixteen, so that a number
//! costs one subtraction and one square for all of them and a category one look-up. `f32`, summed in a
//! fixed order: a label depends on its row and the prototypes alone.

use super::{
    feature::{Kind, share_of_set},
    prototypes::Prototypes,
    table::Table,
};

/// Prototypes handled side by side.
const LANES: usize = 16;
/// A set this near to a prototype, in units of its feature's scale, sits on it: below is what rounding
/// leaves of 0.
const SET_ROUNDING: f32 = 1e-6;

/// Prototypes laid out for distances.
pub(super) struct Lanes {
    clusters: usize,
    groups: Vec<Group>,
    /// Scale of each set.
    sets: Vec<f32>,
}

struct Group {
    numbers: Vec<[f32; LANES]>,
    /// For each slot what it adds: of a category its whole contribution, of a label its part of a set's.
    slots: Vec<[f32; LANES]>,
    /// For each set what it adds before its labels are seen.
    sets: Vec<[f32; LANES]>,
}

impl Lanes {
    pub fn new(table: &Table, prototypes: &Prototypes) -> Self {
        let extent = table.extent;
        let mut sets = vec![0.0; extent.sets];
        for feature in &*table.features {
            if let Kind::Set(_) = feature.kind {
                sets[feature.place] = feature.scale as f32;
            }
        }
        let group = |first: usize| {
            let mut group = Group {
                numbers: vec![[0.0; LANES]; extent.numbers],
                slots: vec![[0.0; LANES]; extent.slots],
                sets: vec![[0.0; LANES]; extent.sets],
            };
            for lane in 0..LANES.min(prototypes.clusters - first) {
                group.put(lane, prototypes, first + lane);
            }
            group
        };
        Self {
            clusters: prototypes.clusters,
            groups: (0..prototypes.clusters).step_by(LANES).map(group).collect(),
            sets,
        }
    }

    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// Writes the dissimilarity of the row from each prototype into `out`, one place for each.
    pub fn distances(&self, table: &Table, row: usize, out: &mut [f32]) {
        let (numbers, categories) = (table.numbers_of(row), table.categories_of(row));
        for (group, out) in self.groups.iter().zip(out.chunks_mut(LANES)) {
            let mut totals = [0.0; LANES];
            for (&x, lanes) in numbers.iter().zip(&group.numbers) {
                if !x.is_nan() {
                    for (total, y) in totals.iter_mut().zip(lanes) {
                        let difference = x - y;
                        *total += difference * difference;
                    }
                }
            }
            for &slot in categories {
                for (total, part) in totals.iter_mut().zip(&group.slots[slot as usize]) {
                    *total += part;
                }
            }
            for (set, (base, scale)) in group.sets.iter().zip(&self.sets).enumerate() {
                group.add_set(table.set_of(row, set), base, *scale, &mut totals);
            }
            out.copy_from_slice(&totals[..out.len()]);
        }
    }
}

impl Group {
    /// Lays out one prototype.
    fn put(&mut self, lane: usize, prototypes: &Prototypes, cluster: usize) {
        for (lanes, &y) in self.numbers.iter_mut().zip(prototypes.numbers_of(cluster)) {
            lanes[lane] = y as f32;
        }
        let slots = prototypes.slots_of(cluster);
        let squares = &prototypes.squares[cluster * prototypes.features.len()..];
        for (feature, square) in prototypes.features.iter().zip(squares) {
            // As `Prototypes::add_contributions`, the parts that do not depend on the row taken ahead.
            let base = 0.5 * (1.0 + square);
            let (range, base) = match &feature.kind {
                Kind::Category(dictionary) => (dictionary.slots(), base),
                Kind::Set(dictionary) => {
                    self.sets[feature.place][lane] = (feature.scale * base) as f32;
                    (dictionary.slots(), 0.0)
                }
                _ => continue,
            };
            for slot in range {
                self.slots[slot][lane] = (feature.scale * (base - slots[slot])) as f32;
            }
        }
    }

    fn add_set(&self, set: &[u32], base: &[f32; LANES], scale: f32, totals: &mut [f32; LANES]) {
        if set.is_empty() {
            return;
        }
        let mut parts = [0.0; LANES];
        for &slot in set {
            for (part, own) in parts.iter_mut().zip(&self.slots[slot as usize]) {
                *part += own;
            }
        }
        let share = share_of_set(set.len()) as f32;
        for ((total, part), base) in totals.iter_mut().zip(parts).zip(base) {
            let whole = base + part * share;
            *total += if whole > SET_ROUNDING * scale {
                whole
            } else {
                0.0
            };
        }
    }
}
