//! The kernel's numbers in words: attributes and levels by name. It must not compute.

use super::{Between, Coded, Group, Moves, OfLevel, PRICE, Tried};
use choice::evidence::{self, Standing, evidence};
use choice::holdout::Trial;
use choice::{Choices, Difference, Effect, Estimate, Explained, Fit, Pool};

/// What puts the kernel's numbers into words.
pub(super) struct Telling<'a> {
    pub coded: &'a Coded,
    pub learned: &'a Choices,
    pub counts: &'a [evidence::Attribute],
    pub fit: &'a Fit,
    pub pool: &'a Pool,
}

impl Telling<'_> {
    pub fn group(&self, one: &Explained) -> Group {
        let own = evidence(self.learned, one.group);
        let (effects, differences) = match one.group {
            None => (self.fit.effects(self.learned, self.counts), Vec::new()),
            Some(group) => (
                self.pool.effects(group, self.learned, self.counts),
                self.pool.differences(group, self.learned, self.counts),
            ),
        };
        let mut attributes: Vec<Moves> = one
            .attributes
            .iter()
            .map(|of| Moves {
                attribute: self.name(of.attribute),
                share: of.share.map(between),
                alone: of.alone.map(between),
                differs: differences
                    .iter()
                    .find(|one: &&Difference| one.attribute == of.attribute)
                    .map(|one| one.differs),
                levels: self.levels(of.attribute, &effects, &own),
            })
            .collect();
        let strength = |one: &Moves| one.share.or(one.alone).map_or(0.0, |share| share.value);
        attributes.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        Group {
            group: one.group,
            choices: one.occasions,
            of_perfect: one.of_perfect,
            attributes,
        }
    }

    fn name(&self, attribute: usize) -> String {
        let named = self.coded.names.get(attribute);
        named.map_or_else(|| PRICE.to_string(), String::clone)
    }

    fn levels(
        &self,
        attribute: usize,
        effects: &[Effect],
        counts: &[evidence::Attribute],
    ) -> Vec<OfLevel> {
        let own = effects.iter().filter(|one| one.attribute == attribute);
        let mut all: Vec<OfLevel> = own
            .filter_map(|one| {
                let utility = between(one.utility);
                match (&counts[attribute], one.level) {
                    (evidence::Attribute::Levels(levels), Some(level)) => Some(OfLevel {
                        level: self.coded.levels[attribute][level].clone(),
                        observed: levels[level].observed,
                        expected: levels[level].expected,
                        utility,
                        standing: standing(levels[level].standing).into(),
                    }),
                    (
                        evidence::Attribute::Number {
                            observed,
                            expected,
                            compared,
                        },
                        None,
                    ) => Some(OfLevel {
                        level: "typical price; utility of a price 2.7 times as high".into(),
                        observed: observed.exp(),
                        expected: expected.exp(),
                        utility,
                        standing: if *compared {
                            "compared"
                        } else {
                            "not compared"
                        }
                        .into(),
                    }),
                    _ => None,
                }
            })
            .filter(|one| one.expected > 0.0 || one.observed > 0.0)
            .collect();
        all.sort_by(|a, b| b.observed.total_cmp(&a.observed));
        all
    }
}

fn standing(one: Standing) -> &'static str {
    match one {
        Standing::Compared => "compared",
        Standing::NotOffered => "not offered",
        Standing::NotCompared => "not compared",
        Standing::NeverTaken => "never taken",
        Standing::AlwaysTaken => "always taken",
    }
}

fn between(one: Estimate) -> Between {
    Between {
        value: one.value,
        low: one.low,
        high: one.high,
    }
}

pub(super) fn tried(one: &Trial) -> Tried {
    let score = |score: choice::holdout::Score| (score.log_likelihood, score.hit_rate);
    Tried {
        group: one.group,
        choices: one.occasions,
        by_group: score(one.by_group),
        of_all: score(one.of_all),
        popularity: score(one.popularity),
        equal: score(one.equal),
        over_popularity: between(one.over_popularity),
    }
}
