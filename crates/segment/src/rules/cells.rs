//! Cells: named rules in order that divide all members, and how far they overlap. It must not know whom
//! they are about.

use super::{Columns, Rule, RuleError, Truth, Vocabulary};
use serde::{Deserialize, Serialize};

/// One named rule of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What its members are called.
    pub name: String,
    /// Who is in it, unless an earlier cell has them.
    pub when: Rule,
}

/// Cells in order: a member is in the first whose rule is true. Becomes a [`ValidScheme`] by
/// [`Scheme::check`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The cells, first match first; one at least.
    pub cells: Vec<Cell>,
    /// What all others are called; `None` where they are in no cell.
    #[serde(rename = "else", default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

impl Scheme {
    /// Checks the names of the cells, and the rules against a vocabulary.
    ///
    /// # Errors
    /// [`RuleError::Cell`] for a name that is empty or there twice, [`RuleError::Parameter`] where there is
    /// no cell, and as [`Rule::checked`].
    pub fn check(self, vocabulary: &Vocabulary) -> Result<ValidScheme, RuleError> {
        if self.cells.is_empty() {
            return Err(RuleError::Parameter {
                field: "cells",
                value: "empty".into(),
                legal: "one cell at least",
            });
        }
        let names = self.cells.iter().map(|cell| cell.name.as_str());
        let names: Vec<&str> = names.chain(self.otherwise.as_deref()).collect();
        for (place, name) in names.iter().enumerate() {
            let refuse = |mend| {
                Err(RuleError::Cell {
                    number: place + 1,
                    name: (*name).to_string(),
                    mend,
                })
            };
            if name.trim().is_empty() {
                return refuse("give it a name");
            }
            if names[..place].contains(name) {
                return refuse("another cell has this name; give it a name of its own");
            }
        }
        let cells = self.cells.into_iter().map(|cell| {
            Ok(Cell {
                name: cell.name,
                when: cell.when.checked(vocabulary)?,
            })
        });
        Ok(ValidScheme(Self {
            cells: cells.collect::<Result<_, RuleError>>()?,
            otherwise: self.otherwise,
        }))
    }
}

/// A checked scheme, ready to assign.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidScheme(Scheme);

/// Two cells whose rules are both true of some members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The earlier cell, which has them.
    pub first: usize,
    /// The later one, which would have them too.
    pub second: usize,
    /// Of how many members.
    pub members: usize,
}

/// Who is in which cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// Names of the cells in order, then that of all others where there is one.
    pub names: Vec<String>,
    /// Of each member, the place of its cell in `names`; `None` where it is in none.
    pub cells: Vec<Option<usize>>,
    /// Members of each of `names`.
    pub members: Vec<usize>,
    /// Members in no cell.
    pub without: usize,
    /// Members whom a value that is not known kept out of an earlier cell than theirs, or out of all.
    pub undecided: usize,
    /// Members of whom several rules are true.
    pub several: usize,
    /// Pairs of cells that overlap, in order.
    pub overlaps: Vec<Overlap>,
}

impl ValidScheme {
    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.0
    }

    /// Puts every member of `columns` into its cell.
    ///
    /// # Errors
    /// As [`Rule::evaluate`].
    pub fn assign(&self, columns: &Columns) -> Result<Assignment, RuleError> {
        let Scheme { cells, otherwise } = &self.0;
        let truths = cells.iter().map(|cell| cell.when.evaluate(columns));
        let truths: Vec<Vec<Truth>> = truths.collect::<Result<_, _>>()?;
        let names = cells.iter().map(|cell| cell.name.clone());
        let names: Vec<String> = names.chain(otherwise.clone()).collect();
        let others = otherwise.is_some().then_some(cells.len());
        let mut both = vec![0; cells.len() * cells.len()];
        let mut found = Assignment {
            members: vec![0; names.len()],
            names,
            cells: Vec::with_capacity(columns.rows()),
            without: 0,
            undecided: 0,
            several: 0,
            overlaps: Vec::new(),
        };
        for member in 0..columns.rows() {
            let holds = |cell: &usize| truths[*cell][member] == Truth::True;
            let matching: Vec<usize> = (0..cells.len()).filter(holds).collect();
            for (place, first) in matching.iter().enumerate() {
                for second in &matching[place + 1..] {
                    both[first * cells.len() + second] += 1;
                }
            }
            found.several += usize::from(matching.len() > 1);
            let first = matching.first().copied();
            let earlier = &truths[..first.unwrap_or(cells.len())];
            let unknown = earlier.iter().any(|cell| cell[member] == Truth::Unknown);
            found.undecided += usize::from(unknown);
            let cell = first.or(others);
            match cell {
                Some(cell) => found.members[cell] += 1,
                None => found.without += 1,
            }
            found.cells.push(cell);
        }
        let pairs = both.iter().enumerate().filter(|(_, members)| **members > 0);
        found.overlaps = pairs
            .map(|(pair, members)| Overlap {
                first: pair / cells.len(),
                second: pair % cells.len(),
                members: *members,
            })
            .collect();
        Ok(found)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Column, Entity};
    use super::*;

    fn scheme(cells: &[(&str, &str)], otherwise: Option<&str>) -> Scheme {
        let cells = cells.iter().map(|(name, when)| Cell {
            name: (*name).to_string(),
            when: Rule::parse(when).unwrap(),
        });
        Scheme {
            cells: cells.collect(),
            otherwise: otherwise.map(str::to_string),
        }
    }

    fn names() -> Vocabulary {
        Vocabulary::of(Entity::Customers)
    }

    #[test]
    fn the_first_match_wins_and_overlaps_are_told() {
        let spend = [Some(500.0), Some(150.0), Some(20.0), None];
        let columns = Columns::new(4)
            .with("spend", Column::Numbers(spend.to_vec()))
            .unwrap();
        let cells = [
            ("Big", "spend >= 400"),
            ("Middle", "spend >= 100"),
            ("Known", "spend is known"),
        ];
        let found = scheme(&cells, Some("Others")).check(&names()).unwrap();
        let found = found.assign(&columns).unwrap();
        assert_eq!(found.cells, [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(found.members, [1, 1, 1, 1]);
        assert_eq!(found.names, ["Big", "Middle", "Known", "Others"]);
        assert_eq!((found.without, found.undecided, found.several), (0, 1, 2));
        let pairs = found.overlaps.iter();
        let pairs: Vec<_> = pairs.map(|o| (o.first, o.second, o.members)).collect();
        assert_eq!(pairs, [(0, 1, 1), (0, 2, 1), (1, 2, 2)]);
        let found = scheme(&cells[..2], None).check(&names()).unwrap();
        let found = found.assign(&columns).unwrap();
        assert_eq!(found.cells, [Some(0), Some(1), None, None]);
        assert_eq!((found.without, found.undecided), (2, 1));
    }

    #[test]
    fn names_tell_cells_apart() {
        let twice = [("A", "spend > 1"), ("A", "spend > 2")];
        let told = scheme(&twice, None).check(&names()).unwrap_err();
        assert!(
            told.to_string().starts_with("cell 2 is called 'A'"),
            "{told}"
        );
        assert!(scheme(&twice[..1], Some("A")).check(&names()).is_err());
        assert!(scheme(&[(" ", "spend > 1")], None).check(&names()).is_err());
        assert!(scheme(&[], Some("A")).check(&names()).is_err());
    }

    #[test]
    fn a_scheme_travels_as_json() {
        let cells = scheme(&[("A", "spend > 1")], Some("B"));
        let json = serde_json::to_string(&cells).unwrap();
        assert_eq!(
            json,
            r#"{"cells":[{"name":"A","when":{"compare":{"left":{"name":"spend"},"is":">","right":{"number":1.0}}}}],"else":"B"}"#
        );
        assert_eq!(serde_json::from_str::<Scheme>(&json).unwrap(), cells);
    }
}
