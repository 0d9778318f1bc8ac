//! `exp`, `ln`, `tanh` and `cos` in plain arithmetic: the same bits on every platform.
//!
//! The `f32` functions are within 2 units in the last place, the `f64` ones within a few; that is what their tests
//! assert. Square roots are exact by IEEE 754 and are taken from the standard library.

/// 1.5 · 2²³ and 1.5 · 2⁵²: adding and subtracting it rounds to the nearest whole number.
const ROUND_F32: f32 = 12_582_912.0;
const ROUND_F64: f64 = 6_755_399_441_055_744.0;

/// `eˣ`: 0 below −87.33, where the result would be subnormal, infinity above 88.72.
///
/// `x = n·ln 2 + r` with `|r| ≤ ln 2 / 2`, a polynomial for `eʳ` (the one of Cephes' `expf`), times `2ⁿ`.
pub fn exp(x: f32) -> f32 {
    let bounded = x.clamp(-87.336_54, 88.722_83);
    let n = (bounded * std::f32::consts::LOG2_E + ROUND_F32) - ROUND_F32;
    // ln 2 in two pieces; the first has few bits, so that its product with n is exact.
    let r = (bounded - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let poly = ((((1.987_569_1e-4 * r + 1.398_2e-3) * r + 8.333_452e-3) * r + 4.166_579_6e-2) * r
        + 0.166_666_65)
        * r
        + 0.5;
    let value = (poly * (r * r) + r + 1.0) * half_power(n) * half_power_rest(n);
    if x < -87.336_54 {
        0.0
    } else if x > 88.722_83 {
        f32::INFINITY
    } else {
        value
    }
}

/// `ln x`: minus infinity at 0, NaN below.
pub fn ln(x: f32) -> f32 {
    narrow(ln_f64(f64::from(x)))
}

/// `tanh x`.
pub fn tanh(x: f32) -> f32 {
    let wide = f64::from(x);
    if wide.abs() < 1e-4 {
        return narrow(wide * (1.0 - wide * wide / 3.0));
    }
    let e = exp_f64(2.0 * wide.clamp(-20.0, 20.0));
    narrow((e - 1.0) / (e + 1.0))
}

/// `1 / (1 + e⁻ˣ)`.
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `eˣ` in double precision: 0 below −708, infinity above 709.
pub fn exp_f64(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < -708.0 {
        return 0.0;
    }
    if x > 709.0 {
        return f64::INFINITY;
    }
    let n = (x * std::f64::consts::LOG2_E + ROUND_F64) - ROUND_F64;
    let r = (x - n * 0.693_147_180_369_123_8) - n * 1.908_214_929_270_587_7e-10;
    // Taylor's series; the 14th term is below 2⁻⁵⁷ for |r| ≤ 0.35.
    let mut sum = 1.0;
    for k in (1..=13).rev() {
        sum = 1.0 + sum * r / f64::from(k);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "n is a whole number between -1022 and 1023"
    )]
    let exponent = n as i64 + 1023;
    sum * f64::from_bits(exponent.unsigned_abs() << 52)
}

/// `ln x` in double precision: minus infinity at 0, NaN below.
///
/// `x = 2ⁿ·m` with `√½ ≤ m < √2`; `ln m = 2·artanh((m−1)/(m+1))` by its series.
pub fn ln_f64(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    if x < f64::MIN_POSITIVE {
        return ln_f64(x * 18_014_398_509_481_984.0) - 54.0 * std::f64::consts::LN_2;
    }
    let bits = x.to_bits();
    let mut n = i32::try_from(bits >> 52).unwrap_or(0) - 1023;
    let mut m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        n += 1;
    }
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for k in (0..=11).rev() {
        sum = sum * square + 1.0 / f64::from(2 * k + 1);
    }
    f64::from(n) * std::f64::consts::LN_2 + 2.0 * s * sum
}

/// `cos x` for `0 ≤ x ≤ π`; the argument is held to that range.
pub fn cos(x: f64) -> f64 {
    let y = x.clamp(0.0, std::f64::consts::PI) - std::f64::consts::FRAC_PI_2;
    // cos x = −sin y, by Taylor's series up to y²¹.
    let square = y * y;
    let mut sum = 1.0;
    for k in (1..=10).rev() {
        sum = 1.0 - sum * square / f64::from(2 * k * (2 * k + 1));
    }
    -y * sum
}

/// The nearest `f32`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to the nearest is what is wanted"
)]
pub(crate) fn narrow(x: f64) -> f32 {
    x as f32
}

/// `2^⌊n/2⌋` for a whole `n`: two factors reach powers that one could not hold.
fn half_power(n: f32) -> f32 {
    power(whole(n) >> 1)
}

fn half_power_rest(n: f32) -> f32 {
    let n = whole(n);
    power(n - (n >> 1))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "n is a whole number between -126 and 128"
)]
fn whole(n: f32) -> i32 {
    n as i32
}

fn power(n: i32) -> f32 {
    f32::from_bits((n + 127).unsigned_abs() << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units in the last place between a result and the platform's double-precision value.
    fn ulps(ours: f32, exact: f64) -> f64 {
        let unit = f64::from((narrow(exact).abs().max(f32::MIN_POSITIVE)).next_up())
            - f64::from(narrow(exact).abs().max(f32::MIN_POSITIVE));
        ((f64::from(ours) - exact) / unit).abs()
    }

    #[test]
    fn close_to_the_exact_values() {
        let check =
            |name: &str, ours: fn(f32) -> f32, exact: fn(f64) -> f64, from: f32, to: f32| {
                let mut worst = (0.0_f64, 0.0_f32);
                for step in 0..20_000_u16 {
                    let x = from + (to - from) * f32::from(step) / 20_000.0;
                    let off = ulps(ours(x), exact(f64::from(x)));
                    if off > worst.0 {
                        worst = (off, x);
                    }
                }
                assert!(
                    worst.0 <= 2.0,
                    "{name}({}) is {} ulps off",
                    worst.1,
                    worst.0
                );
            };
        check("exp", exp, f64::exp, -87.0, 88.7);
        check("exp", exp, f64::exp, -0.01, 0.01);
        check("ln", ln, f64::ln, 1e-30, 1e-3);
        check("ln", ln, f64::ln, 1e-3, 1e4);
        check("tanh", tanh, f64::tanh, -12.0, 12.0);
        check("tanh", tanh, f64::tanh, -1e-3, 1e-3);
    }

    #[test]
    fn close_to_the_exact_values_in_double_precision() {
        for step in 0..20_000_u16 {
            let x = f64::from(step) / 20_000.0;
            let check = |name: &str, ours: f64, exact: f64| {
                let off = (ours - exact).abs() / exact.abs().max(1e-3);
                assert!(off < 4e-15, "{name} at {x}: {ours} against {exact}");
            };
            check(
                "exp",
                exp_f64(1400.0 * (x - 0.5)),
                (1400.0 * (x - 0.5)).exp(),
            );
            check("ln", ln_f64(1e-5 + 50.0 * x), (1e-5 + 50.0 * x).ln());
            check(
                "cos",
                2.0 + cos(std::f64::consts::PI * x),
                2.0 + (std::f64::consts::PI * x).cos(),
            );
        }
    }

    #[test]
    fn the_ends() {
        let check = |ours: f32, expect: f32| {
            assert!(
                ours.to_bits() == expect.to_bits() || (ours.is_nan() && expect.is_nan()),
                "{ours} against {expect}"
            );
        };
        check(exp(0.0), 1.0);
        check(exp(-1000.0), 0.0);
        check(exp(f32::NEG_INFINITY), 0.0);
        check(exp(1000.0), f32::INFINITY);
        check(exp(f32::NAN), f32::NAN);
        check(ln(1.0), 0.0);
        check(ln(0.0), f32::NEG_INFINITY);
        check(ln(-1.0), f32::NAN);
        check(ln(f32::INFINITY), f32::INFINITY);
        check(tanh(0.0), 0.0);
        check(tanh(1e9), 1.0);
        check(tanh(-1e9), -1.0);
        check(tanh(f32::NAN), f32::NAN);
        check(sigmoid(0.0), 0.5);
        check(sigmoid(-1000.0), 0.0);
    }
}
