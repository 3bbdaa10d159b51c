//! Finding segments: features onto one scale, weights, the number of segments, k-means, and what each
//! segment is. It must not read or write tables.

use crate::{Feature, FeatureTable, Model, SegmentError, Shape, Trait, names};
use cluster::{choose, explain, kmeans, project::Projection, scale, score};
use numeric::{Matrix, Progress};
use serde::{Deserialize, Serialize};

/// Fewest customers that can be segmented.
const CUSTOMERS_MIN: usize = 50;
/// Rows at most for silhouettes and stability while choosing.
const SCORED_ROWS: usize = 3_000;
/// Quantiles at which values are held, so that one wholesaler does not become a segment of its own.
const HELD: (f64, f64) = (0.005, 0.995);

/// What a segmentation is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// How many segments; `None` to choose between `clusters_min` and `clusters_max`.
    pub clusters: Option<usize>,
    /// Fewest segments to consider.
    pub clusters_min: usize,
    /// Most segments to consider.
    pub clusters_max: usize,
    /// Seed of everything drawn.
    pub seed: u64,
}

impl Spec {
    /// Checks the values.
    pub fn check(self) -> Result<ValidSpec, SegmentError> {
        let bad = |field, value: usize, legal: &str| SegmentError::Spec {
            field,
            value: value.to_string(),
            legal: legal.to_string(),
        };
        if let Some(clusters) = self
            .clusters
            .filter(|clusters| !(2..=50).contains(clusters))
        {
            return Err(bad(
                "clusters",
                clusters,
                "write 2 to 50, or leave it out to have it chosen",
            ));
        }
        if !(2..=50).contains(&self.clusters_min) {
            return Err(bad("clusters_min", self.clusters_min, "write 2 to 50"));
        }
        if !(self.clusters_min..=50).contains(&self.clusters_max) {
            return Err(bad(
                "clusters_max",
                self.clusters_max,
                "write clusters_min to 50",
            ));
        }
        Ok(ValidSpec(self))
    }
}

/// A checked spec, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidSpec(Spec);

/// The scores of one number of segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// How many segments.
    pub clusters: usize,
    /// Mean silhouette, -1 to 1.
    pub silhouette: f64,
    /// Mean adjusted Rand index over pairs of resamples, about 0 to 1.
    pub stability: f64,
    /// Sum of squared distances to the centres.
    pub inertia: f64,
}

/// One feature of one segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentFact {
    /// Its number in the feature list.
    pub feature: usize,
    /// Mean over the segment, in the feature's unit.
    pub value: f64,
    /// Mean over all customers.
    pub total: f64,
    /// Value with all customers = 100.
    pub index: Option<f64>,
    /// Difference in standard deviations, on the scale on which segments were found.
    pub effect: f64,
    /// Whether it is more than noise.
    pub significant: bool,
}

/// One segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its number, 1 for the one with most spend.
    pub cluster: i32,
    /// The proposed name.
    pub name: String,
    /// What sets it apart, in a sentence.
    pub sentence: String,
    /// Its members.
    pub members: usize,
    /// Mean silhouette of its members, over a sample where there are many.
    pub silhouette: Option<f64>,
    /// One fact per feature, in the order of the list.
    pub facts: Vec<SegmentFact>,
    /// Features that set it apart, strongest first.
    pub top: Vec<usize>,
}

/// One customer's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Number of the own segment.
    pub cluster: i32,
    /// Number of the next nearest.
    pub second: i32,
    /// Distance to the own centre, scaled units.
    pub distance: f64,
    /// Distance to the next nearest centre.
    pub second_distance: f64,
    /// Silhouette, where it was scored.
    pub silhouette: Option<f64>,
    /// Place on the map.
    pub x: f64,
    /// Place on the map.
    pub y: f64,
}

/// The result of a run.
#[derive(Debug, Clone)]
pub struct Segmentation {
    /// The segments, by number.
    pub segments: Vec<Segment>,
    /// One per row of the feature table, in its order.
    pub members: Vec<Member>,
    /// Every number of segments that was tried.
    pub scores: Vec<Score>,
    /// Why this number, in a sentence.
    pub sentence: String,
    /// Mean silhouette of the result.
    pub silhouette: f64,
    /// What is needed to explain or to place a customer later.
    pub model: Model,
}

/// Finds segments among the customers of `table`. `spend` is each row's spend, by which segments are
/// numbered. Same table and spec give the same result on any number of threads.
pub fn fit(
    spec: &ValidSpec,
    features: &[Feature],
    table: &FeatureTable,
    progress: &dyn Progress,
) -> Result<Segmentation, SegmentError> {
    let customers = table.keys.len();
    if customers < CUSTOMERS_MIN {
        return Err(SegmentError::TooFew {
            customers,
            least: CUSTOMERS_MIN,
        });
    }
    let (scaler, scaled) = scale_and_weigh(features, &table.values)?;
    let (fitted, scores, sentence) = choose_and_fit(&spec.0, &scaled, progress)?;
    let order = by_spend(&fitted.labels, fitted.sizes.len(), &table.spend());
    let labels: Vec<u32> = fitted
        .labels
        .iter()
        .map(|label| order[*label as usize])
        .collect();
    let centers = reorder(&fitted.centers, &order)?;
    let silhouettes = score::silhouette_sampled(
        scaled.view(),
        &labels,
        SCORED_ROWS * 4,
        spec.0.seed,
        progress,
    )?;
    let projection = Projection::fit(scaled.view());
    let members = members(&scaled, &labels, &centers, &projection, &silhouettes)?;
    let mut segments = describe(features, table, &scaled, &labels)?;
    for segment in &mut segments {
        let own = silhouettes
            .clusters
            .iter()
            .find(|own| own.cluster as i32 + 1 == segment.cluster);
        segment.silhouette = own.map(|own| own.mean);
    }
    let model = Model::new(features, scaler, &centers, &projection)?;
    Ok(Segmentation {
        segments,
        members,
        scores,
        sentence,
        silhouette: silhouettes.mean,
        model,
    })
}

/// The weight of every feature as a factor on its scaled values: distances are squared, so the root.
pub(crate) fn factors(features: &[Feature]) -> Vec<f64> {
    let total: f64 = features.iter().map(|feature| feature.weight).sum();
    features
        .iter()
        .map(|feature| (feature.weight / total).sqrt())
        .collect()
}

fn scale_and_weigh(
    features: &[Feature],
    values: &Matrix,
) -> Result<(scale::Scaler, Matrix), SegmentError> {
    let shapes = features.iter().map(|feature| match feature.shape {
        Shape::Plain => scale::Shape::Linear,
        Shape::Skewed => scale::Shape::SignedLog,
    });
    let params = scale::Params {
        method: scale::Method::ZScore,
        shapes: shapes.collect(),
        quantile_low: HELD.0,
        quantile_high: HELD.1,
    };
    let scaler = params.check(features.len())?.fit(values.view())?;
    let scaled = scaler.apply(values.view())?;
    Ok((scaler, weigh(&scaled, &factors(features))?))
}

/// Every column times its factor.
pub(crate) fn weigh(scaled: &Matrix, factors: &[f64]) -> Result<Matrix, SegmentError> {
    let view = scaled.view();
    let weighted = view
        .data()
        .chunks_exact(view.cols())
        .flat_map(|row| row.iter().zip(factors).map(|(x, w)| x * w));
    Ok(Matrix::new(weighted.collect(), view.rows(), view.cols())?)
}

fn choose_and_fit(
    spec: &Spec,
    scaled: &Matrix,
    progress: &dyn Progress,
) -> Result<(kmeans::Fit, Vec<Score>, String), SegmentError> {
    let (least, most) = match spec.clusters {
        Some(clusters) => (clusters, clusters),
        None => (spec.clusters_min, spec.clusters_max),
    };
    let params = choose::Params {
        clusters_min: least,
        clusters_max: most,
        starts: 8,
        max_iterations: 300,
        tolerance: 0.0,
        bootstraps: 12,
        sample: SCORED_ROWS,
        stability_min: 0.8,
        seed: spec.seed,
    };
    let rows = scaled.view().rows();
    let choosing = params.check(rows)?;
    let choice = choosing.run(scaled.view(), progress)?;
    let fitted = choosing
        .kmeans(choice.clusters, rows)?
        .fit(scaled.view(), progress)?;
    let scores = choice.candidates.iter().map(|candidate| Score {
        clusters: candidate.clusters,
        silhouette: candidate.silhouette,
        stability: candidate.stability,
        inertia: candidate.inertia,
    });
    let sentence = match spec.clusters {
        Some(clusters) => format!("{clusters} segments, as asked."),
        // The kernel knows clusters; these are customers' segments.
        None => format!("{}.", choice.reason.replace("clusters", "segments")),
    };
    Ok((fitted, scores.collect(), sentence))
}

/// For each label its new number, so that 0 has most spend; ties keep the lower label first.
fn by_spend(labels: &[u32], clusters: usize, spend: &[f64]) -> Vec<u32> {
    let mut totals = vec![0.0; clusters];
    for (label, spend) in labels.iter().zip(spend) {
        totals[*label as usize] += spend;
    }
    let mut ranked: Vec<usize> = (0..clusters).collect();
    ranked.sort_by(|a, b| totals[*b].total_cmp(&totals[*a]).then(a.cmp(b)));
    let mut order = vec![0; clusters];
    for (place, label) in ranked.into_iter().enumerate() {
        order[label] = place as u32;
    }
    order
}

fn reorder(centers: &Matrix, order: &[u32]) -> Result<Matrix, SegmentError> {
    let view = centers.view();
    let mut rows = vec![0.0; view.data().len()];
    for (label, place) in order.iter().enumerate() {
        let from = *place as usize * view.cols();
        rows[from..from + view.cols()].copy_from_slice(view.row(label));
    }
    Ok(Matrix::new(rows, view.rows(), view.cols())?)
}

fn members(
    scaled: &Matrix,
    labels: &[u32],
    centers: &Matrix,
    projection: &Projection,
    silhouettes: &score::Silhouette,
) -> Result<Vec<Member>, SegmentError> {
    let places = projection.apply(scaled.view())?;
    let mut own = vec![None; labels.len()];
    for (row, value) in silhouettes.rows.iter().zip(&silhouettes.values) {
        own[*row] = Some(*value);
    }
    let standing = explain::memberships(scaled.view(), labels, centers.view())?;
    let each = standing
        .iter()
        .zip(own)
        .enumerate()
        .map(|(row, (standing, silhouette))| Member {
            cluster: standing.own as i32 + 1,
            second: standing.next as i32 + 1,
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
    features: &[Feature],
    table: &FeatureTable,
    scaled: &Matrix,
    labels: &[u32],
) -> Result<Vec<Segment>, SegmentError> {
    let profiling = explain::Params {
        false_discovery_rate: 0.01,
        effect_min: 0.1,
    }
    .check()?;
    let plain = profiling.profile(table.values.view(), labels)?;
    let shaped = profiling.profile(scaled.view(), labels)?;
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
                index: plain.index,
                effect: shaped.effect,
                significant: shaped.significant,
            });
        segments.push(Segment {
            cluster: plain.cluster as i32 + 1,
            name: String::new(),
            sentence: String::new(),
            members: plain.rows,
            silhouette: None,
            facts: facts.collect(),
            top: shaped.top.clone(),
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
    for (segment, name) in segments.iter_mut().zip(names(&traits)) {
        segment.name = name;
    }
    for segment in &mut segments {
        segment.sentence = sentence(segment, features, table.keys.len());
    }
    Ok(segments)
}

fn sentence(segment: &Segment, features: &[Feature], customers: usize) -> String {
    let share = 100.0 * segment.members as f64 / customers as f64;
    let told = segment.top.iter().take(3).map(|place| {
        let (fact, feature) = (&segment.facts[*place], &features[*place]);
        let show = |value: f64| match feature.unit {
            "" => format!("{:.1} %", 100.0 * value),
            "days" | "products" | "receipts" => format!("{value:.1}"),
            _ => format!("{value:.2}"),
        };
        format!(
            "{} {} against {}",
            feature.label.to_lowercase(),
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
    format!("{} customers ({share:.1} %): {told}.", segment.members)
}
