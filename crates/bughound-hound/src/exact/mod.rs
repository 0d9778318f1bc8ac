//! What the issue names literally: symbols, dotted names, stack frames, links, paths, messages.

mod frames;
mod literals;
mod names;
mod places;
mod raises;

use bughound_index::{FileIdx, FileRole, Index, SymbolIdx};
use rustc_hash::FxHashMap;

use crate::issue::{Issue, Zone};
use crate::resolve::Paths;

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
    /// Parts of `literal`: trigrams of error messages, and of anything else that a program said.
    pub(crate) literal_error: f32,
    pub(crate) literal_message: f32,
    /// Mentions of the own name, divided by `log2(1 + #defs)`: in the title, called, inlined, in a code block.
    pub(crate) in_title: f32,
    pub(crate) called: f32,
    pub(crate) inlined: f32,
    pub(crate) in_code: f32,
    /// Whether the line of a stack frame lies inside.
    pub(crate) frame_line: f32,
    /// `1 / (1 + depth)` of its innermost stack frame, frames of other projects counted.
    pub(crate) frame_depth: f32,
    /// How rare the errors are that it raises and the issue names.
    pub(crate) raises: f32,
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
        exact.raises(index, issue);
        exact
    }
}

fn is_answer(index: &Index, symbol: SymbolIdx) -> bool {
    index.symbol(symbol).is_candidate() && index.symbol(symbol).file.role() != FileRole::Test
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
