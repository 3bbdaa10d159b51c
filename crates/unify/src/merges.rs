//! Which keys are one customer, as rows that can be put and taken away, and changes of them by hand that undo exactly.
//! Holds no fact and no profile: facts keep the key they came with.

use crate::Error;
use crate::record::Decision;
use retail::CustomerKey;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Rows key → customer of merged keys. A key without a row is its own customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "Vec<(CustomerKey, CustomerKey)>",
    into = "Vec<(CustomerKey, CustomerKey)>"
)]
pub struct Merges {
    rows: BTreeMap<CustomerKey, CustomerKey>,
    /// Per customer the keys of its rows.
    merged: BTreeMap<CustomerKey, BTreeSet<CustomerKey>>,
}

/// A key that goes from one customer to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The key.
    pub key: CustomerKey,
    /// Its customer before.
    pub before: CustomerKey,
    /// Its customer after.
    pub after: CustomerKey,
}

/// A change by hand: what it moves now, and what it tells the next run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Keys whose customer changes, in order.
    pub moves: Vec<Move>,
    /// Decisions to keep with it; whoever takes the change back withdraws them, too.
    pub decisions: Vec<Decision>,
}

impl From<Vec<(CustomerKey, CustomerKey)>> for Merges {
    fn from(rows: Vec<(CustomerKey, CustomerKey)>) -> Self {
        Self::of(&rows)
    }
}

impl From<Merges> for Vec<(CustomerKey, CustomerKey)> {
    fn from(merges: Merges) -> Self {
        merges.rows.into_iter().collect()
    }
}

impl Merges {
    /// The rows of keys and their customers; a key that is its own customer needs none.
    pub fn of(customers: &[(CustomerKey, CustomerKey)]) -> Self {
        let mut merges = Self::default();
        customers
            .iter()
            .for_each(|&(key, customer)| merges.put(key, customer));
        merges
    }

    /// The rows, in order of keys.
    pub fn rows(&self) -> impl Iterator<Item = (CustomerKey, CustomerKey)> + '_ {
        self.rows.iter().map(|(key, customer)| (*key, *customer))
    }

    /// The customer of a key.
    pub fn customer(&self, key: CustomerKey) -> CustomerKey {
        self.rows.get(&key).copied().unwrap_or(key)
    }

    /// All keys of a customer, its own among them, in order.
    pub fn members(&self, customer: CustomerKey) -> Vec<CustomerKey> {
        let mut members = self.merged.get(&customer).cloned().unwrap_or_default();
        members.insert(customer);
        members.into_iter().collect()
    }

    /// Makes the customers of two keys one, under the smaller key. `turn` numbers the decision.
    pub fn join(&self, a: CustomerKey, b: CustomerKey, turn: i64) -> Change {
        let (one, other) = (self.customer(a), self.customer(b));
        let (into, from) = (one.min(other), one.max(other));
        let moved = if into == from {
            Vec::new()
        } else {
            self.members(from)
        };
        let moves = moved.into_iter().map(|key| Move {
            key,
            before: from,
            after: into,
        });
        Change {
            moves: moves.collect(),
            decisions: vec![Decision {
                a,
                b,
                same: true,
                turn,
            }],
        }
    }

    /// Takes keys out of their customer, so that they are one customer of their own and the others stay one. Each of both
    /// sides is said not to be the same, so that the next run does not merge them again.
    ///
    /// # Errors
    /// [`Error::NotTogether`] where the keys are not of one customer.
    pub fn part(&self, keys: &[CustomerKey], turn: i64) -> Result<Change, Error> {
        let parted: BTreeSet<CustomerKey> = keys.iter().copied().collect();
        let Some(&first) = parted.first() else {
            return Ok(Change {
                moves: Vec::new(),
                decisions: Vec::new(),
            });
        };
        let customer = self.customer(first);
        if let Some(second) = parted.iter().find(|key| self.customer(**key) != customer) {
            return Err(Error::NotTogether {
                first: first.0,
                second: second.0,
            });
        }
        let members = self.members(customer);
        let left: Vec<_> = members
            .iter()
            .copied()
            .filter(|key| !parted.contains(key))
            .collect();
        let after = |key: &CustomerKey| match parted.contains(key) {
            true => first,
            false => left.first().copied().unwrap_or(*key),
        };
        let moves = members.iter().map(|key| Move {
            key: *key,
            before: customer,
            after: after(key),
        });
        let moves = moves.filter(|step| step.before != step.after).collect();
        let pairs = parted
            .iter()
            .flat_map(|a| left.iter().map(move |b| (*a, *b)));
        let decisions = pairs
            .map(|(a, b)| Decision {
                a,
                b,
                same: false,
                turn,
            })
            .collect();
        Ok(Change { moves, decisions })
    }

    /// Carries a change out.
    ///
    /// # Errors
    /// [`Error::Changed`] where a key is no longer where the change found it; nothing is moved then.
    pub fn apply(&mut self, change: &Change) -> Result<(), Error> {
        self.walk(change.moves.iter().copied())
    }

    /// Takes a change back: what stood before it stands again, row by row.
    ///
    /// # Errors
    /// [`Error::Changed`] where a key is no longer where the change left it; nothing is moved then.
    pub fn revert(&mut self, change: &Change) -> Result<(), Error> {
        let back = |step: &Move| Move {
            key: step.key,
            before: step.after,
            after: step.before,
        };
        self.walk(change.moves.iter().map(back))
    }

    fn walk(&mut self, moves: impl Iterator<Item = Move> + Clone) -> Result<(), Error> {
        let stale = moves
            .clone()
            .find(|step| self.customer(step.key) != step.before);
        if let Some(Move { key, before, .. }) = stale {
            let found = self.customer(key).0;
            return Err(Error::Changed {
                key: key.0,
                found,
                expected: before.0,
            });
        }
        moves.for_each(|step| self.put(step.key, step.after));
        Ok(())
    }

    fn put(&mut self, key: CustomerKey, customer: CustomerKey) {
        if let Some(old) = self.rows.remove(&key)
            && let Some(keys) = self.merged.get_mut(&old)
        {
            keys.remove(&key);
            if keys.is_empty() {
                self.merged.remove(&old);
            }
        }
        if key != customer {
            self.rows.insert(key, customer);
            self.merged.entry(customer).or_default().insert(key);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: i64) -> CustomerKey {
        CustomerKey(n)
    }

    #[test]
    fn parts_are_customers_of_their_own() {
        let mut merges = Merges::of(&[1, 2, 3, 4].map(|n| (key(n), key(1))));
        assert_eq!(
            merges.rows().count(),
            3,
            "a customer's own key needs no row"
        );
        let change = merges.part(&[key(1), key(3)], 7).unwrap();
        assert_eq!(change.decisions.len(), 4);
        merges.apply(&change).unwrap();
        assert_eq!(
            [1, 2, 3, 4].map(|n| merges.customer(key(n)).0),
            [1, 2, 1, 2]
        );
        assert_eq!(merges.members(key(2)), [key(2), key(4)]);
        let join = merges.join(key(4), key(9), 8);
        assert_eq!(
            merges.apply(&change),
            Err(Error::Changed {
                key: 2,
                found: 2,
                expected: 1
            })
        );
        merges.apply(&join).unwrap();
        assert_eq!(merges.customer(key(9)), key(2));
        assert_eq!(
            merges.part(&[key(1), key(2)], 9),
            Err(Error::NotTogether {
                first: 1,
                second: 2
            })
        );
        let text = serde_json::to_string(&merges).unwrap();
        assert_eq!(text, "[[3,1],[4,2],[9,2]]");
        assert_eq!(serde_json::from_str::<Merges>(&text).unwrap(), merges);
    }

    proptest! {
        #[test]
        fn undoing_is_exact(
            rows in prop::collection::vec((0i64..12, 0i64..12), 0..12),
            steps in prop::collection::vec((any::<bool>(), 0i64..12, 0i64..12), 1..10),
        ) {
            // Customers are smallest keys: build them as a run would.
            let mut merges = Merges::default();
            for (a, b) in rows {
                let change = merges.join(key(a), key(b), 0);
                merges.apply(&change).unwrap();
            }
            let mut done = Vec::new();
            for (is_join, a, b) in steps {
                let before = merges.clone();
                let change = match is_join {
                    true => merges.join(key(a), key(b), 1),
                    false => match merges.part(&[key(a)], 1) { Ok(change) => change, Err(_) => continue },
                };
                merges.apply(&change).unwrap();
                let together = merges.customer(key(a)) == merges.customer(key(b));
                prop_assert!(!is_join || together);
                // A customer is the smallest of its keys, always.
                for (key, customer) in merges.rows() {
                    prop_assert!(customer < key);
                    prop_assert_eq!(merges.customer(customer), customer);
                }
                done.push((before, change));
            }
            for (before, change) in done.into_iter().rev() {
                merges.revert(&change).unwrap();
                prop_assert_eq!(&merges, &before);
            }
        }
    }
}
