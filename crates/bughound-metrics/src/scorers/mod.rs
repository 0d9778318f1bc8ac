//! One scorer per file.

mod fleval;
mod locagent;
mod path;

pub use fleval::FlevalScorer;
pub use locagent::LocAgentScorer;
pub use path::PathScorer;
