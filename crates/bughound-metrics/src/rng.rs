//! Random numbers from an explicit seed.

/// SplitMix64: a small generator whose stream depends on its seed alone, on every platform.
///
/// ```text
/// state ← state + 0x9E3779B97F4A7C15
/// z ← (state ⊕ state≫30) · 0xBF58476D1CE4E5B9
/// z ← (z ⊕ z≫27) · 0x94D049BB133111EB
/// output z ⊕ z≫31
/// ```
///
/// All arithmetic is modulo 2^64. Good enough for resampling, not for secrets. Source: Steele, Lea, Flood,
/// *Fast splittable pseudorandom number generators*, OOPSLA 2014.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator whose stream depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n - 1`, each equally likely; 0 where `n` is 0.
    ///
    /// Multiplies and keeps the high half, drawing again where that would favour some numbers: Lemire,
    /// *Fast random integer generation in an interval*, ACM TOMACS 29(1), 2019.
    pub fn below(&mut self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        let threshold = n.wrapping_neg() % n;
        loop {
            let draw = u64::from((self.next_u64() >> 32) as u32) * u64::from(n);
            if (draw & 0xFFFF_FFFF) >= u64::from(threshold) {
                // The high half of a product with `n` is below `n`.
                return u32::try_from(draw >> 32).unwrap_or(n - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    /// First outputs for seed 1234567, as published with the reference implementation in C.
    #[test]
    fn the_stream_is_the_published_one() {
        let mut rng = Rng::new(1_234_567);
        let first: Vec<u64> = (0..5).map(|_| rng.next_u64()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn below_is_even() {
        let mut rng = Rng::new(7);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[rng.below(6) as usize] += 1;
        }
        assert!(
            counts.iter().all(|&n| n.abs_diff(10_000) < 400),
            "{counts:?}"
        );
        assert_eq!(rng.below(1), 0);
        assert_eq!(rng.below(0), 0);
    }
}
