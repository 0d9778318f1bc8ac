//! What every reward upholds.

use serde::{Deserialize, Serialize};

use crate::Attempt;

/// Says what an attempt is worth.
///
/// The same attempt gets the same score, but for what a model answers. A fault of ours is [`Score::Masked`], never a
/// number: an episode is not punished for a full disk, nor rewarded because nobody looked.
pub trait Reward: Send + Sync {
    /// Its name, as [`by_name`](crate::by_name) reads it.
    fn name(&self) -> String;

    /// Looks at an attempt. The attempt's own tree may be run in, and is not the same afterwards.
    fn score(&self, attempt: &mut Attempt) -> Score;

    /// Whether it says of itself that it cannot tell attacks of the residual class, in which code under test deceives a
    /// judge that it shares a process with and nothing else looks at what it does.
    fn states_residual(&self) -> bool {
        false
    }
}

/// What an attempt is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Score {
    /// A number from 0 to 1.
    Value {
        /// The number.
        value: f64,
        /// Why it is less than 1.
        reasons: Vec<String>,
    },
    /// Nothing is known of the attempt: no reward, and no part in training.
    Masked {
        /// What failed.
        why: String,
    },
}

impl Score {
    /// All is well.
    pub fn full() -> Self {
        Self::Value {
            value: 1.0,
            reasons: Vec::new(),
        }
    }

    /// Nothing, for these reasons.
    pub fn nothing(reasons: Vec<String>) -> Self {
        Self::Value {
            value: 0.0,
            reasons,
        }
    }

    /// Nothing is known.
    pub fn masked(why: impl Into<String>) -> Self {
        Self::Masked { why: why.into() }
    }

    /// The number, where there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value { value, .. } => Some(*value),
            Self::Masked { .. } => None,
        }
    }

    /// Whether the attempt counts as a success.
    pub fn is_success(&self) -> bool {
        self.value().is_some_and(|value| value >= 1.0)
    }
}
