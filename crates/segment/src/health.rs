//! How well clusters that were found still fit their members today: who is nearer to another cluster now, which centre
//! moved, whose distribution changed, who was far off already. It must not search or decide.

use crate::company::LEAN;
use crate::{Columns, Model, Prepared, SegmentError};
use cluster::drift::{Params, Snapshot};
use cluster::outlier;
use numeric::Matrix;
use std::collections::HashMap;

/// Bins of the stability index.
const BINS: usize = 10;
/// A member is far off where its distance is so many deviations above its cluster's median (by MAD).
const FAR: f64 = 3.5;
/// A cluster with a smaller share of members is too small to plan for.
const SMALL: f64 = 0.03;

/// The clusters as they were found and shaped.
#[derive(Debug, Clone, Copy)]
pub struct Then<'a> {
    /// The members.
    pub ids: &'a [String],
    /// Their features.
    pub columns: &'a Columns,
    /// The scales of the run.
    pub prepared: &'a Prepared,
    /// Their clusters.
    pub clusters: &'a [i32],
    /// The centres.
    pub model: &'a Model,
}

/// One cluster then and now.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterHealth {
    /// Its number.
    pub cluster: i32,
    /// Its members that are there on both days.
    pub members: usize,
    /// How far its centre moved, in spreads within it.
    pub moved: f64,
    /// Whether it holds too small a share of the members.
    pub small: bool,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// Members on both days.
    pub lasting: usize,
    /// Members that are gone.
    pub gone: usize,
    /// Members that are new.
    pub new: usize,
    /// Share of the lasting members that are now nearer to another cluster.
    pub moved_share: f64,
    /// Share of them that were so at the run already.
    pub moved_share_before: f64,
    /// Places of members that are now nearer to another cluster.
    pub strangers: Vec<usize>,
    /// Places of members that were far from their centre at the run.
    pub far: Vec<usize>,
    /// The clusters.
    pub clusters: Vec<ClusterHealth>,
    /// Of each feature: its place, its stability index, the index to be expected by chance.
    pub features: Vec<(usize, f64, f64)>,
}

/// Another time's values of a run's features, on the run's scales. What is not known of a member then is the run's
/// mean; `absent` gives what a member (by its row) has of a feature (by its place in the run) that is not known then
/// at all.
pub(crate) fn on_the_runs_scales(
    (columns, prepared): (&Columns, &Prepared),
    members: usize,
    today: &Columns,
    absent: &dyn Fn(usize, usize) -> f64,
) -> Result<Matrix, SegmentError> {
    let slots: HashMap<&str, usize> = today
        .features
        .iter()
        .enumerate()
        .map(|(slot, feature)| (feature.key.as_str(), slot))
        .collect();
    let view = today.table.values.view();
    let (width, now_width) = (columns.features.len(), today.features.len());
    let unknown = |member: usize, slot: usize| {
        let place = member * now_width + slot;
        today.table.missing.binary_search(&place).is_ok()
    };
    let mut data = vec![0.0; members * width];
    for (slot, feature) in columns.features.iter().enumerate() {
        let now = slots.get(feature.key.as_str());
        let mean = mean_of(columns, slot);
        for member in 0..members {
            data[member * width + slot] = match now {
                Some(now) if unknown(member, *now) => mean,
                Some(now) => view.row(member)[*now],
                None => absent(member, slot),
            };
        }
    }
    // What is left of a mix is what its named parts of the run leave, whatever is named today.
    for (slot, feature) in columns.features.iter().enumerate() {
        let Some(prefix) = feature.key.strip_suffix("=others") else {
            continue;
        };
        // Leans are no shares: they leave nothing over.
        if feature.unit == LEAN {
            continue;
        }
        let named: Vec<usize> = (0..width)
            .filter(|other| {
                let key = &columns.features[*other].key;
                *other != slot && key.starts_with(prefix) && key[prefix.len()..].starts_with('=')
            })
            .collect();
        for member in 0..members {
            let row = &mut data[member * width..(member + 1) * width];
            let sum: f64 = named.iter().map(|other| row[*other]).sum();
            row[slot] = (1.0 - sum).max(0.0);
        }
    }
    prepared.scale(&Matrix::new(data, members, width)?)
}

/// The mean of a feature over the members of a run.
pub(crate) fn mean_of(columns: &Columns, slot: usize) -> f64 {
    let view = columns.table.values.view();
    let sum: f64 = (0..view.rows()).map(|row| view.row(row)[slot]).sum();
    sum / view.rows() as f64
}

/// Today's members on the run's scales. A share that nobody has today is none; anything else that is not there is as it
/// was on average.
pub(crate) fn todays_rows(
    then: &Then<'_>,
    members: usize,
    today: &Columns,
) -> Result<Matrix, SegmentError> {
    let usual = |_: usize, slot: usize| match then.columns.features[slot].key.contains('=') {
        true => 0.0,
        false => mean_of(then.columns, slot),
    };
    on_the_runs_scales((then.columns, then.prepared), members, today, &usual)
}

/// Holds today's members against the clusters of a run.
///
/// # Errors
/// Those of the kernel.
pub fn health(then: &Then<'_>, ids: &[String], today: &Columns) -> Result<Health, SegmentError> {
    let rows = todays_rows(then, ids.len(), today)?;
    // Members by a number that is the same on both days.
    let mut numbers: HashMap<&str, u64> = HashMap::new();
    for id in then.ids.iter().chain(ids) {
        let next = numbers.len() as u64;
        numbers.entry(id).or_insert(next);
    }
    let keys = |ids: &[String]| {
        ids.iter()
            .map(|id| numbers[id.as_str()])
            .collect::<Vec<u64>>()
    };
    let (earlier, later) = (keys(then.ids), keys(ids));
    let model = then.model;
    let label = |id: &i32| model.numbers.binary_search(id).unwrap_or_default() as u32;
    let labels: Vec<u32> = then.clusters.iter().map(label).collect();
    let centers: Vec<f64> = model.centers.iter().flatten().copied().collect();
    let centers = Matrix::new(centers, model.centers.len(), then.columns.features.len())?;
    let scaled = then.prepared.scaled.view();
    let before = Snapshot {
        keys: &earlier,
        rows: scaled,
    };
    let after = Snapshot {
        keys: &later,
        rows: rows.view(),
    };
    let drift = Params { bins: BINS }
        .check()?
        .compare(before, &labels, centers.view(), after)?;
    let finding = outlier::Params {
        z_min: FAR,
        rows_min: 5,
        share_min: SMALL,
    };
    let outliers = finding.check()?.find(scaled, &labels, centers.view())?;
    let clusters = drift.centers.iter().map(|center| ClusterHealth {
        cluster: model
            .numbers
            .get(center.cluster as usize)
            .copied()
            .unwrap_or_default(),
        members: center.members,
        moved: center.ratio,
        small: outliers
            .clusters
            .iter()
            .any(|reach| reach.cluster == center.cluster && reach.small),
    });
    Ok(Health {
        lasting: drift.lasting,
        gone: drift.gone.len(),
        new: drift.new.len(),
        moved_share: drift.moved_share,
        moved_share_before: drift.misplaced_before_share,
        strangers: drift.movers.iter().map(|mover| mover.before_row).collect(),
        far: outliers.rows.iter().map(|row| row.row).collect(),
        clusters: clusters.collect(),
        features: drift
            .columns
            .iter()
            .map(|c| (c.column, c.stability_index, c.by_chance))
            .collect(),
    })
}
