//! The best of many scores, exactly, with those left out that must not be shown.
//!
//! Holds the selection alone. Order: the higher score first, of equal scores the lower number first; so a list
//! never depends on how work was cut.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::sparse::Row;

/// An item and its score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The item.
    pub item: u32,
    /// Its score; comparable within one list only.
    pub score: f32,
}

impl Scored {
    /// Better ones first.
    fn order(&self, other: &Self) -> Ordering {
        let by_score = other.score.total_cmp(&self.score);
        by_score.then(self.item.cmp(&other.item))
    }
}

/// Takes items out of a list: their scores become minus infinity, which [`top`] never shows.
pub fn hide(scores: &mut [f32], items: &[u32]) {
    for &item in items {
        if let Some(score) = scores.get_mut(item as usize) {
            *score = f32::NEG_INFINITY;
        }
    }
}

/// Hides what a row holds: what a customer has already.
pub fn hide_seen(scores: &mut [f32], seen: Row<'_>) {
    hide(scores, seen.items);
}

/// The `count` best, best first; fewer where fewer scores are above minus infinity. A score that is not a number
/// is never shown.
pub fn top(scores: &[f32], count: usize) -> Vec<Scored> {
    let mut best = Best::new(count);
    for (item, &score) in scores.iter().enumerate() {
        best.offer(item as u32, score);
    }
    best.finish()
}

/// The best so far: candidates are gathered, and cut to `count` when twice as many are there.
#[derive(Debug)]
pub(crate) struct Best {
    count: usize,
    least: f32,
    held: Vec<Scored>,
}

impl Best {
    pub fn new(count: usize) -> Self {
        let held = Vec::with_capacity(2 * count + 16);
        let least = f32::NEG_INFINITY;
        Self { count, least, held }
    }

    /// What a score must exceed to be among the best; equal ones may be as well.
    #[inline]
    pub fn least(&self) -> f32 {
        self.least
    }

    #[inline]
    pub fn offer(&mut self, item: u32, score: f32) {
        // False for what is not a number. Equal to the least may still win by its number.
        if score >= self.least && score > f32::NEG_INFINITY {
            self.held.push(Scored { item, score });
            if self.held.len() >= 2 * self.count + 16 {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if self.held.len() > self.count && self.count > 0 {
            self.held
                .select_nth_unstable_by(self.count - 1, Scored::order);
            self.held.truncate(self.count);
            self.least = self.held[self.count - 1].score;
        }
    }

    pub fn finish(mut self) -> Vec<Scored> {
        self.held.sort_unstable_by(Scored::order);
        self.held.truncate(self.count);
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use numeric::random::Random;

    #[test]
    fn equals_go_by_number_and_hidden_never_show() {
        let mut scores = vec![1.0, 3.0, 3.0, f32::NAN, 2.0, 3.0];
        hide(&mut scores, &[1, 99]);
        let items: Vec<u32> = top(&scores, 3).iter().map(|best| best.item).collect();
        assert_eq!(items, [2, 5, 4]);
        assert_eq!(top(&scores, 9).len(), 4);
        assert!(top(&scores, 0).is_empty());
    }

    #[test]
    fn as_a_full_sort_gives_it() {
        let mut random = Random::new(5);
        for count in [1, 7, 100] {
            // Few different values: many equals.
            let scores: Vec<f32> = (0..3_000).map(|_| random.below(40) as f32).collect();
            let mut all: Vec<usize> = (0..scores.len()).collect();
            all.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
            let found: Vec<usize> = top(&scores, count)
                .iter()
                .map(|s| s.item as usize)
                .collect();
            assert_eq!(found, all[..count]);
        }
    }
}
