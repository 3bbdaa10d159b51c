//! What every model can do: score all items for what somebody has taken.
//!
//! Holds the trait and the lists made by it. A history need not be in the data that a model was fitted on: that is
//! how new customers and baskets without a customer are served.

use rayon::prelude::*;

use crate::{
    sparse::{Row, Sparse},
    top::{Scored, hide, hide_seen, top},
};

/// Histories that are scored together: so many scores of some ten thousand items stay in a few megabytes.
pub(crate) const TOGETHER: usize = 48;

/// A model that scores items by a history of items.
pub trait Recommender: Sync {
    /// Number of items it knows.
    fn items(&self) -> usize;

    /// Scores for each history, row by row: `scores` holds histories × [`Self::items`] numbers and is overwritten.
    /// A greater score is better; scores are comparable within a row. Histories hold items below `items`.
    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]);

    /// Scores of one history.
    fn score(&self, history: Row<'_>) -> Vec<f32> {
        let mut scores = vec![0.0; self.items()];
        self.score_many(&[history], &mut scores);
        scores
    }

    /// The `count` best items that are neither in the history nor in `hidden`, best first.
    fn top(&self, history: Row<'_>, hidden: &[u32], count: usize) -> Vec<Scored> {
        let mut scores = self.score(history);
        hide_seen(&mut scores, history);
        hide(&mut scores, hidden);
        top(&scores, count)
    }
}

/// The lists of all histories, those of a history's own items left out; in the order of the histories, whatever the
/// number of threads.
pub fn lists(model: &dyn Recommender, histories: &Sparse, count: usize) -> Vec<Vec<Scored>> {
    in_blocks(model, histories, |_, history, scores| {
        hide_seen(scores, history);
        top(scores, count)
    })
}

/// Calls `work` with each history's place, the history and its scores, in parallel; results in order.
pub(crate) fn in_blocks<T: Send>(
    model: &dyn Recommender,
    histories: &Sparse,
    work: impl Fn(usize, Row<'_>, &mut [f32]) -> T + Sync,
) -> Vec<T> {
    let items = model.items();
    let blocks = histories.rows().div_ceil(TOGETHER);
    let block = |block: usize| {
        let places = block * TOGETHER..histories.rows().min((block + 1) * TOGETHER);
        let rows: Vec<Row<'_>> = places.clone().map(|place| histories.row(place)).collect();
        let mut scores = vec![0.0; rows.len() * items];
        model.score_many(&rows, &mut scores);
        let each = places.zip(rows).zip(scores.chunks_mut(items.max(1)));
        each.map(|((place, row), scores)| work(place, row, scores))
            .collect::<Vec<T>>()
    };
    let parts: Vec<Vec<T>> = (0..blocks).into_par_iter().map(block).collect();
    parts.into_iter().flatten().collect()
}
