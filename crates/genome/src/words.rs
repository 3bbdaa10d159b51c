//! Changes as plain sentences, made of the facts of both genomes: no number without what it counts.

use crate::calendar::{day_words, span_words};
use crate::gene::{Gene, GeneType, Standing};
use crate::habits::{HABITS, Habit, Unit};
use crate::{Change, ChangeKind, Spec};

/// A count with its noun: 1 purchase, 3 purchases.
fn count(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Millionths as per cent with one place.
fn per_cent(millionths: i64) -> String {
    let tenths = (millionths.abs() + 500) / 1_000;
    let sign = if millionths < 0 && tenths > 0 {
        "-"
    } else {
        ""
    };
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

/// Millionths with two places.
fn two_places(millionths: i64) -> String {
    let hundredths = (millionths.abs() + 5_000) / 10_000;
    let sign = if millionths < 0 && hundredths > 0 {
        "-"
    } else {
        ""
    };
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

fn number(millionths: i64, unit: Unit) -> String {
    match unit {
        Unit::Share => per_cent(millionths),
        Unit::Place | Unit::Money | Unit::Lines | Unit::Stars => two_places(millionths),
    }
}

impl Gene {
    fn named(&self) -> String {
        format!("{} ({})", self.value, self.attribute)
    }

    /// The acts that speak for it, in words.
    fn supported(&self) -> String {
        if self.purchases > 0 && self.purchases == self.supporting {
            return count(self.purchases, "purchase", "purchases");
        }
        if self.purchases > 0 {
            let others = self.supporting.saturating_sub(self.purchases);
            let purchases = count(self.purchases, "purchase", "purchases");
            return format!(
                "{purchases} and {}",
                count(others, "other act", "other acts")
            );
        }
        count(self.supporting, "act", "acts")
    }

    fn since(&self) -> String {
        self.first.map_or(String::new(), |first| {
            format!(" since {}", day_words(first))
        })
    }

    fn above(&self) -> String {
        let strength = self.strength.value;
        let side = if strength < 0 { "below" } else { "above" };
        format!(
            "{} of {} {side} what is usual",
            per_cent(strength.abs()),
            self.attribute
        )
    }
}

impl Change {
    /// The change as a sentence. `from_as_of` and `to_as_of` are the dates of the two genomes.
    pub fn sentence(&self, from_as_of: i64, to_as_of: i64, spec: &Spec) -> String {
        if to_as_of < from_as_of {
            let forth = self.mirrored().sentence(to_as_of, from_as_of, spec);
            return format!("Looking back, undone: {forth}");
        }
        match self {
            Self::Gene { from, to } => self.of_gene(from, to, from_as_of, to_as_of, spec),
            Self::Habit { from, to } => of_habit(from, to),
            Self::Topic {
                topic,
                withheld: true,
            } => {
                format!("Consent to {topic} was withdrawn: nothing about it is inferred any more")
            }
            Self::Topic {
                topic,
                withheld: false,
            } => {
                format!("Consent to {topic} was given: what belongs to it is looked at")
            }
        }
    }

    fn of_gene(
        &self,
        from: &Option<Gene>,
        to: &Option<Gene>,
        from_as_of: i64,
        to_as_of: i64,
        spec: &Spec,
    ) -> String {
        let Some(to) = to else {
            let named = from.as_ref().map_or(String::new(), Gene::named);
            return format!("{named} is gone: its evidence was taken back, or the consent to it");
        };
        let named = to.named();
        match self.kind() {
            ChangeKind::Appeared if to.standing == Standing::Disliked => {
                format!("{named} is avoided now: {}", against(to))
            }
            ChangeKind::Appeared => format!("{named} appeared: {}{}", to.supported(), to.since()),
            ChangeKind::Turned if to.standing == Standing::Disliked => {
                format!("{named} turned from liked to avoided: {}", against(to))
            }
            ChangeKind::Turned => {
                format!(
                    "{named} turned from avoided to liked: {}{}",
                    to.supported(),
                    to.since()
                )
            }
            ChangeKind::Faded => faded(from, to, from_as_of, to_as_of),
            ChangeKind::Retyped if to.gene_type == GeneType::Passion => format!(
                "{named} became a passion: bought in {} of the last {} months, {} in all",
                to.months_bought,
                spec.passion.months,
                count(to.purchases, "purchase", "purchases")
            ),
            ChangeKind::Retyped => format!(
                "{named} is no passion any more, but still a preference: bought in {} of the last {} months",
                to.months_bought, spec.passion.months
            ),
            ChangeKind::Shifted | ChangeKind::Consent => {
                let before = from.as_ref().map_or(0, |gene| gene.strength.value);
                let grew = if to.strength.value > before {
                    "grew"
                } else {
                    "shrank"
                };
                format!(
                    "{named} {grew}: {}, {} before; {}",
                    to.above(),
                    per_cent(before),
                    to.supported()
                )
            }
        }
    }
}

fn against(gene: &Gene) -> String {
    let acts = count(gene.opposing, "act against it", "acts against it");
    format!("{acts}, {} for it", count(gene.supporting, "act", "acts"))
}

/// Why a gene is none any more: acts against it, no act for long, or a smaller part of what is done.
fn faded(from: &Option<Gene>, to: &Gene, from_as_of: i64, to_as_of: i64) -> String {
    let named = to.named();
    let before = from.as_ref();
    let more_against = to
        .opposing
        .saturating_sub(before.map_or(0, |gene| gene.opposing));
    if to.standing == Standing::Faint && more_against > 0 {
        let acts = count(more_against, "act against it", "acts against it");
        return format!("{named} faded: {acts} since {}", day_words(from_as_of));
    }
    match to.last {
        Some(last) if last > from_as_of => {
            format!(
                "{named} faded: {}, {} before",
                to.above(),
                before.map_or("none".into(), Gene::above)
            )
        }
        Some(last) => format!("{named} faded: nothing for {}", span_words(to_as_of - last)),
        None => format!("{named} faded: {}", to.above()),
    }
}

fn of_habit(from: &Habit, to: &Habit) -> String {
    let info = HABITS.iter().find(|info| info.name == to.name);
    let named = info.map_or(to.name.as_str(), |info| info.words);
    let facts: Vec<String> = to
        .facts
        .iter()
        .map(|(name, count)| fact(name, *count))
        .collect();
    let numbers = format!(
        "{} after {} (usual {}); {}",
        number(to.value.value, to.unit),
        number(from.value.value, to.unit),
        number(to.usual, to.unit),
        facts.join(", ")
    );
    if to.unit == Unit::Place && from.word != to.word {
        return format!(
            "{named} shifted from {} to {}: {numbers}",
            from.word, to.word
        );
    }
    let rose = if to.value.value > from.value.value {
        "rose"
    } else {
        "fell"
    };
    format!("{named} {rose}: {numbers}")
}

/// A count by its name; money comes in ten-thousandths.
fn fact(name: &str, count: i64) -> String {
    if name.starts_with("money") {
        return format!("{name} {}", two_places(count * 100));
    }
    format!("{name} {count}")
}
