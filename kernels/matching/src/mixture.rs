//! How probable each level of agreement is among pairs of the same thing, of kin and of strangers, estimated from
//! the pairs themselves. Holds no truth: nobody says which pairs are the same.
//!
//! Model: I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969), with three classes as M. D.
//! Larsen, D. B. Rubin, "Iterative Automated Record Linkage Using Mixture Models", JASA 96 (2001): two persons
//! of one household agree in all that a household shares, so that with two classes only they would be taken for
//! one. Within a class fields are independent. Estimation: expectation and maximisation (A. P. Dempster, N. M.
//! Laird, D. B. Rubin, JRSS B 39 (1977); W. E. Winkler, "Using the EM Algorithm for Weight Computation in the
//! Fellegi-Sunter Model of Record Linkage", 1988).
//!
//! Classes share out **all** pairs of rows, not the candidates alone: pairs that are no candidates count as
//! strangers. So what random pairs show is what strangers show, and a score is comparable between blocks. Pairs of
//! the same thing that no pass finds are lost to the estimate: agreement in fields that make keys comes out too high,
//! little where several passes look at different fields.

use crate::Error;
use crate::error::require;
use crate::levels::{FIELDS_MAX, Levels, MISSING, Patterns};

/// Pairs that the levels of strangers are smoothed by, spread evenly.
const STRANGERS_ADDED: f64 = 0.5;
/// Pairs per row that are the same, and that are kin, before the first round.
const SAME_AT_FIRST: f64 = 0.25;
const KIN_AT_FIRST: f64 = 0.1;

/// What is assumed of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Probability of each level in a pair of the same thing, before data speak: 2 to 14 levels, above 0.
    pub same: Vec<f64>,
    /// The same for kin; `None` where kin are as different as strangers.
    pub kin: Option<Vec<f64>>,
}

/// How the classes are estimated. Becomes a [`Mixture`] by [`Params::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// The fields, at most [`FIELDS_MAX`].
    pub fields: Vec<Field>,
    /// How many pairs the assumption counts as, beside the data: above 0.
    pub belief: f64,
    /// Most rounds: 1 or more.
    pub rounds: usize,
    /// Rounds end when no probability moves by more: above 0.
    pub tolerance: f64,
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture(Params);

/// Probabilities of the levels of one field in each class; each list sums to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldModel {
    /// Among pairs of the same thing (m of Fellegi and Sunter).
    pub same: Vec<f64>,
    /// Among kin.
    pub kin: Vec<f64>,
    /// Among strangers (u of Fellegi and Sunter).
    pub stranger: Vec<f64>,
}

/// What was estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Per field.
    pub fields: Vec<FieldModel>,
    /// Share of all pairs of rows that are the same thing.
    pub same: f64,
    /// Share that is kin.
    pub kin: f64,
    /// Rounds done.
    pub rounds: usize,
    /// Whether they ended before the most was reached.
    pub converged: bool,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Mixture, Error> {
        let count = self.fields.len();
        require(
            (1..=FIELDS_MAX).contains(&count),
            "fields",
            count,
            "1 to 16 fields",
        )?;
        for field in &self.fields {
            let levels = field.same.len();
            require(
                (2..usize::from(MISSING)).contains(&levels),
                "levels",
                levels,
                "2 to 14 per field",
            )?;
            let kin = field.kin.as_ref().unwrap_or(&field.same);
            require(
                kin.len() == levels,
                "kin",
                kin.len(),
                "as many levels as same",
            )?;
            let lowest = field.same.iter().chain(kin).copied().fold(1.0, f64::min);
            require(lowest > 0.0, "same, kin", lowest, "probabilities above 0")?;
        }
        require(self.belief > 0.0, "belief", self.belief, "a number above 0")?;
        require(self.rounds >= 1, "rounds", self.rounds, "1 or more")?;
        require(
            self.tolerance > 0.0,
            "tolerance",
            self.tolerance,
            "a number above 0",
        )?;
        Ok(Mixture(self))
    }
}

/// Sums over pairs by how probable they are of a class.
struct Expected {
    pairs: [f64; 2],
    /// Per class, field and level.
    levels: [Vec<Vec<f64>>; 2],
}

impl Mixture {
    /// Estimates the classes from the patterns of candidates and of random pairs among `rows` rows. Time grows
    /// with the number of different patterns × rounds.
    ///
    /// # Errors
    /// [`Error::Parameter`] where a pattern has a level that its field has not.
    pub fn fit(
        &self,
        candidates: &Patterns,
        random: &Patterns,
        rows: usize,
    ) -> Result<Model, Error> {
        for patterns in [candidates, random] {
            self.known(patterns)?;
        }
        let all = (rows as f64 * (rows as f64 - 1.0) / 2.0).max(1.0);
        let fields = self.0.fields.iter().enumerate();
        let drawn: Vec<_> = fields
            .map(|(field, assumed)| random.shares(field, assumed.same.len()))
            .collect();
        let mut model = self.start(&drawn, rows as f64 / all);
        for round in 1..=self.0.rounds {
            let expected = model.expect(candidates);
            let next = self.settle(&expected, &drawn, &model, all);
            let moved = model.moved(&next);
            model = Model {
                rounds: round,
                ..next
            };
            if moved <= self.0.tolerance {
                model.converged = true;
                break;
            }
        }
        Ok(model)
    }

    fn known(&self, patterns: &Patterns) -> Result<(), Error> {
        for (pattern, _) in &patterns.counts {
            for (field, assumed) in self.0.fields.iter().enumerate() {
                let level = pattern.of(field).unwrap_or(0);
                let legal = "a level below the number of levels of its field";
                require(
                    usize::from(level) < assumed.same.len(),
                    "level",
                    level,
                    legal,
                )?;
            }
        }
        Ok(())
    }

    fn start(&self, drawn: &[(Vec<f64>, u64)], per_row: f64) -> Model {
        let field = |(assumed, drawn): (&Field, &(Vec<f64>, u64))| {
            let stranger = strangers(drawn, |_| 0.0);
            FieldModel {
                same: shares(&assumed.same, &[], 0.0),
                kin: assumed
                    .kin
                    .as_ref()
                    .map_or_else(|| stranger.clone(), |kin| shares(kin, &[], 0.0)),
                stranger,
            }
        };
        Model {
            fields: self.0.fields.iter().zip(drawn).map(field).collect(),
            same: (SAME_AT_FIRST * per_row).min(SAME_AT_FIRST),
            kin: (KIN_AT_FIRST * per_row).min(KIN_AT_FIRST),
            rounds: 0,
            converged: false,
        }
    }

    /// The most probable model given how probable each pair is of each class.
    fn settle(
        &self,
        expected: &Expected,
        drawn: &[(Vec<f64>, u64)],
        old: &Model,
        all: f64,
    ) -> Model {
        // Half a pair keeps a class that nobody belongs to from vanishing for good.
        let [same, kin] = expected.pairs.map(|pairs| pairs.max(0.5) / all);
        let field = |(number, assumed): (usize, &Field)| {
            let [of_same, of_kin] = [0, 1].map(|class: usize| &expected.levels[class][number]);
            let was = &old.fields[number];
            // Random pairs hold some of the same and some kin, too.
            let others = |level: usize| same * was.same[level] + kin * was.kin[level];
            let stranger = strangers(&drawn[number], others);
            FieldModel {
                same: shares(&assumed.same, of_same, self.0.belief),
                kin: assumed.kin.as_ref().map_or_else(
                    || stranger.clone(),
                    |kin| shares(kin, of_kin, self.0.belief),
                ),
                stranger,
            }
        };
        Model {
            fields: self.0.fields.iter().enumerate().map(field).collect(),
            same,
            kin,
            rounds: old.rounds,
            converged: false,
        }
    }
}

/// Shares of levels from counts, beside `belief` pairs of the assumed shares.
fn shares(assumed: &[f64], counts: &[f64], belief: f64) -> Vec<f64> {
    let total: f64 = assumed.iter().sum();
    let weight = if counts.is_empty() { 1.0 } else { belief };
    let sum: f64 = weight + counts.iter().sum::<f64>();
    let share = |(level, assumed): (usize, &f64)| {
        (assumed / total * weight + counts.get(level).unwrap_or(&0.0)) / sum
    };
    assumed.iter().enumerate().map(share).collect()
}

/// Shares of levels among strangers: what random pairs show, less what the other classes explain of it.
fn strangers((drawn, known): &(Vec<f64>, u64), others: impl Fn(usize) -> f64) -> Vec<f64> {
    let levels = drawn.len() as f64;
    let left = |(level, share): (usize, &f64)| {
        (share - others(level)).max(0.0) * *known as f64 + STRANGERS_ADDED / levels
    };
    let counts: Vec<f64> = drawn.iter().enumerate().map(left).collect();
    let sum: f64 = counts.iter().sum();
    counts.into_iter().map(|count| count / sum).collect()
}

impl Model {
    /// Probability that a pair is the same thing and that it is kin, given its levels and means of the classes.
    pub fn probabilities(&self, levels: Levels) -> [f64; 2] {
        let mut classes = [self.same, self.kin, 1.0 - self.same - self.kin];
        for (field, model) in self.fields.iter().enumerate() {
            if let Some(level) = levels.of(field) {
                let level = usize::from(level);
                classes[0] *= model.same[level];
                classes[1] *= model.kin[level];
                classes[2] *= model.stranger[level];
            }
        }
        let sum: f64 = classes.iter().sum();
        [classes[0] / sum, classes[1] / sum]
    }

    fn expect(&self, candidates: &Patterns) -> Expected {
        let zeros = || {
            self.fields
                .iter()
                .map(|field| vec![0.0; field.same.len()])
                .collect()
        };
        let mut expected = Expected {
            pairs: [0.0; 2],
            levels: [zeros(), zeros()],
        };
        for &(pattern, count) in &candidates.counts {
            let probable = self
                .probabilities(pattern)
                .map(|share| share * count as f64);
            for (class, pairs) in probable.into_iter().enumerate() {
                expected.pairs[class] += pairs;
                for (field, levels) in expected.levels[class].iter_mut().enumerate() {
                    if let Some(level) = pattern.of(field) {
                        levels[usize::from(level)] += pairs;
                    }
                }
            }
        }
        expected
    }

    /// The largest move of a probability; of the classes relative to what they were.
    fn moved(&self, next: &Self) -> f64 {
        let lists = |model: &Self| -> Vec<f64> {
            let fields = model.fields.iter();
            fields
                .flat_map(|field| {
                    field
                        .same
                        .iter()
                        .chain(&field.kin)
                        .copied()
                        .collect::<Vec<_>>()
                })
                .collect()
        };
        let (old, new) = (lists(self), lists(next));
        let moves = old.iter().zip(&new).map(|(a, b)| (a - b).abs());
        let classes =
            [(self.same, next.same), (self.kin, next.kin)].map(|(a, b)| (a - b).abs() / a);
        moves.chain(classes).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests;
