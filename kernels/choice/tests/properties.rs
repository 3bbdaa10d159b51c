//! What holds for any choices: order, names of levels and threads change nothing, counts and shares add up, and nothing
//! is ever not a number. It must not look at particular numbers.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use choice::evidence::{Attribute, evidence};
use choice::holdout::{Popularity, compare};
use choice::{Alternatives, Choices, Effect, Occasions, Params, Pool, Sets};
use numeric::random::Random;
use proptest::prelude::*;

const ROWS: usize = 14;
const GROUPS: usize = 3;

/// Any choices at all: small sets, few occasions, so that levels are often missing or always taken.
#[derive(Debug, Clone)]
struct Any {
    levels: Vec<u32>,
    numbers: Vec<f64>,
    sets: Sets,
    occasions: Occasions,
}

fn any(seed: u64, count: usize) -> Any {
    let mut random = Random::new(seed);
    let mut levels: Vec<u32> = (0..2 * ROWS)
        .map(|at| random.below(2 + 2 * (at % 2)) as u32)
        .collect();
    // Neither attribute may be the same everywhere.
    levels[..4].copy_from_slice(&[0, 0, 1, 3]);
    let mut sets = Sets {
        offsets: vec![0],
        rows: vec![],
    };
    for _ in 0..6 {
        let size = 1 + random.below(6);
        sets.rows
            .extend(random.sample(ROWS, size).iter().map(|&row| row as u32));
        sets.offsets.push(sets.rows.len());
    }
    let mut occasions = Occasions::default();
    for _ in 0..count {
        let set = random.below(6);
        let rows = &sets.rows[sets.offsets[set]..sets.offsets[set + 1]];
        occasions.set.push(set as u32);
        occasions.chosen.push(rows[random.below(rows.len())]);
        occasions.group.push(random.below(GROUPS) as u32);
        occasions.chooser.push(random.below(count / 2 + 1) as u32);
        occasions.weight.push(0.5 + random.unit_f64());
    }
    // One chooser alone is refused.
    occasions.chooser[0] = u32::MAX;
    Any {
        levels,
        numbers: (0..ROWS).map(|_| random.normal()).collect(),
        sets,
        occasions,
    }
}

impl Any {
    fn choices(&self) -> Choices {
        let items = (0..ROWS as u32).collect();
        let numbers = std::slice::from_ref(&self.numbers);
        let alternatives =
            Alternatives::new(items, self.levels.clone(), vec![2, 4], numbers).unwrap();
        Choices::new(
            Arc::new(alternatives),
            self.sets.clone(),
            self.occasions.clone(),
            GROUPS,
        )
        .unwrap()
    }
}

fn pooled(choices: &Choices) -> Pool {
    let ask = Params {
        ridge: 0.5,
        level: 0.9,
    }
    .check()
    .unwrap();
    ask.pool(choices, &ask.fit(choices).unwrap()).unwrap()
}

fn effects(choices: &Choices) -> Vec<Effect> {
    let (pool, evidence) = (pooled(choices), evidence(choices, None));
    (0..GROUPS)
        .flat_map(|group| pool.effects(group, choices, &evidence))
        .collect()
}

fn alike(one: &[Effect], other: &[Effect]) {
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        let (one, other) = (one.utility, other.utility);
        assert!(
            (one.value - other.value).abs() < 1e-5 && (one.error - other.error).abs() < 1e-5,
            "{one:?} {other:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn order_of_occasions_and_of_alternatives_does_not_matter(seed in 0u64..1_000_000, count in 2usize..120) {
        let some = any(seed, count);
        let mut random = Random::new(seed);
        let mut order: Vec<usize> = (0..count).collect();
        random.shuffle(&mut order);
        let mut mixed = some.clone();
        for set in 0..6 {
            random.shuffle(&mut mixed.sets.rows[some.sets.offsets[set]..some.sets.offsets[set + 1]]);
        }
        alike(&effects(&some.choices()), &effects(&mixed.choices().take(&order).unwrap()));
    }

    #[test]
    fn names_of_levels_do_not_matter(seed in 0u64..1_000_000, count in 2usize..120) {
        let some = any(seed, count);
        let mut named = some.clone();
        named.levels.iter_mut().skip(1).step_by(2).for_each(|level| *level = 3 - *level);
        let mut other = effects(&named.choices());
        // Seven effects by group, the second attribute's are the third to sixth.
        other.chunks_exact_mut(7).for_each(|group| group[2..6].reverse());
        alike(&effects(&some.choices()), &other);
    }

    #[test]
    fn threads_do_not_matter_and_all_is_a_number(seed in 0u64..1_000_000, count in 2usize..120) {
        let choices = any(seed, count).choices();
        let on = |threads| {
            let threads = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            threads.install(|| {
                let ask = Params { ridge: 0.5, level: 0.9 }.check().unwrap();
                let pool = pooled(&choices);
                let told = ask.importance(&choices, &pool, &numeric::Silent).unwrap();
                let trials = compare(&Popularity::of(&choices), &pool, &choices, 0.9).unwrap();
                (pool, told, trials)
            })
        };
        let (pool, told, trials) = on(1);
        let other = on(3);
        prop_assert_eq!((&pool, &told, &trials), (&other.0, &other.1, &other.2));
        let evidence = evidence(&choices, None);
        for group in 0..GROUPS {
            for one in pool.differences(group, &choices, &evidence) {
                prop_assert!(one.statistic.is_finite() && (0.0..=1.0).contains(&one.p), "{:?}", one);
                prop_assert!(one.by_level.iter().all(|of| of.utility.low.is_finite()));
            }
        }
        for one in told {
            prop_assert!(one.gain.value.is_finite() && one.gain.error.is_finite());
            let shares: Option<Vec<f64>> = one.attributes.iter().map(|of| of.share.map(|of| of.value)).collect();
            if let Some(shares) = shares {
                prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
        for one in trials {
            let scores = [one.by_group, one.of_all, one.popularity, one.equal];
            // A set of one alternative is certain but for the rounding of its logarithm.
            prop_assert!(scores.iter().all(|of| of.log_likelihood <= 1e-12 && (0.0..=1.0 + 1e-12).contains(&of.hit_rate)), "{one:?}");
        }
    }

    #[test]
    fn counts_add_up_to_the_weight(seed in 0u64..1_000_000, count in 1usize..120) {
        let choices = any(seed, count).choices();
        let mut sums = [0.0; 6];
        for group in [None, Some(0), Some(1), Some(2)] {
            let all = evidence(&choices, group);
            let mut column = 0;
            for of in &all {
                let Attribute::Levels(levels) = of else { continue };
                let observed: f64 = levels.iter().map(|of| of.observed).sum();
                let expected: f64 = levels.iter().map(|of| of.expected).sum();
                prop_assert!((observed - expected).abs() < 1e-9);
                for level in levels {
                    prop_assert!(level.observed <= level.offered + 1e-9 && level.expected <= level.offered + 1e-9);
                    sums[column] += if group.is_none() { level.observed } else { -level.observed };
                    column += 1;
                }
            }
        }
        prop_assert!(sums.iter().all(|sum| sum.abs() < 1e-9));
    }
}
