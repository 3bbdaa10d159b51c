//! The matrix of two dates as it is shown: clusters, flows with rates and reasons, what a reader should know. Of
//! customers numbers are rounded and money is left out. It must not read anything.

use super::{Two, Way};
use crate::views::{CauseCount, EmptyCluster, MigrationCluster, MigrationFlow, MoveCause};
use crate::workbench::compare::{same_views, same_words};
use crate::workbench::movers::{Seen, cause_word};
use crate::workbench::scenarios::in_tens;
use segment::{Cause, Moved};
use std::collections::{BTreeMap, BTreeSet};

/// The clusters of a side that may be shown, with what became of their members.
pub(super) fn clusters(two: &Two, seen: &Seen, earlier: bool, k: u64) -> Vec<MigrationCluster> {
    let mut sums: BTreeMap<i32, (usize, f64)> = BTreeMap::new();
    for (cluster, worth) in seen.base.kept.iter().zip(&seen.base.worth) {
        let sum = sums.entry(*cluster).or_default();
        *sum = (sum.0 + 1, sum.1 + worth);
    }
    let other = if earlier { &two.now } else { &two.before };
    let twin = |cluster: i32| match earlier {
        true => two.heir(cluster),
        false => two.forebear(cluster),
    };
    let stayed = |cluster: i32| {
        let (cluster, twin) = (Some(cluster), twin(cluster));
        let way = if earlier {
            (cluster, twin)
        } else {
            (twin, cluster)
        };
        in_tens(two.told.flows.get(&way).map_or(0, Vec::len), k)
    };
    let shown = sums
        .into_iter()
        .filter(|(cluster, _)| seen.shown.contains(cluster));
    shown
        .map(|(cluster, (members, sales))| {
            let members = in_tens(members, k);
            let lasts =
                twin(cluster).is_some_and(|twin| other.shown.contains(&twin)) && members > 0;
            MigrationCluster {
                cluster: EmptyCluster {
                    cluster,
                    name: seen.name(cluster),
                },
                members,
                sales: (!two.persons()).then_some(sales),
                stayed: lasts.then(|| share(stayed(cluster), members)),
            }
        })
        .collect()
}

/// A part of a whole; rounded parts are never more than all.
fn share(part: usize, whole: usize) -> f64 {
    (part as f64 / whole.max(1) as f64).min(1.0)
}

pub(super) fn flows(
    two: &Two,
    moves: &BTreeMap<Way, Vec<(&Moved, Cause)>>,
    k: u64,
) -> Vec<MigrationFlow> {
    let (persons, crossing) = (two.persons(), two.crossing());
    let size = |clusters: &[i32], cluster: Option<i32>| {
        let cluster = cluster?;
        let members = clusters.iter().filter(|own| **own == cluster).count();
        Some(in_tens(members, k)).filter(|members| *members > 0)
    };
    let sum = |worth: &[f64], places: Vec<usize>| -> Option<f64> {
        let any = !persons && !places.is_empty();
        any.then(|| places.into_iter().map(|place| worth[place]).sum())
    };
    let each = two.told.flows.iter().filter(|(way, _)| two.shown(**way));
    let each = each.map(|(way, places)| {
        let members = in_tens(places.len(), k);
        let moved = moves.get(way).map_or(&[][..], Vec::as_slice);
        let causes = causes(moved, k);
        let by_hand = causes.iter().find(|one| one.cause == MoveCause::Hand);
        // Distances say why only where distance decided.
        let data: Vec<&Moved> = moved
            .iter()
            .filter(|(_, cause)| *cause == Cause::Data)
            .map(|(moved, _)| *moved)
            .collect();
        // A mean over a few people would tell of each.
        let enough = !persons || data.len() as u64 >= k;
        let usual = segment::usual(data.iter().map(|moved| &moved.why)).filter(|_| enough);
        let share_of = |whole: Option<usize>| whole.map(|whole| share(members, whole));
        MigrationFlow {
            kind: two.kind(*way),
            from: way.0,
            to: way.1,
            members,
            share_of_from: share_of(size(&two.before.base.kept, way.0)),
            share_of_to: share_of(size(&two.now.base.kept, way.1)),
            sales_before: sum(
                &two.before.base.worth,
                places.iter().filter_map(|place| place.before).collect(),
            ),
            sales_now: sum(
                &two.now.base.worth,
                places.iter().filter_map(|place| place.now).collect(),
            ),
            by_hand: by_hand.map_or(0, |one| one.members),
            hands: crossing.hands(moved.iter().map(|(_, cause)| *cause), k),
            causes,
            why: usual.map(|why| crossing.why(&why)),
        }
    });
    each.filter(|flow| flow.members > 0).collect()
}

/// The moves by what made them.
fn causes(moved: &[(&Moved, Cause)], k: u64) -> Vec<CauseCount> {
    let each = MoveCause::ALL.iter().map(|word| {
        let own = moved
            .iter()
            .filter(|(_, cause)| cause_word(*cause) == *word);
        CauseCount {
            cause: *word,
            members: in_tens(own.count(), k),
        }
    });
    each.filter(|one| one.members > 0).collect()
}

/// What a reader should know of two dates.
pub(super) fn notes(two: &Two, k: u64) -> Vec<String> {
    let (before, now) = (&two.before, &two.now);
    let mut notes = Vec::new();
    let (was, is) = (&before.scenario, &now.scenario);
    if was.run_id == is.run_id {
        notes.push(match two.times.all.len() {
            1 => "There was only one publication so far: nobody can have moved.".into(),
            _ => "The same run is live at both dates: nobody moved.".to_string(),
        });
    } else if was_live_earlier(two) {
        notes.push(
            "What went live is a run that was live earlier: members went back to where they had been.".into(),
        );
    }
    if was.version != is.version {
        notes.push(format!(
            "The recipe changed from version {} to {}: what counts is not the same at both dates, and a move may come of that alone.",
            was.version, is.version
        ));
    }
    let same = same_views(&two.same, (&before.shown, &now.shown), k);
    let of = now.base.result.of;
    notes.extend(same_words(
        &same,
        ["the earlier date", "the later"],
        of.clusters(),
    ));
    notes.extend(search_notes(before, now));
    let fresh = now.base.columns.features.iter().filter(|feature| {
        let others = &before.base.columns.features;
        others.iter().all(|other| other.key != feature.key)
    });
    let fresh: Vec<&str> = fresh.map(|feature| feature.label.as_str()).collect();
    if !fresh.is_empty() {
        notes.push(format!(
            "Not known at the earlier date, so taken as at the later one, where it moves nobody by itself: {}.",
            fresh.join(", ")
        ));
    }
    if k > 1 {
        notes.push(format!(
            "Numbers of people are to the nearest {k}, so that they need not add up to the last one; clusters of fewer are not shown."
        ));
    }
    notes
}

/// Whether the later date's run was live before the earlier date's time.
fn was_live_earlier(two: &Two) -> bool {
    let run_id = &two.now.scenario.run_id;
    let mut earlier = (two.times.all.iter()).take_while(|lived| lived.from < two.before.lived.from);
    earlier.any(|lived| lived.step.run_id == *run_id)
}

/// What differs in how the clusters were searched for.
fn search_notes(before: &Seen, now: &Seen) -> Vec<String> {
    let (was, is) = (&before.base.result, &now.base.result);
    let mut notes = Vec::new();
    if was.ruled || is.ruled {
        return notes;
    }
    let may = "a move may come of that alone";
    if was.by != is.by {
        notes.push(format!(
            "The clusters were found by {} at the earlier date and by {} at the later: {may}.",
            was.by.label(),
            is.by.label()
        ));
    }
    let found = |seen: &Seen| seen.base.found.iter().collect::<BTreeSet<_>>().len();
    let (then, later) = (found(before), found(now));
    if then != later {
        notes.push(format!(
            "The search made {then} {} at the earlier date and {later} at the later: {may}.",
            is.of.clusters()
        ));
    }
    notes
}
