//! The tree of a part of a scheme as it is kept and drawn: leaves that are sets of members, and what joins them at
//! which height. It must not draw, nor find the tree (`search`).

use crate::SegmentError;
use cluster::linkage::Dendrogram;
use serde::{Deserialize, Serialize};

/// Leaves of a drawn tree at most: more could not be told apart on a page, nor are more clusters ever asked for.
const LEAVES_MAX: usize = 50;

/// The top of a tree of members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The part of a nested scheme; blank where it is not nested.
    pub part: String,
    /// The leaves, nodes 0 to one less than their number.
    pub leaves: Vec<Leaf>,
    /// The joins in order of height; join `i` makes node `leaves + i`.
    pub joins: Vec<Join>,
}

/// Members that no cut of the drawn tree divides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaf {
    /// How many members.
    pub members: usize,
    /// What they are worth together.
    pub worth: f64,
    /// The cluster that the run found them in, before changes by hand.
    pub cluster: i32,
    /// The name of the member, where it is one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
}

/// Two nodes that become one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Join {
    /// The node drawn first.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// How far apart they are, in weighted standard deviations.
    pub height: f64,
}

/// What is known of the members in the order of the tree's rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// Their names.
    pub names: &'a [String],
    /// What each is worth.
    pub worth: &'a [f64],
    /// Where each is among them.
    pub places: &'a [usize],
    /// The clusters found, by place.
    pub found: &'a [i32],
}

/// The top of a tree over the members of a part.
///
/// # Errors
/// Those of the kernel, which a whole tree cannot cause.
pub(crate) fn tree(
    part: &str,
    dendrogram: &Dendrogram,
    rows: &Rows<'_>,
) -> Result<Tree, SegmentError> {
    let outline = dendrogram.outline(LEAVES_MAX)?;
    let mut leaves: Vec<Leaf> = Vec::with_capacity(outline.leaves);
    for (leaf, place) in outline.leaf_of.iter().zip(rows.places) {
        // Leaves are numbered in order of their lowest row, so a new one is always the next.
        if *leaf as usize == leaves.len() {
            leaves.push(Leaf {
                members: 0,
                worth: 0.0,
                cluster: rows.found[*place],
                member: Some(rows.names[*place].clone()),
            });
        }
        let leaf = &mut leaves[*leaf as usize];
        leaf.members += 1;
        leaf.worth += rows.worth[*place];
        if leaf.members > 1 {
            leaf.member = None;
        }
    }
    let joins = outline.joins.iter().map(|join| Join {
        first: join.first,
        second: join.second,
        height: join.height,
    });
    Ok(Tree {
        part: part.into(),
        leaves,
        joins: joins.collect(),
    })
}
