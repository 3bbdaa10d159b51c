//! The evidence behind one gene, act by act, and the one line for what is usual: together they are the score, to
//! the last millionth.

use crate::frame::{Consents, Frame};
use crate::gene::totals;
use crate::state::State;
use crate::{Act, ActKind, Clocks, GenomeError, Source};
use serde::Serialize;

/// One act's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// The row that tells of the act.
    pub source: Source,
    /// When it happened, in seconds since 1970.
    pub at: i64,
    /// When it came to be known.
    pub known_at: i64,
    /// What it was.
    pub act: ActKind,
    /// The product it was about, by its number in the catalogue.
    pub product: Option<u32>,
    /// What it weighed when it happened, in millionths of a purchase; negative against.
    pub weight: i64,
    /// What is left of a weight of one by its age, in millionths.
    pub age_factor: i64,
    /// What it adds to the score, in millionths: weight times age factor, rounded so that lines add up.
    pub contribution: i64,
}

/// The line for what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BaselineLine {
    /// The usual share of the value within its attribute, in billionths.
    pub share: u32,
    /// All of the customer's evidence for the attribute, in millionths.
    pub total: i64,
    /// What it adds to the score: minus share times total, never above 0.
    pub contribution: i64,
}

/// The evidence behind a gene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The gene's attribute.
    pub attribute: String,
    /// The gene's value.
    pub value: String,
    /// Lines in the order of time.
    pub lines: Vec<EvidenceLine>,
    /// The one line for what is usual.
    pub baseline: BaselineLine,
    /// The score: exactly the sum of all lines.
    pub score: i64,
}

/// The evidence behind a value in a view of the past. No line tells of an act that may not be looked at.
///
/// # Errors
/// As [`crate::genome`].
pub fn evidence(
    frame: &Frame,
    acts: &[Act],
    clocks: Clocks,
    consents: Consents,
    value: u32,
) -> Result<Evidence, GenomeError> {
    let (attribute, name) = frame.name(value).ok_or(GenomeError::Value(value))?;
    let view = clocks.view(acts);
    let state = State::rebuild(frame, consents, view.iter().copied())?;
    let of = frame.values()[value as usize].attribute;
    let decay = frame.decay_of(value)?;
    let reading = decay.reading(clocks.as_of)?;
    let mut found = Vec::new();
    for act in view {
        let pieces = frame.pieces(act, consents)?;
        if let Some(piece) = pieces.iter().find(|piece| piece.value == value) {
            found.push((act, piece.weight, decay.grow(act.at, piece.weight)?));
        }
    }
    let contributions = reading.lines(found.iter().map(|(_, _, grown)| grown.evidence));
    let mut lines = Vec::with_capacity(found.len());
    for ((act, weight, _), contribution) in found.into_iter().zip(contributions) {
        let one = decay.grow(act.at, affinity::decay::UNIT)?;
        lines.push(EvidenceLine {
            source: act.source,
            at: act.at,
            known_at: act.known_at,
            act: act.kind,
            product: act.product,
            weight,
            age_factor: reading.value(one.evidence),
            contribution,
        });
    }
    let total = totals(&state, frame)[of as usize].evidence(&reading);
    let share = frame.baseline.share(value, of);
    let score = share.score(lines.iter().map(|line| line.contribution).sum(), total);
    Ok(Evidence {
        attribute: attribute.into(),
        value: name.into(),
        lines,
        baseline: BaselineLine {
            share: share.billionths(),
            total,
            contribution: -score.expected,
        },
        score: score.score(),
    })
}
