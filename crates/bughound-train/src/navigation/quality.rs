//! How good a navigator is on worlds that it has not seen.

use bughound_hound::navigate::{EpisodeSettings, Navigator, State, greedy};
use bughound_metrics::{BootstrapSettings, Interval, bootstrap_mean};
use rayon::prelude::*;
use serde::Serialize;

use super::reward::{RewardSettings, reward};
use super::sft::Start;
use super::stored::StoredWorld;

/// How one task came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct TaskQuality {
    /// nDCG@5 of the ranking.
    pub ndcg: f64,
    /// Share of what was to be found that stands first.
    pub recall_1: f64,
    /// Share within the first five.
    pub recall_5: f64,
    /// Candidates read.
    pub calls: f64,
}

/// Means over tasks, each with its 95 % bootstrap interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// How many tasks.
    pub n: usize,
    /// nDCG@5.
    pub ndcg: f64,
    /// Its interval.
    pub ndcg_interval: Option<Interval>,
    /// Recall@1.
    pub recall_1: f64,
    /// Its interval.
    pub recall_1_interval: Option<Interval>,
    /// Recall@5.
    pub recall_5: f64,
    /// Its interval.
    pub recall_5_interval: Option<Interval>,
    /// Candidates read.
    pub calls: f64,
}

impl Quality {
    /// The means of some tasks.
    pub fn of(tasks: &[TaskQuality]) -> Self {
        let column = |value: fn(&TaskQuality) -> f64| -> (f64, Option<Interval>) {
            let values: Vec<f64> = tasks.iter().map(value).collect();
            let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
            (mean, bootstrap_mean(&values, &BootstrapSettings::default()))
        };
        let (ndcg, ndcg_interval) = column(|task| task.ndcg);
        let (recall_1, recall_1_interval) = column(|task| task.recall_1);
        let (recall_5, recall_5_interval) = column(|task| task.recall_5);
        Self {
            n: tasks.len(),
            ndcg,
            ndcg_interval,
            recall_1,
            recall_1_interval,
            recall_5,
            recall_5_interval,
            calls: column(|task| task.calls).0,
        }
    }
}

/// The most probable search of each world; by the prior alone where there is no navigator. `what` says whether the
/// navigator chooses what to read.
pub fn measure(
    navigator: Option<&Navigator>,
    worlds: &[&StoredWorld],
    budget: usize,
    what: Start,
) -> Vec<TaskQuality> {
    worlds
        .par_iter()
        .map(|stored| {
            let world = &stored.world;
            let Some(navigator) = navigator else {
                return judged(stored, &(0..world.len()).collect::<Vec<_>>(), 0);
            };
            let fixed = match what {
                Start::Demonstrations => {
                    let episode = greedy(navigator, world, &EpisodeSettings { budget });
                    return judged(stored, &episode.ranking, episode.state.opened().len());
                }
                Start::RankingOnly => 0,
                Start::ReadBest => budget.min(world.len()),
            };
            let mut state = State::new(world, budget);
            (0..fixed).for_each(|at| state.open(at));
            judged(stored, &navigator.ranking(world, &state).0, fixed)
        })
        .collect()
}

fn judged(world: &StoredWorld, ranking: &[usize], n_read: usize) -> TaskQuality {
    let found = |k: usize| {
        ranking
            .iter()
            .take(k)
            .filter(|&&at| world.is_gold[at])
            .count() as f64
    };
    let n_gold = world.n_gold.max(1) as f64;
    TaskQuality {
        ndcg: reward(world, ranking, n_read, &RewardSettings { cost: 0.0 }).ndcg,
        recall_1: found(1) / n_gold,
        recall_5: found(5) / n_gold,
        calls: n_read as f64,
    }
}
