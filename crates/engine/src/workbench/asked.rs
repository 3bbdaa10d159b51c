//! A change by hand as it was asked, checked against the run that its author looks at, and in a sentence. It must not
//! weigh or keep it.

use super::board::Board;
use crate::EngineError;
use crate::views::HandAsk;
use segment::Entity;
use segment::hands::Hand;
use segment::rules::nearest;
use std::collections::BTreeSet;

/// The longest name and description of a cluster.
const NAME_MAX: usize = 200;
/// Members that are to be apart at most: each needs a cluster of its own.
const APART_MAX: usize = 50;
/// Members of one change at most.
const MEMBERS_MAX: usize = 10_000;

/// A change as it is kept: members and clusters exist, words are neither blank nor endless. `next` is the number
/// of a cluster that it makes.
/// `beside` are the members that may be placed though they are in no run yet.
pub(super) fn checked(
    board: &Board,
    asked: HandAsk,
    next: i32,
    beside: &BTreeSet<String>,
) -> Result<Hand, EngineError> {
    let bad = |field: &str, detail: String| EngineError::invalid(field, detail);
    let counted = |members: &[String], least: usize| {
        if members.len() < least || members.len() > MEMBERS_MAX {
            return Err(bad(
                "hand.members",
                format!("name {least} to {MEMBERS_MAX} members"),
            ));
        }
        Ok(())
    };
    let known = |members: Vec<String>, least: usize| {
        counted(&members, least)?;
        let here = |member: &String| board.base.place(member).is_some();
        match members.iter().find(|member| !here(member)) {
            Some(unknown) => Err(bad(
                "hand.members",
                format!(
                    "'{unknown}' is not a member of this run: {}",
                    like(board, unknown)
                ),
            )),
            None => Ok(members),
        }
    };
    let there = |field: &str, cluster: i32| {
        let exists =
            board.shaped.made.contains_key(&cluster) || board.shaped.ids.contains(&cluster);
        match exists {
            true => Ok(cluster),
            false => Err(bad(
                field,
                format!("there is no cluster {cluster} in this run"),
            )),
        }
    };
    let words = |field: &str, text: String, least: usize| {
        let text = text.trim().to_string();
        match (least..=NAME_MAX).contains(&text.chars().count()) {
            true => Ok(text),
            false => Err(bad(
                field,
                format!("write {least} to {NAME_MAX} characters"),
            )),
        }
    };
    // A board whose clusters all end as one has nothing to compare: the last two cannot be merged.
    let alone = |from: i32, into: i32| board.shaped.ids.iter().all(|id| *id == from || *id == into);
    Ok(match asked {
        HandAsk::Move { members, to } => {
            let (members, to) = (known(members, 1)?, there("hand.to", to)?);
            let place = |member: &String| board.base.place(member);
            let in_it =
                |member: &String| place(member).is_some_and(|at| board.shaped.ids[at] == to);
            if members.iter().all(in_it) {
                let who = match &members[..] {
                    [one] => format!("'{one}' is"),
                    many => format!("all {} members are", many.len()),
                };
                return Err(bad(
                    "hand.to",
                    format!(
                        "{who} in cluster {to} already, so nothing would move: lock them to keep them there"
                    ),
                ));
            }
            Hand::Move { members, to }
        }
        HandAsk::Place { members, to } => {
            counted(&members, 1)?;
            let here = |member: &String| board.base.place(member).is_some();
            if let Some(unknown) = members
                .iter()
                .find(|one| !here(one) && !beside.contains(*one))
            {
                return Err(bad(
                    "hand.members",
                    format!(
                        "'{unknown}' is neither a member of this run nor in the feed: write ids as in the list of newcomers"
                    ),
                ));
            }
            Hand::Place {
                members,
                to: there("hand.to", to)?,
            }
        }
        HandAsk::Lock { members } => Hand::Lock {
            members: known(members, 1)?
                .into_iter()
                .filter_map(|member| {
                    board
                        .base
                        .place(&member)
                        .map(|place| (member, board.shaped.ids[place]))
                })
                .collect(),
        },
        HandAsk::Unlock { members } => Hand::Unlock {
            members: known(members, 1)?,
        },
        HandAsk::Create { name } => Hand::Create {
            cluster: next,
            name: words("hand.name", name, 1)?,
        },
        HandAsk::Merge { from, into } if from == into => {
            return Err(bad("hand.into", "name two different clusters".into()));
        }
        HandAsk::Merge { from, into } if alone(from, into) => {
            return Err(bad(
                "hand.into",
                format!(
                    "{from} and {into} are the only clusters: one would be left, which divides nothing"
                ),
            ));
        }
        HandAsk::Merge { from, into } => Hand::Merge {
            from: there("hand.from", from)?,
            into: there("hand.into", into)?,
        },
        HandAsk::Split { cluster } => Hand::Split {
            cluster: there("hand.cluster", cluster)?,
            part: next,
        },
        HandAsk::Together { members } => Hand::Together {
            members: known(members, 2)?,
        },
        HandAsk::Apart { members } if members.len() > APART_MAX => {
            return Err(bad(
                "hand.members",
                format!("more than {APART_MAX} members cannot all be apart: name fewer"),
            ));
        }
        HandAsk::Apart { members } => Hand::Apart {
            members: known(members, 2)?,
        },
        HandAsk::Rename { cluster, name } => Hand::Rename {
            cluster: there("hand.cluster", cluster)?,
            name: words("hand.name", name, 1)?,
        },
        HandAsk::Describe { cluster, text } => Hand::Describe {
            cluster: there("hand.cluster", cluster)?,
            text: words("hand.text", text, 0)?,
        },
    })
}

/// What to write instead of an id that no member has; of customers, whose keys tell nothing, no other is named.
fn like(board: &Board, unknown: &str) -> String {
    let ids = board.base.ids.iter().map(String::as_str);
    match board.base.result.of {
        Entity::Customers => None,
        Entity::Stores | Entity::Products => nearest(unknown, ids),
    }
    .map_or_else(
        || "write ids as in the list of members".to_string(),
        |meant| format!("did you mean '{meant}'?"),
    )
}

/// A change in a sentence; many members are counted.
pub(super) fn told(hand: &Hand) -> String {
    let who = |members: &[String]| match members.len() {
        0..=3 => members.join(", "),
        many => format!("{many} members"),
    };
    match hand {
        Hand::Move { members, to } => format!("{} moved to cluster {to}", who(members)),
        Hand::Place { members, to } => format!("{} placed in cluster {to}", who(members)),
        Hand::Lock { members } => {
            let names: Vec<String> = members.keys().cloned().collect();
            format!("{} locked where they are", who(&names))
        }
        Hand::Unlock { members } => format!("{} set free", who(members)),
        Hand::Create { cluster, name } => format!("cluster {cluster} '{name}' made by hand"),
        Hand::Merge { from, into } => format!("cluster {from} merged into {into}"),
        Hand::Split { cluster, part } => {
            format!("cluster {cluster} split, the other part is {part}")
        }
        Hand::Together { members } => format!("{} stay together", who(members)),
        Hand::Apart { members } => format!("{} stay apart", who(members)),
        Hand::Rename { cluster, name } => format!("cluster {cluster} named '{name}'"),
        Hand::Describe { cluster, .. } => format!("cluster {cluster} described"),
    }
}
