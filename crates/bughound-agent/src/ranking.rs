//! From a trace to a ranking.

use bughound_core::{Level, Location, RepoPath, SymbolId};
use bughound_trace::Trace;

/// Ranked locations of an episode, best first. Scores fall by rank; they only order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// Whole files: those of the final answer in its order, then those that an earlier stage named.
    pub files: Vec<Location>,
    /// Functions, methods and types.
    pub functions: Vec<Location>,
    /// Types.
    pub classes: Vec<Location>,
}

/// What the answers of an episode rank.
pub fn ranking_of(trace: &Trace) -> Ranking {
    let mut ranking = Ranking::default();
    let stages = trace.stages.iter().rev();
    for answer in stages.filter_map(|stage| stage.answer.as_ref()) {
        for item in &answer.items {
            let Some(id) = &item.id else { continue };
            push(&mut ranking.files, SymbolId::file(id.path.clone()), item);
            if id.qualified_name.is_some() {
                push(&mut ranking.functions, id.clone(), item);
                if item.kind.is_some_and(bughound_core::SymbolKind::is_type) {
                    push(&mut ranking.classes, id.clone(), item);
                }
            }
        }
    }
    ranking
}

impl Ranking {
    /// The locations of one level.
    pub fn of(&self, level: Level) -> &[Location] {
        match level {
            Level::File => &self.files,
            Level::Class => &self.classes,
            Level::Function => &self.functions,
        }
    }
}

fn push(list: &mut Vec<Location>, id: SymbolId, item: &bughound_trace::AnswerItem) {
    let is_same = |known: &Location| {
        known.path == id.path && known.qualified_name.as_deref() == id.qualified_name.as_deref()
    };
    if list.iter().any(is_same) {
        return;
    }
    let is_file = id.qualified_name.is_none();
    #[expect(
        clippy::cast_precision_loss,
        reason = "an answer lists a handful of places"
    )]
    let score = 1.0 / (list.len() as f32 + 1.0);
    list.push(Location {
        path: RepoPath::clone(&id.path),
        qualified_name: id.qualified_name.map(Into::into),
        kind: item.kind.filter(|_| !is_file),
        lines: item.lines.filter(|_| !is_file),
        score,
        probability: None,
        reasons: Vec::new(),
    });
}
