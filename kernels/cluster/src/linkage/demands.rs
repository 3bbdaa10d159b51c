//! What a person demands of a hierarchy: rows together, rows apart.
//!
//! Holds the checks, and what follows from several demands together; merging is not done here.

use crate::{Error, error::require, sets::Sets};

/// Pairs of rows, counted from 0, that must or must not be in one cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Demands<'a> {
    /// Rows that must be together; this carries on: a with b and b with c makes a with c.
    pub must: &'a [(usize, usize)],
    /// Rows that must be apart.
    pub cannot: &'a [(usize, usize)],
}

impl Demands<'_> {
    /// The merges that the must-links force: a row into the lowest row that it must be with, each row once.
    pub(super) fn groups(&self, rows: usize) -> Result<Vec<(usize, usize)>, Error> {
        for (field, links) in [("must", self.must), ("cannot", self.cannot)] {
            let outside = links
                .iter()
                .map(|&(a, b)| a.max(b))
                .find(|&row| row >= rows);
            let legal = format!("rows 0 to {}", rows - 1);
            require(outside.is_none(), field, outside.unwrap_or(0), legal)?;
        }
        let mut sets = Sets::new(rows);
        for &(a, b) in self.must {
            let (a, b) = (sets.find(a as u32), sets.find(b as u32));
            sets.join(a, b);
        }
        for &(first, second) in self.cannot {
            if sets.find(first as u32) == sets.find(second as u32) {
                return Err(Error::Contradiction { first, second });
            }
        }
        let mut lowest: Vec<usize> = Vec::new();
        let mut merges = Vec::new();
        for (row, label) in sets.labels().into_iter().enumerate() {
            match lowest.get(label as usize) {
                Some(&into) => merges.push((into, row)),
                None => lowest.push(row),
            }
        }
        Ok(merges)
    }
}
