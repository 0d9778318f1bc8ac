//! A search from its beginning to its ranking, in memory.

use bughound_net::Tape;

use super::network::Navigator;
use super::state::State;
use super::world::World;

/// What a search may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpisodeSettings {
    /// The most candidates that are read.
    pub budget: usize,
}

impl Default for EpisodeSettings {
    fn default() -> Self {
        Self { budget: 8 }
    }
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read a candidate.
    Open(usize),
    /// Stop, and rank.
    Exit,
}

/// A finished search.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    /// What was read.
    pub state: State,
    /// All candidates, best first.
    pub ranking: Vec<usize>,
    /// The score of each candidate in the ranking, by position in the pool.
    pub scores: Vec<f32>,
}

impl Navigator {
    /// The most probable step.
    pub fn step(&self, world: &World, state: &State) -> Step {
        if !state.may_open() {
            return Step::Exit;
        }
        let mut tape = Tape::inference(self.params());
        let scored = self.score(&mut tape, world, state);
        let open = tape.value(scored.open);
        let mut best = (Step::Exit, tape.scalar(scored.exit));
        for at in state.unopened() {
            if open.data[at] > best.1 {
                best = (Step::Open(at), open.data[at]);
            }
        }
        best.0
    }

    /// The candidates by their scores in a state, best first, the better prior first among equals; and the scores.
    pub fn ranking(&self, world: &World, state: &State) -> (Vec<usize>, Vec<f32>) {
        let mut tape = Tape::inference(self.params());
        let scored = self.score(&mut tape, world, state);
        let scores = tape.value(scored.rank).data.clone();
        let mut ranking: Vec<usize> = (0..world.len()).collect();
        ranking.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        (ranking, scores)
    }
}

/// Runs a navigator, always taking the most probable step.
pub fn greedy(navigator: &Navigator, world: &World, settings: &EpisodeSettings) -> Episode {
    let mut state = State::new(world, settings.budget);
    while let Step::Open(candidate) = navigator.step(world, &state) {
        state.open(candidate);
    }
    let (ranking, scores) = navigator.ranking(world, &state);
    Episode {
        state,
        ranking,
        scores,
    }
}
