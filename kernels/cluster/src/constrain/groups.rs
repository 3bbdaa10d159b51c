//! Rows that must be together, as groups.
//!
//! Holds the grouping and the chain of links that explains it. Nothing here knows clusters.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Every row in exactly one group, groups in order of their first row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Groups {
    /// For each row, its group.
    pub of: Vec<u32>,
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Groups {
    /// Joins rows that links connect, directly or by way of others. Links name rows below `rows`.
    pub fn new(rows: usize, links: &[(usize, usize)]) -> Self {
        let mut parent: Vec<usize> = (0..rows).collect();
        for &(a, b) in links {
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            // The lower row stays root, so that groups come in order of their first row.
            parent[a.max(b)] = a.min(b);
        }
        let mut of = vec![0u32; rows];
        let mut sizes = Vec::new();
        for row in 0..rows {
            let root = root(&mut parent, row);
            if root == row {
                of[row] = sizes.len() as u32;
                sizes.push(0);
            } else {
                of[row] = of[root];
            }
            sizes[of[row] as usize] += 1;
        }
        let mut starts = vec![0usize];
        for size in sizes {
            starts.push(starts[starts.len() - 1] + size);
        }
        let mut next = starts.clone();
        let mut members = vec![0u32; rows];
        for (row, &group) in of.iter().enumerate() {
            members[next[group as usize]] = row as u32;
            next[group as usize] += 1;
        }
        Self {
            of,
            starts,
            rows: members,
        }
    }

    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Rows of the group, ascending, at least one.
    pub fn rows(&self, group: usize) -> &[u32] {
        &self.rows[self.starts[group]..self.starts[group + 1]]
    }

    pub fn weight(&self, group: usize) -> usize {
        self.starts[group + 1] - self.starts[group]
    }
}

fn root(parent: &mut [usize], mut row: usize) -> usize {
    while parent[row] != row {
        // Halving the path keeps the trees flat.
        parent[row] = parent[parent[row]];
        row = parent[row];
    }
    row
}

/// The shortest chain of links from one row to another; both alone where there is none.
pub(super) fn chain(links: &[(usize, usize)], from: usize, to: usize) -> Vec<usize> {
    let mut beside: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for &(a, b) in links {
        beside.entry(a).or_default().insert(b);
        beside.entry(b).or_default().insert(a);
    }
    let mut before = BTreeMap::from([(from, from)]);
    let mut waiting = VecDeque::from([from]);
    while let Some(row) = waiting.pop_front() {
        for &next in beside.get(&row).into_iter().flatten() {
            before.entry(next).or_insert_with(|| {
                waiting.push_back(next);
                row
            });
        }
    }
    let mut chain = vec![to];
    let mut at = to;
    while let Some(&row) = before.get(&at).filter(|&&row| row != at) {
        chain.push(row);
        at = row;
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_join_by_way_of_others() {
        let groups = Groups::new(6, &[(4, 1), (5, 5), (2, 4)]);
        assert_eq!(groups.of, [0, 1, 1, 2, 1, 3]);
        assert_eq!((groups.len(), groups.weight(1)), (4, 3));
        assert_eq!(groups.rows(1), [1, 2, 4]);
        assert_eq!(Groups::new(0, &[]).len(), 0);
    }

    #[test]
    fn chains_are_shortest() {
        let links = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 3)];
        assert_eq!(chain(&links, 0, 3), [0, 4, 3]);
        assert_eq!(chain(&links, 3, 3), [3]);
    }
}
