//! Small cells: counts of so few persons that showing them would say something about one of them.
//! It must not know what is counted.

use crate::refusal::Refusal;

/// The smallest count of persons shown inside the company, unless a project says otherwise.
pub const CELL_MIN: u64 = 10;

/// The rule for counts of persons: none between one and `k` − 1 is shown. A count of zero speaks of nobody
/// and is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmallCells {
    k: u64,
}

impl Default for SmallCells {
    fn default() -> Self {
        Self { k: CELL_MIN }
    }
}

/// Counts that add up to a total, as far as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The counts; `None` where one is hidden.
    pub cells: Vec<Option<u64>>,
    /// The total; `None` where it would tell a hidden count.
    pub total: Option<u64>,
    /// How many counts are hidden.
    pub hidden: usize,
}

impl Suppressed {
    /// The shares of the total; `None` where the count or the total is hidden, or the total is zero.
    pub fn shares(&self) -> Vec<Option<f64>> {
        let share = |cell: &Option<u64>| match (*cell, self.total) {
            (Some(cell), Some(total)) if total > 0 => Some(cell as f64 / total as f64),
            _ => None,
        };
        self.cells.iter().map(share).collect()
    }
}

impl SmallCells {
    /// The rule with another smallest count: 5 to 1,000, because below 5 what is hidden can be computed.
    pub fn new(k: u64) -> Result<Self, Refusal> {
        if (5..=1_000).contains(&k) {
            return Ok(Self { k });
        }
        Err(Refusal {
            why: format!("{k} is no smallest count of persons"),
            how: "choose 5 to 1000".to_string(),
        })
    }

    /// The smallest count shown.
    pub fn k(self) -> u64 {
        self.k
    }

    /// A count that stands alone; `None` where it is too small.
    pub fn count(self, count: u64) -> Option<u64> {
        (count == 0 || count >= self.k).then_some(count)
    }

    /// Counts that add up to a total. Beside those too small, others are hidden until what is hidden cannot
    /// be computed from the total: the next one after the first hidden, going round. The place decides and
    /// not the size, because a choice by size would say how large the hidden one is. Where no other is
    /// left, everything is hidden, zeros and total too.
    pub fn table(self, counts: &[u64]) -> Suppressed {
        let places = 0..counts.len();
        let mut hidden: Vec<usize> = places
            .clone()
            .filter(|i| self.count(counts[*i]).is_none())
            .collect();
        let mut total = Some(counts.iter().sum());
        let first = hidden.first().copied().unwrap_or(0);
        let mut spare = places
            .map(|i| (first + i) % counts.len())
            .filter(|i| counts[*i] >= self.k);
        while !hidden.is_empty() && !self.enough(counts, &hidden) {
            match spare.next() {
                Some(next) => hidden.push(next),
                None => {
                    total = None;
                    hidden = (0..counts.len()).collect();
                    break;
                }
            }
        }
        let shown = |(i, count): (usize, &u64)| (!hidden.contains(&i)).then_some(*count);
        Suppressed {
            cells: counts.iter().enumerate().map(shown).collect(),
            total,
            hidden: hidden.len(),
        }
    }

    /// Whether the hidden counts protect each other: a single one is the difference to the total, fewer
    /// than `k` persons are a small cell themselves, and if there are as many persons as counts, each is one.
    fn enough(self, counts: &[u64], hidden: &[usize]) -> bool {
        let persons: u64 = hidden.iter().map(|i| counts[*i]).sum();
        hidden.len() > 1 && persons >= self.k && persons > hidden.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn counts_alone() {
        let cells = SmallCells::default();
        let check = |count, shown| assert_eq!(cells.count(count), shown, "{count}");
        check(0, Some(0));
        check(1, None);
        check(9, None);
        check(10, Some(10));
        for k in [0, 1, 4, 1_001] {
            assert!(SmallCells::new(k).is_err(), "{k}");
        }
        assert_eq!(SmallCells::new(50).map(SmallCells::k), Ok(50));
    }

    #[test]
    fn tables_hide_a_second_count() {
        let check = |counts: &[u64], cells: &[Option<u64>], total: Option<u64>| {
            let table = SmallCells::default().table(counts);
            assert_eq!(table.cells, cells, "{counts:?}");
            assert_eq!(table.total, total, "{counts:?}");
            let hidden = cells.iter().filter(|cell| cell.is_none()).count();
            assert_eq!(table.hidden, hidden);
        };
        check(&[30, 40], &[Some(30), Some(40)], Some(70));
        check(&[5, 40, 30], &[None, None, Some(30)], Some(75));
        check(&[40, 30, 5], &[None, Some(30), None], Some(75));
        check(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 30], &[None; 11], Some(40));
        check(&[5, 6, 30], &[None, None, Some(30)], Some(41));
        check(&[2, 3, 30], &[None, None, None], Some(35));
        check(&[5, 0, 30], &[None, Some(0), None], Some(35));
        check(&[5], &[None], None);
        check(&[5, 0], &[None, None], None);
        check(&[0, 0], &[Some(0), Some(0)], Some(0));
        check(&[], &[], Some(0));
    }

    #[test]
    fn shares_follow_what_is_shown() {
        let shares = |counts: &[u64]| SmallCells::default().table(counts).shares();
        assert_eq!(shares(&[30, 10]), [Some(0.75), Some(0.25)]);
        assert_eq!(
            shares(&[30, 5, 25, 60]),
            [Some(0.25), None, None, Some(0.5)]
        );
        assert_eq!(shares(&[5]), [None]);
        assert_eq!(shares(&[0]), [None]);
    }

    /// An attacker who knows the rule and sees the answer cannot tell any hidden count: for each, at least
    /// two tables give the same answer. All tables of two to four counts up to about 3 k are tried.
    #[test]
    fn no_hidden_count_can_be_computed() {
        for (k, columns, top) in [(5, 2, 20), (5, 3, 16), (5, 4, 16), (7, 3, 22), (10, 3, 30)] {
            let cells = SmallCells { k };
            let mut answers: HashMap<_, Vec<Vec<u64>>> = HashMap::new();
            let size = u64::pow(top + 1, columns);
            for code in 0..size {
                let digit = |i| code / u64::pow(top + 1, i) % (top + 1);
                let counts: Vec<_> = (0..columns).map(digit).collect();
                let answer = cells.table(&counts);
                let key = (answer.cells, answer.total);
                answers.entry(key).or_default().push(counts);
            }
            for ((shown, total), tables) in answers {
                // Tables at the rim have partners that were not tried.
                if total.is_some_and(|total| total > top) {
                    continue;
                }
                for i in (0..shown.len()).filter(|i| shown[*i].is_none()) {
                    let first = tables[0][i];
                    let told = tables.iter().all(|table| table[i] == first);
                    assert!(!told, "k {k}, {shown:?} of {total:?} is {:?}", tables[0]);
                }
            }
        }
    }
}
