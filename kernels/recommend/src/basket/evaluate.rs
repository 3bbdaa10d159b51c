//! Measures of next baskets: all items, and repeats and new ones apart.
//!
//! Holds the measures. Recall over the basket, NDCG with the ideal over the whole basket, PHR any hit (M. Li and others,
//! "A next basket recommendation reality check", TOIS 41, 2023, section 4.3).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{NextBasket, Sequences};
use crate::{
    Error,
    error::{require, require_size},
    metrics::Accuracy,
    sparse::Sparse,
    top::top,
};

/// How good lists of next baskets are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BasketEvaluation {
    /// Customers with a basket to find.
    pub customers: usize,
    /// Length of the lists.
    pub count: usize,
    /// Against the whole basket.
    pub all: Accuracy,
    /// Against the items that the customer had taken before, over customers with any; the best list holds all of these.
    pub repeat: Accuracy,
    /// Against the items that are new to him, over customers with any; the best list holds all of these.
    pub explore: Accuracy,
    /// Share of the items to find that are repeats.
    pub repeat_share: f64,
    /// Share of the items listed that are repeats.
    pub listed_repeat_share: f64,
}

struct One {
    all: Accuracy,
    repeat: Option<Accuracy>,
    explore: Option<Accuracy>,
    /// To find, of these repeats, listed, of these repeats.
    counts: [usize; 4],
}

/// Makes the lists of all customers with a basket in `find`, and measures them.
///
/// # Errors
/// [`Error::Mismatch`] where shapes differ, [`Error::Parameter`] for a length of 0, [`Error::Empty`] where nothing is to
/// find.
pub fn evaluate(
    model: &dyn NextBasket,
    histories: &Sequences,
    find: &Sparse,
    count: usize,
) -> Result<BasketEvaluation, Error> {
    require_size("find rows", find.rows(), histories.customers())?;
    require_size("the model's items", model.items(), find.cols())?;
    require_size("the histories' items", histories.items(), find.cols())?;
    require(count > 0, "count", count, "at least 1")?;
    if find.is_empty() {
        return Err(Error::Empty { field: "find" });
    }
    let one = |customer: usize| {
        let find = find.row(customer).items;
        let history = histories.of(customer);
        let mut scores = vec![0.0; model.items()];
        model.score(history, &mut scores);
        let list = top(&scores, count);
        let mut known: Vec<u32> = history
            .baskets()
            .flat_map(|row| row.items)
            .copied()
            .collect();
        known.sort_unstable();
        let is_known = |item: &u32| known.binary_search(item).is_ok();
        let (old, new): (Vec<u32>, Vec<u32>) = find.iter().partition(|item| is_known(item));
        let some = |of: &[u32]| (!of.is_empty()).then(|| Accuracy::of_whole(&list, of, count));
        let repeats = list.iter().filter(|listed| is_known(&listed.item)).count();
        One {
            all: Accuracy::of_whole(&list, find, count),
            repeat: some(&old),
            explore: some(&new),
            counts: [find.len(), old.len(), list.len(), repeats],
        }
    };
    let each: Vec<One> = (0..find.rows())
        .into_par_iter()
        .filter(|&customer| !find.row(customer).is_empty())
        .map(one)
        .collect();
    let total = |place: usize| each.iter().map(|one| one.counts[place]).sum::<usize>() as f64;
    let mean = |of: fn(&One) -> Option<Accuracy>| {
        Accuracy::mean(&each.iter().filter_map(of).collect::<Vec<_>>())
    };
    Ok(BasketEvaluation {
        customers: each.len(),
        count,
        all: mean(|one| Some(one.all)),
        repeat: mean(|one| one.repeat),
        explore: mean(|one| one.explore),
        repeat_share: total(1) / total(0),
        listed_repeat_share: total(3) / total(2).max(1.0),
    })
}
