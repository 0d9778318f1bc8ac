//! How is a broken build repaired, from its log to a change that is judged?
//!
//! The two pipelines of arXiv 2510.22075 are settings of the same code ([`Pipeline`]): *simplified* is one attempt at one error
//! with the build's result alone; *full* goes on from error to error, keeps what was reached, goes back where nothing was, and
//! may ask a judge. A policy acts as in every other episode; [`repair`] runs one and has its change judged in a fresh place.
//! [`transfer`] runs policies through both; [`try_candidates`] tries fixes that somebody has at hand, without any policy.
//!
//! It knows nothing of training and of the command line.

mod candidates;
mod each;
mod judge;
mod line;
mod past;
mod pipeline;
mod policies;
mod prompt;
mod protocol;
mod repair;
mod site;
mod transfer;

pub use candidates::{Candidate, TriedCandidate, Trying, candidates, try_candidates};
pub use judge::Judge;
pub use line::same_error;
pub use past::Past;
pub use pipeline::{AboutWhat, FULL, ISSUE, Outer, PIPELINES, Pipeline, SIMPLIFIED, pipeline};
pub use policies::{KnownFixPolicy, NoOpPolicy};
pub use protocol::RepairProtocol;
pub use repair::{Repaired, Repairing, repair};
pub use transfer::{Cell, Transfer, transfer};
