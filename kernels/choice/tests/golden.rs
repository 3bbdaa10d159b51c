//! Numbers of `reference.py`: scipy's general optimiser and numpy's dense matrices on the same small choices. It must
//! not hold any number that this crate made.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use choice::evidence::{Attribute, evidence};
use choice::{Alternatives, Choices, Occasions, Params, Sets};

const ROWS: usize = 24;
const OCCASIONS: usize = 240;

/// By effect: utility, standard error, lower end, counted, expected (means for the number).
const EFFECTS: [[f64; 5]; 8] = [
    [
        1.0664448034,
        0.1377619596,
        0.8362317526,
        297.0000000000,
        160.1547619048,
    ],
    [
        0.2187502816,
        0.1684472317,
        -0.0627407136,
        140.0000000000,
        142.2154761905,
    ],
    [
        -1.1496109021,
        0.2128417644,
        -1.5052892916,
        41.0000000000,
        175.6297619048,
    ],
    [
        0.5054061547,
        0.1600214062,
        0.2379954978,
        213.0000000000,
        128.4380952381,
    ],
    [
        0.2915376113,
        0.1943847929,
        -0.0332974616,
        123.0000000000,
        77.8202380952,
    ],
    [
        -0.2370476388,
        0.1574275806,
        -0.5001237718,
        85.0000000000,
        153.7273809524,
    ],
    [
        -0.4335086823,
        0.1876825202,
        -0.7471436340,
        57.0000000000,
        118.0142857143,
    ],
    [
        -0.1525261854,
        0.1356106083,
        -0.3791441280,
        3.4269412430,
        3.2757186708,
    ],
];

/// The generator of both programs (the C library's old one), so that no data need to be kept.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u32 {
        self.0 = (self.0 * 1_103_515_245 + 12_345) % (1 << 31);
        ((self.0 >> 8) % n) as u32
    }
}

fn choices() -> Choices {
    let mut draw = Draw(12_345);
    let levels: Vec<u32> = (0..ROWS)
        .flat_map(|_| [draw.below(3), draw.below(4)])
        .collect();
    let numbers: Vec<f64> = (0..ROWS)
        .map(|_| f64::from(1 + draw.below(50)).ln())
        .collect();
    let rank = |row: u32| (levels[row as usize * 2] + levels[row as usize * 2 + 1], row);
    let mut sets = Sets {
        offsets: vec![0],
        rows: vec![],
    };
    let mut occasions = Occasions::default();
    for at in 0..OCCASIONS as u32 {
        let (size, first) = (3 + draw.below(6), draw.below(ROWS as u64));
        let step = [1, 5, 7, 11][draw.below(4) as usize];
        let rows: Vec<u32> = (0..size)
            .map(|place| (first + step * place) % ROWS as u32)
            .collect();
        let looks = [0; 3].map(|_| rows[draw.below(u64::from(size)) as usize]);
        occasions
            .chosen
            .push(*looks.iter().min_by_key(|row| rank(**row)).unwrap());
        occasions.weight.push(f64::from(1 + draw.below(3)));
        occasions.set.push(at);
        occasions.group.push(0);
        occasions.chooser.push(at / 4);
        sets.rows.extend(rows);
        sets.offsets.push(sets.rows.len());
    }
    let items = (0..ROWS as u32).collect();
    let alternatives = Alternatives::new(items, levels, vec![3, 4], &[numbers]).unwrap();
    Choices::new(Arc::new(alternatives), sets, occasions, 1).unwrap()
}

fn close(actual: f64, expected: f64) {
    let away = (actual - expected).abs();
    assert!(
        away < 2e-6 * expected.abs().max(1.0),
        "{actual} is not {expected}"
    );
}

#[test]
fn a_fit_is_that_of_a_general_optimiser() {
    let choices = choices();
    let ask = Params {
        ridge: 0.5,
        level: 0.9,
    };
    let fit = ask.check().unwrap().fit(&choices).unwrap();
    close(fit.log_likelihood, -624.768662197374);
    close(fit.equal_chances, -792.9523752767705);
    close(fit.design_effect, 2.567896111510035);
    let evidence = evidence(&choices, None);
    let counts = evidence.iter().flat_map(|of| match of {
        Attribute::Levels(levels) => levels.iter().map(|of| (of.observed, of.expected)).collect(),
        Attribute::Number {
            observed, expected, ..
        } => vec![(*observed, *expected)],
    });
    let effects = fit.effects(&choices, &evidence);
    assert_eq!(effects.len(), EFFECTS.len());
    for ((effect, (counted, expected)), golden) in effects.iter().zip(counts).zip(EFFECTS) {
        let own = effect.utility;
        for (actual, golden) in [own.value, own.error, own.low, counted, expected]
            .into_iter()
            .zip(golden)
        {
            close(actual, golden);
        }
    }
}
