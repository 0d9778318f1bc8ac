//! How long we wait before a request is sent again: exponential, with jitter, and never random.

use std::time::Duration;

use crate::settings::Retries;

/// The wait before repetition `n` (counted from 0). A server's own wish is honoured up to the longest wait.
/// The jitter is derived from the seed, the request (`noise`) and `n`, so that many requests that fail at
/// the same time come back at different times, and a run can be repeated.
pub(crate) fn wait(retries: &Retries, n: u32, asked: Option<Duration>, noise: u64) -> Duration {
    if let Some(asked) = asked {
        return asked.min(retries.longest_wait);
    }
    let full = retries
        .first_wait
        .saturating_mul(1_u32.checked_shl(n).unwrap_or(u32::MAX))
        .min(retries.longest_wait);
    let drawn = mix(retries.seed ^ noise.rotate_left(17) ^ u64::from(n).rotate_left(43));
    // Between a half and the whole.
    let share = 0.5 + 0.5 * (drawn >> 11) as f64 / (1_u64 << 53) as f64;
    full.mul_f64(share)
}

/// A number that stands for a request.
pub(crate) fn noise_of(bytes: &[u8]) -> u64 {
    // FNV-1a.
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finalizer of splitmix64.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_vary_by_request() {
        let retries = Retries {
            most: 9,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(10),
            seed: 7,
        };
        for n in [0, 1, 2, 3, 4, 31, 32, 99] {
            let full = f64::from(2_u32.saturating_pow(n)).min(10.0);
            let waited = wait(&retries, n, None, 1);
            assert!(
                (full / 2.0..=full).contains(&waited.as_secs_f64()),
                "{n}: {waited:?}"
            );
            assert_eq!(waited, wait(&retries, n, None, 1));
            assert_ne!(waited, wait(&retries, n, None, 2));
        }
    }

    #[test]
    fn servers_are_heeded_up_to_the_longest_wait() {
        let check = |asked: u64, expect: u64| {
            let asked = Some(Duration::from_secs(asked));
            let waited = wait(&Retries::default(), 3, asked, 1);
            assert_eq!(waited, Duration::from_secs(expect));
        };
        check(0, 0);
        check(7, 7);
        check(3600, 60);
    }
}
