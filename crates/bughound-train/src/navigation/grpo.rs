//! The second stage: reinforcement.

use bughound_hound::navigate::Navigator;
use bughound_net::{Adam, AdamSettings, Grads, Rng, Schedule, Tape};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::record::{GrpoRecord, Log};
use super::reward::{Reward, RewardSettings, reward};
use super::sample::{Stop, Trajectory, sample};
use super::sft::MAX_SLOPE;
use super::stored::StoredWorld;
use super::update::{in_order, replay, weighted};
use crate::TrainError;
use bughound_objective::{
    AdvantageSettings, Advantages, Decision, End, KlToReference, ObjectiveSettings, Sequence,
    advantages, objective,
};

/// How reinforcement goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrpoSettings {
    /// Passes over the worlds.
    pub epochs: usize,
    /// Worlds of a step.
    pub batch: usize,
    /// Searches of each world.
    pub group: usize,
    /// Updates on the searches of one step.
    pub updates: usize,
    /// Rate of learning at its top.
    pub rate: f32,
    /// How far below 1 the ratio of a decision still moves the policy.
    pub clip_low: f64,
    /// How far above 1.
    pub clip_high: f64,
    /// Weight of the divergence from the weights that training began with; 0 for none.
    pub kl: f64,
    /// Whether advantages are divided by the group's standard deviation, as published. Where all searches of a group
    /// rank equally well, they then differ by their cost alone, and that difference is blown up: the policy learns to
    /// read nothing, however small the cost (docs/lab/navigation.md).
    pub by_deviation: bool,
    /// The most candidates that are read.
    pub budget: usize,
    /// What a search is worth.
    pub reward: RewardSettings,
    /// The source of all chance.
    pub seed: u64,
}

impl Default for GrpoSettings {
    fn default() -> Self {
        Self {
            epochs: 3,
            batch: 32,
            group: 8,
            updates: 2,
            rate: 1e-3,
            clip_low: 0.2,
            clip_high: 0.28,
            kl: 0.0,
            by_deviation: false,
            budget: 8,
            reward: RewardSettings::default(),
            seed: 1,
        }
    }
}

/// The searches of one world.
struct Group<'w> {
    world: &'w StoredWorld,
    searches: Vec<Trajectory>,
    rewards: Vec<Reward>,
    /// Log-probabilities under the weights that training began with, where they are needed.
    references: Vec<Vec<f64>>,
    advantages: Option<Vec<f64>>,
}

/// Trains weights further by reinforcement.
///
/// # Errors
/// [`TrainError::Stopped`] where the log says so.
pub fn grpo(
    start: &Navigator,
    worlds: &[&StoredWorld],
    settings: &GrpoSettings,
    log: &mut dyn Log,
) -> Result<Navigator, TrainError> {
    let mut navigator = start.clone();
    // Where nothing right is in the pool, all searches are equally bad.
    let mut order: Vec<usize> = (0..worlds.len())
        .filter(|&at| worlds[at].is_solvable())
        .collect();
    let batch = settings.batch.max(1);
    let per_epoch = order.len().div_ceil(batch) as u64;
    let schedule = Schedule {
        peak: settings.rate,
        n_warmup: (per_epoch / 8).max(1),
        n_steps: per_epoch * settings.epochs as u64,
        floor: 0.1,
    };
    let mut adam = Adam::new(navigator.params(), AdamSettings::default());
    let mut step = 0;
    for epoch in 0..settings.epochs {
        order.sort_unstable();
        Rng::derived(settings.seed, &[11, epoch as u64]).shuffle(&mut order);
        for chosen in order.chunks(batch) {
            if log.should_stop() {
                return Err(TrainError::Stopped);
            }
            let groups: Vec<Group<'_>> = chosen
                .par_iter()
                .map(|&at| {
                    let part = [12, epoch as u64, at as u64];
                    search(&navigator, start, worlds[at], settings, &part)
                })
                .collect();
            let rate = schedule.rate(step);
            let mut record = described(&groups, step, epoch, rate);
            for _ in 0..settings.updates.max(1) {
                let grads = slopes(&navigator, &groups, settings, &mut record);
                if grads.is_finite() {
                    adam.step(navigator.params_mut(), &grads, rate);
                }
            }
            log.grpo(&record);
            step += 1;
        }
    }
    Ok(navigator)
}

/// The searches of a world by the current weights.
fn search<'w>(
    navigator: &Navigator,
    start: &Navigator,
    world: &'w StoredWorld,
    settings: &GrpoSettings,
    part: &[u64; 3],
) -> Group<'w> {
    let searches: Vec<Trajectory> = (0..settings.group as u64)
        .map(|attempt| {
            let mut rng = Rng::derived(settings.seed, &[part[0], part[1], part[2], attempt]);
            sample(navigator, &world.world, settings.budget, &mut rng)
        })
        .collect();
    let rewards: Vec<Reward> = searches
        .iter()
        .map(|search| reward(world, &search.picks, search.opened.len(), &settings.reward))
        .collect();
    let references = if settings.kl > 0.0 {
        searches
            .iter()
            .map(|search| log_probabilities(start, world, search, settings.budget))
            .collect()
    } else {
        Vec::new()
    };
    let of_group = AdvantageSettings {
        by_deviation: settings.by_deviation,
        ..AdvantageSettings::default()
    };
    let values: Vec<Option<f64>> = rewards.iter().map(|reward| Some(reward.value())).collect();
    let advantages = match advantages(&values, &of_group) {
        Advantages::Of(all) => Some(all.into_iter().map(|a| a.unwrap_or(0.0)).collect()),
        Advantages::NoVariance | Advantages::TooFew => None,
    };
    Group {
        world,
        searches,
        rewards,
        references,
        advantages,
    }
}

fn log_probabilities(
    navigator: &Navigator,
    world: &StoredWorld,
    search: &Trajectory,
    budget: usize,
) -> Vec<f64> {
    let mut tape = Tape::inference(navigator.params());
    let replay = replay(navigator, &mut tape, &world.world, search, budget);
    replay
        .logs
        .iter()
        .map(|&log| f64::from(tape.scalar(log)))
        .collect()
}

/// The slopes of the objective over all groups that teach something.
///
/// The objective wants all log-probabilities before it gives any slope, and a tape of every search at once would be
/// large: so each search is computed once without a memory, and once with it.
fn slopes(
    navigator: &Navigator,
    groups: &[Group<'_>],
    settings: &GrpoSettings,
    record: &mut GrpoRecord,
) -> Grads {
    let searches: Vec<(&Group<'_>, usize, f64)> = groups
        .iter()
        .filter_map(|group| Some((group, group.advantages.as_ref()?)))
        .flat_map(|(group, advantages)| {
            (0..group.searches.len()).map(move |at| (group, at, advantages[at]))
        })
        .collect();
    let sequences: Vec<Sequence> = searches
        .par_iter()
        .map(|&(group, at, advantage)| {
            let search = &group.searches[at];
            let mut tape = Tape::inference(navigator.params());
            let replay = replay(
                navigator,
                &mut tape,
                &group.world.world,
                search,
                settings.budget,
            );
            let decisions = replay
                .logs
                .iter()
                .enumerate()
                .map(|(of, &log)| Decision {
                    sampled: search.log_probabilities[of],
                    current: f64::from(tape.scalar(log)),
                    reference: group.references.get(at).map(|logs| logs[of]),
                    entropy: Some(replay.entropies[of]),
                    own: true,
                })
                .collect();
            Sequence {
                decisions,
                advantage,
                end: End::Complete,
            }
        })
        .collect();
    let result = objective(
        &sequences,
        &ObjectiveSettings {
            clip_low: settings.clip_low,
            clip_high: settings.clip_high,
            kl: (settings.kl > 0.0).then_some(KlToReference {
                coefficient: settings.kl,
            }),
            ..ObjectiveSettings::default()
        },
    );
    let with_slopes: Vec<_> = searches.iter().zip(&result.slopes).collect();
    let (mut grads, _) = in_order(&with_slopes, |((group, at, _), slopes)| {
        // What is clipped needs no way back.
        if slopes.iter().all(|&slope| slope == 0.0) {
            return (Grads::new(), ());
        }
        let mut tape = Tape::new(navigator.params());
        let search = &group.searches[*at];
        let world = &group.world.world;
        let replay = replay(navigator, &mut tape, world, search, settings.budget);
        #[expect(clippy::cast_possible_truncation, reason = "the nearest is meant")]
        let weights: Vec<f32> = slopes.iter().map(|&slope| slope as f32).collect();
        let grads = weighted(&mut tape, &replay.logs, &weights)
            .map(|loss| tape.backward(loss))
            .unwrap_or_default();
        (grads, ())
    });
    record.slope = grads.clip(MAX_SLOPE);
    record.loss = result.loss;
    record.objective = result.stats;
    grads
}

/// What the searches of a step were like.
fn described(groups: &[Group<'_>], step: u64, epoch: usize, rate: f32) -> GrpoRecord {
    let rewards: Vec<&Reward> = groups.iter().flat_map(|group| &group.rewards).collect();
    let searches: Vec<&Trajectory> = groups.iter().flat_map(|group| &group.searches).collect();
    let n = rewards.len().max(1) as f64;
    let mean = |value: fn(&Reward) -> f64| rewards.iter().map(|r| value(r)).sum::<f64>() / n;
    let of_search =
        |value: fn(&Trajectory) -> f64| searches.iter().map(|s| value(s)).sum::<f64>() / n;
    let ends = |stop: Stop| searches.iter().filter(|s| s.stop == stop).count() as f64 / n;
    let variance = |group: &Group<'_>| {
        let n = group.rewards.len().max(1) as f64;
        let mean = group.rewards.iter().map(Reward::value).sum::<f64>() / n;
        let square = |reward: &Reward| (reward.value() - mean) * (reward.value() - mean);
        group.rewards.iter().map(square).sum::<f64>() / n
    };
    GrpoRecord {
        step,
        epoch,
        rate,
        reward: mean(Reward::value),
        ndcg: mean(|reward| reward.ndcg),
        cost: mean(|reward| reward.cost),
        group_variance: groups.iter().map(variance).sum::<f64>() / groups.len().max(1) as f64,
        n_groups: groups.len(),
        n_no_variance: groups.iter().filter(|g| g.advantages.is_none()).count(),
        length: of_search(|search| search.log_probabilities.len() as f64),
        calls: of_search(|search| search.opened.len() as f64),
        exits: ends(Stop::Exit),
        budget_ends: ends(Stop::Budget),
        objective: bughound_objective::ObjectiveStats::default(),
        loss: 0.0,
        slope: 0.0,
    }
}
