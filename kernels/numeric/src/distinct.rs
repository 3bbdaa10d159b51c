//! The distinct values of many groups at once, as sorted runs instead of a hash table. It must not know what
//! groups or values mean.
//!
//! A hash set of (group, value) pairs touches a random cache line for each pair. Here pairs are appended, and
//! now and then brought together: a counting sort by group, then a sort of each group's few values. A small
//! direct-mapped table of pairs just seen keeps most repeats from being appended at all.

/// A value that has an order and can be spread over slots.
pub trait Value: Copy + Ord + Default {
    /// The value's bits, equal exactly where values are equal.
    fn bits(self) -> u64;
}

macro_rules! values {
    ($($t:ty),*) => {
        $(impl Value for $t {
            fn bits(self) -> u64 {
                self as u64
            }
        })*
    };
}
values!(i8, i16, i32, i64, u8, u16, u32, u64);

/// Pairs in one block of those not yet brought together.
const BLOCK: usize = 1 << 16;
/// Pairs that wait at least before they are brought together.
const WAIT_MIN: usize = 1 << 21;
/// Slots of pairs just seen: they fit a core's first cache.
const RECENT_BITS: u32 = 10;

/// The distinct values of groups 0, 1, 2, …
#[derive(Debug)]
pub struct DistinctPairs<T> {
    /// `values[offsets[g]..offsets[g + 1]]` are the sorted distinct values of group g brought together so far.
    offsets: Vec<usize>,
    values: Vec<T>,
    waiting: Vec<(Vec<u32>, Vec<T>)>,
    waiting_pairs: usize,
    recent: Vec<(u32, T)>,
}

impl<T: Value> Default for DistinctPairs<T> {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            values: Vec::new(),
            waiting: Vec::new(),
            waiting_pairs: 0,
            recent: vec![(u32::MAX, T::default()); 1 << RECENT_BITS],
        }
    }
}

impl<T: Value> DistinctPairs<T> {
    /// Adds a pair. `group` is below `u32::MAX`.
    #[inline]
    pub fn push(&mut self, group: u32, value: T) {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4): the golden ratio's bits spread consecutive numbers.
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        let mixed = (value.bits() ^ u64::from(group).rotate_left(32)).wrapping_mul(GOLDEN);
        let slot = (mixed >> (64 - RECENT_BITS)) as usize;
        if self.recent[slot] == (group, value) {
            return;
        }
        self.recent[slot] = (group, value);
        match self.waiting.last_mut() {
            Some((groups, values)) if groups.len() < BLOCK => {
                groups.push(group);
                values.push(value);
            }
            _ => self.open_block(group, value),
        }
        self.waiting_pairs += 1;
    }

    #[cold]
    fn open_block(&mut self, group: u32, value: T) {
        // Twice as many waiting as kept at most: every pair is then sorted a bounded number of times.
        if self.waiting_pairs >= WAIT_MIN.max(self.values.len()) {
            self.settle();
        }
        let (mut groups, mut values) = (Vec::with_capacity(BLOCK), Vec::with_capacity(BLOCK));
        groups.push(group);
        values.push(value);
        self.waiting.push((groups, values));
    }

    /// Brings waiting pairs and kept ones together: counting sort by group, then each group's values sorted
    /// and without repeats.
    fn settle(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_pairs = 0;
        let top = waiting.iter().flat_map(|(groups, _)| groups).max();
        let Some(top) = top.map(|&top| top as usize) else {
            return;
        };
        let groups = (self.offsets.len() - 1).max(top + 1);
        let kept = |g: usize| match self.offsets.get(g + 1) {
            Some(&end) => self.offsets[g]..end,
            None => 0..0,
        };
        // starts[g]: where group g begins; later, where its next waiting value goes.
        let mut starts = vec![0usize; groups + 1];
        for &group in waiting.iter().flat_map(|(groups, _)| groups) {
            starts[group as usize + 1] += 1;
        }
        for g in 0..groups {
            starts[g + 1] += starts[g] + kept(g).len();
        }
        let mut values = vec![T::default(); starts[groups]];
        let mut next = starts.clone();
        for (g, next) in next.iter_mut().enumerate().take(self.offsets.len() - 1) {
            let old = &self.values[kept(g)];
            values[*next..*next + old.len()].copy_from_slice(old);
            *next += old.len();
        }
        self.values = Vec::new();
        for (groups, block) in waiting {
            for (&group, &value) in groups.iter().zip(&block) {
                let at = &mut next[group as usize];
                values[*at] = value;
                *at += 1;
            }
        }
        drop(next);
        let mut written = 0;
        for g in 0..groups {
            let (from, to) = (starts[g], starts[g + 1]);
            values[from..to].sort_unstable();
            starts[g] = written;
            for i in from..to {
                if i == from || values[i] != values[i - 1] {
                    values.copy_within(i..=i, written);
                    written += 1;
                }
            }
        }
        starts[groups] = written;
        values.truncate(written);
        values.shrink_to_fit();
        self.offsets = starts;
        self.values = values;
    }

    /// Takes the first `groups` groups out: (offsets, values), where `values[offsets[g]..offsets[g + 1]]` are
    /// the sorted distinct values of group g. The groups that stay are numbered from 0 again.
    pub fn take(&mut self, groups: usize) -> (Vec<usize>, Vec<T>) {
        self.settle();
        let all = self.offsets.len() - 1;
        self.recent.fill((u32::MAX, T::default()));
        if groups >= all {
            let mut offsets = std::mem::replace(&mut self.offsets, vec![0]);
            let values = std::mem::take(&mut self.values);
            offsets.resize(groups + 1, values.len());
            return (offsets, values);
        }
        let cut = self.offsets[groups];
        let rest = self.values.split_off(cut);
        let values = std::mem::replace(&mut self.values, rest);
        let offsets = self.offsets[..=groups].to_vec();
        self.offsets = self.offsets[groups..].iter().map(|o| o - cut).collect();
        (offsets, values)
    }

    /// Bytes held, buffers of the next `take` not counted.
    pub fn bytes(&self) -> usize {
        let pair = size_of::<u32>() + size_of::<T>();
        size_of::<Self>()
            + self.offsets.capacity() * size_of::<usize>()
            + self.values.capacity() * size_of::<T>()
            + self.waiting.len() * BLOCK * pair
            + self.recent.len() * size_of::<(u32, T)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn sets(offsets: &[usize], values: &[i64]) -> Vec<Vec<i64>> {
        let pairs = offsets.windows(2);
        pairs.map(|w| values[w[0]..w[1]].to_vec()).collect()
    }

    proptest! {
        #[test]
        fn holds_what_a_set_of_pairs_holds(
            pairs in prop::collection::vec((0u32..20, -9i64..9), 0..400),
            settle_after in 0usize..400,
            first in 0usize..25,
        ) {
            let mut truth: BTreeMap<u32, BTreeSet<i64>> = BTreeMap::new();
            let mut held = DistinctPairs::default();
            for (i, &(group, value)) in pairs.iter().enumerate() {
                if i == settle_after {
                    held.settle();
                }
                truth.entry(group).or_default().insert(value);
                held.push(group, value);
            }
            let want: Vec<Vec<i64>> = (0..40)
                .map(|g| truth.get(&g).into_iter().flatten().copied().collect())
                .collect();
            let (offsets, values) = held.take(first);
            prop_assert_eq!(sets(&offsets, &values), &want[..first]);
            // What stays counts from 0 and can still grow.
            held.push(0, 100);
            let (offsets, values) = held.take(40 - first);
            let mut rest = want[first..].to_vec();
            rest[0].push(100);
            prop_assert_eq!(sets(&offsets, &values), rest);
        }
    }

    #[test]
    fn repeats_are_not_kept_however_many_come() {
        let mut held = DistinctPairs::default();
        for i in 0..6_000_000u32 {
            held.push(i % 7, i64::from(i % 5000));
        }
        assert!(held.bytes() < 64 << 20, "{} bytes", held.bytes());
        let (offsets, _) = held.take(7);
        assert_eq!(offsets, (0..8).map(|g| g * 5000).collect::<Vec<_>>());
    }
}
