//! Small repositories, written as text.

use std::fs;
use std::sync::Arc;

use bughound_index::{FileIdx, Index, SymbolIdx};
use bughound_repo::Snapshot;
use bughound_store::Store;
use tempfile::TempDir;

/// An index of files that lie in a folder of their own.
pub(crate) struct Fixture {
    pub(crate) index: Index,
    /// Dropped last: the index reads from it.
    _dir: TempDir,
}

/// Writes files, given as `//- path` lines each followed by a text, and indexes them.
pub(crate) fn fixture(files: &str) -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), files);
    let index = index_of(&dir, &Store::none());
    Fixture { _dir: dir, index }
}

/// Writes files as [`fixture`] does.
pub(crate) fn write(dir: &std::path::Path, files: &str) {
    for file in files.split("//- ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        let path = dir.join(path.trim());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

pub(crate) fn index_of(dir: &TempDir, store: &Store) -> Index {
    let snapshot = Snapshot::worktree(dir.path()).unwrap();
    Index::build(Arc::new(snapshot), store).0
}

impl Fixture {
    /// The only definition with a dotted name, or `path::name`.
    pub(crate) fn symbol(&self, id: &str) -> SymbolIdx {
        let found: Vec<SymbolIdx> = self
            .index
            .symbol_idxs()
            .filter(|&symbol| {
                let symbol = self.index.symbol(symbol);
                symbol.qualified_name() == id || symbol.id().to_string() == id
            })
            .collect();
        assert_eq!(found.len(), 1, "definitions called {id}");
        found[0]
    }

    /// `path::name` of a definition.
    pub(crate) fn id(&self, symbol: SymbolIdx) -> String {
        self.index.symbol(symbol).id().to_string()
    }

    pub(crate) fn path(&self, file: FileIdx) -> String {
        self.index.file(file).path().to_string()
    }
}
