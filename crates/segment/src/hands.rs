//! What people change by hand, and what of it holds in a run: moves, locks, merges, splits, hand-made clusters,
//! members that stay together or apart. Pure: members and hands in, ids and conflicts out. It must not know who
//! did it or where it is kept.

use crate::SegmentError;
use cluster::kmeans;
use numeric::{Matrix, Silent};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One change of a scheme by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hand {
    /// Members go to a cluster and stay there in every run to come.
    Move {
        /// The members.
        members: Vec<String>,
        /// The cluster.
        to: i32,
    },
    /// As a move, for members that may have no sales yet: who is in no run is planned there and goes there with
    /// its first one.
    Place {
        /// The members.
        members: Vec<String>,
        /// The cluster.
        to: i32,
    },
    /// Members stay where they are in every run to come.
    Lock {
        /// The members, each with its cluster.
        members: BTreeMap<String, i32>,
    },
    /// Members are free again, where the run found them.
    Unlock {
        /// The members.
        members: Vec<String>,
    },
    /// A cluster made by hand, as for flagships: only members moved to it are in it, no run fills it.
    Create {
        /// Its number.
        cluster: i32,
        /// Its name.
        name: String,
    },
    /// A cluster becomes part of another.
    Merge {
        /// The cluster that ends.
        from: i32,
        /// The cluster that takes its members.
        into: i32,
    },
    /// A cluster becomes two, where its members differ most.
    Split {
        /// The cluster; it keeps the larger part.
        cluster: i32,
        /// The number of the other part.
        part: i32,
    },
    /// Members are in one cluster.
    Together {
        /// The members.
        members: Vec<String>,
    },
    /// No two of the members are in one cluster.
    Apart {
        /// The members.
        members: Vec<String>,
    },
    /// A cluster has a name; nobody moves.
    Rename {
        /// The cluster.
        cluster: i32,
        /// The name.
        name: String,
    },
    /// A cluster has a description; nobody moves.
    Describe {
        /// The cluster.
        cluster: i32,
        /// The description.
        text: String,
    },
}

impl Hand {
    /// The members that it names.
    pub fn members(&self) -> Vec<&str> {
        match self {
            Self::Move { members, .. }
            | Self::Place { members, .. }
            | Self::Unlock { members }
            | Self::Together { members }
            | Self::Apart { members } => members.iter().map(String::as_str).collect(),
            Self::Lock { members } => members.keys().map(String::as_str).collect(),
            Self::Create { .. }
            | Self::Merge { .. }
            | Self::Split { .. }
            | Self::Rename { .. }
            | Self::Describe { .. } => Vec::new(),
        }
    }

    /// The clusters that it names, each once, by number.
    pub fn clusters(&self) -> Vec<i32> {
        let named: BTreeSet<i32> = match self {
            Self::Move { to, .. } | Self::Place { to, .. } => BTreeSet::from([*to]),
            Self::Lock { members } => members.values().copied().collect(),
            Self::Create { cluster, .. }
            | Self::Rename { cluster, .. }
            | Self::Describe { cluster, .. } => BTreeSet::from([*cluster]),
            Self::Merge { from, into } => BTreeSet::from([*from, *into]),
            Self::Split { cluster, part } => BTreeSet::from([*cluster, *part]),
            Self::Unlock { .. } | Self::Together { .. } | Self::Apart { .. } => BTreeSet::new(),
        };
        named.into_iter().collect()
    }

    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Move { .. } => "move",
            Self::Place { .. } => "place",
            Self::Lock { .. } => "lock",
            Self::Unlock { .. } => "unlock",
            Self::Create { .. } => "create",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Together { .. } => "together",
            Self::Apart { .. } => "apart",
            Self::Rename { .. } => "rename",
            Self::Describe { .. } => "describe",
        }
    }
}

/// A hand with the number under which it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number; later ones have greater ones.
    pub seq: i64,
    /// What it is.
    pub hand: Hand,
}

/// A hand that a run cannot obey, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The hand's number.
    pub seq: i64,
    /// The member concerned, where it is one.
    pub member: Option<String>,
    /// Why, and what can be done.
    pub sentence: String,
}

/// The members after the hands.
#[derive(Debug, Clone, PartialEq)]
pub struct Shaped {
    /// One cluster id per member.
    pub ids: Vec<i32>,
    /// Members that a person placed, with the cluster.
    pub pins: BTreeMap<usize, i32>,
    /// Clusters made by hand that are still there.
    pub made: BTreeMap<i32, String>,
    /// What could not be obeyed.
    pub conflicts: Vec<Conflict>,
}

impl Shaped {
    /// Clusters to which nobody comes unless a person puts it there: made by hand, with nobody in them that was not
    /// placed. One that a found cluster was merged into has such members.
    pub fn closed(&self) -> BTreeSet<i32> {
        let free = self.ids.iter().enumerate();
        let free = free.filter(|(place, _)| !self.pins.contains_key(place));
        let open: BTreeSet<i32> = free.map(|(_, id)| *id).collect();
        let made = self.made.keys().copied();
        made.filter(|id| !open.contains(id)).collect()
    }
}

/// Members as hands see them.
#[derive(Debug, Clone, Copy)]
pub struct Members<'a> {
    /// Their names, ascending.
    pub names: &'a [String],
    /// Their rows, scaled and weighted.
    pub rows: &'a Matrix,
    /// Where each was before this run, so that the two parts of a split are known again; none for a newcomer.
    pub before: Option<&'a [Option<i32>]>,
    /// Clusters made by hand before these hands.
    pub made: &'a BTreeMap<i32, String>,
    /// Members that a person placed before these hands, with their clusters.
    pub pinned: &'a BTreeMap<usize, i32>,
    /// The clusters that the members would be in without anybody's placing.
    pub free: &'a [i32],
    /// Seed of splits.
    pub seed: u64,
}

impl Members<'_> {
    fn place(&self, name: &str) -> Option<usize> {
        self.names
            .binary_search_by(|known| known.as_str().cmp(name))
            .ok()
    }
}

/// Carries the hands out on the clusters that a run found, in their order; pins hold whatever came after them.
/// `from` are the ids found, one per member. With the same input the result is the same, and without a hand
/// it is `from`.
///
/// # Errors
/// Those of the kernel that splits.
pub fn shape(members: &Members<'_>, from: &[i32], hands: &[Kept]) -> Result<Shaped, SegmentError> {
    let mut shaped = Shaped {
        ids: from.to_vec(),
        pins: members.pinned.clone(),
        made: members.made.clone(),
        conflicts: Vec::new(),
    };
    let mut free = members.free.to_vec();
    let mut pinned_by: HashMap<usize, i64> = HashMap::new();
    for kept in hands {
        shaped.obey(members, &mut free, kept, &mut pinned_by)?;
    }
    // Pins last: no merge, split or link may undo where a person put a member.
    let there: BTreeSet<i32> = shaped
        .ids
        .iter()
        .copied()
        .chain(shaped.made.keys().copied())
        .collect();
    let pins = std::mem::take(&mut shaped.pins);
    for (place, to) in pins {
        if there.contains(&to) {
            shaped.ids[place] = to;
            shaped.pins.insert(place, to);
        } else {
            shaped.conflicts.push(Conflict {
                seq: pinned_by.get(&place).copied().unwrap_or_default(),
                member: Some(members.names[place].clone()),
                sentence: format!(
                    "cluster {to} is no more, so '{}' went where it fits best: move it again, or undo the move",
                    members.names[place]
                ),
            });
        }
    }
    shaped.check_links(members, hands);
    Ok(shaped)
}

impl Shaped {
    fn obey(
        &mut self,
        members: &Members<'_>,
        free: &mut [i32],
        kept: &Kept,
        pinned_by: &mut HashMap<usize, i64>,
    ) -> Result<(), SegmentError> {
        match &kept.hand {
            Hand::Move { members: moved, to } => {
                for name in moved {
                    self.pin(members, kept, name, *to, pinned_by);
                }
            }
            // Who is not there yet is no conflict: the plan waits for its first run.
            Hand::Place {
                members: placed,
                to,
            } => {
                for name in placed.iter().filter(|name| members.place(name).is_some()) {
                    self.pin(members, kept, name, *to, pinned_by);
                }
            }
            Hand::Lock { members: locked } => {
                for (name, to) in locked {
                    self.pin(members, kept, name, *to, pinned_by);
                }
            }
            Hand::Unlock { members: freed } => {
                for place in freed.iter().filter_map(|name| members.place(name)) {
                    // Where the cluster it would be in is no more, it stays until the next run.
                    if self.pins.remove(&place).is_some() && self.holds(free[place]) {
                        self.ids[place] = free[place];
                    }
                }
            }
            Hand::Create { cluster, name } => {
                self.made.insert(*cluster, name.clone());
            }
            Hand::Merge { from, into } => {
                if !self.holds(*from) || !self.holds(*into) {
                    let gone = if self.holds(*from) { into } else { from };
                    self.conflict(kept, format!("clusters {from} and {into} cannot be merged: {gone} was not found again"));
                    return Ok(());
                }
                self.ids
                    .iter_mut()
                    .filter(|id| *id == from)
                    .for_each(|id| *id = *into);
                free.iter_mut()
                    .filter(|id| *id == from)
                    .for_each(|id| *id = *into);
                self.pins
                    .values_mut()
                    .filter(|to| *to == from)
                    .for_each(|to| *to = *into);
                self.made.remove(from);
            }
            Hand::Split { cluster, part } => {
                self.split(members, kept, *cluster, *part)?;
                for (free, id) in free.iter_mut().zip(&self.ids) {
                    if *free == *cluster && *id == *part {
                        *free = *part;
                    }
                }
            }
            // The search for clusters keeps to links; whether it could is checked in the end. Words move nobody.
            Hand::Together { .. }
            | Hand::Apart { .. }
            | Hand::Rename { .. }
            | Hand::Describe { .. } => {}
        }
        Ok(())
    }

    fn holds(&self, id: i32) -> bool {
        self.made.contains_key(&id) || self.ids.contains(&id)
    }

    fn conflict(&mut self, kept: &Kept, sentence: String) {
        self.conflicts.push(Conflict {
            seq: kept.seq,
            member: None,
            sentence,
        });
    }

    fn pin(
        &mut self,
        members: &Members<'_>,
        kept: &Kept,
        name: &str,
        to: i32,
        by: &mut HashMap<usize, i64>,
    ) {
        match members.place(name) {
            Some(place) => {
                self.pins.insert(place, to);
                // At once, so that a merge or split that came later finds the member where it was put.
                if self.holds(to) {
                    self.ids[place] = to;
                }
                by.insert(place, kept.seq);
            }
            None => self.conflicts.push(Conflict {
                seq: kept.seq,
                member: Some(name.to_string()),
                sentence: format!("'{name}' is not among the members any more: nothing was moved"),
            }),
        }
    }

    /// Two means inside the cluster. The part that shares more members with `part` before is `part` again;
    /// where that says nothing, the smaller one is.
    fn split(
        &mut self,
        members: &Members<'_>,
        kept: &Kept,
        cluster: i32,
        part: i32,
    ) -> Result<(), SegmentError> {
        let inside: Vec<usize> = (0..self.ids.len())
            .filter(|place| self.ids[*place] == cluster)
            .collect();
        let view = members.rows.view();
        let differ = inside
            .windows(2)
            .any(|pair| view.row(pair[0]) != view.row(pair[1]));
        if inside.len() < 2 || !differ {
            self.conflict(
                kept,
                format!("cluster {cluster} cannot be split: it has no two members that differ"),
            );
            return Ok(());
        }
        let data: Vec<f64> = inside
            .iter()
            .flat_map(|place| view.row(*place))
            .copied()
            .collect();
        let rows = Matrix::new(data, inside.len(), view.cols())?;
        let two = kmeans::Params {
            clusters: 2,
            starts: 8,
            max_iterations: 300,
            tolerance: 0.0,
            seed: members.seed,
        };
        let found = two.check(inside.len())?.fit(rows.view(), &Silent)?;
        let was_part = |label: u32| {
            let before = members.before.unwrap_or_default();
            let was = |place: &usize, id: i32| before.get(*place).copied().flatten() == Some(id);
            let own = inside
                .iter()
                .zip(&found.labels)
                .filter(|(_, own)| **own == label);
            own.map(|(place, _)| i64::from(was(place, part)) - i64::from(was(place, cluster)))
                .sum::<i64>()
        };
        let (zero, one) = (was_part(0), was_part(1));
        let smaller = u32::from(found.sizes[1] <= found.sizes[0]);
        let new = if zero == one {
            smaller
        } else {
            u32::from(one > zero)
        };
        for (place, label) in inside.into_iter().zip(&found.labels) {
            if *label == new {
                self.ids[place] = part;
            }
        }
        Ok(())
    }

    /// Links that do not hold in the end are conflicts: a pin, a merge or a limit was stronger.
    fn check_links(&mut self, members: &Members<'_>, hands: &[Kept]) {
        for kept in hands {
            let (linked, together) = match &kept.hand {
                Hand::Together { members } => (members, true),
                Hand::Apart { members } => (members, false),
                _ => continue,
            };
            let ids: Vec<i32> = linked
                .iter()
                .filter_map(|name| members.place(name))
                .map(|place| self.ids[place])
                .collect();
            let different = ids.iter().collect::<BTreeSet<_>>().len();
            let told = linked.join(", ");
            if together && different > 1 {
                self.conflict(kept, format!("{told} are not in one cluster: the next run puts them together, unless a move or a lock holds some of them elsewhere"));
            }
            if !together && different < ids.len() {
                self.conflict(kept, format!("{told} are not all apart: the next run parts them, unless a move, a merge or too few clusters hold some together"));
            }
        }
    }
}
