//! From who belongs where to what each segment is: centres, places, silhouettes, facts, names. A run and a
//! person's change of its result go the same way, so that both give the same numbers. It must not decide who
//! belongs where.

use crate::company::LEAN;
use crate::fit::SCORED_ROWS;
use crate::found::{Member, Segment, SegmentFact};
use crate::names::LEFT_OVER;
use crate::prepare::Prepared;
use crate::telling::{if_rules, said};
use crate::{Entity, Feature, FeatureTable, Model, SegmentError, Segmentation, Trait, names};
use cluster::{explain, project::Projection, score, soft};
use numeric::{Matrix, Progress};
use std::collections::BTreeMap;

/// What is settled: which members, described by which features.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// What is clustered.
    pub of: Entity,
    /// The features, in the order of the columns.
    pub features: &'a [Feature],
    /// Their values.
    pub table: &'a FeatureTable,
    /// Seed of the sample on which silhouettes are measured.
    pub seed: u64,
    /// Of whom it is told how sure memberships are; nothing where rules say who is where.
    pub sure: Option<Sure<'a>>,
}

/// Among which clusters a membership is more or less sure.
#[derive(Debug, Clone, Copy)]
pub struct Sure<'a> {
    /// The part of a nested scheme in which each member is; none where it is not nested.
    pub parts: Option<&'a [String]>,
    /// Clusters made by hand: nobody else belongs there, however near.
    pub made: &'a BTreeMap<i32, String>,
}

/// Settles the members with these segment ids, one per row of the table. `scores`
/// and `sentence` stay empty: they tell of a choice that was made elsewhere.
pub fn settle(
    prepared: &Prepared,
    ask: &Ask<'_>,
    ids: &[i32],
    progress: &dyn Progress,
) -> Result<Segmentation, SegmentError> {
    let mut numbers = ids.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let place = |id: &i32| numbers.partition_point(|number| number < id) as u32;
    let labels: Vec<u32> = ids.iter().map(place).collect();
    let scaled = &prepared.scaled;
    let centers = centers(scaled, &labels, numbers.len())?;
    let silhouettes = match numbers.len() >= 2 && numbers.len() < labels.len() {
        true => Some(score::silhouette_sampled(
            scaled.view(),
            &labels,
            SCORED_ROWS * 4,
            ask.seed,
            progress,
        )?),
        false => None,
    };
    let projection = Projection::fit(scaled.view());
    let members = members(
        scaled,
        &labels,
        &numbers,
        &centers,
        &projection,
        silhouettes.as_ref(),
    )?;
    let mut segments = describe(prepared, ask, &labels, &numbers)?;
    for (place, segment) in segments.iter_mut().enumerate() {
        let own = silhouettes.iter().flat_map(|all| &all.clusters);
        let own = own.into_iter().find(|own| own.cluster as usize == place);
        segment.silhouette = own.map(|own| own.mean);
    }
    let model = Model::new(ask.features, prepared, &numbers, &centers, &projection)?;
    Ok(Segmentation {
        segments,
        members,
        scores: Vec::new(),
        sentence: String::new(),
        silhouette: silhouettes.map_or(0.0, |all| all.mean),
        shares: shares(scaled, ask, ids, &numbers)?,
        model,
    })
}

/// For each row the probability of each segment, in order of number: within the row's own part, among the segments
/// that a search fills there. A row in a segment made by hand has none, since no distance put it there; nor has one of
/// which no feature is known.
fn shares(
    scaled: &Matrix,
    ask: &Ask<'_>,
    ids: &[i32],
    numbers: &[i32],
) -> Result<Vec<Vec<f64>>, SegmentError> {
    let mut all = vec![Vec::new(); ids.len()];
    let Some(sure) = ask.sure else {
        return Ok(all);
    };
    let width = scaled.view().cols();
    let mut unknown = vec![0; ids.len()];
    for cell in &ask.table.missing {
        unknown[cell / width] += 1;
    }
    let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, id) in ids.iter().enumerate() {
        if !sure.made.contains_key(id) && unknown[row] < width {
            let part = sure.parts.map_or("", |parts| parts[row].as_str());
            parts.entry(part).or_default().push(row);
        }
    }
    for rows in parts.into_values() {
        let labels: Vec<u32> = rows
            .iter()
            .map(|row| numbers.partition_point(|number| *number < ids[*row]) as u32)
            .collect();
        let found = soft::memberships(scaled.view().take(&rows)?.view(), &labels)?;
        for (place, row) in rows.iter().enumerate() {
            let mut own = vec![0.0; numbers.len()];
            let each = found.probabilities.view();
            for (cluster, share) in found.clusters.iter().zip(each.row(place)) {
                own[*cluster as usize] = *share;
            }
            all[*row] = own;
        }
    }
    Ok(all)
}

/// The mean of each segment's rows, in order of label; every label has rows.
pub(crate) fn centers(
    scaled: &Matrix,
    labels: &[u32],
    clusters: usize,
) -> Result<Matrix, SegmentError> {
    let view = scaled.view();
    let mut sums = vec![0.0; clusters * view.cols()];
    let mut sizes = vec![0usize; clusters];
    for (row, label) in labels.iter().enumerate() {
        let label = *label as usize;
        sizes[label] += 1;
        let sums = &mut sums[label * view.cols()..(label + 1) * view.cols()];
        for (sum, value) in sums.iter_mut().zip(view.row(row)) {
            *sum += value;
        }
    }
    for (sums, size) in sums.chunks_exact_mut(view.cols()).zip(sizes) {
        sums.iter_mut().for_each(|sum| *sum /= size as f64);
    }
    Ok(Matrix::new(sums, clusters, view.cols())?)
}

fn members(
    scaled: &Matrix,
    labels: &[u32],
    numbers: &[i32],
    centers: &Matrix,
    projection: &Projection,
    silhouettes: Option<&score::Silhouette>,
) -> Result<Vec<Member>, SegmentError> {
    let places = projection.apply(scaled.view())?;
    let mut own = vec![None; labels.len()];
    if let Some(silhouettes) = silhouettes {
        for (row, value) in silhouettes.rows.iter().zip(&silhouettes.values) {
            own[*row] = Some(*value);
        }
    }
    if numbers.len() < 2 {
        // One cluster has no next one: a member's next is its own.
        let own = |row: usize| {
            let center = centers.view().row(0);
            let squared = scaled
                .view()
                .row(row)
                .iter()
                .zip(center)
                .map(|(x, y)| (x - y) * (x - y));
            squared.sum::<f64>().sqrt()
        };
        let each = (0..labels.len()).map(|row| Member {
            cluster: numbers[0],
            second: numbers[0],
            distance: own(row),
            second_distance: own(row),
            silhouette: None,
            x: places.view().row(row)[0],
            y: places.view().row(row)[1],
        });
        return Ok(each.collect());
    }
    let standing = explain::memberships(scaled.view(), labels, centers.view())?;
    let each = standing
        .iter()
        .zip(own)
        .enumerate()
        .map(|(row, (standing, silhouette))| Member {
            cluster: numbers[standing.own as usize],
            second: numbers[standing.next as usize],
            distance: standing.own_squared.sqrt(),
            second_distance: standing.next_squared.sqrt(),
            silhouette,
            x: places.view().row(row)[0],
            y: places.view().row(row)[1],
        });
    Ok(each.collect())
}

/// Segments with their facts: means in the features' own units, effects on the scale of the clustering.
fn describe(
    prepared: &Prepared,
    ask: &Ask<'_>,
    labels: &[u32],
    numbers: &[i32],
) -> Result<Vec<Segment>, SegmentError> {
    let features = ask.features;
    let profiling = explain::Params {
        false_discovery_rate: 0.01,
        effect_min: 0.1,
    }
    .check()?;
    let plain = profiling.profile(ask.table.values.view(), labels)?;
    let shaped = profiling.profile(prepared.scaled.view(), labels)?;
    let mut segments = Vec::with_capacity(plain.len());
    for (plain, shaped) in plain.iter().zip(&shaped) {
        let facts = plain
            .facts
            .iter()
            .zip(&shaped.facts)
            .map(|(plain, shaped)| SegmentFact {
                feature: plain.column,
                value: plain.mean,
                total: plain.total_mean,
                // A lean has no nought to be a multiple of.
                index: plain.index.filter(|_| features[plain.column].unit != LEAN),
                effect: shaped.effect,
                significant: shaped.significant,
            });
        segments.push(Segment {
            cluster: numbers[plain.cluster as usize],
            name: String::new(),
            sentence: String::new(),
            members: plain.rows,
            silhouette: None,
            facts: facts.collect(),
            top: told(features, &shaped.top),
            rule: None,
        });
    }
    let traits: Vec<Vec<Trait<'_>>> = segments
        .iter()
        .map(|segment| {
            let of = |fact: &SegmentFact| Trait {
                feature: &features[fact.feature],
                effect: fact.effect,
                significant: fact.significant,
            };
            segment.facts.iter().map(of).collect()
        })
        .collect();
    for (segment, name) in segments.iter_mut().zip(names(ask.of, &traits)) {
        segment.name = name;
    }
    let rules = if_rules(features, ask.table, labels, numbers.len())?;
    for (segment, rule) in segments.iter_mut().zip(rules) {
        segment.rule = rule;
        segment.sentence = sentence(segment, ask);
    }
    Ok(segments)
}

/// The order in which facts are told: what is left over of a mix says least of what it is, and comes last.
fn told(features: &[Feature], top: &[usize]) -> Vec<usize> {
    let left_over = |place: &usize| features[*place].key.ends_with(LEFT_OVER);
    let (rest, mut all): (Vec<usize>, Vec<usize>) = top.iter().copied().partition(left_over);
    all.extend(rest);
    all
}

fn sentence(segment: &Segment, ask: &Ask<'_>) -> String {
    let share = 100.0 * segment.members as f64 / ask.table.keys.len() as f64;
    let told = segment.top.iter().take(3).map(|place| {
        let (fact, feature) = (&segment.facts[*place], &ask.features[*place]);
        let show = |value: f64| said(feature, value);
        format!(
            "{} {} against {}",
            feature.within(),
            show(fact.value),
            show(fact.total)
        )
    });
    let told: Vec<String> = told.collect();
    let told = if told.is_empty() {
        "nothing sets them apart from all".into()
    } else {
        told.join(", ")
    };
    format!(
        "{} {} ({share:.1} %): {told}.",
        segment.members,
        ask.of.counted(segment.members)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shape;

    #[test]
    fn what_is_left_over_of_a_mix_is_told_last() {
        let keys = ["category_2=others", "category_2=Tea", "hour"];
        let features = keys.map(|key| Feature {
            key: key.into(),
            label: key.into(),
            unit: String::new(),
            description: String::new(),
            how_computed: String::new(),
            shape: Shape::Plain,
            weight: 1.0,
        });
        assert_eq!(told(&features, &[0, 2, 1]), [2, 1, 0]);
    }
}
