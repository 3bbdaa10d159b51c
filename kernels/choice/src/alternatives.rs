//! What can be chosen: rows of levels and numbers, checked once, and their columns for any part of the attributes.
//! It must not know sets or choices.
//!
//! Every level has a column of its own, none is left out as a reference: a ridge makes the model unique and treats all
//! levels alike. Numbers are counted from their mean over the rows, which moves no choice but keeps what differs from being
//! rounded away (years are far from 0 and near to each other), in standard deviations, so that one ridge fits all.

use std::ops::Range;

use numeric::MAGNITUDE_MAX;
use rayon::prelude::*;

use crate::error::{Error, require_each, require_len};

/// The most levels and numbers together: second derivatives of each chunk of work are held at once.
pub const COLUMNS_MAX: usize = 256;

/// Rows that sets are made of: one for each state of an item (an item whose price changed has a row for each price).
#[derive(Debug, Clone, PartialEq)]
pub struct Alternatives {
    items: Vec<u32>,
    /// `rows × sizes.len()`.
    levels: Vec<u32>,
    sizes: Vec<usize>,
    /// `rows × scales.len()`, less their mean and scaled.
    numbers: Vec<f64>,
    /// Mean and standard deviation of each number over the rows.
    centres: Vec<f64>,
    scales: Vec<f64>,
}

impl Alternatives {
    /// `items`: the item of each row, any number. `levels`: `rows × sizes.len()`, row by row, each below its attribute's
    /// entry of `sizes`; what is unknown is a level of its own. `numbers`: one column of `rows` values for each
    /// attribute that is a number, such as the logarithm of a price. Attributes count from 0, those with levels first.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Mismatch`], [`Error::Value`], [`Error::Columns`], and [`Error::Constant`] where all
    /// rows have one level or one number.
    pub fn new(
        items: Vec<u32>,
        levels: Vec<u32>,
        sizes: Vec<usize>,
        numbers: &[Vec<f64>],
    ) -> Result<Self, Error> {
        let rows = items.len();
        if rows == 0 {
            return Err(Error::Empty {
                what: "alternatives",
            });
        }
        if sizes.is_empty() && numbers.is_empty() {
            return Err(Error::Empty { what: "attributes" });
        }
        let width = sizes.iter().sum::<usize>() + numbers.len();
        if width > COLUMNS_MAX {
            return Err(Error::Columns {
                found: width,
                limit: COLUMNS_MAX,
            });
        }
        require_len("levels", levels.len(), rows * sizes.len())?;
        for (attribute, &size) in sizes.iter().enumerate() {
            let column: Vec<u32> = levels[attribute..]
                .iter()
                .step_by(sizes.len())
                .copied()
                .collect();
            require_each(
                &column,
                "level",
                "it must be below its attribute's size",
                |level| (level as usize) < size,
            )?;
            if column.iter().all(|level| *level == column[0]) {
                return Err(Error::Constant { attribute });
            }
        }
        let (centres, scales) = centres_and_scales(numbers, rows, sizes.len())?;
        let scaled = (0..rows)
            .flat_map(|row| {
                numbers
                    .iter()
                    .zip(centres.iter().zip(&scales))
                    .map(move |(column, (centre, scale))| (column[row] - centre) / scale)
            })
            .collect();
        Ok(Self {
            items,
            levels,
            sizes,
            numbers: scaled,
            centres,
            scales,
        })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.items.len()
    }

    /// Number of attributes, with levels and numbers.
    pub fn attributes(&self) -> usize {
        self.sizes.len() + self.scales.len()
    }

    /// Levels of each attribute that has some.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The item of each row.
    pub fn items(&self) -> &[u32] {
        &self.items
    }

    pub(crate) fn scales(&self) -> &[f64] {
        &self.scales
    }

    pub(crate) fn centres(&self) -> &[f64] {
        &self.centres
    }

    pub(crate) fn width(&self) -> usize {
        self.sizes.iter().sum::<usize>() + self.scales.len()
    }

    /// The columns of an attribute.
    pub(crate) fn range(&self, attribute: usize) -> Range<usize> {
        let levels = self.sizes.len();
        let before: usize = self.sizes[..attribute.min(levels)].iter().sum();
        let first = before + attribute.saturating_sub(levels);
        first..first + self.sizes.get(attribute).copied().unwrap_or(1)
    }

    /// All columns.
    pub(crate) fn all(&self) -> Columns {
        self.columns(&vec![true; self.attributes()])
    }

    /// The columns of the attributes for which `within` holds, in their order.
    pub(crate) fn columns(&self, within: &[bool]) -> Columns {
        let (of_levels, of_numbers) = within.split_at(self.sizes.len());
        let mut kept = Vec::new();
        let mut first = 0;
        for (attribute, &size) in self.sizes.iter().enumerate() {
            if of_levels[attribute] {
                kept.push((attribute, first as u32));
                first += size;
            }
        }
        let levels = self.sizes.len();
        let codes = (0..self.rows())
            .flat_map(|row| {
                kept.iter()
                    .map(move |&(at, first)| first + self.levels[row * levels + at])
            })
            .collect();
        let own: Vec<usize> = (0..self.scales.len())
            .filter(|&at| of_numbers[at])
            .collect();
        let numbers = (0..self.rows())
            .flat_map(|row| {
                own.iter()
                    .map(move |&at| self.numbers[row * self.scales.len() + at])
            })
            .collect();
        Columns {
            codes,
            coded: kept.len(),
            numbers,
            numbered: own.len(),
            first_number: first,
            rows: self.rows(),
        }
    }
}

/// The mean and the standard deviation of each column of numbers.
fn centres_and_scales(
    numbers: &[Vec<f64>],
    rows: usize,
    levels: usize,
) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let (mut centres, mut scales) = (Vec::new(), Vec::new());
    for (at, column) in numbers.iter().enumerate() {
        require_len("numbers", column.len(), rows)?;
        require_each(
            column,
            "number",
            "it must be a number of usual size",
            |value| value.abs() <= MAGNITUDE_MAX,
        )?;
        let mean = numeric::sum::sum(column) / rows as f64;
        let squares: Vec<f64> = column.iter().map(|value| (value - mean).powi(2)).collect();
        let scale = (numeric::sum::sum(&squares) / rows as f64).sqrt();
        if scale <= 1e-12 * mean.abs() || scale < f64::MIN_POSITIVE {
            return Err(Error::Constant {
                attribute: levels + at,
            });
        }
        centres.push(mean);
        scales.push(scale);
    }
    Ok((centres, scales))
}

/// The columns of some attributes: of a level only which column is 1, of numbers their values; numbers come last.
#[derive(Debug)]
pub(crate) struct Columns {
    codes: Vec<u32>,
    coded: usize,
    numbers: Vec<f64>,
    numbered: usize,
    pub first_number: usize,
    rows: usize,
}

impl Columns {
    pub fn width(&self) -> usize {
        self.first_number + self.numbered
    }

    /// The columns that are 1 in a row, ascending.
    #[inline]
    pub fn codes(&self, row: u32) -> &[u32] {
        &self.codes[row as usize * self.coded..][..self.coded]
    }

    #[inline]
    pub fn numbers(&self, row: u32) -> &[f64] {
        &self.numbers[row as usize * self.numbered..][..self.numbered]
    }

    /// Adds a row, times a factor, to sums of columns.
    #[inline]
    pub fn add(&self, row: u32, factor: f64, sums: &mut [f64]) {
        for &code in self.codes(row) {
            sums[code as usize] += factor;
        }
        for (sum, number) in sums[self.first_number..].iter_mut().zip(self.numbers(row)) {
            *sum += factor * number;
        }
    }

    /// The utility of every row.
    pub fn utilities(&self, coefficients: &[f64]) -> Vec<f64> {
        (0..self.rows as u32)
            .into_par_iter()
            .with_min_len(4_096)
            .map(|row| {
                let levels = self
                    .codes(row)
                    .iter()
                    .map(|&code| coefficients[code as usize]);
                let numbers = self
                    .numbers(row)
                    .iter()
                    .zip(&coefficients[self.first_number..]);
                levels.sum::<f64>() + numbers.map(|(x, slope)| x * slope).sum::<f64>()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn columns_of_a_part_are_those_of_its_attributes() {
        let numbers = vec![vec![1.0, 3.0, 1.0, 3.0], vec![0.0, 0.0, 0.0, 4.0]];
        let levels = vec![0, 2, 1, 1, 0, 0, 1, 2];
        let some = Alternatives::new(vec![0; 4], levels, vec![2, 3], &numbers).unwrap();
        assert_eq!(some.scales(), [1.0, 3f64.sqrt()]);
        assert_eq!(some.centres(), [2.0, 1.0]);
        let ranges: Vec<_> = (0..4).map(|of| some.range(of)).collect();
        assert_eq!(ranges, [0..2, 2..5, 5..6, 6..7]);
        let all = some.all();
        assert_eq!((all.width(), all.codes(1)), (7, &[1, 3][..]));
        let part = some.columns(&[false, true, true, false]);
        assert_eq!(
            (part.width(), part.codes(3), part.numbers(3)),
            (4, &[2][..], &[1.0][..])
        );
        assert_eq!(part.utilities(&[5.0, 6.0, 7.0, 0.5])[3], 7.5);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let of = |levels: Vec<u32>, sizes: Vec<usize>, numbers: &[Vec<f64>]| {
            Alternatives::new(vec![0, 1], levels, sizes, numbers).unwrap_err()
        };
        assert!(matches!(
            of(vec![0, 2], vec![2], &[]),
            Error::Value { at: 1, .. }
        ));
        assert_eq!(
            of(vec![1, 1], vec![2], &[]),
            Error::Constant { attribute: 0 }
        );
        let constant = of(vec![0, 1], vec![2], &[vec![0.1, 0.1]]);
        assert_eq!(constant, Error::Constant { attribute: 1 });
        let nan = of(vec![], vec![], &[vec![0.0, f64::NAN]]);
        assert!(nan.to_string().contains("NaN at place 1"), "{nan}");
        assert!(matches!(of(vec![0], vec![2], &[]), Error::Mismatch { .. }));
        assert!(matches!(of(vec![], vec![], &[]), Error::Empty { .. }));
        assert!(matches!(
            of(vec![0, 1], vec![300], &[]),
            Error::Columns { .. }
        ));
        let none = Alternatives::new(vec![], vec![], vec![2], &[]);
        assert!(matches!(
            none,
            Err(Error::Empty {
                what: "alternatives"
            })
        ));
    }
}
