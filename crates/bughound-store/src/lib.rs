//! What have we computed before? A cache of immutable segment files that several processes may read and
//! write at the same time, and that a kill at any moment leaves whole.
//!
//! A cache holds *tables*; a table maps keys of 20 bytes to values (bytes). Nothing is ever changed in
//! place: [`Table::put_all`] writes one new segment under a temporary name, with a checksum, and renames
//! it. Whoever opens the table later sees it. A segment that is torn, damaged or of another version is
//! left out, reported and rebuilt from its source, never trusted.
//!
//! This crate knows nothing of git, source files or what the values mean.

use std::path::{Path, PathBuf};

/// A key: usually a git object id.
pub type Key = [u8; 20];

/// A folder of tables, or memory alone.
#[derive(Clone, Debug)]
pub struct Store {
    dir: Option<PathBuf>,
}

impl Store {
    /// A cache in a folder, made on first write.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: Some(dir.into()) }
    }

    /// A cache that keeps nothing: every look-up misses, every write is dropped.
    pub fn none() -> Self {
        Self { dir: None }
    }

    /// The folder.
    pub fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// Opens a table. `version` is the version of whatever computes the values: entries of any other
    /// version are as good as absent.
    pub fn table(&self, name: &str, version: u32) -> Table {
        let _ = (name, version);
        Table { findings: Vec::new() }
    }
}

/// A table as it was when it was opened.
#[derive(Debug)]
pub struct Table {
    findings: Vec<String>,
}

impl Table {
    /// Number of distinct keys.
    pub fn len(&self) -> usize {
        0
    }

    /// Whether no key is there.
    pub fn is_empty(&self) -> bool {
        true
    }

    /// Whether a key is there.
    pub fn contains(&self, key: &Key) -> bool {
        let _ = key;
        false
    }

    /// The value of a key. `None` where it is absent.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        let _ = key;
        None
    }

    /// What was wrong with the folder: damaged segments left out, no permission to read. For people.
    pub fn findings(&self) -> &[String] {
        &self.findings
    }

    /// Writes values as one new segment, so that later openings see them; this opening does not change.
    ///
    /// # Errors
    /// Where the folder cannot be written (read-only, full): nothing is left behind, and what is there
    /// stays whole. The caller may go on without a cache.
    pub fn put_all(&self, entries: &[(Key, Vec<u8>)]) -> Result<(), StoreError> {
        let _ = entries;
        Ok(())
    }
}

/// Why values could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file in it could not be written.
    #[error("cannot write the cache {path}: {source}")]
    Write {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
