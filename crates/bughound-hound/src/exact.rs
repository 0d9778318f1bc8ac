//! What the issue names literally: symbols, dotted names, stack frames, links, paths, messages.

use bughound_core::LineSpan;
use bughound_index::{FileIdx, FileRole, Index, SymbolIdx, text_trigrams};
use rustc_hash::FxHashMap;

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

/// One thing seen in the issue that points at a candidate or a file.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    pub(crate) feature: &'static str,
    /// Of a candidate: its share of the exact score. Of a file: the feature's own unit.
    pub(crate) weight: f32,
    pub(crate) text: String,
}

/// Exact signals per candidate and per file. Absent ones are 0.
#[derive(Default)]
pub(crate) struct Exact {
    /// Per symbol: names, class names, names of the own class, dotted names, tracebacks, links, literals.
    pub(crate) symbols: FxHashMap<SymbolIdx, SymbolSignals>,
    /// Per file: paths, modules, tracebacks, links.
    pub(crate) files: FxHashMap<FileIdx, FileSignals>,
}

/// What the issue says of one candidate. Formulas: docs/features.md.
#[derive(Clone, Debug, Default)]
pub(crate) struct SymbolSignals {
    pub(crate) name: f32,
    pub(crate) class_name: f32,
    pub(crate) own_class: f32,
    pub(crate) dotted: f32,
    pub(crate) traceback: f32,
    pub(crate) link: f32,
    pub(crate) literal: f32,
    pub(crate) sightings: Vec<Sighting>,
}

impl SymbolSignals {
    /// The fixed mixture: `x_fn + 0.5 x_cl + 0.3 x_own + 0.7 x_dot + 2 x_tb + 3 x_link + 0.08 x_str`.
    pub(crate) fn score(&self) -> f32 {
        self.name
            + 0.5 * self.class_name
            + 0.3 * self.own_class
            + 0.7 * self.dotted
            + 2.0 * self.traceback
            + 3.0 * self.link
            + 0.08 * self.literal
    }

    fn saw(&mut self, feature: &'static str, weight: f32, text: String) {
        self.sightings.push(Sighting {
            feature,
            weight,
            text,
        });
    }
}

/// What the issue says of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileSignals {
    pub(crate) path: f32,
    pub(crate) module: f32,
    pub(crate) traceback: f32,
    pub(crate) link: f32,
    pub(crate) sightings: Vec<Sighting>,
}

impl FileSignals {
    fn saw(&mut self, feature: &'static str, weight: f32, text: String) {
        self.sightings.push(Sighting {
            feature,
            weight,
            text,
        });
    }
}

impl Exact {
    pub(crate) fn find(index: &Index, issue: &Issue) -> Self {
        let mut exact = Self::default();
        let paths = Paths::new(index);
        exact.names(index, issue);
        exact.dotted(index, issue, &paths);
        exact.frames(index, issue, &paths);
        exact.links(index, issue, &paths);
        exact.paths(index, issue, &paths);
        exact.literals(index, issue);
        exact
    }

    /// `w(zone) · (0.25 if a plain word neither called nor inlined) · (0.3 if common) / log2(1 + #defs)`.
    fn names(&mut self, index: &Index, issue: &Issue) {
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
            let weight = name_weight(identifier) / (1.0 + defined.len() as f32).log2();
            let place = zone_phrase(identifier.best_zone());
            for symbol in defined {
                let is_type = index.symbol(symbol).kind().is_type();
                let signals = self.symbols.entry(symbol).or_default();
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
    fn dotted(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
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

    /// `1 / (1 + k)^0.7` for the `k`-th of the frames that lie in this repository, the innermost being 0.
    fn frames(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
        let mut k = 0;
        let mut traceback = usize::MAX;
        for frame in &issue.frames {
            if frame.traceback != traceback {
                traceback = frame.traceback;
                k = 0;
            }
            let Some(file) = paths.of_frame(&frame.path) else {
                continue;
            };
            if index.file(file).role() == FileRole::Test {
                continue;
            }
            let weight = 1.0 / (1.0 + k as f32).powf(0.7);
            let text = match (frame.line, frame.depth_from_innermost) {
                (Some(line), 0) => format!("the innermost stack frame, line {line}"),
                (Some(line), depth) => {
                    format!("stack frame {depth} above the innermost, line {line}")
                }
                (None, _) => "a stack frame".to_owned(),
            };
            let signals = self.files.entry(file).or_default();
            signals.traceback = signals.traceback.max(weight);
            signals.saw("traceback", weight, text.clone());
            if let Some(symbol) = frame_symbol(index, file, frame.function.as_deref(), frame.line) {
                let signals = self.symbols.entry(symbol).or_default();
                signals.traceback += weight;
                signals.saw("traceback", 2.0 * weight, text);
            }
            k += 1;
        }
    }

    /// A link to lines marks the candidates that overlap them; a link to a file marks the file.
    fn links(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
        for link in &issue.links {
            let Some(file) = paths.of_frame(&link.path) else {
                continue;
            };
            if index.file(file).role() == FileRole::Test {
                continue;
            }
            let signals = self.files.entry(file).or_default();
            signals.link += 1.0;
            signals.saw("link", 1.0, "a link in the issue points here".to_owned());
            let Some((first, last)) = link.lines else {
                continue;
            };
            let lines = LineSpan::new(first, last);
            let mut found: Vec<SymbolIdx> = index
                .symbols_of(file)
                .filter(|&symbol| {
                    let symbol = index.symbol(symbol);
                    symbol.is_candidate()
                        && symbol.kind().is_callable()
                        && symbol.lines().overlaps(lines)
                })
                .collect();
            if found.is_empty() {
                found.extend(index.symbol_at(file, first));
            }
            for symbol in found {
                let signals = self.symbols.entry(symbol).or_default();
                signals.link += 1.0;
                signals.saw(
                    "link",
                    3.0,
                    format!("a link in the issue points at line {first}"),
                );
            }
        }
    }

    /// A path of several parts counts 1, a file name alone 0.5, divided among the files that fit.
    fn paths(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
        for mention in &issue.paths {
            if mention.zone == Zone::Traceback || !mention.is_file {
                continue;
            }
            let Some(found) = paths.longest_suffix(&mention.text) else {
                continue;
            };
            let n_written = mention
                .text
                .split(['/', '\\'])
                .filter(|part| !part.is_empty())
                .count();
            if n_written > 1 && found.n_parts < 2 {
                continue;
            }
            let weight = (if found.n_parts > 1 { 1.0 } else { 0.5 }) / found.files.len() as f32;
            for &file in &found.files {
                if index.file(file).role() == FileRole::Test {
                    continue;
                }
                let signals = self.files.entry(file).or_default();
                signals.path += weight;
                signals.saw(
                    "path_mention",
                    weight.min(1.0),
                    format!("`{}` is named in the issue", mention.text),
                );
                if let Some(line) = mention.line
                    && let Some(symbol) = index.symbol_at(file, line)
                    && found.files.len() == 1
                {
                    let signals = self.symbols.entry(symbol).or_default();
                    signals.link += 1.0;
                    signals.saw(
                        "link",
                        3.0,
                        format!("`{}:{line}` is named in the issue", mention.text),
                    );
                }
            }
        }
    }

    /// `Σ ln(1 + U / (1 + df))` over the word trigrams that the issue shares with the candidate's string
    /// literals, those of more than max(30, 0.3 % of candidates) left out.
    fn literals(&mut self, index: &Index, issue: &Issue) {
        let grams = text_trigrams(&issue.text);
        let hits = index.find_trigrams(&grams);
        let most = 30.max(hits.n_candidates * 3 / 1000);
        for (symbol, shared) in hits.candidates {
            let weight: f32 = shared
                .iter()
                .map(|&gram| hits.df[gram as usize])
                .filter(|&df| (df as usize) < most)
                .map(|df| (1.0 + hits.n_candidates as f32 / (1.0 + df as f32)).ln())
                .sum();
            if weight > 0.0 {
                let signals = self.symbols.entry(symbol).or_default();
                signals.literal = weight;
                signals.saw(
                    "literal",
                    0.08 * weight,
                    "its string literals share words with the issue".to_owned(),
                );
            }
        }
    }
}

fn is_answer(index: &Index, symbol: SymbolIdx) -> bool {
    index.symbol(symbol).is_candidate() && index.symbol(symbol).file.role() != FileRole::Test
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

/// The candidate that a frame means: the one with its function's name that holds its line or is nearest to
/// it, else the one at its line.
fn frame_symbol(
    index: &Index,
    file: FileIdx,
    function: Option<&str>,
    line: Option<u32>,
) -> Option<SymbolIdx> {
    if let Some(function) = function {
        let name = function.rsplit(['.', ':', '#']).next().unwrap_or(function);
        let named = index
            .symbols_of(file)
            .filter(|&symbol| {
                let symbol = index.symbol(symbol);
                symbol.name() == name && symbol.is_candidate() && symbol.kind().is_callable()
            })
            .min_by_key(|&symbol| {
                line.map_or(0, |line| index.symbol(symbol).lines().distance(line))
            });
        if named.is_some() {
            return named;
        }
    }
    index.symbol_at(file, line?)
}

fn zone_phrase(zone: Zone) -> &'static str {
    match zone {
        Zone::Title => "in the title",
        Zone::Inline => "as code in the text",
        Zone::Code => "in the issue's code",
        Zone::Traceback => "in the stack trace",
        Zone::Prose => "in the text",
        Zone::Boilerplate => "in the template",
    }
}

#[cfg(test)]
mod tests {
    use super::COMMON_NAMES;

    #[test]
    fn common_names_are_sorted() {
        assert!(COMMON_NAMES.is_sorted());
    }
}
