//! Clusters from links: what is refused and why, and that the order of ties says nothing.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Pairs that speak against each other.
struct Against(BTreeSet<(u32, u32)>);

impl Judge for Against {
    fn opposed(&self, a: u32, b: u32) -> bool {
        self.0.contains(&(a.min(b), a.max(b)))
    }
}

fn against(pairs: &[(u32, u32)]) -> Against {
    Against(pairs.iter().copied().collect())
}

const LIMITS: Limits = Limits {
    certain: 6,
    probable: 4,
    margin: 10,
};

fn tie(a: u32, b: u32, score: i64) -> Tie {
    Tie {
        a,
        b,
        strength: Strength::Probable,
        score,
    }
}

fn certain(a: u32, b: u32) -> Tie {
    Tie {
        a,
        b,
        strength: Strength::Certain,
        score: 0,
    }
}

fn order(a: u32, b: u32, same: bool, turn: i64) -> Order {
    Order { a, b, same, turn }
}

#[test]
fn a_chain_does_not_join_what_is_opposed() {
    let ties = [tie(0, 1, 90), tie(1, 2, 50)];
    let got = link(3, &ties, &[], &against(&[(0, 2)]), &LIMITS).unwrap();
    assert_eq!(got.cluster, [0, 0, 2]);
    assert_eq!(got.outcomes, [Outcome::Joined, Outcome::Opposed(0, 2)]);
    let got = link(3, &ties, &[], &against(&[]), &LIMITS).unwrap();
    assert_eq!(got.cluster, [0, 0, 0]);
}

#[test]
fn of_two_that_fit_alike_none_is_taken() {
    let ties = [tie(0, 1, 55), tie(1, 2, 50)];
    let got = link(3, &ties, &[], &against(&[(0, 2)]), &LIMITS).unwrap();
    assert_eq!(got.cluster, [0, 1, 2]);
    assert_eq!(got.outcomes, [Outcome::Undecided(2), Outcome::Undecided(0)]);
}

#[test]
fn clusters_do_not_run_away() {
    let ties: Vec<Tie> = (1..9)
        .map(|row| tie(row - 1, row, 100 - i64::from(row)))
        .collect();
    let got = link(9, &ties, &[], &against(&[]), &LIMITS).unwrap();
    let sizes = |cluster: &[u32]| {
        let mut counts = vec![0; cluster.len()];
        cluster
            .iter()
            .for_each(|lowest| counts[*lowest as usize] += 1);
        counts.into_iter().max().unwrap()
    };
    assert_eq!(sizes(&got.cluster), 4);
    assert!(got.outcomes.contains(&Outcome::Large(5)));
    let ties: Vec<Tie> = (1..9).map(|row| certain(row - 1, row)).collect();
    assert_eq!(
        sizes(&link(9, &ties, &[], &against(&[]), &LIMITS).unwrap().cluster),
        6
    );
}

#[test]
fn people_are_obeyed_and_the_latest_word_counts() {
    let ties = [certain(0, 1), certain(2, 3)];
    let orders = [order(0, 1, false, 1), order(1, 2, true, 2)];
    let got = link(4, &ties, &orders, &against(&[(1, 2)]), &LIMITS).unwrap();
    assert_eq!(got.cluster, [0, 1, 1, 1]);
    assert_eq!(got.outcomes[0], Outcome::Ordered(0, 1));
    assert!(got.conflicts.is_empty());
    // Said later: 0 is 2, which is 1 already; so that 0 and 1 are not the same cannot be.
    let orders = [
        order(0, 1, false, 1),
        order(1, 2, true, 2),
        order(0, 2, true, 3),
    ];
    let got = link(4, &[], &orders, &against(&[]), &LIMITS).unwrap();
    assert_eq!((got.cluster, got.conflicts), (vec![0, 0, 0, 3], vec![0]));
    // What 2 says is against 1; but a person put it to 0, so that it does not keep 1 from 0.
    let orders = [order(0, 2, true, 1)];
    let got = link(3, &[certain(0, 1)], &orders, &against(&[(1, 2)]), &LIMITS).unwrap();
    assert_eq!(got.cluster, [0, 0, 0]);
    assert!(link(3, &[tie(0, 3, 1)], &[], &against(&[]), &LIMITS).is_err());
}

proptest! {
    #[test]
    fn the_order_of_ties_and_orders_says_nothing(
        pairs in prop::collection::vec((0u32..12, 0u32..12, any::<bool>(), 0i64..40), 0..40),
        words in prop::collection::vec((0u32..12, 0u32..12, any::<bool>()), 0..5),
        oppose in prop::collection::vec((0u32..12, 0u32..12), 0..10),
        seed in any::<u64>(),
    ) {
        let ties: Vec<Tie> = pairs.into_iter().filter(|(a, b, ..)| a != b).map(|(a, b, sure, score)| {
            let strength = if sure { Strength::Certain } else { Strength::Probable };
            Tie { a, b, strength, score }
        }).collect();
        let orders: Vec<Order> = words.into_iter().filter(|(a, b, _)| a != b).zip(0..)
            .map(|((a, b, same), turn)| order(a, b, same, turn)).collect();
        let judge = Against(oppose.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect());
        let got = link(12, &ties, &orders, &judge, &LIMITS).unwrap();
        let mut random = numeric::random::Random::new(seed);
        let (mut ties, mut orders) = (ties, orders);
        random.shuffle(&mut ties);
        random.shuffle(&mut orders);
        let again = link(12, &ties, &orders, &judge, &LIMITS).unwrap();
        prop_assert_eq!(&got.cluster, &again.cluster);
        // Whatever is refused, a person's obeyed words hold.
        for (place, order) in orders.iter().enumerate() {
            let together = got.cluster[order.a as usize] == got.cluster[order.b as usize];
            prop_assert!(again.conflicts.contains(&place) || together == order.same);
        }
    }
}
