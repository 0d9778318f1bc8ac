//! Random numbers from an explicit seed.

use crate::math::{ln_f64, narrow};

/// xoshiro256++ (Blackman, Vigna 2019), its state filled by SplitMix64. The stream depends on the seed alone, on
/// every platform.
#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// A generator whose stream depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        let mut at = seed;
        Self {
            state: std::array::from_fn(|_| split_mix(&mut at)),
        }
    }

    /// A generator for one part of the work: what other parts draw does not change its stream.
    pub fn derived(seed: u64, part: &[u64]) -> Self {
        let mut at = seed;
        for number in part {
            at = split_mix(&mut at) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        Self::new(split_mix(&mut at))
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number from 0 (included) to 1 (excluded): the upper 53 bits.
    pub fn uniform_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A number from 0 (included) to 1 (excluded): the upper 24 bits.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 / 16_777_216.0
    }

    /// A number from 0 to `n − 1`; 0 where `n` is 0. The high half of a product: unevenness stays below `n / 2⁶⁴`.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.next_u64()) * n as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A normal number of mean 0 and variance 1, by Marsaglia's polar method.
    pub fn normal(&mut self) -> f32 {
        loop {
            let x = 2.0 * self.uniform_f64() - 1.0;
            let y = 2.0 * self.uniform_f64() - 1.0;
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return narrow(x * (-2.0 * ln_f64(square) / square).sqrt());
            }
        }
    }

    /// Brings items into a random order (Fisher, Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of the reference implementation in C from the state 1, 2, 3, 4.
    #[test]
    fn the_stream_is_the_published_one() {
        let mut rng = Rng {
            state: [1, 2, 3, 4],
        };
        let first: Vec<u64> = (0..4).map(|_| rng.next_u64()).collect();
        assert_eq!(
            first,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let mut rng = Rng::new(5);
        let values: Vec<f64> = (0..40_000).map(|_| f64::from(rng.normal())).collect();
        let mean = values.iter().sum::<f64>() / 40_000.0;
        let square = values.iter().map(|v| v * v).sum::<f64>() / 40_000.0;
        let beyond_2 = values.iter().filter(|v| v.abs() > 2.0).count();
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((square - 1.0).abs() < 0.03, "{square}");
        assert!(beyond_2.abs_diff(1820) < 150, "{beyond_2}");
    }

    #[test]
    fn below_is_even_and_uniform_is_below_one() {
        let mut rng = Rng::new(7);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[rng.below(6)] += 1;
            assert!((0.0..1.0).contains(&rng.uniform()));
        }
        assert!(
            counts.iter().all(|&n| n.abs_diff(10_000) < 400),
            "{counts:?}"
        );
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn shuffling_keeps_all_and_depends_on_the_seed() {
        let shuffled = |seed| {
            let mut items: Vec<u32> = (0..50).collect();
            Rng::new(seed).shuffle(&mut items);
            items
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<u32>>());
    }

    #[test]
    fn parts_have_streams_of_their_own() {
        let first = |part: &[u64]| Rng::derived(3, part).next_u64();
        assert_eq!(first(&[1, 2]), first(&[1, 2]));
        assert_ne!(first(&[1, 2]), first(&[2, 1]));
        assert_ne!(first(&[0]), first(&[0, 0]));
    }
}
