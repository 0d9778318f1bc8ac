//! Names of files in a table's folder.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

const SEGMENT: &str = "segment";
const TEMPORARY: &str = "temporary";

/// A name that no other segment has or will have. Randomness comes from the standard library's hash
/// seeds, which every process draws from the system.
pub(crate) fn fresh() -> String {
    let word = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:08x}", word(), word() >> 32)
}

pub(crate) fn segment(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(SEGMENT)
}

pub(crate) fn temporary(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(TEMPORARY)
}

/// What lies in a table's folder, each kind sorted by name.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) segments: Vec<PathBuf>,
    /// Segments in the making, or left behind by a process that was killed.
    pub(crate) temporaries: Vec<PathBuf>,
}

/// Lists a folder; one that does not exist is empty.
pub(crate) fn list(folder: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some(SEGMENT) => listing.segments.push(path),
            Some(TEMPORARY) => listing.temporaries.push(path),
            _ => {}
        }
    }
    listing.segments.sort();
    listing.temporaries.sort();
    Ok(listing)
}

/// The folder's name for a table. Letters, digits, `-` and `_` stand for themselves.
pub(crate) fn table_folder(name: &str) -> String {
    let mut folder = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            folder.push(char::from(byte));
        } else {
            folder.push_str(&format!("%{byte:02X}"));
        }
    }
    folder
}

/// The table that a folder's name stands for; `None` for other folders.
pub(crate) fn table_name(folder: &str) -> Option<String> {
    let mut name = Vec::new();
    let mut rest = folder.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            name.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            name.push(*first);
            rest = after;
        }
    }
    let name = String::from_utf8(name).ok()?;
    (!name.is_empty() && table_folder(&name) == folder).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_tables() {
        for (name, folder) in [
            ("outline-python", "outline-python"),
            ("../a b", "%2E%2E%2Fa%20b"),
            ("ü", "%C3%BC"),
        ] {
            assert_eq!(table_folder(name), folder);
            assert_eq!(table_name(folder).as_deref(), Some(name));
        }
        for alien in ["", "a.b", "%", "%4", "%zz", "%41", "%FF"] {
            assert_eq!(table_name(alien), None, "{alien}");
        }
    }

    #[test]
    fn fresh_names_differ() {
        let names: std::collections::BTreeSet<_> = (0..1000).map(|_| fresh()).collect();
        assert_eq!(names.len(), 1000);
    }
}
