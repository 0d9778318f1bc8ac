//! The first half of a step: groups of episodes with the current weights, and what each is worth.

use std::collections::BTreeMap;

use bughound_agent::{Cancel, Policy};
use bughound_objective::{AdvantageSettings, Advantages, End, advantages};
use bughound_trace::{EndReason, Trace};

use crate::arena::{Arena, Group, run_groups};
use crate::batches::shuffled;
use crate::quality::quality;
use crate::recipe::GrpoSettings;

use super::record::GrpoStep;

/// An episode that teaches something.
pub(super) struct Lesson {
    pub(super) trace: Trace,
    pub(super) advantage: f64,
    pub(super) end: End,
}

/// Who samples, and where.
pub(super) struct Sampler<'a> {
    pub(super) arena: &'a dyn Arena,
    pub(super) settings: &'a GrpoSettings,
    pub(super) seed: u64,
    /// Episodes at the same time.
    pub(super) at_once: usize,
    pub(super) cancel: &'a Cancel,
}

impl Sampler<'_> {
    /// The groups of a step. Which tasks they are of, and every draw, depends on the seed and the step alone.
    pub(super) fn step(&self, policy: &dyn Policy, step: u64) -> (Vec<Lesson>, GrpoStep) {
        let settings = self.settings;
        let mut record = GrpoStep::default();
        let mut lessons = Vec::new();
        let mut traces = Vec::new();
        let mut variance = (0.0, 0_usize);
        let mut parts: BTreeMap<String, (f64, usize)> = BTreeMap::new();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a number of tasks"
        )]
        let most =
            settings.tasks + (settings.replace_groups.max(0.0) * settings.tasks as f64) as usize;
        let mut drawn = 0;
        while drawn < most && record.n_groups < settings.tasks && !self.cancel.is_cancelled() {
            let wanted = if drawn == 0 {
                settings.tasks
            } else {
                (settings.tasks - record.n_groups).min(most - drawn)
            };
            let groups: Vec<Group> = (drawn..drawn + wanted)
                .map(|at| self.group(step, at, most))
                .collect();
            if drawn > 0 {
                record.n_replaced += wanted;
            }
            drawn += wanted;
            for episodes in run_groups(self.arena, policy, &groups, self.at_once, self.cancel) {
                for part in episodes
                    .iter()
                    .filter_map(|it| it.reward.as_ref())
                    .flat_map(|it| &it.parts)
                {
                    let sum = parts.entry(part.name.clone()).or_default();
                    sum.0 += part.value;
                    sum.1 += 1;
                }
                self.learn_from(&episodes, &settings.advantages(), &mut record, &mut lessons);
                variance.0 += variance_of(&episodes);
                variance.1 += 1;
                traces.extend(episodes);
            }
        }
        record.episodes = quality(&traces);
        record.group_variance = variance.0 / variance.1.max(1) as f64;
        record.parts = parts
            .into_iter()
            .map(|(name, (sum, n))| (name, sum / n.max(1) as f64))
            .collect();
        (lessons, record)
    }

    /// The `at`th group of a step: tasks come in an order by chance, pass after pass.
    fn group(&self, step: u64, at: usize, most: usize) -> Group {
        let n = self.arena.n_tasks();
        let place = usize::try_from(step)
            .unwrap_or(usize::MAX)
            .saturating_mul(most)
            + at;
        let task = shuffled(n, self.seed, place / n)[place % n];
        let seed = xxhash_rust::xxh3::xxh3_64_with_seed(self.arena.id(task).as_bytes(), self.seed)
            ^ step.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Group {
            task,
            attempts: u32::try_from(self.settings.group).unwrap_or(u32::MAX),
            first_attempt: 0,
            seed: seed & 0x3fff_ffff,
        }
    }

    fn learn_from(
        &self,
        episodes: &[Trace],
        settings: &AdvantageSettings,
        record: &mut GrpoStep,
        lessons: &mut Vec<Lesson>,
    ) {
        let rewards: Vec<Option<f64>> = episodes.iter().map(reward).collect();
        let advantages = match advantages(&rewards, settings) {
            Advantages::Of(advantages) => advantages,
            Advantages::NoVariance => {
                record.n_no_variance += 1;
                return;
            }
            Advantages::TooFew => {
                record.n_too_few += 1;
                return;
            }
        };
        record.n_groups += 1;
        for (trace, advantage) in episodes.iter().zip(advantages) {
            let Some(advantage) = advantage else { continue };
            lessons.push(Lesson {
                trace: trace.clone(),
                advantage,
                end: match trace.end {
                    EndReason::Exit | EndReason::Answered => End::Complete,
                    end if end.is_fault() => End::Fault,
                    _ => End::Truncated,
                },
            });
        }
    }
}

/// What an episode is worth; nothing where a fault ended it.
fn reward(trace: &Trace) -> Option<f64> {
    let reward = trace.reward.as_ref()?;
    (!trace.end.is_fault() && reward.value.is_finite()).then_some(reward.value)
}

fn variance_of(episodes: &[Trace]) -> f64 {
    let rewards: Vec<f64> = episodes.iter().filter_map(reward).collect();
    let n = rewards.len() as f64;
    if rewards.len() < 2 {
        return 0.0;
    }
    let mean = rewards.iter().sum::<f64>() / n;
    rewards.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0)
}
