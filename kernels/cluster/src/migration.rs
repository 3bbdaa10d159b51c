//! Who went from which cluster to which between two labellings of the same members, and why: what each
//! column did to the distances.
//!
//! Takes ids that last (those of `matching`); which columns mean what is the caller's.

use numeric::MatrixView;

use crate::{
    Error,
    error::{require, require_size},
    explain::contributions,
    grouping::{Grouping, require_labels},
};

/// How members went from cluster to cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The earlier ids, ascending.
    pub before: Vec<u32>,
    /// The later ids, ascending.
    pub now: Vec<u32>,
    /// Members of each earlier id (outer) that are in each later one (inner).
    pub counts: Vec<Vec<usize>>,
    /// For each later id, its members that had no cluster before.
    pub entered: Vec<usize>,
    /// For each earlier id, its members that have no cluster now.
    pub left: Vec<usize>,
    /// Members without a cluster at either time.
    pub absent: usize,
    /// Members with the same id both times.
    pub stayed: usize,
    /// Members with an id both times, but not the same, ascending.
    pub moved: Vec<usize>,
}

/// Counts the ways from `before` to `now`, one entry for each member, none where it has no cluster.
///
/// # Errors
/// [`Error::Mismatch`] where they are of different lengths.
pub fn migration(before: &[Option<u32>], now: &[Option<u32>]) -> Result<Migration, Error> {
    require_size("now", "members", now.len(), before.len())?;
    let ids = |labels: &[Option<u32>]| {
        let known: Vec<u32> = labels.iter().copied().flatten().collect();
        Grouping::new(&known).ids
    };
    let (earlier, later) = (ids(before), ids(now));
    let mut migration = Migration {
        counts: vec![vec![0; later.len()]; earlier.len()],
        entered: vec![0; later.len()],
        left: vec![0; earlier.len()],
        absent: 0,
        stayed: 0,
        moved: Vec::new(),
        before: earlier,
        now: later,
    };
    let place = |ids: &[u32], id: u32| ids.partition_point(|&other| other < id);
    for (member, pair) in before.iter().zip(now).enumerate() {
        match pair {
            (None, None) => migration.absent += 1,
            (None, Some(to)) => migration.entered[place(&migration.now, *to)] += 1,
            (Some(from), None) => migration.left[place(&migration.before, *from)] += 1,
            (Some(from), Some(to)) => {
                let (row, col) = (place(&migration.before, *from), place(&migration.now, *to));
                migration.counts[row][col] += 1;
                if from == to {
                    migration.stayed += 1;
                } else {
                    migration.moved.push(member);
                }
            }
        }
    }
    Ok(migration)
}

/// Scaled rows and centers at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene<'a> {
    /// The members.
    pub rows: MatrixView<'a>,
    /// One row for each id, the same id at both times.
    pub centers: MatrixView<'a>,
}

/// A member that went from one cluster to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Its row before.
    pub before_row: usize,
    /// Its row now.
    pub now_row: usize,
    /// Its cluster before.
    pub from: u32,
    /// Its cluster now.
    pub to: u32,
}

/// What each column did to a move. A lean is a column's part of the squared distance to the cluster left
/// less that to the cluster entered: above 0 where it speaks for the one entered. Leans add up over
/// columns, which plain distances do not.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Lean of each column before.
    pub before: Vec<f64>,
    /// Sum of these.
    pub before_total: f64,
    /// Lean of each column now.
    pub now: Vec<f64>,
    /// Sum of these; not above 0 where something else than distance made the member move.
    pub now_total: f64,
    /// Of each column, the change of lean because the member changed, against the centers before.
    pub by_member: Vec<f64>,
    /// Of each column, the rest of the change: because the centers moved.
    pub by_centers: Vec<f64>,
    /// Columns whose lean grew, from the greatest growth down.
    pub top: Vec<usize>,
}

/// Why each of the members moved.
///
/// # Errors
/// [`Error::Mismatch`] where rows or centers differ in columns, or centers in number; [`Error::Label`] where
/// a move names no center, at the place of the move; [`Error::Parameter`] where it names a row that is not
/// there.
pub fn reasons(before: Scene<'_>, now: Scene<'_>, moves: &[Move]) -> Result<Vec<Reason>, Error> {
    let cols = before.rows.cols();
    for (field, found) in [
        ("before.centers", before.centers),
        ("now.rows", now.rows),
        ("now.centers", now.centers),
    ] {
        require_size(field, "columns", found.cols(), cols)?;
    }
    let clusters = before.centers.rows();
    require_size("now.centers", "rows", now.centers.rows(), clusters)?;
    let ids = |id: fn(&Move) -> u32| moves.iter().map(id).collect::<Vec<u32>>();
    require_labels(&ids(|one| one.from), clusters)?;
    require_labels(&ids(|one| one.to), clusters)?;
    moves.iter().map(|one| reason(before, now, one)).collect()
}

fn reason(before: Scene<'_>, now: Scene<'_>, one: &Move) -> Result<Reason, Error> {
    let row = |field, rows: MatrixView<'_>, row: usize| {
        let legal = format!("rows below {}", rows.rows());
        require(row < rows.rows(), field, row, legal)
    };
    row("before_row", before.rows, one.before_row)?;
    row("now_row", now.rows, one.now_row)?;
    let (was, is) = (before.rows.row(one.before_row), now.rows.row(one.now_row));
    let earlier = lean(was, before.centers, one)?;
    let between = lean(is, before.centers, one)?;
    let later = lean(is, now.centers, one)?;
    let less = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let change = less(&later, &earlier);
    let mut top: Vec<usize> = (0..change.len())
        .filter(|&column| change[column] > 0.0)
        .collect();
    top.sort_by(|&a, &b| change[b].total_cmp(&change[a]));
    let total = |leans: &[f64]| leans.iter().fold(0.0, |total, lean| total + lean);
    Ok(Reason {
        by_member: less(&between, &earlier),
        by_centers: less(&later, &between),
        before_total: total(&earlier),
        now_total: total(&later),
        before: earlier,
        now: later,
        top,
    })
}

/// Of each column, the squared distance to the cluster left less that to the one entered.
fn lean(row: &[f64], centers: MatrixView<'_>, one: &Move) -> Result<Vec<f64>, Error> {
    let (left, entered) = (centers.row(one.from as usize), centers.row(one.to as usize));
    let split = contributions(row, left, entered)?;
    Ok(split
        .own
        .iter()
        .zip(&split.next)
        .map(|(own, next)| own - next)
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::{Matrix, distance::squared_euclidean};
    use proptest::prelude::*;

    use super::*;
    use crate::test_data::blobs;

    #[test]
    fn the_table_by_hand() {
        let before = [Some(4), Some(4), Some(7), None, None, Some(7), Some(4)];
        let now = [Some(4), Some(9), Some(7), Some(9), None, None, Some(9)];
        let table = migration(&before, &now).unwrap();
        assert_eq!((table.before, table.now), (vec![4, 7], vec![4, 7, 9]));
        assert_eq!(table.counts, [[1, 0, 2], [0, 1, 0]]);
        assert_eq!((table.entered, table.left), (vec![0, 0, 1], vec![0, 1]));
        assert_eq!(
            (table.absent, table.stayed, table.moved),
            (1, 2, vec![1, 6])
        );
        assert!(migration(&[None], &[]).is_err());
        assert!(migration(&[], &[]).unwrap().counts.is_empty());
    }

    #[test]
    fn why_a_member_moved_by_hand() {
        // Column 0 carries it from beside cluster 0 to beside cluster 1; column 1 speaks against.
        let was = Matrix::new(vec![0.0, 0.0], 1, 2).unwrap();
        let is = Matrix::new(vec![4.0, -1.0], 1, 2).unwrap();
        let centers = Matrix::new(vec![0.0, 0.0, 4.0, 1.0], 2, 2).unwrap();
        let later = Matrix::new(vec![-1.0, 0.0, 4.0, 1.0], 2, 2).unwrap();
        let before = Scene {
            rows: was.view(),
            centers: centers.view(),
        };
        let now = Scene {
            rows: is.view(),
            centers: later.view(),
        };
        let one = Move {
            before_row: 0,
            now_row: 0,
            from: 0,
            to: 1,
        };
        let reason = &reasons(before, now, &[one]).unwrap()[0];
        assert_eq!(
            (reason.before.as_slice(), reason.before_total),
            (&[-16.0, -1.0][..], -17.0)
        );
        assert_eq!(
            (reason.now.as_slice(), reason.now_total),
            (&[25.0, -3.0][..], 22.0)
        );
        assert_eq!(
            (reason.by_member.as_slice(), &reason.top[..]),
            (&[32.0, -2.0][..], &[0][..])
        );
        assert_eq!(reason.by_centers, [9.0, 0.0]);
        let far = Move { to: 2, ..one };
        assert!(matches!(
            reasons(before, now, &[one, far]),
            Err(Error::Label { row: 1, .. })
        ));
        let nobody = Move { now_row: 1, ..one };
        assert!(matches!(
            reasons(before, now, &[nobody]),
            Err(Error::Parameter { .. })
        ));
        let narrow = Scene {
            rows: was.view(),
            centers: MatrixView::new(&[1.0], 1, 1).unwrap(),
        };
        assert!(reasons(before, narrow, &[]).is_err());
    }

    proptest! {
        #[test]
        fn everybody_is_in_one_cell(pairs in prop::collection::vec((prop::option::of(0u32..4), prop::option::of(0u32..4)), 0..60)) {
            let (before, now): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let table = migration(&before, &now).unwrap();
            let both: usize = table.counts.iter().flatten().sum();
            let one_side = table.entered.iter().sum::<usize>() + table.left.iter().sum::<usize>();
            prop_assert_eq!(both, table.stayed + table.moved.len());
            prop_assert_eq!(both + one_side + table.absent, before.len());
        }

        #[test]
        fn leans_add_up_to_the_distances(seed in 0u64..200) {
            let (rows, _) = blobs(20, 6, 3, 3.0, seed);
            let (later, _) = blobs(20, 6, 3, 3.0, seed + 1);
            let (first, second) = (rows.view().take(&[0, 1]).unwrap(), later.view().take(&[0, 1]).unwrap());
            let was = Scene { rows: rows.view(), centers: first.view() };
            let is = Scene { rows: later.view(), centers: second.view() };
            let one = Move { before_row: 3, now_row: 5, from: 1, to: 0 };
            let reason = reasons(was, is, &[one]).unwrap().remove(0);
            let row = is.rows.row(5);
            let apart = squared_euclidean(row, second.view().row(1)) - squared_euclidean(row, second.view().row(0));
            prop_assert!((reason.now_total - apart).abs() < 1e-9);
            let change = reason.by_member.iter().chain(&reason.by_centers).sum::<f64>();
            prop_assert!((change - (reason.now_total - reason.before_total)).abs() < 1e-9);
        }
    }
}
