//! Which cluster of one run is which of another: by number where numbers mean the same in both, else by the members.
//! Pure. It must not know runs, names or who may see a cluster.

use crate::{SegmentError, same_segments};
use std::collections::{BTreeMap, BTreeSet};

/// Two clusters, of two runs, that are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Same {
    /// Its number in the earlier run.
    pub before: i32,
    /// Its number in the later one.
    pub now: i32,
    /// Members of both runs that are in it in both.
    pub shared: usize,
    /// Members of both runs that are in it in either.
    pub either: usize,
    /// Whether its members, and not its number, say so.
    pub by_members: bool,
}

/// What the numbers of two runs say of one another.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    /// Whether a number means the same cluster in both.
    pub same: bool,
    /// Whether members may say so where numbers do not. Not so of rules, where the number is the rule.
    pub members: bool,
    /// Clusters that people made in either run. Who made one meant that one: no other takes its place.
    pub made: &'a BTreeSet<i32>,
}

/// The clusters that are one in two runs, by number of the earlier one, each at most once. Where members say so, it is
/// the matching of most members (see `cluster::matching`), of which only pairs are kept that share more than half of
/// one of the two: a cluster with fewer of the other's members is another one.
///
/// `both` holds the clusters before and now of each member of both runs; `was` and `is` every cluster of each run.
///
/// # Errors
/// Those of the kernel.
pub fn same_clusters(
    both: &[(i32, i32)],
    was: &BTreeSet<i32>,
    is: &BTreeSet<i32>,
    numbers: Numbers<'_>,
) -> Result<Vec<Same>, SegmentError> {
    let (mut old_size, mut new_size) = (BTreeMap::new(), BTreeMap::new());
    let mut shared: BTreeMap<(i32, i32), usize> = BTreeMap::new();
    for (old, new) in both {
        *old_size.entry(*old).or_insert(0usize) += 1;
        *new_size.entry(*new).or_insert(0usize) += 1;
        *shared.entry((*old, *new)).or_default() += 1;
    }
    let same = |before: i32, now: i32, by_members: bool| {
        let shared = shared.get(&(before, now)).copied().unwrap_or_default();
        let size = |sizes: &BTreeMap<i32, usize>, id| sizes.get(&id).copied().unwrap_or_default();
        Same {
            before,
            now,
            shared,
            either: size(&old_size, before) + size(&new_size, now) - shared,
            by_members,
        }
    };
    let fixed: BTreeSet<i32> = was
        .intersection(is)
        .filter(|number| numbers.same || numbers.made.contains(number))
        .copied()
        .collect();
    let mut all: Vec<Same> = fixed
        .iter()
        .map(|number| same(*number, *number, false))
        .collect();
    if numbers.members {
        let open = |number: &i32| !fixed.contains(number) && !numbers.made.contains(number);
        let rest = both.iter().filter(|(old, new)| open(old) && open(new));
        let (old, new): (Vec<u32>, Vec<u32>) = rest
            .filter_map(|(old, new)| Some((u32::try_from(*old).ok()?, u32::try_from(*new).ok()?)))
            .unzip();
        for (old, new) in same_segments(&old, &new)? {
            let pair = same(old as i32, new as i32, true);
            let smaller = old_size[&pair.before].min(new_size[&pair.now]);
            if 2 * pair.shared > smaller {
                all.push(pair);
            }
        }
    }
    all.sort_by_key(|pair| pair.before);
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn told(both: &[(i32, i32)], same: bool, made: &[i32]) -> Vec<(i32, i32, bool)> {
        let made: BTreeSet<i32> = made.iter().copied().collect();
        let numbers = Numbers {
            same,
            members: true,
            made: &made,
        };
        let was = both.iter().map(|pair| pair.0).collect();
        let is = both.iter().map(|pair| pair.1).collect();
        let all = same_clusters(both, &was, &is, numbers).unwrap();
        all.iter()
            .map(|pair| (pair.before, pair.now, pair.by_members))
            .collect()
    }

    /// Numbers of 1 and 2 changed about, 3 is 7 now.
    const TURNED: [(i32, i32); 8] = [
        (1, 2),
        (1, 2),
        (1, 2),
        (2, 1),
        (2, 1),
        (3, 7),
        (3, 7),
        (3, 1),
    ];

    #[test]
    fn numbers_that_mean_nothing_are_matched_by_members() {
        let all = told(&TURNED, false, &[]);
        assert_eq!(all, [(1, 2, true), (2, 1, true), (3, 7, true)]);
    }

    #[test]
    fn numbers_that_mean_the_same_stay_and_the_others_are_matched() {
        let all = told(&TURNED, true, &[]);
        assert_eq!(all, [(1, 1, false), (2, 2, false), (3, 7, true)]);
        // What a person made is itself or nothing.
        assert_eq!(told(&TURNED, true, &[7]).len(), 2);
        let all = told(&TURNED, false, &[1]);
        assert_eq!(all, [(1, 1, false), (3, 7, true)]);
    }

    #[test]
    fn few_members_make_no_pair() {
        let both = [
            (1, 4),
            (1, 5),
            (1, 5),
            (2, 4),
            (2, 5),
            (2, 5),
            (3, 4),
            (3, 6),
            (3, 6),
        ];
        // 1 or 2 is 5; of the other one member in three is in 4, which is a third of both.
        let all = told(&both, false, &[]);
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.contains(&(3, 6, true)));
    }

    #[test]
    fn shares_are_of_those_in_either() {
        let made = BTreeSet::new();
        let numbers = Numbers {
            same: false,
            members: true,
            made: &made,
        };
        let both = [(1, 9), (1, 9), (1, 9), (1, 8), (2, 8), (2, 8)];
        let (was, is) = (BTreeSet::from([1, 2]), BTreeSet::from([8, 9]));
        let all = same_clusters(&both, &was, &is, numbers).unwrap();
        assert_eq!((all[0].shared, all[0].either), (3, 4));
        assert_eq!((all[1].shared, all[1].either), (2, 3));
    }
}
