//! What changed between two genomes of a customer, and which changes are alerts. The sentences are `words`'
//! business.

use crate::gene::{Gene, GeneType, Range, Standing};
use crate::habits::Habit;
use crate::spec::millionths;
use crate::{Genome, Spec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One change, with both sides as they are in the genomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)]
pub enum Change {
    /// Of a value; a side without evidence is none.
    Gene {
        /// In the first genome.
        from: Option<Gene>,
        /// In the second.
        to: Option<Gene>,
    },
    /// Of a habit.
    Habit {
        /// In the first genome.
        from: Habit,
        /// In the second.
        to: Habit,
    },
    /// Of what is withheld.
    Topic {
        /// The topic.
        topic: String,
        /// Whether the second genome withholds it (and the first does not).
        withheld: bool,
    },
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A value became a gene.
    Appeared,
    /// A gene is none any more.
    Faded,
    /// Liked became disliked, or the other way round.
    Turned,
    /// Became a passion, or is none any more.
    Retyped,
    /// Moved.
    Shifted,
    /// A topic's consent came or went.
    Consent,
}

fn standing(gene: &Option<Gene>) -> Standing {
    gene.as_ref().map_or(Standing::Faint, |gene| gene.standing)
}

fn gene_type(gene: &Option<Gene>) -> Option<GeneType> {
    gene.as_ref().map(|gene| gene.gene_type)
}

fn distance(from: &Range, to: &Range) -> i64 {
    to.value - from.value
}

/// By how much a gene's strength moved, in millionths; without evidence it is 0.
fn moved(from: &Option<Gene>, to: &Option<Gene>) -> i64 {
    let strength = |gene: &Option<Gene>| gene.as_ref().map_or(0, |gene| gene.strength.value);
    strength(to) - strength(from)
}

impl Change {
    /// Its kind.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Gene { from, to } => match (standing(from), standing(to)) {
                (Standing::Faint, to) if to != Standing::Faint => ChangeKind::Appeared,
                (from, Standing::Faint) if from != Standing::Faint => ChangeKind::Faded,
                (a, b) if a != b => ChangeKind::Turned,
                _ if gene_type(from) != gene_type(to) => ChangeKind::Retyped,
                _ => ChangeKind::Shifted,
            },
            Self::Habit { .. } => ChangeKind::Shifted,
            Self::Topic { .. } => ChangeKind::Consent,
        }
    }

    /// The change seen from the other side.
    pub fn mirrored(&self) -> Self {
        match self.clone() {
            Self::Gene { from, to } => Self::Gene { from: to, to: from },
            Self::Habit { from, to } => Self::Habit { from: to, to: from },
            Self::Topic { topic, withheld } => Self::Topic {
                topic,
                withheld: !withheld,
            },
        }
    }

    /// Whether it is to be an alert: a gene that appears, fades, turns or becomes or leaves a passion, and what
    /// shifts by at least the spec's step.
    pub fn is_alert(&self, spec: &Spec) -> bool {
        match (self.kind(), self) {
            (ChangeKind::Consent, _) => false,
            (ChangeKind::Shifted, Self::Gene { from, to }) => {
                moved(from, to).abs() >= millionths(spec.drift.alert)
            }
            (ChangeKind::Shifted, Self::Habit { from, to }) => {
                shifted(from, to, spec.drift.habit_alert)
            }
            _ => true,
        }
    }

    /// Whether the intervals of both sides do not touch: more than chance would do.
    pub fn intervals_apart(&self) -> bool {
        let apart = |a: &Range, b: &Range| a.high < b.low || b.high < a.low;
        match self {
            Self::Gene {
                from: Some(from),
                to: Some(to),
            } => apart(&from.strength, &to.strength),
            Self::Habit { from, to } => apart(&from.value, &to.value),
            _ => false,
        }
    }
}

/// Whether a habit moved by so many parts of what is usual in either genome.
fn shifted(from: &Habit, to: &Habit, parts: f64) -> bool {
    let usual = from.usual.abs().max(to.usual.abs()).max(1) as f64;
    let moved = distance(&from.value, &to.value).abs();
    moved > 0 && moved as f64 >= parts * usual
}

/// What changed from one genome to another, values first, each list in its order. Equal genomes have no change, and
/// the changes of the reverse are these, mirrored.
pub fn diff(from: &Genome, to: &Genome, spec: &Spec) -> Vec<Change> {
    let both = from.genes.iter().chain(&to.genes);
    let named: BTreeSet<(&str, &str)> = both
        .map(|gene| (gene.attribute.as_str(), gene.value.as_str()))
        .collect();
    let mut changes = Vec::new();
    for (attribute, value) in named {
        let change = Change::Gene {
            from: from.gene(attribute, value).cloned(),
            to: to.gene(attribute, value).cloned(),
        };
        let Change::Gene { from, to } = &change else {
            continue;
        };
        let faint = standing(from) == Standing::Faint && standing(to) == Standing::Faint;
        let far = moved(from, to).abs() >= millionths(spec.drift.told);
        if !faint && (change.kind() != ChangeKind::Shifted || far) {
            changes.push(change);
        }
    }
    for habit in &from.habits {
        if let Some(other) = to.habit(&habit.name)
            && shifted(habit, other, spec.drift.habit_told)
        {
            changes.push(Change::Habit {
                from: habit.clone(),
                to: other.clone(),
            });
        }
    }
    let topics = |genome: &Genome| genome.withheld.iter().cloned().collect::<BTreeSet<_>>();
    let (before, after) = (topics(from), topics(to));
    for topic in before.symmetric_difference(&after) {
        changes.push(Change::Topic {
            topic: topic.clone(),
            withheld: after.contains(topic),
        });
    }
    changes
}
