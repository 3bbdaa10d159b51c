//! The top of a dendrogram: few leaves, each a set of rows, and the merges above them.
//!
//! Holds the cut-down tree only, for drawings and for a person's choice of a height; the whole tree is the
//! parent's.

use super::Dendrogram;
use crate::Error;

/// The top of a tree. Nodes 0 to `leaves - 1` are the leaves; merge `i` makes node `leaves + i`.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// For each row, its leaf; leaves are numbered in order of their lowest row.
    pub leaf_of: Vec<u32>,
    /// How many leaves there are.
    pub leaves: usize,
    /// The merges above the leaves in order of height: two nodes, and the height in the units of the columns.
    pub joins: Vec<Join>,
}

/// Two nodes of an outline that become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Join {
    /// The node that is drawn first.
    pub first: u32,
    /// The other node.
    pub second: u32,
    /// How far apart they were, in the units of the columns.
    pub height: f64,
}

impl Dendrogram {
    /// The top of the tree with at most so many leaves (at least what cannot-links leave): the clusters that a cut
    /// at that number gives, and all merges above, those too that cannot-links forbid a cut to make.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `leaves` is below [`Dendrogram::clusters_min`].
    pub fn outline(&self, leaves: usize) -> Result<Outline, Error> {
        let leaves = leaves.min(self.clusters_max());
        let leaf_of = self.cut(leaves)?;
        let rows = self.rows();
        let below = rows - leaves;
        // A row of each cluster, so that the leaf of a cluster below the cut is known.
        let mut row: Vec<u32> = (0..rows as u32).collect();
        for merge in self.merges() {
            row.push(row[merge.first as usize]);
        }
        let node = |cluster: u32| match (cluster as usize).checked_sub(rows + below) {
            Some(join) => (leaves + join) as u32,
            None => leaf_of[row[cluster as usize] as usize],
        };
        let joins = self.merges()[below..].iter().map(|merge| Join {
            first: node(merge.first),
            second: node(merge.second),
            height: merge.height,
        });
        Ok(Outline {
            joins: joins.collect(),
            leaf_of,
            leaves,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Outline;
    use crate::linkage::{Method, Params};
    use crate::score::adjusted_rand;
    use crate::test_data::blobs;
    use numeric::Silent;

    /// For each leaf, its cluster when so many are left.
    fn cut(outline: &Outline, clusters: usize) -> Vec<u32> {
        let mut sets = crate::sets::Sets::new(outline.leaves);
        let mut leaf: Vec<u32> = (0..outline.leaves as u32).collect();
        for join in &outline.joins[..outline.leaves - clusters] {
            let [a, b] = [join.first, join.second].map(|node| sets.find(leaf[node as usize]));
            leaf.push(sets.join(a, b));
        }
        sets.labels()
    }

    #[test]
    fn cuts_of_the_outline_are_those_of_the_tree() {
        let data = blobs(120, 3, 5, 3.0, 9).0;
        for method in [Method::Ward, Method::Average, Method::Single] {
            let tree = Params { method }.check(120).unwrap();
            let tree = tree.fit(data.view(), &Silent).unwrap();
            let outline = tree.outline(20).unwrap();
            assert_eq!((outline.leaves, outline.joins.len()), (20, 19));
            for clusters in [1, 2, 5, 19, 20] {
                let of_leaf = cut(&outline, clusters);
                let labels: Vec<u32> = outline
                    .leaf_of
                    .iter()
                    .map(|&leaf| of_leaf[leaf as usize])
                    .collect();
                let whole = tree.cut(clusters).unwrap();
                assert_eq!(adjusted_rand(&labels, &whole).unwrap(), 1.0, "{clusters}");
            }
            let ascending = outline.joins.windows(2);
            assert!(
                ascending
                    .into_iter()
                    .all(|two| two[0].height <= two[1].height)
            );
        }
    }

    #[test]
    fn few_rows_are_their_own_leaves() {
        let data = blobs(7, 2, 2, 3.0, 1).0;
        let tree = Params {
            method: Method::Ward,
        }
        .check(7)
        .unwrap();
        let outline = tree.fit(data.view(), &Silent).unwrap().outline(40).unwrap();
        assert_eq!(outline.leaf_of, (0..7).collect::<Vec<u32>>());
        assert_eq!(outline.joins.len(), 6);
    }
}
