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

fn bad(field: &str, detail: String) -> EngineError {
    EngineError::invalid(field, detail)
}

fn counted(members: &[String], least: usize) -> Result<(), EngineError> {
    if (least..=MEMBERS_MAX).contains(&members.len()) {
        return Ok(());
    }
    let detail = format!("name {least} to {MEMBERS_MAX} members");
    Err(bad("hand.members", detail))
}

fn words(field: &str, text: &str, least: usize) -> Result<String, EngineError> {
    let text = text.trim().to_string();
    match (least..=NAME_MAX).contains(&text.chars().count()) {
        true => Ok(text),
        false => Err(bad(
            field,
            format!("write {least} to {NAME_MAX} characters"),
        )),
    }
}

impl Board {
    fn has(&self, member: &str) -> bool {
        self.base.place(member).is_some()
    }

    /// The cluster of a member.
    fn cluster_of(&self, member: &str) -> Option<i32> {
        self.base.place(member).map(|place| self.shaped.ids[place])
    }

    /// Members of the run, at least so many; `beside` are those of the feed that are in no run.
    fn members(
        &self,
        members: Vec<String>,
        least: usize,
        beside: &BTreeSet<String>,
    ) -> Result<Vec<String>, EngineError> {
        counted(&members, least)?;
        match members.iter().find(|member| !self.has(member)) {
            Some(waiting) if beside.contains(waiting) => Err(bad(
                "hand.members",
                format!(
                    "'{waiting}' is in the feed and not in this run: plan where it will go (kind 'place', tessera segment place), or run the scheme again"
                ),
            )),
            Some(unknown) => Err(bad(
                "hand.members",
                format!(
                    "'{unknown}' is not a member of this run: {}",
                    like(self, unknown)
                ),
            )),
            None => Ok(members),
        }
    }

    /// A cluster of the run.
    fn there(&self, field: &str, cluster: i32) -> Result<i32, EngineError> {
        match self.shaped.made.contains_key(&cluster) || self.shaped.ids.contains(&cluster) {
            true => Ok(cluster),
            false => Err(bad(
                field,
                format!("there is no cluster {cluster} in this run"),
            )),
        }
    }

    fn moved(
        &self,
        members: Vec<String>,
        to: i32,
        beside: &BTreeSet<String>,
    ) -> Result<Hand, EngineError> {
        let members = self.members(members, 1, beside)?;
        let to = self.there("hand.to", to)?;
        let in_it = |member: &String| self.cluster_of(member) == Some(to);
        if !members.iter().all(in_it) {
            return Ok(Hand::Move { members, to });
        }
        let who = match &members[..] {
            [one] => format!("'{one}' is"),
            many => format!("all {} members are", many.len()),
        };
        Err(bad(
            "hand.to",
            format!(
                "{who} in cluster {to} already, so nothing would move: lock them to keep them there"
            ),
        ))
    }

    fn placed(
        &self,
        members: Vec<String>,
        to: i32,
        beside: &BTreeSet<String>,
    ) -> Result<Hand, EngineError> {
        counted(&members, 1)?;
        let mut each = members.iter();
        if let Some(unknown) = each.find(|one| !self.has(one) && !beside.contains(*one)) {
            return Err(bad(
                "hand.members",
                format!(
                    "'{unknown}' is neither a member of this run nor in the feed: write ids as in the list of newcomers"
                ),
            ));
        }
        let to = self.there("hand.to", to)?;
        Ok(Hand::Place { members, to })
    }

    fn merged(&self, from: i32, into: i32) -> Result<Hand, EngineError> {
        if from == into {
            return Err(bad("hand.into", "name two different clusters".into()));
        }
        // A board whose clusters all end as one has nothing to compare: the last two cannot be merged.
        let mut ids = self.shaped.ids.iter();
        if ids.all(|id| *id == from || *id == into) {
            return Err(bad(
                "hand.into",
                format!(
                    "{from} and {into} are the only clusters: one would be left, which divides nothing"
                ),
            ));
        }
        Ok(Hand::Merge {
            from: self.there("hand.from", from)?,
            into: self.there("hand.into", into)?,
        })
    }

    fn apart(&self, members: Vec<String>, beside: &BTreeSet<String>) -> Result<Hand, EngineError> {
        if members.len() > APART_MAX {
            return Err(bad(
                "hand.members",
                format!("more than {APART_MAX} members cannot all be apart: name fewer"),
            ));
        }
        let members = self.members(members, 2, beside)?;
        Ok(Hand::Apart { members })
    }
}

/// A change as it is kept: members and clusters exist, words are neither blank nor endless. `next` is the number
/// of a cluster that it makes; `beside` are the members that it names of the feed that are in no run yet: they may be placed.
pub(super) fn checked(
    board: &Board,
    asked: HandAsk,
    next: i32,
    beside: &BTreeSet<String>,
) -> Result<Hand, EngineError> {
    Ok(match asked {
        HandAsk::Move { members, to } => board.moved(members, to, beside)?,
        HandAsk::Place { members, to } => board.placed(members, to, beside)?,
        HandAsk::Lock { members } => {
            let members = board.members(members, 1, beside)?.into_iter();
            let each =
                members.filter_map(|member| board.cluster_of(&member).map(|own| (member, own)));
            Hand::Lock {
                members: each.collect(),
            }
        }
        HandAsk::Unlock { members } => Hand::Unlock {
            members: board.members(members, 1, beside)?,
        },
        HandAsk::Create { name } => Hand::Create {
            cluster: next,
            name: words("hand.name", &name, 1)?,
        },
        HandAsk::Merge { from, into } => board.merged(from, into)?,
        HandAsk::Split { cluster } => Hand::Split {
            cluster: board.there("hand.cluster", cluster)?,
            part: next,
        },
        HandAsk::Together { members } => Hand::Together {
            members: board.members(members, 2, beside)?,
        },
        HandAsk::Apart { members } => board.apart(members, beside)?,
        HandAsk::Rename { cluster, name } => Hand::Rename {
            cluster: board.there("hand.cluster", cluster)?,
            name: words("hand.name", &name, 1)?,
        },
        HandAsk::Describe { cluster, text } => Hand::Describe {
            cluster: board.there("hand.cluster", cluster)?,
            text: words("hand.text", &text, 0)?,
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
