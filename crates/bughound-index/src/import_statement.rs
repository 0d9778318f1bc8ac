//! Import statements as they are kept in a record.

use crate::record::BlobRecord;

/// One import statement, or one module of one (`import a, b` gives two).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportStatement<'a> {
    /// The module as written, without leading dots; empty for `from . import a`.
    pub module: &'a str,
    /// Leading dots of a relative Python import; 0 elsewhere.
    pub level: u32,
    /// The module's own name in this file, `""` where it has none.
    pub alias: &'a str,
    /// The line on which the statement begins.
    pub line: u32,
    names: &'a str,
}

impl<'a> ImportStatement<'a> {
    /// The names that are brought in, each `name` or `name as alias`; none for a module import.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.names.lines()
    }
}

impl BlobRecord {
    /// The imports of the file, in source order; an [`crate::ImportEdge`] names one by its position here.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = ImportStatement<'_>> {
        self.imports.iter().map(|import| ImportStatement {
            module: self.text(import.module),
            level: import.level,
            alias: self.text(import.alias),
            line: import.line,
            names: self.text(import.names),
        })
    }
}
