//! Two clusterings of the same rows: which new cluster is which old one, and who moved.
//!
//! Holds the matching, so that clusters keep their ids over re-runs. A score of agreement is `score`'s.

mod assignment;

use crate::{Error, error::require_size, grouping::Grouping};

/// An old and a new cluster that are taken to be the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Id in the old clustering.
    pub old: u32,
    /// Id in the new one.
    pub new: u32,
    /// Rows in both, at least 1.
    pub shared: usize,
    /// Rows in both, of the rows in either: above 0 to 1.
    pub jaccard: f64,
}

/// How two clusterings map onto each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Matching {
    /// The pairs, in order of old id.
    pub pairs: Vec<Pair>,
    /// Old clusters without a new one, ascending.
    pub vanished: Vec<u32>,
    /// New clusters without an old one, ascending.
    pub appeared: Vec<u32>,
    /// The new labels under lasting ids: the old id for a matched cluster, a fresh one (above all old
    /// ids) for one that appeared, in order of new id.
    pub lasting: Vec<u32>,
    /// Rows whose lasting id differs from their old one, ascending.
    pub moved: Vec<usize>,
}

/// Matches two labellings one to one so that as many rows as possible keep their cluster (assignment
/// problem; H. W. Kuhn, "The Hungarian method", Nav. Res. Logist. Q. 2, 1955). Clusters that share no row
/// are never matched. Time grows with clusters³.
///
/// # Errors
/// [`Error::Mismatch`] where they label different numbers of rows; [`Error::Parameter`] where no id above
/// the old ones is left for a cluster that appeared.
pub fn match_clusters(old: &[u32], new: &[u32]) -> Result<Matching, Error> {
    require_size("new", "rows", new.len(), old.len())?;
    let (before, after) = (Grouping::new(old), Grouping::new(new));
    let mut shared = vec![vec![0usize; after.ids.len()]; before.ids.len()];
    for (&old, &new) in before.group.iter().zip(&after.group) {
        shared[old][new] += 1;
    }
    let mut old_of_new: Vec<Option<usize>> = vec![None; after.ids.len()];
    let mut pairs = Vec::new();
    let mut vanished = Vec::new();
    for (old, new) in assignment::most(&shared, after.ids.len())
        .into_iter()
        .enumerate()
    {
        let Some(new) = new.filter(|&new| shared[old][new] > 0) else {
            vanished.push(before.ids[old]);
            continue;
        };
        let both = shared[old][new];
        let either = before.sizes[old] + after.sizes[new] - both;
        old_of_new[new] = Some(old);
        pairs.push(Pair {
            old: before.ids[old],
            new: after.ids[new],
            shared: both,
            jaccard: both as f64 / either as f64,
        });
    }
    let mut fresh = before.ids.last().copied();
    let mut appeared = Vec::new();
    let mut lasting_of_new = Vec::with_capacity(after.ids.len());
    for (new, old) in old_of_new.iter().enumerate() {
        lasting_of_new.push(match old {
            Some(old) => before.ids[*old],
            None => {
                appeared.push(after.ids[new]);
                let last = fresh.unwrap_or(0);
                let next = last.checked_add(1).ok_or(Error::Parameter {
                    field: "old",
                    value: last.to_string(),
                    legal: "ids that leave room above them".to_owned(),
                })?;
                fresh = Some(next);
                next
            }
        });
    }
    let lasting: Vec<u32> = after.group.iter().map(|&new| lasting_of_new[new]).collect();
    let moved = (0..old.len())
        .filter(|&row| lasting[row] != old[row])
        .collect();
    Ok(Matching {
        pairs,
        vanished,
        appeared,
        lasting,
        moved,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_come_back() {
        let matching = match_clusters(&[0, 0, 0, 1, 1, 2], &[7, 7, 4, 4, 4, 9]).unwrap();
        assert_eq!(matching.lasting, [0, 0, 1, 1, 1, 2]);
        assert_eq!(matching.moved, [2]);
        let first = Pair {
            old: 0,
            new: 7,
            shared: 2,
            jaccard: 2.0 / 3.0,
        };
        assert_eq!(matching.pairs[0], first);
        assert!(matching.vanished.is_empty() && matching.appeared.is_empty());
    }

    #[test]
    fn clusters_appear_and_vanish() {
        let split = match_clusters(&[3, 3, 3, 3, 3], &[0, 0, 0, 1, 2]).unwrap();
        assert_eq!(split.lasting, [3, 3, 3, 4, 5]);
        assert_eq!((split.appeared, split.moved), (vec![1, 2], vec![3, 4]));
        let merged = match_clusters(&[0, 0, 1, 5, 5, 5], &[8; 6]).unwrap();
        assert_eq!((merged.vanished, merged.lasting), (vec![0, 1], vec![5; 6]));
    }

    #[test]
    fn the_whole_counts_not_the_best_pair() {
        // Old 0 shares most with new 0, but then old 1 would be left without: 4 + 0 < 3 + 3.
        let old = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1];
        let new = [0, 0, 0, 0, 1, 1, 1, 0, 0, 0];
        assert_eq!(match_clusters(&old, &new).unwrap().moved, [0, 1, 2, 3]);
    }

    #[test]
    fn ends_of_the_range() {
        assert!(match_clusters(&[0], &[]).is_err());
        assert!(match_clusters(&[], &[]).unwrap().pairs.is_empty());
        assert!(match_clusters(&[u32::MAX, u32::MAX], &[0, 1]).is_err());
    }

    proptest! {
        #[test]
        fn a_renamed_clustering_has_no_moves(labels in prop::collection::vec(0u32..9, 1..80)) {
            let renamed: Vec<u32> = labels.iter().map(|label| 50 - label * 5).collect();
            let matching = match_clusters(&labels, &renamed).unwrap();
            prop_assert_eq!(matching.lasting, labels);
            prop_assert!(matching.moved.is_empty());
            prop_assert!(matching.pairs.iter().all(|pair| pair.jaccard == 1.0));
        }
    }
}
