//! Decisions made again on a tape, and slopes of many searches added up in their order.

use bughound_hound::navigate::{Navigator, State, World};
use bughound_net::{Grads, Tape, Var};
use rayon::prelude::*;

use super::sample::{Stop, Trajectory, entropy, places, steps};

/// A search whose decisions stand on a tape.
pub(super) struct Replay {
    /// The log-probability of each decision, one number each.
    pub(super) logs: Vec<Var>,
    /// The entropy of the distribution that each was drawn from.
    pub(super) entropies: Vec<f64>,
    /// The scores of the final ranking.
    pub(super) rank: Var,
}

/// Makes the decisions of a search again.
pub(super) fn replay(
    navigator: &Navigator,
    tape: &mut Tape<'_>,
    world: &World,
    trajectory: &Trajectory,
    budget: usize,
) -> Replay {
    let mut state = State::new(world, budget);
    let (mut logs, mut entropies) = (Vec::new(), Vec::new());
    let mut decide = |tape: &mut Tape<'_>, distribution: Var, chosen: usize| {
        entropies.push(entropy(tape.value(distribution)));
        logs.push(tape.gather_rows(distribution, &[chosen]));
    };
    let mut scored = navigator.score(tape, world, &state);
    for &candidate in &trajectory.opened {
        let unopened = state.unopened();
        let distribution = steps(tape, scored, &unopened);
        let chosen = unopened.iter().position(|&at| at == candidate);
        decide(tape, distribution, chosen.unwrap_or(unopened.len()));
        state.open(candidate);
        scored = navigator.score(tape, world, &state);
    }
    if trajectory.stop == Stop::Exit {
        let unopened = state.unopened();
        let distribution = steps(tape, scored, &unopened);
        decide(tape, distribution, unopened.len());
    }
    let mut left: Vec<usize> = (0..world.len()).collect();
    for pick in &trajectory.picks {
        let Some(chosen) = left.iter().position(|at| at == pick) else {
            continue;
        };
        let distribution = places(tape, scored, &left);
        decide(tape, distribution, chosen);
        left.remove(chosen);
    }
    Replay {
        logs,
        entropies,
        rank: scored.rank,
    }
}

/// `Σ weightᵢ · numberᵢ`; `None` where there is none.
pub(super) fn weighted(tape: &mut Tape<'_>, numbers: &[Var], weights: &[f32]) -> Option<Var> {
    let mut sum: Option<Var> = None;
    for (&number, &weight) in numbers.iter().zip(weights) {
        let term = tape.scale(number, weight);
        sum = Some(match sum {
            Some(sum) => tape.add(sum, term),
            None => term,
        });
    }
    sum
}

/// Computes something with slopes for each item, on all threads, and adds the slopes up in the items' order: the
/// result does not depend on the number of threads.
pub(super) fn in_order<T: Sync, R: Send>(
    items: &[T],
    f: impl Fn(&T) -> (Grads, R) + Sync + Send,
) -> (Grads, Vec<R>) {
    let parts: Vec<(Grads, R)> = items.par_iter().map(f).collect();
    let mut sum = Grads::new();
    let mut results = Vec::with_capacity(parts.len());
    for (grads, result) in parts {
        sum.add(grads);
        results.push(result);
    }
    (sum, results)
}
