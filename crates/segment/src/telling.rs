//! What tells the segments apart in words that can be checked: a short IF rule for each, and a warning where age
//! alone drives them. It must not decide who belongs where.

use crate::{Entity, Feature, FeatureTable, Prepared, SegmentError};
use cluster::explain::{drivers, rule};
use serde::{Deserialize, Serialize};

/// A rule that most members of a segment pass and few others do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IfRule {
    /// The rule in words, as in "urban share at least 62.0 % and dairy below 9.1 %".
    pub text: String,
    /// Share of the segment's members that pass.
    pub coverage: f64,
    /// Share of those who pass that are members.
    pub purity: f64,
    /// Members over all: the purity of no rule.
    pub baseline: f64,
}

/// A value of a feature in words.
pub(crate) fn said(feature: &Feature, value: f64) -> String {
    match feature.unit.as_str() {
        "" | "kind" => format!("{:.1} %", 100.0 * value),
        "days" | "products" | "receipts" | "count" | "years" => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The rule of each segment, in order of label; none where no rule tells it better than chance would.
pub(crate) fn if_rules(
    features: &[Feature],
    table: &FeatureTable,
    labels: &[u32],
    segments: usize,
) -> Result<Vec<Option<IfRule>>, SegmentError> {
    let params = rule::Params {
        conditions_max: 3,
        measure: rule::Measure::FBeta(1.0),
        gain_min: 0.02,
        significance: 0.05,
        beam: 5,
        bins_max: 32,
    };
    let mut rules = vec![None; segments];
    for found in params.check()?.rules(table.values.view(), labels)? {
        if found.conditions.is_empty() {
            continue;
        }
        let each = found.conditions.iter().map(|condition| {
            let feature = &features[condition.column];
            let side = match condition.side {
                rule::Side::AtLeast => "at least",
                rule::Side::Below => "below",
            };
            format!(
                "{} {side} {}",
                feature.within(),
                said(feature, condition.threshold)
            )
        });
        let told = IfRule {
            text: each.collect::<Vec<_>>().join(" and "),
            coverage: found.coverage,
            purity: found.purity,
            baseline: found.baseline,
        };
        if let Some(place) = rules.get_mut(found.cluster as usize) {
            *place = Some(told);
        }
    }
    Ok(rules)
}

/// Said of segments whose recipe has nothing but age that differs.
const ONLY_AGE: &str = "These segments are made by age alone: nothing that customers do tells them apart. Generations say \
                        less than behaviour: add what they buy.";

/// A warning where age tells the segments apart as well as everything that members do.
///
/// Both are measured alike: how often the segment of a member is guessed right from these features alone, by the
/// nearest centre, beside guessing the largest segment.
///
/// # Errors
/// Those of the kernel.
pub(crate) fn age_warning(
    of: Entity,
    features: &[Feature],
    prepared: &Prepared,
    ids: &[i32],
) -> Result<Option<String>, SegmentError> {
    let is_age = |feature: &&(usize, &Feature)| feature.1.key == "age";
    let all: Vec<(usize, &Feature)> = features.iter().enumerate().collect();
    let age: Vec<usize> = all.iter().filter(is_age).map(|(place, _)| *place).collect();
    let others: Vec<usize> = (0..features.len())
        .filter(|place| !age.contains(place))
        .collect();
    if of != Entity::Customers || age.is_empty() {
        return Ok(None);
    }
    if others.is_empty() {
        return Ok(Some(ONLY_AGE.into()));
    }
    let labels: Vec<u32> = ids.iter().map(|id| id.unsigned_abs()).collect();
    let told = drivers::compare(prepared.scaled.view(), &labels, &age, &others)?;
    let (alone, behaviour) = (told.first.accuracy, told.second.accuracy);
    Ok((alone >= behaviour).then(|| {
        format!(
            "Age alone drives these segments: from age {:.0} % of customers are placed right, from everything they do {:.0} %, \
             by guessing {:.0} %. Generations say less than behaviour: consider a lower weight for age.",
            100.0 * alone,
            100.0 * behaviour,
            100.0 * told.accuracy_by_chance
        )
    }))
}
