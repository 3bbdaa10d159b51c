//! Who went from which cluster to which between two runs of a scheme, and which features made them go. Pure: two
//! runs as they were kept in, flows and reasons out. It must not know dates, people's changes or names.

use crate::health::{mean_of, on_the_runs_scales};
use crate::{Columns, Prepared, Same, SegmentError};
use cluster::migration::{Move, Reason, Scene, migration, reasons};
use numeric::{Matrix, MatrixView};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The members of a run and where each is.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The members, ascending.
    pub ids: &'a [String],
    /// The cluster of each.
    pub clusters: &'a [i32],
    /// Their features.
    pub columns: &'a Columns,
    /// The features scaled and weighted.
    pub prepared: &'a Prepared,
}

/// One member: its place in the earlier and in the later run, none where it is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In the earlier run.
    pub before: Option<usize>,
    /// In the later run.
    pub now: Option<usize>,
}

/// What one feature did to a move: how much more it speaks for the cluster entered, against the one left, than it
/// did before (squared distances on the later run's scales).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Push {
    /// The place of the feature in the later run.
    pub feature: usize,
    /// Because the member changed.
    pub by_member: f64,
    /// Because the centres did.
    pub by_centers: f64,
}

impl Push {
    /// Both together.
    pub fn change(&self) -> f64 {
        self.by_member + self.by_centers
    }
}

/// Why a member moved, feature by feature.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Why {
    /// Squared distance to the centre left less that to the one entered, now; not above 0 where something else
    /// than distance moved the member.
    pub lean: f64,
    /// The change of the lean since before: the pushes sum to it.
    pub change: f64,
    /// One for each feature, from the greatest change down.
    pub pushes: Vec<Push>,
}

/// A member that is in both runs, in two clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Its place in the earlier run.
    pub before: usize,
    /// Its place in the later run.
    pub now: usize,
    /// The cluster left.
    pub from: i32,
    /// The cluster entered.
    pub to: i32,
    /// Why.
    pub why: Why,
}

/// Everybody of two runs by where they were and are.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// Members by cluster before (none: not in the earlier run) and cluster now (none: not in the later one).
    pub flows: BTreeMap<(Option<i32>, Option<i32>), Vec<Place>>,
    /// Members of both runs in the same cluster, whatever its number in each.
    pub stayed: usize,
    /// Members of the later run alone.
    pub entered: usize,
    /// Members of the earlier run alone.
    pub left: usize,
    /// Members of both runs in two clusters, by place in the earlier one.
    pub moved: Vec<Moved>,
}

/// Counts the ways from one run to another and gives the reasons of each move. `same` says which cluster of the
/// earlier run is which of the later one; numbers told are those of each run. A cluster that one of the runs does
/// not have has its centre there where the members that it has in the other were.
///
/// # Errors
/// Those of the kernel.
pub fn migrate(
    before: &Standing<'_>,
    now: &Standing<'_>,
    same: &[Same],
) -> Result<Migration, SegmentError> {
    let all = everybody(before, now);
    let was_called = called_as_now(before.clusters, now.clusters, same);
    let label = |clusters: &[i32], place: Option<usize>| {
        place.map(|place| u32::try_from(clusters[place]).unwrap_or_default())
    };
    let (was, is): (Vec<_>, Vec<_>) = all
        .iter()
        .map(|member| {
            (
                label(&was_called, member.before),
                label(now.clusters, member.now),
            )
        })
        .unzip();
    let table = migration(&was, &is)?;
    let mut flows: BTreeMap<_, Vec<Place>> = BTreeMap::new();
    for member in &all {
        let from = member.before.map(|place| before.clusters[place]);
        let to = member.now.map(|place| now.clusters[place]);
        flows.entry((from, to)).or_default().push(*member);
    }
    let pairs = table.moved.iter().map(|member| &all[*member]);
    let pairs: Vec<(usize, usize)> = pairs
        .filter_map(|member| member.before.zip(member.now))
        .collect();
    Ok(Migration {
        flows,
        stayed: table.stayed,
        entered: table.entered.iter().sum(),
        left: table.left.iter().sum(),
        moved: why_moved(before, now, same, &pairs)?,
    })
}

/// The clusters of the earlier run under the numbers that the later one has for them; one that it does not have gets
/// a number that neither run has, where the later run has its own for another.
fn called_as_now(before: &[i32], now: &[i32], same: &[Same]) -> Vec<i32> {
    let known: BTreeMap<i32, i32> = same.iter().map(|pair| (pair.before, pair.now)).collect();
    let taken: BTreeSet<i32> = now.iter().chain(known.values()).copied().collect();
    let mut next = before.iter().chain(&taken).max().map_or(1, |most| most + 1);
    let mut names: BTreeMap<i32, i32> = BTreeMap::new();
    for cluster in before.iter().collect::<BTreeSet<_>>() {
        let name = match known.get(cluster) {
            Some(name) => *name,
            None if taken.contains(cluster) => {
                next += 1;
                next - 1
            }
            None => *cluster,
        };
        names.insert(*cluster, name);
    }
    before.iter().map(|cluster| names[cluster]).collect()
}

/// Members of both runs and of each alone, those of the earlier one first.
fn everybody(before: &Standing<'_>, now: &Standing<'_>) -> Vec<Place> {
    let places: HashMap<&str, usize> = now
        .ids
        .iter()
        .enumerate()
        .map(|(place, id)| (id.as_str(), place))
        .collect();
    let mut seen = vec![false; now.ids.len()];
    let mut all: Vec<Place> = Vec::with_capacity(now.ids.len());
    for (place, id) in before.ids.iter().enumerate() {
        let now = places.get(id.as_str()).copied();
        if let Some(now) = now {
            seen[now] = true;
        }
        all.push(Place {
            before: Some(place),
            now,
        });
    }
    let entered = (0..now.ids.len()).filter(|place| !seen[*place]);
    all.extend(entered.map(|place| Place {
        before: None,
        now: Some(place),
    }));
    all
}

/// Why these members moved; pairs of places in the two runs, of which `same` clusters are one. Both runs are held on the later one's features and
/// scales, since those decided.
///
/// # Errors
/// Those of the kernel.
pub fn why_moved(
    before: &Standing<'_>,
    now: &Standing<'_>,
    same: &[Same],
    pairs: &[(usize, usize)],
) -> Result<Vec<Moved>, SegmentError> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let told = before.clusters;
    let called = called_as_now(before.clusters, now.clusters, same);
    let before = &Standing {
        clusters: &called,
        ..*before
    };
    // What the earlier run does not know is taken as the later one has it, so that it moves nobody.
    let places: HashMap<&str, usize> = (now.ids.iter().enumerate())
        .map(|(place, id)| (id.as_str(), place))
        .collect();
    let values = now.columns.table.values.view();
    let means: Vec<f64> = (0..now.columns.features.len())
        .map(|slot| mean_of(now.columns, slot))
        .collect();
    let absent = |member: usize, slot: usize| match places.get(before.ids[member].as_str()) {
        Some(place) => values.row(*place)[slot],
        None => means[slot],
    };
    let earlier = on_the_runs_scales(
        (now.columns, now.prepared),
        before.ids.len(),
        before.columns,
        &absent,
    )?;
    let (was, is) = (earlier.view(), now.prepared.scaled.view());
    let numbers: BTreeSet<i32> = before
        .clusters
        .iter()
        .chain(now.clusters)
        .copied()
        .collect();
    let numbers: Vec<i32> = numbers.into_iter().collect();
    let label = |cluster: i32| numbers.partition_point(|number| *number < cluster);
    let (mut centers, mut later) = (
        centers_of(was, &labels(before.clusters, &label), numbers.len()),
        centers_of(is, &labels(now.clusters, &label), numbers.len()),
    );
    // Where its members were before it was there, and where they are after it was.
    let both: Vec<Place> = everybody(before, now)
        .into_iter()
        .filter(|member| member.before.is_some() && member.now.is_some())
        .collect();
    let mut then = vec![None; before.ids.len()];
    let mut after = vec![None; now.ids.len()];
    for member in &both {
        if let (Some(old), Some(new)) = (member.before, member.now) {
            then[old] = Some(label(now.clusters[new]));
            after[new] = Some(label(before.clusters[old]));
        }
    }
    fill(&mut centers, centers_of(was, &then, numbers.len()));
    fill(&mut later, centers_of(is, &after, numbers.len()));
    let (known, known_later) = (centers.clone(), later.clone());
    fill(&mut centers, known_later);
    fill(&mut later, known);
    let (centers, later) = (matrix(centers, was.cols())?, matrix(later, was.cols())?);
    let moves: Vec<Move> = pairs
        .iter()
        .map(|(old, new)| Move {
            before_row: *old,
            now_row: *new,
            from: label(before.clusters[*old]) as u32,
            to: label(now.clusters[*new]) as u32,
        })
        .collect();
    let scene = |rows, centers| Scene { rows, centers };
    let found = reasons(scene(was, centers.view()), scene(is, later.view()), &moves)?;
    let each = pairs.iter().zip(found).map(|((old, new), reason)| Moved {
        before: *old,
        now: *new,
        from: told[*old],
        to: now.clusters[*new],
        why: why(&reason),
    });
    Ok(each.collect())
}

fn labels(clusters: &[i32], label: &dyn Fn(i32) -> usize) -> Vec<Option<usize>> {
    clusters
        .iter()
        .map(|cluster| Some(label(*cluster)))
        .collect()
}

/// The mean of the rows of each label; none where it has no row.
fn centers_of(
    rows: MatrixView<'_>,
    labels: &[Option<usize>],
    count: usize,
) -> Vec<Option<Vec<f64>>> {
    let mut sums: Vec<(Vec<f64>, f64)> = vec![(vec![0.0; rows.cols()], 0.0); count];
    for (row, label) in labels.iter().enumerate() {
        let Some(label) = label else { continue };
        let (sum, size) = &mut sums[*label];
        sum.iter_mut()
            .zip(rows.row(row))
            .for_each(|(sum, value)| *sum += value);
        *size += 1.0;
    }
    let mean = |(sum, size): (Vec<f64>, f64)| {
        (size > 0.0).then(|| sum.into_iter().map(|sum| sum / size).collect())
    };
    sums.into_iter().map(mean).collect()
}

/// Centres that are not known from those given.
fn fill(centers: &mut [Option<Vec<f64>>], others: Vec<Option<Vec<f64>>>) {
    for (center, other) in centers.iter_mut().zip(others) {
        if center.is_none() {
            *center = other;
        }
    }
}

fn matrix(centers: Vec<Option<Vec<f64>>>, cols: usize) -> Result<Matrix, SegmentError> {
    let rows = centers.len();
    // Every number is a cluster of at least one of the runs, so that each has a centre.
    let data = centers
        .into_iter()
        .flat_map(|center| center.unwrap_or_else(|| vec![0.0; cols]));
    Ok(Matrix::new(data.collect(), rows, cols)?)
}

fn why(reason: &Reason) -> Why {
    let pushes = reason.by_member.iter().zip(&reason.by_centers);
    let pushes = pushes.enumerate().map(|(feature, (member, centers))| Push {
        feature,
        by_member: *member,
        by_centers: *centers,
    });
    ranked(
        reason.now_total,
        reason.now_total - reason.before_total,
        pushes.collect(),
    )
}

fn ranked(lean: f64, change: f64, mut pushes: Vec<Push>) -> Why {
    pushes.sort_by(|a, b| {
        b.change()
            .total_cmp(&a.change())
            .then(a.feature.cmp(&b.feature))
    });
    Why {
        lean,
        change,
        pushes,
    }
}

/// The mean of several reasons: what usually made these members go. It adds up as each of them does.
pub fn usual<'a>(all: impl Iterator<Item = &'a Why>) -> Option<Why> {
    let (mut lean, mut change, mut count) = (0.0, 0.0, 0.0);
    let mut sums: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for why in all {
        lean += why.lean;
        change += why.change;
        count += 1.0;
        for push in &why.pushes {
            let sum = sums.entry(push.feature).or_default();
            *sum = (sum.0 + push.by_member, sum.1 + push.by_centers);
        }
    }
    let pushes = sums.into_iter().map(|(feature, (member, centers))| Push {
        feature,
        by_member: member / count,
        by_centers: centers / count,
    });
    (count > 0.0).then(|| ranked(lean / count, change / count, pushes.collect()))
}

#[cfg(test)]
mod tests;
