//! What rows were made with is found again from the rows alone.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::blocking::{Pass, candidates, random_pairs};
use numeric::random::Random;

/// Rows of five fields: a name of 40 and a number of 60 of its own, a home and a line shared by two things, and a
/// mark that only the thing has, missing in a third. Each row slips in each field with its probability.
fn world(things: usize, slips: [f64; 5]) -> (Vec<[u64; 5]>, Vec<usize>) {
    let mut random = Random::new(7);
    let (mut rows, mut whose) = (Vec::new(), Vec::new());
    for thing in 0..things {
        let home = (thing / 2) as u64 + 1;
        let [name, number] = [40, 60].map(|of| random.below(of) as u64 + 1);
        for _ in 0..2 {
            let mut row = [name, home, number, home, thing as u64 + 1];
            for (value, slip) in row.iter_mut().zip(slips) {
                if random.unit_f64() < slip {
                    *value = 100_000 + random.below(1_000_000) as u64;
                }
            }
            if random.unit_f64() < 1.0 / 3.0 {
                row[4] = 0;
            }
            rows.push(row);
            whose.push(thing);
        }
    }
    (rows, whose)
}

/// Pairs that agree in home, line or mark, and their levels.
fn compared(rows: &[[u64; 5]], pairs: Option<Vec<(u32, u32)>>) -> (Vec<(u32, u32)>, Vec<Levels>) {
    let keys = [1, 3, 4].map(|field: usize| rows.iter().map(|row| row[field]).collect::<Vec<_>>());
    let none = vec![0; rows.len()];
    let passes = [0, 1, 2].map(|n: usize| Pass {
        keys: &keys[n],
        finer: &none,
    });
    let pairs = pairs.unwrap_or_else(|| candidates(&passes, rows.len(), 100).unwrap().pairs);
    let level = |&(a, b): &(u32, u32)| {
        let [a, b] = [rows[a as usize], rows[b as usize]];
        Levels::new(
            &[0, 1, 2, 3, 4].map(|field: usize| match a[field] == 0 || b[field] == 0 {
                true => MISSING,
                false => u8::from(a[field] != b[field]),
            }),
        )
    };
    let levels = pairs.iter().map(level).collect();
    (pairs, levels)
}

fn params() -> Params {
    let own = Field {
        same: vec![0.9, 0.1],
        kin: None,
    };
    let shared = Field {
        kin: Some(vec![0.9, 0.1]),
        ..own.clone()
    };
    Params {
        fields: vec![own.clone(), shared.clone(), own.clone(), shared, own],
        belief: 1.0,
        rounds: 300,
        tolerance: 1e-7,
    }
}

fn fitted(rows: &[[u64; 5]], levels: &[Levels]) -> Model {
    let drawn = random_pairs(rows.len(), 400_000, 3);
    let drawn = Patterns::count(&compared(rows, Some(drawn)).1);
    params()
        .check()
        .unwrap()
        .fit(&Patterns::count(levels), &drawn, rows.len())
        .unwrap()
}

#[test]
fn what_the_rows_were_made_with_is_found_again_without_the_truth() {
    let slips = [0.04, 0.12, 0.1, 0.08, 0.02];
    let (rows, _) = world(3_000, slips);
    let model = fitted(&rows, &compared(&rows, None).1);
    assert!(model.converged, "{} rounds", model.rounds);
    // Two rows of a thing agree where neither slipped. Blocks miss pairs that agree in none of their keys, so that
    // agreement in these comes out a little high.
    for (field, slip) in slips.into_iter().enumerate() {
        let truly = (1.0 - slip) * (1.0 - slip);
        let got = model.fields[field].same[0];
        assert!(
            (got - truly).abs() < 0.03,
            "field {field}: {got} for {truly}"
        );
    }
    let all = rows.len() as f64 * (rows.len() as f64 - 1.0) / 2.0;
    let same = model.same * all;
    assert!((same / 3_000.0 - 1.0).abs() < 0.05, "{same} pairs for 3000");
    // 1,500 homes of two things, four pairs of rows each. Kin that agree in one shared field alone look like strangers
    // that do: too few come out.
    let kin = model.kin * all;
    assert!((3_000.0..6_300.0).contains(&kin), "{kin} pairs for 6000");
    // A name of 40 agrees by chance in a fortieth, where neither slipped.
    assert!((model.fields[0].stranger[0] - 0.023).abs() < 0.002);
}

#[test]
fn kin_are_told_from_the_same() {
    let (rows, whose) = world(3_000, [0.04, 0.1, 0.1, 0.1, 0.02]);
    let (pairs, levels) = compared(&rows, None);
    let model = fitted(&rows, &levels);
    let said = pairs
        .iter()
        .zip(&levels)
        .filter(|(_, levels)| model.probabilities(**levels)[0] > 0.9);
    let said: Vec<bool> = said
        .map(|((a, b), _)| whose[*a as usize] == whose[*b as usize])
        .collect();
    let right = said.iter().filter(|right| **right).count() as f64;
    assert!(said.len() > 2_400, "{} pairs", said.len());
    assert!(
        right / said.len() as f64 > 0.99,
        "{right} of {}",
        said.len()
    );
}

#[test]
fn nothing_is_invented_where_there_is_nothing() {
    let model = params().check().unwrap();
    let empty = Patterns::count(&[]);
    let fit = model.fit(&empty, &empty, 0).unwrap();
    assert!(
        fit.fields
            .iter()
            .all(|field| (field.same.iter().sum::<f64>() - 1.0).abs() < 1e-12)
    );
    let odd = Patterns::count(&[Levels::new(&[2, 0, 0])]);
    assert!(model.fit(&odd, &empty, 10).is_err());
}
