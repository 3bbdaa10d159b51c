//! Who took what, as a sparse matrix: rows of ascending columns with a weight each.
//!
//! Holds the shape, its checks and its transpose. It must not know what rows and columns stand for.

use serde::{Deserialize, Serialize};

use crate::{Error, error::require_size};

/// Compressed rows: row `r` holds `indices[offsets[r]..offsets[r + 1]]`, ascending, each once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Sparse {
    cols: usize,
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

/// The parts of a [`Sparse`] as they are stored; read back through its checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Parts {
    cols: usize,
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

/// One row: columns, ascending, and the weight of each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// Columns, ascending, each once.
    pub items: &'a [u32],
    /// One finite weight per column.
    pub weights: &'a [f32],
}

impl<'a> Row<'a> {
    /// Columns with their weights.
    pub fn pairs(self) -> impl Iterator<Item = (usize, f32)> + 'a {
        let items = self.items.iter().map(|&item| item as usize);
        items.zip(self.weights.iter().copied())
    }

    /// Number of entries.
    pub fn len(self) -> usize {
        self.items.len()
    }

    /// True where the row holds nothing.
    pub fn is_empty(self) -> bool {
        self.items.is_empty()
    }
}

impl TryFrom<Parts> for Sparse {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self, Error> {
        Self::new(parts.cols, parts.offsets, parts.indices, parts.values)
    }
}

impl From<Sparse> for Parts {
    fn from(of: Sparse) -> Self {
        Self {
            cols: of.cols,
            offsets: of.offsets,
            indices: of.indices,
            values: of.values,
        }
    }
}

impl Sparse {
    /// From compressed rows: `offsets` has one entry more than there are rows and starts with 0; columns of a
    /// row ascend.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where sizes differ; [`Error::Value`] for the first offset that falls, column that is
    /// not below `cols` or does not ascend, or value that is not finite.
    pub fn new(
        cols: usize,
        offsets: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<f32>,
    ) -> Result<Self, Error> {
        let wrong = |field, value: String, at, legal| {
            Err(Error::Value {
                field,
                value,
                at,
                legal,
            })
        };
        require_size("values", values.len(), indices.len())?;
        if offsets.first() != Some(&0) {
            return wrong(
                "offsets",
                format!("{:?}", offsets.first()),
                0,
                "begin with 0",
            );
        }
        if let Some(at) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
            let value = offsets[at + 1].to_string();
            return wrong("offsets", value, at + 1, "offsets must not fall");
        }
        let last = offsets.last().copied().unwrap_or(0);
        require_size("indices", indices.len(), last)?;
        if let Some(at) = indices.iter().position(|&index| index as usize >= cols) {
            let value = indices[at].to_string();
            return wrong(
                "indices",
                value,
                at,
                "columns are below the number of columns",
            );
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return wrong("values", values[at].to_string(), at, "give a finite number");
        }
        for row in offsets.windows(2) {
            let of_row = &indices[row[0]..row[1]];
            if let Some(at) = of_row.windows(2).position(|pair| pair[0] >= pair[1]) {
                let (value, at) = (of_row[at + 1].to_string(), row[0] + at + 1);
                return wrong("indices", value, at, "columns of a row ascend, each once");
            }
        }
        Ok(Self {
            cols,
            offsets,
            indices,
            values,
        })
    }

    /// From triples of row, column and weight in any order; weights of equal places are added, in the order
    /// given.
    ///
    /// # Errors
    /// [`Error::Value`] for the first row, column or weight that cannot be.
    pub fn from_triples(
        rows: usize,
        cols: usize,
        triples: &[(u32, u32, f32)],
    ) -> Result<Self, Error> {
        let bad = |&(row, col, value): &(u32, u32, f32)| {
            row as usize >= rows || col as usize >= cols || !value.is_finite()
        };
        if let Some(at) = triples.iter().position(bad) {
            return Err(Error::Value {
                field: "triples",
                value: format!("{:?}", triples[at]),
                at,
                legal: "give a row and a column within the shape and a finite weight",
            });
        }
        let mut sorted = triples.to_vec();
        sorted.sort_by_key(|&(row, col, _)| (row, col));
        let mut offsets = vec![0; rows + 1];
        let (mut indices, mut values) = (Vec::new(), Vec::<f32>::new());
        let mut before = None;
        for (row, col, value) in sorted {
            if before == Some((row, col)) {
                if let Some(last) = values.last_mut() {
                    *last += value;
                }
                continue;
            }
            before = Some((row, col));
            offsets[row as usize + 1] += 1;
            indices.push(col);
            values.push(value);
        }
        for row in 0..rows {
            offsets[row + 1] += offsets[row];
        }
        Self::new(cols, offsets, indices, values)
    }

    /// From lists of columns with weight 1 each, in any order; a column named twice counts once.
    ///
    /// # Errors
    /// [`Error::Value`] for a column that is not below `cols`.
    pub fn from_lists(cols: usize, lists: &[Vec<u32>]) -> Result<Self, Error> {
        let mut offsets = vec![0];
        let mut indices = Vec::new();
        for list in lists {
            let mut list = list.clone();
            list.sort_unstable();
            list.dedup();
            indices.extend(list);
            offsets.push(indices.len());
        }
        let values = vec![1.0; indices.len()];
        Self::new(cols, offsets, indices, values)
    }

    /// Rows whose entries are known to be in order.
    pub(crate) fn from_sorted_rows(cols: usize, rows: Vec<Vec<(u32, f32)>>) -> Self {
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0);
        let total = rows.iter().map(Vec::len).sum();
        let (mut indices, mut values) = (Vec::with_capacity(total), Vec::with_capacity(total));
        for row in rows {
            for (index, value) in row {
                indices.push(index);
                values.push(value);
            }
            offsets.push(indices.len());
        }
        Self {
            cols,
            offsets,
            indices,
            values,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// True where no row holds anything.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// A row below [`Self::rows`].
    pub fn row(&self, row: usize) -> Row<'_> {
        let range = self.offsets[row]..self.offsets[row + 1];
        Row {
            items: &self.indices[range.clone()],
            weights: &self.values[range],
        }
    }

    /// Columns of all rows, one row after the other.
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// Rows and columns exchanged.
    pub fn transpose(&self) -> Self {
        let mut offsets = vec![0; self.cols + 1];
        for &col in &self.indices {
            offsets[col as usize + 1] += 1;
        }
        for col in 0..self.cols {
            offsets[col + 1] += offsets[col];
        }
        let mut next = offsets.clone();
        let mut indices = vec![0; self.len()];
        let mut values = vec![0.0; self.len()];
        for row in 0..self.rows() {
            for (col, value) in self.row(row).pairs() {
                indices[next[col]] = row as u32;
                values[next[col]] = value;
                next[col] += 1;
            }
        }
        Self {
            cols: self.rows(),
            offsets,
            indices,
            values,
        }
    }

    /// The same places, each weight made anew from its row, column and weight. Weights must stay finite.
    pub(crate) fn reweighted(&self, weigh: impl Fn(usize, usize, f32) -> f32) -> Self {
        let mut next = self.clone();
        for row in 0..self.rows() {
            for at in self.offsets[row]..self.offsets[row + 1] {
                next.values[at] = weigh(row, self.indices[at] as usize, self.values[at]);
            }
        }
        next
    }

    /// Entries of each column.
    pub fn column_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.cols];
        for &col in &self.indices {
            counts[col as usize] += 1;
        }
        counts
    }

    /// Some of the rows, in the order given; each below [`Self::rows`].
    pub fn take_rows(&self, rows: &[u32]) -> Self {
        let row = |&row: &u32| {
            let row = self.row(row as usize);
            row.items
                .iter()
                .copied()
                .zip(row.weights.iter().copied())
                .collect()
        };
        Self::from_sorted_rows(self.cols, rows.iter().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Sparse {
        let triples = [(1, 2, 3.0), (0, 1, 1.0), (1, 0, 0.5), (1, 2, 1.0)];
        Sparse::from_triples(3, 4, &triples).expect("legal")
    }

    #[test]
    fn triples_are_sorted_and_added() {
        let of = small();
        assert_eq!((of.rows(), of.cols(), of.len()), (3, 4, 3));
        assert_eq!(of.row(1).items, [0, 2]);
        assert_eq!(of.row(1).weights, [0.5, 4.0]);
        assert!(of.row(2).is_empty());
        assert_eq!(of.column_counts(), [1, 1, 1, 0]);
        assert_eq!(of.take_rows(&[1, 1]).row(1), of.row(1));
    }

    #[test]
    fn transposed_twice_is_the_same() {
        let of = small();
        assert_eq!(of.transpose().row(2).weights, [4.0]);
        assert_eq!(of.transpose().transpose(), of);
    }

    #[test]
    fn wrong_parts_are_named() {
        let made = |offsets: &[usize], indices: &[u32], values: &[f32]| {
            let made = Sparse::new(3, offsets.to_vec(), indices.to_vec(), values.to_vec());
            made.map_err(|cause| cause.to_string())
        };
        assert!(made(&[0, 2], &[0, 2], &[1.0, 1.0]).is_ok());
        for (offsets, indices, values, told) in [
            (&[0, 2][..], &[0, 2][..], &[1.0][..], "values has 1"),
            (&[1, 2], &[0, 2], &[1.0, 1.0], "begin with 0"),
            (&[], &[], &[], "begin with 0"),
            (&[0, 2, 1], &[0], &[1.0], "offsets is 1 at place 2"),
            (&[0, 3], &[0, 2], &[1.0, 1.0], "indices has 2"),
            (&[0, 2], &[0, 3], &[1.0, 1.0], "indices is 3 at place 1"),
            (&[0, 2], &[2, 2], &[1.0, 1.0], "indices is 2 at place 1"),
            (&[0, 1], &[2], &[f32::NAN], "values is NaN"),
        ] {
            let cause = made(offsets, indices, values).expect_err("must be refused");
            assert!(cause.contains(told), "{cause}");
        }
        assert!(Sparse::from_triples(1, 1, &[(1, 0, 1.0)]).is_err());
        assert!(Sparse::from_lists(2, &[vec![2]]).is_err());
    }

    #[test]
    fn stored_and_read_back_through_the_checks() {
        let text = serde_json::to_string(&small()).expect("plain numbers");
        let read: Sparse = serde_json::from_str(&text).expect("what was written");
        assert_eq!(read, small());
        let broken = text.replace("\"cols\":4", "\"cols\":2");
        assert!(serde_json::from_str::<Sparse>(&broken).is_err());
    }
}
