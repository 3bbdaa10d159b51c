//! Rows to given centers, once: labels for newcomers, without moving any center.

use numeric::{MatrixView, Real, chunks, distance::squared_euclidean};

use super::bounds::Bounds;
use crate::{Error, error::require_size};

/// The nearest center of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// For each row, the nearest center, the lowest of equally near ones.
    pub labels: Vec<u32>,
    /// For each row, the squared distance to it.
    pub squared_distances: Vec<f64>,
}

/// Labels each row by its nearest center.
///
/// # Errors
/// [`Error::Mismatch`] where the centers have other columns than the data.
pub fn nearest<T: Real>(
    data: MatrixView<'_, T>,
    centers: MatrixView<'_>,
) -> Result<Nearest, Error> {
    require_size("centers", "columns", centers.cols(), data.cols())?;
    let labels = labels_of(data, centers);
    let parts = chunks::map(data.rows(), |range| {
        range
            .map(|row| squared_euclidean(data.row(row), centers.row(labels[row] as usize)))
            .collect::<Vec<_>>()
    });
    Ok(Nearest {
        squared_distances: parts.into_iter().flatten().collect(),
        labels,
    })
}

/// As [`nearest`], the centers alone; they are in the columns of the data.
pub(crate) fn labels_of<T: Real>(data: MatrixView<'_, T>, centers: MatrixView<'_>) -> Vec<u32> {
    let mut bounds = Bounds::new(data, None, centers);
    bounds.assign(centers);
    bounds.into_labels()
}

/// The nearest and second nearest of several squared distances; ties go to the lower place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TwoNearest {
    pub first: usize,
    pub first_squared: f64,
    /// Infinite where there is only one.
    pub second_squared: f64,
}

impl TwoNearest {
    pub fn of(squared: &[f64]) -> Self {
        let mut two = Self {
            first: 0,
            first_squared: f64::INFINITY,
            second_squared: f64::INFINITY,
        };
        // Written as choices of values: branches here would be mispredicted for most rows.
        for (place, &value) in squared.iter().enumerate() {
            let nearer = value < two.first_squared;
            let later = if nearer { two.first_squared } else { value };
            two.second_squared = if later < two.second_squared {
                later
            } else {
                two.second_squared
            };
            two.first_squared = if nearer { value } else { two.first_squared };
            two.first = if nearer { place } else { two.first };
        }
        two
    }
}
