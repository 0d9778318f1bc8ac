//! How good a finished search was.

use bughound_net::math::ln_f64;
use serde::{Deserialize, Serialize};

use super::stored::StoredWorld;

/// How many places of a ranking count.
pub(super) const N_PLACES: usize = 5;

/// What a reward is made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RewardSettings {
    /// What each candidate that is read costs.
    pub cost: f64,
}

impl Default for RewardSettings {
    fn default() -> Self {
        Self { cost: 0.0005 }
    }
}

/// A reward and its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reward {
    /// nDCG@5 of the ranking, by the definition of `bughound-metrics`.
    pub ndcg: f64,
    /// What reading cost.
    pub cost: f64,
}

impl Reward {
    /// What is to be made large.
    pub fn value(&self) -> f64 {
        self.ndcg - self.cost
    }
}

/// The reward of a ranking (positions in the pool, best first) after some candidates were read.
pub fn reward(
    world: &StoredWorld,
    ranking: &[usize],
    n_read: usize,
    settings: &RewardSettings,
) -> Reward {
    let ideal: f64 = (0..world.n_gold.min(N_PLACES)).map(discount).sum();
    let gained: f64 = ranking
        .iter()
        .take(N_PLACES)
        .enumerate()
        .filter(|(_, at)| world.is_gold[**at])
        .map(|(place, _)| discount(place))
        .sum();
    Reward {
        ndcg: if ideal > 0.0 { gained / ideal } else { 0.0 },
        cost: settings.cost * n_read as f64,
    }
}

/// `1 / log2(place + 2)`, by our own logarithm.
fn discount(place: usize) -> f64 {
    std::f64::consts::LN_2 / ln_f64(place as f64 + 2.0)
}
