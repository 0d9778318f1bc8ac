//! Identifiers and dotted names of the issue that are symbols here.

use bughound_index::{FileRole, Index, SymbolIdx};

use super::{Exact, is_answer, zone_phrase};
use crate::issue::{Issue, IssueIdentifier, N_ZONES, Zone};
use crate::resolve::Paths;

/// Names that stand in every issue about anything.
const COMMON_NAMES: &[&str] = &[
    "add", "all", "any", "append", "apply", "args", "array", "bool", "bytes", "call", "check",
    "class", "clear", "close", "code", "config", "copy", "count", "data", "default", "delete",
    "dict", "end", "error", "eval", "exec", "execute", "exit", "file", "filter", "find", "float",
    "format", "func", "get", "group", "help", "id", "index", "info", "init", "insert", "int",
    "issue", "items", "join", "key", "keys", "len", "line", "list", "load", "log", "main", "map",
    "match", "max", "method", "min", "name", "new", "next", "none", "object", "open", "options",
    "order", "output", "parse", "path", "pop", "print", "process", "property", "range", "read",
    "remove", "replace", "reset", "result", "run", "save", "search", "set", "setup", "show",
    "size", "sort", "split", "start", "state", "stop", "str", "string", "sum", "super", "test",
    "text", "time", "title", "to", "tuple", "type", "update", "user", "value", "values", "version",
    "view", "warning", "write", "zip",
];

impl Exact {
    /// `w(zone) · (0.25 if a plain word neither called nor inlined) · (0.3 if common) / log2(1 + #defs)`.
    pub(super) fn names(&mut self, index: &Index, issue: &Issue) {
        for identifier in &issue.identifiers {
            let defined: Vec<SymbolIdx> = index
                .names()
                .defined(&identifier.name)
                .iter()
                .copied()
                .filter(|&symbol| is_answer(index, symbol))
                .collect();
            if defined.is_empty() {
                continue;
            }
            let share = 1.0 / (1.0 + defined.len() as f32).log2();
            let weight = name_weight(identifier) * share;
            let flag = |is_so: bool| if is_so { share } else { 0.0 };
            let stands_in = |zone: Zone| identifier.zone_counts[zone as usize] > 0;
            let place = zone_phrase(identifier.best_zone());
            for symbol in defined {
                let is_type = index.symbol(symbol).kind().is_type();
                let signals = self.symbols.entry(symbol).or_default();
                signals.in_title = signals.in_title.max(flag(stands_in(Zone::Title)));
                signals.called = signals.called.max(flag(identifier.called));
                signals.inlined = signals.inlined.max(flag(identifier.inlined));
                signals.in_code = signals.in_code.max(flag(stands_in(Zone::Code)));
                if is_type {
                    signals.class_name += weight;
                } else {
                    signals.name += weight;
                }
                signals.saw(
                    "name",
                    weight,
                    format!("`{}` is named {place}", identifier.name),
                );
                if is_type {
                    self.members(index, symbol, weight, &identifier.name, place);
                }
            }
        }
    }

    fn members(&mut self, index: &Index, class: SymbolIdx, weight: f32, name: &str, place: &str) {
        let file = index.file_of(class);
        for symbol in index.symbols_of(file) {
            if index.class_of(symbol) == Some(class) && index.symbol(symbol).is_candidate() {
                let signals = self.symbols.entry(symbol).or_default();
                signals.own_class += weight;
                signals.saw(
                    "own_class",
                    0.3 * weight,
                    format!("its class `{name}` is named {place}"),
                );
            }
        }
    }

    /// `Class.method` +2 each, `module.function` +1; the longest prefix that is a module marks its file.
    pub(super) fn dotted(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
        for dotted in &issue.dotted {
            let written = dotted.parts.join(".");
            let place = zone_phrase(dotted.best_zone());
            if let Some((file, n_parts)) = paths.module(&dotted.parts)
                && index.file(file).role() != FileRole::Test
            {
                let signals = self.files.entry(file).or_default();
                signals.module += 1.0;
                signals.saw(
                    "module",
                    1.0,
                    format!(
                        "module `{}` is named {place}",
                        dotted.parts[..n_parts].join(".")
                    ),
                );
                if let Some(name) = dotted.parts.get(n_parts) {
                    let rest = dotted.parts[n_parts..].join(".");
                    let mut found = index.find(file, &rest);
                    if found.is_empty() {
                        found = index.find(file, name);
                    }
                    for symbol in found {
                        if is_answer(index, symbol) {
                            let signals = self.symbols.entry(symbol).or_default();
                            signals.dotted += 1.0;
                            signals.saw("dotted", 0.7, format!("`{written}` is named {place}"));
                        }
                    }
                }
            }
            for pair in dotted.parts.windows(2) {
                let wanted = format!("{}.{}", pair[0], pair[1]);
                let matches: Vec<SymbolIdx> = index
                    .names()
                    .defined(&pair[1])
                    .iter()
                    .copied()
                    .filter(|&symbol| {
                        let name = index.symbol(symbol).qualified_name();
                        is_answer(index, symbol)
                            && (name == wanted
                                || name
                                    .strip_suffix(&wanted)
                                    .is_some_and(|head| head.ends_with('.')))
                    })
                    .collect();
                let weight = 2.0 / (1.0 + matches.len() as f32).log2().max(1.0);
                for symbol in matches {
                    let signals = self.symbols.entry(symbol).or_default();
                    signals.dotted += weight;
                    signals.saw(
                        "dotted",
                        0.7 * weight,
                        format!("`{written}` is named {place}"),
                    );
                }
            }
        }
    }
}

fn name_weight(identifier: &IssueIdentifier) -> f32 {
    const BY_ZONE: [f32; N_ZONES] = [3.0, 2.5, 1.0, 0.3, 1.0, 0.0];
    let mut weight: f32 = identifier
        .zone_counts
        .iter()
        .zip(BY_ZONE)
        .map(|(&count, weight)| f32::from(count.min(2)) * weight)
        .sum();
    if is_lower_word(&identifier.name) && !identifier.called && !identifier.inlined {
        weight *= 0.25;
    }
    if COMMON_NAMES
        .binary_search(&identifier.name.to_lowercase().as_str())
        .is_ok()
    {
        weight *= 0.3;
    }
    weight
}

fn is_lower_word(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::COMMON_NAMES;

    #[test]
    fn common_names_are_sorted() {
        assert!(COMMON_NAMES.is_sorted());
    }
}
