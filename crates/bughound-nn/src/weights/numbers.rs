//! Numbers as bytes: single precision and both kinds of half.

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, as they are computed.
    #[default]
    F32,
    /// The upper 16 bits, rounded to nearest even.
    Bf16,
}

impl Precision {
    /// The word for it in `config.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::Bf16 => "bfloat16",
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::F32 => Kind::F32,
            Self::Bf16 => Kind::Bf16,
        }
    }
}

/// Kinds of numbers that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    F32,
    Bf16,
    F16,
}

impl Kind {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::F32, Self::Bf16, Self::F16]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::Bf16 => "BF16",
            Self::F16 => "F16",
        }
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::Bf16 | Self::F16 => 2,
        }
    }

    /// As many numbers as there are bytes for.
    pub(super) fn decode(self, to: &mut [f32], bytes: &[u8]) {
        let halves = bytes
            .chunks_exact(2)
            .map(|b| u16::from_le_bytes([b[0], b[1]]));
        match self {
            Self::F32 => {
                for (to, b) in to.iter_mut().zip(bytes.chunks_exact(4)) {
                    *to = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                }
            }
            Self::Bf16 => {
                for (to, bits) in to.iter_mut().zip(halves) {
                    *to = f32::from_bits(u32::from(bits) << 16);
                }
            }
            Self::F16 => {
                for (to, bits) in to.iter_mut().zip(halves) {
                    *to = from_half(bits);
                }
            }
        }
    }

    pub(super) fn encode(self, to: &mut Vec<u8>, numbers: &[f32]) {
        for x in numbers {
            match self {
                Self::F32 => to.extend(x.to_le_bytes()),
                Self::Bf16 => to.extend(to_bf16(*x).to_le_bytes()),
                // Never written: its range is too small for weights that were trained in others.
                Self::F16 => {}
            }
        }
    }
}

fn to_bf16(x: f32) -> u16 {
    let bits = x.to_bits();
    if x.is_nan() {
        return (bits >> 16) as u16 | 0x40;
    }
    let round = 0x7fff + ((bits >> 16) & 1);
    (bits.wrapping_add(round) >> 16) as u16
}

fn from_half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(bits >> 10) & 0x1f, u32::from(bits & 0x3ff));
    let magnitude = match (exponent, fraction) {
        (0, _) => return f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        (31, _) => 0x7f80_0000 | (fraction << 13),
        _ => ((exponent + 112) << 23) | (fraction << 13),
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_what_ieee_says() {
        let check =
            |bits: u16, expected: f32| assert_eq!(from_half(bits).to_bits(), expected.to_bits());
        check(0x0000, 0.0);
        check(0x8000, -0.0);
        check(0x3c00, 1.0);
        check(0xc100, -2.5);
        check(0x7bff, 65504.0);
        check(0x0001, 5.960_464_5e-8);
        check(0x83ff, -6.097_555e-5);
        check(0x7c00, f32::INFINITY);
        assert!(from_half(0x7e00).is_nan());
    }

    #[test]
    fn bf16_rounds_to_nearest_even() {
        let check = |x: f32, expected: u16| assert_eq!(to_bf16(x), expected, "{x}");
        check(1.0, 0x3f80);
        check(f32::from_bits(0x3f80_8000), 0x3f80);
        check(f32::from_bits(0x3f81_8000), 0x3f82);
        check(f32::from_bits(0x3f80_8001), 0x3f81);
        check(-2.0, 0xc000);
        check(f32::INFINITY, 0x7f80);
        assert!(f32::from_bits(u32::from(to_bf16(f32::NAN)) << 16).is_nan());
    }
}
