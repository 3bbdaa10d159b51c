//! Next baskets by hand, and the choice on baskets with habits.

use numeric::{Silent, random::Random};

use super::*;
use crate::test_data::on_threads;

fn small() -> Sequences {
    let lists = vec![
        vec![vec![0, 1], vec![0], vec![2]],
        vec![vec![1], vec![1, 3]],
        vec![vec![0, 1], vec![3]],
    ];
    Sequences::from_lists(5, &lists).expect("legal")
}

fn scores(model: &dyn NextBasket, of: &Sequences, customer: usize) -> Vec<f32> {
    let mut scores = vec![9.0; model.items()];
    model.score(of.of(customer), &mut scores);
    scores
}

/// 300 customers: two staples each in most baskets, and what follows from the basket before.
fn habits() -> Sequences {
    let mut random = Random::new(8);
    let mut customer = |of: usize| {
        let mut before = random.below(20);
        let mut baskets = Vec::new();
        for _ in 0..8 {
            let mut basket = vec![(before + 20) as u32];
            before = (before + 1) % 20;
            for staple in [of % 10, 10 + of % 7] {
                if random.below(10) < 8 {
                    basket.push(staple as u32);
                }
            }
            baskets.push(basket);
        }
        baskets
    };
    let lists: Vec<_> = (0..300).map(&mut customer).collect();
    Sequences::from_lists(40, &lists).expect("legal")
}

#[test]
fn sequences_are_cut_and_checked() {
    let (before, last) = small().leave_last();
    assert_eq!(before.of(0).len(), 2);
    assert_eq!(last.row(0).items, [2]);
    assert_eq!(last.row(2).items, [3]);
    let one = Sequences::from_lists(2, &[vec![vec![1]]]).expect("legal");
    let (before, last) = one.leave_last();
    assert!(before.of(0).len() == 1 && last.is_empty());
    let baskets = Sparse::from_lists(2, &[vec![1]]).expect("legal");
    assert!(Sequences::new(vec![0, 2], baskets.clone()).is_err());
    assert!(Sequences::new(vec![0, 2, 1], baskets.clone()).is_err());
    assert!(Sequences::new(vec![], baskets).is_err());
}

#[test]
fn frequency_by_hand() {
    // Of seven baskets, 0: 3, 1: 4, 2: 1, 3: 2.
    let model = PersonalFrequency::fit(&small(), 2.0, 0).expect("legal");
    let found = scores(&model, &small(), 0);
    let third = 2.0 / 3.0;
    assert_eq!(
        found,
        [0.75 + third + third, 1.0 + third, 0.25 + third, 0.5, 0.0]
    );
    let lately = PersonalFrequency::fit(&small(), 0.0, 1).expect("legal");
    // Last baskets: 2; 1 and 3; 3.
    assert_eq!(scores(&lately, &small(), 0), [0.0, 0.5, 0.5, 1.0, 0.0]);
}

#[test]
fn fading_groups_by_hand() {
    let params = TifuParams {
        neighbours: 1,
        within: 0.5,
        between: 0.25,
        own: 1.0,
        group: 2,
    };
    let model = TifuKnn::fit(&small(), params).expect("legal");
    // Customer 0: groups [{0,1}], [{0},{2}]; the older fades by .25, in the newer one the first by .5; means of two.
    let found = scores(&model, &small(), 0);
    assert_eq!(
        found,
        [
            0.25 / 2.0 + 0.5 / 2.0 / 2.0,
            0.25 / 2.0,
            1.0 / 2.0 / 2.0,
            0.0,
            0.0
        ]
    );
    let params = TifuParams { own: 0.0, ..params };
    let model = TifuKnn::fit(&small(), params).expect("legal");
    // Customer 2, one group: {0,1} by .5, {3} by 1, halved. Nearest to him is 1: {1} by .5, {1,3} by 1, halved.
    assert_eq!(scores(&model, &small(), 2), [0.0, 0.75, 0.0, 0.5, 0.0]);
}

#[test]
fn latest_shares_of_like_customers_by_hand() {
    let params = UpCfParams {
        recent: 1,
        asymmetry: 0.5,
        locality: 2.0,
    };
    let model = UpCf::fit(&small(), params).expect("legal");
    let found = scores(&model, &small(), 1);
    // He: {1, 3}, latest 1 and 3. Customer 0 shares 1 of {0,1,2}: 1/6 squared cosine, latest 2. Customer 2 shares 1 and
    // 3 of {0,1,3}: 4/6, latest 3.
    let want = [0.0, 1.0, 1.0 / 6.0, 1.0 + 4.0 / 6.0, 0.0];
    for (found, want) in found.iter().zip(want) {
        assert!((found - want).abs() < 1e-6, "{found} {want}");
    }
    // One who is not among the customers counts himself as well.
    let new = Sequences::from_lists(5, &[vec![vec![4]]]).expect("legal");
    assert_eq!(scores(&model, &new, 0), [0.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn what_follows_by_hand() {
    let model = FollowUps::fit(&small(), 0.5, 0.5, 9).expect("legal");
    let found = scores(&model, &small(), 1);
    // After 1 came 0 once, 1 once, 3 twice; after 3 nothing. The last basket holds 1 and 3, the one before 1.
    let of = |times: f32, count: f32| 1.5 * times / (4.0 * count).sqrt();
    let want = [of(1.0, 3.0), of(1.0, 4.0), 0.0, of(2.0, 2.0), 0.0];
    for (found, want) in found.iter().zip(want) {
        assert!((found - want).abs() < 1e-6, "{found} {want}");
    }
}

#[test]
fn repeats_and_new_ones_are_measured_apart() {
    let find = Sparse::from_lists(5, &[vec![0, 3], vec![4], vec![]]).expect("legal");
    let model = PersonalFrequency::fit(&small(), 100.0, 0).expect("legal");
    // Lists of 2: customer 0 gets 0, 1; customer 1 gets 1, 3.
    let found = evaluate(&model, &small(), &find, 2).expect("legal");
    assert_eq!((found.customers, found.count), (2, 2));
    assert_eq!(found.all.recall, 0.25);
    assert_eq!(found.all.hit_rate, 0.5);
    assert_eq!((found.repeat.recall, found.explore.recall), (1.0, 0.0));
    assert_eq!(
        (found.repeat_share, found.listed_repeat_share),
        (1.0 / 3.0, 1.0)
    );
    // A list of 1 that hits does not find a basket of 3, nor its two repeats: the ideal is the whole of each.
    let find = Sparse::from_lists(5, &[vec![0, 1, 3], vec![], vec![]]).expect("legal");
    let found = evaluate(&model, &small(), &find, 1).expect("legal");
    let two = 1.0 + 1.0 / 3f64.log2();
    assert!(
        (found.all.ndcg - 1.0 / (two + 0.5)).abs() < 1e-15,
        "{found:?}"
    );
    assert!((found.repeat.ndcg - 1.0 / two).abs() < 1e-15, "{found:?}");
}

/// Seven kinds of baskets of six staples: no list of two finds a whole one.
#[test]
fn what_a_blend_reached_is_measured_as_its_settings_are() {
    let lists: Vec<Vec<Vec<u32>>> = (0..40u32)
        .map(|of| vec![(0..6).map(|n| of % 7 * 6 + n).collect(); 4])
        .collect();
    let train = Sequences::from_lists(42, &lists).expect("legal");
    let choice = choose(&train, 2, 40, 1, &Silent).expect("legal");
    // Every list of own staples hits twice: recall 2 of 6, gain of two places over that of six.
    let gain = |places: usize| {
        (0..places)
            .map(|n| 1.0 / (n as f64 + 2.0).log2())
            .sum::<f64>()
    };
    let best = (2.0 / 6.0 + gain(2) / gain(6)) / 2.0;
    assert!(
        (choice.reached - best).abs() < 1e-12,
        "{} {best}",
        choice.reached
    );
    let most = choice
        .trials
        .iter()
        .map(|trial| (trial.recall + trial.ndcg) / 2.0);
    assert!((most.fold(0.0, f64::max) - best).abs() < 1e-12);
}

#[test]
fn the_blend_finds_habits_and_what_follows() {
    let (before, last) = habits().leave_last();
    let choice = choose(&before, 3, 200, 1, &Silent).expect("legal");
    let found = evaluate(&choice.model, &before, &last, 3).expect("legal");
    let own = PersonalFrequency::fit(&before, 1_000.0, 0).expect("legal");
    let own = evaluate(&own, &before, &last, 3).expect("legal");
    assert!(found.all.ndcg > own.all.ndcg + 0.1, "{found:?} {own:?}");
    assert!(found.explore.recall > 0.7, "{found:?}");
    assert!(
        choice
            .trials
            .iter()
            .all(|trial| choice.reached >= (trial.recall + trial.ndcg) / 2.0 - 1e-12)
    );
}

#[test]
fn the_same_on_any_number_of_threads() {
    let (before, last) = habits().leave_last();
    on_threads(|| {
        let choice = choose(&before, 3, 100, 1, &Silent).expect("legal");
        let found = evaluate(&choice.model, &before, &last, 3).expect("legal");
        (choice, found)
    });
}
