//! The source of tests that a log names.

use bughound_index::{DefinitionFlags, FileRole, Index, SymbolIdx};

use super::BuildLog;
use super::compose::last_name;

/// More definitions of one name tell nothing.
const MAX_DEFINITIONS: usize = 3;

impl BuildLog {
    /// As [`BuildLog::issue`], with the sources of failing tests that `index` knows.
    pub fn issue_in(&self, index: &Index) -> String {
        self.issue(|test| source_of(index, test))
    }
}

fn source_of(index: &Index, test: &str) -> Option<String> {
    let found: Vec<SymbolIdx> = index
        .names()
        .defined(last_name(test))
        .iter()
        .copied()
        .filter(|&symbol| {
            let symbol = index.symbol(symbol);
            symbol.kind().is_callable()
                && (symbol.file.role() == FileRole::Test
                    || symbol.def.flags.has(DefinitionFlags::TEST))
        })
        .collect();
    if found.is_empty() || found.len() > MAX_DEFINITIONS {
        return None;
    }
    let sources: Vec<String> = found.iter().map(|&symbol| index.source(symbol)).collect();
    Some(sources.join("\n"))
}
