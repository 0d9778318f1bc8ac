//! What a symbol's name may mean.

use bughound_index::{FileIdx, Index, SymbolIdx};

/// What a symbol's name may lead to.
pub(super) enum Found {
    Symbols(Vec<SymbolIdx>),
    Outline(FileIdx),
    Nothing { reason: String, near: Vec<String> },
}

/// Reads `path::name`, `path:line`, `path`, `Qualified.name` or `name`, in this order.
pub(super) fn find(index: &Index, wanted: &str) -> Found {
    if let Some((path, name)) = wanted.split_once("::")
        && (path.contains('/') || index.file_at(path).is_some() || path.contains('.'))
    {
        let Some(file) = index.file_at(path) else {
            return no_file(index, path);
        };
        let symbols = index.find(file, name);
        if symbols.is_empty() {
            let near = index.names().nearest(index, name, Some(file), 5);
            let near = near
                .into_iter()
                .map(|name| format!("{path}::{name}"))
                .collect();
            return Found::Nothing {
                reason: format!("no definition is called `{name}` in {path}"),
                near,
            };
        }
        return Found::Symbols(symbols);
    }
    if let Some(file) = index.file_at(wanted) {
        return Found::Outline(file);
    }
    if let Some((path, line)) = wanted.rsplit_once(':')
        && let Ok(line) = line.parse::<u32>()
    {
        let Some(file) = index.file_at(path) else {
            return no_file(index, path);
        };
        return match index.symbol_at(file, line) {
            Some(symbol) => Found::Symbols(vec![symbol]),
            None => Found::Nothing {
                reason: format!("no definition is around line {line} of {path}"),
                near: Vec::new(),
            },
        };
    }
    let name = wanted.replace("::", ".");
    let last = name.rsplit('.').next().unwrap_or(&name);
    let symbols: Vec<SymbolIdx> = index
        .names()
        .defined(last)
        .iter()
        .copied()
        .filter(|&symbol| ends_with_name(index.symbol(symbol).qualified_name(), &name))
        .collect();
    if !symbols.is_empty() {
        return Found::Symbols(symbols);
    }
    if wanted.contains('/') {
        return no_file(index, wanted);
    }
    let near = index.names().nearest(index, &name, None, 5);
    Found::Nothing {
        reason: format!("no definition is called `{name}`"),
        near,
    }
}

/// Whether `name` is the whole qualified name or its last parts.
fn ends_with_name(qualified_name: &str, name: &str) -> bool {
    qualified_name
        .strip_suffix(name)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn no_file(index: &Index, path: &str) -> Found {
    let wanted = path.rsplit('/').next().unwrap_or(path);
    let near = index
        .files()
        .iter()
        .map(bughound_index::File::path)
        .filter(|path| path.file_name() == wanted)
        .take(5)
        .map(ToString::to_string)
        .collect();
    Found::Nothing {
        reason: format!("no source file is called {path}"),
        near,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_from_their_end() {
        for (qualified_name, name, expect) in [
            ("Reader.load", "load", true),
            ("Reader.load", "Reader.load", true),
            ("pkg.Reader.load", "Reader.load", true),
            ("Reader.upload", "load", false),
            ("load", "Reader.load", false),
        ] {
            assert_eq!(
                ends_with_name(qualified_name, name),
                expect,
                "{qualified_name} {name}"
            );
        }
    }
}
