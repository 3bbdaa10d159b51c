//! Powers of two with fractional exponents in whole numbers: the same bits on every machine.
//!
//! Holds the tables and the product; what is decayed is not its business.

/// Places after the point of a mantissa: 2^62 stands for 1.
pub(crate) const PLACES: u32 = 62;
/// Bits of the fraction of a half-life that are looked at.
const FRACTION_BITS: u32 = 32;

/// `TABLES[k][byte]`: 2 to the fraction whose k-th byte from above is `byte` and whose others are 0. Built from
/// `2^(1/2), 2^(1/4), …`, each the root of the one before, rounded down.
static TABLES: [[u64; 256]; 4] = tables();

const fn tables() -> [[u64; 256]; 4] {
    let mut tables = [[1u64 << PLACES; 256]; 4];
    let mut root = 2u128 << PLACES;
    let mut bit = 0;
    while bit < FRACTION_BITS {
        root = (root << PLACES).isqrt();
        let (table, place) = ((bit / 8) as usize, 7 - bit % 8);
        let mut byte = 0;
        while byte < 256 {
            if byte >> place & 1 == 1 {
                let product = tables[table][byte] as u128 * root;
                tables[table][byte] = (product >> PLACES) as u64;
            }
            byte += 1;
        }
        bit += 1;
    }
    tables
}

/// `2^(seconds / half_life)` as a whole power and a mantissa of 1 to below 2 with [`PLACES`] places. The
/// fraction of a half-life is cut to 2^-32 and each product rounded down, so the value lies below the true one by
/// less than 2^-32 of it (ln 2 · 2^-32 from the cut, some 2^-56 from the products).
#[inline]
pub(crate) fn two_to(seconds: i64, half_life: u32) -> (i64, u64) {
    let half_life = i64::from(half_life);
    let (whole, rest) = (
        seconds.div_euclid(half_life),
        seconds.rem_euclid(half_life) as u64,
    );
    let fraction = ((rest << FRACTION_BITS) / half_life as u64) as u32;
    let [a, b, c, d] = fraction.to_be_bytes();
    let times = |x: u64, y: u64| ((u128::from(x) * u128::from(y)) >> PLACES) as u64;
    let first = times(TABLES[0][a as usize], TABLES[1][b as usize]);
    let second = times(TABLES[2][c as usize], TABLES[3][d as usize]);
    (whole, times(first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_roots() {
        let one = 1u128 << PLACES;
        // 2^(1/2) with 62 places is 6521908912666391106.17…
        assert_eq!(TABLES[0][128], 6_521_908_912_666_391_106);
        for table in TABLES {
            assert_eq!(u128::from(table[0]), one);
            assert!(table.is_sorted());
        }
    }

    #[test]
    fn powers_are_within_their_bound() {
        for half_life in [1, 7, 86_400, 15_552_000, u32::MAX] {
            for seconds in [0i64, 1, 2, 40_000, 86_399, 86_400, -1, -86_401, 123_456_789] {
                let (whole, mantissa) = two_to(seconds, half_life);
                assert!((1u64 << PLACES..1u64 << (PLACES + 1)).contains(&mantissa));
                let exponent = seconds as f64 / f64::from(half_life) - whole as f64;
                let error = mantissa as f64 / (1u64 << PLACES) as f64 / exponent.exp2() - 1.0;
                // The reference itself loses digits where the exponent is large.
                let slack = 1e-15 * (1.0 + (seconds as f64 / f64::from(half_life)).abs());
                assert!(
                    error <= slack && error > -1.0 / 4_294_967_296.0 - slack,
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn a_half_life_doubles_exactly() {
        for rest in [0, 1, 5_000_000] {
            let (whole, mantissa) = two_to(rest, 7_776_000);
            assert_eq!(
                two_to(rest + 3 * 7_776_000, 7_776_000),
                (whole + 3, mantissa)
            );
        }
    }
}
