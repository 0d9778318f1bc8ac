//! One search by a navigator that draws its decisions.

use bughound_hound::navigate::{Navigator, Scored, State, World};
use bughound_net::{Matrix, Rng, Tape, Var, math};

use super::reward::N_PLACES;

/// Why the reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The navigator stopped.
    Exit,
    /// Nothing more could be read.
    Budget,
}

/// The decisions of one search.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// What was read, in order.
    pub opened: Vec<usize>,
    /// Why the reading ended.
    pub stop: Stop,
    /// The first places of the ranking.
    pub picks: Vec<usize>,
    /// The log-probability of each decision: reading, stopping (where it was decided), placing.
    pub log_probabilities: Vec<f64>,
}

/// Draws a search.
pub fn sample(navigator: &Navigator, world: &World, budget: usize, rng: &mut Rng) -> Trajectory {
    let mut state = State::new(world, budget);
    let mut trajectory = Trajectory {
        opened: Vec::new(),
        stop: Stop::Budget,
        picks: Vec::new(),
        log_probabilities: Vec::new(),
    };
    loop {
        let mut tape = Tape::inference(navigator.params());
        let scored = navigator.score(&mut tape, world, &state);
        if state.may_open() {
            let unopened = state.unopened();
            let steps = steps(&mut tape, scored, &unopened);
            let (drawn, log) = draw(tape.value(steps), rng);
            trajectory.log_probabilities.push(log);
            if let Some(&candidate) = unopened.get(drawn) {
                state.open(candidate);
                trajectory.opened.push(candidate);
                continue;
            }
            trajectory.stop = Stop::Exit;
        }
        let mut left: Vec<usize> = (0..world.len()).collect();
        while trajectory.picks.len() < N_PLACES && !left.is_empty() {
            let places = places(&mut tape, scored, &left);
            let (drawn, log) = draw(tape.value(places), rng);
            trajectory.log_probabilities.push(log);
            trajectory.picks.push(left.remove(drawn));
        }
        return trajectory;
    }
}

/// The log-probabilities of the next step: reading each of the unopened candidates, and stopping.
pub(super) fn steps(tape: &mut Tape<'_>, scored: Scored, unopened: &[usize]) -> Var {
    let n = unopened.len();
    let open = tape.gather_rows(scored.open, unopened);
    // One column of both: each is placed into a column of its own zeros.
    let upper: Vec<usize> = (0..n).collect();
    let open = tape.segment_sum(open, &upper, n + 1);
    let exit = tape.segment_sum(scored.exit, &[n], n + 1);
    let all = tape.add(open, exit);
    tape.log_softmax(all)
}

/// The log-probabilities of the next place of the ranking.
pub(super) fn places(tape: &mut Tape<'_>, scored: Scored, left: &[usize]) -> Var {
    let scores = tape.gather_rows(scored.rank, left);
    tape.log_softmax(scores)
}

/// Draws from log-probabilities: the position, and its log-probability.
fn draw(logs: &Matrix, rng: &mut Rng) -> (usize, f64) {
    let target = rng.uniform_f64();
    let mut sum = 0.0;
    let mut at = logs.data.len() - 1;
    for (position, &log) in logs.data.iter().enumerate() {
        sum += f64::from(math::exp(log));
        if target < sum {
            at = position;
            break;
        }
    }
    (at, f64::from(logs.data[at]))
}

/// The entropy of a distribution of log-probabilities.
pub(super) fn entropy(logs: &Matrix) -> f64 {
    logs.data
        .iter()
        .map(|&log| -f64::from(log) * f64::from(math::exp(log)))
        .sum()
}
