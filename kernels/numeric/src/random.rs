//! Seeded random numbers.
//!
//! Generator: xoshiro256++ 1.0 (D. Blackman, S. Vigna, "Scrambled Linear Pseudorandom Number
//! Generators", ACM TOMS 2021; <https://prng.di.unimi.it>), its state filled by SplitMix64 as its authors
//! advise. Not for secrets. Parallel work draws from `stream(seed, index)` by the index of the work,
//! never by thread, so that the number of threads changes nothing.

/// Weyl step of SplitMix64: 2⁶⁴ divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A generator of random numbers; equal seeds give equal numbers.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

/// A seed for the `index`-th piece of work under `seed`. Different pairs give unrelated seeds.
pub fn derive(seed: u64, index: u64) -> u64 {
    mix(mix(seed.wrapping_add(GOLDEN)).wrapping_add(index.wrapping_mul(GOLDEN)))
}

/// The output function of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014; variant 13 of Stafford's mixers).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// The generator of this seed.
    pub fn new(seed: u64) -> Self {
        // Four consecutive outputs of SplitMix64 are never all zero, the one state that is forbidden.
        let state = [1, 2, 3, 4].map(|step: u64| mix(seed.wrapping_add(step.wrapping_mul(GOLDEN))));
        Self { state }
    }

    /// The generator for the `index`-th piece of work under `seed`.
    pub fn stream(seed: u64, index: u64) -> Self {
        Self::new(derive(seed, index))
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A whole number from 0 to `n - 1`, each equally likely; 0 where `n` is 0. Method: D. Lemire, "Fast
    /// Random Integer Generation in an Interval", ACM TOMACS 2019.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        let mut product = u128::from(self.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let uneven = n.wrapping_neg() % n.max(1);
            while (product as u64) < uneven {
                product = u128::from(self.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as usize
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    pub fn unit_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * 2f64.powi(-53)
    }

    /// A standard normal number: mean 0, deviation 1 (Marsaglia's polar method, 1964; the second number
    /// of the pair is dropped, so that a draw has no hidden state).
    pub fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * self.unit_f64() - 1.0;
            let y = 2.0 * self.unit_f64() - 1.0;
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// An index drawn in proportion to its weight; none where no weight is above 0. Weights are finite
    /// and not negative.
    pub fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().sum();
        let target = self.unit_f64() * total;
        let mut behind = 0.0;
        let mut last = None;
        for (index, &weight) in weights.iter().enumerate() {
            if weight > 0.0 {
                behind += weight;
                last = Some(index);
                if behind > target {
                    break;
                }
            }
        }
        last
    }

    /// Puts the items into random order (Fisher and Yates; Knuth, TAOCP 2, algorithm 3.4.2P).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `count` different numbers below `n`, ascending, each set equally likely; all of them where
    /// `count >= n` (Knuth, TAOCP 2, algorithm 3.4.2S).
    pub fn sample(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(count.min(n));
        for index in 0..n {
            if chosen.len() == count {
                break;
            }
            if self.below(n - index) < count - chosen.len() {
                chosen.push(index);
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xoshiro_gives_its_reference_numbers() {
        // From the reference C program with state 1, 2, 3, 4.
        let mut random = Random {
            state: [1, 2, 3, 4],
        };
        let expected = [
            41943041,
            58720359,
            3588806011781223,
            3591011842654386,
            9228616714210784205,
        ];
        assert_eq!(expected, [0; 5].map(|_: u64| random.next_u64()));
    }

    #[test]
    fn splitmix_gives_its_reference_numbers() {
        let random = Random::new(1477776061723855037);
        assert_eq!(random.state[0], 1985237415132408290);
        assert_eq!(random.state[1], 2979275885539914483);
    }

    #[test]
    fn below_is_even_and_in_range() {
        let mut random = Random::new(7);
        let mut counts = [0; 7];
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        assert!(
            counts.iter().all(|&count| (9_600..10_400).contains(&count)),
            "{counts:?}"
        );
        assert_eq!(random.below(1), 0);
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn normal_has_mean_zero_and_deviation_one() {
        let mut random = Random::new(3);
        let draws: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let square = draws.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(
            mean.abs() < 0.015 && (square - 1.0).abs() < 0.02,
            "{mean} {square}"
        );
    }

    #[test]
    fn weights_are_obeyed() {
        let mut random = Random::new(11);
        let mut counts = [0; 4];
        for _ in 0..10_000 {
            if let Some(index) = random.weighted(&[0.0, 1.0, 3.0, 0.0]) {
                counts[index] += 1;
            }
        }
        assert_eq!((counts[0], counts[3]), (0, 0));
        assert!((2_300..2_700).contains(&counts[1]), "{counts:?}");
        assert_eq!(random.weighted(&[0.0]), None);
        assert_eq!(random.weighted(&[]), None);
    }

    #[test]
    fn samples_and_shuffles_hold_what_they_should() {
        let mut random = Random::new(13);
        let sample = random.sample(1_000, 40);
        assert_eq!(sample.len(), 40);
        assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(random.sample(3, 9), [0, 1, 2]);
        let mut items: Vec<usize> = (0..50).collect();
        random.shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn streams_differ_by_seed_and_index() {
        let first = |seed, index| Random::stream(seed, index).next_u64();
        assert_eq!(first(1, 1), first(1, 1));
        assert_ne!(first(1, 1), first(1, 2));
        assert_ne!(first(1, 2), first(2, 1));
        assert_ne!(first(0, 0), Random::new(0).next_u64());
    }
}
