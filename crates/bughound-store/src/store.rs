//! A cache: a folder of tables.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::stats::{self, TableStats};
use crate::{StoreError, Table, names};

/// A folder of tables, or nothing.
#[derive(Clone, Debug)]
pub struct Store {
    dir: Option<PathBuf>,
}

impl Store {
    /// A cache in a folder, made on first write.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: Some(dir.into()),
        }
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
        match self.folder(name) {
            Some(folder) => Table::open(folder, name, version),
            None => Table::nowhere(name, version),
        }
    }

    /// What the cache holds, table by table, sorted by name. Reads and checks every byte.
    pub fn stats(&self) -> Vec<TableStats> {
        let mut tables: Vec<_> = self
            .table_names()
            .iter()
            .filter_map(|name| Some(stats::examine(&self.folder(name)?, name)))
            .collect();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        tables
    }

    /// Removes all tables; answers how many bytes that freed. Files that are not the cache's own stay.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn clear(&self) -> Result<u64, StoreError> {
        let mut freed = 0;
        for name in self.table_names() {
            let Some(folder) = self.folder(&name) else {
                continue;
            };
            let listing = names::list(&folder).map_err(StoreError::write(&folder))?;
            for path in listing.segments.iter().chain(&listing.temporaries) {
                let size = fs::metadata(path).map_or(0, |meta| meta.len());
                match fs::remove_file(path) {
                    Ok(()) => freed += size,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(StoreError::write(path)(error)),
                }
            }
            // It stays where something else lies in it, or where another process writes.
            let _ = fs::remove_dir(&folder);
        }
        Ok(freed)
    }

    fn folder(&self, table: &str) -> Option<PathBuf> {
        Some(self.dir.as_ref()?.join(names::table_folder(table)))
    }

    /// Names of all tables that have a folder.
    fn table_names(&self) -> Vec<String> {
        let Some(entries) = self.dir.as_ref().and_then(|dir| fs::read_dir(dir).ok()) else {
            return Vec::new();
        };
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| names::table_name(entry.file_name().to_str()?))
            .collect()
    }
}
