//! Names for what is made of given inputs: SHA-256, in hexadecimal.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The SHA-256 of some bytes, 64 hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Gathers inputs; each is preceded by its length, so that no two lists of inputs look alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    pub(crate) fn new(kind: &str) -> Self {
        let mut digest = Self::default();
        digest.add(kind.as_bytes());
        digest
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The name, 40 digits: 160 bits are plenty for names that nobody attacks.
    pub(crate) fn name(self) -> String {
        let mut name = hex(&self.0.finalize());
        name.truncate(40);
        name
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
