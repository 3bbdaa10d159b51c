//! The rows in a tree of boxes (J. L. Bentley, "Multidimensional binary search trees used for associative
//! searching", CACM 18, 1975), searched for all rows of a leaf at once.
//!
//! Holds the boxes and the order of visits. A box tells how far its rows are at least, so boxes out of
//! reach are never opened; in many columns most are in reach, and the search becomes one of all pairs, block
//! by block. What is searched for is not known here.

use std::ops::Range;

use numeric::{
    MatrixView,
    distance::{PackedRows, squared_gap_of_boxes},
};

/// Rows of a leaf at most; a multiple of the rows that are handled side by side.
pub(super) const LEAF: usize = 64;
/// A leaf begins at a multiple of this.
const STEP: usize = 8;

/// Rows in the order of the tree, their *places*, and the boxes around them.
pub(super) struct KdTree {
    cols: usize,
    /// For each place, its row.
    rows: Vec<u32>,
    /// The rows' values in the order of the tree, one by one and packed.
    values: Vec<f64>,
    packed: PackedRows,
    nodes: Vec<Node>,
    /// For each node the least values of its rows, then the greatest.
    boxes: Vec<f64>,
}

/// Consecutive places; the first child follows at once.
struct Node {
    from: u32,
    to: u32,
    /// The second child; 0 for a leaf.
    second: u32,
}

/// What is searched for from the rows of a leaf.
pub(super) trait Search {
    /// No box that is this far away, in squared distance, is of use.
    fn limit(&self) -> f64;
    /// Whether nothing in this node is of use, however near it is.
    fn skips(&self, node: usize) -> bool;
    /// Looks at the rows of a leaf.
    fn look(&mut self, leaf: usize);
}

impl KdTree {
    pub fn new(data: MatrixView<'_>) -> Self {
        let mut tree = Self {
            cols: data.cols(),
            rows: (0..data.rows() as u32).collect(),
            values: Vec::new(),
            packed: PackedRows::new(data),
            nodes: Vec::new(),
            boxes: Vec::new(),
        };
        let mut rows = std::mem::take(&mut tree.rows);
        tree.split(data, &mut rows, 0);
        for (place, &row) in rows.iter().enumerate() {
            let row = data.row(row as usize);
            tree.values.extend_from_slice(row);
            tree.packed.replace(place, row);
        }
        tree.rows = rows;
        tree
    }

    /// Makes the node of these rows, which begin at place `from`, and all below it.
    fn split(&mut self, data: MatrixView<'_>, rows: &mut [u32], from: usize) {
        let node = self.nodes.len();
        self.nodes.push(Node {
            from: from as u32,
            to: (from + rows.len()) as u32,
            second: 0,
        });
        let start = self.boxes.len();
        self.boxes.extend_from_slice(data.row(rows[0] as usize));
        self.boxes.extend_from_slice(data.row(rows[0] as usize));
        let (low, high) = self.boxes[start..].split_at_mut(self.cols);
        for &row in rows.iter() {
            for ((low, high), &value) in low.iter_mut().zip(&mut *high).zip(data.row(row as usize))
            {
                *low = low.min(value);
                *high = high.max(value);
            }
        }
        if rows.len() <= LEAF {
            return;
        }
        let mut widest = 0;
        for col in 1..self.cols {
            if high[col] - low[col] > high[widest] - low[widest] {
                widest = col;
            }
        }
        let middle = (rows.len() / 2).next_multiple_of(STEP);
        let value = |row: &u32| data.row(*row as usize)[widest];
        rows.select_nth_unstable_by(middle, |a, b| value(a).total_cmp(&value(b)).then(a.cmp(b)));
        let (first, second) = rows.split_at_mut(middle);
        self.split(data, first, from);
        self.nodes[node].second = self.nodes.len() as u32;
        self.split(data, second, from + middle);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Number of nodes; every node comes before those below it.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The row at a place.
    pub fn row(&self, place: usize) -> u32 {
        self.rows[place]
    }

    /// The nodes that are leaves, in order of place.
    pub fn leaves(&self) -> Vec<usize> {
        let leaf = |&node: &usize| self.children(node).is_none();
        (0..self.nodes()).filter(leaf).collect()
    }

    /// The places of a node.
    pub fn places(&self, node: usize) -> Range<usize> {
        self.nodes[node].from as usize..self.nodes[node].to as usize
    }

    /// The two nodes that a node consists of; none for a leaf.
    pub fn children(&self, node: usize) -> Option<(usize, usize)> {
        let second = self.nodes[node].second as usize;
        (second > 0).then_some((node + 1, second))
    }

    /// Writes the squared distances from the row at `place` to those of a leaf into `out`.
    pub fn squared_distances(&self, place: usize, leaf: usize, out: &mut [f64]) {
        let row = &self.values[place * self.cols..(place + 1) * self.cols];
        self.packed
            .squared_distances_from(self.nodes[leaf].from as usize, row, out);
    }

    /// Writes the squared distances between the rows of a leaf and the box of a node into `out`, never above those to
    /// the node's rows.
    pub fn gaps_from(&self, leaf: usize, node: usize, out: &mut [f64]) {
        let first = self.nodes[leaf].from as usize;
        let extent = self.extent(node).split_at(self.cols);
        self.packed.squared_gaps_from(first, extent, out);
    }

    /// The squared distance between two boxes; never above that of a row from the other box.
    fn gap(&self, a: usize, b: usize) -> f64 {
        squared_gap_of_boxes(self.extent(a), self.extent(b))
    }

    /// The least values of a node's rows, then the greatest.
    fn extent(&self, node: usize) -> &[f64] {
        let start = node * 2 * self.cols;
        &self.boxes[start..start + 2 * self.cols]
    }

    /// Shows the search the leaves that may be of use, near ones first, beginning with `leaf` itself.
    pub fn visit(&self, leaf: usize, search: &mut impl Search) {
        self.descend(0, 0.0, leaf, search);
    }

    fn descend(&self, node: usize, gap: f64, leaf: usize, search: &mut impl Search) {
        if gap >= search.limit() || search.skips(node) {
            return;
        }
        let Some((first, second)) = self.children(node) else {
            return search.look(node);
        };
        let (a, b) = (self.gap(leaf, first), self.gap(leaf, second));
        // Boxes may touch: then the one that holds the leaf is nearer.
        if b < a || (a == b && leaf >= second) {
            self.descend(second, b, leaf, search);
            self.descend(first, a, leaf, search);
        } else {
            self.descend(first, a, leaf, search);
            self.descend(second, b, leaf, search);
        }
    }
}
