//! Where to put a newcomer of whom nothing is known: the largest cluster, or the tightest.
//!
//! Plain rules that look at clusters alone; how often they are right is not known here.

use numeric::{MatrixView, distance::squared_euclidean};

use crate::{
    Error,
    error::require,
    grouping::{Grouping, means},
};

/// The cluster of most members.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Largest {
    /// Its id, the lowest of equally large ones.
    pub cluster: u32,
    /// Its members.
    pub rows: usize,
    /// Their share of all members: how often a member drawn at random is one of them.
    pub share: f64,
}

/// The cluster whose members are most alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tightest {
    /// Its id, the lowest of equally tight ones.
    pub cluster: u32,
    /// Its members.
    pub rows: usize,
    /// Mean squared distance of its members to their mean.
    pub spread: f64,
}

/// The largest cluster.
///
/// # Errors
/// [`Error::Matrix`] where there are no labels.
pub fn largest(labels: &[u32]) -> Result<Largest, Error> {
    let grouping = Grouping::new(labels);
    let most = grouping.sizes.iter().copied().max();
    let Some(rows) = most else {
        return Err(numeric::Error::Empty { rows: 0, cols: 1 }.into());
    };
    let place = grouping
        .sizes
        .iter()
        .take_while(|&&size| size < rows)
        .count();
    Ok(Largest {
        cluster: grouping.ids[place],
        rows,
        share: rows as f64 / labels.len() as f64,
    })
}

/// The tightest cluster of at least `rows_min` members: one of a single member has no spread to speak of.
///
/// # Errors
/// [`Error::Mismatch`]; [`Error::Parameter`] where `rows_min` is below 2 or no cluster has as many.
pub fn tightest(data: MatrixView<'_>, labels: &[u32], rows_min: usize) -> Result<Tightest, Error> {
    require(rows_min >= 2, "rows_min", rows_min, "at least 2")?;
    let grouping = Grouping::of(data, labels)?;
    let (centers, _) = means(data, grouping.ids.len(), |row| grouping.group[row]);
    let centers = MatrixView::new(&centers, grouping.ids.len(), data.cols())?;
    let mut squares = vec![0.0; centers.rows()];
    for (row, &group) in grouping.group.iter().enumerate() {
        squares[group] += squared_euclidean(data.row(row), centers.row(group));
    }
    let mut best: Option<Tightest> = None;
    for (group, &rows) in grouping.sizes.iter().enumerate() {
        let spread = squares[group] / rows as f64;
        if rows >= rows_min && best.is_none_or(|best| spread < best.spread) {
            let cluster = grouping.ids[group];
            best = Some(Tightest {
                cluster,
                rows,
                spread,
            });
        }
    }
    let most = grouping.sizes.iter().copied().max().unwrap_or(0);
    best.ok_or_else(|| Error::Parameter {
        field: "rows_min",
        value: rows_min.to_string(),
        legal: format!("at most {most}, the rows of the largest cluster"),
    })
}
