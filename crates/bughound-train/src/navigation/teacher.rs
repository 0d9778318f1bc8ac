//! Whom the network imitates first: hand-made rules with noise, and hindsight.

use bughound_hound::navigate::{EdgeKind, State, World};
use bughound_net::{Rng, math};

use super::reward::{RewardSettings, reward};
use super::sample::{Stop, Trajectory};
use super::stored::StoredWorld;

/// Searches of the rules that are drawn for each world.
const N_DRAWN: usize = 16;

/// Where a hindsight path may begin: the best candidates of the prior.
const N_HEADS: usize = 5;

/// The longest hindsight path.
const MAX_PATH: usize = 4;

/// The searches of a world that are worth imitating: the shortest of the best drawn ones, where it is better than the
/// average one, and hindsight paths to what the fix changes.
pub(super) fn demonstrations(
    world: &StoredWorld,
    budget: usize,
    settings: &RewardSettings,
    rng: &mut Rng,
) -> Vec<Trajectory> {
    if !world.is_solvable() {
        return Vec::new();
    }
    let mut drawn: Vec<(f64, Trajectory)> = (0..N_DRAWN)
        .map(|_| {
            let (opened, ranking) = search(&world.world, budget, rng);
            let reward = reward(world, &ranking, opened.len(), settings).value();
            (reward, of(opened, ranking, budget, world))
        })
        .collect();
    let mean = drawn.iter().map(|(reward, _)| reward).sum::<f64>() / N_DRAWN as f64;
    // The cost is part of the reward: among equally good ones the shortest is the best.
    drawn.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut kept = Vec::new();
    if let Some((best, trajectory)) = drawn.into_iter().next()
        && best > mean
        && best > 0.2
    {
        kept.push(trajectory);
    }
    kept.extend(hindsight(world, budget));
    kept
}

/// A search by hand-made rules, each with noise of its own: read what the prior likes and what the best that was read
/// leads to; stop at random; rank by prior, coverage and neighbourhood.
fn search(world: &World, budget: usize, rng: &mut Rng) -> (Vec<usize>, Vec<usize>) {
    let mut state = State::new(world, budget);
    let mut noise = |spread: f32| spread * rng.normal();
    let curiosity = 1.0 + noise(0.5).abs();
    let trust = 3.0 + noise(2.0);
    let length = 1.0 + 2.0 * noise(1.0).abs();
    while state.may_open() && (state.opened().len() as f32) < length {
        let mut best = (f32::NEG_INFINITY, 0);
        for at in state.unopened() {
            let led = match state.led_by(world, at) {
                Some((kind, from)) => 0.5 * weight(kind) * (0.5 + world.read[from][0]),
                None => 0.0,
            };
            let score = world.prior[at] + curiosity * led + noise(0.5);
            if score > best.0 {
                best = (score, at);
            }
        }
        state.open(best.1);
    }
    let mut scores: Vec<f32> = world
        .prior
        .iter()
        .map(|prior| prior + noise(0.15))
        .collect();
    for &at in state.opened() {
        scores[at] += trust * (world.read[at][2] - 0.15);
        for edge in &world.edges[at] {
            scores[usize::from(edge.to)] += 0.2 * weight(edge.kind) * world.read[at][0];
        }
    }
    let mut ranking: Vec<usize> = (0..world.len()).collect();
    ranking.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    (state.opened().to_vec(), ranking)
}

/// How promising a step of a kind is, by judgement.
fn weight(kind: EdgeKind) -> f32 {
    match kind {
        EdgeKind::Callee => 1.0,
        EdgeKind::Override => 0.9,
        EdgeKind::Caller => 0.7,
        EdgeKind::Alike => 0.6,
        EdgeKind::Namesake => 0.5,
        EdgeKind::Sibling => 0.4,
    }
}

/// The shortest paths along edges from the head of the prior to each candidate that the fix changes, joined and cut at
/// the budget; then the right ones first.
fn hindsight(world: &StoredWorld, budget: usize) -> Option<Trajectory> {
    let n = world.world.len();
    let mut before: Vec<Option<usize>> = vec![None; n];
    let mut distance = vec![usize::MAX; n];
    let mut queue: Vec<usize> = (0..n.min(N_HEADS)).collect();
    for &head in &queue {
        distance[head] = 0;
    }
    let mut next = 0;
    while let Some(&at) = queue.get(next) {
        next += 1;
        for edge in &world.world.edges[at] {
            let to = usize::from(edge.to);
            if distance[to] == usize::MAX {
                distance[to] = distance[at] + 1;
                before[to] = Some(at);
                queue.push(to);
            }
        }
    }
    let mut opened: Vec<usize> = Vec::new();
    for gold in world.gold() {
        let mut path = vec![gold];
        // What no path leads to is read all the same where it stands high enough to be found by the prior.
        if distance[gold] == usize::MAX && gold > 2 * N_HEADS {
            continue;
        }
        while let Some(at) = path.last().and_then(|&at| before[at]) {
            path.push(at);
        }
        if path.len() > MAX_PATH {
            continue;
        }
        for at in path.into_iter().rev() {
            if !opened.contains(&at) && opened.len() < budget {
                opened.push(at);
            }
        }
    }
    if opened.is_empty() {
        return None;
    }
    let mut ranking: Vec<usize> = (0..n).collect();
    ranking.sort_by_key(|&at| (!world.is_gold[at], at));
    Some(of(opened, ranking, budget, world))
}

fn of(opened: Vec<usize>, ranking: Vec<usize>, budget: usize, world: &StoredWorld) -> Trajectory {
    let stop = if opened.len() < budget.min(world.world.len()) {
        Stop::Exit
    } else {
        Stop::Budget
    };
    Trajectory {
        opened,
        stop,
        picks: ranking.into_iter().take(super::reward::N_PLACES).collect(),
        log_probabilities: Vec::new(),
    }
}

/// A few candidates to have been read when the ranking is learnt, so that it holds in states that no demonstration
/// reaches: drawn from the head of the prior.
pub(super) fn some_opened(world: &World, budget: usize, rng: &mut Rng) -> Vec<usize> {
    let n = rng.below(budget.min(world.len()) + 1);
    let mut scored: Vec<(f32, usize)> = (0..world.len())
        .map(|at| {
            // Gumbel noise: the best n are a draw without replacement by softmax(2·prior).
            let uniform = rng.uniform().max(1e-7);
            (2.0 * world.prior[at] - math::ln(-math::ln(uniform)), at)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().take(n).map(|(_, at)| at).collect()
}
