//! A search at its beginning, and its answer at the end.

use bughound_core::{Location, Reason};
use bughound_index::{Index, SymbolIdx};
use rustc_hash::FxHashSet;

use super::build;
use super::state::State;
use super::world::World;
use crate::answer::{Answer, Ranked};

/// A search that is about to begin.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What the ranking says without reading anything.
    pub answer: Answer,
    /// Its pool.
    pub world: World,
    /// The candidates of the pool.
    pub symbols: Vec<SymbolIdx>,
}

/// Ranks as [`crate::locate`] does with weights set by hand, and makes a world of the answer.
pub fn begin(index: &Index, issue: &str, context: &crate::Context<'_>) -> Begun {
    // Navigators have learnt from worlds whose prior is the hand-made order.
    let by_hand = crate::Context {
        judge: crate::Judge::Hand,
        history: context.history,
        on_stage: context.on_stage,
    };
    let (answer, evidence) = crate::locate::locate_with_evidence(index, issue, &by_hand);
    if let Some(on_stage) = context.on_stage {
        on_stage("navigate");
    }
    let (world, symbols) = build::of(index, &answer, &evidence);
    Begun {
        answer,
        world,
        symbols,
    }
}

impl Begun {
    /// A candidate of the pool as a place.
    pub fn location(&self, index: &Index, candidate: usize) -> Location {
        let symbol = index.symbol(self.symbols[candidate]);
        Location {
            path: symbol.path().clone(),
            qualified_name: Some(symbol.qualified_name().to_owned()),
            kind: Some(symbol.kind()),
            lines: Some(symbol.lines()),
            score: self.world.prior[candidate],
            probability: None,
            reasons: Vec::new(),
        }
    }

    /// The answer after a search: the pool in the order of a ranking with its scores, each with the path that led to
    /// it, then everything else as before. Files stay as they are.
    pub fn reordered(
        &self,
        index: &Index,
        state: &State,
        ranking: &[usize],
        scores: &[f32],
    ) -> Answer {
        let mut symbols = Vec::with_capacity(self.answer.symbols.len());
        let in_pool: FxHashSet<SymbolIdx> = self.symbols.iter().copied().collect();
        let lowest = ranking.last().map_or(0.0, |&at| scores[at]);
        for &at in ranking {
            let item = self.symbols[at];
            let known = self
                .answer
                .symbols
                .iter()
                .find(|ranked| ranked.item == item);
            let mut reasons = self.path_of(index, state, at);
            reasons.extend(
                known
                    .iter()
                    .flat_map(|ranked| ranked.reasons.iter().cloned()),
            );
            symbols.push(Ranked {
                item,
                score: scores[at],
                reasons,
            });
        }
        for (place, ranked) in self
            .answer
            .symbols
            .iter()
            .filter(|ranked| !in_pool.contains(&ranked.item))
            .enumerate()
        {
            symbols.push(Ranked {
                score: lowest - (place + 1) as f32,
                ..ranked.clone()
            });
        }
        Answer {
            symbols,
            ..self.answer.clone()
        }
    }

    /// How the search came to a candidate, for a person; nothing where it was not read and nothing led to it.
    pub fn path_of(&self, index: &Index, state: &State, candidate: usize) -> Vec<Reason> {
        let mut steps = Vec::new();
        let mut at = candidate;
        while let Some((kind, from)) = state.led_by(&self.world, at) {
            let name = index.symbol(self.symbols[from]).qualified_name();
            steps.push(format!("{} `{name}`", kind.words()));
            at = from;
        }
        let read = if state.is_opened(candidate) {
            "read"
        } else {
            "not read"
        };
        let text = match steps.is_empty() {
            true if state.is_opened(candidate) => "read".to_owned(),
            true => return Vec::new(),
            false => format!("{read}; {}, which was read", steps.join(", which ")),
        };
        vec![Reason {
            feature: "navigation".to_owned(),
            text,
            contribution: 0.0,
        }]
    }
}
