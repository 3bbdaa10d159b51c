//! The members of one part of a scheme, learned from: placing one beside them, with the reasons. It must not choose the
//! way.

use super::{Attribute, Candidate, Input, Like, Place, Reason, Usual, Value, Way, usual};
use crate::SegmentError;
use cluster::newcomer::{Kind, Method, Params, Placer, largest, tightest};
use numeric::Progress;
use std::collections::{BTreeMap, BTreeSet};

/// Most alike members that vote.
const NEIGHBOURS: usize = 5;
/// Members on which the ways are tried at most, in each part.
const TRIALS_MAX: usize = 1_000;
/// A newcomer is unlike all where its most alike member is less alike than for all but so many members theirs is.
const UNLIKE: f64 = 0.05;
/// Members by which that is measured at most, every n-th.
const LIKENESS_MAX: usize = 1_000;
/// A cluster of fewer members has no tightness to speak of.
const TIGHT_MIN: usize = 2;

/// Members of one part, learned from.
pub(super) struct Part {
    /// What was learned.
    pub placer: Placer,
    /// The kinds of texts, by attribute.
    codes: Vec<BTreeMap<String, usize>>,
    /// Places of its members.
    pub members: Vec<usize>,
    /// The largest cluster.
    largest: i32,
    /// The tightest cluster.
    pub tightest: i32,
    /// How alike the most alike other one is, at least, to nearly every member.
    likeness: f64,
    /// What is usual in each cluster.
    usual: BTreeMap<i32, Vec<Option<Usual>>>,
}

impl Part {
    /// Learns from the members at places.
    pub fn learn(
        input: &Input<'_>,
        weights: &[f64],
        members: Vec<usize>,
        progress: &dyn Progress,
    ) -> Result<Self, SegmentError> {
        let mut codes = vec![BTreeMap::new(); input.attributes.len()];
        for place in &members {
            for (codes, value) in codes.iter_mut().zip(&input.members[*place].values) {
                if let Some(Value::Text(text)) = value {
                    let next = codes.len();
                    codes.entry(text.clone()).or_insert(next);
                }
            }
        }
        let each = members
            .iter()
            .flat_map(|place| numbers(input.attributes, &codes, &input.members[*place]));
        let values: Vec<f64> = each.collect();
        let labels: Vec<u32> = members
            .iter()
            .map(|place| input.clusters[*place] as u32)
            .collect();
        let kinds = input.attributes.iter().map(|each| match each.unit {
            Some(_) => Kind::Number,
            None => Kind::Category,
        });
        let params = Params {
            kinds: kinds.collect(),
            weights: weights.to_vec(),
            neighbours: NEIGHBOURS,
            trials_max: TRIALS_MAX,
            seed: input.seed,
        };
        let placing = params.check(input.attributes.len())?;
        let placer = placing.fit(&values, &labels, progress)?;
        let most = largest(&labels)?.cluster as i32;
        let rows = input.rows.view().take(&members)?;
        // Clusters of single members have no tightness; then the largest stands in.
        let tight = match tightest(rows.view(), &labels, TIGHT_MIN) {
            Ok(found) => found.cluster as i32,
            Err(cluster::Error::Parameter { .. }) => most,
            Err(cause) => return Err(cause.into()),
        };
        let used: BTreeSet<i32> = members.iter().map(|place| input.clusters[*place]).collect();
        let usual = used.into_iter().map(|cluster| {
            let inside = members
                .iter()
                .filter(|place| input.clusters[**place] == cluster)
                .map(|place| &input.members[*place]);
            let inside: Vec<&Candidate> = inside.collect();
            (cluster, usual::usual(input.attributes.len(), &inside))
        });
        Ok(Self {
            likeness: likeness(&placer, &values, input.attributes.len())?,
            usual: usual.collect(),
            placer,
            codes,
            members,
            largest: most,
            tightest: tight,
        })
    }

    /// The share of its members that are in a cluster.
    pub fn share_of(&self, clusters: &[i32], cluster: i32) -> f64 {
        let inside = self
            .members
            .iter()
            .filter(|place| clusters[**place] == cluster);
        inside.count() as f64 / self.members.len() as f64
    }

    /// Places one. `weights` are shares of all.
    pub fn place(
        &self,
        attributes: &[Attribute],
        weights: &[f64],
        newcomer: &Candidate,
        way: Way,
    ) -> Result<Place, SegmentError> {
        let row: Vec<f64> = numbers(attributes, &self.codes, newcomer).collect();
        let method = way.method().unwrap_or(Method::Shares);
        let probabilities = self.placer.place(&row, method)?.probabilities;
        let ids = self.placer.clusters().iter().map(|id| *id as i32);
        let mut ranked: Vec<(i32, f64)> = ids.clone().zip(probabilities).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // A rule that asks for no probability names its cluster; the shares say how sure it is.
        let named = match way {
            Way::Largest => Some(self.largest),
            Way::Tightest => Some(self.tightest),
            Way::Like | Way::Model => None,
        };
        if let Some(place) = ranked.iter().position(|(id, _)| Some(*id) == named) {
            let first = ranked.remove(place);
            ranked.insert(0, first);
        }
        let (cluster, confidence) = ranked[0];
        let likes = self.placer.likes(&row, NEIGHBOURS)?;
        let slot = ids.clone().position(|id| id == cluster).unwrap_or_default();
        let told = self.placer.by_attribute(&row)?;
        let reasons = told.iter().enumerate().filter_map(|(attribute, told)| {
            let usual = self.usual.get(&cluster)?.get(attribute)?.clone();
            Some(Reason {
                attribute,
                weight: weights[attribute],
                inside: told.clusters[slot]?,
                all: told.all?,
                usual,
            })
        });
        let mut reasons: Vec<Reason> = reasons.collect();
        let speaks = |reason: &Reason| reason.weight * (reason.inside - reason.all);
        reasons.sort_by(|a, b| speaks(b).total_cmp(&speaks(a)));
        Ok(Place {
            unlike: likes
                .first()
                .is_none_or(|like| like.similarity < self.likeness),
            cluster,
            confidence,
            second: ranked.get(1).copied(),
            likes: likes
                .iter()
                .map(|like| Like {
                    member: self.members[like.row],
                    similarity: like.similarity,
                })
                .collect(),
            reasons,
        })
    }
}

/// How alike the most alike other member is, at least, to all but a few of the members.
fn likeness(placer: &Placer, values: &[f64], width: usize) -> Result<f64, SegmentError> {
    let rows = values.len() / width;
    let step = rows.div_ceil(LIKENESS_MAX).max(1);
    let mut nearest = Vec::new();
    for row in (0..rows).step_by(step) {
        // Itself is among the two most alike, unless both others equal it.
        let likes = placer.likes(&values[row * width..(row + 1) * width], 2)?;
        let other = likes.iter().find(|like| like.row != row);
        nearest.extend(other.map(|like| like.similarity));
    }
    nearest.sort_unstable_by(f64::total_cmp);
    let place = (UNLIKE * nearest.len() as f64) as usize;
    Ok(nearest.get(place).copied().unwrap_or_default())
}

/// A row as the kernel takes it: kinds by code, skewed numbers by their logarithm, NaN where nothing is known.
fn numbers<'a>(
    attributes: &'a [Attribute],
    codes: &'a [BTreeMap<String, usize>],
    candidate: &'a Candidate,
) -> impl Iterator<Item = f64> + 'a {
    attributes
        .iter()
        .zip(codes)
        .enumerate()
        .map(|(place, (attribute, codes))| {
            match candidate.values.get(place).and_then(Option::as_ref) {
                None => f64::NAN,
                // A kind that no member has is a kind of its own.
                Some(Value::Text(text)) => codes.get(text).copied().unwrap_or(codes.len()) as f64,
                Some(Value::Number(number)) if !number.is_finite() => f64::NAN,
                Some(Value::Number(number)) if attribute.skewed => number.max(0.0).ln_1p(),
                Some(Value::Number(number)) => *number,
            }
        })
}
