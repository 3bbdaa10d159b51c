//! How good lists are, against what was taken afterwards.
//!
//! Holds measures of lists that are already made. Protocol: all items ranked, a row's own items left out, mean over
//! the rows with something to find (X. He and others, "LightGCN", SIGIR 2020, section 4.1; BARS). Formulas:
//!
//! - recall@k: hits / items to find; precision@k: hits / k; hit rate (PHR): share of rows with a hit
//! - NDCG@k: `Σ 1/log2(place + 1)` of the hits, over the same of min(k, items to find) places
//! - MRR@k: 1 / place of the first hit, 0 without
//! - coverage: share of items in any list; Gini: how unevenly items fill the lists, 0 even to 1
//! - novelty: mean of `-log2` of the share of rows that hold a listed item (S. Vargas, P. Castells, "Rank and
//!   relevance in novelty and diversity metrics", RecSys 2011, section 4)
//! - popularity lift: mean count of listed items over that of the rows' own items, less 1 (H. Abdollahpouri and
//!   others, "The connection between popularity bias, calibration, and fairness", RecSys 2020, section 4)
//! - diversity: 1 less the mean cosine of pairs of a list by the rows that hold both (C.-N. Ziegler and others,
//!   "Improving recommendation lists through topic diversification", WWW 2005, section 3)

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    error::{require, require_size},
    recommender::{Recommender, lists},
    sparse::Sparse,
    top::Scored,
};

/// How good one list is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Hits / items to find.
    pub recall: f64,
    /// Hits / length asked for.
    pub precision: f64,
    /// Discounted gain over the best possible.
    pub ndcg: f64,
    /// 1 with a hit, else 0; its mean is the hit rate, PHR.
    pub hit_rate: f64,
    /// 1 / place of the first hit.
    pub mrr: f64,
}

impl Accuracy {
    /// Of the first `count` of a list, against the items to find, ascending; the best possible list holds as many of them
    /// as it has places. All 0 where nothing is to find.
    pub fn of(list: &[Scored], find: &[u32], count: usize) -> Self {
        Self::beside(list, find, count, count.min(find.len()))
    }

    /// The same beside the whole of what is to find, however short the list: a basket of 15 is not found by 10 hits (M. Li
    /// and others, "A next basket recommendation reality check", TOIS 41, 2023, section 4.3).
    pub fn of_whole(list: &[Scored], find: &[u32], count: usize) -> Self {
        Self::beside(list, find, count, find.len())
    }

    /// With so many hits, at the first places, as the best possible.
    pub(crate) fn beside(list: &[Scored], find: &[u32], count: usize, ideal: usize) -> Self {
        let mut of = Self::default();
        let mut hits = 0.0;
        for (place, listed) in list.iter().take(count).enumerate() {
            if find.binary_search(&listed.item).is_ok() {
                if hits == 0.0 {
                    of.mrr = 1.0 / (place + 1) as f64;
                }
                hits += 1.0;
                of.ndcg += gain(place);
            }
        }
        if hits > 0.0 {
            of.recall = hits / find.len() as f64;
            of.precision = hits / count as f64;
            of.hit_rate = 1.0;
            of.ndcg /= (0..ideal).map(gain).sum::<f64>();
        }
        of
    }

    /// The means of some; all 0 of none.
    pub fn mean(of: &[Self]) -> Self {
        let mean = |value: fn(&Self) -> f64| {
            of.iter().map(value).sum::<f64>() / (of.len() as f64).max(1.0)
        };
        Self {
            recall: mean(|of| of.recall),
            precision: mean(|of| of.precision),
            ndcg: mean(|of| of.ndcg),
            hit_rate: mean(|of| of.hit_rate),
            mrr: mean(|of| of.mrr),
        }
    }
}

/// What a hit at a place, counted from 0, is worth.
fn gain(place: usize) -> f64 {
    1.0 / (place as f64 + 2.0).log2()
}

/// How good the lists of many are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Rows with something to find: the means are over them.
    pub rows: usize,
    /// Length of the lists.
    pub count: usize,
    /// Means over rows.
    pub accuracy: Accuracy,
    /// Share of items in any list.
    pub coverage: f64,
    /// How unevenly items fill the lists.
    pub gini: f64,
    /// Mean surprise of a listed item, in bits.
    pub novelty: f64,
    /// How much more popular listed items are than the rows' own: 0 as they, 1 twice.
    pub popularity_lift: f64,
    /// 1 less the mean likeness of two in a list.
    pub diversity: f64,
}

/// Makes the lists of all rows of `train` with something to find in `test`, and measures them.
///
/// # Errors
/// [`Error::Mismatch`] where the two or the model differ in shape; [`Error::Parameter`] for a length of 0;
/// [`Error::Empty`] where nothing is to find.
pub fn evaluate(
    model: &dyn Recommender,
    train: &Sparse,
    test: &Sparse,
    count: usize,
) -> Result<Evaluation, Error> {
    require_size("test rows", test.rows(), train.rows())?;
    require_size("test columns", test.cols(), train.cols())?;
    require_size("the model's items", model.items(), train.cols())?;
    require(count > 0, "count", count, "at least 1")?;
    let rows: Vec<u32> = (0..train.rows() as u32)
        .filter(|&row| !test.row(row as usize).is_empty())
        .collect();
    if rows.is_empty() {
        return Err(Error::Empty { field: "test" });
    }
    let lists = lists(model, &train.take_rows(&rows), count);
    Ok(measure(&lists, &rows, train, test, count))
}

/// Recall and NDCG alone, of rows with something to find; shapes are the caller's care.
pub(crate) fn recall_and_ndcg(
    model: &dyn Recommender,
    train: &Sparse,
    test: &Sparse,
    count: usize,
) -> Result<(f64, f64), Error> {
    if test.is_empty() {
        return Err(Error::Empty { field: "test" });
    }
    let lists = lists(model, train, count);
    let each = lists
        .iter()
        .enumerate()
        .filter(|(row, _)| !test.row(*row).is_empty());
    let each: Vec<Accuracy> = each
        .map(|(row, list)| Accuracy::of(list, test.row(row).items, count))
        .collect();
    let mean = Accuracy::mean(&each);
    Ok((mean.recall, mean.ndcg))
}

/// Measures lists of the named rows.
fn measure(
    lists: &[Vec<Scored>],
    rows: &[u32],
    train: &Sparse,
    test: &Sparse,
    count: usize,
) -> Evaluation {
    let each = lists.iter().zip(rows);
    let each: Vec<Accuracy> = each
        .map(|(list, &row)| Accuracy::of(list, test.row(row as usize).items, count))
        .collect();
    let counts = train.column_counts();
    let mut shown = vec![0u32; train.cols()];
    let (mut novelty, mut listed, mut popular) = (0.0, 0.0, 0.0);
    for scored in lists.iter().flatten() {
        let holders = f64::from(counts[scored.item as usize]);
        shown[scored.item as usize] += 1;
        listed += 1.0;
        popular += holders;
        // An item that nobody holds is as new as one that one in twice as many holds.
        novelty -= (holders.max(0.5) / train.rows() as f64).log2();
    }
    let own = rows.iter().flat_map(|&row| train.row(row as usize).items);
    let (held, own) = own.fold((0.0f64, 0.0), |(held, sum), &item| {
        (held + 1.0, sum + f64::from(counts[item as usize]))
    });
    let lift = (popular / listed) / (own / held) - 1.0;
    Evaluation {
        rows: rows.len(),
        count,
        accuracy: Accuracy::mean(&each),
        coverage: shown.iter().filter(|&&shown| shown > 0).count() as f64 / shown.len() as f64,
        gini: gini(&mut shown),
        novelty: novelty / f64::max(listed, 1.0),
        popularity_lift: if lift.is_finite() { lift } else { 0.0 },
        diversity: diversity(lists, &train.transpose()),
    }
}

/// `Σ (2 i - n - 1) x_i / (n Σ x)` of ascending x (G. Shani, A. Gunawardana, "Evaluating recommendation systems",
/// 2011, section 3.3.1).
fn gini(shown: &mut [u32]) -> f64 {
    shown.sort_unstable();
    let n = shown.len() as f64;
    let total: f64 = shown.iter().map(|&x| f64::from(x)).sum();
    let each = shown.iter().enumerate();
    let lean: f64 = each
        .map(|(i, &x)| (2.0 * i as f64 + 1.0 - n) * f64::from(x))
        .sum();
    if total > 0.0 { lean / (n * total) } else { 0.0 }
}

/// 1 less the mean cosine of two in a list, by the rows that hold both.
fn diversity(lists: &[Vec<Scored>], holders: &Sparse) -> f64 {
    let of_list = |list: &Vec<Scored>| {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (place, one) in list.iter().enumerate() {
            let one = holders.row(one.item as usize).items;
            for other in &list[..place] {
                let other = holders.row(other.item as usize).items;
                pairs += 1.0;
                let size = (one.len() as f64 * other.len() as f64).sqrt();
                sum += shared(one, other) as f64 / size.max(1.0);
            }
        }
        if pairs > 0.0 { 1.0 - sum / pairs } else { 0.0 }
    };
    let each: Vec<f64> = lists.par_iter().map(of_list).collect();
    each.iter().sum::<f64>() / (each.len() as f64).max(1.0)
}

/// Numbers in both of two ascending lists.
fn shared(mut one: &[u32], mut other: &[u32]) -> usize {
    let mut both = 0;
    while let (Some(a), Some(b)) = (one.first(), other.first()) {
        both += usize::from(a == b);
        let (a, b) = (a <= b, b <= a);
        one = &one[usize::from(a)..];
        other = &other[usize::from(b)..];
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::popular::Popular;

    fn list(items: &[u32]) -> Vec<Scored> {
        items
            .iter()
            .map(|&item| Scored { item, score: 0.0 })
            .collect()
    }

    #[test]
    fn one_list_by_hand() {
        // Hits at the places 2 and 4 of 4; three to find.
        let of = Accuracy::of(&list(&[7, 1, 8, 3, 5]), &[1, 3, 5], 4);
        assert_eq!((of.recall, of.precision), (2.0 / 3.0, 0.5));
        assert_eq!((of.hit_rate, of.mrr), (1.0, 0.5));
        let gained = 1.0 / 3f64.log2() + 1.0 / 5f64.log2();
        let best = 1.0 + 1.0 / 3f64.log2() + 0.5;
        assert!((of.ndcg - gained / best).abs() < 1e-15);
        assert_eq!(Accuracy::of(&list(&[7]), &[1], 4), Accuracy::default());
        // The ideal holds no more places than there are to find.
        assert_eq!(Accuracy::of(&list(&[1, 7, 8]), &[1], 3).ndcg, 1.0);
        // Nor more than the list has, but where the whole is asked for.
        let (short, find) = (list(&[1]), [1, 3, 5]);
        assert_eq!(Accuracy::of(&short, &find, 1).ndcg, 1.0);
        let whole = Accuracy::of_whole(&short, &find, 1);
        assert!((whole.ndcg - 1.0 / best).abs() < 1e-15);
        assert_eq!(whole.recall, 1.0 / 3.0);
    }

    #[test]
    fn many_lists_by_hand() {
        let train = Sparse::from_lists(4, &[vec![0, 1], vec![0], vec![0, 2], vec![3]]);
        let test = Sparse::from_lists(4, &[vec![2], vec![1, 3], vec![], vec![0]]);
        let (train, test) = (train.expect("legal"), test.expect("legal"));
        let of = evaluate(&Popular::fit(&train), &train, &test, 1).expect("legal");
        // Lists: [2], [1], [0] of the rows 0, 1, 3; equal counts go by number.
        assert_eq!((of.rows, of.count), (3, 1));
        assert!((of.accuracy.recall - (1.0 + 0.5 + 1.0) / 3.0).abs() < 1e-15);
        assert_eq!(of.accuracy.ndcg, 1.0);
        assert_eq!(of.coverage, 0.75);
        // Shown 0, 1, 1, 1 times, ascending: (-3·0 - 1 + 1 + 3) / (4 · 3).
        assert_eq!(of.gini, 3.0 / 12.0);
        let bits = (2.0 + 2.0 + -(0.75f64).log2()) / 3.0;
        assert!((of.novelty - bits).abs() < 1e-15);
        // Listed: counts 1, 1, 3; own: 3, 1, 3, 1.
        assert!((of.popularity_lift - (5.0 / 3.0 / 2.0 - 1.0)).abs() < 1e-15);
    }

    #[test]
    fn diversity_by_hand() {
        let train = Sparse::from_lists(3, &[vec![0, 1], vec![0, 1, 2], vec![2]]).expect("legal");
        let holders = train.transpose();
        // 0 and 1 have the same customers; 0 and 2 share one of two each.
        assert_eq!(diversity(&[list(&[0, 1])], &holders), 0.0);
        assert_eq!(diversity(&[list(&[0, 1]), list(&[0, 2])], &holders), 0.25);
    }

    #[test]
    fn shapes_that_differ_are_refused() {
        let train = Sparse::from_lists(2, &[vec![0]]).expect("legal");
        let none = Sparse::from_lists(2, &[vec![]]).expect("legal");
        let longer = Sparse::from_lists(2, &[vec![1], vec![0]]).expect("legal");
        let model = Popular::fit(&train);
        assert!(matches!(
            evaluate(&model, &train, &none, 1),
            Err(Error::Empty { .. })
        ));
        assert!(matches!(
            evaluate(&model, &train, &longer, 1),
            Err(Error::Mismatch { .. })
        ));
        assert!(matches!(
            evaluate(&model, &train, &train, 0),
            Err(Error::Parameter { .. })
        ));
    }
}
