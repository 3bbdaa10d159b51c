//! Who chose what from which set, checked once, and parts of it: some occasions, or fewer alternatives in each set.
//! It must not estimate.

use std::collections::HashMap;
use std::sync::Arc;

use numeric::random::Random;
use rayon::prelude::*;

use crate::alternatives::Alternatives;
use crate::error::{Error, require, require_each, require_len};

/// What could be chosen together; one set may serve many occasions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sets {
    /// Set `s` holds `rows[offsets[s]..offsets[s + 1]]`; one entry more than there are sets, the first 0.
    pub offsets: Vec<usize>,
    /// Rows of the alternatives, none twice in one set.
    pub rows: Vec<u32>,
}

impl Sets {
    #[inline]
    pub(crate) fn of(&self, set: u32) -> &[u32] {
        &self.rows[self.offsets[set as usize]..self.offsets[set as usize + 1]]
    }

    fn count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }
}

/// Choices made, one entry each in every column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Occasions {
    /// The set chosen from.
    pub set: Vec<u32>,
    /// The row chosen.
    pub chosen: Vec<u32>,
    /// The group of the chooser, counted from 0.
    pub group: Vec<u32>,
    /// The chooser: occasions of one are not taken to be independent.
    pub chooser: Vec<u32>,
    /// Weight, above 0.
    pub weight: Vec<f64>,
}

/// Checked choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub(crate) alternatives: Arc<Alternatives>,
    pub(crate) sets: Arc<Sets>,
    pub(crate) occasions: Occasions,
    groups: usize,
}

impl Choices {
    /// Checks and takes what belongs together. `groups`: how many groups there are; some may have no occasion.
    ///
    /// # Errors
    /// [`Error::Empty`] (no occasion, no set, a set without alternatives), [`Error::Mismatch`], [`Error::Value`],
    /// [`Error::NotInSet`].
    pub fn new(
        alternatives: Arc<Alternatives>,
        sets: Sets,
        occasions: Occasions,
        groups: usize,
    ) -> Result<Self, Error> {
        check_sets(&sets, alternatives.rows())?;
        let count = occasions.set.len();
        if count == 0 {
            return Err(Error::Empty { what: "occasions" });
        }
        require_len("chosen", occasions.chosen.len(), count)?;
        require_len("group", occasions.group.len(), count)?;
        require_len("chooser", occasions.chooser.len(), count)?;
        require_len("weight", occasions.weight.len(), count)?;
        require_each(&occasions.set, "set", "it must be one of the sets", |set| {
            (set as usize) < sets.count()
        })?;
        require_each(
            &occasions.group,
            "group",
            "it must be below the number of groups",
            |group| (group as usize) < groups,
        )?;
        require_each(
            &occasions.weight,
            "weight",
            "it must be above 0 and at most 1e9",
            |weight| weight > 0.0 && weight <= 1e9,
        )?;
        for (occasion, (&set, &row)) in occasions.set.iter().zip(&occasions.chosen).enumerate() {
            if !sets.of(set).contains(&row) {
                return Err(Error::NotInSet { occasion, row, set });
            }
        }
        Ok(Self {
            alternatives,
            sets: Arc::new(sets),
            occasions,
            groups,
        })
    }

    /// Number of occasions, at least 1.
    pub fn len(&self) -> usize {
        self.occasions.set.len()
    }

    /// Never true; beside `len` as usual.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// What can be chosen.
    pub fn alternatives(&self) -> &Alternatives {
        &self.alternatives
    }

    /// Places of the occasions of a group, or of all.
    pub(crate) fn places(&self, group: Option<usize>) -> Vec<usize> {
        let within =
            |at: &usize| group.is_none_or(|group| self.occasions.group[*at] as usize == group);
        (0..self.len()).filter(within).collect()
    }

    /// These occasions, in the order named: to part choices to learn from and choices to be tried on.
    ///
    /// # Errors
    /// [`Error::Empty`] where none is named, [`Error::Value`] for a place that is not there.
    pub fn take(&self, places: &[usize]) -> Result<Self, Error> {
        if places.is_empty() {
            return Err(Error::Empty { what: "occasions" });
        }
        require_each(
            places,
            "occasion",
            "it must be below the number of occasions",
            |at| at < self.len(),
        )?;
        let from = &self.occasions;
        let pick = |column: &[u32]| places.iter().map(|&at| column[at]).collect();
        Ok(Self {
            alternatives: self.alternatives.clone(),
            sets: self.sets.clone(),
            occasions: Occasions {
                set: pick(&from.set),
                chosen: pick(&from.chosen),
                group: pick(&from.group),
                chooser: pick(&from.chooser),
                weight: places.iter().map(|&at| from.weight[at]).collect(),
            },
            groups: self.groups,
        })
    }

    /// About `count` occasions of each group at most, all those of choosers drawn at random: choosers are added until
    /// the count is reached.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `count` is 0.
    pub fn at_most(&self, count: usize, seed: u64) -> Result<Self, Error> {
        require(count > 0, "count", count, "at least 1")?;
        let mut kept = Vec::new();
        for group in 0..self.groups {
            let places = self.places(Some(group));
            let mut of: HashMap<u32, usize> = HashMap::new();
            for &at in &places {
                *of.entry(self.occasions.chooser[at]).or_default() += 1;
            }
            let mut choosers: Vec<(u32, usize)> = of.into_iter().collect();
            choosers.sort_unstable();
            Random::stream(seed, group as u64).shuffle(&mut choosers);
            let mut sum = 0;
            let enough = |(_, own): &(u32, usize)| {
                let open = sum < count;
                sum += own;
                open
            };
            let mut drawn: Vec<u32> = choosers
                .into_iter()
                .take_while(enough)
                .map(|(who, _)| who)
                .collect();
            drawn.sort_unstable();
            let is_drawn = |at: &usize| drawn.binary_search(&self.occasions.chooser[*at]).is_ok();
            kept.extend(places.into_iter().filter(is_drawn));
        }
        kept.sort_unstable();
        self.take(&kept)
    }

    /// The same occasions with at most `count` alternatives in each set: the one chosen and others drawn from its set, each
    /// equally likely. The logit of what is left has the same coefficients (uniform conditioning: D. McFadden, "Modelling
    /// the choice of residential location", 1978; K. Train 2009, section 3.7.1). Counts of what is expected are not
    /// kept by it, nor is the likelihood: take those from the whole sets.
    ///
    /// # Errors
    /// [`Error::Parameter`] where `count` is below 2.
    pub fn sample(&self, count: usize, seed: u64) -> Result<Self, Error> {
        require(count >= 2, "count", count, "at least 2")?;
        let draw = |at: usize| {
            let set = self.sets.of(self.occasions.set[at]);
            let chosen = self.occasions.chosen[at];
            if set.len() <= count {
                return set.to_vec();
            }
            // Floyd's way to draw some of many (J. Bentley, R. Floyd 1987), over the set without the one chosen, whose
            // place the last one takes.
            let mut random = Random::stream(seed, at as u64);
            let others = set.len() - 1;
            let mut drawn: Vec<u32> = Vec::with_capacity(count);
            for top in others - (count - 1)..others {
                let place = random.below(top + 1) as u32;
                let fresh = !drawn.contains(&place);
                drawn.push(if fresh { place } else { top as u32 });
            }
            let row = |place: &u32| match set[*place as usize] {
                row if row == chosen => set[others],
                row => row,
            };
            let mut rows: Vec<u32> = drawn.iter().map(row).collect();
            rows.push(chosen);
            rows
        };
        let drawn: Vec<Vec<u32>> = (0..self.len()).into_par_iter().map(draw).collect();
        let mut sets = Sets {
            offsets: vec![0],
            rows: Vec::with_capacity(drawn.iter().map(Vec::len).sum()),
        };
        for rows in &drawn {
            sets.rows.extend_from_slice(rows);
            sets.offsets.push(sets.rows.len());
        }
        let mut occasions = self.occasions.clone();
        occasions.set = (0..self.len() as u32).collect();
        Ok(Self {
            alternatives: self.alternatives.clone(),
            sets: Arc::new(sets),
            occasions,
            groups: self.groups,
        })
    }
}

fn check_sets(sets: &Sets, rows: usize) -> Result<(), Error> {
    if sets.count() == 0 {
        return Err(Error::Empty { what: "sets" });
    }
    require_len("first offset", sets.offsets[0], 0)?;
    require_len("last offset", sets.offsets[sets.count()], sets.rows.len())?;
    require_each(
        &sets.rows,
        "row of a set",
        "it must be a row of the alternatives",
        |row| (row as usize) < rows,
    )?;
    let mut seen = vec![usize::MAX; rows];
    for set in 0..sets.count() {
        let (from, to) = (sets.offsets[set], sets.offsets[set + 1]);
        if from == to {
            return Err(Error::Empty {
                what: "alternatives in a set",
            });
        }
        if from > to || to > sets.rows.len() {
            return Err(Error::Value {
                field: "offset",
                value: to.to_string(),
                at: set + 1,
                legal: "offsets must go up to the number of rows in sets",
            });
        }
        for at in from..to {
            let row = sets.rows[at] as usize;
            if seen[row] == set {
                return Err(Error::Value {
                    field: "row of a set",
                    value: row.to_string(),
                    at,
                    legal: "no row may be twice in a set",
                });
            }
            seen[row] = set;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::test_data::{Shape, drawn};

    fn small() -> (Arc<Alternatives>, Sets, Occasions) {
        let alternatives = Alternatives::new(vec![0, 1, 2], vec![0, 1, 1], vec![2], &[]).unwrap();
        let sets = Sets {
            offsets: vec![0, 2, 5],
            rows: vec![0, 1, 2, 1, 0],
        };
        let occasions = Occasions {
            set: vec![0, 1],
            chosen: vec![1, 2],
            group: vec![0, 1],
            chooser: vec![7, 8],
            weight: vec![1.0, 2.0],
        };
        (Arc::new(alternatives), sets, occasions)
    }

    #[test]
    fn occasions_that_cannot_be_are_refused_and_named() {
        let (alternatives, sets, occasions) = small();
        let of = |sets: &Sets, occasions: &Occasions| {
            Choices::new(alternatives.clone(), sets.clone(), occasions.clone(), 2)
        };
        assert!(of(&sets, &occasions).is_ok());
        let mut wrong = occasions.clone();
        wrong.chosen[0] = 2;
        let error = of(&sets, &wrong).unwrap_err();
        assert_eq!(
            error,
            Error::NotInSet {
                occasion: 0,
                row: 2,
                set: 0
            }
        );
        let mut wrong = occasions.clone();
        wrong.weight[1] = f64::NAN;
        assert!(matches!(
            of(&sets, &wrong),
            Err(Error::Value {
                field: "weight",
                at: 1,
                ..
            })
        ));
        let mut wrong = occasions.clone();
        wrong.group[1] = 2;
        assert!(matches!(
            of(&sets, &wrong),
            Err(Error::Value { field: "group", .. })
        ));
        let mut wrong = occasions.clone();
        wrong.chooser.pop();
        assert!(matches!(
            of(&sets, &wrong),
            Err(Error::Mismatch {
                field: "chooser",
                ..
            })
        ));
        assert!(matches!(
            of(&sets, &Occasions::default()),
            Err(Error::Empty { .. })
        ));
        assert!(of(&sets, &occasions).unwrap().take(&[2]).is_err());
    }

    #[test]
    fn sets_that_cannot_be_are_refused() {
        let (alternatives, _, occasions) = small();
        let with = |offsets: Vec<usize>, rows: Vec<u32>| {
            let sets = Sets { offsets, rows };
            Choices::new(alternatives.clone(), sets, occasions.clone(), 2).unwrap_err()
        };
        assert!(matches!(
            with(vec![0, 2, 2], vec![0, 1]),
            Error::Empty { .. }
        ));
        assert!(matches!(
            with(vec![], vec![]),
            Error::Empty { what: "sets" }
        ));
        assert!(matches!(
            with(vec![0, 3, 2], vec![0, 1]),
            Error::Value { .. }
        ));
        assert!(matches!(
            with(vec![0, 2, 4], vec![0, 1, 2, 2]),
            Error::Value { .. }
        ));
        assert!(matches!(
            with(vec![0, 2, 4], vec![0, 1, 2, 3]),
            Error::Value { .. }
        ));
    }

    #[test]
    fn samples_hold_the_chosen_and_as_many_others_each_as_likely() {
        let (choices, _) = drawn(&Shape::plain(4_000), 3);
        let sampled = choices.sample(5, 9).unwrap();
        assert_eq!(sampled, choices.sample(5, 9).unwrap());
        assert_ne!(sampled, choices.sample(5, 8).unwrap());
        let mut counts = vec![0; choices.alternatives.rows()];
        for at in 0..sampled.len() {
            let set = sampled.sets.of(sampled.occasions.set[at]);
            let chosen = sampled.occasions.chosen[at];
            let mut rows = set.to_vec();
            rows.sort_unstable();
            rows.dedup();
            assert!(rows.len() == 5 && rows.contains(&chosen));
            let whole = choices.sets.of(choices.occasions.set[at]);
            assert!(rows.iter().all(|row| whole.contains(row)));
            rows.iter()
                .filter(|row| **row != chosen)
                .for_each(|&row| counts[row as usize] += 1);
        }
        // Each alternative is drawn in proportion to how often it was there and not chosen.
        let mut chances = vec![0.0; counts.len()];
        for at in 0..choices.len() {
            let set = choices.sets.of(choices.occasions.set[at]);
            for &row in set
                .iter()
                .filter(|row| **row != choices.occasions.chosen[at])
            {
                chances[row as usize] += 4.0 / (set.len() - 1) as f64;
            }
        }
        for (count, chance) in counts.iter().zip(&chances) {
            assert!(
                (f64::from(*count) - chance).abs() < 4.5 * chance.sqrt(),
                "{count} {chance}"
            );
        }
    }

    #[test]
    fn at_most_keeps_choosers_whole() {
        let (choices, _) = drawn(&Shape::grouped(3_000, 3), 3);
        let some = choices.at_most(300, 1).unwrap();
        for group in 0..3 {
            let count = some.places(Some(group)).len();
            assert!((300..320).contains(&count), "{count}");
        }
        let all = |choices: &Choices, who: u32| {
            choices
                .occasions
                .chooser
                .iter()
                .filter(|of| **of == who)
                .count()
        };
        for &who in &some.occasions.chooser[..50] {
            assert_eq!(all(&some, who), all(&choices, who));
        }
        assert_eq!(choices.at_most(usize::MAX, 1).unwrap(), choices);
    }
}
