//! Probabilities as weights that add up: whole thousandths of a bit, so that what is listed sums to the score
//! exactly. Holds no threshold.

use crate::mixture::Model;

/// What a pair is, if it is not the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rival {
    /// Of one household.
    Kin,
    /// Nothing to do with each other.
    Stranger,
}

impl Rival {
    /// Both.
    pub const ALL: [Rival; 2] = [Rival::Kin, Rival::Stranger];
}

/// How common the value is in which two rows agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commonness {
    /// Rows that have it, the two among them.
    pub rows: u64,
    /// Rows that have any value of the field.
    pub of: u64,
}

/// A model with its logarithms. A weight is the logarithm to base 2 of how much likelier a level is in a pair of
/// the same thing than in one of the rival's, in thousandths of a bit.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    model: Model,
    /// Per rival, field and level.
    of: [Vec<Vec<i64>>; 2],
    prior: [i64; 2],
}

/// The logarithm to base 2 of a ratio in thousandths.
fn thousandths(ratio: f64) -> i64 {
    (ratio.log2() * 1000.0).round() as i64
}

/// A score of thousandths of a bit as the probability that the pair is the same thing rather than the rival's.
pub fn probability(score: i64) -> f64 {
    1.0 / (1.0 + (-(score as f64) / 1000.0).exp2())
}

/// The lowest score of at least this probability, which lies above 0 and below 1.
pub fn score_of(probability: f64) -> i64 {
    ((probability / (1.0 - probability)).log2() * 1000.0).ceil() as i64
}

impl Weights {
    /// The weights of a model.
    pub fn new(model: Model) -> Self {
        let of = Rival::ALL.map(|rival| {
            let fields = model.fields.iter().map(|field| {
                let other = match rival {
                    Rival::Kin => &field.kin,
                    Rival::Stranger => &field.stranger,
                };
                field
                    .same
                    .iter()
                    .zip(other)
                    .map(|(same, other)| thousandths(same / other))
                    .collect()
            });
            fields.collect()
        });
        let stranger = 1.0 - model.same - model.kin;
        let prior = [model.kin, stranger].map(|rival| thousandths(model.same / rival));
        Self { model, of, prior }
    }

    /// What was estimated.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How much likelier the same thing is than the rival before anything is compared.
    pub fn prior(&self, rival: Rival) -> i64 {
        self.prior[rival as usize]
    }

    /// The weight of a level of a field. Panics where the model has no such field or level.
    pub fn weight(&self, field: usize, level: u8, rival: Rival) -> i64 {
        self.of[rival as usize][field][usize::from(level)]
    }

    /// The weight of agreeing in a value of known commonness (level 0) against the rival, where the rival agrees in
    /// it by chance alone: rare values count more. Chance is taken from the other rows that have the value; where
    /// there are none, it is the mean of the field, or one row if that is rarer (after Winkler, "Matching and Record
    /// Linkage", in Business Survey Methods, 1995, section on value-specific frequencies).
    pub fn rare(&self, field: usize, commonness: Commonness) -> i64 {
        let model = &self.model.fields[field];
        let of = commonness.of.max(1) as f64;
        let others = commonness.rows.saturating_sub(2) as f64 / of;
        let chance = others.max(model.stranger[0].min(1.0 / of));
        thousandths(model.same[0] / chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixture::FieldModel;

    fn weights() -> Weights {
        Weights::new(Model {
            fields: vec![FieldModel {
                same: vec![0.96, 0.04],
                kin: vec![0.96, 0.04],
                stranger: vec![0.03, 0.97],
            }],
            same: 0.001,
            kin: 0.002,
            rounds: 1,
            converged: true,
        })
    }

    #[test]
    fn weights_are_logarithms_of_ratios() {
        let weights = weights();
        // log2(.96 / .03) = 5; log2(.04 / .97) = -4.600; log2(.001 / .002) = -1.
        assert_eq!(weights.weight(0, 0, Rival::Stranger), 5_000);
        assert_eq!(weights.weight(0, 1, Rival::Stranger), -4_600);
        assert_eq!(weights.weight(0, 0, Rival::Kin), 0);
        assert_eq!(weights.prior(Rival::Kin), -1_000);
    }

    #[test]
    fn rare_values_count_more() {
        let weights = weights();
        let of = 1_000;
        let weight = |rows| weights.rare(0, Commonness { rows, of });
        // 32 rows but the two are 3 %: the mean. log2(.96 / .3) = 1.678; log2(.96 / .001) = 9.907.
        assert_eq!(weight(32), 5_000);
        assert_eq!(weight(302), 1_678);
        assert_eq!(weight(2), 9_907);
        assert!(weight(3) > weight(4));
    }

    #[test]
    fn scores_and_probabilities_go_both_ways() {
        assert!((probability(0) - 0.5).abs() < 1e-12);
        assert_eq!(score_of(0.5), 0);
        assert_eq!(score_of(0.99), 6_630);
        assert!(probability(score_of(0.99)) >= 0.99);
    }
}
