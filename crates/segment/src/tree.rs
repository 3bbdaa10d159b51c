//! The tree of a part of a scheme as it is kept and drawn: leaves that are sets of members, and what joins them at
//! which height. It must not draw, nor find the tree (`search`).

use crate::SegmentError;
use cluster::linkage::Dendrogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

impl Tree {
    /// The tree whose leaves have at least so many members: as many leaves as that allows, by making the lowest
    /// joins; none where even two leaves would have fewer. Leaves of several clusters are of the one of most members.
    pub fn coarsened(&self, least: usize) -> Option<Self> {
        let count = self.leaves.len();
        let mut groups: Vec<Option<Vec<usize>>> = (0..count).map(|leaf| Some(vec![leaf])).collect();
        let members = |group: &[usize]| -> usize {
            group.iter().map(|leaf| self.leaves[*leaf].members).sum()
        };
        let mut made = 0;
        while groups.iter().flatten().any(|group| members(group) < least) {
            let join = self.joins.get(made)?;
            let mut both = Vec::new();
            for node in [join.first, join.second] {
                both.extend(groups[node as usize].take().unwrap_or_default());
            }
            groups.push(Some(both));
            made += 1;
        }
        // Nodes that are left are the new leaves, in order; those above follow.
        let mut new_number = vec![0u32; count + self.joins.len()];
        let mut leaves = Vec::new();
        for (node, group) in groups.iter().enumerate() {
            if let Some(group) = group {
                new_number[node] = leaves.len() as u32;
                leaves.push(self.joined(group));
            }
        }
        if leaves.len() < 2 {
            return None;
        }
        let above = self.joins[made..].iter().enumerate();
        let joins = above.map(|(place, join)| {
            new_number[count + made + place] = (leaves.len() + place) as u32;
            Join {
                first: new_number[join.first as usize],
                second: new_number[join.second as usize],
                height: join.height,
            }
        });
        Some(Self {
            part: self.part.clone(),
            joins: joins.collect(),
            leaves,
        })
    }

    /// Several leaves as one.
    fn joined(&self, group: &[usize]) -> Leaf {
        if let [one] = group {
            return self.leaves[*one].clone();
        }
        let each = || group.iter().map(|leaf| &self.leaves[*leaf]);
        let mut clusters: BTreeMap<i32, usize> = BTreeMap::new();
        each().for_each(|leaf| *clusters.entry(leaf.cluster).or_default() += leaf.members);
        let most = clusters
            .into_iter()
            .max_by_key(|(id, members)| (*members, -*id));
        Leaf {
            members: each().map(|leaf| leaf.members).sum(),
            worth: each().map(|leaf| leaf.worth).sum(),
            cluster: most.map_or(0, |(id, _)| id),
            member: None,
        }
    }
}

/// What is known of the members in the order of the tree's rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// Their names; nothing where they are people, whom no tree names.
    pub names: Option<&'a [String]>,
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
                member: rows.names.map(|names| names[*place].clone()),
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
