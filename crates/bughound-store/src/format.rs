//! How a segment file is laid out. All numbers are little-endian.
//!
//! ```text
//! head     16 bytes: MAGIC, FORMAT (u32), version of the table (u32)
//! values   each starts at a multiple of 8; zeros between them
//! keys     n × 20 bytes, ascending, distinct; zeros up to a multiple of 8
//! places   n × 24 bytes, in the order of the keys: offset, length, XXH3-64 of the value (u64 each)
//! foot     48 bytes: offset of `keys`, n, length of the file, XXH3-64 of the table's name, (u64 each),
//!          version of the table, FORMAT (u32 each), XXH3-64 of everything from `keys` to here
//! ```
//!
//! The foot's checksum covers keys and places; each value has its own, so that opening a segment costs
//! nothing for values that nobody asks for.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::Key;

/// First bytes of every segment.
pub(crate) const MAGIC: &[u8; 8] = b"bughound";

/// Version of this layout.
pub(crate) const FORMAT: u32 = 1;

pub(crate) const HEAD_LEN: usize = 16;
pub(crate) const FOOT_LEN: usize = 48;
pub(crate) const KEY_LEN: usize = size_of::<Key>();
pub(crate) const PLACE_LEN: usize = 24;

pub(crate) fn head(version: u32) -> [u8; HEAD_LEN] {
    let mut head = [0; HEAD_LEN];
    head[..8].copy_from_slice(MAGIC);
    head[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    head[12..].copy_from_slice(&version.to_le_bytes());
    head
}

/// Where a value lies in its file, and its checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) hash: u64,
}

impl Place {
    pub(crate) fn to_bytes(self) -> [u8; PLACE_LEN] {
        let mut bytes = [0; PLACE_LEN];
        for (at, number) in [self.offset, self.len, self.hash].into_iter().enumerate() {
            bytes[at * 8..][..8].copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// `bytes` has [`PLACE_LEN`] bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self {
            offset: u64_at(bytes, 0),
            len: u64_at(bytes, 8),
            hash: u64_at(bytes, 16),
        }
    }
}

/// The last bytes of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Foot {
    /// Where the keys start.
    pub(crate) keys: u64,
    /// How many there are.
    pub(crate) n_keys: u64,
    pub(crate) file_len: u64,
    /// Hash of the table's name: segments moved to another table are not trusted.
    pub(crate) table: u64,
    pub(crate) version: u32,
}

impl Foot {
    /// The foot's bytes; `index` is all between values and foot.
    pub(crate) fn to_bytes(self, index: &[u8]) -> [u8; FOOT_LEN] {
        let mut bytes = [0; FOOT_LEN];
        for (at, number) in [self.keys, self.n_keys, self.file_len, self.table]
            .into_iter()
            .enumerate()
        {
            bytes[at * 8..][..8].copy_from_slice(&number.to_le_bytes());
        }
        bytes[32..36].copy_from_slice(&self.version.to_le_bytes());
        bytes[36..40].copy_from_slice(&FORMAT.to_le_bytes());
        let hash = foot_hash(index, &bytes);
        bytes[40..].copy_from_slice(&hash.to_le_bytes());
        bytes
    }

    /// Reads a foot without trusting it. `bytes` has [`FOOT_LEN`] bytes. Answers the layout's version
    /// beside it.
    pub(crate) fn from_bytes(bytes: &[u8]) -> (Self, u32) {
        let foot = Self {
            keys: u64_at(bytes, 0),
            n_keys: u64_at(bytes, 8),
            file_len: u64_at(bytes, 16),
            table: u64_at(bytes, 24),
            version: u32_at(bytes, 32),
        };
        (foot, u32_at(bytes, 36))
    }

    /// Bytes between values and foot; `None` where the numbers make no sense.
    pub(crate) fn index_len(&self) -> Option<usize> {
        let n = usize::try_from(self.n_keys).ok()?;
        n.checked_mul(KEY_LEN)?
            .checked_next_multiple_of(8)?
            .checked_add(n.checked_mul(PLACE_LEN)?)
    }
}

/// The checksum that a foot ends with. `foot` has [`FOOT_LEN`] bytes.
pub(crate) fn foot_hash(index: &[u8], foot: &[u8]) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(index);
    hasher.update(&foot[..FOOT_LEN - 8]);
    hasher.digest()
}

pub(crate) fn value_hash(value: &[u8]) -> u64 {
    xxh3_64(value)
}

pub(crate) fn table_hash(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foot_and_place_there_and_back() {
        let foot = Foot {
            keys: 64,
            n_keys: 3,
            file_len: 244,
            table: table_hash("t"),
            version: 7,
        };
        let bytes = foot.to_bytes(b"index");
        assert_eq!(Foot::from_bytes(&bytes), (foot, FORMAT));
        assert_eq!(u64_at(&bytes, 40), foot_hash(b"index", &bytes));
        assert_eq!(foot.index_len(), Some(64 + 72));
        assert_eq!(
            Foot {
                n_keys: u64::MAX,
                ..foot
            }
            .index_len(),
            None
        );
        let place = Place {
            offset: 16,
            len: 5,
            hash: value_hash(b"12345"),
        };
        assert_eq!(Place::from_bytes(&place.to_bytes()), place);
    }
}
