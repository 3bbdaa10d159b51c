//! The trees of a run as they are shown: of customers without a leaf that would speak of single people. It must not
//! find trees.

use super::board::Board;
use crate::views::{BoardTree, TreeJoin, TreeLeaf};
use segment::{Entity, Tree};
use std::collections::BTreeSet;

/// The trees of a board. `round` is the least number of people that is shown, to whose multiples members of
/// customers are rounded.
pub(super) fn trees(board: &Board, round: u64) -> Vec<BoardTree> {
    let each = board.base.result.trees.iter();
    each.map(|tree| view(tree, board, round)).collect()
}

fn view(tree: &Tree, board: &Board, round: u64) -> BoardTree {
    let base = &board.base;
    let persons = base.result.of == Entity::Customers;
    let all: f64 = base.worth.iter().sum();
    let leaves = tree.leaves.iter().map(|leaf| {
        let member = leaf.member.clone().filter(|_| !persons);
        let place = member.as_deref().and_then(|member| base.place(member));
        TreeLeaf {
            members: match persons {
                true => super::scenarios::in_tens(leaf.members, round),
                false => leaf.members,
            },
            share_sales: (!persons && all > 0.0).then(|| leaf.worth / all),
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
