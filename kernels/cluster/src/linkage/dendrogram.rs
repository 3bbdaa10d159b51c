//! The tree of merges, and cutting it.
//!
//! Holds merges in the order in which they are made, numbered as SciPy's `Z` numbers them. Knows no
//! distance and no method.

use crate::{Error, error::require, sets::Sets};

/// Two clusters that become one. Clusters 0 to `rows - 1` are the rows; merge `i` makes cluster
/// `rows + i`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// The lower id of the two.
    pub first: u32,
    /// The higher id.
    pub second: u32,
    /// How far apart they were, in the units of the columns; never below that of an earlier merge.
    pub height: f64,
    /// Rows of the new cluster.
    pub size: u32,
}

/// Any rows of two clusters that are to be joined, and how far apart the clusters are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub a: u32,
    pub b: u32,
    pub height: f64,
}

/// A whole tree over the rows: `rows - 1` merges, of which the first are forced by must-links and the
/// last forbidden by cannot-links; [`Dendrogram::cut`] undoes none of the former and makes none of the
/// latter.
#[derive(Debug, Clone, PartialEq)]
pub struct Dendrogram {
    rows: usize,
    merges: Vec<Merge>,
    forced: usize,
    allowed: usize,
}

impl Dendrogram {
    /// The tree of links in the order in which they are made: `rows - 1` of them, heights ascending. The
    /// first `forced` are never undone, those from `allowed` on never made by a cut.
    pub(crate) fn new(rows: usize, links: &[Link], forced: usize, allowed: usize) -> Self {
        let mut sets = Sets::new(rows);
        let mut ids: Vec<u32> = (0..rows as u32).collect();
        let merges = links.iter().enumerate().map(|(made, link)| {
            let (a, b) = (sets.find(link.a), sets.find(link.b));
            let (x, y) = (ids[a as usize], ids[b as usize]);
            let root = sets.join(a, b);
            ids[root as usize] = (rows + made) as u32;
            Merge {
                first: x.min(y),
                second: x.max(y),
                height: link.height,
                size: sets.size(root),
            }
        });
        Self {
            rows,
            merges: merges.collect(),
            forced,
            allowed,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All `rows - 1` merges in order of height.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// Least number of clusters that a cut can give: 1, or what cannot-links leave.
    pub fn clusters_min(&self) -> usize {
        self.rows - self.allowed
    }

    /// Greatest number of clusters that a cut can give: the rows, each set of must-linked ones counted
    /// once.
    pub fn clusters_max(&self) -> usize {
        self.rows - self.forced
    }

    /// The labels of the rows when just `clusters` clusters are left; clusters are numbered in order of
    /// their lowest row.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `clusters` is not [`Dendrogram::clusters_min`] to
    /// [`Dendrogram::clusters_max`].
    pub fn cut(&self, clusters: usize) -> Result<Vec<u32>, Error> {
        let (least, most) = (self.clusters_min(), self.clusters_max());
        let mut legal = format!("{least} to {most}");
        if least > 1 {
            legal += &format!(
                "; below {least} every merge would join rows that cannot-links keep apart, so drop some of these or ask for more clusters"
            );
        }
        if most < self.rows {
            legal += "; must-linked rows count once";
        }
        require(
            (least..=most).contains(&clusters),
            "clusters",
            clusters,
            legal,
        )?;
        Ok(self.after(self.rows - clusters))
    }

    /// The labels of the rows after all merges of at most this height, numbered as by
    /// [`Dendrogram::cut`]. Must-links hold below every height, cannot-links above it.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `height` is not a number.
    pub fn cut_at(&self, height: f64) -> Result<Vec<u32>, Error> {
        require(!height.is_nan(), "height", height, "a number")?;
        let made = self.merges.partition_point(|merge| merge.height <= height);
        Ok(self.after(made.clamp(self.forced, self.allowed)))
    }

    /// The rows in the order in which a drawing has them, so that no two branches cross: at each merge
    /// the rows of `first` come before those of `second`.
    pub fn order(&self) -> Vec<usize> {
        let mut order = vec![0; self.rows];
        for (row, &start) in self.starts()[..self.rows].iter().enumerate() {
            order[start as usize] = row;
        }
        order
    }

    /// For each cluster, rows first, where in the order its rows begin.
    pub(crate) fn starts(&self) -> Vec<u32> {
        let mut starts = vec![0; self.rows + self.merges.len()];
        for (made, merge) in self.merges.iter().enumerate().rev() {
            let start = starts[self.rows + made];
            starts[merge.first as usize] = start;
            starts[merge.second as usize] = start + self.size(merge.first);
        }
        starts
    }

    /// The merge that made a cluster; none for a row.
    pub(crate) fn merge(&self, cluster: u32) -> Option<&Merge> {
        let made = (cluster as usize).checked_sub(self.rows)?;
        self.merges.get(made)
    }

    /// Rows of a cluster.
    pub(crate) fn size(&self, cluster: u32) -> u32 {
        self.merge(cluster).map_or(1, |merge| merge.size)
    }

    /// The height at which a cluster was made; 0 for a row.
    pub(crate) fn height(&self, cluster: u32) -> f64 {
        self.merge(cluster).map_or(0.0, |merge| merge.height)
    }

    fn after(&self, made: usize) -> Vec<u32> {
        // A row of each cluster stands for it.
        let mut row: Vec<u32> = (0..self.rows as u32).collect();
        let mut sets = Sets::new(self.rows);
        for merge in &self.merges[..made] {
            let [a, b] = [merge.first, merge.second].map(|id| sets.find(row[id as usize]));
            row.push(sets.join(a, b));
        }
        sets.labels()
    }
}
