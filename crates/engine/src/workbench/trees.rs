//! The trees of a run as they are shown: of customers with no leaf so small that it would speak of single people. It
//! must not find trees.

use super::board::Board;
use crate::views::{BoardTree, TreeJoin, TreeLeaf};
use segment::{Entity, Tree};
use std::collections::BTreeSet;

/// The trees of a board. Of customers `least` people are in every leaf, and told to the nearest multiple of it.
pub(super) fn trees(board: &Board, least: u64) -> Vec<BoardTree> {
    let each = board.base.result.trees.iter();
    match board.base.result.of {
        Entity::Customers => each
            .filter_map(|tree| tree.coarsened(least as usize))
            .map(|tree| view(&tree, board, Some(least)))
            .collect(),
        Entity::Stores | Entity::Products => each.map(|tree| view(tree, board, None)).collect(),
    }
}

fn view(tree: &Tree, board: &Board, round: Option<u64>) -> BoardTree {
    let base = &board.base;
    let all: f64 = base.worth.iter().sum();
    let leaves = tree.leaves.iter().map(|leaf| {
        let member = leaf.member.clone();
        let place = member.as_deref().and_then(|member| base.place(member));
        TreeLeaf {
            members: match round {
                Some(least) => super::scenarios::in_tens(leaf.members, least),
                None => leaf.members,
            },
            share_sales: (round.is_none() && all > 0.0).then(|| leaf.worth / all),
            cluster: leaf.cluster,
            label: place.and_then(|place| base.known[place].label.clone()),
            member,
        }
    });
    let joins = tree.joins.iter().map(|join| TreeJoin {
        first: join.first,
        second: join.second,
        height: join.height,
    });
    let clusters: BTreeSet<i32> = tree.leaves.iter().map(|leaf| leaf.cluster).collect();
    BoardTree {
        part: Some(tree.part.clone()).filter(|part| !part.is_empty()),
        leaves: leaves.collect(),
        joins: joins.collect(),
        clusters: clusters.len(),
    }
}
