//! Columns onto one footing before distances are taken, and back.
//!
//! Holds the transform only: fitted on one matrix, applied to others, inverted for centers. Which
//! columns are skewed is the caller's to say.

use numeric::{Matrix, MatrixView, sum};
use rayon::prelude::*;

use crate::{
    Error,
    error::{require, require_size},
};

/// Ratio of the interquartile range to the deviation of a normal distribution, `2 Φ⁻¹(3/4)`.
const IQR_PER_DEVIATION: f64 = 1.348_979_500_392_163_5;

/// How a column is centered and spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Median, and interquartile range over 1.349 (the deviation, for normal values). Where the range is
    /// 0 because most rows are equal, the deviation.
    Robust,
    /// Mean and deviation.
    ZScore,
}

/// What happens to a column's values first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Linear,
    /// `sign(x) · ln(1 + |x|)`, for amounts and counts with a long tail.
    SignedLog,
}

/// How to scale. Becomes a [`Scaling`] by [`Params::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// For all columns.
    pub method: Method,
    /// One for each column.
    pub shapes: Vec<Shape>,
    /// Values below this quantile of their column are raised to it: 0 (none) to below
    /// `quantile_high`.
    pub quantile_low: f64,
    /// Values above this quantile of their column are lowered to it: above `quantile_low` to 1 (none).
    pub quantile_high: f64,
}

impl Params {
    /// Checks the values for data of `cols` columns.
    ///
    /// # Errors
    /// [`Error::Mismatch`], [`Error::Parameter`].
    pub fn check(self, cols: usize) -> Result<Scaling, Error> {
        require_size("shapes", "columns", self.shapes.len(), cols)?;
        let (low, high) = (self.quantile_low, self.quantile_high);
        let legal = "0 to 1, and below quantile_high";
        require((0.0..=1.0).contains(&low), "quantile_low", low, legal)?;
        require((0.0..=1.0).contains(&high), "quantile_high", high, "0 to 1")?;
        require(low < high, "quantile_low", low, legal)?;
        Ok(Scaling(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling(Params);

/// The transform of one column: `x` is held between `low` and `high`, shaped, then
/// `(x - center) / spread`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// What happens to values first.
    pub shape: Shape,
    /// Least value let through, in units of the data.
    pub low: f64,
    /// Greatest value let through, in units of the data.
    pub high: f64,
    /// Middle of the shaped values.
    pub center: f64,
    /// Spread of the shaped values, above 0; 1 for a column without spread.
    pub spread: f64,
}

/// A fitted transform of all columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaler {
    columns: Vec<Column>,
}

impl Scaling {
    /// Learns the transform from the columns of `data`.
    ///
    /// # Errors
    /// [`Error::Mismatch`] where `data` has other columns than were checked.
    pub fn fit(&self, data: MatrixView<'_>) -> Result<Scaler, Error> {
        require_size("data", "columns", data.cols(), self.0.shapes.len())?;
        let columns = self.0.shapes.par_iter().enumerate().map(|(col, &shape)| {
            let mut values: Vec<f64> = (0..data.rows()).map(|row| data.row(row)[col]).collect();
            values.sort_unstable_by(f64::total_cmp);
            let low = quantile(&values, self.0.quantile_low);
            let high = quantile(&values, self.0.quantile_high);
            // Holding and shaping keep the order, so the values stay sorted.
            for value in &mut values {
                *value = shape.forward(value.clamp(low, high));
            }
            let (center, spread) = middle_and_spread(self.0.method, &values);
            Column {
                shape,
                low,
                high,
                center,
                spread,
            }
        });
        Ok(Scaler {
            columns: columns.collect(),
        })
    }
}

impl Scaler {
    /// A transform from columns kept earlier.
    ///
    /// # Errors
    /// [`Error::Parameter`] where a number is not finite, `low` is above `high` or `spread` is not above
    /// 0.
    pub fn new(columns: Vec<Column>) -> Result<Self, Error> {
        for column in &columns {
            let finite = column.low.is_finite() && column.high.is_finite();
            let low = format!("{} and high {}", column.low, column.high);
            require(
                finite && column.low <= column.high,
                "low",
                low,
                "finite numbers in this order",
            )?;
            require(
                column.center.is_finite(),
                "center",
                column.center,
                "a finite number",
            )?;
            let good = column.spread.is_finite() && column.spread > 0.0;
            require(good, "spread", column.spread, "a finite number above 0")?;
        }
        Ok(Self { columns })
    }

    /// The transform of each column, to be kept.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Scales rows, of the fit or new ones.
    ///
    /// # Errors
    /// [`Error::Mismatch`]; [`Error::Matrix`] where a result is out of range.
    pub fn apply(&self, data: MatrixView<'_>) -> Result<Matrix, Error> {
        self.map(data, |column, value| {
            let value = column.shape.forward(value.clamp(column.low, column.high));
            (value - column.center) / column.spread
        })
    }

    /// Brings scaled rows, such as centers, back to the units of the data. Values that were held at a
    /// quantile stay there.
    ///
    /// # Errors
    /// [`Error::Mismatch`]; [`Error::Matrix`] where a result is out of range.
    pub fn invert(&self, scaled: MatrixView<'_>) -> Result<Matrix, Error> {
        self.map(scaled, |column, value| {
            column.shape.backward(value * column.spread + column.center)
        })
    }

    fn map(
        &self,
        data: MatrixView<'_>,
        value: impl Fn(&Column, f64) -> f64 + Sync,
    ) -> Result<Matrix, Error> {
        require_size("data", "columns", data.cols(), self.columns.len())?;
        let values = data
            .data()
            .par_chunks_exact(data.cols())
            .flat_map_iter(|row| {
                row.iter()
                    .zip(&self.columns)
                    .map(|(&x, column)| value(column, x))
            })
            .collect();
        Ok(Matrix::new(values, data.rows(), data.cols())?)
    }
}

impl Shape {
    fn forward(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::SignedLog => value.abs().ln_1p().copysign(value),
        }
    }

    fn backward(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::SignedLog => value.abs().exp_m1().copysign(value),
        }
    }
}

/// The quantile of sorted values, between neighbours in proportion (R. J. Hyndman, Y. Fan, "Sample
/// Quantiles in Statistical Packages", Am. Stat. 50, 1996, definition 7).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

fn middle_and_spread(method: Method, sorted: &[f64]) -> (f64, f64) {
    let range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    let mean = sum::sum(sorted) / sorted.len() as f64;
    let squares: Vec<f64> = sorted
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .collect();
    let deviation = (sum::sum(&squares) / sorted.len() as f64).sqrt();
    let (center, spread) = match method {
        Method::Robust if range > 0.0 => (quantile(sorted, 0.5), range / IQR_PER_DEVIATION),
        Method::Robust => (quantile(sorted, 0.5), deviation),
        Method::ZScore => (mean, deviation),
    };
    // The mean of equal values is off by rounding, and would seem to leave a spread.
    let constant = sorted[0] == sorted[sorted.len() - 1];
    (
        center,
        if constant || spread == 0.0 {
            1.0
        } else {
            spread
        },
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::test_data::{blobs, on_threads};

    fn params(method: Method, shapes: &[Shape]) -> Params {
        Params {
            method,
            shapes: shapes.to_vec(),
            quantile_low: 0.0,
            quantile_high: 1.0,
        }
    }

    fn scale(params: Params, values: &[f64]) -> Vec<f64> {
        let data = MatrixView::new(values, values.len(), 1).unwrap();
        let scaler = params.check(1).unwrap().fit(data).unwrap();
        scaler.apply(data).unwrap().into_data()
    }

    #[test]
    fn by_hand() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        let robust = scale(params(Method::Robust, &[Shape::Linear]), &values);
        assert!((robust[4] - 2.0 / (2.0 / IQR_PER_DEVIATION)).abs() < 1e-15);
        assert_eq!(robust[2], 0.0);
        let z = scale(params(Method::ZScore, &[Shape::Linear]), &values);
        assert!((z[4] - 2f64.sqrt()).abs() < 1e-15);
        let held = Params {
            quantile_low: 0.25,
            quantile_high: 0.75,
            ..params(Method::ZScore, &[Shape::Linear])
        };
        let held = scale(held, &values);
        assert_eq!((held[0], held[4]), (held[1], held[3]));
    }

    #[test]
    fn columns_without_spread() {
        for method in [Method::Robust, Method::ZScore] {
            let constant = scale(params(method, &[Shape::SignedLog]), &[0.1; 7]);
            assert!(
                constant.iter().all(|value| value.abs() < 1e-15),
                "{constant:?}"
            );
        }
        // More than half the rows are equal: the deviation takes over.
        let mostly = scale(
            params(Method::Robust, &[Shape::Linear]),
            &[0.0, 0.0, 0.0, 0.0, 5.0],
        );
        assert_eq!(&mostly[..4], &[0.0; 4]);
        assert_eq!(mostly[4], 2.5);
    }

    #[test]
    fn illegal_values_are_named() {
        let good = params(Method::Robust, &[Shape::Linear]);
        assert!(good.clone().check(2).is_err());
        for (low, high) in [
            (-0.1, 1.0),
            (0.5, 0.5),
            (0.1, 1.1),
            (f64::NAN, 1.0),
            (0.0, f64::NAN),
        ] {
            let bad = Params {
                quantile_low: low,
                quantile_high: high,
                ..good.clone()
            };
            assert!(matches!(bad.check(1), Err(Error::Parameter { .. })));
        }
        let column = Column {
            shape: Shape::Linear,
            low: 0.0,
            high: 1.0,
            center: 0.0,
            spread: 1.0,
        };
        assert!(Scaler::new(vec![column]).is_ok());
        for bad in [
            Column { low: 2.0, ..column },
            Column {
                center: f64::NAN,
                ..column
            },
            Column {
                spread: 0.0,
                ..column
            },
            Column {
                spread: f64::NAN,
                ..column
            },
        ] {
            assert!(Scaler::new(vec![bad]).is_err());
        }
    }

    #[test]
    fn threads_do_not_matter() {
        let data = blobs(5_000, 3, 4, 3.0, 8).0;
        let scaling = params(Method::ZScore, &[Shape::Linear; 3])
            .check(3)
            .unwrap();
        let on = |threads| on_threads(threads, || scaling.fit(data.view()).unwrap());
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
    }

    proptest! {
        #[test]
        fn invert_undoes_apply(
            values in prop::collection::vec(-1e4f64..1e4, 2..40), robust: bool, log: bool,
        ) {
            let method = if robust { Method::Robust } else { Method::ZScore };
            let shape = if log { Shape::SignedLog } else { Shape::Linear };
            let data = MatrixView::new(&values, values.len(), 1).unwrap();
            let scaler = params(method, &[shape]).check(1).unwrap().fit(data).unwrap();
            let again = Scaler::new(scaler.columns().to_vec()).unwrap();
            let scaled = again.apply(data).unwrap();
            let back = scaler.invert(scaled.view()).unwrap().into_data();
            for (value, back) in values.iter().zip(back) {
                prop_assert!((value - back).abs() <= 1e-9 * value.abs().max(1.0));
            }
        }
    }
}
