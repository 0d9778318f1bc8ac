//! Numbers of 16 bits (IEEE 754 binary16).

/// The nearest number of 16 bits, to even where two are equally near; infinity beyond 65,504.
pub(super) fn to_half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) & 0x8000;
    let magnitude = bits & 0x7FFF_FFFF;
    let half = if magnitude > 0x7F80_0000 {
        0x7E00
    } else if magnitude >= 0x4780_0000 {
        // 65,536 and above.
        0x7C00
    } else if magnitude >= 0x3880_0000 {
        // A normal number: rebias the exponent and round 13 bits away. A carry moves into the exponent as it should.
        let rebiased = magnitude - (112 << 23);
        (rebiased + 0x0FFF + ((rebiased >> 13) & 1)) >> 13
    } else if magnitude >= 0x3300_0000 {
        // A subnormal one: shift the mantissa with its leading bit.
        let shift = 126 - (magnitude >> 23);
        let mantissa = (magnitude & 0x007F_FFFF) | 0x0080_0000;
        let kept = mantissa >> shift;
        let rest = mantissa & ((1 << shift) - 1);
        let middle = 1 << (shift - 1);
        kept + u32::from(rest > middle || (rest == middle && kept & 1 == 1))
    } else {
        0
    };
    // Sign and magnitude of 15 bits.
    u16::try_from(sign | half).unwrap_or(u16::MAX)
}

/// The value of a number of 16 bits.
pub(super) fn from_half(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10) & 0x1F;
    let mantissa = u32::from(half & 0x03FF);
    match exponent {
        0 => {
            let magnitude = mantissa as f32 / 16_777_216.0;
            f32::from_bits(magnitude.to_bits() | sign)
        }
        31 => f32::from_bits(sign | 0x7F80_0000 | (mantissa << 13)),
        _ => f32::from_bits(sign | ((exponent + 112) << 23) | (mantissa << 13)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_16_bits_survives() {
        for half in 0..=u16::MAX {
            let value = from_half(half);
            if value.is_nan() {
                assert!(from_half(to_half(value)).is_nan(), "{half:#x}");
            } else {
                assert_eq!(to_half(value), half, "{half:#x} is {value}");
            }
        }
    }

    #[test]
    fn rounding() {
        let check = |value: f32, expect: u16| {
            assert_eq!(to_half(value), expect, "{value}");
            assert_eq!(to_half(-value), expect | 0x8000, "-{value}");
        };
        check(1.0, 0x3C00);
        check(65_504.0, 0x7BFF);
        check(65_519.0, 0x7BFF);
        check(65_520.0, 0x7C00);
        check(1e9, 0x7C00);
        // Halfway between two neighbours goes to the even one.
        check(1.0 + 1.0 / 2048.0, 0x3C00);
        check(1.0 + 3.0 / 2048.0, 0x3C02);
        check(5.960_464_5e-8, 0x0001);
        check(2.980_232_2e-8, 0x0000);
        check(2.980_233e-8, 0x0001);
    }
}
