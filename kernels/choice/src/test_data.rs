//! Choices drawn for tests from coefficients that are known. It must not test.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use numeric::random::Random;

use crate::{Alternatives, Choices, Occasions, Sets};

/// Rows, of which sets are made.
const ROWS: usize = 60;
/// Levels of the attributes; one number comes after them.
const SIZES: [usize; 3] = [3, 2, 4];

/// How choices are drawn.
pub(crate) struct Shape {
    pub occasions: usize,
    pub groups: usize,
    /// Occasions of one chooser.
    pub each: usize,
    /// Deviation of the groups' own coefficients from those of all.
    pub apart: f64,
    /// Deviation of the choosers' own coefficients from their group's.
    pub taste: f64,
    /// Smallest and largest set.
    pub size: (usize, usize),
}

impl Shape {
    pub fn plain(occasions: usize) -> Self {
        Self {
            occasions,
            groups: 1,
            each: 3,
            apart: 0.0,
            taste: 0.0,
            size: (8, 20),
        }
    }

    pub fn grouped(occasions: usize, groups: usize) -> Self {
        Self {
            groups,
            apart: 0.4,
            ..Self::plain(occasions)
        }
    }
}

/// The levels sum to 0 by attribute; the number's slope is that of a unit.
pub(crate) const TRUTH: [f64; 10] = [0.8, -0.3, -0.5, 0.4, -0.4, 0.0, 0.6, -0.9, 0.3, -1.2];

/// Coefficients of each group: the truth and, where groups differ, a normal number for each column, with mean 0 by
/// attribute.
pub(crate) fn of_groups(shape: &Shape, seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random::stream(seed, u64::MAX);
    let mut of = |_| -> Vec<f64> {
        let mut own: Vec<f64> = TRUTH
            .iter()
            .map(|_| shape.apart * random.normal())
            .collect();
        let mut first = 0;
        for size in SIZES {
            let mean = own[first..first + size].iter().sum::<f64>() / size as f64;
            own[first..first + size]
                .iter_mut()
                .for_each(|value| *value -= mean);
            first += size;
        }
        own.iter()
            .zip(TRUTH)
            .map(|(own, truth)| own + truth)
            .collect()
    };
    (0..shape.groups).map(&mut of).collect()
}

/// Choices and the coefficients they were drawn by, the number's in units of its standard deviation.
pub(crate) fn drawn(shape: &Shape, seed: u64) -> (Choices, Vec<f64>) {
    let mut random = Random::stream(seed, u64::MAX - 1);
    let items = (0..ROWS as u32).collect();
    let mut draw = |at: usize| random.below(SIZES[at % 3]) as u32;
    let levels: Vec<u32> = (0..3 * ROWS).map(&mut draw).collect();
    let numbers: Vec<f64> = (0..ROWS).map(|_| 0.5 * random.normal()).collect();
    let alternatives = Alternatives::new(items, levels, SIZES.to_vec(), &[numbers]).unwrap();
    let scale = alternatives.scales()[0];
    let (all, groups) = (alternatives.all(), of_groups(shape, seed));
    let mut occasions = Occasions::default();
    let mut sets = Sets {
        offsets: vec![0],
        rows: vec![],
    };
    let mut own = vec![];
    for at in 0..shape.occasions {
        let chooser = at / shape.each;
        let group = chooser % shape.groups;
        if at % shape.each == 0 {
            let taste = |value: &f64| value + shape.taste * random.normal();
            own = groups[group].iter().map(taste).collect();
            own[9] *= scale;
        }
        let size = shape.size.0 + random.below(shape.size.1 - shape.size.0 + 1);
        let rows: Vec<u32> = random
            .sample(ROWS, size)
            .iter()
            .map(|&row| row as u32)
            .collect();
        let utilities = all.utilities(&own);
        let chances: Vec<f64> = rows
            .iter()
            .map(|&row| utilities[row as usize].exp())
            .collect();
        occasions
            .chosen
            .push(rows[random.weighted(&chances).unwrap()]);
        occasions.set.push(at as u32);
        occasions.group.push(group as u32);
        occasions.chooser.push(chooser as u32);
        occasions.weight.push(1.0);
        sets.rows.extend(rows);
        sets.offsets.push(sets.rows.len());
    }
    let mut truth = TRUTH.to_vec();
    truth[9] *= scale;
    let choices = Choices::new(Arc::new(alternatives), sets, occasions, shape.groups).unwrap();
    (choices, truth)
}
