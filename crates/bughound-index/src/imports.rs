//! Which file imports which.

use rayon::prelude::*;

use crate::index::{FileIdx, Index};
use crate::modules::{Modules, Place};

/// One import of a file of this repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportEdge {
    /// The file that is imported.
    pub to: FileIdx,
    /// The line of the import.
    pub line: u32,
    /// The import's position in [`crate::BlobRecord::imports`].
    pub import: u32,
}

/// The imports between the files of an index. Imports of other projects have no edge.
pub struct ImportGraph {
    out: Vec<Vec<ImportEdge>>,
    into: Vec<Vec<FileIdx>>,
}

impl ImportGraph {
    pub(crate) fn build(index: &Index) -> Self {
        let modules = Modules::new(index);
        let files: Vec<FileIdx> = index.file_idxs().collect();
        let out: Vec<Vec<ImportEdge>> = files
            .par_iter()
            .with_min_len(64)
            .map(|&from| {
                let mut edges = Vec::new();
                for (number, import) in (0..).zip(&index.file(from).record().imports) {
                    for bound in modules.resolve(from, import) {
                        // `from package import module` is about the module alone.
                        let place = match bound.module {
                            Place::Nowhere => bound.from,
                            module => module,
                        };
                        let files = modules.files_of(place).iter();
                        edges.extend(files.filter(|&&to| to != from).map(|&to| ImportEdge {
                            to,
                            line: import.line,
                            import: number,
                        }));
                    }
                }
                edges.sort_unstable();
                edges.dedup();
                edges
            })
            .collect();
        let mut into = vec![Vec::new(); files.len()];
        for (from, edges) in files.iter().zip(&out) {
            for edge in edges {
                if into[edge.to.index()].last() != Some(from) {
                    into[edge.to.index()].push(*from);
                }
            }
        }
        Self { out, into }
    }

    /// The files that `file` imports, once per line.
    pub fn imports_of(&self, file: FileIdx) -> &[ImportEdge] {
        &self.out[file.index()]
    }

    /// The files that import `file`, each once.
    pub fn importers_of(&self, file: FileIdx) -> &[FileIdx] {
        &self.into[file.index()]
    }
}
