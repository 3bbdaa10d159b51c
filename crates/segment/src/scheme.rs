//! One run of a recipe: clusters inside each part of a nested scheme, the ids that they keep over runs, people's
//! hands, and what each cluster is. It must not read the lake (`engine` brings columns and takes rows).

#[cfg(test)]
mod methods;
mod obey;
#[cfg(test)]
mod tests;

use crate::fit::{Chosen, by_worth, choose_and_fit};
use crate::hands::{Conflict, Hand, Kept, Members, Shaped, shape};
use crate::telling::age_warning;
use crate::tree::{self, Tree};
use crate::{
    Columns, Entity, Prepared, Recipe, Score, SegmentError, Segmentation, prepare, settle,
};
use cluster::linkage::Dendrogram;
use numeric::{Matrix, Progress};
use std::collections::{BTreeMap, BTreeSet};

/// Where the members were in the run before, one entry per member of this run; none for newcomers.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// The ids found, before hands.
    pub found: Vec<Option<i32>>,
    /// The ids after hands.
    pub ids: Vec<Option<i32>>,
    /// The ids found in a run whose numbers count after these: for clusters that the run before does not have. Empty
    /// where there is none.
    pub also: Vec<Option<i32>>,
}

/// Who is in which cell of a scheme of rules. A cell keeps its place as its number, so that it is the same in
/// every run of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Names of the cells.
    pub names: Vec<String>,
    /// The place of each member's cell in the names.
    pub cells: Vec<usize>,
}

/// What a run works on.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// Names of the members, ascending.
    pub names: &'a [String],
    /// Their features.
    pub columns: &'a Columns,
    /// Of a scheme of rules: the cell of each member, by name, in the order of the cells.
    pub given: Option<&'a Given>,
    /// The part of the nested scheme in which each member is; all alike where it is not nested.
    pub parts: &'a [String],
    /// The run before.
    pub before: Option<&'a Before>,
    /// The least id that was never used.
    pub next: i32,
    /// What people changed, in order.
    pub hands: &'a [Kept],
}

/// What a run found.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The ids found, before hands.
    pub found: Vec<i32>,
    /// The ids after hands, pins and conflicts.
    pub shaped: Shaped,
    /// The clusters and members.
    pub segmentation: Segmentation,
    /// The least id that is free after this run.
    pub next: i32,
    /// A warning where age alone drives the clusters.
    pub warning: Option<String>,
    /// The trees of the parts, where the method makes them.
    pub trees: Vec<Tree>,
}

/// Runs a recipe. Same input gives the same outcome on any number of threads, and whatever the order in which
/// the members' sales were read.
pub fn run(input: &Input<'_>, progress: &dyn Progress) -> Result<Outcome, SegmentError> {
    let of = input.recipe.of;
    if input.names.len() < of.members_min() {
        return Err(SegmentError::TooFew {
            what: of.word(),
            got: input.names.len(),
            least: of.members_min(),
        });
    }
    let prepared = prepare(&input.columns.features, &input.columns.table.values)?;
    let free = free_rows(input);
    let searched = match input.given {
        Some(given) => {
            let ids = given.cells.iter().map(|cell| *cell as i32 + 1).collect();
            let sentence = format!("{} {}, by rules.", given.names.len(), of.clusters());
            Searched {
                found: ids,
                next: input.next.max(given.names.len() as i32 + 1),
                scores: Vec::new(),
                sentence,
                conflicts: Vec::new(),
                trees: Vec::new(),
            }
        }
        None => searched(input, &prepared, &free, progress)?,
    };
    let members = Members {
        names: input.names,
        rows: &prepared.scaled,
        before: input.before.map(|before| &before.ids[..]),
        made: &BTreeMap::new(),
        pinned: &BTreeMap::new(),
        free: &searched.found,
        seed: input.recipe.method.seed,
    };
    let mut shaped = shape(&members, &searched.found, input.hands)?;
    shaped.conflicts.extend(searched.conflicts);
    let ask = settle::Ask {
        of,
        features: &input.columns.features,
        table: &input.columns.table,
        seed: input.recipe.method.seed,
        sure: input.given.is_none().then_some(settle::Sure {
            parts: Some(input.parts),
            made: &shaped.made,
        }),
    };
    let mut segmentation = settle::settle(&prepared, &ask, &shaped.ids, progress)?;
    (segmentation.scores, segmentation.sentence) = (searched.scores, searched.sentence);
    if let Some(given) = input.given {
        for segment in &mut segmentation.segments {
            let cell = usize::try_from(segment.cluster - 1)
                .ok()
                .and_then(|cell| given.names.get(cell));
            if let Some(name) = cell {
                segment.name.clone_from(name);
            }
        }
    }
    let features = &input.columns.features;
    let warning = age_warning(of, features, &prepared, &shaped.ids)?;
    Ok(Outcome {
        found: searched.found,
        shaped,
        segmentation,
        next: searched.next,
        warning,
        trees: searched.trees,
    })
}

/// What the search for clusters found.
struct Searched {
    /// The ids, one per member.
    found: Vec<i32>,
    /// The least free id.
    next: i32,
    /// The scores of every number tried.
    scores: Vec<Score>,
    /// Why this number.
    sentence: String,
    /// Locks and links that could not be kept.
    conflicts: Vec<Conflict>,
    /// The trees of the parts.
    trees: Vec<Tree>,
}

/// Searches for clusters and brings them within the rules.
fn searched(
    input: &Input<'_>,
    prepared: &Prepared,
    free: &[usize],
    progress: &dyn Progress,
) -> Result<Searched, SegmentError> {
    let Labelled {
        labels,
        scores,
        sentence,
        mut trees,
    } = find(input, prepared, free, progress)?;
    let (ids, next) = number(input, free, &labels)?;
    let mut found = vec![0; input.names.len()];
    for (place, id) in free.iter().zip(&ids) {
        found[*place] = *id;
    }
    fill_kept_out(prepared, free, &mut found);
    let (mut conflicts, mut drawn) = (Vec::new(), Vec::new());
    for (name, slots) in parts(input, free) {
        let places: Vec<usize> = slots.iter().map(|slot| free[*slot]).collect();
        if let Some(dendrogram) = trees.remove(name) {
            // As the tree was cut: what obeying moved afterwards is told elsewhere.
            let rows = tree::Rows {
                names: (input.recipe.of != Entity::Customers).then_some(input.names),
                worth: &input.columns.table.worth,
                places: &places,
                found: &found,
            };
            drawn.push(tree::tree(name, &dendrogram, &rows)?);
        }
        let part = obey::Part { name, places };
        conflicts.extend(obey::obey(input, prepared, &part, &mut found, progress)?);
    }
    Ok(Searched {
        found,
        next,
        scores,
        sentence,
        conflicts,
        trees: drawn,
    })
}

/// Members that no hand holds in a hand-made cluster: those are no part of the search.
fn free_rows(input: &Input<'_>) -> Vec<usize> {
    let mut made: BTreeSet<i32> = BTreeSet::new();
    let mut pins: BTreeMap<&str, i32> = BTreeMap::new();
    for kept in input.hands {
        match &kept.hand {
            Hand::Create { cluster, .. } => {
                made.insert(*cluster);
            }
            Hand::Merge { from, into } => {
                made.remove(from);
                pins.values_mut()
                    .filter(|to| *to == from)
                    .for_each(|to| *to = *into);
            }
            Hand::Move { members, to } | Hand::Place { members, to } => {
                pins.extend(members.iter().map(|name| (name.as_str(), *to)))
            }
            Hand::Lock { members } => {
                pins.extend(members.iter().map(|(name, to)| (name.as_str(), *to)))
            }
            Hand::Unlock { members } => members.iter().for_each(|name| {
                pins.remove(name.as_str());
            }),
            Hand::Split { .. }
            | Hand::Together { .. }
            | Hand::Apart { .. }
            | Hand::Rename { .. }
            | Hand::Describe { .. } => {}
        }
    }
    let kept_out = |name: &String| pins.get(name.as_str()).is_some_and(|to| made.contains(to));
    (0..input.names.len())
        .filter(|place| !kept_out(&input.names[*place]))
        .collect()
}

/// The free rows of each part of a nested scheme, by their place among the free ones.
fn parts<'a>(input: &Input<'a>, free: &[usize]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (slot, place) in free.iter().enumerate() {
        parts
            .entry(input.parts[*place].as_str())
            .or_default()
            .push(slot);
    }
    parts
}

/// Labels of the free rows before anybody's rules.
struct Labelled<'a> {
    /// Counted over all parts.
    labels: Vec<u32>,
    /// The scores of every number tried, where the scheme is not nested.
    scores: Vec<Score>,
    /// Why this number.
    sentence: String,
    /// The tree of each part, where the method makes one.
    trees: BTreeMap<&'a str, Dendrogram>,
}

/// Finds clusters in each part.
fn find<'a>(
    input: &Input<'a>,
    prepared: &Prepared,
    free: &[usize],
    progress: &dyn Progress,
) -> Result<Labelled<'a>, SegmentError> {
    let parts = parts(input, free);
    let (mut labels, mut used) = (vec![0; free.len()], 0);
    let (mut scores, mut told, mut trees) = (Vec::new(), Vec::new(), BTreeMap::new());
    let nested = parts.len() > 1;
    for (name, slots) in &parts {
        let places: Vec<usize> = slots.iter().map(|slot| free[*slot]).collect();
        let chosen = find_in_part(input, prepared, &places, progress)?;
        for (slot, label) in slots.iter().zip(&chosen.labels) {
            labels[*slot] = used + label;
        }
        used += chosen.clusters as u32;
        if let Some(tree) = chosen.tree {
            trees.insert(*name, tree);
        }
        told.push(match nested {
            true => format!("{name}: {}", chosen.sentence),
            false => chosen.sentence,
        });
        if !nested {
            scores = chosen.scores;
        }
    }
    Ok(Labelled {
        labels,
        scores,
        sentence: told.join(" "),
        trees,
    })
}

fn find_in_part(
    input: &Input<'_>,
    prepared: &Prepared,
    places: &[usize],
    progress: &dyn Progress,
) -> Result<Chosen, SegmentError> {
    let view = prepared.scaled.view();
    let noun = input.recipe.of.clusters();
    let mut spec = input.recipe.spec();
    // Numbers that the sizes of the recipe rule out are not tried; a silhouette needs fewer clusters than rows.
    let method = &input.recipe.method;
    let room = method
        .size_min
        .map_or(usize::MAX, |least| places.len() / least.max(1));
    let need = method
        .size_max
        .map_or(1, |size| places.len().div_ceil(size.max(1)));
    let most = (places.len().saturating_sub(1)).min(room);
    let differ = places
        .windows(2)
        .any(|pair| view.row(pair[0]) != view.row(pair[1]));
    if most < 2 || !differ || spec.clusters == Some(1) {
        let sentence = format!(
            "one of the {noun}, since {} members are too few to divide.",
            places.len()
        );
        return Ok(Chosen {
            labels: vec![0; places.len()],
            clusters: 1,
            scores: Vec::new(),
            sentence,
            tree: None,
        });
    }
    let asked = spec.clusters;
    spec.clusters = asked.map(|clusters| clusters.min(most));
    // Left to the data, clusters have two members on average.
    let usual = most.min((places.len() / 2).max(2));
    spec.clusters_max = spec.clusters_max.max(need).min(usual.max(need)).min(most);
    spec.clusters_min = spec.clusters_min.max(need).min(spec.clusters_max);
    let data: Vec<f64> = places
        .iter()
        .flat_map(|place| view.row(*place))
        .copied()
        .collect();
    let rows = Matrix::new(data, places.len(), view.cols())?;
    let mut chosen = choose_and_fit(&spec, method.by, rows.view(), noun, progress)?;
    if let Some(asked) = asked.filter(|asked| *asked > most) {
        chosen.sentence = format!(
            "{} {noun}: {asked} were asked for, too many for {} members.",
            chosen.clusters,
            places.len()
        );
    }
    Ok(chosen)
}

/// An id for each free row: that of the cluster before with which its cluster shares most members, one to one, the
/// run before first; a new one where there is none, in order of worth.
fn number(
    input: &Input<'_>,
    free: &[usize],
    labels: &[u32],
) -> Result<(Vec<i32>, i32), SegmentError> {
    let clusters = labels.iter().max().map_or(0, |most| *most as usize + 1);
    let worth: Vec<f64> = free
        .iter()
        .map(|place| input.columns.table.worth[*place])
        .collect();
    let ranks = by_worth(labels, clusters, &worth);
    let mut id_of: Vec<Option<i32>> = vec![None; clusters];
    let before = input.before.map(|before| [&before.found, &before.also]);
    for found in before.into_iter().flatten() {
        let taken: BTreeSet<i32> = id_of.iter().flatten().copied().collect();
        let both = free.iter().zip(labels).filter_map(|(place, label)| {
            let old = found.get(*place).copied().flatten()?;
            let open = id_of[*label as usize].is_none() && !taken.contains(&old);
            Some((u32::try_from(old).ok().filter(|_| open)?, *label))
        });
        let (old, new): (Vec<u32>, Vec<u32>) = both.unzip();
        for (old, new) in crate::same_segments(&old, &new)? {
            id_of[new as usize] = i32::try_from(old).ok();
        }
    }
    let mut fresh: Vec<usize> = (0..clusters)
        .filter(|label| id_of[*label].is_none())
        .collect();
    fresh.sort_by_key(|label| ranks[*label]);
    let mut next = input.next;
    for label in fresh {
        id_of[label] = Some(next);
        next += 1;
    }
    let ids = labels
        .iter()
        .map(|label| id_of[*label as usize].unwrap_or_default());
    Ok((ids.collect(), next))
}

/// The id that a member in a hand-made cluster would have: of the nearest centre.
fn fill_kept_out(prepared: &Prepared, free: &[usize], found: &mut [i32]) {
    if free.len() == found.len() {
        return;
    }
    let view = prepared.scaled.view();
    let mut sums: BTreeMap<i32, (Vec<f64>, f64)> = BTreeMap::new();
    for place in free {
        let (sum, count) = sums
            .entry(found[*place])
            .or_insert_with(|| (vec![0.0; view.cols()], 0.0));
        sum.iter_mut()
            .zip(view.row(*place))
            .for_each(|(sum, value)| *sum += value);
        *count += 1.0;
    }
    for (place, id) in found.iter_mut().enumerate() {
        if free.binary_search(&place).is_ok() {
            continue;
        }
        let squared = |(sum, count): &(Vec<f64>, f64)| -> f64 {
            sum.iter()
                .zip(view.row(place))
                .map(|(sum, value)| (sum / count - value).powi(2))
                .sum()
        };
        let nearest = sums
            .iter()
            .min_by(|a, b| squared(a.1).total_cmp(&squared(b.1)));
        *id = nearest.map_or(0, |(id, _)| *id);
    }
}
