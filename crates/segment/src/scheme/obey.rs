//! The found clusters brought within the rules: sizes of the recipe, people's locks and links. Sizes that cannot be
//! kept end the run with the reason; a lock or a link that cannot is a conflict to be listed. It must not search.

use super::Input;
use crate::hands::{Conflict, Hand};
use crate::settle::centers;
use crate::{Prepared, Search, SegmentError};
use cluster::constrain::{self, Conflicts, Constraints, Rules};
use cluster::{constrained, kmeans};
use numeric::{Matrix, Progress};
use std::collections::{BTreeMap, HashMap};

/// Why a rule cannot be kept, and what to do.
const WHY: &str = "an earlier change, or the sizes, stand against it; undo one of them";
/// Rounds of moving centres at most.
const ROUNDS: usize = 300;

/// Clusters of one part: members by place, and the ids of their clusters.
pub(super) struct Part<'a> {
    /// The name of the part; blank where the scheme is not nested.
    pub name: &'a str,
    /// The members, ascending.
    pub places: Vec<usize>,
}

/// Brings the ids of the members of one part within the rules; gives what could not be obeyed.
///
/// # Errors
/// [`SegmentError::Limits`] where the recipe's sizes cannot be kept, with the reason; those of the kernel.
pub(super) fn obey(
    input: &Input<'_>,
    prepared: &Prepared,
    part: &Part<'_>,
    found: &mut [i32],
    progress: &dyn Progress,
) -> Result<Vec<Conflict>, SegmentError> {
    let mut ids: Vec<i32> = part.places.iter().map(|place| found[*place]).collect();
    let of_places = ids.clone();
    ids.sort_unstable();
    ids.dedup();
    let label = |id: i32| ids.binary_search(&id).ok().map(|label| label as u32);
    let (rows, clusters) = (part.places.len(), ids.len());
    let sizes = Rules {
        min_size: input.recipe.method.size_min,
        max_size: input.recipe.method.size_max,
        ..Rules::default()
    };
    sizes
        .check(rows, clusters)
        .map_err(|cause| limits(part, &cause))?;
    let slots: HashMap<&str, usize> = part
        .places
        .iter()
        .enumerate()
        .map(|(slot, place)| (input.names[*place].as_str(), slot))
        .collect();
    let (constraints, conflicts) = rules(input, &sizes, &slots, (rows, clusters), &label)?;
    if constraints.is_free() {
        return Ok(conflicts);
    }
    let view = prepared.scaled.view();
    let data: Vec<f64> = part
        .places
        .iter()
        .flat_map(|place| view.row(*place))
        .copied()
        .collect();
    let data = Matrix::new(data, rows, view.cols())?;
    let labels: Vec<u32> = of_places.iter().filter_map(|id| label(*id)).collect();
    if input.recipe.method.by != Search::Kmeans {
        // Other methods know no rules while they search: their labels are mended, no member without need.
        let mended = constrain::obey(data.view(), &labels, &constraints)?.labels;
        for (place, label) in part.places.iter().zip(mended) {
            found[*place] = ids[label as usize];
        }
        return Ok(conflicts);
    }
    let centers = centers(&data, &labels, clusters)?;
    let params = kmeans::Params {
        clusters,
        starts: 1,
        max_iterations: ROUNDS,
        tolerance: 0.0,
        seed: input.recipe.method.seed,
    };
    let fitted = constrained::fit_from(
        &params.check(rows)?,
        data.view(),
        &constraints,
        centers.view(),
        progress,
    )?;
    for (place, label) in part.places.iter().zip(fitted.labels) {
        found[*place] = ids[label as usize];
    }
    Ok(conflicts)
}

/// The rules that can all be kept: sizes with locks and links where that goes, else without those that do not.
fn rules(
    input: &Input<'_>,
    sizes: &Rules,
    slots: &HashMap<&str, usize>,
    (rows, clusters): (usize, usize),
    label: &dyn Fn(i32) -> Option<u32>,
) -> Result<(Constraints, Vec<Conflict>), SegmentError> {
    let mut kept = sizes.clone();
    let mut conflicts = Vec::new();
    let mut locks: BTreeMap<usize, (u32, i64)> = BTreeMap::new();
    for hand in input.hands {
        let mut lock = |name: &str, to: i32| {
            if let Some(slot) = slots.get(name) {
                // A later hand counts; one to a cluster that is not found here frees the member.
                match label(to) {
                    Some(label) => locks.insert(*slot, (label, hand.seq)),
                    None => locks.remove(slot),
                };
            }
        };
        match &hand.hand {
            Hand::Move { members, to } | Hand::Place { members, to } => {
                members.iter().for_each(|name| lock(name, *to));
            }
            Hand::Lock { members } => members.iter().for_each(|(name, to)| lock(name, *to)),
            Hand::Unlock { members } => members.iter().for_each(|name| {
                if let Some(slot) = slots.get(name.as_str()) {
                    locks.remove(slot);
                }
            }),
            _ => {}
        }
    }
    let names: HashMap<usize, &str> = slots.iter().map(|(name, slot)| (*slot, *name)).collect();
    // One rule after the other, so that each that cannot be kept is known by its hand.
    for (slot, (label, seq)) in locks {
        let mut tried = kept.clone();
        tried.locked.push((slot, label));
        let name = names.get(&slot).copied().unwrap_or_default();
        let what = format!("where '{name}' was placed");
        try_rule(
            &mut kept,
            tried,
            (rows, clusters),
            (seq, what),
            &mut conflicts,
        );
    }
    for hand in input.hands {
        let mut tried = kept.clone();
        let what = match &hand.hand {
            Hand::Together { members } => format!("{} together", members.join(", ")),
            _ => format!("{} apart", hand.hand.members().join(", ")),
        };
        let inside = |members: &[String]| -> Vec<usize> {
            members
                .iter()
                .filter_map(|name| slots.get(name.as_str()).copied())
                .collect()
        };
        match &hand.hand {
            Hand::Together { members } => {
                let linked = inside(members);
                tried
                    .must_link
                    .extend(linked.windows(2).map(|pair| (pair[0], pair[1])));
            }
            Hand::Apart { members } => {
                let linked = inside(members);
                for (at, a) in linked.iter().enumerate() {
                    tried
                        .cannot_link
                        .extend(linked[at + 1..].iter().map(|b| (*a, *b)));
                }
            }
            _ => continue,
        }
        try_rule(
            &mut kept,
            tried,
            (rows, clusters),
            (hand.seq, what),
            &mut conflicts,
        );
    }
    let constraints = kept
        .check(rows, clusters)
        .map_err(|cause| SegmentError::Limits(cause.to_string()))?;
    Ok((constraints, conflicts))
}

fn try_rule(
    kept: &mut Rules,
    tried: Rules,
    (rows, clusters): (usize, usize),
    (seq, what): (i64, String),
    conflicts: &mut Vec<Conflict>,
) {
    match tried.check(rows, clusters) {
        Ok(_) => *kept = tried,
        Err(_) => conflicts.push(Conflict {
            seq,
            member: None,
            sentence: format!("the run could not keep to {what}: {WHY}"),
        }),
    }
}

fn limits(part: &Part<'_>, cause: &Conflicts) -> SegmentError {
    let place = if part.name.is_empty() {
        String::new()
    } else {
        format!("in '{}': ", part.name)
    };
    let told: Vec<String> = cause.0.iter().map(ToString::to_string).collect();
    SegmentError::Limits(format!("{place}{}", told.join("; ")))
}
