//! A ranked answer, in each of its formats.

mod json;
mod log;
mod markdown;
mod quickfix;
mod rerank;
mod sarif;
mod text;

pub(crate) use json::json;
pub(crate) use log::log_note;
pub(crate) use markdown::markdown;
pub(crate) use quickfix::quickfix;
pub(crate) use rerank::RerankRecord;
pub(crate) use sarif::{encode, sarif};
pub(crate) use text::{TextOptions, summary, text};

use bughound_core::{Level, Location};
use bughound_hound::issue::Issue;
use bughound_hound::log::BuildLog;
use bughound_index::Index;
use bughound_serve::Milliseconds;
use bughound_trace::Trace;

use crate::settings::Target;

/// A ranked answer, with all that is told about it.
pub(crate) struct Located<'a> {
    /// Where it was searched.
    pub(crate) target: &'a Target,
    /// What was searched.
    pub(crate) index: &'a Index,
    /// What was searched for.
    pub(crate) issue: &'a Issue,
    /// How finely the answer is cut.
    pub(crate) level: Level,
    /// The answer, best first.
    pub(crate) locations: Vec<Location>,
    /// Commits of history that were used.
    pub(crate) n_commits: usize,
    /// The log that the issue was made of, where it was one.
    pub(crate) log: Option<&'a BuildLog>,
    /// The search that found it, where it was searched for step by step.
    pub(crate) search: Option<&'a Trace>,
    /// The question to a model by which it was ordered, where there was one.
    pub(crate) reranking: Option<&'a RerankRecord>,
    /// How long it took.
    pub(crate) milliseconds: Milliseconds,
}

/// What a location is, for people: `method`, `file`.
fn kind_name(location: &Location) -> &'static str {
    location
        .kind
        .map_or("file", bughound_core::SymbolKind::name)
}

/// The line of the definition's own name, below its decorators; `None` for a whole file.
pub(crate) fn head_line(index: &Index, location: &Location) -> Option<u32> {
    let (name, lines) = (location.qualified_name.as_deref()?, location.lines?);
    let file = index.file_at(location.path.as_str())?;
    let mut definitions = index
        .find(file, name)
        .into_iter()
        .map(|symbol| index.symbol(symbol));
    let definition = definitions.find(|symbol| symbol.lines() == lines);
    Some(definition.map_or(lines.start, |symbol| symbol.def.name_line))
}

/// A probability for people. Nothing is certain, and nothing that is listed is out of the question.
pub(crate) fn percent(probability: f32) -> String {
    match probability * 100.0 {
        p if p < 1.0 => "<1 %".to_owned(),
        p if p > 99.0 => ">99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// The place's own name: the qualified name, or the path.
fn name(location: &Location) -> &str {
    location
        .qualified_name
        .as_deref()
        .unwrap_or(location.path.as_str())
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn probabilities_for_people() {
        for (probability, text) in [
            (0.0, "<1 %"),
            (0.004, "<1 %"),
            (0.015, "2 %"),
            (0.62, "62 %"),
            (0.999, ">99 %"),
        ] {
            assert_eq!(percent(probability), text);
        }
    }
}

#[cfg(test)]
pub(crate) mod fixture {
    //! A small answer to print.

    use bughound_core::{LineSpan, Location, Reason, RepoPath, SymbolKind};

    /// A method and a file.
    pub(crate) fn locations() -> Vec<Location> {
        let reason = |feature: &str, text: &str, contribution: f32| Reason {
            feature: feature.to_owned(),
            text: text.to_owned(),
            contribution,
        };
        vec![
            Location {
                path: RepoPath::from("pkg/a file.py"),
                qualified_name: Some("Reader.load".to_owned()),
                kind: Some(SymbolKind::Method),
                lines: Some(LineSpan::new(2, 5)),
                score: 2.0,
                probability: Some(0.625),
                reasons: vec![
                    reason("traceback", "a traceback frame is at line 4", 1.25),
                    reason("words", "its words are the issue's: load, reader", 0.5),
                ],
            },
            Location {
                path: RepoPath::from("pkg/b.py"),
                qualified_name: None,
                kind: None,
                lines: None,
                score: 0.5,
                probability: None,
                reasons: Vec::new(),
            },
        ]
    }
}
