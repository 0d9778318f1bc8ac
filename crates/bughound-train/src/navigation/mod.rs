//! Training a navigator: which candidates to read, when to stop, how to rank.
//!
//! Everything happens in memory, on [`StoredWorld`]s: [`collect_worlds`] makes them of tasks. The two stages are
//! those of the published search agents (arXiv 2508.03012, section 3):
//!
//! 1. [`sft`]: the network imitates searches that ended well (rejection sampling: the hand-made rules of [`teacher`]
//!    with noise, the shortest good one kept) and hindsight paths (from the head of the prior along the edges to what
//!    the fix changes), and learns the ranking that would have been right after what was read.
//! 2. [`grpo`]: several searches per task by the network itself; reward nDCG@5 of the final ranking minus a small
//!    cost per candidate that was read; the objective of [`bughound_objective`].
//!
//! An episode is a sequence of decisions: read this candidate, read that one, stop, then the first five places of the
//! ranking one after another (Plackett-Luce: each drawn from what is left), so that reading and ranking learn from the
//! same reward.

mod ablation;
mod collect;
mod grpo;
mod quality;
mod record;
mod reward;
mod sample;
mod sft;
mod stored;
mod teacher;
mod update;

pub use ablation::{Ablation, AblationSettings, Arm, ArmResult, Curve, CurvePoint, ablation};
pub use collect::collect_worlds;
pub use grpo::{GrpoSettings, grpo};
pub use quality::{Quality, TaskQuality, measure};
pub use record::{GrpoRecord, Log, SftRecord};
pub use reward::{Reward, RewardSettings, reward};
pub use sample::{Stop, Trajectory, sample};
pub use sft::{SftSettings, Start, sft};
pub use stored::{StoredWorld, WorldFolder};
