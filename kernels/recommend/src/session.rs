//! What comes next within a visit, by the visits of others.
//!
//! Holds transitions between items of one session, for shoppers without a history. Sequential rules (M. Ludewig,
//! D. Jannach, "Evaluation of session-based recommendation algorithms", UMUAI 28, 2018, section 3.1): whenever j comes
//! s steps after i, the rule i → j gains `1 / s`. The last item seen speaks loudest: each one before counts `fade` times as
//! much as the one after it.

use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::require,
    neighbours::Neighbours,
    recommender::Recommender,
    sparse::Sparse,
    top::{Best, Scored, hide, top},
};

/// How rules are counted and used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// Most steps between two items of a rule: 1 to 1,000; 10 in the paper.
    pub steps: usize,
    /// Power of popularity by which rules to popular items count less: 0 to 1.
    pub popularity: f32,
    /// How much the item before counts against the last: 0 to 1.
    pub fade: f32,
    /// Rules kept of each item: 1 to 100,000.
    pub keep: usize,
}

/// Rules between items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    rules: Neighbours,
    fade: f32,
}

impl Session {
    /// Counts rules in sessions: the items of each in the order in which they were looked at or taken, repeats allowed.
    ///
    /// # Errors
    /// [`Error::Parameter`]; [`Error::Value`] for an item that is not below `items`, with the place of its session.
    pub fn fit(sessions: &[Vec<u32>], items: usize, params: Params) -> Result<Self, Error> {
        require(
            (1..=1_000).contains(&params.steps),
            "steps",
            params.steps,
            "1 to 1,000",
        )?;
        let unit = |value: f32| (0.0..=1.0).contains(&value);
        let legal = "a number from 0 to 1";
        require(
            unit(params.popularity),
            "popularity",
            params.popularity,
            legal,
        )?;
        require(unit(params.fade), "fade", params.fade, legal)?;
        require(
            (1..=100_000).contains(&params.keep),
            "keep",
            params.keep,
            "1 to 100,000",
        )?;
        let mut counts = vec![0u32; items];
        let mut rules = Vec::new();
        for (at, session) in sessions.iter().enumerate() {
            for (place, &item) in session.iter().enumerate() {
                let Some(count) = counts.get_mut(item as usize) else {
                    let (field, value) = ("sessions", item.to_string());
                    let legal = "items are below the number of items";
                    return Err(Error::Value {
                        field,
                        value,
                        at,
                        legal,
                    });
                };
                *count += 1;
                let before = session[..place].iter().rev().take(params.steps).enumerate();
                let others = before.filter(|(_, other)| **other != item);
                rules.extend(others.map(|(step, &other)| (other, item, 1.0 / (step + 1) as f32)));
            }
        }
        let sums = Sparse::from_triples(items, items, &rules)?;
        let row = |item: usize| {
            let mut best = Best::new(params.keep);
            for (other, sum) in sums.row(item).pairs() {
                best.offer(
                    other as u32,
                    sum / (counts[other] as f32).powf(params.popularity),
                );
            }
            let mut row: Vec<(u32, f32)> = best
                .finish()
                .into_iter()
                .map(|best| (best.item, best.score))
                .collect();
            row.sort_unstable_by_key(|pair| pair.0);
            row
        };
        let rules = Sparse::from_sorted_rows(items, (0..items).map(row).collect());
        Ok(Self {
            rules: Neighbours::from_weights(rules)?,
            fade: params.fade,
        })
    }

    /// Scores of all items after a session, the last item seen last.
    ///
    /// # Errors
    /// [`Error::Value`] for an item that is not known.
    pub fn score(&self, session: &[u32]) -> Result<Vec<f32>, Error> {
        let mut scores = vec![0.0; self.rules.items()];
        let mut weight = 1.0;
        for (at, &item) in session.iter().enumerate().rev() {
            if item as usize >= scores.len() {
                let (field, value) = ("session", item.to_string());
                let legal = "items are below the number of items";
                return Err(Error::Value {
                    field,
                    value,
                    at,
                    legal,
                });
            }
            for (other, rule) in self.rules.weights().row(item as usize).pairs() {
                scores[other] += weight * rule;
            }
            weight *= self.fade;
        }
        Ok(scores)
    }

    /// The `count` best items after a session that are neither in it nor hidden.
    ///
    /// # Errors
    /// [`Error::Value`] for an item that is not known.
    pub fn top(&self, session: &[u32], hidden: &[u32], count: usize) -> Result<Vec<Scored>, Error> {
        let mut scores = self.score(session)?;
        hide(&mut scores, session);
        hide(&mut scores, hidden);
        let mut best = top(&scores, count);
        // What no rule leads to is no answer.
        best.retain(|best| best.score > 0.0);
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: Params = Params {
        steps: 2,
        popularity: 0.0,
        fade: 0.5,
        keep: 10,
    };

    #[test]
    fn rules_by_hand() {
        let sessions = [vec![0, 1, 2, 3], vec![0, 2]];
        let model = Session::fit(&sessions, 5, PARAMS).expect("legal");
        // 0 → 1 at one step, 0 → 2 at two and at one, 0 → 3 is too far.
        assert_eq!(model.score(&[0]).expect("known"), [0.0, 1.0, 1.5, 0.0, 0.0]);
        // 1 → 2, 1 → 3 by half; half of 0's.
        assert_eq!(
            model.score(&[0, 1]).expect("known"),
            [0.0, 0.5, 1.75, 0.5, 0.0]
        );
        let best = model.top(&[0, 1], &[2], 9).expect("known");
        assert_eq!(best.iter().map(|best| best.item).collect::<Vec<_>>(), [3]);
        assert!(model.top(&[4], &[], 3).expect("known").is_empty());
        let even = Params {
            popularity: 1.0,
            ..PARAMS
        };
        let model = Session::fit(&sessions, 5, even).expect("legal");
        assert_eq!(
            model.score(&[0]).expect("known"),
            [0.0, 1.0, 0.75, 0.0, 0.0]
        );
    }

    #[test]
    fn items_that_are_not_known_are_refused() {
        assert!(Session::fit(&[vec![5]], 5, PARAMS).is_err());
        let model = Session::fit(&[vec![0, 1]], 5, PARAMS).expect("legal");
        assert!(model.score(&[0, 5]).is_err());
        assert!(
            Session::fit(
                &[],
                5,
                Params {
                    fade: 2.0,
                    ..PARAMS
                }
            )
            .is_err()
        );
    }
}
