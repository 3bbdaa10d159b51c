//! Why one row is in its cluster: its own center against the next.
//!
//! Works on the scaled values the clustering was made of; labels may have been changed by hand.

use numeric::{MatrixView, chunks, distance::PackedRows};

use crate::{
    Error,
    error::{require, require_size},
    grouping::require_labels,
};

/// Where a row stands between its own cluster and the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Membership {
    /// The row's label.
    pub own: u32,
    /// Squared distance to the own center.
    pub own_squared: f64,
    /// The nearest of the other clusters, the lowest of equally near ones.
    pub next: u32,
    /// Squared distance to its center.
    pub next_squared: f64,
    /// Distance to the next center less distance to the own one, in units of the data: small for a row on
    /// the border, negative for one that sits nearer to another cluster than its label says.
    pub margin: f64,
}

/// Where each row stands.
///
/// # Errors
/// [`Error::Mismatch`]; [`Error::Parameter`] where there is only one center; [`Error::Label`] where a
/// label has no center.
pub fn memberships(
    data: MatrixView<'_>,
    labels: &[u32],
    centers: MatrixView<'_>,
) -> Result<Vec<Membership>, Error> {
    require_size("labels", "rows", labels.len(), data.rows())?;
    require_size("centers", "columns", centers.cols(), data.cols())?;
    require(
        centers.rows() >= 2,
        "centers",
        centers.rows(),
        "at least 2 rows",
    )?;
    require_labels(labels, centers.rows())?;
    let packed = PackedRows::new(centers);
    let parts = chunks::map(data.rows(), |range| {
        let mut distances = vec![0.0; packed.len()];
        let of_row = |row: usize| {
            packed.squared_distances(data.row(row), &mut distances);
            let own = labels[row] as usize;
            let own_squared = std::mem::replace(&mut distances[own], f64::INFINITY);
            let mut next = 0;
            for (center, squared) in distances.iter().enumerate() {
                if *squared < distances[next] {
                    next = center;
                }
            }
            Membership {
                own: labels[row],
                own_squared,
                next: next as u32,
                next_squared: distances[next],
                margin: distances[next].sqrt() - own_squared.sqrt(),
            }
        };
        range.map(of_row).collect::<Vec<_>>()
    });
    Ok(parts.into_iter().flatten().collect())
}

/// What each column adds to a row's squared distances. Each list, added in column order, gives its
/// squared distance exactly, and that is the distance [`memberships`] reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// Of each column, to the squared distance to the own center.
    pub own: Vec<f64>,
    /// Squared distance to the own center.
    pub own_squared: f64,
    /// Of each column, to the squared distance to the next center.
    pub next: Vec<f64>,
    /// Squared distance to the next center.
    pub next_squared: f64,
}

/// Splits a row's squared distances to two centers by column.
///
/// # Errors
/// [`Error::Mismatch`] where the three have different numbers of columns.
pub fn contributions(row: &[f64], own: &[f64], next: &[f64]) -> Result<Contributions, Error> {
    require_size("own", "columns", own.len(), row.len())?;
    require_size("next", "columns", next.len(), row.len())?;
    let split = |center: &[f64]| -> (Vec<f64>, f64) {
        let parts: Vec<f64> = row
            .iter()
            .zip(center)
            .map(|(x, y)| (x - y) * (x - y))
            .collect();
        // From 0.0: the empty sum of the standard library is -0.0.
        let total = parts.iter().fold(0.0, |total, part| total + part);
        (parts, total)
    };
    let (own, own_squared) = split(own);
    let (next, next_squared) = split(next);
    Ok(Contributions {
        own,
        own_squared,
        next,
        next_squared,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Matrix, Silent};

    use super::*;
    use crate::{kmeans, test_data::blobs};

    #[test]
    fn contributions_add_up_to_the_distances_reported() {
        let data = blobs(500, 13, 4, 1.5, 2).0;
        let params = kmeans::Params {
            clusters: 4,
            starts: 1,
            max_iterations: 50,
            tolerance: 0.0,
            seed: 1,
        };
        let fit = params
            .check(500)
            .unwrap()
            .fit(data.view(), &Silent)
            .unwrap();
        let centers = fit.centers.view();
        let all = memberships(data.view(), &fit.labels, centers).unwrap();
        for (row, member) in all.iter().enumerate() {
            let (own, next) = (member.own as usize, member.next as usize);
            let split =
                contributions(data.view().row(row), centers.row(own), centers.row(next)).unwrap();
            assert_eq!(split.own_squared, member.own_squared);
            assert_eq!(split.next_squared, member.next_squared);
            assert!(member.margin >= 0.0 && own != next);
        }
        let inertia: f64 = all.iter().map(|member| member.own_squared).sum();
        assert!((inertia - fit.inertia).abs() < 1e-9 * inertia);
    }

    #[test]
    fn a_moved_row_has_a_negative_margin() {
        let data = Matrix::new(vec![0.0, 10.0], 2, 1).unwrap();
        let centers = Matrix::new(vec![0.0, 9.0, 30.0], 3, 1).unwrap();
        let all = memberships(data.view(), &[1, 1], centers.view()).unwrap();
        assert_eq!((all[0].next, all[0].margin), (0, -9.0));
        assert_eq!((all[1].next, all[1].margin), (0, 9.0));
    }

    #[test]
    fn wrong_inputs_are_named() {
        let data = Matrix::new(vec![0.0, 10.0], 2, 1).unwrap();
        let centers = Matrix::new(vec![0.0, 9.0], 2, 1).unwrap();
        let label = memberships(data.view(), &[0, 2], centers.view());
        assert_eq!(
            label,
            Err(Error::Label {
                label: 2,
                row: 1,
                clusters: 2
            })
        );
        assert!(memberships(data.view(), &[0], centers.view()).is_err());
        let one = Matrix::new(vec![0.0], 1, 1).unwrap();
        assert!(memberships(data.view(), &[0, 0], one.view()).is_err());
        assert!(contributions(&[1.0], &[1.0, 2.0], &[1.0]).is_err());
    }
}
