//! Links and paths of the issue.

use bughound_core::LineSpan;
use bughound_index::{FileRole, Index, SymbolIdx};

use super::Exact;
use crate::issue::{Issue, Zone};
use crate::resolve::Paths;

impl Exact {
    /// A link to lines marks the candidates that overlap them; a link to a file marks the file.
    pub(super) fn links(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
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
    pub(super) fn paths(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
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
}
