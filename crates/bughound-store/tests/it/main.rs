//! The cache as its users see it: several handles, threads and processes, and files that went wrong.

mod damage;
mod model;
mod processes;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use bughound_store::Key;

/// A key whose bytes are spread like those of a hash.
fn key(n: u32) -> Key {
    let mut key = [0; 20];
    key[..4].copy_from_slice(&n.wrapping_mul(0x9E37_79B9).to_be_bytes());
    key[16..].copy_from_slice(&n.to_le_bytes());
    key
}

/// The value that a key names: of any length from 0 up.
fn value(n: u32) -> Vec<u8> {
    (0..n % 97)
        .map(|at| n.wrapping_mul(31).wrapping_add(at).to_le_bytes()[0])
        .collect()
}

fn entries(range: std::ops::Range<u32>) -> Vec<(Key, Vec<u8>)> {
    range.map(|n| (key(n), value(n))).collect()
}

/// Files of a table with an extension, sorted.
fn files(dir: &Path, table: &str, extension: &str) -> Vec<PathBuf> {
    let Ok(listing) = fs::read_dir(dir.join(table)) else {
        return Vec::new();
    };
    let mut files: Vec<_> = listing
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}
