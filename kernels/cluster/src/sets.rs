//! Disjoint sets of rows: which rows are together so far.
//!
//! Union by size with path halving (R. E. Tarjan, J. van Leeuwen, "Worst-case Analysis of Set Union
//! Algorithms", J. ACM 31, 1984). Knows no distance.

/// Disjoint sets of the numbers 0, 1, 2, …, each at first alone.
#[derive(Debug, Clone)]
pub(crate) struct Sets {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl Sets {
    pub fn new(count: usize) -> Self {
        Self {
            parent: (0..count as u32).collect(),
            size: vec![1; count],
        }
    }

    /// The number that stands for the set of `of`.
    pub fn find(&mut self, of: u32) -> u32 {
        let mut at = of as usize;
        while self.parent[at] as usize != at {
            let above = self.parent[self.parent[at] as usize];
            self.parent[at] = above;
            at = above as usize;
        }
        at as u32
    }

    /// Numbers in the set that `root`, a number given by `find`, stands for.
    pub fn size(&self, root: u32) -> u32 {
        self.size[root as usize]
    }

    /// Makes one set of two; gives the number that stands for it. Both are numbers given by `find`.
    pub fn join(&mut self, a: u32, b: u32) -> u32 {
        if a == b {
            return a;
        }
        let (kept, gone) = if self.size(a) < self.size(b) {
            (b, a)
        } else {
            (a, b)
        };
        self.parent[gone as usize] = kept;
        self.size[kept as usize] += self.size[gone as usize];
        kept
    }

    /// For each number its set; sets are numbered in order of their lowest number.
    pub fn labels(&mut self) -> Vec<u32> {
        let mut names = vec![u32::MAX; self.parent.len()];
        let mut next = 0;
        (0..self.parent.len() as u32)
            .map(|of| {
                let name = &mut names[self.find(of) as usize];
                if *name == u32::MAX {
                    *name = next;
                    next += 1;
                }
                *name
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_numbers_by_the_lowest() {
        let mut sets = Sets::new(6);
        for (a, b) in [(4, 1), (5, 4), (2, 3), (1, 5)] {
            let (a, b) = (sets.find(a), sets.find(b));
            sets.join(a, b);
        }
        assert_eq!(sets.labels(), [0, 1, 2, 2, 1, 1]);
        let root = sets.find(5);
        assert_eq!(sets.size(root), 3);
    }
}
