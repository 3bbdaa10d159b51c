//! The decay against hand-made numbers, and its lines against their sums.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

const DAY: i64 = 86_400;

fn decay(days: i64) -> Decay {
    let landmark = 1_700_000_000;
    let half_life = days * DAY;
    Params {
        landmark,
        half_life,
    }
    .check()
    .unwrap()
}

#[test]
fn half_is_left_after_a_half_life() {
    let decay = decay(90);
    let at = decay.params().landmark;
    let kept = decay.grow(at, 3 * UNIT).unwrap();
    assert_eq!(kept.evidence, i128::from(3 * UNIT) << FINE);
    assert_eq!(kept.information, i128::from(UNIT) << FINE);
    let read = |days: i64| decay.reading(at + days * DAY).unwrap().value(kept.evidence);
    assert_eq!(read(0), 3_000_000);
    assert_eq!(read(90), 1_500_000);
    assert_eq!(read(180), 750_000);
    // 3 · 2^(-1/3) and 3 · 2^(-1/90).
    assert_eq!(read(30), 2_381_102);
    assert_eq!(read(1), 2_976_984);
    assert_eq!(read(90 * 40), 0);
    assert_eq!(read(90 * 100_000), 0);
}

#[test]
fn after_the_landmark_weighs_more_and_long_before_nothing() {
    let decay = decay(30);
    let landmark = decay.params().landmark;
    let later = decay.grow(landmark + 60 * DAY, UNIT).unwrap().evidence;
    assert_eq!(later, i128::from(4 * UNIT) << FINE);
    let old = decay.grow(landmark - 30 * 200 * DAY, UNIT).unwrap();
    assert_eq!((old.evidence, old.information), (0, 0));
    assert_eq!(decay.grow(i64::MIN, UNIT).unwrap().evidence, 0);
    let far = decay.grow(landmark + 30 * 31 * DAY, UNIT);
    assert!(far.unwrap_err().to_string().contains("later landmark"));
    let minus = decay.grow(landmark - 7 * DAY, -UNIT).unwrap();
    let plus = decay.grow(landmark - 7 * DAY, UNIT).unwrap();
    assert_eq!(minus.evidence, -plus.evidence);
    assert_eq!(minus.information, plus.information);
}

#[test]
fn what_is_illegal_is_refused() {
    let check = |landmark, half_life| {
        Params {
            landmark,
            half_life,
        }
        .check()
    };
    assert!(check(0, 3_599).is_err());
    assert!(check(0, 1 << 32).is_err());
    assert!(check(0, -1).is_err());
    assert!(check(i64::MAX, DAY).is_err());
    assert!(decay(1).grow(0, WEIGHT_MAX + 1).is_err());
    assert!(decay(1).grow(0, i64::MIN).is_err());
    assert!(decay(1).reading(0).is_err());
}

#[test]
fn the_greatest_sums_fit() {
    let decay = decay(1);
    let last = decay.params().landmark + AHEAD_MAX * DAY;
    let one = decay.grow(last, WEIGHT_MAX).unwrap().evidence;
    let sum = one
        .checked_mul(i128::from(crate::tally::PIECES_MAX))
        .unwrap();
    let read = decay.reading(last).unwrap().value(sum);
    assert_eq!(read, WEIGHT_MAX * i64::from(crate::tally::PIECES_MAX));
    assert_eq!(
        decay
            .reading(decay.params().landmark)
            .unwrap()
            .value(i128::MAX),
        i64::MAX
    );
}

proptest! {
    #[test]
    fn lines_add_up_and_each_is_within_a_unit(
        pieces in prop::collection::vec((-40_000_000i64..40_000_000, -5_000_000i64..5_000_000), 0..60),
        later in 0i64..20_000_000,
        days in 8i64..400,
    ) {
        let decay = decay(days);
        let as_of = decay.params().landmark + later;
        let reading = decay.reading(as_of).unwrap();
        let near = |at: i64| (decay.params().landmark + at).min(as_of);
        let kept: Vec<i128> = pieces
            .iter()
            .map(|&(at, weight)| decay.grow(near(at), weight).unwrap().evidence)
            .collect();
        let lines = reading.lines(kept.iter().copied());
        prop_assert_eq!(lines.iter().sum::<i64>(), reading.value(kept.iter().sum()));
        for (line, &(at, weight)) in lines.iter().zip(&pieces) {
            let age = (as_of - near(at)) as f64 / (days * DAY) as f64;
            let exact = weight as f64 * (-age).exp2();
            prop_assert!((*line as f64 - exact).abs() < 1.01, "{line} {exact}");
        }
    }

    #[test]
    fn reading_is_the_nearest(sum in any::<i128>(), later in 0i64..100_000_000) {
        let decay = decay(45);
        let reading = decay.reading(decay.params().landmark + later).unwrap();
        let sum = sum >> 34;
        let exact = sum as f64 * (reading.mantissa as f64 / (1u64 << PLACES) as f64)
            * (-((reading.shift - u64::from(PLACES)) as f64)).exp2();
        let read = reading.value(sum) as f64;
        prop_assert!((read - exact).abs() <= 0.5 + exact.abs() * 1e-14);
        prop_assert_eq!(reading.value(-sum), -reading.value(sum));
    }
}
