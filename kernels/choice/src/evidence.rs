//! Plain counts beside the model: how often each level was taken, and how often had all alternatives been alike. It must not
//! estimate.

use crate::choices::Choices;
use crate::likelihood::Problem;

/// What choices can tell about a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stood beside other levels, was taken and was left.
    Compared,
    /// In no set: its utility is that of the prior.
    NotOffered,
    /// Wherever it was, all alternatives had it: its utility is that of the prior.
    NotCompared,
    /// It stood beside other levels and was never taken: how low its utility is, only the ridge says.
    NeverTaken,
    /// It was taken wherever it stood beside other levels: how high its utility is, only the ridge says.
    AlwaysTaken,
}

/// Counts of a level, in weight of occasions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Occasions that took it.
    pub observed: f64,
    /// Occasions that would have, had each alternative of a set been as likely.
    pub expected: f64,
    /// Occasions with an alternative that has it.
    pub offered: f64,
    /// What can be told.
    pub standing: Standing,
}

/// Counts of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// One entry for each level.
    Levels(Vec<Level>),
    /// Of a number.
    Number {
        /// Mean of what was taken; 0 where there is no occasion.
        observed: f64,
        /// Mean had each alternative of a set been as likely.
        expected: f64,
        /// Whether it differs within any set; if not, its slope is that of the prior.
        compared: bool,
    },
}

/// Counts of a group, or of all, by attribute. Counted over whole sets; sampled ones ([`Choices::sample`]) hold what was
/// taken too often.
pub fn evidence(choices: &Choices, group: Option<usize>) -> Vec<Attribute> {
    count(&Problem::of(choices, group))
}

pub(crate) fn count(problem: &Problem<'_>) -> Vec<Attribute> {
    let alternatives = &problem.choices.alternatives;
    let columns = alternatives.all();
    let width = columns.width();
    let mut observed = vec![0.0; width];
    for &(row, weight) in &problem.taken {
        columns.add(row, weight, &mut observed);
    }
    let mut expected = vec![0.0; width];
    let mut offered = vec![0.0; width];
    let mut alone = vec![0.0; width];
    let mut varies = vec![false; width];
    let mut own = vec![0.0; width];
    for &(set, weight) in &problem.sets {
        let rows = problem.choices.sets.of(set);
        own.fill(0.0);
        rows.iter().for_each(|&row| columns.add(row, 1.0, &mut own));
        for column in 0..width {
            expected[column] += weight * own[column] / rows.len() as f64;
        }
        for column in (0..columns.first_number).filter(|&column| own[column] > 0.0) {
            offered[column] += weight;
            if own[column] == rows.len() as f64 {
                alone[column] += weight;
            }
        }
        for (at, number) in columns.numbers(rows[0]).iter().enumerate() {
            let differs = |row: &u32| columns.numbers(*row)[at] != *number;
            varies[columns.first_number + at] |= rows.iter().any(differs);
        }
    }
    let weight = problem.weight();
    let level = |at: usize| Level {
        observed: observed[at],
        expected: expected[at],
        offered: offered[at],
        standing: standing(observed[at], offered[at], alone[at]),
    };
    let of = |attribute: usize| {
        let range = alternatives.range(attribute);
        if attribute < alternatives.sizes().len() {
            return Attribute::Levels(range.map(level).collect());
        }
        let place = attribute - alternatives.sizes().len();
        let (centre, scale) = (alternatives.centres()[place], alternatives.scales()[place]);
        let mean = |sum: f64| match weight > 0.0 {
            true => centre + sum * scale / weight,
            false => 0.0,
        };
        Attribute::Number {
            observed: mean(observed[range.start]),
            expected: mean(expected[range.start]),
            compared: varies[range.start],
        }
    };
    (0..alternatives.attributes()).map(of).collect()
}

/// `alone`: weight of the sets of which every alternative has the level.
fn standing(observed: f64, offered: f64, alone: f64) -> Standing {
    // Sums of weights in different orders differ by rounding.
    let none = 1e-9 * offered;
    match offered - alone {
        _ if offered == 0.0 => Standing::NotOffered,
        beside if beside <= none => Standing::NotCompared,
        _ if observed - alone <= none => Standing::NeverTaken,
        _ if offered - observed <= none => Standing::AlwaysTaken,
        _ => Standing::Compared,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Alternatives, Occasions, Sets};
    use std::sync::Arc;

    #[test]
    fn counts_and_what_can_be_told_are_those_of_the_sets() {
        // One attribute of six levels, of which the last is nowhere, and a number.
        let numbers = [vec![1.0, 2.0, 3.0, 4.0, 5.0, 7.0]];
        let alternatives =
            Alternatives::new((0..6).collect(), vec![0, 1, 2, 3, 4, 4], vec![6], &numbers).unwrap();
        let sets = Sets {
            offsets: vec![0, 2, 5, 7],
            rows: vec![0, 1, 0, 2, 3, 4, 5],
        };
        let occasions = Occasions {
            set: vec![0, 0, 1, 1, 2],
            chosen: vec![0, 0, 2, 3, 5],
            group: vec![0, 0, 0, 0, 1],
            chooser: vec![0, 1, 2, 3, 4],
            weight: vec![1.0, 2.0, 1.0, 1.0, 4.0],
        };
        let choices = Choices::new(Arc::new(alternatives), sets, occasions, 3).unwrap();
        let all = evidence(&choices, None);
        let Attribute::Levels(levels) = &all[0] else {
            panic!("{all:?}")
        };
        let told: Vec<_> = levels
            .iter()
            .map(|of| (of.observed, of.offered, of.standing))
            .collect();
        assert_eq!(told[0], (3.0, 5.0, Standing::Compared));
        assert_eq!(told[1], (0.0, 3.0, Standing::NeverTaken));
        assert_eq!(told[2], (1.0, 2.0, Standing::Compared));
        assert_eq!(told[4], (4.0, 4.0, Standing::NotCompared));
        assert_eq!(told[5], (0.0, 0.0, Standing::NotOffered));
        let expected: Vec<f64> = levels.iter().map(|of| of.expected).collect();
        for (value, own) in
            expected
                .iter()
                .zip([1.5 + 2.0 / 3.0, 1.5, 2.0 / 3.0, 2.0 / 3.0, 4.0, 0.0])
        {
            assert!((value - own).abs() < 1e-12, "{expected:?}");
        }
        let Attribute::Number {
            observed,
            expected,
            compared,
        } = all[1]
        else {
            panic!("{all:?}")
        };
        assert!((observed - (3.0 + 3.0 + 4.0 + 28.0) / 9.0).abs() < 1e-12 && compared);
        // Of a group without occasions there is no mean.
        let none = &evidence(&choices, Some(2))[1];
        assert!(
            matches!(none, Attribute::Number { observed, .. } if *observed == 0.0),
            "{none:?}"
        );
        assert!((expected - (4.5 + 16.0 / 3.0 + 24.0) / 9.0).abs() < 1e-12);
        // The first group took level 0 twice of three times; a group without occasions has no counts.
        let Attribute::Levels(levels) = &evidence(&choices, Some(2))[0] else {
            panic!()
        };
        assert!(
            levels
                .iter()
                .all(|of| of.observed == 0.0 && of.standing == Standing::NotOffered)
        );
        assert_eq!(standing(3.0, 3.0, 1.0), Standing::AlwaysTaken);
    }
}
