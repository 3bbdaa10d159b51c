//! The passes that find records worth comparing: each looks at other fields, so that one slip hides a pair from some
//! passes only. Holds no comparison.

use crate::Error;
use crate::rows::{Row, Rows};
use matching::blocking::{Candidates, NONE, Pass, candidates};
use rayon::prelude::*;

/// Names of the passes, in the order of [`keys`].
pub(crate) const PASSES: [&str; 8] = [
    "phone",
    "email",
    "postal code and sound of the last name",
    "last name, first name and year of birth",
    "street, number and postal code",
    "street, number and first letter of the first name",
    "sound of the last name, first letter of the first name and year of birth",
    "last name, first name and town",
];

/// One number for several: the steps of FNV-1a over words of 64 bits, never [`NONE`]; [`NONE`] where a part is 0.
fn joined(parts: &[u64]) -> u64 {
    if parts.contains(&0) {
        return NONE;
    }
    let mix = |sum: u64, part: &u64| (sum ^ part).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
    parts.iter().fold(0xcbf2_9ce4_8422_2325, mix).max(1)
}

/// Per pass the key and the finer key of a row.
fn keys(rows: &Rows, row: &Row) -> [(u64, u64); PASSES.len()] {
    let [first, last, street, postal, city, place, phone, email] = [
        row.first, row.last, row.street, row.postal, row.city, row.place, row.phone, row.email,
    ]
    .map(u64::from);
    let sound = u64::from(rows.sound(row.last));
    let letter = rows
        .first
        .text(row.first)
        .chars()
        .next()
        .map_or(0, u64::from);
    let birth = u64::from(row.birth);
    [
        (phone, joined(&[last])),
        (email, joined(&[last])),
        (joined(&[postal, sound]), joined(&[last, letter])),
        (joined(&[last, first, birth]), joined(&[city])),
        (place, joined(&[sound])),
        (joined(&[street, letter]), joined(&[last])),
        (joined(&[sound, letter, birth]), joined(&[city])),
        (joined(&[last, first, city]), joined(&[birth])),
    ]
}

/// The pairs of all passes.
pub(crate) fn find(rows: &Rows, block_max: usize) -> Result<Candidates, Error> {
    let all: Vec<_> = rows.rows.par_iter().map(|row| keys(rows, row)).collect();
    let column =
        |pass: usize| -> (Vec<u64>, Vec<u64>) { all.par_iter().map(|keys| keys[pass]).unzip() };
    let columns: Vec<_> = (0..PASSES.len()).map(column).collect();
    let passes: Vec<_> = columns
        .iter()
        .map(|(keys, finer)| Pass { keys, finer })
        .collect();
    Ok(candidates(&passes, rows.rows.len(), block_max)?)
}
