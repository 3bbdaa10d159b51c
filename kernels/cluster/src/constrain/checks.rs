//! From rules to constraints, or to the list of what contradicts what.
//!
//! Holds the tests that name a conflict exactly, in order of how plain they are, and hands what is left to
//! the search.

use std::collections::{BTreeMap, BTreeSet};

use numeric::MAGNITUDE_MAX;

use super::{
    Conflict, Conflicts, Constraints, Rules,
    groups::{Groups, chain},
    search::{Bound, Found, Limit, Puzzle},
};

/// Placements that the search for a proof may try.
const STEPS: usize = 100_000;

pub(super) fn check(rules: &Rules, rows: usize, clusters: usize) -> Result<Constraints, Conflicts> {
    let mut conflicts = names(rules, rows, clusters);
    if !conflicts.is_empty() {
        return Err(Conflicts(conflicts));
    }
    let groups = Groups::new(rows, &rules.must_link);
    let home = homes(rules, &groups, &mut conflicts);
    let mut locked = vec![0; clusters];
    for (group, home) in home.iter().enumerate() {
        if let Some(home) = home {
            locked[*home as usize] += groups.weight(group);
        }
    }
    let limits = limits(rules, rows, &locked, &mut conflicts);
    sizes(&limits, &locked, rows, &mut conflicts);
    let closed: BTreeSet<u32> = rules.closed.iter().copied().collect();
    let open: Vec<u32> = (0..clusters as u32)
        .filter(|cluster| !closed.contains(cluster))
        .collect();
    let rest = open.iter().map(|&cluster| {
        let (limit, locked) = (limits[cluster as usize], locked[cluster as usize]);
        Limit {
            min: limit.min.saturating_sub(locked),
            max: limit.max.saturating_sub(locked),
        }
    });
    let rest: Vec<Limit> = rest.collect();
    apart(rules, &groups, &home, &mut conflicts);
    let puzzle = puzzle(rules, &groups, &home, &open, rest);
    crowded(&puzzle, &groups, &limits, &open, &mut conflicts);
    if !conflicts.is_empty() {
        return Err(Conflicts(conflicts));
    }
    let proven = match puzzle.search(STEPS + 4 * puzzle.bound.len(), None) {
        Found::Places(witness) => {
            let mut fixed = vec![None; clusters];
            for (cluster, center) in &rules.fixed_centers {
                fixed[*cluster as usize] = Some(center.clone());
            }
            let plain = |limit: &Limit| limit.min == 1 && limit.max >= rows;
            let free = home.iter().all(Option::is_none)
                && puzzle.bound.is_empty()
                && rules.fixed_centers.is_empty()
                && closed.is_empty()
                && limits.iter().all(plain);
            return Ok(Constraints {
                clusters,
                groups,
                home,
                open,
                limits,
                puzzle,
                witness,
                fixed,
                free,
            });
        }
        Found::Nothing => true,
        Found::Unknown => false,
    };
    let bound = puzzle.bound.iter().map(|bound| bound.group as usize);
    let rows = sorted(bound.flat_map(|group| members(&groups, group)));
    Err(Conflicts(vec![Conflict::NoPlacement { rows, proven }]))
}

fn members(groups: &Groups, group: usize) -> impl Iterator<Item = usize> {
    groups.rows(group).iter().map(|&row| row as usize)
}

fn sorted(rows: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut rows: Vec<usize> = rows.collect();
    rows.sort_unstable();
    rows
}

/// Rules about what is not there, and entries given twice.
fn names(rules: &Rules, rows: usize, clusters: usize) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let pairs = |links: &[(usize, usize)]| -> Vec<usize> {
        links.iter().flat_map(|&(a, b)| [a, b]).collect()
    };
    let named_rows = [
        ("must_link", pairs(&rules.must_link)),
        ("cannot_link", pairs(&rules.cannot_link)),
        ("locked", rules.locked.iter().map(|lock| lock.0).collect()),
    ];
    for (rule, named) in named_rows {
        let beyond = named.into_iter().filter(|&row| row >= rows);
        let beyond: BTreeSet<usize> = beyond.collect();
        conflicts.extend(
            beyond
                .into_iter()
                .map(|row| Conflict::Row { rule, row, rows }),
        );
    }
    let sizes: Vec<u32> = rules.sizes.iter().map(|sizes| sizes.cluster).collect();
    let centers: Vec<u32> = rules.fixed_centers.iter().map(|center| center.0).collect();
    let named_clusters = [
        ("sizes", &sizes, true),
        (
            "locked",
            &rules.locked.iter().map(|lock| lock.1).collect(),
            false,
        ),
        ("closed", &rules.closed, false),
        ("fixed_centers", &centers, true),
    ];
    for (rule, named, once) in named_clusters {
        let mut seen = BTreeMap::new();
        for &cluster in named {
            *seen.entry(cluster).or_insert(0) += 1;
        }
        for (cluster, times) in seen {
            if cluster as usize >= clusters {
                conflicts.push(Conflict::Cluster {
                    rule,
                    cluster,
                    clusters,
                });
            } else if once && times > 1 {
                conflicts.push(Conflict::Twice { rule, cluster });
            }
        }
    }
    for (cluster, center) in &rules.fixed_centers {
        let bad = |value: &&f64| value.is_nan() || value.abs() > MAGNITUDE_MAX;
        if let Some((col, &value)) = center.iter().enumerate().find(|(_, value)| bad(value)) {
            conflicts.push(Conflict::CenterValue {
                cluster: *cluster,
                col,
                value,
            });
        }
    }
    conflicts
}

/// The cluster of each group that holds a locked row.
fn homes(rules: &Rules, groups: &Groups, conflicts: &mut Vec<Conflict>) -> Vec<Option<u32>> {
    let locks: BTreeSet<(usize, u32)> = rules.locked.iter().copied().collect();
    let mut home: Vec<Option<(usize, u32)>> = vec![None; groups.len()];
    for (row, cluster) in locks {
        let home = &mut home[groups.of[row] as usize];
        match *home {
            None => *home = Some((row, cluster)),
            Some((_, first)) if first == cluster => {}
            Some((before, first)) if before == row => conflicts.push(Conflict::LockedTwice {
                row,
                clusters: [first, cluster],
            }),
            Some((before, first)) => conflicts.push(Conflict::LinkedButLockedApart {
                rows: [before, row],
                clusters: [first, cluster],
                chain: chain(&rules.must_link, before, row),
            }),
        }
    }
    home.into_iter()
        .map(|home| home.map(|(_, cluster)| cluster))
        .collect()
}

/// The sizes of every cluster.
fn limits(
    rules: &Rules,
    rows: usize,
    locked: &[usize],
    conflicts: &mut Vec<Conflict>,
) -> Vec<Limit> {
    let own: BTreeMap<u32, _> = rules.sizes.iter().map(|own| (own.cluster, own)).collect();
    let closed: BTreeSet<u32> = rules.closed.iter().copied().collect();
    let mut limits = Vec::with_capacity(locked.len());
    for (cluster, &locked) in (0u32..).zip(locked) {
        let (own_min, own_max) = own
            .get(&cluster)
            .map_or((None, None), |own| (own.min, own.max));
        if closed.contains(&cluster) {
            let (min, max) = (own_min.unwrap_or(0), own_max.unwrap_or(rows));
            if !(min..=max).contains(&locked) {
                conflicts.push(Conflict::ClosedSizes {
                    cluster,
                    locked,
                    min,
                    max,
                });
            }
            limits.push(Limit {
                min: locked,
                max: locked,
            });
            continue;
        }
        let max = own_max.or(rules.max_size).unwrap_or(rows).min(rows);
        let min = own_min.or(rules.min_size).unwrap_or(1.min(max));
        // A least size above the number of rows is `TooFewRows`, which says more.
        if min > max && max < rows {
            conflicts.push(Conflict::MinAboveMax { cluster, min, max });
        }
        limits.push(Limit { min, max });
    }
    limits
}

/// Sizes against locked rows and against the number of rows.
fn sizes(limits: &[Limit], locked: &[usize], rows: usize, conflicts: &mut Vec<Conflict>) {
    let (mut needed, mut room) = (0usize, 0usize);
    for (cluster, (limit, &locked)) in (0u32..).zip(limits.iter().zip(locked)) {
        if locked > limit.max {
            conflicts.push(Conflict::LockedAboveMax {
                cluster,
                locked,
                max: limit.max,
            });
        }
        needed = needed.saturating_add(limit.min.max(locked));
        room = room.saturating_add(limit.max);
    }
    if needed > rows {
        conflicts.push(Conflict::TooFewRows { needed, rows });
    }
    if room < rows {
        conflicts.push(Conflict::TooManyRows { room, rows });
    }
}

/// Rows apart against rows together and locks.
fn apart(rules: &Rules, groups: &Groups, home: &[Option<u32>], conflicts: &mut Vec<Conflict>) {
    let pairs: BTreeSet<[usize; 2]> = rules
        .cannot_link
        .iter()
        .map(|&(a, b)| [a.min(b), a.max(b)])
        .collect();
    for rows in pairs {
        let [a, b] = rows.map(|row| groups.of[row] as usize);
        if a == b {
            let chain = chain(&rules.must_link, rows[0], rows[1]);
            conflicts.push(Conflict::TogetherAndApart { rows, chain });
        } else if let (Some(cluster), true) = (home[a], home[a] == home[b]) {
            conflicts.push(Conflict::ApartButLockedTogether { rows, cluster });
        }
    }
}

/// The groups without a home as a puzzle over the open clusters.
fn puzzle(
    rules: &Rules,
    groups: &Groups,
    home: &[Option<u32>],
    open: &[u32],
    limits: Vec<Limit>,
) -> Puzzle {
    let mut barred: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let mut apart: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for &(a, b) in &rules.cannot_link {
        for (own, other) in [(groups.of[a], groups.of[b]), (groups.of[b], groups.of[a])] {
            match (home[own as usize], home[other as usize]) {
                (Some(_), _) => {}
                (None, None) if own == other => {}
                (None, None) => {
                    apart.entry(own).or_default().insert(other);
                }
                (None, Some(cluster)) => {
                    if let Ok(place) = open.binary_search(&cluster) {
                        barred.entry(own).or_default().insert(place as u32);
                    }
                }
            }
        }
    }
    let loose = (0..groups.len() as u32).filter(|&group| home[group as usize].is_none());
    let binds = |group: &u32| {
        groups.weight(*group as usize) > 1
            || barred.contains_key(group)
            || apart.contains_key(group)
    };
    let (bound, single): (Vec<u32>, Vec<u32>) = loose.partition(binds);
    let place: BTreeMap<u32, u32> = bound.iter().copied().zip(0..).collect();
    let none = BTreeSet::new();
    let bound = bound
        .iter()
        .map(|group| Bound {
            group: *group,
            weight: groups.weight(*group as usize),
            barred: barred.get(group).unwrap_or(&none).iter().copied().collect(),
            apart: apart
                .get(group)
                .unwrap_or(&none)
                .iter()
                .filter_map(|other| place.get(other).copied())
                .collect(),
        })
        .collect();
    Puzzle {
        bound,
        singles: single.len(),
        limits,
    }
}

/// Groups that fit nowhere, and groups that are too many to be apart.
fn crowded(
    puzzle: &Puzzle,
    groups: &Groups,
    limits: &[Limit],
    open: &[u32],
    conflicts: &mut Vec<Conflict>,
) {
    let widest = open.iter().map(|&cluster| limits[cluster as usize].max);
    let widest = widest.max().unwrap_or(0);
    for bound in &puzzle.bound {
        let takes = |place: usize| {
            puzzle.limits[place].max >= bound.weight
                && bound.barred.binary_search(&(place as u32)).is_err()
        };
        let rows = || members(groups, bound.group as usize).collect();
        if bound.weight > widest && widest > 0 {
            conflicts.push(Conflict::GroupAboveMax {
                rows: rows(),
                max: widest,
            });
        } else if !(0..open.len()).any(takes) {
            conflicts.push(Conflict::Nowhere { rows: rows() });
        }
    }
    let clique = clique(puzzle);
    if clique.len() > open.len() && !open.is_empty() {
        let first = |&place: &usize| groups.rows(puzzle.bound[place].group as usize)[0] as usize;
        conflicts.push(Conflict::ApartAboveClusters {
            rows: sorted(clique.iter().map(first)),
            clusters: open.len(),
        });
    }
}

/// Groups that are all apart from each other: from each group, its neighbours of most links are taken in
/// turn where they fit; the longest list is kept. Finding the longest of all is not tractable.
fn clique(puzzle: &Puzzle) -> Vec<usize> {
    let links = |place: u32| puzzle.bound[place as usize].apart.len();
    let mut best: Vec<usize> = Vec::new();
    for (place, bound) in puzzle.bound.iter().enumerate() {
        if bound.apart.len() < best.len() {
            continue;
        }
        let mut near = bound.apart.clone();
        near.sort_by_key(|&other| (usize::MAX - links(other), other));
        let mut clique = vec![place];
        for other in near {
            let apart = &puzzle.bound[other as usize].apart;
            let meets = |&member: &usize| apart.binary_search(&(member as u32)).is_ok();
            if clique.iter().all(meets) {
                clique.push(other as usize);
            }
        }
        if clique.len() > best.len() {
            best = clique;
        }
    }
    best
}
