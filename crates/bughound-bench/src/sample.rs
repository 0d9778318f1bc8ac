//! What is asked of tools and of the hound: a fixed choice of an index's own definitions.

use bughound_core::SymbolKind;
use bughound_index::{Index, SymbolIdx};
use serde_json::{Value, json};

/// A tool and the arguments of one call.
pub type Call = (&'static str, Value);

/// Up to `n` calls of each tool, about definitions that lie evenly over the index.
pub fn tool_calls(index: &Index, n: usize) -> Vec<Call> {
    let candidates = index.candidates();
    let pick = |wanted: &dyn Fn(SymbolIdx) -> bool| -> Vec<SymbolIdx> {
        let found: Vec<SymbolIdx> = candidates
            .iter()
            .copied()
            .filter(|&symbol| wanted(symbol))
            .collect();
        let step = (found.len() / n.max(1)).max(1);
        found.into_iter().step_by(step).take(n).collect()
    };
    let kind = |symbol| index.symbol(symbol).kind();
    let is_type = |symbol: SymbolIdx| kind(symbol).is_type();
    let is_function = |symbol: SymbolIdx| kind(symbol) == SymbolKind::Function;
    let is_method =
        |symbol: SymbolIdx| kind(symbol) == SymbolKind::Method && index.class_of(symbol).is_some();
    let mut calls = Vec::new();
    for symbol in pick(&|_| true) {
        let found = index.symbol(symbol);
        let (file, id) = (found.path().as_str(), found.id().to_string());
        let lines = found.lines();
        calls.push(("find_callers", json!({ "symbol": id })));
        calls.push(("find_callees", json!({ "symbol": id })));
        calls.push(("find_tests", json!({ "symbol": id })));
        calls.push(("get_imports_of_file", json!({ "file": file })));
        calls.push((
            "read_lines",
            json!({ "file": file, "start": lines.start, "end": lines.end }),
        ));
        calls.push((
            "search_text",
            json!({ "text": format!("{}(", found.name()) }),
        ));
    }
    for symbol in pick(&is_type) {
        let found = index.symbol(symbol);
        let (file, name) = (found.path().as_str(), found.qualified_name());
        calls.push(("search_class", json!({ "file": file, "class": name })));
        calls.push((
            "find_subclasses",
            json!({ "class": found.id().to_string() }),
        ));
        calls.push((
            "get_code_of_class",
            json!({ "file_name": file, "class_name": found.name() }),
        ));
        // A name that is nearly right.
        let near = &name[..name.len() - name.chars().next_back().map_or(0, char::len_utf8)];
        calls.push(("search_class", json!({ "file": file, "class": near })));
    }
    for symbol in pick(&is_function) {
        let found = index.symbol(symbol);
        let (file, name) = (found.path().as_str(), found.name());
        calls.push(("search_function", json!({ "file": file, "function": name })));
        calls.push((
            "get_code_of_file_function",
            json!({ "file_name": file, "func_name": name }),
        ));
    }
    for symbol in pick(&is_method) {
        let found = index.symbol(symbol);
        let Some(class) = index.class_of(symbol) else {
            continue;
        };
        let (file, class, name) = (
            found.path().as_str(),
            index.symbol(class).qualified_name(),
            found.name(),
        );
        calls.push((
            "search_class_method",
            json!({ "file": file, "class": class, "method": name }),
        ));
        let arguments = json!({ "file_name": file, "class_name": class, "func_name": name });
        calls.push(("get_code_of_class_function", arguments));
    }
    calls
}

/// A text to locate where the user gives none: it names a few definitions, in words and in code.
pub fn issue(index: &Index) -> String {
    let candidates = index.candidates();
    let step = (candidates.len() / 4).max(1);
    let mut text =
        String::from("Wrong result after an update\n\nSince the last release this fails:\n\n");
    for symbol in candidates.into_iter().step_by(step).take(4) {
        let found = index.symbol(symbol);
        text += &format!(
            "- calling `{}` raises an error in {}\n",
            found.qualified_name(),
            found.path()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bughound_repo::Snapshot;
    use bughound_store::Store;
    use bughound_tools::{ToolContext, tool};

    use super::*;

    #[test]
    fn calls_are_understood_by_their_tools() {
        let dir = tempfile::tempdir().unwrap();
        let source = "class Klass:\n    def method(self): pass\ndef function(): Klass().method()\n";
        std::fs::write(dir.path().join("a.py"), source).unwrap();
        let snapshot = Snapshot::worktree(dir.path()).unwrap();
        let index = Arc::new(Index::build(Arc::new(snapshot), &Store::none()).0);
        let calls = tool_calls(&index, 10);
        assert_eq!(calls.len(), 3 * 6 + 4 + 2 + 2);
        let context = ToolContext::new(Arc::clone(&index));
        let failed: Vec<_> = calls
            .iter()
            .filter(|(name, arguments)| tool(name).unwrap().call(&context, arguments).is_err())
            .collect();
        // The near miss alone.
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert!(issue(&index).contains("`Klass.method`"));
    }
}
