//! How far the members of a clustering have drifted from it: who now belongs elsewhere, which centers
//! moved, which columns changed.
//!
//! Holds plain numbers, each beside what it would be without drift; what is too much is the caller's, and
//! so is clustering again. Both times must be scaled alike, by the scaler of the earlier one.

mod stability;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use numeric::MatrixView;

use crate::{
    Error,
    error::{require, require_size},
    grouping::require_labels,
    kmeans::nearest,
};

/// How drift is measured. Becomes a [`Drifting`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Bins of a column, of about equally many of its earlier values: 2 to 100. Ten is usual.
    pub bins: usize,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `bins` is outside its range.
    pub fn check(self) -> Result<Drifting, Error> {
        require(
            (2..=100).contains(&self.bins),
            "bins",
            self.bins,
            "2 to 100",
        )?;
        Ok(Drifting(self))
    }
}

/// Checked parameters, ready to compare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drifting(Params);

/// Members at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snapshot<'a> {
    /// One for each row, each once: what makes a row of one time the same member at another.
    pub keys: &'a [u64],
    /// Their scaled values.
    pub rows: MatrixView<'a>,
}

/// A member whose nearest center is now another than its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mover {
    /// Its row in the earlier snapshot.
    pub before_row: usize,
    /// Its row in the later one.
    pub now_row: usize,
    /// Its label.
    pub from: u32,
    /// The nearest center now.
    pub to: u32,
}

/// One cluster, by the members that are there both times and have its label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CenterDrift {
    /// The cluster's id.
    pub cluster: u32,
    /// Those members.
    pub members: usize,
    /// Distance between their mean before and their mean now, in units of the data; 0 without members.
    pub moved: f64,
    /// Standard error of that mean move, from how differently the members moved; 0 below two members.
    pub error: f64,
    /// Root of the mean squared distance of all earlier rows with the label to their center; that of all
    /// clusters where it is 0.
    pub within: f64,
    /// `moved / within`; 0 where nothing moved.
    pub ratio: f64,
    /// Earlier rows that were nearest to the center.
    pub nearest_before: usize,
    /// Later rows that are nearest to it.
    pub nearest_now: usize,
}

/// How one column changed, over all rows of either time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnDrift {
    /// The column, counted from 0.
    pub column: usize,
    /// Population stability index: 0 for the same distribution.
    pub stability_index: f64,
    /// The index to be expected without drift, from the numbers of rows alone.
    pub by_chance: f64,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Members that are there both times.
    pub lasting: usize,
    /// Earlier rows of members that are gone, ascending.
    pub gone: Vec<usize>,
    /// Later rows of members that are new, ascending.
    pub new: Vec<usize>,
    /// Lasting members whose nearest center is now another than their label, by earlier row.
    pub movers: Vec<Mover>,
    /// Their share of the lasting members; 0 without any.
    pub moved_share: f64,
    /// Share of the lasting members that were nearer to another center even before, as hand-made labels
    /// and size limits leave them.
    pub misplaced_before_share: f64,
    /// Mean squared distance of earlier rows to their nearest center.
    pub spread_before: f64,
    /// Mean squared distance of later rows to their nearest center.
    pub spread_now: f64,
    /// One for each center.
    pub centers: Vec<CenterDrift>,
    /// One for each column.
    pub columns: Vec<ColumnDrift>,
}

impl Drifting {
    /// Compares two times of one clustering; `labels` are those of the earlier rows and name the rows of
    /// `centers`.
    ///
    /// The stability index of a column is `Σ (q - p) ln(q / p)` over bins at the deciles (or as many as
    /// asked for) of its earlier values, `p` and `q` the shares of earlier and later rows (N. Siddiqi,
    /// "Credit Risk Scorecards", 2006; below .1 is taken for no change, above .25 for a great
    /// one), each count raised by 1/2 so that an empty bin does not make it infinite. A value that fills a
    /// bin by itself has one of its own. Without drift the index is about `(bins - 1) (1/n + 1/m)`
    /// (B. Yurdakul, "Statistical Properties of Population Stability Index", Western Michigan University,
    /// 2018).
    ///
    /// # Errors
    /// [`Error::Mismatch`]; [`Error::Label`] where a label has no center; [`Error::Parameter`] where a key
    /// comes twice.
    pub fn compare(
        &self,
        before: Snapshot<'_>,
        labels: &[u32],
        centers: MatrixView<'_>,
        now: Snapshot<'_>,
    ) -> Result<Drift, Error> {
        require_size("labels", "rows", labels.len(), before.rows.rows())?;
        require_size("now", "columns", now.rows.cols(), before.rows.cols())?;
        require_labels(labels, centers.rows())?;
        let later = by_key("now", now)?;
        let earlier = by_key("before", before)?;
        let old = nearest(before.rows, centers)?;
        let new = nearest(now.rows, centers)?;

        let (mut pairs, mut gone) = (Vec::new(), Vec::new());
        for (row, key) in before.keys.iter().enumerate() {
            match later.get(key) {
                Some(&now_row) => pairs.push((row, now_row)),
                None => gone.push(row),
            }
        }
        let fresh = |&row: &usize| !earlier.contains_key(&now.keys[row]);
        let movers: Vec<Mover> = pairs
            .iter()
            .map(|&(before_row, now_row)| Mover {
                before_row,
                now_row,
                from: labels[before_row],
                to: new.labels[now_row],
            })
            .filter(|mover| mover.from != mover.to)
            .collect();
        let misplaced = pairs
            .iter()
            .filter(|(row, _)| labels[*row] != old.labels[*row])
            .count();
        let share = |count: usize| count as f64 / pairs.len().max(1) as f64;
        let mean = |squared: &[f64]| numeric::sum::sum(squared) / squared.len() as f64;
        let mut drift = Drift {
            lasting: pairs.len(),
            gone,
            new: (0..now.keys.len()).filter(fresh).collect(),
            moved_share: share(movers.len()),
            movers,
            misplaced_before_share: share(misplaced),
            spread_before: mean(&old.squared_distances),
            spread_now: mean(&new.squared_distances),
            centers: center_drifts(before.rows, labels, centers, now.rows, &pairs),
            columns: stability::columns(before.rows, now.rows, self.0.bins),
        };
        for &label in &old.labels {
            drift.centers[label as usize].nearest_before += 1;
        }
        for &label in &new.labels {
            drift.centers[label as usize].nearest_now += 1;
        }
        Ok(drift)
    }
}

/// The row of each key.
fn by_key(field: &'static str, snapshot: Snapshot<'_>) -> Result<BTreeMap<u64, usize>, Error> {
    require_size(field, "keys", snapshot.keys.len(), snapshot.rows.rows())?;
    let mut rows = BTreeMap::new();
    for (row, &key) in snapshot.keys.iter().enumerate() {
        let fresh = rows.insert(key, row).is_none();
        require(fresh, field, format!("key {key} twice"), "every key once")?;
    }
    Ok(rows)
}

/// Moves of the members' means; the counts of nearest rows are left at 0.
fn center_drifts(
    before: MatrixView<'_>,
    labels: &[u32],
    centers: MatrixView<'_>,
    now: MatrixView<'_>,
    pairs: &[(usize, usize)],
) -> Vec<CenterDrift> {
    let (cols, clusters) = (before.cols(), centers.rows());
    let mut squares = vec![0.0; clusters];
    let mut sizes = vec![0usize; clusters];
    for (row, &label) in labels.iter().enumerate() {
        let cluster = label as usize;
        let center = centers.row(cluster);
        squares[cluster] += numeric::distance::squared_euclidean(before.row(row), center);
        sizes[cluster] += 1;
    }
    let root_mean = |squares: f64, rows: usize| (squares / rows.max(1) as f64).sqrt();
    let pooled = root_mean(squares.iter().sum(), labels.len());

    // Mean and squared deviations of each member's own move, in one pass (B. P. Welford, "Note on a Method
    // for Calculating Corrected Sums of Squares and Products", Technometrics 4, 1962).
    let mut members = vec![0usize; clusters];
    let mut mean = vec![0.0; clusters * cols];
    let mut deviations = vec![0.0; clusters];
    for &(before_row, now_row) in pairs {
        let cluster = labels[before_row] as usize;
        members[cluster] += 1;
        let count = members[cluster] as f64;
        let steps = before.row(before_row).iter().zip(now.row(now_row));
        for (mean, (from, to)) in mean[cluster * cols..].iter_mut().zip(steps) {
            let apart = to - from - *mean;
            *mean += apart / count;
            deviations[cluster] += apart * (to - from - *mean);
        }
    }
    (0..clusters)
        .map(|cluster| {
            let step = &mean[cluster * cols..(cluster + 1) * cols];
            let moved = step.iter().map(|part| part * part).sum::<f64>().sqrt();
            let own = root_mean(squares[cluster], sizes[cluster]);
            let within = if own > 0.0 { own } else { pooled };
            let count = members[cluster] as f64;
            CenterDrift {
                cluster: cluster as u32,
                members: members[cluster],
                moved,
                error: if members[cluster] < 2 {
                    0.0
                } else {
                    (deviations[cluster].max(0.0) / (count - 1.0) / count).sqrt()
                },
                within,
                ratio: if moved == 0.0 { 0.0 } else { moved / within },
                nearest_before: 0,
                nearest_now: 0,
            }
        })
        .collect()
}
