//! What is a finished repair worth?
//!
//! A [`Reward`] looks at an [`Attempt`], the state in which a policy left a task, and says a number with its reasons, or
//! that nothing can be said because something of ours failed: [`Score::Masked`], which is never a number. One file per
//! reward: [`Build`] is the published one and is easily cheated, [`Hardened`] is built so that it is not, [`Judge`] asks
//! a model, [`All`] wants several. [`attacks`] measures them: changes that must not be rewarded, and honest ones that must.
//!
//! It knows nothing of policies, episodes and training.

mod answers;
pub mod attacks;
mod attempt;
mod build;
mod canary;
mod compose;
mod diff;
mod guarded;
mod hardened;
mod judge;
mod oracle;
mod reward;
mod scope;

pub use attempt::Attempt;
pub use build::Build;
pub use compose::{All, NameError, REWARDS, by_name};
pub use diff::unified;
pub use hardened::{Hardened, HardenedSettings};
pub use judge::{Judge, JudgeSettings, Opinion, PROMPT, read_opinion};
pub use reward::{Reward, Score};
pub use scope::Scope;
