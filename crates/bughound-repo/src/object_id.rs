//! Names of git objects.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// A git object id (SHA-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId(pub [u8; 20]);

impl ObjectId {
    /// Twenty zero bytes: git's way to say "no object".
    pub const NULL: Self = Self([0; 20]);

    /// Reads 40 hexadecimal digits, of either case.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 40 {
            return None;
        }
        let mut id = [0; 20];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(id))
    }

    /// Whether this is [`ObjectId::NULL`].
    pub fn is_null(&self) -> bool {
        *self == Self::NULL
    }

    pub(crate) fn to_gix(self) -> gix::ObjectId {
        gix::ObjectId::Sha1(self.0)
    }

    /// `None` for ids of another hash than SHA-1.
    pub(crate) fn from_gix(id: &gix::oid) -> Option<Self> {
        id.as_bytes().try_into().ok().map(Self)
    }
}

/// The first bytes suffice: ids are hashes already.
impl Hash for ObjectId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut head = [0; 8];
        head.copy_from_slice(&self.0[..8]);
        state.write_u64(u64::from_le_bytes(head));
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = NotAnObjectId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_hex(text).ok_or_else(|| NotAnObjectId {
            text: text.to_owned(),
        })
    }
}

/// The text is not an object id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an object id (40 hexadecimal digits)")]
pub struct NotAnObjectId {
    /// What was given.
    pub text: String,
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_there_and_back() {
        let text = "0123456789abcdef0123456789ABCDEF01234567";
        let id: ObjectId = text.parse().expect("40 digits");
        assert_eq!(id.to_string(), text.to_lowercase());
        for bad in [
            "",
            "0123",
            &text[1..],
            "g123456789abcdef0123456789abcdef01234567",
            &format!("{text}0"),
        ] {
            assert!(bad.parse::<ObjectId>().is_err(), "{bad}");
        }
    }
}
