//! What was live before, and how the clusters of now changed since, as far as that may be told. It must not read
//! anything.

use super::{Sums, share};
use crate::views::{EmptyCluster, WorthBefore, WorthChange};
use crate::workbench::hands::HandNames;
use crate::workbench::scenarios::in_tens;
use govern::SmallCells;
use retail::Money;
use std::collections::{BTreeMap, BTreeSet};

/// What was live before.
pub(super) struct Before {
    pub run_id: String,
    pub title: String,
    pub from: String,
    pub to: String,
    /// All its clusters, shown or not.
    pub all: BTreeSet<i32>,
    /// Their proposed names.
    pub proposed: BTreeMap<i32, String>,
    /// The cluster of before by the one of now.
    pub same: BTreeMap<i32, i32>,
    pub sums: Sums,
    pub sales: Money,
}

impl Before {
    /// Whether it had a cluster of now.
    pub fn has(&self, cluster: i32) -> bool {
        let before = self.same.get(&cluster);
        before.is_some_and(|before| self.all.contains(before))
    }

    /// How the clusters of now changed that may be told. Of customers in steps of the least number shown, and none by
    /// fewer people than that, nor another of the same answer that would give it away. The sizes are exact, so whoever
    /// notes those of both publications can subtract them.
    pub fn changes(
        &self,
        sums: &Sums,
        sales: Money,
        cells: Option<SmallCells>,
    ) -> BTreeMap<i32, WorthChange> {
        let k = cells.map_or(1, SmallCells::k);
        let each = sums.iter().filter_map(|(cluster, (members, own, _))| {
            let (then, was, _) = self.sums.get(self.same.get(cluster)?)?;
            let more = *members as i64 - *then as i64;
            let share_sales =
                share(own.to_f64(), sales.to_f64()) - share(was.to_f64(), self.sales.to_f64());
            Some((*cluster, more, share_sales))
        });
        let each: Vec<(i32, i64, f64)> = each.collect();
        let people: Vec<u64> = each
            .iter()
            .map(|(_, more, _)| more.unsigned_abs())
            .collect();
        let told = match cells {
            Some(cells) => cells.table(&people).cells,
            None => people.iter().copied().map(Some).collect(),
        };
        let shown = each.into_iter().zip(told);
        shown
            .filter_map(|((cluster, more, share_sales), people)| {
                let people = in_tens(people? as usize, k) as i64;
                let members = more.signum() * people;
                let change = WorthChange {
                    members,
                    share_sales,
                };
                Some((cluster, change))
            })
            .collect()
    }

    /// As it is shown, its clusters called as they are now.
    pub fn view(self, names: &HandNames) -> WorthBefore {
        let lasting: BTreeSet<i32> = self.same.values().copied().collect();
        let gone = self
            .sums
            .keys()
            .filter(|cluster| !lasting.contains(cluster));
        WorthBefore {
            gone: gone
                .map(|cluster| EmptyCluster {
                    cluster: *cluster,
                    name: match self.proposed.get(cluster) {
                        Some(proposed) => names.name(*cluster, proposed).0,
                        None => format!("cluster {cluster}"),
                    },
                })
                .collect(),
            run_id: self.run_id,
            title: self.title,
            from: self.from,
            to: self.to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::worth::Costed;

    fn sums(members: &[u64]) -> Sums {
        let each = (1..).zip(members);
        each.map(|(cluster, members)| (cluster, (*members, Money(1), Costed::default())))
            .collect()
    }

    fn told(was: &[u64], is: &[u64], cells: Option<SmallCells>) -> Vec<(i32, i64)> {
        let before = Before {
            run_id: String::new(),
            title: String::new(),
            from: String::new(),
            to: String::new(),
            all: (1..=was.len() as i32).collect(),
            proposed: BTreeMap::new(),
            same: (1..=is.len() as i32)
                .map(|number| (number, number))
                .collect(),
            sums: sums(was),
            sales: Money(1),
        };
        let all = before.changes(&sums(is), Money(1), cells);
        all.iter()
            .map(|(cluster, change)| (*cluster, change.members))
            .collect()
    }

    #[test]
    fn changes_of_few_people_are_not_told_nor_what_would_give_them_away() {
        let cells = SmallCells::new(10).ok();
        let was = [100, 200, 300, 400];
        // Three people came into the second: the next one is hidden with it.
        let is = [130, 203, 340, 400];
        assert_eq!(told(&was, &is, cells), [(1, 30), (4, 0)]);
        assert_eq!(told(&was, &is, None), [(1, 30), (2, 3), (3, 40), (4, 0)]);
        // Nothing is left to hide it behind: nothing is told.
        assert_eq!(told(&was, &[100, 203, 300, 400], cells), []);
        assert_eq!(told(&was, &was, cells), [(1, 0), (2, 0), (3, 0), (4, 0)]);
    }
}
