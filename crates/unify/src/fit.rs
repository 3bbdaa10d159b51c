//! The likeness of records, learned from the records: candidate pairs, weights, and the score of a pair with what adds
//! up to it. Holds no threshold but the one of opposed evidence.

use crate::Error;
use crate::evidence::{Contribution, FieldTold, LevelTold, Rival};
use crate::fields::{Field, assumed, compare};
use crate::rows::Rows;
use crate::settings::Settings;
use matching::blocking::{Candidates, random_pairs};
use matching::levels::{Levels, Patterns};
use matching::linking::Judge;
use matching::mixture::Params;
use matching::weights::{Rival as Against, Weights};
use rayon::prelude::*;

/// Pairs that the assumption about a field counts as, beside the data.
const BELIEF: f64 = 20.0;
/// Rounds of the estimation, and the move below which it ends.
const ROUNDS: usize = 200;
const TOLERANCE: f64 = 1e-6;

/// A pair with its evidence against the closer rival, in thousandths of a bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scored {
    pub rival: Rival,
    pub prior: i64,
    pub contributions: Vec<Contribution>,
    pub score: i64,
}

/// The learned weights over the rows.
pub(crate) struct Fit<'a> {
    rows: &'a Rows,
    weights: Weights,
    /// At this sum of evidence, in thousandths of a bit, or below, two rows are opposed.
    opposed: i64,
}

impl<'a> Fit<'a> {
    /// Learns the weights from the candidates; `rows` of them say something of a person.
    pub(crate) fn new(
        rows: &'a Rows,
        candidates: &Candidates,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let levels = |pairs: &[(u32, u32)]| -> Vec<Levels> {
            let at = |row: u32| rows.rows[row as usize];
            pairs
                .par_iter()
                .map(|&(a, b)| compare(rows, &at(a), &at(b)))
                .collect()
        };
        // Rows that say nothing are no rows of the model: they would only thin out what strangers show.
        let told: Vec<u32> = (0..rows.rows.len() as u32)
            .filter(|row| rows.rows[*row as usize].says_something())
            .collect();
        let drawn: Vec<(u32, u32)> = random_pairs(told.len(), settings.random_pairs, settings.seed)
            .into_iter()
            .map(|(a, b)| (told[a as usize], told[b as usize]))
            .collect();
        let params = Params {
            fields: assumed(),
            belief: BELIEF,
            rounds: ROUNDS,
            tolerance: TOLERANCE,
        };
        let candidates = Patterns::count(&levels(&candidates.pairs));
        let model =
            params
                .check()?
                .fit(&candidates, &Patterns::count(&levels(&drawn)), told.len())?;
        let opposed = -(settings.opposed_at * 1000.0).round() as i64;
        Ok(Self {
            rows,
            weights: Weights::new(model),
            opposed,
        })
    }

    fn levels(&self, a: u32, b: u32) -> Levels {
        compare(
            self.rows,
            &self.rows.rows[a as usize],
            &self.rows.rows[b as usize],
        )
    }

    /// What a field adds against a rival.
    fn weight(&self, field: usize, level: u8, rival: Against, a: u32) -> i64 {
        let what = Field::ALL[field];
        // Kin agree in what a household shares for a reason, not by chance.
        let by_chance = rival == Against::Stranger || !what.is_shared();
        let row = &self.rows.rows[a as usize];
        match what.commonness(self.rows, row) {
            Some(commonness) if level == 0 && by_chance => self.weights.rare(field, commonness),
            _ => self.weights.weight(field, level, rival),
        }
    }

    /// The score of a pair: how much likelier than the closer rival it is that the two are one.
    pub(crate) fn score(&self, a: u32, b: u32) -> Scored {
        let levels = self.levels(a, b);
        let against = |rival| {
            let known = (0..Field::ALL.len()).filter_map(|field| Some((field, levels.of(field)?)));
            let contributions: Vec<Contribution> = known
                .map(|(field, level)| Contribution {
                    field: Field::ALL[field],
                    level,
                    thousandths: self.weight(field, level, rival, a),
                })
                .collect();
            let prior = self.weights.prior(rival);
            let score = prior
                + contributions
                    .iter()
                    .map(|part| part.thousandths)
                    .sum::<i64>();
            Scored {
                rival: rival.into(),
                prior,
                contributions,
                score,
            }
        };
        let [kin, stranger] = Against::ALL.map(against);
        if kin.score <= stranger.score {
            kin
        } else {
            stranger
        }
    }

    /// What was learned, for people to read.
    pub(crate) fn told(&self) -> Vec<FieldTold> {
        let model = self.weights.model();
        let each = Field::ALL
            .iter()
            .zip(&model.fields)
            .map(|(field, learned)| {
                let levels = field.levels().iter().enumerate();
                let levels = levels.map(|(place, level)| LevelTold {
                    level: (*level).to_string(),
                    same: learned.same[place],
                    household: learned.kin[place],
                    stranger: learned.stranger[place],
                });
                FieldTold {
                    field: *field,
                    levels: levels.collect(),
                }
            });
        each.collect()
    }
}

impl Judge for Fit<'_> {
    /// Whether the fields speak against two rows by more than the setting, whoever else the second might be. An address of
    /// mail that is the same helps as much as households of these records seldom share one.
    fn opposed(&self, a: u32, b: u32) -> bool {
        let levels = self.levels(a, b);
        let against = |rival| {
            let known = (0..Field::ALL.len()).filter_map(|field| Some((field, levels.of(field)?)));
            let weights = known.map(|(field, level)| self.weight(field, level, rival, a));
            weights.sum::<i64>()
        };
        Against::ALL
            .into_iter()
            .any(|rival| against(rival) <= self.opposed)
    }
}

impl From<Against> for Rival {
    fn from(rival: Against) -> Self {
        match rival {
            Against::Kin => Self::Household,
            Against::Stranger => Self::Stranger,
        }
    }
}
