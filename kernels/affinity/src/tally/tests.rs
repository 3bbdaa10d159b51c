//! Live equals rebuild, whatever the order; batch equals one by one, on any number of threads.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::decay::{Params, UNIT};

const LANDMARK: i64 = 1_700_000_000;

fn decay() -> Decay {
    Params {
        landmark: LANDMARK,
        half_life: 90 * 86_400,
    }
    .check()
    .unwrap()
}

fn rebuilt(pieces: &[(i64, i64)]) -> Tally {
    let mut tally = Tally::default();
    for &(at, weight) in pieces {
        tally.add(&decay(), at, weight).unwrap();
    }
    tally
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Pieces come in any order, some late, some are taken back, before or after others come.
    #[test]
    fn live_is_what_a_rebuild_gives(
        history in prop::collection::vec(
            (-200_000_000i64..60_000_000, -3_000_000i64..3_000_000, any::<bool>(), any::<u32>(), any::<u32>()),
            0..40,
        ),
    ) {
        let decay = decay();
        let mut steps = Vec::new();
        let mut stay = Vec::new();
        for (at, weight, back, when, later) in history {
            let piece = (LANDMARK + at, weight);
            let comes = u64::from(when);
            steps.push((comes, true, piece));
            if back {
                steps.push((comes + 1 + u64::from(later), false, piece));
            } else {
                stay.push(piece);
            }
        }
        steps.sort_by_key(|&(when, ..)| when);
        let mut live = Tally::default();
        for (_, comes, (at, weight)) in steps {
            if comes {
                live.add(&decay, at, weight).unwrap();
            } else {
                live.retract(&decay, at, weight).unwrap();
            }
        }
        prop_assert_eq!(live, rebuilt(&stay));
        stay.reverse();
        prop_assert_eq!(live, rebuilt(&stay));
        let (left, right) = stay.split_at(stay.len() / 2);
        let mut joined = rebuilt(right);
        joined.merge(&rebuilt(left)).unwrap();
        prop_assert_eq!(live, joined);
    }
}

proptest! {
    #[test]
    fn opposite_evidence_lowers(
        pieces in prop::collection::vec((-9_000_000i64..0, -2_000_000i64..2_000_000), 0..20),
        weight in -2_000_000i64..-1,
    ) {
        let pieces: Vec<_> = pieces.iter().map(|&(at, weight)| (LANDMARK + at, weight)).collect();
        let before = rebuilt(&pieces);
        let mut after = before;
        after.add(&decay(), LANDMARK, weight).unwrap();
        prop_assert!(after.evidence < before.evidence);
        prop_assert!(after.kept() <= before.kept());
        prop_assert!(after.opposes > before.opposes);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn groups_are_tallied_as_one_by_one(
        sizes in prop::collection::vec(0usize..5, 0..2_000),
    ) {
        let mut starts = vec![0];
        let (mut at, mut weights) = (Vec::new(), Vec::new());
        for (group, size) in sizes.iter().enumerate() {
            for piece in 0..*size {
                at.push(LANDMARK - (group * 7_919 + piece * 104_729) as i64);
                weights.push((group as i64 * 31 + piece as i64 * 17) % 2_001 * 1_000 - 1_000_000);
            }
            starts.push(at.len());
        }
        let found = tallies(&decay(), &starts, &at, &weights).unwrap();
        for (group, tally) in found.iter().enumerate() {
            let range = starts[group]..starts[group + 1];
            let pieces: Vec<_> = range.map(|i| (at[i], weights[i])).collect();
            prop_assert_eq!(*tally, rebuilt(&pieces));
        }
    }
}

#[test]
fn threads_change_nothing() {
    let starts: Vec<usize> = (0..=4_000).map(|group| group * 3).collect();
    let at: Vec<i64> = (0..12_000).map(|i| LANDMARK - i * 9_973).collect();
    let weights: Vec<i64> = (0..12_000)
        .map(|i| (i * 7_907) % 1_500_000 - 500_000)
        .collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build()
            .unwrap()
            .install(|| tallies(&decay(), &starts, &at, &weights).unwrap())
    };
    assert_eq!(on(1), on(5));
}

#[test]
fn what_does_not_fit_is_refused() {
    let run =
        |starts: &[usize], at: &[i64], weights: &[i64]| tallies(&decay(), starts, at, weights);
    assert_eq!(run(&[], &[], &[]), Ok(vec![]));
    assert!(run(&[0, 2], &[0], &[0, 0]).is_err());
    assert!(run(&[0, 2], &[0, 0], &[0]).is_err());
    assert!(run(&[1, 1], &[0], &[0]).is_err());
    assert!(run(&[0, 2, 1], &[0], &[0]).is_err());
    assert!(run(&[0, 1], &[LANDMARK * 9], &[UNIT]).is_err());
    assert!(run(&[0, 1], &[0], &[i64::MAX]).is_err());
    let mut tally = Tally::default();
    assert_eq!(tally.retract(&decay(), 0, UNIT), Err(Error::NotThere));
    assert_eq!(tally, Tally::default());
    tally.supporting = PIECES_MAX;
    assert_eq!(tally.add(&decay(), 0, 1), Err(Error::TooMany(PIECES_MAX)));
    assert!(tally.merge(&rebuilt(&[(0, 1)])).is_err());
}
