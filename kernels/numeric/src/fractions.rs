//! The continued fraction of the incomplete beta function for many arguments at once: four side by side, as one alone
//! leaves the divider idle most of the time. It holds no other function.

/// How many are worked on side by side.
const LANES: usize = 4;
const TINY: f64 = 1e-300;
const TERMS_MAX: f64 = 10_000.0;

/// [`crate::tail::beta_fraction`] of each row of `a`, `b` and `x`, to the same bits; the three are of one length, and rows
/// beyond the shortest are left out.
pub fn beta_fractions(a: &[f64], b: &[f64], x: &[f64]) -> Vec<f64> {
    let count = a.len().min(b.len()).min(x.len());
    let mut found = vec![0.0; count];
    let mut next = 0;
    let mut lanes = Lanes::idle();
    let mut busy = 0;
    for lane in 0..LANES {
        if next < count {
            lanes.begin(lane, next, a[next], b[next], x[next]);
            next += 1;
            busy += 1;
        }
    }
    while busy > 0 {
        lanes.go_on();
        for lane in 0..LANES {
            if !lanes.ended[lane] {
                continue;
            }
            found[lanes.row[lane]] = lanes.fraction[lane];
            if next < count {
                lanes.begin(lane, next, a[next], b[next], x[next]);
                next += 1;
            } else {
                lanes.rest(lane);
                busy -= 1;
            }
        }
    }
    found
}

/// Fractions under way, by Lentz's method; each lane is at its own term.
struct Lanes {
    row: [usize; LANES],
    ended: [bool; LANES],
    a: [f64; LANES],
    b: [f64; LANES],
    x: [f64; LANES],
    term: [f64; LANES],
    c: [f64; LANES],
    d: [f64; LANES],
    fraction: [f64; LANES],
}

fn away_from_zero(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}

impl Lanes {
    fn idle() -> Self {
        let (none, nothing) = ([f64::NAN; LANES], [0; LANES]);
        Self {
            row: nothing,
            ended: [false; LANES],
            a: none,
            b: none,
            x: none,
            term: none,
            c: none,
            d: none,
            fraction: none,
        }
    }

    fn begin(&mut self, lane: usize, row: usize, a: f64, b: f64, x: f64) {
        let first = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
        self.row[lane] = row;
        (self.a[lane], self.b[lane], self.x[lane]) = (a, b, x);
        (self.term[lane], self.c[lane]) = (0.0, 1.0);
        (self.d[lane], self.fraction[lane]) = (first, first);
    }

    /// No number converges, and none is the last term: the lane never ends.
    fn rest(&mut self, lane: usize) {
        self.term[lane] = f64::NAN;
        self.x[lane] = f64::NAN;
        self.d[lane] = f64::NAN;
    }

    /// Adds terms until a lane ends.
    fn go_on(&mut self) {
        let (a, b, x) = (self.a, self.b, self.x);
        let (mut term, mut c, mut d, mut fraction) = (self.term, self.c, self.d, self.fraction);
        let (mut even, mut odd, mut change) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        loop {
            for lane in &mut term {
                *lane += 1.0;
            }
            for lane in 0..LANES {
                let (a, b, x, m) = (a[lane], b[lane], x[lane], term[lane]);
                even[lane] = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
                odd[lane] = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
            }
            for add in [&even, &odd] {
                for lane in 0..LANES {
                    d[lane] = 1.0 / away_from_zero(1.0 + add[lane] * d[lane]);
                    c[lane] = away_from_zero(1.0 + add[lane] / c[lane]);
                    change[lane] = c[lane] * d[lane];
                    fraction[lane] *= change[lane];
                }
            }
            let mut any = false;
            for lane in 0..LANES {
                any |= (change[lane] - 1.0).abs() < 1e-15;
                any |= term[lane] >= TERMS_MAX;
            }
            if any {
                break;
            }
        }
        for lane in 0..LANES {
            self.ended[lane] = (change[lane] - 1.0).abs() < 1e-15 || term[lane] >= TERMS_MAX;
        }
        (self.term, self.c, self.d, self.fraction) = (term, c, d, fraction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::tail::beta_fraction;

    #[test]
    fn many_are_to_the_bit_what_one_is() {
        let mut random = Random::new(7);
        for count in [0, 1, 3, 4, 5, 2_000] {
            let mut draw = |most: f64| -> Vec<f64> {
                (0..count)
                    .map(|_| most.powf(random.unit_f64()) * random.unit_f64())
                    .collect()
            };
            let (a, b, share) = (draw(5_000.0), draw(5_000.0), draw(1.0));
            // Up to the side on which it converges fast, and some beyond.
            let x: Vec<f64> = (0..count)
                .map(|row| (share[row] * 1.1 * (a[row] + 1.0) / (a[row] + b[row] + 2.0)).min(1.0))
                .collect();
            let found = beta_fractions(&a, &b, &x);
            assert_eq!(found.len(), count);
            for row in 0..count {
                let alone = beta_fraction(a[row], b[row], x[row]);
                assert_eq!(found[row].to_bits(), alone.to_bits(), "{row} of {count}");
            }
        }
    }
}
