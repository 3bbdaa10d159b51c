//! The one matrix type: `f64` or `f32`, row by row, checked once.
//!
//! Holds shape and finiteness, so that no kernel meets a NaN. No arithmetic.

use crate::{Error, Real};

/// Largest absolute value a matrix of `f64` may hold. Squares of it, summed over any number of rows and columns
/// that fit a memory, stay finite, so a kernel that starts from a checked matrix never overflows.
pub const MAGNITUDE_MAX: f64 = f64::MAGNITUDE_MAX;

/// A checked matrix that owns its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<T = f64> {
    data: Vec<T>,
    rows: usize,
    cols: usize,
}

impl<T: Real> Matrix<T> {
    /// Takes `rows × cols` values, row by row.
    ///
    /// # Errors
    /// As [`MatrixView::new`].
    pub fn new(data: Vec<T>, rows: usize, cols: usize) -> Result<Self, Error> {
        MatrixView::new(&data, rows, cols)?;
        Ok(Self { data, rows, cols })
    }

    /// The matrix as kernels take it.
    pub fn view(&self) -> MatrixView<'_, T> {
        MatrixView {
            data: &self.data,
            rows: self.rows,
            cols: self.cols,
        }
    }

    /// The values, row by row.
    pub fn into_data(self) -> Vec<T> {
        self.data
    }
}

/// A checked matrix that borrows its values: at least one row and one column, every value a number
/// within ±[`Real::MAGNITUDE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatrixView<'a, T = f64> {
    data: &'a [T],
    rows: usize,
    cols: usize,
}

impl<'a, T: Real> MatrixView<'a, T> {
    /// Borrows `rows × cols` values, row by row.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Shape`], or [`Error::Value`] naming the first bad row and column.
    pub fn new(data: &'a [T], rows: usize, cols: usize) -> Result<Self, Error> {
        if rows == 0 || cols == 0 {
            return Err(Error::Empty { rows, cols });
        }
        if rows.checked_mul(cols) != Some(data.len()) {
            return Err(Error::Shape {
                len: data.len(),
                rows,
                cols,
            });
        }
        // Not a number is not within any limit.
        let legal = |value: &T| value.to_f64().abs() <= T::MAGNITUDE_MAX;
        match data.iter().position(|value| !legal(value)) {
            None => Ok(Self { data, rows, cols }),
            Some(at) => Err(Error::Value {
                value: data[at].to_f64(),
                limit: T::MAGNITUDE_MAX,
                row: at / cols,
                col: at % cols,
            }),
        }
    }

    /// Number of rows, at least 1.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns, at least 1.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All values, row by row.
    pub fn data(&self) -> &'a [T] {
        self.data
    }

    /// One row. Like a slice, it panics where `row >= rows()`.
    #[inline]
    pub fn row(&self, row: usize) -> &'a [T] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }

    /// A copy of the rows named, in the order named, repeats allowed.
    ///
    /// # Errors
    /// [`Error::Empty`] where no row is named.
    pub fn take(&self, rows: &[usize]) -> Result<Matrix<T>, Error> {
        if rows.is_empty() {
            return Err(Error::Empty {
                rows: 0,
                cols: self.cols,
            });
        }
        let mut data = Vec::with_capacity(rows.len() * self.cols);
        for &row in rows {
            data.extend_from_slice(self.row(row));
        }
        Ok(Matrix {
            data,
            rows: rows.len(),
            cols: self.cols,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_the_first_bad_value() {
        let data = [1.0, 2.0, 3.0, f64::NAN, 5.0, f64::INFINITY];
        let error = MatrixView::new(&data, 3, 2).unwrap_err();
        assert!(matches!(error, Error::Value { row: 1, col: 1, .. }));
        assert!(error.to_string().contains("row 1, column 1"));
    }

    #[test]
    fn refuses_wrong_shapes_and_overflowing_values() {
        assert_eq!(
            MatrixView::<f64>::new(&[], 0, 3),
            Err(Error::Empty { rows: 0, cols: 3 })
        );
        assert_eq!(
            MatrixView::new(&[1.0], 2, 1),
            Err(Error::Shape {
                len: 1,
                rows: 2,
                cols: 1
            })
        );
        assert!(MatrixView::new(&[1.0], usize::MAX, 2).is_err());
        assert!(MatrixView::new(&[2e100], 1, 1).is_err());
        assert!(Matrix::new(vec![f64::NEG_INFINITY], 1, 1).is_err());
        assert!(MatrixView::new(&[2e15f32], 1, 1).is_err());
        assert!(MatrixView::new(&[f32::NAN], 1, 1).is_err());
        assert!(MatrixView::new(&[1e15f32], 1, 1).is_ok());
    }

    #[test]
    fn takes_rows_in_the_order_named() {
        let data = [1.0, 2.0, 3.0, 4.0];
        let view = MatrixView::new(&data, 2, 2).unwrap();
        let taken = view.take(&[1, 0, 1]).unwrap();
        assert_eq!(taken.view().rows(), 3);
        assert_eq!(taken.into_data(), [3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
        assert!(view.take(&[]).is_err());
    }
}
