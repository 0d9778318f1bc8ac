//! Elementary functions as loops that compilers vectorise, and sums in a fixed number of parts.

/// How many parts a sum over a row has, on every processor.
const PARTS: usize = 16;

/// Compiles `work` for each kind of processor and runs the version for this one.
#[inline(always)]
pub fn vectorized<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

/// `e^x` within about one unit in the last place; 0 far below zero, and exactly 1 at zero.
///
/// As in Cephes: 2 to the nearest integer power, times a polynomial on what is left. Without branches, so that
/// loops over it are vectorised.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2^23: adding it leaves no fraction.
    let clamped = x.clamp(-87.3, 88.3);
    let power = (clamped * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let rest = clamped - power * 0.693_359_4 + power * 2.121_944_4e-4;
    let mut series = 1.987_569_1e-4;
    series = series * rest + 1.398_199_9e-3;
    series = series * rest + 8.333_452e-3;
    series = series * rest + 4.166_579_6e-2;
    series = series * rest + 1.666_666_5e-1;
    series = series * rest + 0.5;
    let value = series * (rest * rest) + rest + 1.0;
    // The sum with ROUND has the power in its low bits, and those move to the exponent's place.
    let shift = (power + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    let scaled = f32::from_bits(value.to_bits().wrapping_add(shift));
    let scaled = if x < -87.3 { 0.0 } else { scaled };
    let scaled = if x > 88.3 { f32::INFINITY } else { scaled };
    if x.is_nan() { x } else { scaled }
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp((-x).min(88.0)))
}

/// `Σ f(a, b)` over two rows.
#[inline(always)]
pub fn sum2(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut parts = [0.0f32; PARTS];
    let (a_parts, b_parts) = (a.chunks_exact(PARTS), b.chunks_exact(PARTS));
    let rest = a_parts.remainder().iter().zip(b_parts.remainder());
    for (a, b) in a_parts.zip(b_parts) {
        for ((part, a), b) in parts.iter_mut().zip(a).zip(b) {
            *part += f(*a, *b);
        }
    }
    for (part, (a, b)) in parts.iter_mut().zip(rest) {
        *part += f(*a, *b);
    }
    across(parts)
}

/// `Σ f(a)` over a row.
#[inline(always)]
pub fn sum(a: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut parts = [0.0f32; PARTS];
    let chunks = a.chunks_exact(PARTS);
    let rest = chunks.remainder();
    for a in chunks {
        for (part, a) in parts.iter_mut().zip(a) {
            *part += f(*a);
        }
    }
    for (part, a) in parts.iter_mut().zip(rest) {
        *part += f(*a);
    }
    across(parts)
}

/// The largest of a row; minus infinity for none.
#[inline(always)]
pub fn max(a: &[f32]) -> f32 {
    let mut parts = [f32::NEG_INFINITY; PARTS];
    let chunks = a.chunks_exact(PARTS);
    let rest = chunks.remainder();
    for a in chunks {
        for (part, a) in parts.iter_mut().zip(a) {
            *part = if *a > *part { *a } else { *part };
        }
    }
    let larger = |most: f32, a: &f32| if *a > most { *a } else { most };
    parts.iter().chain(rest).fold(f32::NEG_INFINITY, larger)
}

#[inline(always)]
fn across(mut parts: [f32; PARTS]) -> f32 {
    let mut half = PARTS / 2;
    while half > 0 {
        for i in 0..half {
            parts[i] += parts[i + half];
        }
        half /= 2;
    }
    parts[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exact_to_the_last_places() {
        let mut worst = 0.0f64;
        for step in -860_000..880_000 {
            let x = step as f32 / 10_000.0;
            let exact = f64::from(x).exp();
            worst = worst.max((f64::from(exp(x)) - exact).abs() / exact);
        }
        assert!(worst < 1.5e-7, "{worst}");
        assert_eq!(exp(0.0).to_bits(), 1.0f32.to_bits());
        assert_eq!(exp(f32::NEG_INFINITY).to_bits(), 0);
        assert_eq!(exp(-1e9).to_bits(), 0);
        assert!(exp(100.0).is_infinite());
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn sums_count_everything_once() {
        for n in [0u16, 1, 15, 16, 17, 100] {
            let a: Vec<f32> = (0..n).map(f32::from).collect();
            let expected: f32 = a.iter().sum();
            assert!((sum(&a, |x| x) - expected).abs() < 1e-3);
            assert!((sum2(&a, &a, |x, _| x) - expected).abs() < 1e-3);
            assert!(n == 0 || (max(&a) - f32::from(n - 1)).abs() < 1e-9);
        }
    }
}
