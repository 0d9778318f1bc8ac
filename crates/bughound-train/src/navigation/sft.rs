//! The first stage: imitation.

use bughound_hound::navigate::{Navigator, State, init_params};
use bughound_net::{Adam, AdamSettings, Rng, Schedule, Tape};
use serde::{Deserialize, Serialize};

use super::record::{Log, SftRecord};
use super::reward::RewardSettings;
use super::stored::StoredWorld;
use super::teacher::{demonstrations, some_opened};
use super::update::{in_order, replay, weighted};
use crate::TrainError;

/// What is imitated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// Searches and the right ranking after them.
    Demonstrations,
    /// The right ranking alone, nothing read: no navigation.
    RankingOnly,
    /// The right ranking alone, after the best candidates of the prior have been read, as many as the budget allows:
    /// reading without choosing.
    ReadBest,
}

/// How imitation goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SftSettings {
    /// What is imitated.
    pub what: Start,
    /// Passes over the worlds.
    pub epochs: usize,
    /// Worlds of a step.
    pub batch: usize,
    /// Rate of learning at its top.
    pub rate: f32,
    /// Weight decay.
    pub decay: f32,
    /// The most candidates that are read.
    pub budget: usize,
    /// What a search is worth.
    pub reward: RewardSettings,
    /// The source of all chance.
    pub seed: u64,
}

impl Default for SftSettings {
    fn default() -> Self {
        Self {
            what: Start::Demonstrations,
            epochs: 6,
            batch: 32,
            rate: 2e-3,
            decay: 0.01,
            budget: 8,
            reward: RewardSettings::default(),
            seed: 1,
        }
    }
}

/// The longest slope of a step.
pub(super) const MAX_SLOPE: f64 = 1.0;

/// Trains new weights by imitation.
///
/// # Errors
/// [`TrainError::Stopped`] where the log says so.
pub fn sft(
    worlds: &[&StoredWorld],
    settings: &SftSettings,
    log: &mut dyn Log,
) -> Result<Navigator, TrainError> {
    let mut navigator = new_navigator(settings.seed)?;
    let mut order: Vec<usize> = (0..worlds.len())
        .filter(|&at| worlds[at].is_solvable())
        .collect();
    let batch = settings.batch.max(1);
    let per_epoch = order.len().div_ceil(batch) as u64;
    let schedule = Schedule {
        peak: settings.rate,
        n_warmup: per_epoch.div_ceil(4).max(1),
        n_steps: per_epoch * settings.epochs as u64,
        floor: 0.05,
    };
    let adam_settings = AdamSettings {
        weight_decay: settings.decay,
        ..AdamSettings::default()
    };
    let mut adam = Adam::new(navigator.params(), adam_settings);
    let mut step = 0;
    for epoch in 0..settings.epochs {
        order.sort_unstable();
        Rng::derived(settings.seed, &[1, epoch as u64]).shuffle(&mut order);
        for chosen in order.chunks(batch) {
            if log.should_stop() {
                return Err(TrainError::Stopped);
            }
            let (mut grads, losses) = in_order(chosen, |&at| {
                let mut rng = Rng::derived(settings.seed, &[2, epoch as u64, at as u64]);
                imitate(&navigator, worlds[at], settings, &mut rng)
            });
            let n = chosen.len() as f64;
            grads.scale(1.0 / chosen.len() as f32);
            let slope = grads.clip(MAX_SLOPE);
            let rate = schedule.rate(step);
            adam.step(navigator.params_mut(), &grads, rate);
            let mean = |part: fn(&(f64, f64)) -> f64| losses.iter().map(part).sum::<f64>() / n;
            log.sft(&SftRecord {
                step,
                epoch,
                rate,
                steps_loss: mean(|losses| losses.0),
                ranking_loss: mean(|losses| losses.1),
                slope,
            });
            step += 1;
        }
    }
    Ok(navigator)
}

/// A navigator before training.
pub(super) fn new_navigator(seed: u64) -> Result<Navigator, TrainError> {
    Navigator::new(init_params(seed)).map_err(|error| TrainError::Weights(error.to_string()))
}

/// The slopes of one world's loss, and its two parts.
fn imitate(
    navigator: &Navigator,
    stored: &StoredWorld,
    settings: &SftSettings,
    rng: &mut Rng,
) -> (bughound_net::Grads, (f64, f64)) {
    let world = &stored.world;
    let gold: Vec<f32> = stored
        .is_gold
        .iter()
        .map(|&gold| if gold { 1.0 } else { 0.0 })
        .collect();
    let mut tape = Tape::new(navigator.params());
    let mut terms = Vec::new();
    let mut weights = Vec::new();
    let mut rankings = Vec::new();
    let mut steps_loss = 0.0;
    let mut rank_after = |tape: &mut Tape<'_>, opened: &[usize]| {
        let mut state = State::new(world, settings.budget);
        opened.iter().for_each(|&at| state.open(at));
        let scored = navigator.score(tape, world, &state);
        rankings.push(tape.cross_entropy(scored.rank, &gold));
    };
    match settings.what {
        Start::RankingOnly => rank_after(&mut tape, &[]),
        Start::ReadBest => {
            let best: Vec<usize> = (0..world.len().min(settings.budget)).collect();
            rank_after(&mut tape, &best);
        }
        Start::Demonstrations => {
            rank_after(&mut tape, &[]);
            let opened = some_opened(world, settings.budget, rng);
            rank_after(&mut tape, &opened);
            let shown = demonstrations(stored, settings.budget, &settings.reward, rng);
            let n_shown = shown.len().max(1) as f32;
            for mut trajectory in shown {
                // The ranking is learnt whole, not place by place.
                trajectory.picks.clear();
                let replay = replay(navigator, &mut tape, world, &trajectory, settings.budget);
                let weight = -1.0 / (n_shown * replay.logs.len().max(1) as f32);
                for log in replay.logs {
                    steps_loss += f64::from(weight * tape.scalar(log));
                    terms.push(log);
                    weights.push(weight);
                }
                rankings.push(tape.cross_entropy(replay.rank, &gold));
            }
        }
    }
    let share = 1.0 / rankings.len().max(1) as f32;
    let ranking_loss = rankings
        .iter()
        .map(|&loss| f64::from(share * tape.scalar(loss)))
        .sum();
    weights.extend(rankings.iter().map(|_| share));
    terms.extend(rankings);
    let grads = weighted(&mut tape, &terms, &weights)
        .map(|loss| tape.backward(loss))
        .unwrap_or_default();
    (grads, (steps_loss, ranking_loss))
}
