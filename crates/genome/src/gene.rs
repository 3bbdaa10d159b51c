//! From sums to genes: the score against what is usual, the strength with its interval, how sure it is, and what
//! type of gene it is. No act is looked at here, so that a live state and a run give the same genes.

use crate::frame::{Frame, MOTIVATION};
use crate::spec::millionths;
use crate::state::{Ends, Held, State};
use crate::told::Named;
use crate::{GenomeError, Spec};
use affinity::decay::{Reading, UNIT};
use affinity::many::{Ask, Told, tell};
use affinity::popularity::{Score, Share};
use affinity::posterior::{Posterior, Prior};
use serde::{Deserialize, Serialize};
use std::iter::repeat;

/// The type of a gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeneType {
    /// A value of a product attribute that the customer leans to, or away from.
    Preference,
    /// Why the customer buys, by the dictionary of the spec.
    Motivation,
    /// A liked value that lasts and where price plays a small part.
    Passion,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// More than usual, with enough evidence.
    Liked,
    /// Less than usual, with enough evidence against it.
    Disliked,
    /// There is evidence, but it is no gene.
    Faint,
}

/// A number with its interval, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Range {
    /// The number.
    pub value: i64,
    /// Lower end.
    pub low: i64,
    /// Upper end.
    pub high: i64,
}

/// How sure something is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sure {
    /// The chance, in millionths.
    pub chance: i64,
    /// The word: very sure, sure, likely or unsure.
    pub word: String,
}

/// One value of an attribute in a customer's genome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gene {
    /// Its attribute.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// Its type.
    pub gene_type: GeneType,
    /// Where it stands.
    pub standing: Standing,
    /// Evidence less what is expected, in millionths of a purchase: the sum of its lines and the baseline line.
    pub score: i64,
    /// The evidence, likewise: the sum of its lines.
    pub evidence: i64,
    /// What is expected of it because it is popular; the baseline line is minus this.
    pub expected: i64,
    /// Evidence against what is expected, in thousandths; none where nothing is expected.
    pub lift: Option<i64>,
    /// The usual share of the value within its attribute, in billionths.
    pub usual_share: u32,
    /// By how much the customer's share of the attribute is above the usual, drawn towards it, in millionths.
    pub strength: Range,
    /// How sure it is that the share is notably above the usual; of a value with a score below 0: that it is below.
    pub sure: Sure,
    /// Acts that speak for it.
    pub supporting: u32,
    /// Acts that speak against it.
    pub opposing: u32,
    /// Purchases among those for it.
    pub purchases: u32,
    /// Months with a purchase among the last ones that the spec's passions look at.
    pub months_bought: u32,
    /// First act for it (against it where there is none for it), in seconds since 1970; not known to live states.
    pub first: Option<i64>,
    /// Last such act.
    pub last: Option<i64>,
    /// Genes that rest on the same acts and are told with this one, the strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Named>,
}

impl Gene {
    /// Its attribute and its value.
    pub fn name(&self) -> Named {
        Named {
            attribute: self.attribute.clone(),
            value: self.value.clone(),
        }
    }
}

/// The chance's word. A single act is never more than unsure.
pub(crate) fn sure(chance: f64, acts: u32, spec: &Spec) -> Sure {
    let genes = &spec.genes;
    let word = match chance {
        _ if acts < 2 => "unsure",
        chance if chance >= genes.very_sure_from => "very sure",
        chance if chance >= genes.sure_from => "sure",
        chance if chance >= genes.likely_from => "likely",
        _ => "unsure",
    };
    Sure {
        chance: millionths(chance),
        word: word.into(),
    }
}

/// What an attribute's values have together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Total {
    evidence: i128,
    kept: i128,
}

impl Total {
    /// All evidence for the attribute as of the reading.
    pub(crate) fn evidence(&self, reading: &Reading) -> i64 {
        reading.value(self.evidence)
    }
}

/// The totals of a state by attribute.
pub(crate) fn totals(state: &State, frame: &Frame) -> Vec<Total> {
    let mut totals = vec![Total::default(); frame.attributes().len()];
    for (&value, held) in &state.values {
        let total = &mut totals[frame.values()[value as usize].attribute as usize];
        total.evidence += held.tally.evidence;
        total.kept += held.tally.kept();
    }
    totals
}

/// The genes of a state as of an instant: every value with evidence, in order of attribute and value. Between two
/// runs this is the live genome.
///
/// # Errors
/// [`GenomeError::Frame`] for a state of another run; [`GenomeError::Early`] for an instant before the landmark.
pub fn genes(frame: &Frame, state: &State, as_of: i64) -> Result<Vec<Gene>, GenomeError> {
    dated(frame, state, &[], as_of)
}

/// As [`genes`], with the dates of each value of the state, in the order of the values; none where they are not known.
pub(crate) fn dated(
    frame: &Frame,
    state: &State,
    ends: &[Ends],
    as_of: i64,
) -> Result<Vec<Gene>, GenomeError> {
    state.require_frame(frame)?;
    let landmark = frame.landmark();
    if as_of < landmark {
        return Err(GenomeError::Early { as_of, landmark });
    }
    let totals = totals(state, frame);
    let readings = frame
        .attributes()
        .iter()
        .map(|one| one.decay.reading(as_of));
    let readings: Vec<Reading> = readings.collect::<Result<_, _>>()?;
    let tail = (1.0 - frame.spec().genes.level) / 2.0;
    let dates = ends.iter().map(Ends::told).chain(repeat((None, None)));
    let mut drafts: Vec<Draft> = state
        .values
        .iter()
        .zip(dates)
        .filter(|((value, _), _)| !frame.is_no(**value))
        .map(|((&value, held), dates)| {
            let of = frame.values()[value as usize].attribute as usize;
            Draft::new(frame, (value, held), dates, (&totals[of], &readings[of]))
        })
        .collect();
    drafts.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    // All of them at once, which is most of the work.
    let asked: Vec<Ask> = drafts.iter().map(|draft| draft.ask).collect();
    let told = tell(&asked, tail);
    let each = drafts.iter().zip(&told);
    Ok(each
        .map(|(draft, told)| draft.gene(frame.spec(), told, as_of))
        .collect())
}

/// A gene before it is known how sure it is.
struct Draft<'a> {
    /// Its attribute and its value.
    name: (&'a str, &'a str),
    held: &'a Held,
    dates: (Option<i64>, Option<i64>),
    share: Share,
    score: Score,
    usual: f64,
    /// Purchases that are left for it, and against it.
    kept: f64,
    opposes: f64,
    ask: Ask,
}

impl<'a> Draft<'a> {
    fn new(
        frame: &'a Frame,
        (value, held): (u32, &'a Held),
        dates: (Option<i64>, Option<i64>),
        (total, reading): (&Total, &Reading),
    ) -> Self {
        let genes = &frame.spec().genes;
        let named = &frame.values()[value as usize];
        let attribute = named.attribute;
        let share = frame.baseline.share(value, attribute);
        let evidence = reading.value(held.tally.evidence);
        let score = share.score(evidence, reading.value(total.evidence));
        let purchases = |sum: i128| reading.value(sum) as f64 / UNIT as f64;
        let usual = share.to_f64().clamp(1e-9, 0.999_999);
        let prior = Prior {
            share: usual,
            weight: frame.baseline.weight(attribute, genes.prior_weight),
        };
        let (kept, opposes) = (purchases(held.tally.kept()), purchases(held.tally.opposes));
        let others = (purchases(total.kept) - kept).max(0.0);
        // Of common values the bound would pass one: so much of the rest, then.
        let beyond = genes.notable_share.max(genes.notable_part * usual);
        let notable = usual + beyond * (1.0 - usual);
        Self {
            name: (&frame.attributes()[attribute as usize].name, &named.name),
            held,
            dates,
            share,
            score,
            usual,
            kept,
            opposes,
            ask: Ask {
                posterior: Posterior::new(prior, kept, others + opposes),
                at: if score.score() >= 0 { notable } else { usual },
            },
        }
    }

    fn gene(&self, spec: &Spec, told: &Told, as_of: i64) -> Gene {
        let (held, score, (attribute, value)) = (self.held, &self.score, self.name);
        let above = |x: f64| millionths(x - self.usual);
        let strength = Range {
            value: above(self.ask.posterior.mean()),
            low: above(told.low),
            high: above(told.high),
        };
        let (chance, acts, left) = if score.score() >= 0 {
            (1.0 - told.below, held.tally.supporting, self.kept)
        } else {
            (told.below, held.tally.opposing, self.opposes)
        };
        let standing = standing(spec, score, chance, acts, left);
        let months = held.months_bought(as_of, spec.passion.months);
        let passion = standing == Standing::Liked
            && !spec.passion.not_of.iter().any(|name| name == attribute)
            && is_passion(spec, held, chance, months);
        Gene {
            attribute: attribute.into(),
            value: value.into(),
            gene_type: match attribute {
                MOTIVATION => GeneType::Motivation,
                _ if passion => GeneType::Passion,
                _ => GeneType::Preference,
            },
            standing,
            score: score.score(),
            evidence: score.evidence,
            expected: score.expected,
            lift: score.lift(),
            usual_share: self.share.billionths(),
            strength,
            sure: sure(chance, acts, spec),
            supporting: held.tally.supporting,
            opposing: held.tally.opposing,
            purchases: held.bought.lines,
            months_bought: months,
            first: self.dates.0,
            last: self.dates.1,
            with: Vec::new(),
        }
    }
}

fn standing(spec: &Spec, score: &Score, chance: f64, acts: u32, left: f64) -> Standing {
    let genes = &spec.genes;
    if acts < genes.least_acts || left < genes.least_evidence || chance < genes.present_from {
        return Standing::Faint;
    }
    match score.score() {
        1.. => Standing::Liked,
        0 => Standing::Faint,
        _ => Standing::Disliked,
    }
}

/// Lasting: bought in enough of the last months. Low price sensitivity: bought without promotion and above the
/// usual prices of the category. What is not known of promotions and prices is no sign of it.
fn is_passion(spec: &Spec, held: &Held, chance: f64, months: u32) -> bool {
    let passion = &spec.passion;
    let bought = &held.bought;
    let lasting = months >= passion.months_bought && bought.lines >= passion.purchases;
    let known = bought.promotion_known > 0 && bought.placed > 0;
    let promoted = f64::from(bought.promoted)
        <= passion.promotion_share_max * f64::from(bought.promotion_known);
    let place = bought.place_sum as f64 / 1_000.0;
    let dear = place >= passion.price_place_min * f64::from(bought.placed);
    lasting && known && promoted && dear && chance >= passion.sure_from
}
