//! Which segment of a new run is which of an older one: the one that shares most members, one to one. It must
//! not know names or runs.

use crate::SegmentError;

/// Pairs (old, new) of segments that are the same. `old` and `new` number the segments of the same customers,
/// in the same order. No segment is in two pairs; one without common members is in none.
pub fn same_segments(old: &[u32], new: &[u32]) -> Result<Vec<(u32, u32)>, SegmentError> {
    if old.is_empty() {
        return Ok(Vec::new());
    }
    let matching = cluster::matching::match_clusters(old, new)?;
    let pairs = matching.pairs.iter().map(|pair| (pair.old, pair.new));
    Ok(pairs.collect())
}

/// Agreement of two clusterings of the same members in the same order (adjusted Rand index); none where it is not
/// defined, as for fewer than two members.
pub fn agreement(old: &[u32], new: &[u32]) -> Option<f64> {
    cluster::score::adjusted_rand(old, new).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_where_most_of_its_members_are() {
        let (old, new) = ([1, 1, 1, 2, 2, 3], [2, 2, 1, 1, 1, 1]);
        assert_eq!(same_segments(&old, &new).unwrap(), [(1, 2), (2, 1)]);
        assert_eq!(same_segments(&[], &[]).unwrap(), []);
    }
}
