//! Sets of rows that are joined, and pairs of rows that never may be. Holds no rule of when to join.

use std::collections::{HashMap, HashSet};

/// Disjoint sets with their members.
pub(super) struct Forest {
    /// Per row the number of its set.
    set: Vec<u32>,
    /// Per set its rows; empty where it was joined to another.
    members: Vec<Vec<u32>>,
    /// Per row those it must not be with.
    apart: HashMap<u32, Vec<u32>>,
    /// Rows of which a person said that they belong to another.
    vouched: HashSet<u32>,
}

impl Forest {
    /// Every row a set of its own.
    pub(super) fn new(rows: usize) -> Self {
        let all = 0..rows as u32;
        Self {
            set: all.clone().collect(),
            members: all.map(|row| vec![row]).collect(),
            apart: HashMap::new(),
            vouched: HashSet::new(),
        }
    }

    /// The set of a row.
    pub(super) fn find(&self, row: u32) -> u32 {
        self.set[row as usize]
    }

    /// The rows of a set.
    pub(super) fn members(&self, set: u32) -> &[u32] {
        &self.members[set as usize]
    }

    /// Joins two different sets: the smaller goes into the larger.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        let sizes = [one, other].map(|set| (self.members(set).len(), std::cmp::Reverse(set)));
        let (into, from) = if sizes[0] >= sizes[1] {
            (one, other)
        } else {
            (other, one)
        };
        let rows = std::mem::take(&mut self.members[from as usize]);
        for &row in &rows {
            self.set[row as usize] = into;
        }
        self.members[into as usize].extend(rows);
    }

    /// Remembers that a person said of a row where it belongs.
    pub(super) fn vouch(&mut self, row: u32) {
        self.vouched.insert(row);
    }

    /// Whether a person said of the row where it belongs.
    pub(super) fn is_vouched(&self, row: u32) -> bool {
        self.vouched.contains(&row)
    }

    /// Keeps two rows of different sets apart for good.
    pub(super) fn part(&mut self, a: u32, b: u32) {
        self.apart.entry(a).or_default().push(b);
        self.apart.entry(b).or_default().push(a);
    }

    /// Two rows of two sets that are kept apart.
    pub(super) fn apart(&self, one: u32, other: u32) -> Option<(u32, u32)> {
        if self.apart.is_empty() {
            return None;
        }
        let (few, many) = match self.members(one).len() <= self.members(other).len() {
            true => (one, other),
            false => (other, one),
        };
        let pairs = self.members(few).iter().flat_map(|row| {
            self.apart
                .get(row)
                .into_iter()
                .flatten()
                .map(move |partner| (*row, *partner))
        });
        let mut pairs = pairs.filter(|(_, partner)| self.find(*partner) == many);
        pairs.next()
    }

    /// Per row the lowest row of its set.
    pub(super) fn lowest(&self) -> Vec<u32> {
        let lowest: Vec<_> = self
            .members
            .iter()
            .map(|rows| rows.iter().copied().min())
            .collect();
        let own = self.set.iter().zip(0..);
        own.map(|(set, row)| lowest[*set as usize].unwrap_or(row))
            .collect()
    }
}
