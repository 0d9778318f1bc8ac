//! Stack frames of the issue that lie in this repository.

use bughound_index::{FileIdx, FileRole, Index, SymbolIdx};

use super::Exact;
use crate::issue::Issue;
use crate::resolve::Paths;

impl Exact {
    /// `1 / (1 + k)^0.7` for the `k`-th of the frames that lie in this repository, the innermost being 0.
    pub(super) fn frames(&mut self, index: &Index, issue: &Issue, paths: &Paths<'_>) {
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
                let depth = 1.0 / (1.0 + frame.depth_from_innermost as f32);
                signals.frame_depth = signals.frame_depth.max(depth);
                if frame
                    .line
                    .is_some_and(|line| index.symbol(symbol).lines().contains(line))
                {
                    signals.frame_line = 1.0;
                }
                signals.saw("traceback", 2.0 * weight, text);
            }
            k += 1;
        }
    }
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
